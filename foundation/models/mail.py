"""Mail that a demo keeps, because it has nobody to send it to."""

from django.db import models

from kernel.ids import uuid7


class KeptMail(models.Model):
    """One message of the demo, shown on a page instead of being sent. Global: mail is people's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.CharField(max_length=320)
    recipients = models.JSONField(default=list)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
