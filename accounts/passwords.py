"""Passwords that anybody would try first, beside Django's own list of common ones."""

import re

from django.core.exceptions import ValidationError

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
