"""Two hands at once on PostgreSQL: one draw, one taker, one seat a person."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts.models import User
from complaints import seats
from complaints.facts import CaseRole, ConflictKind, Seat
from complaints.models import Assignment, Case, Exclusion
from tests.complaints.office import NOON, appointed, case, panel_pool

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*acts):
    """Run every act in a connection of its own, all starting together; what each answered or was refused with."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            act()
            return "done"
        except seats.NotSeated as refusal:
            return refusal.reasons[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("again", range(3))
def test_of_four_draws_of_a_panel_at_once_one_draws(again):
    one = case()
    panel_pool()

    answers = at_once(*[lambda seed=seed: seats.draw(one, Seat.PANEL_MEMBER, by=None, at=NOON, chance=Random(seed)) for seed in range(4)])

    assert sorted(answers) == [seats.FULL] * 3 + ["done"]
    assert Assignment.objects.filter(case=one).count() == 3


@pytest.mark.parametrize("again", range(3))
def test_of_two_takers_at_once_one_has_the_case(again):
    one, officers = case(), [appointed(CaseRole.INTAKE) for _ in range(2)]

    answers = at_once(*[lambda by=by: seats.assign(one, by, Seat.TAKER, by=by, at=NOON) for by in officers])

    assert sorted(answers) == [seats.FULL, "done"]
    assert Assignment.objects.filter(case=one, ended_at=None).count() == 1


def test_two_linked_cases_drawn_at_once_do_not_wait_for_each_other_for_ever():
    first, second = case(), case()
    first.linked.add(second)
    for _ in range(4):
        appointed(CaseRole.INVESTIGATOR)

    def draw(one):
        return lambda: seats.draw(Case.objects.get(pk=one.pk), Seat.INVESTIGATOR, by=None, at=NOON, chance=Random(1))

    assert at_once(draw(first), draw(second)) == ["done", "done"]


def test_a_conflict_told_while_one_attests_leaves_nobody_reading():
    one, person = case(), appointed(CaseRole.INTAKE)
    seats.assign(one, person, Seat.TAKER, by=person, at=NOON)
    me = User.objects.get(pk=person.pk)

    at_once(
        lambda: seats.attest(one, me, conflicts=[], at=NOON),
        lambda: seats.attest(one, me, conflicts=[ConflictKind.KIN], at=NOON),
    )

    assert Exclusion.objects.get().conflict == "kin"
    assert not seats.reads(me, one, on=NOON.date())
