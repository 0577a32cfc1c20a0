"""Cases and what belongs to them. A case's state is written by complaints/machine.py alone."""

from complaints.models.cases import Allegation, Case
from complaints.models.sealed import CaseKey, Erasure, Evidence, Paper, Receipt

__all__ = ["Allegation", "Case", "CaseKey", "Erasure", "Evidence", "Paper", "Receipt"]
