"""People: they sign in with their e-mail address and belong to organisations by memberships."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from kernel.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new person; without a password they sign in by a code sent by mail."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address in any spelling."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person (or an API client's service account). No business data: people are global."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    locale = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    actor_kind = "person"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def actor_id(self) -> Any:
        """The identifier that events keep."""
        return self.id


class ServiceAccount(User):
    """A client of the API as an actor: what it may do is what its token says, never a role.

    ``client_key`` is its ApiClient's; it and the rest are set by whoever reads a token.
    """

    actor_kind = "client"
    scopes: frozenset[str] = frozenset()
    networks: tuple[str, ...] = ()
    client_key: UUID
    last_used_at: datetime | None = None

    class Meta:
        proxy = True
