"""A licence as a form: what is written becomes the document, and the document what is written."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from kernel.errors import InvalidValue
from licenses.engine import phrases, wording
from licenses.engine.terms import FORMAT, Limited, Optioned, Part, Terms

DAYS_HELP = "2026-01-31, or: 6 months after theatrical in DE, no later than 2026-12-31."
END_HELP = "A last day (included), 12 months, or for ever. Empty: as the term."
PART = {"grants": "Grant", "holdbacks": "Holdback", "options": "Option", "limits": "Limit",
        "instalments": "Instalment"}  # fmt: skip


def _text(label: str, *, required: bool = True, long: bool = False, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput
    return forms.CharField(label=label, required=required, widget=widget, **more)


class HeadForm(forms.Form):
    """The parties, the term, the money."""

    license = _text("Code", max_length=64, help_text="Such as L-014. It stays the licence's own.")
    title = _text("Title", max_length=200)
    licensee = _text("Licensee", max_length=64, help_text="The holder's code.")
    signed_on = _text("Day of signature", help_text="As on the contract, such as 2026-01-31.")
    date_rule = forms.ChoiceField(
        label="Members of groups such as EU",
        choices=[("signature", "those of the day of signature"), ("current", "those of each day")],
    )
    starts = _text("Begins", help_text=DAYS_HELP)
    ends = _text("Ends", required=False, help_text="A last day (included), 12 months, or for ever.")
    currency = _text("Currency", max_length=3, initial="EUR")
    fee = _text("Fixed fee", initial="0", help_text="Such as 12500.00; instalments sum to it.")
    usage = _text("Usage limits", required=False, long=True, max_length=2000)
    attribution = _text("Attribution", required=False, max_length=500)
    documents = _text("Documents", required=False, long=True, help_text="One a line.")
    renew_months = _text("Renews itself by months", required=False, max_length=4)
    renew_times = _text("Renews itself at most", required=False, max_length=4,
                        help_text="How often. Empty: without limit.")  # fmt: skip
    audit_clause = _text("Audit clause", required=False, max_length=60)
    audit_by = _text("Who may audit", required=False, max_length=120)
    audit_notice = _text("Days of notice", required=False, max_length=5)
    audit_due = _text("Audits due", required=False, help_text="Days between commas.")
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PartForm(forms.Form):
    """A clause about rights. One without a clause number is left out."""

    clause = _text("Clause", required=False, max_length=60)
    works = _text("Works", required=False, long=True,
                  help_text="Codes between commas; S-1 with all below it; every film of the "
                  "catalogue. Empty: those of all grants.")  # fmt: skip
    rights = _text("Rights", required=False, help_text="Such as svod, free_tv.")
    territory = _text("Territory", required=False, initial="WORLD", help_text="Such as EU - IT.")
    starts = _text("Begins", required=False, help_text="Empty: as the term.")
    ends = _text("Ends", required=False, help_text=END_HELP)


class GrantForm(PartForm):
    """What the licensee may use."""

    exclusive = forms.BooleanField(label="Exclusively", required=False)
    languages = _text("Languages", required=False, help_text="Such as de, fr. Empty: all.")


class HoldbackForm(PartForm):
    """What somebody keeps from using."""

    binds = forms.ChoiceField(
        label="Who holds back",
        choices=[("licensor", "We do"), ("licensee", "The licensee does")],
    )


class OptionForm(PartForm):
    """What the licensee may ask for first."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[
            ("option", "Option"),
            ("first_negotiation", "First negotiation"),
            ("first_refusal", "First refusal"),
        ],
    )
    exercise_from = _text("To be used from", required=False, max_length=10)
    exercise_by = _text("To be used by", required=False, max_length=10)


class LimitForm(PartForm):
    """How often."""

    runs = _text("Runs", required=False, max_length=6)
    exhibition_days = _text("Exhibition days", required=False, max_length=6)


class InstalmentForm(forms.Form):
    """A part of the fee. One without a label is left out."""

    label = _text("Label", required=False, max_length=120)
    due = _text("Due", required=False, help_text=DAYS_HELP)
    amount = _text("Amount", required=False, max_length=31)


class ReasonForm(forms.Form):
    """Why a licence is to be signed; and why in spite of what stands in the way."""

    reason = _text("Reason", long=True, max_length=1000)
    breach = _text("Known breach", required=False, max_length=500,
                   help_text="Only where clauses stand in the way: why it is signed all the same. "
                   "An administrator approves it, and it stays on record.")  # fmt: skip


class EndForm(forms.Form):
    """When a licence ends early, and why."""

    last_day = forms.DateField(label="Last day", help_text="The last on which it holds.")
    reason = _text("Reason", long=True, max_length=500)


class DeclineForm(forms.Form):
    """Why a term isn't renewed."""

    reason = _text("Reason", long=True, max_length=500)


class TakeBackForm(forms.Form):
    """Why a payment that was recorded is taken back."""

    reason = _text("Reason", max_length=500)


class PaidForm(forms.Form):
    """When an instalment came in, or some of it."""

    paid_on = forms.DateField(label="Received on")
    amount = forms.DecimalField(
        required=False, label="Amount", max_digits=20, decimal_places=4,
        help_text="Empty: all that is left.",
    )  # fmt: skip
    reference = _text("Reference", required=False, max_length=120)


SETS = {
    "grants": GrantForm,
    "holdbacks": HoldbackForm,
    "options": OptionForm,
    "limits": LimitForm,
    "instalments": InstalmentForm,
}
MOST = 200


class LicenseForm:
    """The head and the lists of clauses, written together; ``document`` is what they say."""

    def __init__(self, data: Any = None, *, terms: Terms | None = None, seen: str = "") -> None:
        head = (_head(terms) if terms else {}) | {"seen": seen}
        self.head = HeadForm(data, initial=head)
        self.sets = {
            name: forms.formset_factory(form, extra=1, max_num=MOST, absolute_max=MOST)(
                data, prefix=name, initial=_rows(name, terms) if terms else None
            )
            for name, form in SETS.items()
        }
        self.problems: list[str] = []

    def is_valid(self) -> bool:
        """Return whether each field can be read; ``problems`` says of the others what is wrong."""
        fine = self.head.is_valid()
        for name, rows in self.sets.items():
            if not rows.is_valid():
                fine = False
                self.problems += [
                    f"{PART[name]} {number}, {label}: {error}"
                    for number, row in enumerate(rows.forms, 1)
                    for label, errors in row.errors.items()
                    for error in errors
                ] + [str(error) for error in rows.non_form_errors()]
        return fine

    def document(self) -> dict[str, Any] | None:
        """Return the document, or None with ``problems`` where something can't be read."""
        of, made = self.head.cleaned_data, self._value
        document: dict[str, Any] = {
            "format": FORMAT,
            **{name: of[name].strip() for name in ("license", "title", "licensee", "signed_on")},
            "date_rule": of["date_rule"],
            "term": {
                "start": made("Begins", phrases.day, of["starts"]),
                "end": made("Ends", phrases.end, of["ends"]),
            },
            "currency": of["currency"].strip().upper(),
            "fee": of["fee"].strip(),
        }
        for name, rows in self.sets.items():
            told = [
                self._row(name, f"{PART[name]} {number}", row.cleaned_data)
                for number, row in enumerate(rows.forms, 1)
                if row.cleaned_data.get("label" if name == "instalments" else "clause")
            ]
            document |= {name: told} if told else {}
        document |= {name: of[name].strip() for name in ("usage", "attribution") if of[name]}
        lines = [one.strip() for one in of["documents"].splitlines() if one.strip()]
        document |= {"documents": lines} if lines else {}
        if of["renew_months"]:
            times = of["renew_times"]
            renewal = {"months": made("Renewal", _whole, of["renew_months"])}
            document["renewal"] = renewal | (
                {"times": made("Renewal", _whole, times)} if times else {}
            )
        if of["audit_clause"]:
            document["audit"] = {
                "clause": of["audit_clause"],
                "by": of["audit_by"],
                "notice_days": made("Audit", _whole, of["audit_notice"] or "30"),
                "due": _listed(of["audit_due"]),
            }
        return None if self.problems else document

    def _row(self, name: str, where: str, of: dict[str, Any]) -> dict[str, Any]:
        made = self._value
        if name == "instalments":
            due = made(where, phrases.day, of["due"])
            return {"label": of["label"], "due": due, "amount": of["amount"].strip()}
        row: dict[str, Any] = {"clause": of["clause"], "rights": _listed(of["rights"].lower())}
        row["territory"] = of["territory"].strip() or "WORLD"
        if of["works"].strip():
            row["works"] = phrases.works(of["works"])
        if of["starts"].strip():
            row["start"] = made(where, phrases.day, of["starts"])
        if of["ends"].strip():
            row["end"] = made(where, phrases.end, of["ends"])
        if name == "grants":
            row["exclusive"] = of["exclusive"]
            row |= {"languages": _listed(of["languages"])} if of["languages"].strip() else {}
        elif name == "holdbacks":
            row["binds"] = of["binds"]
        elif name == "options":
            row |= {key: of[key] for key in ("kind", "exercise_from", "exercise_by")}
        else:
            limits = ("runs", "exhibition_days")
            row |= {key: made(where, _whole, of[key]) for key in limits if of[key]}
        return row

    def _value(self, where: str, read: Any, text: str) -> Any:
        try:
            return read(text)
        except InvalidValue as error:
            self.problems.append(f"{where}: {error.detail}")
            return None


def spoken(path: str, message: str) -> str:
    """Return a problem of the document as somebody who filled in the form reads it."""
    found = re.match(r"/([a-z_]+)/([0-9]+)(?:/([a-z_/0-9]+))?\Z", path)
    if found and found[1] in PART:
        where = f"{PART[found[1]]} {int(found[2]) + 1}"
        return (
            f"{where}, {found[3].split('/')[0]}: {message}" if found[3] else f"{where}: {message}"
        )
    return f"{path.strip('/').replace('_', ' ').replace('/', ', ').capitalize()}: {message}"


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text.strip()):
        raise InvalidValue(f"“{text[:20]}” is no whole number.")
    return int(text)


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _head(terms: Terms) -> dict[str, Any]:
    audit, renewal = terms.audit, terms.renewal
    return {
        "license": terms.code,
        "title": terms.title,
        "licensee": terms.licensee,
        "signed_on": terms.signed_on.isoformat(),
        "date_rule": terms.date_rule,
        "starts": wording.when(terms.start),
        "ends": wording.until(terms.end).removeprefix("to "),
        "currency": terms.currency,
        "fee": str(terms.fee),
        "usage": terms.usage,
        "attribution": terms.attribution,
        "documents": "\n".join(terms.documents),
        "renew_months": renewal.months if renewal else "",
        "renew_times": renewal.times or "" if renewal else "",
        "audit_clause": audit.clause if audit else "",
        "audit_by": audit.by if audit else "",
        "audit_notice": audit.notice_days if audit else "",
        "audit_due": ", ".join(day.isoformat() for day in audit.due) if audit else "",
    }


def _rows(name: str, terms: Terms) -> list[dict[str, Any]]:
    if name == "instalments":
        return [
            {"label": one.label, "due": wording.when(one.due), "amount": str(one.amount)}
            for one in terms.instalments
        ]
    parts: Iterable[Any] = getattr(terms, name)
    return [_part(terms, part) | _more(part) for part in parts]


def _part(terms: Terms, part: Part) -> dict[str, Any]:
    return {
        "clause": part.clause,
        "works": wording.works(part.works) if part.works else "",
        "rights": ", ".join(part.rights),
        "territory": part.territory,
        "starts": wording.when(part.start) if part.start != terms.start else "",
        "ends": wording.until(part.end).removeprefix("to ") if part.own_end else "",
    }


def _more(part: Any) -> dict[str, Any]:
    if isinstance(part, Optioned):
        days = (part.exercise_from.isoformat(), part.exercise_by.isoformat())
        return {"kind": part.kind, "exercise_from": days[0], "exercise_by": days[1]}
    if isinstance(part, Limited):
        return {"runs": part.runs or "", "exhibition_days": part.exhibition_days or ""}
    names = ("exclusive", "binds")
    told = {name: getattr(part, name) for name in names if hasattr(part, name)}
    spoken_in = getattr(part, "languages", ())
    return told | ({"languages": ", ".join(spoken_in)} if spoken_in else {})
