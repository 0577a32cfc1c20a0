"""The people of the office as the rules see them for one case, gathered in as many statements for one person as for twenty."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max, Q

from audit import clock
from certification.facts import Standing
from certification.models import Certificate
from complaints import conflicts
from complaints.conflicts import Person, Sat
from complaints.drawing import Able, Pooled
from complaints.facts import Against, CaseRole, Seat, State
from complaints.models import Appointment, Assignment, Case, Declaration, Exclusion, Interest

OVER = frozenset({State.CLOSED, State.MERGED, State.ERASED})
NOT_ADMITTED = OVER | {State.SUBMITTED, State.TRIAGE, State.NEEDS_INFO, State.DISMISSAL_REVIEW}


def family(case: Case) -> frozenset[int]:
    """The case and every case that is linked to it or merged with it, by whatever way: their primary keys."""
    found, new = frozenset[int](), frozenset({case.pk})
    while new:
        found |= new
        links = Case.linked.through.objects.filter(from_case__in=new).values_list("to_case", flat=True)
        merged = Case.objects.filter(Q(pk__in=new) | Q(master__in=new)).values_list("pk", "master")
        new = frozenset(pk for pk in (*links, *(pk for row in merged for pk in row)) if pk is not None) - found
    return found


def people(case: Case | None, *, on: date, only: Iterable[int] | None = None) -> list[Person]:
    """Everybody with an appointment in force on a day, or `only` those with these keys, as the rules see them for a case.

    Without a case: for none in particular, and without looking at anybody's own cases. The respondent comes, too, and is told as such.
    """
    rows = Appointment.objects.in_force(on=on).select_related("person").order_by("person_id", "pk")
    if only is not None:
        rows = rows.filter(person__in=only)
    appointed, accounts = defaultdict(list), {}
    for row in rows:
        appointed[row.person_id].append(row.fact)
        accounts[row.person_id] = row.person
    for key in set(only or ()) - set(accounts):
        appointed[key] = []
    keys = list(appointed)
    declarations = Declaration.objects.filter(person__in=keys, declared_on__lte=on)
    declared = dict(declarations.values_list("person").annotate(Max("declared_on")))
    certified = _certified(keys, on=on, looking_at_cases=case is not None)
    told = _told(case, keys) if case is not None else {}
    return [
        Person(
            key=key,
            appointed=tuple(appointed[key]),
            may_log_in=key not in accounts or accounts[key].is_active,
            declared_on=declared.get(key),
            certified=key in certified,
            **told.get(key, {}),
        )
        for key in sorted(keys)
    ]


def able(person: Person, *, on: date) -> Able:
    """What a draw looks at."""
    return Able(
        person.key, conflicts.case_roles(person, on=on), conflicts.is_lay(person, on=on), conflicts.takes_coachs_seat(person, on=on)
    )


def free_for(case: Case, seat: Seat, *, on: date) -> list[Able]:
    """Everybody against whom nothing speaks."""
    return [able(one, on=on) for one in people(case, on=on) if not conflicts.against_seat(one, seat, on=on)]


def against(case: Case, person_pk: int, seat: Seat, *, on: date) -> list[Against]:
    """Every reason why one person may not take a seat."""
    (found,) = people(case, on=on, only=[person_pk])
    return conflicts.against_seat(found, seat, on=on)


def pooled(*, on: date) -> list[Pooled]:
    """Everybody who could be drawn for a case about somebody they have nothing to do with, with the roles they could sit in."""
    found = []
    for one in people(None, on=on):
        roles = {role for role in CaseRole if not conflicts.against_seat(one, SEAT_OF_ROLE[role], on=on)}
        if roles:
            found.append(Pooled(able(one, on=on), frozenset(roles)))
    return found


SEAT_OF_ROLE = {
    CaseRole.INTAKE: Seat.TAKER,
    CaseRole.INVESTIGATOR: Seat.INVESTIGATOR,
    CaseRole.CASE_REVIEWER: Seat.CASE_REVIEWER,
    CaseRole.PANEL_MEMBER: Seat.PANEL_MEMBER,
    CaseRole.APPEAL_PANEL: Seat.APPEAL_MEMBER,
    CaseRole.REGISTRAR: Seat.REGISTRAR,
    CaseRole.DEPUTY_REGISTRAR: Seat.DEPUTY_REGISTRAR,
}


def _certified(keys: list[int], *, on: date, looking_at_cases: bool) -> frozenset[int]:
    """Active here on a day, and no admitted case about them."""
    rows = Certificate.objects.with_standing(on=on).filter(holder__in=keys, standing=Standing.ACTIVE.value)  # type: ignore[misc]
    active = frozenset(rows.values_list("holder", flat=True))
    if not active or not looking_at_cases:
        return active
    admitted = Case.objects.filter(respondent__in=active).exclude(state__in=[state.value for state in NOT_ADMITTED])
    return active - frozenset(pk for pk in admitted.values_list("respondent", flat=True) if pk is not None)


def _told(case: Case, keys: list[int]) -> dict[int, dict[str, Any]]:
    """What the case says of each: interests about its respondent, exclusions, seats here and in other cases about the same coach."""
    told: dict[int, dict[str, Any]] = {key: {"is_respondent": key == case.respondent_id} for key in keys}
    related, kin = defaultdict(list), family(case)
    if case.respondent_id is not None:
        for row in Interest.objects.filter(person__in=keys, about=case.respondent_id, voided_at=None):
            related[row.person_id].append(row.fact)
    for key, facts in related.items():
        told[key]["interests"] = tuple(facts)
    for person, why in Exclusion.objects.filter(person__in=keys, case__in=kin).values_list("person", "why"):
        told[person][{"took_part": "took_part", "declared": "attested"}.get(why, "barred")] = True
    holds = defaultdict(set)
    for person, seat in Assignment.objects.open().filter(person__in=keys, case=case).values_list("person", "seat"):
        holds[person].add(Seat(seat))
    for key, seats in holds.items():
        told[key]["holds"] = frozenset(seats)
    for key, sat in _sat(case, keys).items():
        told[key]["elsewhere"] = tuple(sat)
    return told


def _sat(case: Case, keys: list[int]) -> dict[int, list[Sat]]:
    found = defaultdict(list)
    if case.respondent_id is not None:
        seats = [seat.value for seat in conflicts.INVESTIGATING | conflicts.JUDGING]
        rows = Assignment.objects.filter(person__in=keys, seat__in=seats, case__respondent=case.respondent_id).exclude(case=case)
        for person, seat, ended_at in rows.values_list("person", "seat", "ended_at"):
            found[person].append(Sat(Seat(seat), clock.day_of(ended_at) if ended_at else None))
    return found
