"""What passes in the life of an account: a change of address, an export of one's data, a request to be forgotten."""

from datetime import datetime
from uuid import uuid4

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q

from accounts import rules
from accounts.models.people import User
from audit import clock


def private_storage() -> Storage:
    """Never served by address: a view gives a file to its person."""
    return storages["documents"]


class AddressChange(models.Model):
    """A new address that waits until both mailboxes have said yes. The addresses are emptied 30 days after it ended."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    old_email = models.EmailField(max_length=254, blank=True)
    new_email = models.EmailField(max_length=254, blank=True)
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    old_confirmed_at = models.DateTimeField(null=True, editable=False)
    new_confirmed_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    is_done = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="one_change_of_address_waits_a_person"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_change_of_address_waits_for_a_while"),
            models.CheckConstraint(condition=Q(is_done=False) | Q(ended_at__isnull=False), name="a_change_of_address_done_has_ended"),
        ]

    def __str__(self) -> str:
        return f"change of address {self.pk}"

    @property
    def is_by_office(self) -> bool:
        """Whether the office spoke for the old mailbox: it did so in the instant it asked."""
        return self.old_confirmed_at == self.made_at

    @property
    def earliest_at(self) -> datetime:
        """Before this it does not come about: where the office spoke for the old mailbox, that one has a day to stop it."""
        return self.made_at + rules.OLD_MAILBOX_HAS if self.is_by_office else self.made_at


class Export(models.Model):
    """A copy of what is kept about a person, made for that person; its file is removed after seven days."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(editable=False)
    made_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    file = models.FileField(storage=private_storage, upload_to="exports", blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(removed_at=None), name="one_export_a_person_at_a_time"),
            models.CheckConstraint(condition=Q(removed_at=None) | Q(file=""), name="an_export_removed_has_no_file"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class ErasureRequest(models.Model):
    """What the office noted: a person asked to be forgotten. It waits for the person's own yes."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="one_request_to_be_forgotten_waits_a_person"),
            models.CheckConstraint(condition=Q(ended_at__isnull=False) | ~Q(reason=""), name="a_waiting_request_says_why"),
        ]

    def __str__(self) -> str:
        return f"request {self.pk} to be forgotten"
