"""People of an office and cases for tests: appointed, trained and declared in one line, without the way of two signatures."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from accounts import roles
from accounts.models import User
from complaints.facts import CaseRole, Level, Relation, Source, State
from complaints.models import Appointment, Case, Declaration
from tests.factories.accounts import UserFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
LONG_AGO = TODAY - 500 * DAY
numbers = count(1)


def at(day: date = TODAY, hour: int = 17) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


NOON = at()


def appointed(*wanted: CaseRole, person: User | None = None, declared: date | None = TODAY - 30 * DAY, **facts) -> User:
    """Somebody appointed to these roles since long ago, trained, with interests declared last month."""
    person = person or UserFactory()
    facts = {"first_day": LONG_AGO, "trained_on": LONG_AGO, "recorded_at": at(LONG_AGO), **facts}
    for role in wanted:
        Appointment.objects.create(person=person, role=role.value, **facts)
    if declared:
        Declaration.objects.get_or_create(person=person, declared_on=declared, defaults={"recorded_by": person})
    roles.note_case_role(person, True)
    return person


def case(respondent: User | None = None, **fields) -> Case:
    known = {
        "state": State.TRIAGE.value,
        "source": Source.WEB.value,
        "level": Level.OPEN.value,
        "relation": Relation.CLIENT.value,
        "received_on": TODAY - 5 * DAY,
        "number": f"C-TEST{next(numbers):04d}",
    }
    return Case.objects.create(respondent=respondent or UserFactory(), **{**known, **fields})


def panel_pool() -> dict[str, User]:
    """Enough for a panel, its redraw and an appeal: three lay members, three for the coach’s seat, two others, four for appeals."""
    body = {"coach_elsewhere_body": "Open Coaching Register (invented)", "coach_elsewhere_until": TODAY + 90 * DAY}
    found = {f"lay{n}": appointed(CaseRole.PANEL_MEMBER, lay=True) for n in range(3)}
    found |= {f"coach{n}": appointed(CaseRole.PANEL_MEMBER, **body) for n in range(3)}
    found |= {f"other{n}": appointed(CaseRole.PANEL_MEMBER) for n in range(2)}
    return found | {f"appeal{n}": appointed(CaseRole.APPEAL_PANEL) for n in range(4)}
