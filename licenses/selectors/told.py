"""What people are told of licences: sentences without amounts."""

from uuid import UUID

from licenses.models import License

SENTENCES = {
    "expiring": "Licence {} ends soon",
    "expired": "Licence {} has ended",
    "renewed": "Licence {} was renewed by its terms",
    "instalment_due": "An instalment of licence {} falls due",
    "instalment_overdue": "An instalment of licence {} is overdue",
    "option_lapsing": "An option of licence {} lapses soon",
    "option_lapsed": "An option of licence {} has lapsed",
    "audit_due": "An audit under licence {} falls due",
    "signed": "Licence {} was signed",
    "terminated": "Licence {} was terminated",
}


def sentence(code: str, license_id: UUID) -> str:
    """Return what an event says of a licence; nothing where the licence isn't there."""
    found = License.objects.filter(pk=license_id).first()
    return SENTENCES[code.rpartition(".")[2]].format(found) if found else ""
