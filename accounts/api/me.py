"""Who am I: the first question of every client."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.models import ServiceAccount
from accounts.selectors import access, organisations
from foundation.tenancy import current_org


class Me(ApiView):
    """The caller, the organisation they work for, and what they may do in it."""

    signed_in = True

    def get(self, request: Request) -> Response:
        """Answer with identifiers, roles and permission codes."""
        actor, org_id = self.actor, current_org()
        assert org_id is not None  # the door: no organisation, no entry
        (org,) = organisations.named([org_id])
        if isinstance(actor, ServiceAccount):
            roles, codes = frozenset[str](), actor.scopes
        else:
            roles, codes = access.roles_of(actor.pk), access.codes_of(actor.pk)
        return Response(
            {
                "organisation": {"id": str(org.pk), "slug": org.slug, "name": org.name},
                "actor": {"id": str(actor.pk), "kind": actor.actor_kind, "name": str(actor)},
                "roles": sorted(roles),
                "permissions": sorted(codes),
            }
        )
