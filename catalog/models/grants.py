"""Who may do what with one work, beside what their roles allow."""

from django.db import models

from accounts.grants import ObjectGrant
from catalog.models.works import Work


class WorkGrant(ObjectGrant):
    """A permission of one person or team on one work."""

    content_object = models.ForeignKey(
        Work, models.PROTECT, db_constraint=False, db_index=False, related_name="grants"
    )

    class Meta(ObjectGrant.Meta):
        pass
