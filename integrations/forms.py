"""Forms of the import wizard: strings into values; nothing is saved here."""

from typing import Any

from django import forms

from integrations.files.contract import FIELDS
from integrations.files.encodings import OFFERED
from integrations.models import Import, TableImport
from integrations.selectors import profiles, summaries
from integrations.services.mappings import KEEP
from integrations.services.webhooks import KINDS
from integrations.targets import TARGETS
from kernel.errors import DomainError
from kernel.period import Period

PLAIN_BYTES = 256 << 20  # in one request; more comes in pieces
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
LABELS = {
    "isrc": "ISRC",
    "upc": "UPC or EAN",
    "iswc": "ISWC",
    "own": "Our own number",
    "title": "Title",
    "artist": "Artist",
    "right_type": "Right type",
    "channel": "Channel",
    "format": "Format",
    "territory": "Territory",
    "source": "Source",
    "currency": "Currency",
    "sold_on": "Day sold",
    "usage_end": "Last day of use",
    "units": "Units",
    "amount": "Amount",
    "list_price": "List price",
}
CONSTANT = ("right_type", "channel", "format", "territory", "source", "currency")


class PeriodField(forms.CharField):
    """An accounting period, as 2026-Q1."""

    def clean(self, value: Any) -> str:
        """Return the period as it was written; refuse what is none."""
        text: str = super().clean(value)
        if text:
            try:
                Period.of(text)
            except DomainError as error:
                raise forms.ValidationError(error.detail) from None
        return text


class UploadForm(forms.Form):
    """A file, and what can't be told from it."""

    file = forms.FileField(
        label="Sales file",
        help_text="CSV, TSV, XLSX or a DDEX DSR flat file, as its sender made it. After a lost "
        "connection choose it again: the upload goes on where it was.",
        error_messages={"empty": "The file is empty."},
    )
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    period = PeriodField(
        label="Accounting period",
        required=False,
        max_length=10,
        help_text="As 2026-Q1. Without it: the quarter of the last day of use in the file.",
    )
    encoding = forms.ChoiceField(
        label="Encoding",
        required=False,
        choices=[("", "As the file shows"), *OFFERED.items()],
        help_text="Only if a file was refused because of its encoding.",
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        """Take a file that came in pieces in place of one in the form."""
        super().__init__(data, files)
        if data and data.get("upload"):
            self.fields["file"].required = False

    def clean_file(self) -> Any:
        """Refuse what is too large for one request."""
        file = self.cleaned_data["file"]
        if file and file.size > PLAIN_BYTES:
            raise forms.ValidationError(
                f"The file has more than {PLAIN_BYTES >> 20} MiB. Compress it with gzip."
            )
        return file


class DetectForm(forms.Form):
    """How a file is read, where looking at it came to another answer."""

    encoding = forms.ChoiceField(label="Encoding", required=False)
    delimiter = forms.ChoiceField(label="Columns are set apart by", required=False)
    sheet = forms.ChoiceField(label="Sheet", required=False)
    header_row = forms.IntegerField(
        label="Row of the headings",
        required=False,
        min_value=0,
        max_value=40,
        help_text="The number in front of the row below; empty: it is looked for.",
    )
    decimal = forms.ChoiceField(
        label="Decimals",
        required=False,
        choices=[("", "As the file shows"), ("point", "1,234.56"), ("comma", "1.234,56")],
    )

    def __init__(self, row: Import, data: Any = None) -> None:
        """Offer what fits this kind of file."""
        chosen = {name: row.choices.get(name) or "" for name in self.base_fields}
        super().__init__(data, initial=chosen)
        fields: Any = self.fields
        found = row.detection
        if found["kind"] == "csv":
            fields["encoding"].choices = [("", f"As found: {found['encoding']}"), *OFFERED.items()]
            named = DELIMITERS.get(found["delimiter"], found["delimiter"])
            fields["delimiter"].choices = [("", f"As found: {named}"), *DELIMITERS.items()]
            del fields["sheet"]
        else:
            sheets = [(name, name) for name in found["sheets"]]
            fields["sheet"].choices = [("", f"As found: {found['sheet']}"), *sheets]
            del fields["encoding"], fields["delimiter"]


class MapForm(forms.Form):
    """Which profile a file is read under, and what its covering letter says."""

    profile = forms.ChoiceField(label="Profile", required=False)
    period = PeriodField(
        label="Accounting period",
        required=False,
        max_length=10,
        help_text="As 2026-Q1. Without it: the quarter of the last day of use in the file.",
    )
    currency = forms.CharField(
        label="Currency of rows that name none",
        required=False,
        max_length=3,
        help_text="As EUR. Without it such rows wait for a correction.",
    )
    reported = forms.CharField(
        label="Total that the letter names",
        required=False,
        max_length=200,
        help_text="As 1234.56 USD; several currencies with a comma between. It goes before the "
        "file's own total.",
    )

    def __init__(self, row: Import, data: Any = None) -> None:
        """Offer the organisation's profiles."""
        said = row.choices.get("reported") or {}
        asked = row.choices.get("profile")
        super().__init__(
            data,
            initial={
                "profile": asked if isinstance(asked, str) else "",
                "period": row.period,
                "currency": row.choices.get("currency", ""),
                "reported": ", ".join(f"{amount} {code}" for code, amount in said.items()),
            },
        )
        fields: Any = self.fields
        if row.detection["kind"] == "dsr":
            del fields["profile"], fields["currency"]
            return
        fitting = f"The one that fits: {row.profile}" if row.profile else "The one that fits"
        listed = [(one.name, f"{one.title} ({one.name})") for one in profiles.known()]
        fields["profile"].choices = [("", fitting), *listed]

    def clean_currency(self) -> str:
        """Return the code in capital letters."""
        return str(self.cleaned_data["currency"]).upper()

    def clean_reported(self) -> dict[str, str]:
        """Return the totals by currency."""
        found = {}
        for part in filter(str.strip, self.cleaned_data["reported"].split(",")):
            amount, _, code = part.strip().rpartition(" ")
            if not amount:
                raise forms.ValidationError(f"Write {part.strip()[:40]!r} like 1234.56 USD.")
            found[code.upper()] = amount.strip()
        return found


class OwnMappingForm(forms.Form):
    """Which column feeds which field, kept as a profile of one's own."""

    name = forms.RegexField(
        regex=r"^[a-z][a-z0-9-]{0,49}\Z",
        label="Short name",
        max_length=50,
        help_text="Small letters, digits and hyphens, as fjord-radio. A name that is taken gets a "
        "new version; imports keep the one they were read under.",
        error_messages={"invalid": "Use small letters, digits and hyphens, a letter first."},
    )
    title = forms.CharField(label="Title", max_length=120)

    def __init__(self, row: Import, data: Any = None) -> None:
        """Offer the file's headings for every field."""
        super().__init__(data)
        document = profiles.document(row.profile) or {}
        self.initial = {"name": document.get("name", ""), "title": document.get("title", "")}
        headings = [name for name in summaries.headings(row) if any(map(str.isalnum, name))]
        now = summaries.places(row)
        for field in FIELDS:
            self._offer(field, headings, now.get(field, ""), document)

    def _offer(self, field: str, headings: list[str], now: str, document: Any) -> None:
        choices = [("", "Not in the file"), *((name, name) for name in headings)]
        initial = now if now in headings else ""
        kept = document.get("columns", {}).get(field)
        if kept and kept.keys().isdisjoint({"header", "constant"}):
            choices.insert(0, (KEEP, f"As in the profile: {now or 'nothing'}"))
            initial = KEEP
        self.fields[f"column_{field}"] = forms.ChoiceField(
            label=LABELS[field], choices=choices, required=False, initial=initial
        )
        if field in CONSTANT:
            self.fields[f"always_{field}"] = forms.CharField(
                label=f"{LABELS[field]} of all rows",
                required=False,
                max_length=200,
                initial=now[2:] if now.startswith("= ") and initial != KEEP else "",
            )

    def columns(self) -> dict[str, str]:
        """Return the heading chosen for each field."""
        return {field: self.cleaned_data[f"column_{field}"] for field in FIELDS}

    def constants(self) -> dict[str, str]:
        """Return what fields are in all rows."""
        return {field: self.cleaned_data[f"always_{field}"] for field in CONSTANT}


class TableForm(forms.Form):
    """A table of works or holders."""

    target = forms.ChoiceField(label="What the table holds")
    file = forms.FileField(
        label="Table",
        help_text="CSV or XLSX with a row of headings, at most 200,000 rows. After a lost "
        "connection choose it again: the upload goes on where it was.",
        error_messages={"empty": "The file is empty."},
    )
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)
    encoding = forms.ChoiceField(
        label="Encoding",
        required=False,
        choices=[("", "As the file shows"), *OFFERED.items()],
        help_text="Only if a file was refused because of its encoding.",
    )

    def __init__(self, targets: Any, data: Any = None, files: Any = None) -> None:
        """Offer the targets that this person may edit; take a file that came in pieces, too."""
        super().__init__(data, files)
        if data and data.get("upload"):
            self.fields["file"].required = False
        field: Any = self.fields["target"]
        field.choices = [(each.name, each.label) for each in targets]

    clean_file = UploadForm.clean_file


class TableMapForm(forms.Form):
    """Which heading feeds which field of a target."""

    def __init__(self, row: TableImport, data: Any = None) -> None:
        """Offer the table's headings for every field, and for id and version."""
        super().__init__(data)
        headings = [(name, name) for name in row.detection["headings"]]
        named = [(each.name, each.label) for each in TARGETS[row.target].fields]
        for name, label in [*named, ("id", "Id"), ("version", "Version")]:
            self.fields[name] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", "Not in the table"), *headings],
                initial=row.mapping.get(name, ""),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a column that feeds two fields."""
        found: dict[str, Any] = super().clean() or {}
        used = [heading for heading in found.values() if heading]
        twice = next((heading for heading in used if used.count(heading) > 1), None)
        if twice:
            raise forms.ValidationError(f"The column {twice} feeds two fields. Choose one.")
        return found


class CorrectionForm(forms.Form):
    """An errors file that comes back."""

    file = forms.FileField(
        label="Corrected errors file",
        help_text="Keep its _row column as it is; leave out rows you don't want to correct now.",
        error_messages={"empty": "The file is empty."},
    )


class ReviewForm(forms.Form):
    """Why a file's own total differs from what is accepted."""

    explained = forms.CharField(
        label="Why the totals differ",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the import. For example: the quarantined rows come with a correction.",
    )


class TakeBackForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(label="Reason", max_length=500)


TOLD_OF = {
    "run.posted": "a royalty run is posted",
    "statement.issued": "a statement is issued, as a draft",
    "statement.published": "a statement is published",
    "exception.opened": "sales came that match no work",
    "exception.decided": "such an exception is decided",
}


class WebhookForm(forms.Form):
    """Where another system wants to be told, and of what."""

    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://erp.example/mediatrack"}),
        help_text="https:// on its usual port; public addresses alone are asked.",
    )
    events = forms.MultipleChoiceField(
        label="Is told when",
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, f"{TOLD_OF[kind]} ({kind})") for kind in KINDS.values()],
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class DeleteForm(forms.Form):
    """Why something is deleted."""

    reason = forms.CharField(label="Reason", max_length=500, help_text="Kept in the audit trail.")
