"""Where explicit content may not be shown: public rules, and an organisation's own beside them."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel
from foundation.models.known import live_index
from kernel.ids import uuid7
from territories.models.bitemporal import Bitemporal, sound_ranges


class ExplicitGround(Bitemporal):
    """The places of one rule, as an expression, and the words that it rests on (``basis``)."""

    expression = models.TextField()
    basis = models.CharField(max_length=500)

    class Meta:
        abstract = True


class ExplicitRule(ExplicitGround):
    """A public rule: explicit content may not be shown there on the days that it holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        constraints = [
            *sound_ranges("explicit_rule"),
            models.UniqueConstraint(
                fields=["expression", "starts"],
                name="one_current_explicit_rule_from_a_day",
                condition=Q(superseded_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expression} from {self.starts}"


class OrgExplicitRule(TenantModel, ExplicitGround):
    """An organisation's own rule. ``forbids`` False: public rules don't hold in these places."""

    forbids = models.BooleanField()

    class Meta:
        constraints = sound_ranges("org_explicit_rule")
        indexes = [live_index("org_explicit_rule_live", "id")]

    def __str__(self) -> str:
        return f"{self.expression} from {self.starts}"
