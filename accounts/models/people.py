"""People: their log-in, and the names they have gone by."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower

from accounts import actions
from audit import clock, log
from outbox import queue as outbox

FORGOTTEN = "Name removed at the person’s request"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with an address; without a password nobody can log in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A site administrator from the start, for commands on the server; others are appointed by accounts/roles.py. Auditors are told."""
        from accounts.models.roles import Roles

        with transaction.atomic(using=self._db):
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            Roles.objects.using(self._db).create(person=user, site_administrator=True)
            entry = log.record(actions.ROLE_GRANTED, user, by=None, role="site_administrator", reason="Made on the server.")
            for auditor in self.auditors():
                outbox.put("accounts.role_changed", f"{entry.pk}:{auditor.pk}", key=f"role_changed:{entry.uid}:{auditor.pk}")
        return user

    def auditors(self) -> models.QuerySet["User"]:
        """Who is told when something is done that only an auditor can look at afterwards."""
        return self.filter(is_active=True, roles__auditor=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        """By the address in small letters, as the limiter counts it. Raises DoesNotExist.

        Asked without regard to capitals, PostgreSQL takes ſ for s and ı for i: each such spelling would have tries of its own.
        """
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can log in, by e-mail address. Names stand in `Name`, dated."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    is_staff = models.BooleanField("may use the office's screens", default=False)
    is_active = models.BooleanField("may log in", default=True)
    date_joined = models.DateTimeField(default=clock.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False, help_text="Since then the row names nobody: records hang on it.")

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="address_is_in_small_letters"),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(is_active=False), name="who_was_forgotten_does_not_log_in"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> "Name | None":
        """The name in use: the one recorded last and not voided. Asks nothing more where `names` were fetched before."""
        return next((name for name in self.names.all() if name.replaced_at is None), None)

    def get_full_name(self) -> str:
        if self.erased_at is not None:
            return FORGOTTEN
        name = self.name
        return name.full_name if name else self.email

    def get_short_name(self) -> str:
        return self.get_full_name()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Nobody deletes a person: certificates and the ledger hang on them. Wagtail's screens ask here, for administrators too."""
        return perm != "accounts.delete_user" and super().has_perm(perm, obj)

    @property
    def first_name(self) -> str:
        """Wagtail's admin asks for it; a name is never split here."""
        return self.get_full_name()

    last_name = ""


class NameQuerySet(models.QuerySet["Name"]):
    def current(self) -> "NameQuerySet":
        """Not replaced: at most one a person."""
        return self.filter(replaced_at=None)


class Name(models.Model):
    """A name as the person writes it, and in Latin letters where it is written otherwise. A change adds a row (accounts/naming.py)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="names")
    full_name = models.CharField(max_length=120)
    latin_name = models.CharField("name in Latin letters", max_length=120, blank=True)
    family_name_first = models.BooleanField(default=False)
    language = models.CharField(
        "language of the name", max_length=16, blank=True, help_text="Such as ja or zh-Hant; it chooses the letter shapes."
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(replaced_at=None), name="one_name_in_use_a_person"),
        ]

    def __str__(self) -> str:
        return self.full_name


class NameWord(models.Model):
    """A folded word of the name in use (names.keys_of), by which its bearer is found. Kept by accounts/people.py."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="name_words")
    word = models.CharField(max_length=64, help_text='Compared by code point: collation "C" on PostgreSQL, so that a range is a prefix.')

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "person"], name="a_person_has_a_word_once")]

    def __str__(self) -> str:
        return self.word


class NameSlip(models.Model):
    """What a word of some name becomes when one letter is dropped (names.slips): leads from a typing error to the word."""

    slip = models.CharField(max_length=64)
    word = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slip", "word"], name="a_slip_leads_to_a_word_once")]
        indexes = [models.Index(fields=["word"], name="slip_by_word")]

    def __str__(self) -> str:
        return f"{self.slip} → {self.word}"
