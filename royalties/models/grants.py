"""Who may do what with one deal or one statement, beside what their roles allow."""

from django.db import models

from accounts.grants import ObjectGrant
from royalties.models.deals import Deal
from royalties.models.statements import Statement


class DealGrant(ObjectGrant):
    """A permission of one person or team on one deal."""

    content_object = models.ForeignKey(
        Deal, models.PROTECT, db_constraint=False, db_index=False, related_name="grants"
    )

    class Meta(ObjectGrant.Meta):
        pass


class StatementGrant(ObjectGrant):
    """A permission of one person or team on one statement."""

    content_object = models.ForeignKey(
        Statement, models.PROTECT, db_constraint=False, db_index=False, related_name="grants"
    )

    class Meta(ObjectGrant.Meta):
        pass
