"""Fields of forms that the kit draws itself."""

from typing import Any
from urllib.parse import urlencode

from django import forms
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
        offered = f"{(attrs or {}).get('id') or name}-offered"
        asked = urlencode({"of": name})
        offering = {
            "list": offered,
            "autocomplete": "off",
            "hx-get": f"{reverse('suggestions', kwargs={'kind': self.kind})}?{asked}",
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{offered}",
            "hx-swap": "innerHTML",
            "hx-push-url": "false",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, {**(attrs or {}), **offering}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, offered)
