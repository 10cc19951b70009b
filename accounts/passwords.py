"""Passwords that anybody would try first; and how the secrets of API clients are kept."""

import re
import time
from datetime import UTC, datetime
from hashlib import sha256

from django.contrib.auth.hashers import BasePasswordHasher, check_password
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

WORDS = ("mediatrack", "royalty", "royalties", "copyright", "licence", "license", "password")
LEFT_OVER = 8  # what must be left of a password without these words, digits and signs


class NotOfOurWords:
    """Refuses passwords made of the product's own words and a few signs."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError where hardly anything is left without such words."""
        rest = re.sub("|".join(WORDS), "", password.lower())
        if rest != password.lower() and len(re.sub(r"[\W\d_]", "", rest)) < LEFT_OVER:
            raise ValidationError(self.get_help_text(), code="password_of_our_words")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return "Don't build the password from this product's own words."


class ClientSecrets(BasePasswordHasher):
    """The secrets of an API client: the present one, and the former one until a moment.

    Ours are 256 random bits, so one SHA-256 keeps them; people's passwords never come here. The
    form is ``client$until$sha256$former``; ``former`` is encoded by any hasher, or empty.
    """

    algorithm = "client"

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether this is the present secret, or the former one in its time."""
        _, until, present, former = encoded.split("$", 3)
        if constant_time_compare(_sha256(password), present):
            return True
        return time.time() < int(until) and bool(former) and check_password(password, former)

    def rotated(self, secret: str, *, former: str, until: datetime) -> str:
        """Return ``secret`` encoded, with the present one of ``former`` beside it until then."""
        if former.startswith(f"{self.algorithm}$"):
            former = f"{self.algorithm}$0${former.split('$', 3)[2]}$"
        return f"{self.algorithm}${int(until.timestamp())}${_sha256(secret)}${former}"

    def former_until(self, encoded: str) -> datetime | None:
        """Return until when a former secret works beside the present one; None without one."""
        if not encoded.startswith(f"{self.algorithm}$"):
            return None  # never rotated: the token endpoint's own form
        _, until, _, former = encoded.split("$", 3)
        return datetime.fromtimestamp(int(until), UTC) if former else None

    def encode(self, password: str, salt: str) -> str:
        """Return a secret encoded, with no former one."""
        return f"{self.algorithm}$0${_sha256(password)}$"

    def must_update(self, encoded: str) -> bool:
        """Return False: it is changed by rotation alone."""
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Take no more time: the comparison is the same for every guess."""


def _sha256(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
