"""Cases and what belongs to them. A case's state is written by complaints/machine.py alone."""

from complaints.models.cases import Allegation, Case
from complaints.models.decisions import Decision, InterimOrder, LegalHold, Obligation, Proven, Reinstatement, Vote
from complaints.models.steps import Clock, Delivery, Letter, Step

__all__ = [
    "Allegation",
    "Case",
    "Clock",
    "Decision",
    "Delivery",
    "InterimOrder",
    "LegalHold",
    "Letter",
    "Obligation",
    "Proven",
    "Reinstatement",
    "Step",
    "Vote",
]
