"""What somebody was told, and how they wish to be told."""

from django.db import models
from django.db.models import Q

from foundation.models import TenantModel


class Mail(models.TextChoices):
    """When a topic's mail goes out."""

    NEVER = "never", "Never"
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"


class Notification(TenantModel):
    """One thing that one person was told. ``event_id`` is the event, or
    the fact of an event, that it tells of."""

    person = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    topic = models.CharField(max_length=50)
    event_id = models.UUIDField()
    text = models.CharField(max_length=300)
    address = models.CharField(max_length=300)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.NEVER)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "event_id", "topic", "person"], name="notified_once"
            )
        ]
        indexes = [
            models.Index(fields=["org_id", "person", "-at"], name="notification_of_person"),
            models.Index(
                fields=["org_id", "person"], name="notification_unread", condition=Q(read_at=None)
            ),
            models.Index(
                fields=["org_id", "mail", "person"],
                name="notification_to_mail",
                condition=Q(mailed_at=None) & ~Q(mail="never"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Preference(TenantModel):
    """How one person wishes to be told of one topic; without a row, as the topic says."""

    person = models.ForeignKey("accounts.User", models.PROTECT, db_index=False, related_name="+")
    topic = models.CharField(max_length=50)
    shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.NEVER)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org_id", "person", "topic"], name="one_preference_a_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.mail}"
