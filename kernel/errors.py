"""Errors for people: what happened, to which thing, and what to do next."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that is safe to show to whoever caused it.

    ``code`` is stable and part of the API; ``status`` is the HTTP status an edge answers with.
    ``extra`` holds further JSON-ready members (``path``, ``row``, ``column``, ``suggestions``).
    """

    code: ClassVar[str] = "domain_error"
    status: ClassVar[int] = 409

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def problem(self) -> dict[str, Any]:
        """Return the RFC 9457 problem document of this error, ready for ``json.dumps``."""
        return {
            "type": f"urn:mediatrack:problem:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class InvalidValue(DomainError):
    """A value that cannot be read; ``extra`` says where."""

    code = "invalid_value"
    status = 422
