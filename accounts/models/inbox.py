"""A person's inbox."""

import json
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.models.fields import EncryptedTextField
from accounts.models.people import User

BLOCK = 2048  # letters: what is sealed is filled up to a multiple, so that its length tells a case letter from no other


class MessageQuerySet(models.QuerySet["Message"]):
    def of(self, person: User) -> "MessageQuerySet":
        """One's own, the newest first, with all of it still sealed."""
        return self.filter(person=person).order_by("-posted_at", "-pk").defer("sealed")

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """One letter in the inbox of a person. Its row says for whom, when, and whether it was opened; all else is sealed, and equally long.

    Words stand here, under FIELD_KEYS, or with another app, under a key of its own: then the row leads to them (accounts/inbox.py).
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(
        max_length=64, unique=True, editable=False, help_text="A keyed digest: the key itself would say whose letter it is."
    )
    sealed = EncryptedTextField(editable=False)
    posted_at = models.DateTimeField(editable=False)
    posted_on = models.DateField(editable=False, help_text="The day in the association's zone: periods count from it.")
    read_at = models.DateTimeField(null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-posted_at"], name="message_by_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @staticmethod
    def packed(*, title: str = "", words: str = "", source: str = "", of: str = "") -> str:
        """What is sealed: a title and words, or which app has them (`source`) and under which id (`of`)."""
        text = json.dumps({"title": title, "words": words, "source": source, "of": of})
        return text.ljust(-(-len(text) // BLOCK) * BLOCK)

    @property
    def contents(self) -> dict[str, Any]:
        """What `packed` was given. Raises accounts.models.fields.LostKey."""
        told: dict[str, Any] = json.loads(self.sealed)
        return told
