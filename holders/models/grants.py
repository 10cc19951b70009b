"""Who may do what with one holder, beside what their roles allow."""

from django.db import models

from accounts.grants import ObjectGrant
from holders.models.holders import Holder


class HolderGrant(ObjectGrant):
    """A permission of one person or team on one holder."""

    content_object = models.ForeignKey(
        Holder, models.PROTECT, db_constraint=False, db_index=False, related_name="grants"
    )

    class Meta(ObjectGrant.Meta):
        pass
