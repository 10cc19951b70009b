"""The works that a licence means."""

from collections.abc import Iterable
from uuid import UUID

from catalog.selectors import hierarchy, shown, works
from kernel.errors import DomainError
from licenses.engine.terms import Terms, Works


class UnknownWorks(DomainError):
    """A document names works that aren't here."""

    code = "unknown_works"
    status = 422


def resolve(terms: Terms) -> dict[str, list[str]]:
    """Return the ids of the works behind each entry of a licence, by the entry's key.

    Raises UnknownWorks. A whole catalogue and what is below a series are those of this moment.
    """
    entries = {one.key: one for part in terms.parts for one in part.works}
    codes = {name for one in entries.values() if one.how != "kinds" for name in one.names}
    known = works.by_codes(codes)
    if missing := sorted(codes - known.keys()):
        raise UnknownWorks(
            f"There is no work with the code {missing[0]}. Give the work this code, or write "
            "another one.",
            codes=missing,
        )
    tops = [known[one.names[0]] for one in entries.values() if one.how == "below"]
    under = hierarchy.below(tops) if tops else {}
    found = {key: _ids(one, known, under) for key, one in entries.items()}
    if empty := next((key for key, ids in found.items() if not ids), None):
        raise UnknownWorks(f"There are no works of {empty.replace(':', ' ')}. Register them first.")
    return {key: [str(one) for one in ids] for key, ids in found.items()}


def _ids(one: Works, known: dict[str, UUID], under: dict[UUID, list[UUID]]) -> list[UUID]:
    if one.how == "kinds":
        return sorted(shown.works().filter(kind__in=one.names).values_list("pk", flat=True))
    top = known[one.names[0]]
    return [top, *under.get(top, [])] if one.how == "below" else [top]


def meant(entries: Iterable[Works], resolved: dict[str, list[str]]) -> list[UUID]:
    """Return the works behind some entries, each once, in order."""
    return list(dict.fromkeys(UUID(one) for entry in entries for one in resolved[entry.key]))
