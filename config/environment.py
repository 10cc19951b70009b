"""What the settings read from the environment; a wrong value stops the start with a sentence."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from foundation.owner import hand_over


def text(name: str, default: str | None = None) -> str:
    """Return the variable ``name``; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. `make up` starts private servers and sets it."
        )
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable: 1, true, yes, on or 0, false, no, off."""
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("", "0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def whole(name: str, default: int) -> int:
    """Return a variable that is a whole number, zero or more."""
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.")
    return int(value)


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgresql://user:password@/name?host=/socket/dir``."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("A database address begins with postgresql://.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(host)),
        "PORT": query.pop("port", port),
        "OPTIONS": query,
    }


def secret_key(state: Path) -> str:
    """Return the key that signs sessions: SECRET_KEY, or one made once in ``state``."""
    if "SECRET_KEY" in os.environ:
        return os.environ["SECRET_KEY"]
    path = state / "secret_key"
    state.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = secrets.token_urlsafe(50)
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(key)
    hand_over(path)
    return key
