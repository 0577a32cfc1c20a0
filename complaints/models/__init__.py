"""Cases and what belongs to them. A case's state is written by complaints/machine.py alone."""

from complaints.models.cases import Allegation, Case
from complaints.models.decisions import Decision, InterimOrder, LegalHold, Obligation, Proven, Reinstatement, Vote
from complaints.models.people import Appointment, Assignment, Declaration, Exclusion, Interest
from complaints.models.records import EvidenceSet, Unmasking
from complaints.models.sealed import CaseKey, Erasure, Evidence, Paper, Receipt
from complaints.models.steps import Clock, Delivery, Letter, Step

__all__ = [
    "Allegation",
    "Appointment",
    "Assignment",
    "Case",
    "CaseKey",
    "Clock",
    "Decision",
    "Declaration",
    "Delivery",
    "Erasure",
    "Evidence",
    "EvidenceSet",
    "Exclusion",
    "Interest",
    "InterimOrder",
    "LegalHold",
    "Letter",
    "Obligation",
    "Paper",
    "Proven",
    "Receipt",
    "Reinstatement",
    "Step",
    "Unmasking",
    "Vote",
]
