"""Jinja2 for the product's pages: ready values in, escaped HTML out."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from foundation.pages.filters import FILTERS
from foundation.pages.waiting import looks_again
from foundation.pages.widgets import suggested, suggests


def environment(**options: Any) -> Environment:
    """Return the environment of all product pages; a name that isn't there is an error."""
    made = Environment(  # noqa: S701
        **{
            **options,
            "autoescape": _escaped,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
    )
    made.globals.update(
        static=static,
        url=address,
        suggests=suggests,
        suggested=suggested,
        looks_again=looks_again,
    )
    made.filters.update(FILTERS)
    return made


def _escaped(template: str | None) -> bool:
    """Return whether a template is HTML: a mail's plain text is written as it is."""
    return template is None or not template.endswith(".txt")


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of the page ``name``."""
    return reverse(name, args=args, kwargs=kwargs)
