"""How three sealed votes become a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from complaints.facts import Outcome
from complaints.options import RANGES as CLAUSE_RANGES
from complaints.rules.gathered import ONE_DAY, AllegationFact, CaseFacts, DecisionFact, VoteFact
from complaints.rules.gravity import ORDER

MAJORITY = 2  # of three; where two go on by agreement, both

IMMEDIATE = {Outcome.SUSPENSION, Outcome.REVOCATION}


@dataclass(frozen=True, slots=True)
class Tally:
    """`proven`: ids of the allegations found proven; `untested`: ids that would be, but rest on an untested anonymous statement alone."""

    proven: frozenset[int]
    untested: frozenset[int]
    outcome: Outcome
    immediate: bool


def is_revocation_carried(votes: Sequence[VoteFact]) -> bool:
    """Two members vote to revoke, and at least one of them is lay."""
    revoking = [vote for vote in votes if vote.outcome is Outcome.REVOCATION]
    return len(revoking) >= MAJORITY and any(vote.lay for vote in revoking)


def tally(votes: Sequence[VoteFact], charges: Sequence[AllegationFact]) -> Tally:
    """What the votes say. An allegation is proven by two votes, never on an untested anonymous statement alone.

    The outcome is the heaviest that two members want or would go beyond; a vote to revoke counts as one to suspend unless revocation is
    carried. With nothing proven it is “not proven”, or advice where two want it.
    """
    agreed = frozenset(row.pk for row in charges if sum(vote.findings.get(row.pk, False) for vote in votes) >= MAJORITY)
    untested = agreed & {row.pk for row in charges if row.anonymous_only}
    proven = agreed - untested
    if not proven:
        advice = sum(vote.outcome is Outcome.ADVICE for vote in votes) >= MAJORITY
        return Tally(proven, untested, Outcome.ADVICE if advice else Outcome.NOT_PROVEN, False)
    carried = is_revocation_carried(votes)
    wanted = [Outcome.SUSPENSION if vote.outcome is Outcome.REVOCATION and not carried else vote.outcome for vote in votes]
    backed = sorted(wanted, key=ORDER.index, reverse=True)[MAJORITY - 1]
    outcome = max(backed, Outcome.ADVICE, key=ORDER.index)
    immediate = outcome in IMMEDIATE and sum(vote.immediate for vote in votes) >= MAJORITY
    return Tally(proven, untested, outcome, immediate)


def quorum(facts: CaseFacts) -> int:
    """How many members decide: three, or two where both sides agreed to it in writing (class C and D)."""
    return MAJORITY if facts.two_agreed else 3


def ranges_of(facts: CaseFacts, proven: frozenset[int]) -> list[tuple[Outcome, Outcome]]:
    """The usual range of each clause found broken; something off the Code has none of its own."""
    return [CLAUSE_RANGES[row.clause] for row in facts.charges if row.pk in proven and row.clause in CLAUSE_RANGES]


def takes_effect_on(decision: DecisionFact) -> date | None:
    """The first day of what was decided, where nobody appeals."""
    return decision.window_closes_on and decision.window_closes_on + ONE_DAY
