"""Who am I: the first question of every client."""

from typing import Any

from rest_framework.request import Request

from accounts.api.base import ApiView
from accounts.models import ServiceAccount
from accounts.selectors import access, organisations
from foundation.api import schema
from foundation.api.operations import operation
from foundation.tenancy import current_org

ME = schema.record(
    "Me",
    {
        "organisation": schema.record(
            "Organisation",
            {"id": schema.UUID, "slug": schema.text(64), "name": schema.text(200)},
        ),
        "actor": schema.record(
            "Actor",
            {"id": schema.UUID, "kind": schema.text(20), "name": schema.text(254)},
        ),
        "roles": schema.many(schema.text(50)),
        "permissions": schema.many(schema.text(100)),
    },
)


class Me(ApiView):
    """The caller, the organisation they work for, and what they may do in it."""

    group = "Caller"
    signed_in = True

    @operation("Who am I, and what may I do?", gives=ME)
    def get(self, request: Request) -> dict[str, Any]:
        """Answer with identifiers, roles and permission codes."""
        actor, org_id = self.actor, current_org()
        assert org_id is not None  # the door: no organisation, no entry
        (org,) = organisations.named([org_id])
        if isinstance(actor, ServiceAccount):
            roles, codes = frozenset[str](), actor.scopes
        else:
            roles, codes = access.roles_of(actor.pk), access.codes_of(actor.pk)
        return {
            "organisation": {"id": str(org.pk), "slug": org.slug, "name": org.name},
            "actor": {"id": str(actor.pk), "kind": actor.actor_kind, "name": str(actor)},
            "roles": sorted(roles),
            "permissions": sorted(codes),
        }
