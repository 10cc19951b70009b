"""Register a work with its owner, numbers and credits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.base import Page
from catalog.forms import CREDITS, NUMBERS
from catalog.services.works import NewWork
from kernel.errors import DomainError
from rights.forms import RegisterForm
from rights.permissions import CLAIM_EDIT
from rights.services import registration


class New(Page):
    """A new work."""

    permission = CLAIM_EDIT

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(request, RegisterForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register it; a number that fails its check is refused unless it was confirmed."""
        form = RegisterForm(request.POST)
        if form.is_valid():
            told, details = form.cleaned_data, form.details
            try:
                work = registration.register_work(
                    work=NewWork(
                        kind=told["kind"],
                        title=details.title,
                        subtitle=details.subtitle,
                        version=details.version,
                        parent_id=details.parent_id,
                        number=details.number,
                        duration_seconds=details.duration_seconds,
                        code=told["code"],
                        identifiers=form.listed("scheme", "value", NUMBERS),
                        credits=tuple(
                            (name, role) for role, name in form.listed("role", "name", CREDITS)
                        ),
                    ),
                    owner=told["owner"],
                    confirmed=told["confirmed"],
                    actor=self.person,
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error(_field(error), error.detail)
            else:
                messages.success(request, f"{work.title} is registered. Claim its rights below.")
                return redirect("work_rights", pk=work.pk)
        return self.show(request, form, 422)

    def show(self, request: HttpRequest, form: RegisterForm, status: int = 200) -> HttpResponse:
        """Show the form with its errors."""
        numbers = [(form[f"scheme_{at}"], form[f"value_{at}"]) for at in range(1, NUMBERS + 1)]
        credits = [(form[f"role_{at}"], form[f"name_{at}"]) for at in range(1, CREDITS + 1)]
        context = {"form": form, "numbers": numbers, "credits": credits}
        return render(request, "rights/register.html", context, status=status)


def _field(error: DomainError) -> str | None:
    if error.code == "work_exists" and "work_code" in error.extra:
        return "code"
    return "value_1" if error.code in ("bad_identifier", "work_exists") else None
