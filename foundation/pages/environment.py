"""Jinja2 for the product's pages: ready values in, escaped HTML out."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Return the environment of all product pages; a name that isn't there is an error."""
    made = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True})  # noqa: S701
    made.globals.update(static=static, url=address)
    return made


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of the page ``name``."""
    return reverse(name, args=args, kwargs=kwargs)
