"""Small parts of a list: heads of columns, chips of filters, deeds on chosen rows."""

from dataclasses import dataclass

from django.urls import reverse

from foundation.pages.columns import Column


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: its link sorts; ``aria`` is none, ascending or descending."""

    column: Column
    url: str
    aria: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to rows that are chosen from a list: its label, address and permission."""

    label: str
    name: str
    permission: str = ""

    @property
    def url(self) -> str:
        """Where the chosen rows are sent."""
        return reverse(self.name)


EXPORT = Deed("Export…", "exports")


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, with the address of the list without it."""

    label: str
    url: str
