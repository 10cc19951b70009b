"""A work's chain of title: file a document, read it, put another in its place, take it out."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from catalog.views.base import WorkPage
from foundation.storage import responses
from kernel.errors import DomainError
from rights.limit_forms import DocumentForm, ReasonForm
from rights.models import Document
from rights.permissions import CLAIM_EDIT, CLAIM_VIEW
from rights.selectors import limits as known
from rights.services import limits

if TYPE_CHECKING:
    from catalog.models import Work


class New(WorkPage):
    """A new document."""

    permission = CLAIM_EDIT
    tab = "work_rights"

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the form."""
        work = self.work(pk)
        form = DocumentForm(claims=known.claims_of(pk), fresh=True)
        return self.show(request, "rights/document_new.html", work, {"form": form})

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """File it."""
        work = self.work(pk)
        form = DocumentForm(request.POST, request.FILES, claims=known.claims_of(pk), fresh=True)
        if form.is_valid():
            try:
                limits.file(work_id=pk, actor=self.person, at=timezone.now(), **form.told)
            except DomainError as error:
                form.add_error(None, error.detail)
            else:
                messages.success(request, "The document is filed.")
                return redirect("work_rights", pk=pk)
        return self.show(request, "rights/document_new.html", work, {"form": form}, 422)


class DocumentPage(WorkPage):
    """A page about one document of a work."""

    tab = "work_rights"

    def found(self, pk: UUID, document: UUID) -> Document:
        """Return the document of the work, or 404."""
        found = known.document(pk, document)
        if found is None:
            raise Http404
        return found


class One(DocumentPage):
    """One document: what it is; another in its place; out of the chain of title."""

    permission: ClassVar = {"GET": CLAIM_VIEW, "POST": CLAIM_EDIT}

    def get(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse:
        """Show it."""
        work, found = self.work(pk), self.found(pk, document)
        return self.ask(request, work, found, self.replacing(found), ReasonForm(prefix="out"))

    def post(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse:
        """Put another in its place, or take it out."""
        work, found = self.work(pk), self.found(pk, document)
        out = request.POST.get("deed") == "out"
        other = self.replacing(found) if out else self.replacing(found, request)
        gone = ReasonForm(request.POST if out else None, prefix="out")
        sent: forms.Form = gone if out else other
        if sent.is_valid():
            who: dict[str, Any] = {"actor": self.person, "at": timezone.now()}
            try:
                if out:
                    reason = gone.cleaned_data["reason"]
                    limits.unfile(document_id=document, reason=reason, **who)
                else:
                    limits.file(work_id=pk, replaces=document, **other.told, **who)
            except DomainError as error:
                sent.add_error(None, error.detail)
            else:
                messages.success(
                    request, "The document is taken out." if out else "The document is replaced."
                )
                return redirect("work_rights", pk=pk)
        return self.ask(request, work, found, other, gone, 422)

    def replacing(self, found: Document, request: HttpRequest | None = None) -> DocumentForm:
        """Return the form of the document that takes its place."""
        return DocumentForm(
            *((request.POST, request.FILES) if request else ()),
            claims=known.claims_of(found.work_id),
            fresh=False,
            initial={
                "label": found.label,
                "parties": found.parties,
                "claim": str(found.claim or ""),
            },
        )

    def ask(
        self,
        request: HttpRequest,
        work: "Work",
        found: Document,
        other: DocumentForm,
        out: ReasonForm,
        status: int = 200,
    ) -> HttpResponse:
        """Show the page."""
        context = {
            "document": found,
            "claims": known.claim_words(work.pk, [found.claim]),
            "other": other,
            "out": out,
            "wrong": out if out.is_bound else other,
        }
        return self.show(request, "rights/document.html", work, context, status)


class File(DocumentPage):
    """A document's file."""

    permission = CLAIM_VIEW

    def get(self, request: HttpRequest, pk: UUID, document: UUID) -> HttpResponseBase:
        """Return it, to be kept. Raises FileDestroyed where its time is over."""
        self.work(pk)
        return responses.sent(self.found(pk, document).file)
