"""Who acts. People are ``accounts.User``; the product itself acts as one of these."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid5

_NAMES = UUID("6f0b8e1c-3f57-5d0e-9a53-6d65646961a1")


class Actor(Protocol):
    """Whoever acts: a person, a service account, the system or a command.

    An ``actor_name``, where there is one, stands in the open part: never a person's.
    """

    @property
    def actor_id(self) -> UUID:
        """The identifier that events keep."""
        ...

    @property
    def actor_kind(self) -> str:
        """person, client, system, command or anonymous."""
        ...


@dataclass(frozen=True, slots=True)
class Named:
    """An actor that is no person."""

    actor_kind: str
    actor_name: str

    @property
    def actor_id(self) -> UUID:
        """An identifier made of kind and name: the same on every machine."""
        return uuid5(_NAMES, f"{self.actor_kind}:{self.actor_name}")


SYSTEM = Named("system", "system")
ANONYMOUS = Named("anonymous", "anonymous")


def command(name: str) -> Named:
    """Return the actor that a management command acts as."""
    return Named("command", name)
