"""Cases and what belongs to them. A case's state is written by complaints/machine.py alone."""

from complaints.models.cases import Allegation, Case
from complaints.models.people import Appointment, Assignment, Declaration, Exclusion, Interest

__all__ = ["Allegation", "Appointment", "Assignment", "Case", "Declaration", "Exclusion", "Interest"]
