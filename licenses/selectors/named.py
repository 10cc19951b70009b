"""Licences and their instalments by what people call them."""

from licenses.models import Instalment, License


def license(code: str) -> License | None:
    """Return the licence with a code; None where there is none."""
    return License.objects.filter(code=code).first()


def instalment(code: str, label: str) -> Instalment | None:
    """Return the standing instalment of a licence by its label; None where there is none."""
    found = Instalment.objects.filter(license__code=code, label=label, superseded_at=None)
    return found.first()
