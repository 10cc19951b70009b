"""How commands and background tasks enter organisations: each declares it, a test tries it."""

from enum import Enum


class Enters(Enum):
    """Whose rows a command or a task may see and change."""

    ONE = "one organisation, which its caller names"
    EACH = "every organisation (or the one that is named), one after the other"
    NONE = "no organisation: it sees and changes no row of any"
