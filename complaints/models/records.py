"""What a step fixes beside the case: a set of evidence, and who may know a name."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from complaints.facts import Level
from complaints.models.cases import Case, one_of
from complaints.models.steps import Step


class EvidenceSet(models.Model):
    """The files that a report or a hearing rests on, fixed on a day: `digest` is the SHA-256 of their uids in order, a line each."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence_sets")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="evidence_set", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    files = models.JSONField(default=list, editable=False, help_text="The uids of the files, in order.")
    digest = models.CharField(max_length=64, editable=False)
    locked_on = models.DateField(editable=False)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="one_set_of_evidence_of_a_number")]

    def __str__(self) -> str:
        return f"evidence set {self.number} of {self.case_id}"


class Unmasking(models.Model):
    """That a named person may know who complained, from a day to another: by two signatures, and for nobody else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="unmaskings")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    level = models.CharField(max_length=12, choices=[(level.value, level.value) for level in Level], editable=False)
    first_day = models.DateField(editable=False)
    last_day = models.DateField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=one_of("level", Level), name="a_name_is_told_at_a_known_level"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="a_name_is_told_until_a_day"),
            models.UniqueConstraint(fields=["step", "person"], name="a_name_is_told_once_a_step_and_person"),
        ]

    def __str__(self) -> str:
        return f"name in {self.case_id} told to {self.person_id}"
