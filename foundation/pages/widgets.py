"""Fields of forms that the kit draws itself."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Suggesting(forms.TextInput):
    """A text field that offers names of one kind while somebody types; any text may be sent.

    ``kind`` is that of a ``suggestions.Source``. The field's own code finds what the text means.
    """

    def __init__(self, kind: str, attrs: dict[str, Any] | None = None) -> None:
        self.kind = kind
        super().__init__(attrs)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the field and the list that its suggestions fill."""
        key = (attrs or {}).get("id") or name
        offered = {**(attrs or {}), **_offering(self.kind, key, name)}
        return super().render(name, value, offered, renderer) + suggested(key)


def suggests(kind: str, key: str, param: str) -> SafeString:
    """Return the attributes of a text field that offers names: of ``kind``, as ``param``.

    ``key`` is the field's id. The list that they fill is ``suggested(key)``.
    """
    return flatatt(_offering(kind, key, param))


def suggested(key: str) -> SafeString:
    """Return the list that a field's suggestions fill."""
    return format_html('<datalist id="{}-offered"></datalist>', key)


def _offering(kind: str, key: str, param: str) -> dict[str, Any]:
    return {
        "list": f"{key}-offered",
        "autocomplete": "off",
        "hx-get": f"{reverse('suggestions', kwargs={'kind': kind})}?{urlencode({'of': param})}",
        "hx-trigger": "input changed delay:200ms",
        "hx-target": f"#{key}-offered",
        "hx-swap": "innerHTML",
        "hx-push-url": "false",
        "hx-sync": "this:replace",
    }
