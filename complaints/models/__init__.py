"""Cases and what belongs to them. A case's state is written by complaints/machine.py alone."""

from complaints.models.cases import Allegation, Case

__all__ = ["Allegation", "Case"]
