"""The way to a second factor: set one up, give it again, and go on where one was stopped."""

from urllib.parse import urlencode
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.services import held
from accounts.views.base import Page


class SecondFactor(Page):
    """Who needs a second factor: confirm with it where there is one, else how to set one up."""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the person on, or explain what to set up."""
        methods = [
            method
            for method in get_adapter().get_reauthentication_methods(request.user)
            if "mfa" in method["id"]
        ]
        if methods:
            return _on_to(methods[0]["url"], request)
        return render(request, "accounts/second_factor.html", {"next": _next(request)})


class StepUp(Page):
    """Confirm once more: to the passkey or code page, whichever the person has."""

    own_account = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the person to their way of confirming."""
        methods = get_adapter().get_reauthentication_methods(request.user)
        strong = [method for method in methods if "mfa" in method["id"]]
        if not strong:
            return _on_to(reverse("accounts:second_factor"), request)
        return _on_to(strong[0]["url"], request)


class Resume(Page):
    """A form that was held while its author confirmed: look at it once more, then send it."""

    signed_in = True

    def get(self, request: HttpRequest, token: UUID) -> HttpResponse:
        """Show what is about to be sent."""
        form = held.look_up(
            session=request.session,
            token=token,
            by=self.person,
            at=timezone.now(),
        )
        return render(request, "accounts/resume.html", {"held": form})


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards: an address of our own, else home."""
    wanted = request.GET.get("next", "/")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours else "/"


def _on_to(address: str, request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{address}?{urlencode({'next': _next(request)})}")
