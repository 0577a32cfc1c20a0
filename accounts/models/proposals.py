"""Acts that need several persons: what is proposed, and who signed it."""

from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.facts import ProposalState
from accounts.models.people import User
from audit import clock

OPEN = Q(state=ProposalState.OPEN.value)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self, *, at: datetime) -> "ProposalQuerySet":
        """Open, and its days are not over."""
        return self.filter(OPEN, expires_at__gt=at)


class Proposal(models.Model):
    """An act as it will be done, fixed by two digests. Only its end is ever written afterwards (accounts/guards.py)."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    payload_digest = models.CharField(max_length=64)
    document = models.TextField()
    document_digest = models.CharField(max_length=64)
    about = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    needed = models.PositiveSmallIntegerField("signatures needed")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=[(state.value, state.value) for state in ProposalState], default=ProposalState.OPEN.value
    )
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=500, blank=True)
    forgotten_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(needed__gte=2), name="a_proposal_needs_two_signatures"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in ProposalState]), name="a_proposal_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(OPEN, ended_at=None) | Q(~OPEN, ended_at__isnull=False), name="a_proposal_is_open_until_it_ends"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProposalState.WITHDRAWN.value, ProposalState.VOID.value]) | ~Q(ended_why=""),
                name="a_proposal_that_died_says_why",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="a_proposal_lives_for_a_while"),
            models.UniqueConstraint(fields=["kind", "payload_digest"], condition=OPEN, name="one_open_proposal_for_an_act"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Signature(models.Model):
    """One person's yes to exactly what they read. Kept for good."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of kind, payload and document as they were signed.")
    signed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="a_person_signs_a_proposal_once"),
            models.UniqueConstraint(fields=["proposal", "number"], name="signatures_are_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1), name="the_first_signature_is_number_one"),
        ]

    def __str__(self) -> str:
        return f"signature {self.number} of {self.proposal_id}"
