"""What was decided in a case, by whom, and what follows from it. Each is written by the effect of a step."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit import clock
from complaints.facts import Bar, Finding, InterimState, ObligationKind, Outcome, ReinstatementState
from complaints.models.cases import Allegation, Case, one_of
from complaints.models.steps import Step


class Vote(models.Model):
    """That a member of a panel voted. How, is a sealed paper of the step until the tally; nobody votes twice."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="votes")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="vote", editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    cast_at = models.DateTimeField(default=clock.now, editable=False)
    void_at = models.DateTimeField(null=True, editable=False, help_text="The member was replaced, or the case goes back.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "person"], condition=Q(void_at=None), name="one_vote_a_member_and_round")
        ]

    def __str__(self) -> str:
        return f"vote of {self.person_id} in {self.case_id}"


class Decision(models.Model):
    """What a panel decided, tallied and signed by its chair; countersigned it takes effect by its dates."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    outcome = models.CharField(max_length=2, choices=[(outcome.value, outcome.value) for outcome in Outcome], editable=False)
    days = models.PositiveSmallIntegerField(null=True, editable=False, help_text="Of a suspension.")
    months = models.PositiveSmallIntegerField(null=True, editable=False, help_text="Of conditions.")
    bar = models.CharField(max_length=10, blank=True, choices=[(bar.value, bar.value) for bar in Bar], editable=False)
    immediate = models.BooleanField(default=False, editable=False)
    public_wording = models.TextField(
        blank=True, editable=False, help_text="What the public will read from the first day on, and no earlier."
    )
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the decision document; both signatures cover it.")
    tallied_on = models.DateField(editable=False)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    countersigner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    signed_on = models.DateField(null=True, editable=False)
    served_on = models.DateField(null=True, editable=False, help_text="Deemed; fixed with the second signature.")
    window_closes_on = models.DateField(null=True, editable=False)
    appeal_decided_on = models.DateField(null=True, editable=False, help_text="It holds from an appeal on, whatever the window said.")
    first_day = models.DateField(null=True, editable=False, help_text="Of the sanction: the day after the window, or of the appeal.")
    last_day = models.DateField(null=True, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False, help_text="Returned for a defect, appealed, quashed.")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("outcome", Outcome), name="a_decision_has_a_known_outcome"),
            models.CheckConstraint(condition=Q(countersigner=None) | ~Q(countersigner=F("chair")), name="two_persons_sign_a_decision"),
            models.CheckConstraint(
                condition=Q(signed_on=None, served_on=None, window_closes_on=None)
                | Q(countersigner__isnull=False, signed_on__isnull=False, served_on=None, window_closes_on=None)
                & Q(appeal_decided_on__isnull=False)
                | Q(
                    countersigner__isnull=False, signed_on__isnull=False, served_on__gte=F("signed_on"), window_closes_on__gt=F("served_on")
                ),
                name="a_decision_takes_effect_by_two_signatures",
            ),
            models.CheckConstraint(
                condition=Q(first_day=None)
                | Q(appeal_decided_on__isnull=True, window_closes_on__isnull=False, first_day__gt=F("window_closes_on"))
                | Q(appeal_decided_on__isnull=False, first_day__gte=F("appeal_decided_on")),
                name="a_sanction_waits_for_the_appeal_window",
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="a_decided_sanction_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(outcome=Outcome.SUSPENSION.value) | Q(days__gte=1), name="a_decided_suspension_has_days"),
            models.UniqueConstraint(fields=["case", "round"], condition=Q(voided_at=None), name="one_decision_of_a_round_stands"),
        ]

    def __str__(self) -> str:
        return f"decision {self.outcome} in {self.case_id}"


class Proven(models.Model):
    """What a decision found on one allegation."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="findings")
    allegation = models.ForeignKey(Allegation, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=12, choices=[(finding.value, finding.value) for finding in Finding], editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("finding", Finding), name="a_finding_is_proven_or_not"),
            models.UniqueConstraint(fields=["decision", "allegation"], name="one_finding_an_allegation_and_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} in {self.decision_id}"


class InterimOrder(models.Model):
    """A measure for the time of a case: proposed, in force by a dated suspension, ended by its date or by two persons."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in InterimState], editable=False)
    emergency = models.BooleanField(default=False, editable=False)
    heard_on = models.DateField(null=True, editable=False)
    first_day = models.DateField(null=True, editable=False)
    last_day = models.DateField(null=True, editable=False, help_text="It ends by itself on this day unless two persons say otherwise.")
    next_review_on = models.DateField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("state", InterimState), name="an_order_stands_in_a_known_state"),
            models.CheckConstraint(
                condition=~Q(state=InterimState.IN_FORCE.value) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
                name="an_order_in_force_ends_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=[InterimState.PROPOSED.value, InterimState.IN_FORCE.value]),
                name="one_order_of_a_case_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.state} in {self.case_id}"


class Obligation(models.Model):
    """What a decision asks of the coach until a day; met by evidence that the registrar saw."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="obligations")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ObligationKind], editable=False)
    enrollment = models.PositiveBigIntegerField(null=True, editable=False, help_text="Of the course assigned (courses).")
    due_on = models.DateField(null=True, editable=False)
    started_on = models.DateField(null=True, editable=False, help_text="Of what counts: an attempt before the decision does not.")
    evidenced_on = models.DateField(null=True, editable=False, help_text="Somebody looked at what shows it.")
    reminded = models.JSONField(default=list, editable=False)
    excused_on = models.DateField(null=True, editable=False, help_text="Once, with a new day (T47).")
    met_on = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=one_of("kind", ObligationKind), name="an_obligation_is_of_a_known_kind")]

    def __str__(self) -> str:
        return f"{self.kind} in {self.case_id}"


class Reinstatement(models.Model):
    """An application of a former coach, of the person and of no case."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reinstatements", help_text="The one that ended in revocation.")
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in ReinstatementState], editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    applied_on = models.DateField(editable=False)
    course_passed_on = models.DateField(null=True, editable=False)
    module_passed_on = models.DateField(null=True, editable=False)
    decided_on = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("state", ReinstatementState), name="an_application_stands_in_a_known_state"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[ReinstatementState.R_APPLIED.value, ReinstatementState.R_PANEL.value]),
                name="one_application_of_a_person_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.state} of {self.person_id}"


class LegalHold(models.Model):
    """Nothing of the case is erased while this stands; looked at again on a day."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    since = models.DateField(editable=False)
    review_on = models.DateField(editable=False)
    ended_on = models.DateField(null=True, editable=False)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gte=F("since")), name="a_legal_hold_ends_after_it_begins"),
            models.UniqueConstraint(fields=["case"], condition=Q(ended_on=None), name="one_legal_hold_a_case"),
        ]

    def __str__(self) -> str:
        return f"legal hold on {self.case_id}"
