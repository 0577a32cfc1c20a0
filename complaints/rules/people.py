"""Who may take a step, and who may sign it: seats, conflicts, and two different people."""

from collections.abc import Iterable
from datetime import date

from complaints.facts import Actor, CaseRole, Seat
from complaints.rules.filled import listed
from complaints.rules.gathered import CaseFacts
from complaints.rules.gravity import needs_second
from complaints.states import Hand, Transition

# Whoever took one of these steps in a case, or in one linked with it, takes no other seat there (conflict rules of the policy).
EXCLUDES = frozenset(
    {
        "take", "dismiss", "uphold_dismissal", "overturn_dismissal", "admit",
        "submit_report", "return_for_work", "no_case", "refer_panel",
        "impose", "impose_emergency", "refuse", "review",
        "appoint_panel", "challenge_member", "rule_on_challenge", "open_hearing", "close_evidence", "replace_member", "cast_vote", "tally",
        "return_defect", "countersign",
        "dismiss_appeal", "allow_appeal", "substitute", "remit", "recuse",
    }
)  # fmt: skip


def signatures(step: Transition, facts: CaseFacts, *, by_calendar: bool = False) -> tuple[frozenset[Hand], ...]:
    """For each signature that the step needs in this case, those who may give it; the last one falls away where no second is needed."""
    if step.is_for_two and not needs_second(step, facts, by_calendar=by_calendar):
        return () if by_calendar else step.signers[:-1]
    return step.signers


def allowed_hands(step: Transition, facts: CaseFacts) -> frozenset[Hand]:
    """Who may act next: take the step, or give the signature that is next."""
    needed = signatures(step, facts)
    if not facts.signed_by:
        return step.by | (needed[0] if needed else frozenset())
    return needed[len(facts.signed_by)] if len(facts.signed_by) < len(needed) else frozenset()


def among(hands: Iterable[Hand], wanted: Iterable[Hand]) -> list[Hand]:
    """Those of `hands` that are wanted. By identity: a seat and a role of the same name are equal as strings, and a role gives no seat."""
    there = list(wanted)
    return [hand for hand in hands if any(hand is one for one in there)]


def against_hand(step: Transition, facts: CaseFacts, *, on: date, asking: bool = False) -> list[str]:
    """Why whoever is about to act may not: the wrong seat, a conflict, no attestation, or the same person twice.

    `asking`: about to ask for the step that others sign. The exclusion set bars a new seat, not going on with one's own.
    """
    allowed = step.asked_by if asking else allowed_hands(step, facts)
    if facts.hand is None or not among([facts.hand], allowed):
        return [f"This is not yours to do: {whose(allowed)}."]
    about_oneself = facts.by is not None and facts.by == facts.respondent
    if isinstance(facts.hand, Actor):
        of_office = facts.hand in {Actor.POOL_CHAIR, Actor.AUDITOR}
        return listed(
            (of_office and facts.by is None, NOBODY),
            (of_office and about_oneself, ONESELF),
            (facts.by is not None and facts.by in facts.signed_by, TWICE),
            (facts.hand is Actor.POOL_CHAIR and facts.by in facts.excluded, EXCLUDED),
        )
    held = [row for row in facts.now_in(*Seat, on=on) if row.person == facts.by]
    own = [row for row in held if row.seat == facts.hand]
    lay = facts.lay or any(row.lay for row in held)
    stays = step.name not in STEPS_BACK
    return listed(
        (facts.by is None, NOBODY),
        (about_oneself, ONESELF),
        (facts.by in facts.signed_by, TWICE),
        (isinstance(facts.hand, Seat) and not own, f"You have no seat in this case as {label(facts.hand)}."),
        (stays and isinstance(facts.hand, CaseRole) and facts.by in facts.excluded, EXCLUDED),
        (
            stays and any(row.conflicted for row in own),
            "A conflict of yours came to light. Step back, so that somebody else takes the seat.",
        ),
        (stays and any(not row.attested for row in own), "First say whether you know either side."),
        (not asking and _lacks_lay(step, facts, lay=lay), "One of those who sign is a lay person. Let a lay reviewer sign."),
    )


STEPS_BACK = {"decline_conflict", "recuse"}
NOBODY = "Nobody is named who does it."
ONESELF = "The case is about yourself, and nobody decides about themselves."
TWICE = "You have signed already; the next signature is somebody else's."
EXCLUDED = "You had a part in this case or know one side, so you take no seat in it. Somebody else is drawn."


def _lacks_lay(step: Transition, facts: CaseFacts, *, lay: bool) -> bool:
    """Whether this is the last signature and too few of all are lay people's."""
    if not step.lay_signatures or len(facts.signed_by) + 1 < len(signatures(step, facts)):
        return False
    earlier = {row.person for row in facts.seats if row.lay and row.person in facts.signed_by}
    return len(earlier) + lay < step.lay_signatures


def label(hand: Hand) -> str:
    """What a hand is called in a sentence."""
    return hand.label if isinstance(hand, Actor) else hand.label.lower()


def whose(hands: frozenset[Hand]) -> str:
    """Who may act, in words."""
    if hands >= frozenset(Seat):
        return "whoever works on the case does it"
    names = sorted({label(hand) for hand in hands})
    return f"it is for {' or '.join(names)}" if names else "all signatures are there"
