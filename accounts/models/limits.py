"""How often something was tried of late."""

from django.db import models


class Tries(models.Model):
    """The tries of one address or account in one span of time (accounts/limits.py). Rows live for an hour at most.

    `id` is the scope and a keyed digest of who tried: nobody reads an address from it without LIMITER_KEY.
    """

    id = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveIntegerField()
    ends = models.BigIntegerField(help_text="When the span is over, in milliseconds since 1970.")

    class Meta:
        indexes = [models.Index(fields=["ends"], name="tries_by_end")]

    def __str__(self) -> str:
        return f"{self.count} tries"
