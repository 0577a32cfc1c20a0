"""What was done in a case, what has to be done until when, and what was written to whom."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import Proposal, User
from audit import clock
from complaints.facts import Channel, ClockName, Machine, Party
from complaints.models.cases import Case, one_of


class Step(models.Model):
    """One step of a case, as it was filled in: taken (`taken_at`), waiting for signatures, or void.

    `values` holds what is no word of the case: dates, choices, numbers. The words are a sealed paper. `digest` is that of the salted
    canonical form of both, and stands in the proposal that people sign. Rows are never changed but for the way they end (guards.py).
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    machine = models.CharField(max_length=14, choices=[(machine.value, machine.value) for machine in Machine], editable=False)
    name = models.CharField(max_length=32, editable=False, help_text="Of the step (complaints/states).")
    asked = models.BooleanField(default=False, editable=False, help_text="Somebody asks for it; others take it.")
    order = models.ForeignKey("complaints.InterimOrder", on_delete=models.PROTECT, null=True, related_name="steps", editable=False)
    application = models.ForeignKey("complaints.Reinstatement", on_delete=models.PROTECT, null=True, related_name="steps", editable=False)
    before = models.CharField(max_length=20, blank=True, editable=False)
    after = models.CharField(max_length=20, blank=True, editable=False, help_text="Empty while it waits.")
    version = models.PositiveIntegerField(editable=False, help_text="Of the case, as whoever acted saw it.")
    values = models.JSONField(default=dict, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    taken_at = models.DateTimeField(null=True, editable=False)
    void_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("machine", Machine), name="a_step_belongs_to_a_known_machine"),
            models.CheckConstraint(condition=Q(taken_at=None) | Q(void_at=None), name="a_step_is_not_taken_and_void"),
            models.CheckConstraint(condition=Q(taken_at=None) | ~Q(after=""), name="a_step_taken_leads_somewhere"),
            models.UniqueConstraint(
                fields=["case", "name", "asked"],
                condition=Q(taken_at=None, void_at=None) & Q(machine=Machine.CASE.value),
                name="a_step_waits_once_a_case",
            ),
        ]
        indexes = [models.Index(fields=["case", "taken_at"], name="timeline_of_case")]

    def __str__(self) -> str:
        return f"{self.name} in {self.case_id}"


class Clock(models.Model):
    """A deadline that runs, as complaints/clocks.py counts it. `due_at` is kept for the queue; None while it stands still."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    name = models.CharField(max_length=24, choices=[(name.value, name.value) for name in ClockName], editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    started = models.DateTimeField(editable=False)
    days = models.PositiveSmallIntegerField(null=True, editable=False)
    hours = models.PositiveSmallIntegerField(null=True, editable=False)
    stops = models.JSONField(default=list, editable=False, help_text="Pairs of instants, the second null while it stands still.")
    due_at = models.DateTimeField(null=True, editable=False)
    warned = models.JSONField(default=list, editable=False, help_text="The numbers of days before the end at which it was said.")
    ended = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("name", ClockName), name="a_clock_has_a_known_name"),
            models.CheckConstraint(
                condition=Q(days=None, hours__isnull=False) | Q(days__isnull=False, hours=None), name="a_clock_counts_days_or_hours"
            ),
            models.CheckConstraint(condition=Q(ended=None) | Q(ended__gte=F("started")), name="a_clock_ends_after_it_starts"),
            models.UniqueConstraint(fields=["case", "name"], condition=Q(ended=None), name="one_clock_of_a_name_runs_a_case"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended=None), name="clock_due")]

    def __str__(self) -> str:
        return f"{self.name} of {self.case_id}"


class Letter(models.Model):
    """What the office wrote to a party, and what a party wrote back. Its words are a sealed paper; e-mail says that a message waits."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="letters", editable=False)
    code = models.CharField(max_length=6, blank=True, editable=False, help_text="L-01 to L-42; empty for words without a form.")
    written_by = models.CharField(max_length=12, choices=[(party.value, party.value) for party in Party], editable=False)
    to = models.CharField(max_length=12, choices=[(party.value, party.value) for party in Party], editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    posted_on = models.DateField(editable=False, help_text="In the portal. Service is deemed done some days later (rules).")
    read_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("written_by", Party), name="a_letter_is_written_by_a_party"),
            models.CheckConstraint(condition=one_of("to", Party), name="a_letter_is_for_a_party"),
            models.CheckConstraint(condition=~Q(to=F("written_by")), name="nobody_writes_to_themselves"),
        ]

    def __str__(self) -> str:
        return f"{self.code or 'message'} in {self.case_id}"


class Delivery(models.Model):
    """A second way for a letter: posted on paper, delivered (that starts its clock) or returned."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=[(channel.value, channel.value) for channel in Channel], editable=False)
    sent_on = models.DateField(editable=False)
    delivered_on = models.DateField(null=True, editable=False)
    returned_on = models.DateField(null=True, editable=False)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("channel", Channel), name="a_letter_goes_by_a_known_channel"),
            models.CheckConstraint(condition=Q(delivered_on=None) | Q(returned_on=None), name="a_letter_is_not_delivered_and_returned"),
            models.CheckConstraint(
                condition=Q(delivered_on=None) | Q(delivered_on__gte=F("sent_on")), name="a_letter_arrives_after_it_was_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.letter_id} by {self.channel}"
