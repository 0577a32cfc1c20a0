"""Effects still to happen, written in the transaction of their cause."""

from django.db import models

from audit import clock


class OutboxMessage(models.Model):
    """One effect: which handler, about which row, under which key. Happens at most once for files and rows; mail carries the key."""

    kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(done_at=None) | models.Q(gave_up_at=None), name="message_is_not_done_and_given_up"),
        ]

    def __str__(self) -> str:
        return self.key
