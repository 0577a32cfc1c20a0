"""The yearly register of interests: entered by oneself or a registrar, never made smaller by oneself."""

import pytest

from audit import clock, log
from complaints import interests, seats
from complaints.facts import CaseRole, ConflictKind, Seat
from complaints.models import Declaration, Interest
from tests.complaints.office import DAY, LONG_AGO, NOON, TODAY, appointed, at, case
from tests.factories.accounts import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_is_noon():
    with clock.moved(NOON - clock.real()):
        yield


@pytest.fixture
def person():
    return appointed(CaseRole.INTAKE, declared=None)


@pytest.fixture
def registrar():
    return appointed(CaseRole.REGISTRAR)


def enter(person, about=None, kind=ConflictKind.SUPERVISION, *, by=None, **days) -> Interest:
    return interests.enter(person, about or UserFactory(), kind, by=by or person, at=NOON, **days)


def refused(act) -> str:
    with pytest.raises(interests.NotEntered) as refusal:
        act()
    return " ".join(refusal.value.reasons)


def test_a_person_declares_that_the_register_is_complete_for_a_year(person):
    interests.declare(person, by=person, at=NOON)
    interests.declare(person, by=person, at=NOON)

    told = interests.register(person, on=TODAY)
    assert (told.entries, told.declared_on, told.counts) == ((), TODAY, True)
    assert interests.register(person, on=told.counts_until).counts
    assert not interests.register(person, on=told.counts_until + DAY).counts
    assert Declaration.objects.count() == 1
    assert [entry.action for entry in log.history(Declaration.objects.get())] == ["complaints.interests_declared"]


def test_a_registrar_types_in_what_somebody_tells_by_phone(person, registrar):
    made = enter(person, by=registrar, since=LONG_AGO)
    interests.declare(person, by=registrar, at=NOON)

    assert made.recorded_by == registrar
    assert interests.register(person, on=TODAY).entries == (made,)
    assert log.history(made).get().about_id == str(person.pk)


@pytest.mark.parametrize("who", [StaffFactory, UserFactory, lambda: appointed(CaseRole.PANEL_MEMBER)])
def test_nobody_else_enters_anything(person, who):
    assert interests.NOT_THEIRS in refused(lambda: enter(person, by=who()))
    assert interests.NOT_THEIRS in refused(lambda: interests.declare(person, by=who(), at=NOON))
    assert not Interest.objects.exists()


def test_who_is_not_appointed_declares_nothing():
    person = UserFactory()

    assert refused(lambda: enter(person)) == interests.NOT_OFFICE
    assert refused(lambda: interests.declare(person, by=person, at=NOON)) == interests.NOT_OFFICE


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"since": TODAY + DAY}, "first day lies ahead"),
        ({"until": TODAY + DAY}, "last day lies ahead"),
        ({"since": TODAY, "until": TODAY - DAY}, "before the first"),
    ],
)
def test_days_that_cannot_be_are_refused(person, days, words):
    assert words in refused(lambda: enter(person, **days))


def test_an_entry_stands_once_and_never_about_oneself(person):
    about = UserFactory()
    enter(person, about)

    assert "stands in the register already" in refused(lambda: enter(person, about))
    assert enter(person, about, ConflictKind.BUSINESS)
    assert "about themselves" in refused(lambda: enter(person, person))


def test_an_end_replaces_the_entry_and_keeps_the_person_out_all_the_same(person):
    coach = UserFactory()
    first = enter(person, coach, since=LONG_AGO)
    interests.declare(person, by=person, at=NOON)

    ended = interests.end(first, TODAY - DAY, by=person, at=NOON)

    first.refresh_from_db()
    assert first.voided_at == NOON
    assert (ended.since, ended.until, ended.replaces) == (LONG_AGO, TODAY - DAY, first)
    with pytest.raises(seats.NotSeated, match="register of interests"):
        seats.assign(case(coach), person, Seat.TAKER, by=None, at=NOON)
    assert refused(lambda: interests.end(first, TODAY, by=person, at=NOON)) == interests.GONE


def test_a_mistake_is_taken_out_by_a_registrar_and_never_by_oneself(person, registrar):
    entry, own = enter(person), enter(registrar)

    assert "A registrar takes out" in refused(lambda: interests.take_back(entry, by=person, at=NOON))
    assert "not one’s own" in refused(lambda: interests.take_back(own, by=registrar, at=NOON))
    interests.take_back(entry, by=registrar, at=NOON)

    assert interests.register(person, on=TODAY).entries == ()


def test_an_interest_that_is_entered_ends_the_seat_in_a_case_about_that_coach(person):
    coach = UserFactory()
    interests.declare(person, by=person, at=at(TODAY - DAY))
    mine, others = case(coach), case()
    for one in (mine, others):
        seats.assign(one, person, Seat.TAKER, by=None, at=NOON)

    enter(person, coach)

    assert seats.held_by(person, mine, on=TODAY) is None
    assert seats.held_by(person, others, on=TODAY)
    assert mine.exclusions.get().conflict == "supervision"


@pytest.mark.parametrize("entries", [1, 3])
def test_a_register_is_read_in_three_statements(person, entries, django_assert_num_queries):
    for _ in range(entries):
        enter(person)

    with django_assert_num_queries(3):
        assert [row.about.get_full_name() for row in interests.register(person, on=TODAY).entries]
