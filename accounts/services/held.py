"""Keep a filled-in form while its author confirms with the second factor, or signs in again."""

import json
from base64 import b64decode, b64encode
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict

from accounts.models import User
from foundation import keys
from kernel.errors import DomainError
from kernel.ids import uuid7

KEPT_FOR = timedelta(minutes=15)
AT_MOST = 3
_FORMS = "held_forms"
_SECRET = ("password", "secret", "credential", "code")
_NOT_KEPT = frozenset({"csrfmiddlewaretoken"})


class NothingHeld(DomainError):
    """The form is not kept any more, or was never this session's."""

    code = "nothing_held"
    status = 404


@dataclass(frozen=True, slots=True)
class HeldForm:
    """A form to be sent again: where to, what was filled in, and whether files were left behind."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def keep(
    *,
    session: MutableMapping[str, Any],
    path: str,
    fields: QueryDict,
    had_files: bool,
    by: User,
    at: datetime,
) -> UUID:
    """Seal the fields for their author and keep them in the session; return the form's token.

    At most three are kept, fifteen minutes each. Files aren't kept: they are attached again. The
    session may be one that nobody is signed in to yet: it takes the form along into the next one.
    """
    token = uuid7()
    filled = [
        [name, value]
        for name, values in fields.lists()
        if name not in _NOT_KEPT
        for value in values
    ]
    content = json.dumps({"path": path, "fields": filled, "files": had_files}).encode()
    sealed = keys.encrypt(by.pk, content, context=_place(token))
    entry = {"at": at.isoformat(), "by": str(by.pk), "sealed": b64encode(sealed).decode("ascii")}
    others = sorted(session.get(_FORMS, {}).items())[-(AT_MOST - 1) :]
    session[_FORMS] = {**dict(others), str(token): entry}
    return token


def may_keep(fields: QueryDict) -> bool:
    """Return whether a form holds nothing that must not be kept: a password, a code, a secret."""
    return not any(word in name.lower() for name in fields for word in _SECRET)


def look_up(*, session: MutableMapping[str, Any], token: UUID, by: User, at: datetime) -> HeldForm:
    """Return a form that this session keeps. Raises NothingHeld."""
    entry = session.get(_FORMS, {}).get(str(token))
    if (
        entry is None
        or entry.get("by") != str(by.pk)
        or at - datetime.fromisoformat(entry["at"]) > KEPT_FOR
    ):
        raise NothingHeld("What you filled in is not kept any more. Fill the form in again.")
    opened = keys.decrypt(by.pk, b64decode(entry["sealed"]), context=_place(token))
    content = json.loads(opened)
    return HeldForm(
        path=content["path"],
        fields=tuple((name, value) for name, value in content["fields"]),
        had_files=content["files"],
    )


def _place(token: UUID) -> str:
    return f"held_form/{token}"
