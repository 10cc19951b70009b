"""A deal's editor: the document beside its plain language, its problems and worked examples."""

import difflib
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.selectors import changes
from foundation.pages import fragments
from kernel.errors import DomainError
from royalties import deal_text, permissions
from royalties.forms import DraftForm, SignForm, UploadForm
from royalties.models import Deal, DealVersion
from royalties.selectors import deal_checks, deal_pages
from royalties.services import deals, drafts
from royalties.views.deals import DealPage, Whole

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
TEMPLATES = (
    ("d6-list-royalty", "Book", "A share of the list price of every copy"),
    ("d2-standard-hardback", "Book, by copies sold", "A share that rises with the copies sold"),
    ("d1-escalating-net-receipts", "Net receipts", "A share of receipts that rises with them"),
    ("a6-book-advance", "Advance", "An advance that is recouped before anything is paid"),
    ("a1-guarantee-and-overage", "Guarantee", "A guarantee in instalments, then what exceeds it"),
    ("a2-minimum-royalty-a-year", "Yearly minimum", "At least so much in every contract year"),
    ("b1-producer-advance", "Producer", "A producer's share with an advance"),
    ("c7-standard-publishing", "Publishing", "Writer and publisher, half and half"),
    ("c7-co-publishing", "Co-publishing", "The writer shares the publisher's half, too"),
    ("c4-us-mechanical-by-date", "Mechanicals", "Statutory rates by the day of sale"),
    ("f1-film-waterfall", "Film", "Fees, costs, investors, then everybody's share"),
)


def template(slug: str) -> str:
    """Return a starting document's text; nothing where there is no such."""
    if slug not in {each[0] for each in TEMPLATES}:
        return ""
    return deal_text.printed(json.loads((EXAMPLES / f"{slug}.json").read_text(encoding="utf-8")))


class Editor(DealPage):
    """What writing a new deal and a new version have in common."""

    permission = permissions.DEAL_ENTER

    def edited(self, pk: UUID | None) -> Deal | None:
        """Return the deal whose version is written; None for a new one."""
        return self.deal(pk) if pk else None

    def shown(
        self,
        request: HttpRequest,
        deal: Deal | None,
        form: DraftForm,
        *,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        """Show the editor with what the text comes to."""
        text = str(form["text"].value() or "")
        checked = deal_checks.check(text) if text.strip() else None
        said = {"problem": ""} if checked and checked.problems else {}  # beside the text, by line
        context = {
            "deal": deal,
            "form": form,
            "upload": UploadForm(),
            "checked": checked,
            "problem": "",
            "theirs": None,
            "waits": _waits(deal) if deal else None,
            **more,
            **(said if status == 422 else {}),
        }
        return render(request, "royalties/deal_edit.html", context, status=status)

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Check what was written, take a file into the editor, or save the draft."""
        deal = self.edited(pk)
        deed = request.POST.get("deed", "save")
        if deed == "upload":
            return self.taken(request, deal)
        form = DraftForm(request.POST)
        if not form.is_valid():
            return self.shown(request, deal, form, status=422)
        if deed == "check":
            return self.shown(request, deal, form)
        try:
            entered = self.saved(deal, form)
        except drafts.DraftChanged as error:
            return self.met(request, deal, form, error)
        except DomainError as error:
            return self.shown(request, deal, form, status=422, problem=error.detail)
        passed = sum(1 for each in entered.examples if each.passed)
        messages.success(
            request,
            f"Version {entered.version.number} is saved as a draft. {passed} of "
            f"{len(entered.examples)} worked examples come out.",
        )
        return redirect("deal", pk=entered.version.deal_id)

    def saved(self, deal: Deal | None, form: DraftForm) -> deals.Entered:
        """Save the draft; raises what drafts.keep does, and what can't be read."""
        document = deal_text.read(form.cleaned_data["text"]).document
        opening = _balances(form.cleaned_data["opening"])
        return drafts.keep(
            document=document,
            deal=deal,
            seen=form.cleaned_data["seen"],
            by=self.person,
            at=timezone.now(),
            starts=_starts(document, form.cleaned_data["starts"]),
            opening=opening,
        )

    def taken(self, request: HttpRequest, deal: Deal | None) -> HttpResponse:
        """Show an uploaded file in the editor; nothing is kept yet."""
        upload = UploadForm(request.POST, request.FILES)
        before = DraftForm(initial=self.started(deal) | _typed(request))
        if not upload.is_valid():
            return self.shown(request, deal, before, status=422, upload=upload)
        file = upload.cleaned_data["file"]
        try:
            if file.size > 4 * deal_text.LONGEST:
                raise deal_text.TextUnreadable("The file is too large for a deal.", 1)
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            upload.add_error("file", "The file isn't text in UTF-8. Save it as UTF-8 JSON.")
        except deal_text.TextUnreadable as error:
            upload.add_error("file", error.detail)
        else:
            try:
                text = deal_text.printed(deal_text.read(text).document)
            except deal_text.TextUnreadable:
                pass  # shown as it is, with the line that is wrong
            form = DraftForm(initial=self.started(deal) | _typed(request) | {"text": text})
            return self.shown(request, deal, form)
        return self.shown(request, deal, before, status=422, upload=upload)

    def met(
        self, request: HttpRequest, deal: Deal | None, form: DraftForm, error: DomainError
    ) -> HttpResponse:
        """Show that the draft was saved by somebody else: theirs beside mine; mine stays typed."""
        theirs = _draft(deal) if deal else None
        mine, opened = form.cleaned_data["text"], form.cleaned_data["base"]
        now = deal_text.printed(theirs.document) if theirs else ""
        again = DraftForm(
            initial={
                **{name: form.cleaned_data[name] for name in ("text", "starts", "opening")},
                "seen": drafts.stamp(theirs),
                "base": now,
            }
        )
        return self.shown(
            request,
            deal,
            again,
            status=409,
            problem=error.detail,
            theirs=theirs,
            lines=_differs(now, mine),
            changed=_differs(opened, now) if opened else [],
        )

    def started(self, deal: Deal | None) -> dict[str, str]:
        """Return what the editor begins with: the draft, else the version in force."""
        if deal is None:
            return {"seen": ""}
        draft = _draft(deal)
        version = draft or deal.versions.order_by("-number").first()
        assert version is not None
        starts = draft.starts.isoformat() if draft and draft.starts else ""
        opening = draft.opening if draft else {}
        text = deal_text.printed(version.document)
        return {
            "text": text,
            "base": text,
            "starts": starts,
            "opening": json.dumps(opening, indent=2, ensure_ascii=False) if opening else "",
            "seen": drafts.stamp(draft),
        }


class New(Editor):
    """A new deal: from a starting document, from a file, or typed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Offer the ways to begin, or the editor with the starting document asked for."""
        text = template(request.GET.get("from", ""))
        if not text:
            context = {"templates": TEMPLATES, "upload": UploadForm()}
            return render(request, "royalties/deal_new.html", context)
        return self.shown(request, None, DraftForm(initial={"text": text, "seen": ""}))


class Edit(Editor):
    """The draft of a deal's next version."""

    seen_with = permissions.DEAL_ENTER

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it in the editor; without a draft it begins with the version in force."""
        deal = self.deal(pk)
        return self.shown(request, deal, DraftForm(initial=self.started(deal)))


class Check(Editor):
    """What a text comes to, while it is typed."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Say it; nothing is kept."""
        context = {"checked": deal_checks.check(request.POST.get("text", ""))}
        return fragments.page(request, "royalties/deal_check.html", context, block="said")


class Sign(Whole):
    """Ask for the signature of a draft."""

    permission = seen_with = permissions.DEAL_ENTER
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask; the change request's page is where it goes on."""
        deal = self.deal(pk)
        form = SignForm(request.POST)
        if form.is_valid():
            try:
                asked = deals.ask_for_signature(
                    deal=deal,
                    reason=form.cleaned_data["reason"],
                    by=self.person,
                    at=timezone.now(),
                )
            except drafts.SIGN_REFUSED as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "Asked for. Somebody else has to approve it.")
                return redirect("change", pk=asked.pk)
        return self.show(request, pk, form=form, status=422)


def _differs(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines in which two texts differ, with what stands around them, and their mark."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return [(line[:1].strip(), line[1:]) for line in lines][2:]


def _draft(deal: Deal) -> DealVersion | None:
    return deal.versions.filter(signed_at=None).first()


def _waits(deal: Deal) -> Any:
    return changes.open_on(deal_pages.SIGN, deal.pk, at=timezone.now())


def _typed(request: HttpRequest) -> dict[str, str]:
    """Return what stood in the form beside the file."""
    names = ("text", "starts", "opening", "seen", "base")
    return {name: request.POST[name] for name in names if request.POST.get(name)}


def _balances(written: str) -> dict[str, Any] | None:
    """Return opening balances; None where there are none. Raises TextUnreadable."""
    if not written.strip():
        return None
    try:
        return deal_text.read(written).document
    except deal_text.TextUnreadable as error:
        detail = f"The opening balances can't be read. {error.detail}"
        raise deal_text.TextUnreadable(detail, error.line) from error


def _starts(document: dict[str, Any], written: str) -> date | None:
    """Return the day from which a version holds; written as a period, or as a day."""
    written = written.strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return drafts.first_day(document, written)
