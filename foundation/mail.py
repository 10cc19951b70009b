"""Where mail goes when there is no SMTP server: a demo keeps it, anything else says so."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from foundation.models.mail import KeptMail


class Keeping(BaseEmailBackend):
    """Keeps every message in the database, for the demo's mail page."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages; return how many."""
        kept = KeptMail.objects.bulk_create(
            KeptMail(
                sender=message.from_email,
                recipients=message.recipients(),
                subject=str(message.subject),
                text=str(message.body),
            )
            for message in email_messages
        )
        return len(kept)


class Refusing(BaseEmailBackend):
    """Says what is missing, instead of losing mail in silence."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raise ImproperlyConfigured."""
        raise ImproperlyConfigured(
            "Mail can't be sent: set MEDIATRACK_SMTP_HOST (and _PORT, _USER, _PASSWORD)."
        )
