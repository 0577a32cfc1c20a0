"""Seats in cases: drawn, attested, lost; and what the database itself refuses."""

from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from audit import log
from complaints import people_guards, pool, seats
from complaints.facts import CaseRole, ConflictKind, ExclusionWhy, Seat, SeatEnd, State
from complaints.models import Appointment, Assignment, Declaration, Exclusion, Interest
from tests.complaints.office import DAY, LONG_AGO, NOON, TODAY, appointed, at, case, panel_pool
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory

pytestmark = pytest.mark.django_db
PANEL = (Seat.CHAIR, Seat.PANEL_MEMBER)


def draw(one, seat, *, seed=7, by=None, on=NOON):
    return seats.draw(one, seat, by=by, at=on, chance=Random(seed))


def refused(act) -> str:
    with pytest.raises(seats.NotSeated) as refusal:
        act()
    return " ".join(refusal.value.reasons)


def actions(one) -> list[str]:
    return [entry.action.removeprefix("complaints.") for entry in log.history(one)]


# Drawing


@pytest.mark.parametrize("seed", range(8))
def test_a_panel_is_drawn_with_chair_lay_member_and_coach_and_says_among_how_many(seed):
    one, people = case(), panel_pool()

    members = draw(one, Seat.PANEL_MEMBER, seed=seed)

    assert sorted(row.seat for row in members) == ["chair", "panel_member", "panel_member"]
    assert any(row.lay for row in members)
    assert any(row.coach for row in members)
    assert [row.candidates for row in members][:2] == [3, 3]
    assert {row.person for row in members} <= set(people.values())
    assert actions(one) == ["seat_given"] * 3
    assert {entry.detail.facts["candidates"] for entry in log.history(one)} == {row.candidates for row in members}


@pytest.mark.parametrize("seed", range(6))
def test_a_challenged_member_is_drawn_anew_and_never_the_same(seed):
    one = case()
    panel_pool()
    members = draw(one, Seat.PANEL_MEMBER, seed=seed)
    out = members[seed % 3]
    seats.exclude(one, out.person, why=ExclusionWhy.CHALLENGED, by=None, at=NOON)

    (new,) = draw(one, Seat.PANEL_MEMBER, seed=seed + 1)

    whole = list(one.assignments.open())
    assert new.person != out.person
    assert len(whole) == 3
    assert sum(row.seat == "chair" for row in whole) == 1
    assert any(row.lay for row in whole)
    assert any(row.coach for row in whole)


def test_the_appeal_panel_is_fresh():
    one, people = case(), panel_pool()
    for n in range(3):
        appointed(CaseRole.APPEAL_PANEL, person=people[f"lay{n}"], lay=True)
    first = draw(one, Seat.PANEL_MEMBER)
    for row in first:
        seats.note_part(one, row.person, by=None, at=NOON)
    seats.release_all(one, PANEL, why=SeatEnd.DONE, by=None, at=NOON)

    appeal = draw(one, Seat.APPEAL_MEMBER)

    assert sorted(row.seat for row in appeal) == ["appeal_chair", "appeal_member", "appeal_member"]
    assert not {row.person for row in appeal} & {row.person for row in first}


def test_a_remitted_case_has_a_panel_of_others():
    one = case()
    panel_pool()
    first = draw(one, Seat.PANEL_MEMBER)
    for row in first:
        seats.note_part(one, row.person, by=None, at=NOON)
    seats.release_all(one, PANEL, why=SeatEnd.REMITTED, by=None, at=NOON)

    second = draw(one, Seat.PANEL_MEMBER)

    assert not {row.person for row in second} & {row.person for row in first}


def test_two_reviewers_are_drawn_one_of_them_lay_and_the_reviewer_of_a_dismissal_is_fresh():
    one = case()
    lay, *others = appointed(CaseRole.CASE_REVIEWER, lay=True), *(appointed(CaseRole.CASE_REVIEWER) for _ in range(2))

    pair = draw(one, Seat.CASE_REVIEWER)
    for row in pair:
        seats.note_part(one, row.person, by=None, at=NOON)
    (fresh,) = draw(one, Seat.DISMISSAL_REVIEWER)

    assert lay in {row.person for row in pair}
    assert {row.person for row in pair} | {fresh.person} == {lay, *others}


def test_two_decide_on_an_interim_measure_and_are_not_later_on_the_panel():
    one = case()
    panel_pool()
    pair = draw(one, Seat.DECIDER)
    for row in pair:
        seats.note_part(one, row.person, by=None, at=NOON)
        seats.release(one, row.person, why=SeatEnd.DONE, by=None, at=NOON)

    panel = draw(one, Seat.PANEL_MEMBER)

    assert len(pair) == 2
    assert not {row.person for row in panel} & {row.person for row in pair}


def test_where_the_registrar_is_conflicted_a_deputy_is_drawn():
    one = case()
    registrar = appointed(CaseRole.REGISTRAR)
    deputy = appointed(CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR)
    assert draw(one, Seat.REGISTRAR)[0].person == registrar

    assert seats.attest(one, registrar, conflicts=[ConflictKind.KIN], at=NOON).vacated is Seat.REGISTRAR

    assert draw(one, Seat.REGISTRAR)[0].person == deputy


@pytest.mark.parametrize(
    ("seat", "words"),
    [(Seat.PANEL_MEMBER, "and is lay"), (Seat.INVESTIGATOR, "Nobody is left who may take this seat."), (Seat.CASE_REVIEWER, "and is lay")],
)
def test_where_nobody_is_left_it_says_who_is_missing_and_seats_nobody(seat, words):
    one = case()
    appointed(CaseRole.CASE_REVIEWER, CaseRole.PANEL_MEMBER)

    assert words in refused(lambda: draw(one, seat))
    assert not Assignment.objects.exists()


def test_a_panel_that_lacks_its_coach_is_not_half_drawn():
    one = case()
    for _ in range(3):
        appointed(CaseRole.PANEL_MEMBER, lay=True)

    assert "coach’s seat" in refused(lambda: draw(one, Seat.PANEL_MEMBER))
    assert not Assignment.objects.exists()


def test_who_sits_is_not_drawn_over():
    one = case()
    appointed(CaseRole.INVESTIGATOR)
    appointed(CaseRole.INVESTIGATOR)
    draw(one, Seat.INVESTIGATOR)

    assert refused(lambda: draw(one, Seat.INVESTIGATOR)) == seats.FULL


# The coach's seat


@pytest.mark.parametrize(
    ("state", "takes"),
    [
        (State.TRIAGE, True),
        (State.NEEDS_INFO, True),
        (State.DISMISSAL_REVIEW, True),
        (State.ADMITTED, False),
        (State.DECIDED, False),
        (State.SANCTION_ACTIVE, False),
    ],
)
def test_a_coach_certified_here_takes_the_coachs_seat_while_no_case_about_them_is_admitted(state, takes):
    coach = CertificateFactory().holder
    appointed(CaseRole.PANEL_MEMBER, person=coach)
    case(respondent=coach, state=state.value)

    (able,) = pool.free_for(case(), Seat.PANEL_MEMBER, on=TODAY)

    assert able.coach is takes


def test_a_suspended_coach_does_not_take_the_coachs_seat_and_a_sister_body_counts_through_its_day():
    suspended = SanctionFactory().certificate.holder
    appointed(CaseRole.PANEL_MEMBER, person=suspended)
    body = {"coach_elsewhere_body": "Harbor Coaches Union (invented)", "coach_elsewhere_until": TODAY}
    other = appointed(CaseRole.PANEL_MEMBER, **body)

    today, tomorrow = ({one.key: one.coach for one in pool.free_for(case(), Seat.CHAIR, on=day)} for day in (TODAY, TODAY + DAY))

    assert today == {suspended.pk: False, other.pk: True}
    assert tomorrow == {suspended.pk: False, other.pk: False}


# Who may not


def test_nobody_sits_in_a_case_about_themselves():
    coach = CertificateFactory().holder
    appointed(CaseRole.PANEL_MEMBER, person=coach)

    assert "about this person" in refused(lambda: seats.assign(case(respondent=coach), coach, Seat.PANEL_MEMBER, by=None, at=NOON))


def test_the_register_of_interests_keeps_a_person_out():
    respondent, person = UserFactory(), appointed(CaseRole.INVESTIGATOR)
    fields = {"declared_on": TODAY, "recorded_by": person, "kind": "supervision"}
    Interest.objects.create(person=person, about=respondent, since=LONG_AGO, until=LONG_AGO + DAY, **fields)

    assert "register of interests" in refused(lambda: seats.assign(case(respondent), person, Seat.INVESTIGATOR, by=None, at=NOON))
    assert seats.assign(case(), person, Seat.INVESTIGATOR, by=None, at=NOON)


def test_every_reason_is_told_at_once():
    person = appointed(CaseRole.INTAKE, trained_on=None, declared=None)
    one = case(respondent=person)

    words = refused(lambda: seats.assign(one, person, Seat.TAKER, by=None, at=NOON))

    assert all(piece in words for piece in ("about this person", "not trained", "not declared"))


@pytest.mark.parametrize("way", ["linked", "merged", "master", "siblings"])
def test_who_had_a_part_in_a_linked_or_merged_case_takes_no_seat_here(way):
    person, first = appointed(CaseRole.INTAKE, CaseRole.CASE_REVIEWER), case()
    merged = {"state": State.MERGED.value}
    match way:
        case "linked":
            second = case_of()
            first.linked.add(second)
        case "merged":
            second = case_of(master=first, **merged)
        case "master":
            second = case_of()
            first.master, first.state = second, State.MERGED.value
            first.save()
        case _:
            master = case_of()
            first.master, first.state = master, State.MERGED.value
            first.save()
            second = case_of(master=master, **merged)
    seats.assign(first, person, Seat.TAKER, by=None, at=NOON)
    seats.note_part(first, person, by=None, at=NOON)

    assert "no new one" in refused(lambda: seats.assign(second, person, Seat.CASE_REVIEWER, by=None, at=NOON))
    assert seats.excluded(second) == {person.pk}
    assert seats.held_by(person, first, on=TODAY)


case_of = case


def test_who_investigated_the_coach_is_on_no_panel_about_them_for_a_year():
    coach, person = UserFactory(), appointed(CaseRole.INVESTIGATOR, CaseRole.PANEL_MEMBER)
    Declaration.objects.create(person=person, declared_on=TODAY - 401 * DAY, recorded_by=person)
    earlier = case(coach)
    seats.assign(earlier, person, Seat.INVESTIGATOR, by=None, at=at(TODAY - 400 * DAY))
    later = case(coach)

    assert "investigated" in refused(lambda: seats.assign(later, person, Seat.CHAIR, by=None, at=NOON))
    seats.release(earlier, person, why=SeatEnd.DONE, by=None, at=at(TODAY - 366 * DAY))
    assert seats.assign(later, person, Seat.CHAIR, by=None, at=NOON)


def test_the_registrar_who_appointed_the_panel_goes_on_and_takes_nothing_else():
    one, registrar = case(), appointed(*CaseRole)
    seats.assign(one, registrar, Seat.REGISTRAR, by=None, at=NOON)
    seats.note_part(one, registrar, by=None, at=NOON)

    assert seats.held_by(registrar, one, on=TODAY).seat == "registrar"
    assert pool.against(one, registrar.pk, Seat.REGISTRAR, on=TODAY) == []
    assert "another seat" in refused(lambda: seats.assign(one, registrar, Seat.CHAIR, by=None, at=NOON))


def test_two_single_seats_are_not_given_to_one_person_nor_one_to_two():
    one, first, second = case(), appointed(CaseRole.INTAKE), appointed(CaseRole.INTAKE)
    seats.assign(one, first, Seat.TAKER, by=None, at=NOON)

    assert seats.FULL in refused(lambda: seats.assign(one, second, Seat.TAKER, by=None, at=NOON))
    assert "another seat" in refused(lambda: seats.assign(one, first, Seat.SECOND_INTAKE, by=None, at=NOON))
    assert refused(lambda: seats.assign(one, first, Seat.TAKER, by=None, at=NOON)) == f"{seats.HAS_IT}"
    assert seats.assign(one, second, Seat.SECOND_INTAKE, by=None, at=NOON)


# Attesting


def test_nobody_reads_before_they_attest():
    one, person = case(), appointed(CaseRole.INTAKE)
    seats.assign(one, person, Seat.TAKER, by=person, at=NOON)
    assert not seats.reads(person, one, on=TODAY)

    attested = seats.attest(one, person, conflicts=[], at=NOON)

    assert attested.assignment.attested_at == NOON
    assert seats.reads(person, one, on=TODAY)
    assert actions(one) == ["seat_given", "seat_attested"]


def test_attesting_twice_is_once():
    one, person = case(), appointed(CaseRole.INTAKE)
    seats.assign(one, person, Seat.TAKER, by=person, at=NOON)
    first = seats.attest(one, person, conflicts=[], at=NOON)

    again = seats.attest(one, person, conflicts=[], at=NOON + DAY)

    assert again.assignment.attested_at == first.assignment.attested_at
    assert actions(one).count("seat_attested") == 1


@pytest.mark.parametrize("attests_first", [False, True])
def test_who_declares_a_conflict_is_out_at_once_and_for_good(attests_first):
    one, person = case(), appointed(CaseRole.INTAKE)
    seats.assign(one, person, Seat.TAKER, by=person, at=NOON)
    if attests_first:
        seats.attest(one, person, conflicts=[], at=NOON)

    told = seats.attest(one, person, conflicts=[ConflictKind.SUPERVISION, ConflictKind.FRIENDSHIP], at=NOON)

    assert told == seats.Attested(None, Seat.TAKER)
    assert seats.held_by(person, one, on=TODAY) is None
    assert Assignment.objects.get().ended_why == "conflict"
    assert {(row.why, row.conflict, row.seat) for row in Exclusion.objects.all()} == {
        ("declared", "supervision", "taker"),
        ("declared", "friendship", ""),
    }
    assert "declared a conflict" in refused(lambda: seats.assign(one, person, Seat.TAKER, by=None, at=NOON))
    facts = [entry.detail.facts for entry in log.history(one)]
    assert "supervision" not in str(facts)


def test_a_conflict_can_be_told_before_any_seat_and_by_the_office_alone():
    one, person = case(), appointed(CaseRole.INTAKE)

    assert seats.attest(one, person, conflicts=[ConflictKind.WITNESS], at=NOON).vacated is None
    assert seats.NO_SEAT in refused(lambda: seats.attest(one, appointed(CaseRole.INTAKE), conflicts=[], at=NOON))
    assert seats.NOT_OFFICE in refused(lambda: seats.attest(one, UserFactory(), conflicts=[ConflictKind.KIN], at=NOON))
    assert Exclusion.objects.get().person == person


def test_an_interest_entered_after_the_draw_stops_the_attestation():
    coach, person = UserFactory(), appointed(CaseRole.INTAKE)
    one = case(coach)
    seats.assign(one, person, Seat.TAKER, by=person, at=NOON)
    Interest.objects.create(person=person, about=coach, kind="kin", declared_on=TODAY, recorded_by=person)

    assert "register of interests" in refused(lambda: seats.attest(one, person, conflicts=[], at=NOON))
    assert not seats.reads(person, one, on=TODAY)


# Who holds what


def test_a_seat_opens_nothing_once_the_appointment_is_over_or_the_account_closed():
    one, person = case(), appointed(CaseRole.INTAKE, last_day=TODAY)
    seats.assign(one, person, Seat.TAKER, by=None, at=NOON)

    assert seats.held_by(person, one, on=TODAY)
    assert seats.held_by(person, one, on=TODAY + DAY) is None
    assert [row.person for row in seats.orphaned(on=TODAY + DAY)] == [person]
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert seats.held_by(person, one, on=TODAY) is None
    assert seats.orphaned(on=TODAY)
    assert seats.of(person, on=TODAY) == []


def test_mine_are_the_seats_i_have_the_oldest_case_first():
    person = appointed(CaseRole.INTAKE, CaseRole.INVESTIGATOR)
    new, old = case(received_on=TODAY), case(received_on=TODAY - 9 * DAY)
    for one in (new, old):
        seats.assign(one, person, Seat.TAKER, by=None, at=NOON)
    seats.release(seats.assign(case(), person, Seat.TAKER, by=None, at=NOON).case, person, why=SeatEnd.DONE, by=None, at=NOON)

    assert [row.case for row in seats.of(person, on=TODAY)] == [old, new]


def test_the_second_speaks_for_the_pool_where_the_chair_is_conflicted():
    first = appointed(CaseRole.PANEL_MEMBER, pool_rank="first")
    second = appointed(CaseRole.PANEL_MEMBER, pool_rank="second", lay=True)

    assert seats.pool_chair(case(), on=TODAY) == first
    assert seats.pool_chair(case(respondent=first), on=TODAY) == second
    assert seats.pool_chair(case(respondent=first), on=TODAY + 400 * DAY) is None


def test_an_exclusion_is_written_once_and_a_conflict_names_its_kind():
    one, person = case(), appointed(CaseRole.INTAKE)
    for _ in range(2):
        seats.exclude(one, person, why=ExclusionWhy.FOUND, conflict=ConflictKind.KIN, by=None, at=NOON)

    assert Exclusion.objects.count() == 1
    assert actions(one) == ["excluded"]
    for fields in ({"why": ExclusionWhy.FOUND}, {"why": ExclusionWhy.CHALLENGED, "conflict": ConflictKind.KIN}):
        with pytest.raises(ValueError, match="kind of a conflict"):
            seats.exclude(one, person, by=None, at=NOON, **fields)


@pytest.mark.parametrize("others", [1, 3])
def test_a_draw_asks_as_much_for_three_people_as_for_one(others, django_assert_num_queries):
    one = case()
    for _ in range(others):
        appointed(CaseRole.INVESTIGATOR, person=CertificateFactory().holder)

    with django_assert_num_queries(10):
        assert len(pool.people(one, on=TODAY)) == others


# What the database refuses


def given(**fields) -> Assignment:
    known = {"case": fields.pop("case", None) or case(), "person": fields.pop("person", None) or UserFactory()}
    return Assignment.objects.create(**known, **{"seat": "taker", "round": 1, "assigned_at": NOON, **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {"seat": "bench"},
        {"ended_at": NOON},
        {"ended_why": "done"},
        {"ended_at": NOON, "ended_why": "bored"},
        {"attested_at": NOON - DAY},
        {"candidates": 0},
        {"lay": True, "coach": True},
        {"ended_at": NOON - DAY, "ended_why": "done"},
    ],
)
def test_no_seat_contradicts_itself(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        given(**fields)


def test_the_database_gives_a_person_one_seat_a_case_and_a_single_seat_to_one():
    first = given()

    with pytest.raises(IntegrityError), transaction.atomic():
        given(case=first.case, person=first.person, seat="chair")
    with pytest.raises(IntegrityError), transaction.atomic():
        given(case=first.case)
    assert given(case=first.case, seat="panel_member")
    assert given(case=first.case, seat="panel_member")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "juror"},
        {"last_day": LONG_AGO - DAY},
        {"coach_elsewhere_body": "A body"},
        {"coach_elsewhere_until": TODAY},
        {"coach_elsewhere_body": "A body", "coach_elsewhere_until": TODAY, "lay": True, "role": "panel_member"},
        {"coach_elsewhere_body": "A body", "coach_elsewhere_until": TODAY, "role": "intake"},
        {"pool_rank": "first", "role": "intake"},
        {"pool_rank": "third", "role": "panel_member"},
    ],
)
def test_no_appointment_contradicts_itself(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(person=UserFactory(), **{"role": "intake", "first_day": LONG_AGO, **fields})


@pytest.mark.parametrize(
    "change",
    [{"seat": "chair"}, {"lay": True}, {"candidates": 3}, {"attested_at": None}, {"attested_at": NOON + DAY}, {"person": 1}, {"round": 2}],
)
def test_the_database_keeps_a_seat_as_it_was_given(change):
    row = given(attested_at=NOON)
    change = {"person": UserFactory()} if "person" in change else change

    with pytest.raises(IntegrityError, match="is_not_changed"), transaction.atomic():
        Assignment.objects.filter(pk=row.pk).update(**change)


def test_a_seat_that_ended_stays_so_and_no_row_is_removed():
    one, person = case(), appointed(CaseRole.INTAKE)
    row = seats.assign(one, person, Seat.TAKER, by=None, at=NOON)
    seats.exclude(one, person, why=ExclusionWhy.CHALLENGED, by=None, at=NOON)

    for change in ({"ended_at": None, "ended_why": ""}, {"ended_why": "done"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(pk=row.pk).update(**change)
    for model in (Assignment, Exclusion, Appointment):
        with pytest.raises(IntegrityError, match="is_not_removed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Exclusion.objects.update(why="took_part")


def test_every_guard_stands():
    assert people_guards.standing(connection) == set(people_guards.names(connection.vendor))
