"""Who calls the API: a client by its token, or a person by their session."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ServiceAccount
from accounts.selectors import clients


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
        return account, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Bearer realm="mediatrack"'
