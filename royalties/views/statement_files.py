"""A statement as a file: small ones at once, others made by a job that the page waits for."""

import io
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from foundation import storage
from foundation.pages import fragments
from foundation.storage import responses
from royalties import documents, policies
from royalties.models import Statement
from royalties.services import documents as files
from royalties.services import opening
from royalties.views.statements import StatementPage


class File(StatementPage):
    """One of a statement's files: where it stands, and the file itself."""

    def get(self, request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
        """Return the file where it can be had now, else the page that waits for it."""
        statement = self.statement(pk)
        if kind not in documents.FORMATS:
            raise Http404
        policies.check_file(self.person, statement, kind)
        if documents.made_at_once(statement, kind):
            out = io.BytesIO()
            documents.write(statement, kind, out, by=str(self.person), at=timezone.now())
            return self.sent(out.getvalue(), statement, kind)
        job = files.asked(statement_id=pk, kind=kind)
        stored = files.ready(job) if job else None
        if stored is not None and "download" in request.GET:
            content = storage.open_file(stored).read()
            return self.sent(content, statement, kind)
        context = {
            "statement": statement,
            "kind": kind,
            "label": documents.label(kind),
            "job": job,
            "stored": stored,
        }
        return fragments.page(request, "royalties/statement_file.html", context, block="state")

    def post(self, request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
        """Ask for the file, unless it is there already, and wait for it on its page."""
        statement = self.statement(pk)
        if kind not in documents.FORMATS:
            raise Http404
        policies.check_file(self.person, statement, kind)
        job = files.asked(statement_id=pk, kind=kind)
        if job is None or (job.ended and files.ready(job) is None):
            files.ask(statement_id=statement.pk, kind=kind, by=self.person, at=timezone.now())
        return redirect("statement_file", pk=pk, kind=kind)

    def sent(self, content: bytes, statement: Statement, kind: str) -> HttpResponse:
        """Return the file."""
        opening.note(statement=statement, by=self.person, at=timezone.now())
        name, media_type = documents.file_name(statement, kind), documents.media_type(kind)
        return responses.attached(content, name=name, media_type=media_type)
