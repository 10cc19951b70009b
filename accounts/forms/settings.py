"""The form of one's own settings."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from django import forms

LOCALES = (
    "en en-GB en-CA en-IN de de-AT de-CH fr fr-CA fr-CH es es-MX it nl pt pt-BR pl sv da nb fi cs "
    "hu ro tr el ja ko zh hi"
).split()


@lru_cache(maxsize=1)
def locales() -> list[tuple[str, str]]:
    """Return the locales with how each writes a number."""
    from foundation.pages.filters import number_text
    from foundation.pages.surroundings import Surroundings, shown_to

    found = []
    for code in LOCALES:
        with shown_to(Surroundings(locale=code)):
            sample = number_text(1234567) + "  "
        name = Locale.parse(code.replace("-", "_")).get_display_name("en")
        found.append((code, f"{name}: {sample.strip()}"))
    return found


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Return the time zones by name: places, and UTC."""
    places = sorted(zone for zone in available_timezones() if zone.count("/") and "Etc" not in zone)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class SettingsForm(forms.Form):
    """How numbers, days and shortcuts are to be."""

    locale = forms.ChoiceField(label="Numbers", help_text="How numbers are written and read")
    zone = forms.ChoiceField(
        label="Time zone", help_text="Moments are shown in it; days of filters begin by it"
    )
    single_keys = forms.BooleanField(
        label="“/” opens the search, “?” the help",
        required=False,
        help_text="Ctrl+K (on a Mac ⌘K) always opens the search; the help is in your menu",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, options in (("locale", locales()), ("zone", zones())):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = options
