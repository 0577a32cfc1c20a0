"""Who may take a seat: every reason against it, from tables and against a slow replay."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import conflicts
from complaints.conflicts import Appointed, Person, Related, Sat
from complaints.facts import Against, CaseRole, ConflictKind, Seat

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
LONG_AGO = date(2020, 2, 29)


def person(*roles: CaseRole, **facts) -> Person:
    """Somebody without any reason against: appointed, trained, declared last month."""
    facts = {"declared_on": TODAY - 30 * DAY, **facts}
    return Person(key=1, appointed=tuple(Appointed(role, LONG_AGO, trained_on=LONG_AGO) for role in roles), **facts)


MEMBER = CaseRole.PANEL_MEMBER


@pytest.mark.parametrize(("seat", "role"), sorted({(seat, role) for seat in Seat for role in conflicts.roles_for(seat)}))
def test_each_seat_takes_its_appointment(seat, role):
    assert conflicts.against_seat(person(role), seat, on=TODAY) == []
    assert conflicts.against_seat(person(*set(CaseRole) - conflicts.roles_for(seat)), seat, on=TODAY) == [Against.NOT_APPOINTED]


def test_where_the_registrar_is_conflicted_a_deputy_takes_the_seat_and_not_the_other_way_around():
    assert conflicts.against_seat(person(CaseRole.DEPUTY_REGISTRAR), Seat.REGISTRAR, on=TODAY) == []
    assert conflicts.against_seat(person(CaseRole.REGISTRAR), Seat.DEPUTY_REGISTRAR, on=TODAY) == [Against.NOT_APPOINTED]


@pytest.mark.parametrize(
    ("first", "last", "trained", "reasons"),
    [
        (TODAY, None, TODAY, []),
        (TODAY, TODAY, TODAY, []),
        (TODAY + DAY, None, TODAY, [Against.NOT_APPOINTED]),
        (LONG_AGO, TODAY - DAY, LONG_AGO, [Against.NOT_APPOINTED]),
        (LONG_AGO, None, None, [Against.UNTRAINED]),
        (LONG_AGO, None, TODAY + DAY, [Against.UNTRAINED]),
    ],
)
def test_an_appointment_counts_from_its_first_day_through_its_last_and_once_trained(first, last, trained, reasons):
    one = Person(1, (Appointed(MEMBER, first, last, trained),), declared_on=TODAY)

    assert conflicts.against_seat(one, Seat.PANEL_MEMBER, on=TODAY) == reasons


@pytest.mark.parametrize(
    ("declared", "counts"),
    [
        (None, False),
        (TODAY, True),
        (date(2025, 11, 23), True),
        (date(2025, 11, 22), False),
        (TODAY + DAY, False),
    ],
)
def test_interests_are_declared_every_year(declared, counts):
    assert conflicts.has_declared(declared, on=TODAY) is counts
    assert conflicts.against_seat(person(MEMBER, declared_on=declared), Seat.CHAIR, on=TODAY) == ([] if counts else [Against.NOT_DECLARED])


@pytest.mark.parametrize("kind", ConflictKind)
def test_every_kind_of_relation_bars_while_it_lasts_and_all_but_training_for_good(kind):
    assert conflicts.bars(Related(kind), on=TODAY)
    assert conflicts.bars(Related(kind, TODAY), on=TODAY)
    assert not conflicts.bars(Related(kind, TODAY + DAY), on=TODAY)
    assert conflicts.bars(Related(kind, LONG_AGO, date(2020, 3, 1)), on=TODAY) is (kind is not ConflictKind.TRAINING)


@pytest.mark.parametrize(
    ("until", "on", "bars"),
    [
        (date(2021, 11, 23), TODAY, True),
        (date(2021, 11, 22), TODAY, False),
        (date(2024, 2, 29), date(2029, 3, 1), True),
        (date(2024, 2, 29), date(2029, 3, 2), False),
    ],
)
def test_who_trained_the_respondent_is_out_for_five_years(until, on, bars):
    assert conflicts.bars(Related(ConflictKind.TRAINING, LONG_AGO, until), on=on) is bars


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_respondent": True}, Against.RESPONDENT),
        ({"may_log_in": False}, Against.CANNOT_LOG_IN),
        ({"interests": (Related(ConflictKind.KIN),)}, Against.INTEREST),
        ({"attested": True}, Against.ATTESTED),
        ({"barred": True}, Against.BARRED),
        ({"took_part": True}, Against.TOOK_PART),
        ({"holds": frozenset({Seat.TAKER})}, Against.OTHER_SEAT),
        ({"elsewhere": (Sat(Seat.INVESTIGATOR),)}, Against.INVESTIGATED),
    ],
)
@pytest.mark.parametrize("seat", [Seat.CHAIR, Seat.PANEL_MEMBER])
def test_every_conflict_bars_every_seat_that_of_the_chair_included(facts, reason, seat):
    assert conflicts.against_seat(person(MEMBER, **facts), seat, on=TODAY) == [reason]


def test_whoever_took_part_goes_on_with_their_own_seat_and_takes_no_other():
    """The registrar who appointed the panel may countersign."""
    registrar = person(*CaseRole, took_part=True, holds=frozenset({Seat.REGISTRAR}))

    assert conflicts.against_seat(registrar, Seat.REGISTRAR, on=TODAY) == []
    assert conflicts.against_seat(registrar, Seat.CHAIR, on=TODAY) == [Against.TOOK_PART, Against.OTHER_SEAT]


def test_a_conflict_ends_going_on_with_ones_own_seat_too():
    registrar = person(CaseRole.REGISTRAR, attested=True, holds=frozenset({Seat.REGISTRAR}))

    assert conflicts.against_seat(registrar, Seat.REGISTRAR, on=TODAY) == [Against.ATTESTED]


@pytest.mark.parametrize(
    ("mine", "other", "until", "reasons"),
    [
        (Seat.CHAIR, Seat.INVESTIGATOR, None, [Against.INVESTIGATED]),
        (Seat.APPEAL_MEMBER, Seat.INVESTIGATOR, date(2025, 11, 23), [Against.INVESTIGATED]),
        (Seat.PANEL_MEMBER, Seat.INVESTIGATOR, date(2025, 11, 22), []),
        (Seat.PANEL_MEMBER, Seat.CHAIR, None, []),
        (Seat.INVESTIGATOR, Seat.APPEAL_CHAIR, None, [Against.JUDGED]),
        (Seat.INVESTIGATOR, Seat.PANEL_MEMBER, date(2025, 11, 22), []),
        (Seat.INVESTIGATOR, Seat.INVESTIGATOR, None, []),
        (Seat.TAKER, Seat.INVESTIGATOR, None, []),
        (Seat.CASE_REVIEWER, Seat.PANEL_MEMBER, None, []),
    ],
)
def test_nobody_investigates_and_judges_the_same_coach_within_twelve_months(mine, other, until, reasons):
    assert conflicts.against_seat(person(*CaseRole, elsewhere=(Sat(other, until),)), mine, on=TODAY) == reasons


@pytest.mark.parametrize(
    ("certified", "until", "takes"),
    [(True, None, True), (False, None, False), (False, TODAY, True), (False, TODAY - DAY, False), (True, TODAY - DAY, True)],
)
def test_the_coachs_seat_takes_who_is_certified_here_or_by_a_sister_body_through_its_day(certified, until, takes):
    one = Person(1, (Appointed(MEMBER, LONG_AGO, elsewhere_until=until),), certified=certified)

    assert conflicts.takes_coachs_seat(one, on=TODAY) is takes


def test_lay_is_who_is_called_so_by_every_appointment_and_not_certified_here():
    lay, paid = Appointed(MEMBER, LONG_AGO, lay=True), Appointed(CaseRole.INTAKE, LONG_AGO)

    assert conflicts.is_lay(Person(1, (lay,)), on=TODAY)
    assert not conflicts.is_lay(Person(1, (lay, paid)), on=TODAY)
    assert not conflicts.is_lay(Person(1, (lay,), certified=True), on=TODAY)
    assert not conflicts.is_lay(Person(1), on=TODAY)


def test_a_sister_body_does_not_count_when_its_appointment_is_over():
    one = Person(1, (Appointed(MEMBER, LONG_AGO, TODAY - DAY, elsewhere_until=TODAY),))

    assert not conflicts.takes_coachs_seat(one, on=TODAY)
    assert conflicts.case_roles(one, on=TODAY) == 0


# Against a slow replay

days = st.dates(date(2019, 1, 1), date(2028, 12, 31))
some_day = st.none() | days
appointments = st.builds(Appointed, role=st.sampled_from(CaseRole), first_day=days, last_day=some_day, trained_on=some_day)
persons = st.builds(
    Person,
    key=st.just(1),
    appointed=st.lists(appointments, max_size=3).map(tuple),
    may_log_in=st.booleans(),
    is_respondent=st.booleans(),
    declared_on=some_day,
    interests=st.lists(st.builds(Related, kind=st.sampled_from(ConflictKind), since=some_day, until=some_day), max_size=2).map(tuple),
    attested=st.booleans(),
    barred=st.booleans(),
    took_part=st.booleans(),
    holds=st.frozensets(st.sampled_from(Seat), max_size=1),
    elsewhere=st.lists(st.builds(Sat, seat=st.sampled_from(Seat), until=some_day), max_size=2).map(tuple),
)
ROLE = {
    "taker": "intake", "second_intake": "intake", "investigator": "investigator", "case_reviewer": "case_reviewer",
    "dismissal_reviewer": "case_reviewer", "decider": "panel_member", "chair": "panel_member", "panel_member": "panel_member",
    "registrar": "registrar", "deputy_registrar": "deputy_registrar", "appeal_chair": "appeal_panel", "appeal_member": "appeal_panel",
}  # fmt: skip


def within(day: date, on: date, years: int) -> bool:
    """Whether `on` is no later than so many years after `day`, walked day by day in whole years."""
    month_and_day = (day.month, day.day) if (day.month, day.day) != (2, 29) else (3, 1)
    same_day = (on.month, on.day) == (2, 29) and (day.month, day.day) == (2, 29)
    gone = on.year - day.year
    if gone != years:
        return gone < years
    leap = on.year % 4 == 0
    return same_day or (on.month, on.day) <= ((2, 29) if leap and (day.month, day.day) == (2, 29) else month_and_day)


def slow(one: Person, seat: str, on: date) -> set[str]:
    """Reason by reason, as the policy has it; written without the rules."""
    said = set()
    roles = {ROLE[seat]} | ({"deputy_registrar"} if seat == "registrar" else set())
    mine = [a for a in one.appointed if a.role.value in roles and not a.first_day > on and not (a.last_day and a.last_day < on)]
    if not mine:
        said.add("not_appointed")
    elif all(a.trained_on is None or a.trained_on > on for a in mine):
        said.add("untrained")
    own = any(held.value == seat for held in one.holds)
    if not own and (one.declared_on is None or one.declared_on > on or not within(one.declared_on, on, 1)):
        said.add("not_declared")
    for interest in one.interests:
        begun = interest.since is None or interest.since <= on
        forgotten = interest.kind.value == "training" and interest.until is not None and not within(interest.until, on, 5)
        if begun and not forgotten:
            said.add("interest")
    if one.took_part and not own:
        said.add("took_part")
    if any(held.value != seat for held in one.holds):
        said.add("other_seat")
    panels = {"chair", "panel_member", "appeal_chair", "appeal_member"}
    for sat in one.elsewhere:
        lately = sat.until is None or within(sat.until, on, 1)
        if lately and seat in panels and sat.seat.value == "investigator":
            said.add("investigated")
        if lately and seat == "investigator" and sat.seat.value in panels:
            said.add("judged")
    said |= {"respondent"} if one.is_respondent else set()
    said |= set() if one.may_log_in else {"cannot_log_in"}
    said |= {"attested"} if one.attested else set()
    return said | ({"barred"} if one.barred else set())


@given(persons, st.sampled_from(Seat), days)
def test_every_reason_agrees_with_a_slow_replay(one, seat, on):
    assert {reason.value for reason in conflicts.against_seat(one, seat, on=on)} == slow(one, seat.value, on)


def test_every_reason_has_its_sentence_and_none_tells_a_relation():
    sentences = [reason.sentence for reason in Against]

    assert len(set(sentences)) == len(Against)
    assert not [kind for kind in ConflictKind for sentence in sentences if kind.value in sentence.replace("conflict", "")]
