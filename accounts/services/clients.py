"""Give a program access to the API, and take it away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.db.models import Q

from accounts import permissions
from accounts.models import ApiClient, ServiceAccount, User
from accounts.passwords import ClientSecrets
from accounts.selectors.clients import ORGANISATION
from audit.actors import Actor
from audit.services import events
from foundation.tenancy import afterwards, current_org
from kernel.errors import DomainError
from kernel.ids import uuid7

OVERLAP, LONGEST = timedelta(days=7), timedelta(days=90)
NOTED_EVERY = timedelta(minutes=1)


class ClientRefused(DomainError):
    """A client that can't be made or ended as wanted; says why."""

    code = "client_refused"


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client just made; its secret is told this once and kept nowhere."""

    client: ApiClient
    client_id: str
    secret: str


@transaction.atomic
def make(*, name: str, codes: Iterable[str], by: Actor, at: datetime) -> NewClient:
    """Make a client of the open organisation that may do what ``codes`` name, and nothing else.

    It signs in with its id and secret (OAuth client credentials), for ten minutes at a time. Codes
    that need a fresh second factor are for people alone. Raises ClientRefused.
    """
    wanted = sorted(set(codes))
    _allowed(wanted)
    identity, secret = uuid7(), get_adapter().generate_client_secret()
    account = User.objects.create_user(f"client-{identity}@clients.invalid", name=name)
    granted = Client(
        id=identity.hex,
        name=name,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
        owner=account,
        data={ORGANISATION: str(current_org())},
    )
    granted.set_scopes(wanted)
    granted.set_default_scopes(wanted)
    granted.set_secret(secret)
    granted.save(force_insert=True)
    client = ApiClient(
        client_id=granted.pk,
        account=account,
        name=name,
        codes=wanted,
        made_by=by.actor_id,
        made_at=at,
    )
    client.save(force_insert=True)
    events.record("accounts.client.made", subject=client, actor=by, at=at, after={"codes": wanted})
    return NewClient(client, granted.pk, secret)


@transaction.atomic
def rotate(*, client_id: UUID, by: Actor, at: datetime, overlap: timedelta = OVERLAP) -> NewClient:
    """Give a client a new secret, told this once; the former one works on for ``overlap``.

    Raises ClientRefused.
    """
    if not timedelta(0) <= overlap <= LONGEST:
        raise ClientRefused(f"Both secrets may work together for up to {LONGEST.days} days.")
    client = _locked(client_id)
    granted = Client.objects.select_for_update().get(pk=client.client_id)
    secret = get_adapter().generate_client_secret()
    granted.secret = ClientSecrets().rotated(secret, former=granted.secret, until=at + overlap)
    granted.save(update_fields=["secret"])
    client.rotated_at = at
    client.save(update_fields=["rotated_at"])
    events.record(
        "accounts.client.rotated", subject=client, actor=by, at=at, after={"until": at + overlap}
    )
    return NewClient(client, granted.pk, secret)


@transaction.atomic
def allow_from(
    *,
    client_id: UUID,
    networks: Iterable[str],
    by: Actor,
    at: datetime,
    seen: Iterable[str] | None = None,
) -> ApiClient:
    """Let a client's tokens be used from these networks alone (none: from any).

    A network is an address or a CIDR range, of either family. ``seen`` are the networks that the
    person looked at. Raises ClientRefused, also where somebody changed them meanwhile.
    """
    wanted = []
    for each in networks:
        try:
            wanted.append(str(ip_network(each.strip())))
        except ValueError as error:
            raise ClientRefused(
                f"{each!r} is no network. Write it like 192.0.2.0/24 or 2001:db8::/32."
            ) from error
    client = _locked(client_id)
    if seen is not None and sorted(seen) != sorted(client.networks):
        raise ClientRefused(
            "Somebody changed the networks meanwhile. They are now: "
            f"{', '.join(client.networks) or 'any'}. Save once more to put yours in their place."
        )
    before, client.networks = client.networks, sorted(set(wanted))
    client.save(update_fields=["networks"])
    events.record(
        "accounts.client.networks_set",
        subject=client,
        actor=by,
        at=at,
        before={"networks": before},
        after={"networks": client.networks},
    )
    return client


def _locked(client_id: UUID) -> ApiClient:
    client = ApiClient.objects.select_for_update().filter(pk=client_id, ends=None).first()
    if client is None:
        raise ClientRefused("There is no such client here, or it has ended already.")
    return client


@transaction.atomic
def end(*, client_id: UUID, by: Actor, at: datetime, reason: str) -> ApiClient:
    """Take a client's access away: its tokens are refused from the next request on."""
    client = ApiClient.objects.select_for_update().filter(pk=client_id).first()
    if client is None or client.ends is not None:
        raise ClientRefused("There is no such client here, or it has ended already.")
    client.ends = at
    client.save(update_fields=["ends"])
    Token.objects.filter(client_id=client.client_id).delete()
    Client.objects.filter(pk=client.client_id).update(grant_types="")
    events.record("accounts.client.ended", subject=client, actor=by, at=at, reason=reason)
    return client


def note_use(account: ServiceAccount, *, at: datetime) -> None:
    """Note that a client used its access: after the request, whatever comes of it.

    Once a minute at most, so that reading costs no writing.
    """
    if account.last_used_at and at - account.last_used_at < NOTED_EVERY:
        return
    earlier = Q(last_used_at=None) | Q(last_used_at__lt=at)
    rows = ApiClient.objects.filter(earlier, pk=account.client_key)
    afterwards(lambda: rows.update(last_used_at=at))


def note_elsewhere(account: ServiceAccount, *, at: datetime) -> None:
    """Record that a client's token came from a network it may not be used from."""
    events.refuse(
        "accounts.client.came_from_elsewhere",
        subject=("accounts.apiclient", account.client_key),
        actor=account,
        at=at,
        reason=f"It may be used from {', '.join(account.networks)} alone.",
    )


def _allowed(codes: list[str]) -> None:
    known = {permission.code: permission for permission in permissions.every()}
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        raise ClientRefused(
            f"Name permissions that exist; these don't: {', '.join(unknown) or 'none given'}. "
            f"There are: {', '.join(code for code, each in known.items() if not each.high)}."
        )
    high = [code for code in codes if known[code].high]
    if high:
        raise ClientRefused(
            f"{', '.join(high)} need a person's second factor. Leave them out for a program."
        )
