"""A licence's editor: a form that becomes the document, or the document as a file."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from kernel.errors import DomainError
from licenses import permissions
from licenses.engine.reading import LicenseInvalid, read
from licenses.forms import PART, LicenseForm, spoken
from licenses.models import License, LicenseVersion
from licenses.services import drafts
from licenses.views.licenses import LicensePage

LARGEST = 1_000_000


class Editor(LicensePage):
    """What writing a new licence and a next version have in common."""

    permission = permissions.LICENSE_ENTER

    def shown(
        self, request: HttpRequest, license: License | None, form: LicenseForm, *, status: int = 200
    ) -> HttpResponse:
        """Show the form with its problems."""
        context = {"license": license, "form": form, "parts": PART}
        return render(request, "licenses/edit.html", context, status=status)

    def begun(self, license: License | None) -> LicenseForm:
        """Return the form filled in from the draft, else from the version in force."""
        if license is None:
            return LicenseForm()
        version = LicenseVersion.objects.filter(license=license).order_by("-number").first()
        assert version is not None
        seen = "" if version.signed_at else version.sha256
        return LicenseForm(terms=read(version.document), seen=seen)

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Save the draft, or show what is wrong with it."""
        license = self.license(pk) if pk else None
        if request.FILES.get("file"):
            return self.taken(request, license)
        form = LicenseForm(request.POST)
        document = form.document() if form.is_valid() else None
        if document is not None:
            entered = self.saved(form, document, license, form.head.cleaned_data["seen"])
            if entered is not None:
                return self.done(request, entered)
        return self.shown(request, license, form, status=422)

    def taken(self, request: HttpRequest, license: License | None) -> HttpResponse:
        """Save an uploaded document as the draft."""
        form = self.begun(license)
        file: Any = request.FILES["file"]
        try:
            if file.size > LARGEST:
                raise ValueError("too large")
            document = json.loads(file.read().decode("utf-8-sig"))
        except ValueError:
            form.problems.append("The file isn't a JSON document of at most 1 MB. Choose another.")
            return self.shown(request, license, form, status=422)
        entered = self.saved(form, document, license, request.POST.get("seen", ""))
        if entered is not None:
            return self.done(request, entered)
        return self.shown(request, license, form, status=422)

    def saved(
        self, form: LicenseForm, document: Any, license: License | None, seen: str
    ) -> drafts.Entered | None:
        """Keep the document as the draft; None with the form's problems where it is refused."""
        try:
            if license is not None and read(document).code != license.code:
                raise drafts.LicenseRefused(
                    f"This is licence {license.code}, and a licence keeps its code. For another "
                    "licence begin a new one."
                )
            return drafts.enter(document=document, by=self.person, at=timezone.now(), seen=seen)
        except LicenseInvalid as error:
            form.problems += [
                spoken(one["path"], one["message"]) for one in error.extra["problems"]
            ]
        except DomainError as error:
            form.problems.append(error.detail)
        return None

    def done(self, request: HttpRequest, entered: drafts.Entered) -> HttpResponse:
        """Say what was saved, and what would stand in its way."""
        number = entered.version.number
        told = f"Version {number} is saved as a draft."
        if entered.obstacles:
            messages.warning(request, f"{told} Something stands in its way: see below.")
        else:
            messages.success(request, f"{told} Nothing stands in the way of its signature.")
        return redirect("license", pk=entered.version.license_id)


class New(Editor):
    """A new licence."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self.shown(request, None, self.begun(None))


class Edit(Editor):
    """The draft of a licence's next version."""

    seen_with = permissions.LICENSE_ENTER

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show it; without a draft it begins with the version in force."""
        license = self.license(pk)
        return self.shown(request, license, self.begun(license))
