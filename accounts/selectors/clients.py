"""Which client of the API sent a request: from its token to its organisation and its account."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import ApiClient, ServiceAccount
from accounts.passwords import ClientSecrets

ORGANISATION = "organisation"  # in the client's data: where to look for its binding
API = "/api/"
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A token that is valid now: whose it is, for which organisation, and what it is good for."""

    client_id: str
    org_id: UUID
    scopes: frozenset[str]


def has_bearer(request: HttpRequest) -> bool:
    """Return whether a request of the API comes with a token, valid or not; pages take none."""
    if not request.path_info.startswith(API):
        return False
    return request.headers.get("Authorization", "")[: len(_BEARER)].lower() == _BEARER


def token_of(request: HttpRequest) -> BearerToken | None:
    """Return the request's token where it is valid; looked up once a request."""
    if not hasattr(request, "bearer_token"):
        request.bearer_token = _token(request)  # type: ignore[attr-defined]
    found: BearerToken | None = request.bearer_token  # type: ignore[attr-defined]
    return found


def account_of(token: BearerToken) -> ServiceAccount | None:
    """Return the client's account with the codes that both it and its token have now, or None.

    Asked inside the organisation: a client that isn't bound there, has ended, or whose account was
    disabled is nobody.
    """
    live = ApiClient.objects.filter(Q(ends=None) | Q(ends__gt=Now()), client_id=token.client_id)
    bound = live.values_list("account_id", "codes", "networks", "pk", "last_used_at").first()
    if bound is None:
        return None
    account = ServiceAccount.objects.filter(pk=bound[0], is_active=True).first()
    if not isinstance(account, ServiceAccount):
        return None
    account.scopes = token.scopes & frozenset(bound[1])
    account.networks = tuple(bound[2])
    account.client_key, account.last_used_at = bound[3], bound[4]
    return account


def may_come_from(account: ServiceAccount, address: str) -> bool:
    """Return whether a client's tokens may be used from an IP address."""
    if not account.networks:
        return True
    try:
        here = ip_address(address)
    except ValueError:
        return False
    return any(here in ip_network(each) for each in account.networks)


def former_works_until(client: ApiClient, *, at: datetime) -> datetime | None:
    """Return until when a client's former secret works beside the present one; None: not at all."""
    kept = Client.objects.filter(pk=client.client_id).values_list("secret", flat=True).first()
    until = ClientSecrets().former_until(kept or "")
    return until if until and until > at else None


def _token(request: HttpRequest) -> BearerToken | None:
    value = request.headers.get("Authorization", "")[len(_BEARER) :].strip()
    if not has_bearer(request) or not value:
        return None
    tokens = Token.objects.select_related("client")
    token = tokens.lookup(Token.Type.ACCESS_TOKEN, value)
    if token is None or token.client is None:
        return None
    org_id = (token.client.data or {}).get(ORGANISATION)
    if org_id is None:
        return None
    return BearerToken(token.client.pk, UUID(org_id), frozenset(token.get_scopes()))


def by_client_id(client_id: str) -> UUID | None:
    """Return the key of the client with this public id in the open organisation."""
    rows = ApiClient.objects.filter(client_id=client_id)
    found: UUID | None = rows.values_list("pk", flat=True).first()
    return found
