"""Who calls the API: a client by its token, or a person by their session."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ServiceAccount
from accounts.selectors import clients
from accounts.services import clients as notes
from audit.middleware import address
from kernel.errors import DomainError


class ElsewhereOnly(DomainError):
    """The client's token came from a network that it may not be used from."""

    code = "network_not_allowed"
    status = 403


class ClientToken(BaseAuthentication):
    """A client's access token (OAuth client credentials), for the organisation it is bound to."""

    def authenticate(self, request: Request) -> tuple[ServiceAccount, clients.BearerToken] | None:
        """Return the client's account, or None where no token was sent."""
        if not clients.has_bearer(request._request):
            return None
        token = clients.token_of(request._request)
        account = clients.account_of(token) if token else None
        if token is None or account is None:
            raise AuthenticationFailed(
                "The token is unknown or has expired. Ask for a new one at api/v1/oauth/token."
            )
        if not clients.may_come_from(account, address(request._request)):
            notes.note_elsewhere(account, at=timezone.now())
            raise ElsewhereOnly("This client may be used from other networks alone.")
        notes.note_use(account, at=timezone.now())
        return account, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Bearer realm="mediatrack"'
