"""Large files in pieces: begin, a piece, how far, give up. Answers are JSON, for a script."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from accounts.views.base import Page
from integrations import permissions
from integrations.models import Upload
from integrations.services import uploads
from kernel.errors import DomainError


def refused(error: DomainError) -> JsonResponse:
    """Answer a refusal as a problem document."""
    return JsonResponse(
        error.problem(), status=error.status, content_type="application/problem+json"
    )


def told(row: Upload, status: int = 200) -> JsonResponse:
    """Say how far an upload is."""
    return JsonResponse(
        {"id": str(row.pk), "offset": row.taken, "piece": uploads.PIECE}, status=status
    )


class Begin(Page):
    """Begin an upload, or go on with one."""

    permission = permissions.IMPORT_RUN

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say where to go on; a new upload begins at byte 0."""
        size = request.POST.get("size", "")
        try:
            row = uploads.begin(
                name=request.POST.get("name", "")[:255] or "upload",
                size=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0,
                head=request.POST.get("head", ""),
                by=self.person,
                at=timezone.now(),
            )
        except DomainError as error:
            return refused(error)
        return told(row, 200 if row.taken else 201)


class One(Page):
    """One upload of one's own."""

    permission = permissions.IMPORT_RUN
    seen_with = permissions.IMPORT_RUN

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say how far it is."""
        return self.answer(lambda: told(uploads.found(pk, self.person)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a piece: its bytes as the body, its place and hash in headers."""
        uploads.found(pk, self.person)
        offset = request.headers.get("Upload-Offset", "")
        if not (offset.isascii() and offset.isdecimal() and len(offset) < 16):
            return self.answer(lambda: refused(uploads.BrokenPiece("Upload-Offset is missing.")))
        if int(request.headers.get("Content-Length") or 0) > uploads.PIECE:
            too_large = uploads.TooLarge(f"A piece has at most {uploads.PIECE} bytes.")
            return self.answer(lambda: refused(too_large))
        return self.answer(
            lambda: told(
                uploads.take(
                    upload_id=pk,
                    offset=int(offset),
                    content=request.body,
                    digest=request.headers.get("Upload-Sha256", ""),
                    by=self.person,
                    at=timezone.now(),
                )
            )
        )

    def delete(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give it up."""

        def done() -> HttpResponse:
            uploads.drop(upload_id=pk, by=self.person)
            return HttpResponse(status=204)

        return self.answer(done)

    def answer(self, ask: Any) -> HttpResponse:
        """Return what ``ask`` returns, or its refusal; an unknown upload is a page's 404."""
        try:
            answer: HttpResponse = ask()
        except uploads.NoUpload:
            raise
        except DomainError as error:
            return refused(error)
        return answer


class BeginTable(Begin):
    """Begin to upload a table, or go on with it."""

    permission = permissions.TABLE_IMPORT


class OneTable(One):
    """One's own upload of a table."""

    permission = permissions.TABLE_IMPORT
    seen_with = permissions.TABLE_IMPORT
