"""What the steps of a panel do, from its names to the sealed votes."""

from accounts.models import User
from complaints import casework, evidence, machine, running, seats
from complaints.facts import ClockName, ExclusionWhy, Seat, SeatEnd
from complaints.machine import Move, StepRefused, effect
from complaints.models import Assignment, Vote

PANEL = (Seat.CHAIR, Seat.PANEL_MEMBER)


def name_chair(move: Move, person: int) -> None:
    """Let another member chair than the one who was drawn; both sat, and go on sitting."""
    held = {row.person_id: row for row in Assignment.objects.open().filter(case=move.case, seat__in=[seat.value for seat in PANEL])}
    before = next((row for row in held.values() if row.to is Seat.CHAIR), None)
    if person not in held or (before is not None and before.person_id == person):
        return
    changed = [(User.objects.get(pk=person), Seat.CHAIR)]
    if before is not None:
        changed.append((before.person, Seat.PANEL_MEMBER))
    for one, _ in changed:
        seats.release(move.case, one, why=SeatEnd.DONE, by=move.by, at=move.at)
    try:
        for one, seat in changed:
            seats.assign(move.case, one, seat, by=move.by, at=move.at)
            seats.attest(move.case, one, conflicts=[], at=move.at)
    except seats.NotSeated as refusal:
        raise StepRefused(refusal.reasons) from refusal


@effect("appoint_panel")
def _appoint(move: Move) -> None:
    running.end(move.case, ClockName.CHALLENGE, at=move.at)  # of the names before
    name_chair(move, move.values["chair"])


@effect("rule_on_challenge")
def _rule(move: Move) -> None:
    if move.values["reason"] != "upheld":
        return
    seats.exclude(move.case, _member(move), why=ExclusionWhy.CHALLENGED, by=move.by, at=move.at)
    running.start(move.case, ClockName.REDRAW, at=move.at)
    machine.fill(move, Seat.PANEL_MEMBER)


@effect("close_evidence")
def _close_evidence(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who closes the evidence."])
    files = list(move.case.evidence.filter(pk__in=move.values["relied_on"]))
    evidence.rely_on(files, by=move.by, on=move.on)
    casework.lock_evidence(move, files)


@effect("replace_member")
def _replace(move: Move) -> None:
    """Heard again, so every vote is given again."""
    seats.exclude(move.case, _member(move), why=ExclusionWhy.REPLACED, by=move.by, at=move.at)
    void_votes(move)
    if not move.values.get("go_on_with_two"):
        machine.fill(move, Seat.PANEL_MEMBER)


@effect("cast_vote")
def _vote(move: Move) -> None:
    if move.by is None:
        raise StepRefused(["Nobody is named who votes."])
    Vote.objects.create(case=move.case, step=move.step, round=move.case.round, person=move.by, cast_at=move.at)


def void_votes(move: Move) -> None:
    """The votes of this round count no more."""
    move.case.votes.filter(round=move.case.round, void_at=None).update(void_at=move.at)


def _member(move: Move) -> User:
    return User.objects.get(pk=move.values["member"])
