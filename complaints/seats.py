"""Who has which seat in a case: drawn or named, attested before anything is unsealed, given up, lost by a conflict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.db import transaction

from accounts.models import User
from audit import clock, log
from complaints import actions, conflicts, drawing, pool
from complaints.conflicts import OF_A_PANEL, OF_AN_APPEAL
from complaints.drawing import Able, Drawn
from complaints.facts import ConflictKind, ExclusionWhy, PoolRank, Seat, SeatEnd
from complaints.models import Appointment, Assignment, Case, Exclusion

NOBODY = "Nobody is left who may take this seat{}. Appoint somebody, or ask a sister body for help."
WANTED = {drawing.Want.LAY: " and is lay", drawing.Want.COACH: " and can take the coach’s seat"}
FULL = "Somebody has this seat already."
HAS_IT = "This person has this seat already."
NO_SEAT = "This person has no seat in this case."
NOT_OFFICE = "This person is not appointed to work on cases."

# Seats that are drawn together, and how many people they take.
GROUPS: dict[Seat, tuple[frozenset[Seat], int]] = {
    **dict.fromkeys(OF_A_PANEL, (OF_A_PANEL, 3)),
    **dict.fromkeys(OF_AN_APPEAL, (OF_AN_APPEAL, 3)),
    Seat.CASE_REVIEWER: (frozenset({Seat.CASE_REVIEWER}), 2),
    Seat.DECIDER: (frozenset({Seat.DECIDER}), 2),
}
CHAIRS = {OF_A_PANEL: (Seat.CHAIR, Seat.PANEL_MEMBER), OF_AN_APPEAL: (Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER)}
ENDS = {
    ExclusionWhy.DECLARED: SeatEnd.CONFLICT,
    ExclusionWhy.FOUND: SeatEnd.CONFLICT,
    ExclusionWhy.CHALLENGED: SeatEnd.CHALLENGED,
    ExclusionWhy.REPLACED: SeatEnd.REPLACED,
}


class NotSeated(ValueError):
    """Nobody's seat changed; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Attested:
    """What became of an attestation: the seat that may read now, or the one that is to be drawn again (None: there was none yet)."""

    assignment: Assignment | None
    vacated: Seat | None


# Who is where


def held_by(person: User, case: Case, *, on: date) -> Assignment | None:
    """The seat that a person has in a case on a day: still given, with an appointment in force, by somebody who may log in.

    It says who may act; whether something may be unsealed is its `attested_at` (`reads`).
    """
    held = Assignment.objects.open().filter(case=case, person=person, person__is_active=True).first()
    return held if held is not None and _is_appointed(held, on=on) else None


def reads(person: User, case: Case, *, on: date) -> bool:
    """Whether a person has a seat in the case and attested that nothing stands between them and it."""
    held = held_by(person, case, on=on)
    return held is not None and held.attested_at is not None


def of(person: User, *, on: date) -> list[Assignment]:
    """The seats that a person has, over all cases, those of the oldest case first."""
    rows = (
        Assignment.objects.open().filter(person=person, person__is_active=True).select_related("case").order_by("case__received_on", "pk")
    )
    roles = set(Appointment.objects.in_force(on=on).filter(person=person).values_list("role", flat=True))
    return [row for row in rows if roles & conflicts.roles_for(row.to)]


def orphaned(*, on: date) -> list[Assignment]:
    """Seats of people whose appointment is over or who may not log in: they open nothing any more, and are drawn again."""
    rows = list(Assignment.objects.open().select_related("person", "case").order_by("pk"))
    appointments = Appointment.objects.in_force(on=on).filter(person__in={row.person_id for row in rows})
    held = set(appointments.values_list("person", "role"))
    return [
        row for row in rows if not row.person.is_active or not any((row.person_id, role) in held for role in conflicts.roles_for(row.to))
    ]


def excluded(case: Case) -> frozenset[int]:
    """Who takes no new seat in this case: had a part in it or in one linked to it, or is kept out of one of them. Primary keys."""
    return frozenset(Exclusion.objects.filter(case__in=pool.family(case)).values_list("person", flat=True))


def pool_chair(case: Case, *, on: date) -> User | None:
    """Who speaks for the pool of panel members in this case: its chair, or the second where something speaks against the chair."""
    ranked = Appointment.objects.in_force(on=on).exclude(pool_rank="").select_related("person")
    by_rank = {row.pool_rank: row.person for row in ranked}
    for rank in PoolRank:
        person = by_rank.get(rank.value)
        if person and not pool.against(case, person.pk, Seat.DECIDER, on=on):
            return person
    return None


def lacks(case: Case, seat: Seat) -> int:
    """How many people a seat, or the panel that it is of, lacks."""
    group, size = GROUPS.get(seat, (frozenset({seat}), 1))
    return size - Assignment.objects.open().filter(case=case, seat__in=[one.value for one in group]).count()


# Giving seats


@transaction.atomic
def draw(case: Case, seat: Seat, *, by: User | None, at: datetime, chance: Random) -> list[Assignment]:
    """Draw whom a seat lacks by chance: of a panel, of an appeal panel (both with their chair), of two reviewers or deciders all who lack.

    `by` None is the system; views hand over random.SystemRandom. How many there were to draw among is kept with each seat and in the
    ledger. Raises NotSeated when nobody lacks or nobody is left.
    """
    case, on = _locked(case), clock.day_of(at)
    group, size = GROUPS.get(seat, (frozenset({seat}), 1))
    sitting = list(Assignment.objects.open().filter(case=case, seat__in=[one.value for one in group]))
    if len(sitting) >= size:
        raise NotSeated([FULL])
    there = {row.person_id for row in sitting}
    free = [one for one in pool.free_for(case, seat, on=on) if one.key not in there]
    seated = [Able(row.person_id, 0, row.lay, row.coach) for row in sitting]
    try:
        drawn = _drawing(group)(free, size - len(sitting), seated, chance)
    except drawing.NobodyLeft as nobody:
        raise NotSeated([NOBODY.format(WANTED.get(nobody.want, ""))]) from nobody
    places = _places(group, sitting, drawn, seat, chance)
    return [_seat(case, one.person, place, by=by, at=at, candidates=one.candidates) for one, place in zip(drawn, places, strict=True)]


@transaction.atomic
def assign(case: Case, person: User, seat: Seat, *, by: User | None, at: datetime) -> Assignment:
    """Give a seat to a person who is named, as an officer who takes a case. Raises NotSeated with every reason."""
    case, on = _locked(case), clock.day_of(at)
    group, size = GROUPS.get(seat, (frozenset({seat}), 1))
    (known,) = pool.people(case, on=on, only=[person.pk])
    reasons = [reason.sentence for reason in conflicts.against_seat(known, seat, on=on)]
    if seat in known.holds:
        reasons.append(HAS_IT)
    others = Assignment.objects.open().filter(case=case, seat__in=[one.value for one in group]).exclude(person=person)
    if others.count() >= size or (seat in conflicts.SINGLE and others.filter(seat=seat.value).exists()):
        reasons.append(FULL)
    if reasons:
        raise NotSeated(reasons)
    return _seat(case, pool.able(known, on=on), seat, by=by, at=at, candidates=None)


@transaction.atomic
def attest(case: Case, person: User, *, conflicts: Sequence[ConflictKind], at: datetime) -> Attested:
    """What a person says before they read: no conflict (they may read), or those there are (their seat is gone, and they stay out).

    A conflict can be told by anybody appointed, with a seat or before one, and later on too. Raises NotSeated for "none" without a seat.
    """
    case, on = _locked(case), clock.day_of(at)
    held = held_by(person, case, on=on)
    if conflicts:
        return Attested(None, _declare(case, person, conflicts, at=at))
    if held is None:
        raise NotSeated([NO_SEAT])
    if found := pool.against(case, person.pk, held.to, on=on):
        raise NotSeated([reason.sentence for reason in found])
    if held.attested_at is None:
        held.attested_at = at
        held.save(update_fields=["attested_at"])
        log.record(actions.SEAT_ATTESTED, case, by=person, about=person, seat=held.seat)
    return Attested(held, None)


# Giving them up


@transaction.atomic
def release(case: Case, person: User, *, why: SeatEnd, by: User | None, at: datetime) -> Assignment:
    """End the seat that a person has; nothing of the case opens to them any more. Raises NotSeated where there is none."""
    case = _locked(case)
    held = Assignment.objects.open().filter(case=case, person=person).first()
    if held is None:
        raise NotSeated([NO_SEAT])
    return _end(held, why, by=by, at=at)


@transaction.atomic
def release_all(case: Case, seats: Sequence[Seat], *, why: SeatEnd, by: User | None, at: datetime) -> list[Assignment]:
    """End every seat of these kinds, as of a panel whose decision was sent back. Answers those that ended."""
    case = _locked(case)
    rows = list(Assignment.objects.open().filter(case=case, seat__in=[seat.value for seat in seats]))
    return [_end(row, why, by=by, at=at) for row in rows]


@transaction.atomic
def exclude(
    case: Case,
    person: User,
    *,
    why: ExclusionWhy,
    by: User | None,
    at: datetime,
    seat: Seat | None = None,
    conflict: ConflictKind | None = None,
) -> Seat | None:
    """Write down that a person takes no new seat here; but for whoever merely took part, the seat they have ends with it.

    `conflict` is named where `why` is a conflict, and nowhere else (ValueError). Written twice it is there once. Answers the seat that
    ended and is to be drawn again, or None.
    """
    if (conflict is not None) != (why in (ExclusionWhy.DECLARED, ExclusionWhy.FOUND)):
        raise ValueError("the kind of a conflict is named with a conflict, and with nothing else")
    return _exclude(_locked(case), person, why, conflict=conflict, seat=seat, by=by, at=at)


@transaction.atomic
def note_part(case: Case, person: User, *, by: User | None, at: datetime) -> None:
    """Note that a person took a step by which they take no other seat in this case or a linked one. Their own they go on with."""
    case = _locked(case)
    held = Assignment.objects.open().filter(case=case, person=person).first()
    _exclude(case, person, ExclusionWhy.TOOK_PART, conflict=None, seat=held.to if held else None, by=by, at=at)


def _locked(case: Case) -> Case:
    """The case as it is, with those linked to it, locked in one order: of two draws or two takers at once one comes second."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=pool.family(case)).order_by("pk")
    return {row.pk: row for row in rows}[case.pk]


def _is_appointed(held: Assignment, *, on: date) -> bool:
    roles = [role.value for role in conflicts.roles_for(held.to)]
    return Appointment.objects.in_force(on=on).filter(person=held.person_id, role__in=roles).exists()


def _drawing(group: frozenset[Seat]) -> Callable[[list[Able], int, list[Able], Random], list[Drawn]]:
    if group == OF_A_PANEL:
        return lambda free, lacking, sitting, chance: drawing.panel(free, chance=chance, sitting=sitting)
    if group == OF_AN_APPEAL:
        return lambda free, lacking, sitting, chance: drawing.appeal_panel(free, chance=chance, sitting=sitting)
    if group == frozenset({Seat.CASE_REVIEWER}):
        return lambda free, lacking, sitting, chance: drawing.reviewers(free, chance=chance, sitting=sitting)
    if group == frozenset({Seat.DECIDER}):
        return lambda free, lacking, sitting, chance: drawing.deciders(free, chance=chance, number=lacking)
    return lambda free, lacking, sitting, chance: [drawing.draw(free, drawing.Want.ANYBODY, chance=chance)]


def _places(group: frozenset[Seat], sitting: Sequence[Assignment], drawn: Sequence[Drawn], seat: Seat, chance: Random) -> list[Seat]:
    """The seat of each who was drawn: one of them chairs where no chair sits."""
    if group not in CHAIRS:
        return [seat] * len(drawn)
    chair, member = CHAIRS[group]
    if any(row.to is chair for row in sitting):
        return [member] * len(drawn)
    chosen = drawing.chair([one.person for one in drawn], chance=chance)
    return [chair if one.person == chosen else member for one in drawn]


def _seat(case: Case, person: Able, seat: Seat, *, by: User | None, at: datetime, candidates: int | None) -> Assignment:
    made = Assignment.objects.create(
        case=case,
        person_id=person.key,
        seat=seat.value,
        round=case.round,
        lay=person.lay,
        coach=person.coach,
        candidates=candidates,
        assigned_at=at,
        assigned_by=by,
    )
    log.record(actions.SEAT_GIVEN, case, by=by, about=made.person, seat=seat.value, candidates=candidates)
    return made


def _declare(case: Case, person: User, kinds: Sequence[ConflictKind], *, at: datetime) -> Seat | None:
    on = clock.day_of(at)
    if not Appointment.objects.in_force(on=on).filter(person=person).exists():
        raise NotSeated([NOT_OFFICE])
    ended = [_exclude(case, person, ExclusionWhy.DECLARED, conflict=kind, seat=None, by=person, at=at) for kind in dict.fromkeys(kinds)]
    return next((seat for seat in ended if seat), None)


def _exclude(
    case: Case, person: User, why: ExclusionWhy, *, conflict: ConflictKind | None, seat: Seat | None, by: User | None, at: datetime
) -> Seat | None:
    held = Assignment.objects.open().filter(case=case, person=person).first()
    known = seat or (held.to if held else None)
    facts = {"why": why.value, "conflict": conflict.value if conflict else "", "seat": known.value if known else ""}
    _, is_new = Exclusion.objects.get_or_create(case=case, person=person, **facts, defaults={"round": case.round, "recorded_at": at})
    if is_new:
        log.record(actions.EXCLUDED, case, by=by, about=person, why=why.value, seat=facts["seat"])
    if held is None or why is ExclusionWhy.TOOK_PART:
        return None
    return _end(held, ENDS[why], by=by, at=at).to


def _end(held: Assignment, why: SeatEnd, *, by: User | None, at: datetime) -> Assignment:
    held.ended_at, held.ended_why = at, why.value
    held.save(update_fields=["ended_at", "ended_why"])
    log.record(actions.SEAT_ENDED, held.case, by=by, about=held.person, seat=held.seat, why=why.value)
    return held
