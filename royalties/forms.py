"""Forms about deals, sales that wait for a decision, statements and questions about them."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from catalog.forms import WorkField
from holders.selectors import holders
from kernel.errors import InvalidValue
from kernel.period import Period
from licenses.selectors import compliance
from royalties.models import PostingRule, SourceRule


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        help_text="Kept with the decision; whoever looks later reads it.",
    )


class TogetherForm(ReasonForm):
    """What several exceptions are: one work for all of them, or none here; and why."""

    field_order = ("work", "reason")
    work = WorkField(
        label="All of them are one work",
        required=False,
        help_text="Its title, code or number. Empty: each is what is picked beside it.",
        error_messages={"unknown": "No work has this title, code or number."},
    )


class DraftForm(forms.Form):
    """A deal's document as text, from when it holds, and with what it opens."""

    text = forms.CharField(
        label="Document",
        strip=False,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 34}),
    )
    starts = forms.CharField(
        label="Holds from the period",
        max_length=10,
        required=False,
        help_text="Such as 2026-Q3. Empty: for every period not yet posted.",
    )
    opening = forms.CharField(
        label="Opening balances",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "code", "spellcheck": "false"}),
        help_text="JSON, for a deal that was accounted elsewhere before. Most deals have none.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class UploadForm(forms.Form):
    """A document as a file."""

    file = forms.FileField(
        label="JSON file",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        help_text="It is shown in the editor first; nothing is kept until you save.",
    )


class SignForm(forms.Form):
    """Why a version is to be signed."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea,
        help_text="Whoever approves it reads this: which contract, which amendment, agreed when.",
    )


class _PeriodField(forms.CharField):
    """A period as people write it: 2026-01, 2026-Q1, 2026-H1 or 2026."""

    def clean(self, value: Any) -> str:
        """Return it as it is kept."""
        period: str = super().clean(value).upper()
        if period:
            try:
                Period.of(period)
            except InvalidValue as error:
                raise forms.ValidationError(error.detail) from None
        return period


class PeriodForm(forms.Form):
    """Which period to calculate."""

    period = _PeriodField(
        label="Period", max_length=10, help_text="As 2026-Q1, 2026-03, 2026-H1 or 2026."
    )


class HoldForm(forms.Form):
    """Why a statement is held back."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        help_text="Kept with the statement; whoever looks later reads it, its payee doesn't.",
    )


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field for a day, picked or written as 2026-11-30."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write the day as 2026-11-30."},
    )


class ReviewForm(forms.Form):
    """What somebody found who looked at a run's results."""

    note = forms.CharField(
        label="Note",
        max_length=1000,
        widget=forms.Textarea,
        help_text="What you looked at, and why what stands out is right. Its approver reads it.",
    )
    results_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ApprovalForm(forms.Form):
    """Why a run is to be approved."""

    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea,
        help_text="Whoever approves it reads this beside your review.",
    )


class PostingRuleForm(forms.Form):
    """What a run needs before it is posted."""

    asks = forms.ChoiceField(
        label="Before a run is posted", choices=PostingRule.Asks.choices, widget=forms.RadioSelect
    )


class PublishRuleForm(forms.Form):
    """When statements are published and paid, counted in days."""

    publish_after = forms.IntegerField(
        label="Publish, days after the period's last day", min_value=1, max_value=730
    )
    pay_after = forms.IntegerField(
        label="Pay, days after publishing",
        min_value=0,
        max_value=730,
        required=False,
        help_text="Empty: payees are told that the pay day isn't known yet.",
    )


class PublishDayForm(forms.Form):
    """The days of one period."""

    publish_on = _day("Publish on")
    pay_on = _day(
        "Pay on",
        required=False,
        help_text="Empty: payees are told that the pay day isn't known yet.",
    )
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        required=False,
        help_text="Needed once payees have seen statements of this period.",
    )


class AskForm(forms.Form):
    """A question about a statement; ``steps`` are what it may be about, where that is open."""

    step = forms.ChoiceField(label="What it is about", required=False)
    text = forms.CharField(
        label="Your question",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The office reads it, and so does everybody who sees this holder's statements.",
    )

    def __init__(self, *args: Any, steps: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Offer the steps; without any, the address says what it is about."""
        super().__init__(*args, **kwargs)
        if steps:
            chosen = cast(forms.ChoiceField, self.fields["step"])
            chosen.choices = list(steps)
        else:
            del self.fields["step"]


class ReplyForm(forms.Form):
    """A reply to a question, or the last words about it."""

    text = forms.CharField(
        label="Reply",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class SourceRuleForm(forms.Form):
    """How often a source reports, when it is due, and for which periods that holds."""

    status = 422  # what a form that couldn't be taken is answered with

    source = forms.CharField(
        label="Source", max_length=200, help_text="As its files name it; case doesn't matter."
    )
    every = forms.ChoiceField(
        label="Reports",
        choices=SourceRule.Every.choices,
    )
    due_after = forms.IntegerField(
        label="Due, days after the period's last day", min_value=0, max_value=730
    )
    first = _PeriodField(
        label="From the period", max_length=10, help_text="As 2026-01, 2026-Q1, 2026-H1 or 2026."
    )
    last = _PeriodField(
        label="To the period",
        max_length=10,
        required=False,
        help_text="Empty: until the rule is changed.",
    )


class ComplianceForm(forms.Form):
    """Whose use is held against its licences, for which period."""

    licensee = forms.ChoiceField(label="Licensee")
    period = _PeriodField(
        label="Period", max_length=10, help_text="As 2026-01, 2026-Q1, 2026-H1 or 2026."
    )
    license = forms.CharField(
        label="Licence",
        max_length=64,
        required=False,
        help_text="The code of one licence. Empty: all of the licensee's.",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = holders.lines(compliance.licensees())
        pairs = sorted(((one.name, one.reference) for one in known.values()), key=_folded)
        choices = [("", "Choose a licensee"), *((code, name) for name, code in pairs)]
        self.fields["licensee"].choices = choices  # type: ignore[attr-defined]


def _folded(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0].casefold(), pair[1]
