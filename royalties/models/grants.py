"""Who may do what with one deal, beside what their roles allow."""

from django.db import models

from accounts.grants import ObjectGrant
from royalties.models.deals import Deal


class DealGrant(ObjectGrant):
    """A permission of one person on one deal."""

    content_object = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="grants"
    )

    class Meta(ObjectGrant.Meta):
        pass
