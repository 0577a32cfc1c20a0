"""What is kept about those who work on cases, and about coaches they have to do with; and what becomes of it."""

from collections.abc import Iterator

from accounts import personal
from accounts.models import User
from accounts.personal import Forgetting, Kept, Table
from complaints.facts import CaseRole
from complaints.models import Appointment, Assignment, Declaration, Exclusion, Interest, Unmasking, Vote


def tell(person: User) -> Iterator[Table]:
    """Appointments, the register of interests, and in which cases the person had a seat. What stands in a case is not told here."""
    rows = Appointment.objects.filter(person=person).order_by("pk")
    yield Table("Appointments to work on cases", [_appointment(row) for row in rows])
    entries = Interest.objects.filter(person=person).select_related("about").order_by("pk")
    yield Table(
        "Interests you declared",
        [
            {"Kind": row.kind, "From": row.since, "Until": row.until, "Declared": row.declared_on, "Taken back": row.voided_at}
            for row in entries
        ],
    )
    said = Declaration.objects.filter(person=person).order_by("pk")
    yield Table("When you said that the register is complete", [{"Day": row.declared_on} for row in said])
    seats = Assignment.objects.filter(person=person).select_related("case").order_by("pk")
    yield Table(
        "Seats you had in cases",
        [{"Case": row.case.number, "Seat": row.to.label, "From": row.assigned_at, "Until": row.ended_at} for row in seats],
    )
    kept_out = Exclusion.objects.filter(person=person).select_related("case").order_by("pk")
    yield Table(
        "Cases in which you take no new seat",
        [{"Case": row.case.number, "Why": row.why.replace("_", " "), "Noted": row.recorded_at} for row in kept_out],
    )
    votes = Vote.objects.filter(person=person).select_related("case").order_by("pk")
    yield Table("Cases in which you voted", [{"Case": row.case.number, "Sealed": row.cast_at, "Void": row.void_at} for row in votes])
    names = Unmasking.objects.filter(person=person).select_related("case").order_by("pk")
    yield Table(
        "Cases in which you may or could know who complained",
        [{"Case": row.case.number, "From": row.first_day, "Through": row.last_day} for row in names],
    )


def _appointment(row: Appointment) -> dict[str, object]:
    return {
        "Role": CaseRole(row.role).label,
        "Lay": "yes" if row.lay else "no",
        "Trained": row.trained_on,
        "First day": row.first_day,
        "Last day": row.last_day,
        "Certified elsewhere by": row.coach_elsewhere_body,
        "Through": row.coach_elsewhere_until,
        "Lent by": row.outside_body,
        "Recorded": row.recorded_at,
        "Taken back": row.voided_at,
    }


def forget(person: User, forgetting: Forgetting) -> None:
    """Nothing goes: who decided on what, and who was kept out of it, has to be answerable. The account they lead to names nobody."""


KEEPS = (
    Kept(
        "Where you work on cases: appointments, seats you had, and cases in which you take none",
        "So that it can be shown that each case was decided by people who were free to decide it.",
        "For good.",
        False,
        "They stay, and lead to an account that names nobody. Nobody is forgotten while they are appointed.",
    ),
    Kept(
        "Interests: what somebody who works on cases has to do with a coach",
        "So that nobody is drawn for a case about a coach they are close to. The person sees it, and the registrars do.",
        "For good.",
        False,
        "Kind and days stay; the account they lead to names nobody.",
    ),
)

personal.register(
    personal.Part(
        app="casework",
        title="Your work on cases",
        keeps=KEEPS,
        tells=frozenset(
            f"complaints.{name}" for name in ("Appointment", "Declaration", "Interest", "Assignment", "Exclusion", "Unmasking", "Vote")
        ),
        tell=tell,
        forget=forget,
    )
)
