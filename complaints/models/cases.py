"""A case: what may be known of it without its key. Its words are sealed (complaints/models/sealed.py)."""

from enum import StrEnum
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit import clock
from cms.models import Clause, Edition
from complaints import numbers
from complaints.facts import CaseClass, Closure, Level, Machine, Relation, Source, State


def one_of(field: str, words: type[StrEnum]) -> Q:
    return Q(**{f"{field}__in": [word.value for word in words]})


class Case(models.Model):
    """One complaint. `state`, `version` and what follows from a step are written by complaints/machine.py alone.

    `version` counts the steps; whoever acts names the version they saw. `round` counts re-openings.
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField(max_length=16, unique=True, default=numbers.make, editable=False)
    state = models.CharField(max_length=20, choices=[(state.value, state.value) for state in State], editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    source = models.CharField(max_length=12, choices=[(source.value, source.value) for source in Source], editable=False)
    level = models.CharField(max_length=12, choices=[(level.value, level.value) for level in Level], editable=False)
    relation = models.CharField(max_length=20, choices=[(relation.value, relation.value) for relation in Relation], editable=False)
    respondent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, related_name="+", editable=False, help_text="In force on the day of the conduct."
    )
    conduct_from = models.DateField(null=True, editable=False)
    conduct_until = models.DateField(null=True, editable=False)
    received_on = models.DateField(editable=False, help_text="A day, never an hour: the hour could tell who it was.")
    klass = models.CharField("class", max_length=1, blank=True, choices=[(klass.value, klass.value) for klass in CaseClass], editable=False)
    danger = models.BooleanField(default=False, editable=False, help_text="Somebody said that a person is in danger now.")
    abuse = models.BooleanField(default=False, editable=False, help_text="A child or an elder may be at risk.")
    wants_updates = models.BooleanField(default=True, editable=False)
    consents_to_naming = models.BooleanField(default=False, editable=False)
    own_motion = models.BooleanField(default=False, editable=False, help_text="The association itself complains (T52, T62).")
    no_answer = models.BooleanField(default=False, editable=False, help_text="Questions were not answered in time (T07).")
    no_response = models.BooleanField(default=False, editable=False, help_text="The coach did not answer in time (T19).")
    left_under_complaint = models.BooleanField(default=False, editable=False, help_text="The certificate lapsed meanwhile (T53).")
    master = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged", editable=False)
    linked = models.ManyToManyField("self", editable=False, help_text="A like story about the same coach; neither sees the other.")
    closure = models.CharField(max_length=14, blank=True, choices=[(closure.value, closure.value) for closure in Closure], editable=False)
    closed_on = models.DateField(null=True, editable=False)
    disclosed_on = models.DateField(null=True, editable=False, help_text="The coach got the bundle.")
    keep_until = models.DateField(null=True, editable=False, help_text="From this day it may be erased (rules.periods.keep_until).")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("state", State), name="a_case_stands_in_a_known_state"),
            models.CheckConstraint(condition=one_of("level", Level), name="a_case_has_a_known_level"),
            models.CheckConstraint(condition=Q(closure="") | one_of("closure", Closure), name="a_case_is_closed_for_a_known_reason"),
            models.CheckConstraint(
                condition=(Q(closed_on=None) & Q(closure="")) | (Q(closed_on__isnull=False) & ~Q(closure="")) | Q(state=State.ERASED.value),
                name="a_closed_case_says_why_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.MERGED.value) | Q(master__isnull=False), name="a_merged_case_names_the_one_it_is_merged_into"
            ),
            models.CheckConstraint(condition=~Q(master=F("id")), name="a_case_is_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(conduct_until=None) | Q(conduct_until__gte=F("conduct_from")), name="conduct_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["state", "received_on"], name="case_queue"), models.Index(fields=["respondent"], name="case_about")]

    machine = Machine.CASE

    def __str__(self) -> str:
        return self.number

    @property
    def where(self) -> State:
        return State(self.state)


class Allegation(models.Model):
    """That a clause was broken, as alleged. `option` is what was ticked (complaints/options.py); empty where intake mapped it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="allegations")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: something off the Code.")
    option = models.CharField(max_length=24, blank=True)
    klass = models.CharField(max_length=1, blank=True, choices=[(klass.value, klass.value) for klass in CaseClass])
    charged = models.BooleanField(default=False, help_text="Part of the particulars that the coach answers to (T14).")
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "clause"], condition=Q(clause__isnull=False), name="one_allegation_a_clause_and_case"),
            models.CheckConstraint(condition=Q(clause__isnull=False) | ~Q(option=""), name="an_allegation_names_a_clause_or_an_option"),
        ]

    def __str__(self) -> str:
        return f"{self.clause_id or self.option} in {self.case_id}"
