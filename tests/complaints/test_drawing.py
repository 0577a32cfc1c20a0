"""Who is drawn: chance among the right people, and nobody spent whom a later seat needs. The demonstration's office never runs short."""

from collections import Counter
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import drawing
from complaints.drawing import Able, NobodyLeft, Place, Pooled, Want
from complaints.facts import CaseRole, Seat
from demo import cast

people = st.lists(
    st.builds(Able, key=st.integers(0, 50), roles=st.integers(1, 3), lay=st.booleans(), coach=st.booleans()).map(
        lambda one: one if not (one.lay and one.coach) else Able(one.key, one.roles, True, False)
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)


def slow_candidates(everybody, want):
    """The words of the policy, one after the other, without the rules."""
    fit = list(everybody)
    if want == "lay":
        fit = [one for one in fit if one.lay]
    if want == "coach":
        fit = [one for one in fit if one.coach]
    if want == "third":
        coaches = [one for one in fit if one.coach]
        rest = [one for one in fit if not one.coach]
        fit = rest if len(rest) > len(coaches) else coaches
    for roles in (1, 2, 3):
        for lay in (False, True):
            if found := [one for one in fit if one.roles == roles and one.lay is lay]:
                return {one.key for one in found}
    return set()


@given(people, st.sampled_from(Want))
def test_those_who_hold_the_fewest_roles_are_drawn_first_and_at_a_tie_who_is_not_lay(everybody, want):
    assert {one.key for one in drawing.candidates(everybody, want)} == slow_candidates(everybody, want)


@given(people, st.sampled_from(Want), st.integers())
def test_chance_decides_among_the_candidates_and_their_number_is_told(everybody, want, seed):
    among = slow_candidates(everybody, want)
    if not among:
        with pytest.raises(NobodyLeft) as refusal:
            drawing.draw(everybody, want, chance=Random(seed))
        assert refusal.value.want is want
        return

    drawn = drawing.draw(everybody, want, chance=Random(seed))

    assert drawn.person.key in among
    assert drawn.candidates == len(among)
    assert drawing.draw(reversed(everybody), want, chance=Random(seed)) == drawn


@given(people, st.integers())
def test_a_panel_is_three_people_with_somebody_lay_and_somebody_for_the_coachs_seat(everybody, seed):
    lay, coaches = any(one.lay for one in everybody), any(one.coach for one in everybody)
    if not (lay and coaches and len(everybody) >= 3):
        with pytest.raises(NobodyLeft) as refusal:
            drawing.panel(everybody, chance=Random(seed))
        assert refusal.value.want == (Want.LAY if not lay else Want.COACH if not coaches else Want.THIRD)
        return

    members = [one.person for one in drawing.panel(everybody, chance=Random(seed))]

    assert len(set(members)) == 3
    assert any(one.lay for one in members)
    assert any(one.coach for one in members)
    assert drawing.chair(members, chance=Random(seed)) in members


@given(people, st.integers(), st.integers(0, 2))
def test_whoever_takes_the_place_of_a_challenged_member_makes_the_panel_whole_again(everybody, seed, challenged):
    try:
        members = [one.person for one in drawing.panel(everybody, chance=Random(seed))]
        sitting = [one for number, one in enumerate(members) if number != challenged]
        free = [one for one in everybody if one not in members]
        new = [one.person for one in drawing.panel(free, chance=Random(seed), sitting=sitting)]
    except NobodyLeft:
        return

    assert len(new) == 1
    assert new[0] not in members
    assert any(one.lay for one in sitting + new)
    assert any(one.coach for one in sitting + new)


@given(people, st.integers())
def test_of_two_case_reviewers_one_is_lay(everybody, seed):
    try:
        pair = [one.person for one in drawing.reviewers(everybody, chance=Random(seed))]
    except NobodyLeft:
        assert len(everybody) < 2 or not any(one.lay for one in everybody)
        return

    assert len(set(pair)) == 2
    assert any(one.lay for one in pair)


@given(people, st.integers())
def test_an_appeal_panel_is_three_and_two_decide_on_an_interim_measure(everybody, seed):
    for draw, number in [(drawing.appeal_panel, 3), (drawing.deciders, 2)]:
        if len(everybody) < number:
            with pytest.raises(NobodyLeft):
                draw(everybody, chance=Random(seed))
        else:
            assert len({one.person for one in draw(everybody, chance=Random(seed))}) == number


def test_every_candidate_is_drawn_sooner_or_later():
    four = [Able(key, 1, lay=False, coach=True) for key in range(4)]
    drawn = {drawing.draw(four, Want.COACH, chance=Random(seed)).person.key for seed in range(100)}

    assert drawn == {0, 1, 2, 3}


# The office of the demonstration


def office() -> dict[str, tuple[frozenset[str], bool, bool]]:
    """Everybody with a case role: the roles, whether lay, whether they take the coach's seat. From the file, without the rules."""
    roles = {role.value for role in CaseRole}
    return {
        key: (frozenset(roles & set(one.roles)), one.lay, bool(one.elsewhere) or (one.certificate or {}).get("state") == "active")
        for key, one in cast.people().items()
        if roles & set(one.roles)
    }


OPENING = (("intake", None), ("intake", None), ("investigator", None))
REVIEW = (("case_reviewer", "reviewer"), ("case_reviewer", "reviewer"), ("registrar", None))
PANEL = (("panel_member", "panel"),) * 3
APPEAL = (("deputy_registrar", None), *(("appeal_panel", None),) * 3)
PLANS = {
    "challenge, appeal and remit": (OPENING + REVIEW + PANEL + APPEAL + PANEL, 1),
    "an interim order, its review and an appeal": (OPENING + (("panel_member", "decider"),) * 3 + REVIEW + PANEL + APPEAL, 0),
}


def fewest_left(respondent: str, plan: str) -> int:
    """How many are left over in the worst of all ways in which chance, one conflict and one challenge can play a case out.

    Raises NobodyLeft when a seat stays empty in one of them. People of one kind are as good as each other, so kinds are played.
    """
    seats, challenges = PLANS[plan]
    pool = {key: kind for key, kind in office().items() if key != respondent}
    known = {key for key in pool if any(x["with"] == respondent for x in cast.people()[key].interests)}
    first_panel = seats.index(("panel_member", "panel"))
    kinds = sorted({*pool.values()}, key=repr)
    start = tuple(sum(kind == mine for key, mine in pool.items() if key not in known) for kind in kinds)
    members = [Able(n, len(kind[0]), kind[1], kind[2]) for n, kind in enumerate(kinds)]

    def ables(free, role):
        fit = [(n, one) for n, one in enumerate(members) if role in kinds[n][0]]
        return [Able(n * 100 + i, one.roles, one.lay, one.coach) for n, one in fit for i in range(free[n])]

    def wanted(kind, sitting):
        seated = [members[n] for n in sitting]
        if kind == "panel":
            return drawing.next_of_panel(seated)
        return {"reviewer": drawing.next_reviewer(seated), "decider": Want.THIRD, None: Want.ANYBODY}[kind]

    @cache
    def play(k, free, sitting, conflict, challenge):
        if k == len(seats):
            return sum(free)
        role, kind = seats[k]
        if k == 0 or seats[k - 1] != seats[k]:
            sitting = ()
        among = {one.key // 100 for one in drawing.candidates(ables(free, role), wanted(kind, sitting))}
        if not among:
            raise NobodyLeft(wanted(kind, sitting))
        worst = []
        for n in among:
            rest = (*free[:n], free[n] - 1, *free[n + 1 :])
            seated = tuple(sorted((*sitting, n)))
            worst.append(play(k + 1, rest, seated, conflict, challenge))
            if conflict:
                worst.append(play(k, rest, sitting, 0, challenge))
            if challenge and k == first_panel + 2 and len(seated) == 3:
                for out in set(seated):
                    left = list(seated)
                    left.remove(out)
                    worst.append(play(k, rest, tuple(left), conflict, 0))
        return min(worst)

    return play(0, start, (), 0 if known else 1, challenges)


def test_the_demonstrations_office_has_twenty_people_for_cases():
    assert len(office()) == 20
    assert Counter(lay for _, lay, _ in office().values()) == {False: 13, True: 7}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("respondent", [*(f"P-0{n}" for n in range(1, 10)), "somebody else"])
def test_every_draw_of_a_case_through_challenge_appeal_and_remit_leaves_somebody(respondent, plan):
    assert fewest_left(respondent, plan) >= 1


def test_with_a_coach_of_a_sister_body_less_some_case_runs_short(monkeypatch):
    """So that the play can fail: Chan Sze-wing is one of four people without whom a remitted case could."""
    everybody = {key: one for key, one in cast.people().items() if key != "P-27"}
    monkeypatch.setattr(cast, "people", lambda: everybody)

    with pytest.raises(NobodyLeft):
        fewest_left("P-09", "challenge, appeal and remit")


# How many cases an office can staff


def pooled(key: str, number: int) -> Pooled:
    roles, lay, coach = office()[key]
    return Pooled(Able(number, len(roles), lay, coach), frozenset(map(CaseRole, roles)))


def test_the_demonstrations_office_could_staff_one_full_case_and_the_next_lacks_these():
    found = drawing.staffing(pooled(key, number) for number, key in enumerate(office()))

    assert found.cases == 1
    assert found.left == 3
    assert Place(CaseRole.REGISTRAR, Seat.REGISTRAR) in found.missing
    assert Counter(place.role for place in found.missing)[CaseRole.PANEL_MEMBER] >= 5


def test_an_empty_office_staffs_nothing_and_lacks_every_seat():
    assert drawing.staffing([]) == drawing.Staffing(0, drawing.FULLEST, 0)


def test_the_fullest_case_uses_up_seventeen_people():
    assert len(drawing.FULLEST) == 17


def test_two_small_cases_take_two_people_each():
    plan = (Place(CaseRole.INTAKE, Seat.TAKER), Place(CaseRole.CASE_REVIEWER, Seat.CASE_REVIEWER, Want.LAY))
    intake = [Pooled(Able(n, 1, lay=False, coach=False), frozenset({CaseRole.INTAKE})) for n in range(2)]
    lay = [Pooled(Able(n + 9, 1, lay=True, coach=False), frozenset({CaseRole.CASE_REVIEWER})) for n in range(3)]

    assert drawing.staffing([*intake, *lay], plan) == drawing.Staffing(2, (plan[0],), 1)
