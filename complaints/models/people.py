"""Who is appointed to work on cases, what they have declared, and who has which seat in which case. Rows are never changed but for the
way they end (people_guards.py)."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import Proposal, User
from audit import clock
from complaints.conflicts import SINGLE, Appointed, Related
from complaints.facts import CaseRole, ConflictKind, ExclusionWhy, PoolRank, Seat, SeatEnd
from complaints.models.cases import Case, one_of

PANEL_MEMBER = Q(role=CaseRole.PANEL_MEMBER.value)
OF_A_CONFLICT = Q(why__in=[ExclusionWhy.DECLARED.value, ExclusionWhy.FOUND.value])


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self) -> "AppointmentQuerySet":
        """Not voided."""
        return self.filter(voided_at=None)

    def in_force(self, *, on: date) -> "AppointmentQuerySet":
        return self.current().filter(Q(last_day=None) | Q(last_day__gte=on), first_day__lte=on)

    def not_over(self, *, on: date) -> "AppointmentQuerySet":
        """In force, or beginning later."""
        return self.current().filter(Q(last_day=None) | Q(last_day__gte=on))


class Appointment(models.Model):
    """That a person may be given seats of a role, from a day on; the last day is included, none is open. Granted by two persons."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    role = models.CharField(max_length=16, choices=[(role.value, role.label) for role in CaseRole], editable=False)
    lay = models.BooleanField(default=False, editable=False, help_text="Neither coach nor therapist, and not paid by the association.")
    trained_on = models.DateField(null=True, editable=False)
    first_day = models.DateField(editable=False)
    last_day = models.DateField(null=True, editable=False)
    coach_elsewhere_body = models.CharField(max_length=120, blank=True, editable=False, help_text="A recognized sister body.")
    coach_elsewhere_until = models.DateField(null=True, editable=False, help_text="The last day of its certificate.")
    outside_body = models.CharField(max_length=120, blank=True, editable=False, help_text="Lent by this body for want of people here.")
    pool_rank = models.CharField(max_length=8, blank=True, choices=[(rank.value, rank.value) for rank in PoolRank], editable=False)
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("role", CaseRole), name="an_appointment_is_to_a_known_role"),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="an_appointment_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None) | Q(voided_at__gte=F("recorded_at")), name="an_appointment_is_voided_after_it_was_recorded"
            ),
            models.CheckConstraint(
                condition=Q(coach_elsewhere_body="", coach_elsewhere_until=None)
                | (~Q(coach_elsewhere_body="") & Q(coach_elsewhere_until__isnull=False) & PANEL_MEMBER & Q(lay=False)),
                name="the_coachs_seat_names_body_and_last_day",
            ),
            models.CheckConstraint(
                condition=Q(pool_rank="") | (one_of("pool_rank", PoolRank) & PANEL_MEMBER), name="a_pool_is_of_panel_members"
            ),
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(voided_at=None, last_day=None), name="one_open_appointment_a_person_and_role"
            ),
            models.UniqueConstraint(
                fields=["pool_rank"],
                condition=Q(voided_at=None, last_day=None) & ~Q(pool_rank=""),
                name="one_open_chair_and_second_of_the_pool",
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(voided_at=None), name="appointment_of_person")]

    def __str__(self) -> str:
        return f"{self.role} from {self.first_day}"

    @property
    def to(self) -> CaseRole:
        return CaseRole(self.role)

    @property
    def fact(self) -> Appointed:
        return Appointed(
            role=self.to,
            first_day=self.first_day,
            last_day=self.last_day,
            trained_on=self.trained_on,
            lay=self.lay,
            elsewhere_until=self.coach_elsewhere_until,
            outside=bool(self.outside_body),
        )


class Declaration(models.Model):
    """That a person declared their interests on a day, all of them: those in the register then, or none."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    declared_on = models.DateField(editable=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "declared_on"], name="one_declaration_a_person_and_day")]

    def __str__(self) -> str:
        return f"declaration of {self.person_id} on {self.declared_on}"


class Interest(models.Model):
    """What a person declared about a coach, from their yearly register. An end is written by a row that replaces this one."""

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    about = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in ConflictKind], editable=False)
    since = models.DateField(null=True, editable=False)
    until = models.DateField(null=True, editable=False)
    declared_on = models.DateField(editable=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", ConflictKind), name="an_interest_is_of_a_known_kind"),
            models.CheckConstraint(condition=~Q(about=F("person")), name="nobody_declares_themselves"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="an_interest_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since__lte=F("declared_on")), name="an_interest_is_declared_once_it_is_there"
            ),
            models.UniqueConstraint(
                fields=["person", "about", "kind"], condition=Q(voided_at=None), name="one_interest_of_a_kind_and_coach"
            ),
        ]
        indexes = [models.Index(fields=["about"], condition=Q(voided_at=None), name="interest_about")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"

    @property
    def fact(self) -> Related:
        return Related(ConflictKind(self.kind), self.since, self.until)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(ended_at=None)


class Assignment(models.Model):
    """A seat of a case and who has it. `lay` and `coach` are as they were when it was given: votes are counted by them.

    `candidates`: among how many chance decided; none: somebody was named. Nothing is unsealed before `attested_at`.
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    seat = models.CharField(max_length=20, choices=[(seat.value, seat.label) for seat in Seat], editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    lay = models.BooleanField(default=False, editable=False)
    coach = models.BooleanField(default=False, editable=False)
    candidates = models.PositiveSmallIntegerField(null=True, editable=False)
    assigned_at = models.DateTimeField(editable=False)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    attested_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_why = models.CharField(max_length=12, blank=True, choices=[(why.value, why.value) for why in SeatEnd], editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("seat", Seat), name="an_assignment_is_to_a_known_seat"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & one_of("ended_why", SeatEnd)),
                name="an_assignment_that_ended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(attested_at=None) | Q(attested_at__gte=F("assigned_at")), name="a_seat_is_attested_after_it_was_given"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("assigned_at")), name="an_assignment_ends_after_it_was_made"
            ),
            models.CheckConstraint(condition=Q(candidates=None) | Q(candidates__gte=1), name="a_draw_is_among_somebody"),
            models.CheckConstraint(condition=Q(lay=False) | Q(coach=False), name="who_is_lay_is_no_coach"),
            models.UniqueConstraint(fields=["case", "person"], condition=Q(ended_at=None), name="one_seat_a_person_and_case"),
            models.UniqueConstraint(
                fields=["case", "seat"],
                condition=Q(ended_at=None, seat__in=sorted(seat.value for seat in SINGLE)),
                name="one_person_has_a_single_seat",
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at=None), name="seats_of_person")]

    def __str__(self) -> str:
        return f"{self.seat} in {self.case_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def to(self) -> Seat:
        return Seat(self.seat)


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    def for_good(self) -> "ExclusionQuerySet":
        """Those that bar the seat a person has as well."""
        return self.exclude(why=ExclusionWhy.TOOK_PART.value)


class Exclusion(models.Model):
    """That somebody takes no new seat in a case, nor in one linked to it; and why, in a word of a closed list. It stays for good."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    why = models.CharField(max_length=12, choices=[(why.value, why.value) for why in ExclusionWhy], editable=False)
    conflict = models.CharField(max_length=12, blank=True, choices=[(kind.value, kind.value) for kind in ConflictKind], editable=False)
    seat = models.CharField(max_length=20, blank=True, choices=[(seat.value, seat.label) for seat in Seat], editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("why", ExclusionWhy), name="an_exclusion_has_a_known_reason"),
            models.CheckConstraint(
                condition=(OF_A_CONFLICT & one_of("conflict", ConflictKind)) | (~OF_A_CONFLICT & Q(conflict="")),
                name="an_exclusion_for_a_conflict_names_its_kind",
            ),
            models.CheckConstraint(condition=Q(seat="") | one_of("seat", Seat), name="an_exclusion_is_from_a_known_seat"),
            models.UniqueConstraint(fields=["case", "person", "why", "conflict", "seat"], name="an_exclusion_is_written_once"),
        ]
        indexes = [models.Index(fields=["person"], name="exclusions_of_person")]

    def __str__(self) -> str:
        return f"{self.why} in {self.case_id}"
