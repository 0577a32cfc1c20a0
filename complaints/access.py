"""Who may do what in complaints: a person and a case in, yes or no out. Asks appointments and seats, never a site role or a flag."""

from datetime import date
from typing import Any

from complaints.facts import CaseRole
from complaints.models import Appointment


def may_take_in(user: Any, *, on: date) -> bool:
    """Whether a person may type in what came by phone or post: an appointment to intake, whatever else they are."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Appointment.objects.in_force(on=on).filter(person=user.pk, role=CaseRole.INTAKE.value).exists()
