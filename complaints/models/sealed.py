"""What is sealed: the key of a case, its papers, the files that were sent, and the code by which whoever complained comes back.

Words are read and written by complaints/papers.py, files by complaints/evidence.py; nothing else opens these columns. Triggers
(complaints/guards.py) let a row change in the one way that it may.
"""

from typing import ClassVar
from uuid import UUID, uuid4

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.uploads import Why
from audit import clock
from complaints import crypto
from complaints.facts import EvidenceState, PaperKind, Party
from complaints.models.cases import Case, one_of


def storage() -> Storage:
    """Sealed files: apart from pictures and documents, never served by address."""
    return storages["sealed"]


class CaseKey(models.Model):
    """The key of a case, wrapped under the version of CASE_KEYS that is named. Destroyed, its row stays and nothing of the case opens."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="key", primary_key=True)
    wrapped = models.BinaryField(null=True, editable=False)
    version = models.CharField(max_length=crypto.VERSION, blank=True, editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    destroyed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(destroyed_at=None, wrapped__isnull=False) & ~Q(version=""))
                | Q(destroyed_at__isnull=False, wrapped__isnull=True, version=""),
                name="a_key_is_there_or_destroyed",
            ),
        ]
        indexes = [models.Index(fields=["version"], name="case_key_version")]

    def __str__(self) -> str:
        return f"key of case {self.case_id}"


class Paper(models.Model):
    """Words of a case: of one kind, between one party and the office. Written once; emptied when the key of the case is destroyed."""

    TABLE: ClassVar = "complaints_paper"

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in PaperKind], editable=False)
    party = models.CharField(
        max_length=12, choices=[(party.value, party.value) for party in Party], editable=False, help_text="Whose words, or for whose eyes."
    )
    of = models.UUIDField(null=True, db_index=True, editable=False, help_text="The step, vote or letter whose words these are.")
    sealed = models.BinaryField(null=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", PaperKind), name="a_paper_is_of_a_known_kind"),
            models.CheckConstraint(condition=one_of("party", Party), name="a_paper_is_of_a_known_party"),
        ]
        indexes = [models.Index(fields=["case", "kind"], name="papers_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    def place(self, case: UUID) -> str:
        """Where its words lie; `case` is the uid of its case."""
        return crypto.place(case, self.TABLE, "sealed", self.uid)


class Receipt(models.Model):
    """The code by which whoever complained comes back, as a keyed digest (complaints/receipts.py). One a case opens at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="receipts")
    mac = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)
    replaced_at = models.DateTimeField(null=True, editable=False)
    ends_on = models.DateField(null=True, editable=False, help_text="The last day on which it opens; empty while the case is open.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(replaced_at=None), name="one_receipt_of_a_case_opens"),
            models.CheckConstraint(condition=~Q(mac=""), name="a_receipt_has_its_digest"),
        ]

    def __str__(self) -> str:
        return f"receipt {self.pk} of case {self.case_id}"


class Evidence(models.Model):
    """A file that somebody sent: the original and a cleaned copy, both sealed, in the storage; its name and digest, sealed here.

    A refused file leaves its name and the reason, and no bytes.
    """

    TABLE: ClassVar = "complaints_evidence"

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=12, choices=[(party.value, party.value) for party in Party], editable=False)
    sealed_name = models.BinaryField(null=True, editable=False)
    sealed_digest = models.BinaryField(
        null=True, editable=False, help_text="SHA-256 of the original, sealed: in clear it would name the file."
    )
    media_type = models.CharField(max_length=24, blank=True, editable=False)
    size = models.PositiveIntegerField(editable=False, help_text="Bytes of the original.")
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in EvidenceState], editable=False)
    refused_for = models.CharField(max_length=12, blank=True, choices=[(why.value, why.value) for why in Why], editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    received_at = models.DateTimeField(default=clock.now, editable=False)
    disclosed_on = models.DateField(null=True, editable=False)
    relied_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("state", EvidenceState), name="a_file_stands_in_a_known_state"),
            models.CheckConstraint(condition=one_of("party", Party), name="a_file_is_of_a_known_party"),
            models.CheckConstraint(
                condition=(Q(state=EvidenceState.REFUSED.value) & ~Q(refused_for=""))
                | (~Q(state=EvidenceState.REFUSED.value) & Q(refused_for="")),
                name="a_refused_file_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=EvidenceState.REFUSED.value) | Q(disclosed_on=None, relied_on=None),
                name="a_refused_file_is_shown_to_nobody",
            ),
        ]
        indexes = [models.Index(fields=["case", "state"], name="evidence_of_case")]

    def __str__(self) -> str:
        return f"file {self.uid}"

    def place(self, case: UUID, column: str) -> str:
        """Where something of it lies, in the row or in the storage; `case` is the uid of its case."""
        return crypto.place(case, self.TABLE, column, self.uid)

    def path(self, case: UUID, what: str) -> str:
        """Where `what` ("original" or "copy") lies in the storage."""
        return f"{case.hex}/{self.uid.hex}.{what}"


class Erasure(models.Model):
    """That the key of a case was destroyed: what a restored backup has to do again (complaints/erasures.py). Names nobody."""

    case_uid = models.UUIDField(unique=True, editable=False)
    erased_at = models.DateTimeField(editable=False)

    def __str__(self) -> str:
        return f"{self.case_uid}"
