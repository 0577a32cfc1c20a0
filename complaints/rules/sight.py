"""What of a case a seat opens, once its holder has attested: kinds of papers, files, and whether the name of who complained stays dark."""

import re
from collections.abc import Iterable

from complaints.facts import Level, PaperKind, Purpose, Seat

INTAKE = frozenset({Seat.TAKER, Seat.SECOND_INTAKE})
REVIEW = frozenset({Seat.CASE_REVIEWER, Seat.DISMISSAL_REVIEWER})
PANEL = frozenset({Seat.CHAIR, Seat.PANEL_MEMBER, Seat.DECIDER})
APPEAL = frozenset({Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER})
INVESTIGATOR = frozenset({Seat.INVESTIGATOR})
REGISTRARS = frozenset({Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR})
HEAR = INVESTIGATOR | REVIEW | PANEL | APPEAL
BOTH_SIDES = INTAKE | HEAR

READS: dict[PaperKind, frozenset[Seat]] = {
    PaperKind.CONTACT: frozenset({Seat.TAKER}),
    PaperKind.NARRATIVE: BOTH_SIDES,
    PaperKind.ANSWERS: INTAKE | INVESTIGATOR,
    PaperKind.PARTICULARS: frozenset(Seat),
    PaperKind.FACT_SHEET: HEAR | REGISTRARS,
    PaperKind.REPORT: HEAR | REGISTRARS,
    PaperKind.RISK: INTAKE | INVESTIGATOR,
    PaperKind.RESPONSE: BOTH_SIDES,
    PaperKind.LETTER: BOTH_SIDES,
    PaperKind.DECISION_FULL: INVESTIGATOR | PANEL | APPEAL | REGISTRARS,
    PaperKind.DECISION_REDACTED: INTAKE | REVIEW,
    PaperKind.APPEAL: APPEAL | REGISTRARS,
    PaperKind.STEP_VALUES: BOTH_SIDES,
}
# Steps whose words whoever works on the case reads afterwards. Others are papers of their own, or between those who signed.
WORDS_OF = frozenset(
    {
        "ask_info", "answer", "dismiss", "ask_dismissal_review", "uphold_dismissal", "overturn_dismissal", "return_for_work", "no_case",
        "refer_panel", "challenge_member", "rule_on_challenge", "withdraw",
    }
)  # fmt: skip
WHY = {
    **dict.fromkeys(INTAKE, Purpose.TRIAGE),
    **dict.fromkeys(INVESTIGATOR, Purpose.INVESTIGATION),
    **dict.fromkeys(REVIEW, Purpose.REVIEW),
    **dict.fromkeys(PANEL, Purpose.HEARING),
    **dict.fromkeys(APPEAL, Purpose.APPEAL),
    **dict.fromkeys(REGISTRARS, Purpose.DECISION),
}
DARK = "▇▇▇"


def reads(seat: Seat, kind: PaperKind) -> bool:
    """Whether papers of a kind open to a seat. A note opens to whoever wrote it, and a vote to nobody here."""
    return seat in READS.get(kind, frozenset())


def reads_copies(seat: Seat) -> bool:
    """Whether the cleaned copies of files open to a seat."""
    return seat in BOTH_SIDES


def reads_originals(seat: Seat) -> bool:
    """Whether files open as they came, with all that they tell aside."""
    return seat in INVESTIGATOR


def knows_name(seat: Seat, level: Level, *, told: bool) -> bool:
    """Whether a seat knows who complained. `told`: by a grant of two signatures that is in force (T56)."""
    return seat is Seat.TAKER or level is Level.OPEN or told


def names_coach(seat: Seat | None) -> bool:
    """Whether who the coach is stands on the page on which somebody says that they know neither side: not for case reviewers."""
    return seat not in REVIEW


def masked(text: str, names: Iterable[str]) -> str:
    """The words with every part of a name blacked out, in whatever case it is written."""
    parts = [re.escape(name) for name in names]
    return re.sub(rf"\b(?:{'|'.join(parts)})\b", DARK, text, flags=re.IGNORECASE) if parts else text
