"""The ledger: entries that are only ever added, and the details that a person may ask to have forgotten."""

import uuid

from django.db import models

from audit import clock


class Entry(models.Model):
    """One thing that somebody did. Holds ids and digests, never names or words; triggers refuse change and removal (audit/guards.py)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    actor_id = models.CharField(max_length=64, blank=True)
    about_id = models.CharField(max_length=64, blank=True, default="", help_text="The person whom the details are about.")
    detail_digest = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="audit_entry_subject"),
            models.Index(fields=["about_id"], name="audit_entry_about"),
            models.Index(fields=["actor_id"], name="audit_entry_actor"),
            models.Index(fields=["action"], name="audit_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind}:{self.subject_id}"


class Detail(models.Model):
    """What an entry says beyond ids, with the salt of its digest. Only `log.forget` may empty it."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="detail", primary_key=True)
    salt = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"detail of {self.entry_id}"


class Unsealed(models.Model):
    """An entry that waits for its seal. A trigger adds it with the entry; the sealing step removes it."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="unsealed", primary_key=True)

    def __str__(self) -> str:
        return f"unsealed {self.entry_id}"


class Seal(models.Model):
    """The link of one entry in the chain, in commit order: `mac` covers the entry and the seal before it."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return f"seal {self.number}"


class DailyAnchor(models.Model):
    """The end of the chain on a day, to be kept in other places too. `code` covers the row, so that none is made without the key."""

    day = models.DateField(primary_key=True)
    number = models.BigIntegerField(help_text="Of the last seal.")
    mac = models.CharField(max_length=64, help_text="Its code.")
    made_at = models.DateTimeField()
    code = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="an_anchor_holds_to_a_seal")]

    def __str__(self) -> str:
        return f"anchor of {self.day}"


class Verification(models.Model):
    """A walk along the whole ledger: who asked for it (nobody: the schedule), and what it found."""

    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    number = models.BigIntegerField(default=0, help_text="Of the last seal when it began; 0 before the first.")
    count = models.PositiveIntegerField(default=0, help_text="How many findings.")
    findings = models.JSONField(default=list, help_text="The first of them, sentences with ids.")

    def __str__(self) -> str:
        return f"verification {self.pk}"
