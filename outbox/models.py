"""Effects still to happen, written in the transaction of their cause."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from audit import clock

WAITING = Q(done_at=None, gave_up_at=None)


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def free(self, *, at: datetime) -> "OutboxMessageQuerySet":
        """Due and in nobody's hands: unclaimed, or claimed by a worker whose lease has run out."""
        return self.filter(WAITING, Q(claimed_until=None) | Q(claimed_until__lte=at), due_at__lte=at)

    def undelivered(self) -> "OutboxMessageQuerySet":
        """What went wrong at least once and has not happened yet, what was given up first: the office's list."""
        return self.filter(done_at=None).exclude(last_error="").order_by(F("gave_up_at").asc(nulls_last=True), "due_at", "pk")


class OutboxMessage(models.Model):
    """One effect: which handler, about which row, under which key. Happens at most once for files and rows; mail carries the key."""

    kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(gave_up_at=None), name="message_is_not_done_and_given_up"),
            models.CheckConstraint(condition=WAITING | Q(claimed_until=None), name="finished_message_is_in_nobodys_hands"),
            models.CheckConstraint(condition=Q(gave_up_at=None) | ~Q(last_error=""), name="message_given_up_says_why"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=WAITING, name="outbox_message_waiting")]

    def __str__(self) -> str:
        return self.key
