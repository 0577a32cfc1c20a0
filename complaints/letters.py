"""Letters of a case: written from its facts when a step is taken, sealed, and posted where a party reads them.

An e-mail about any of them is the same line for everybody: a message waits (complaints/notices.py, accounts/inbox.py).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import inbox
from accounts.models import User
from audit import clock
from complaints import papers, wording
from complaints.facts import LetterCode, PaperKind, Party, Purpose
from complaints.models import Case, Letter, Step
from complaints.rules.gathered import CaseFacts
from complaints.states import Field, FieldKind, Transition
from complaints.states import Letter as Sent
from outbox import queue as outbox

Values = Mapping[str, Any]
When = Callable[[CaseFacts], bool]

# The conditions that the table names in words, each once.
ONLY: dict[str, When] = {
    "": lambda facts: True,
    "the notice was served": lambda facts: facts.notice_served,
    "the coach knows of the case": lambda facts: facts.notice_served,
    "the coach was heard": lambda facts: facts.interim.heard_on is not None,
}


def send(case: Case, row: Step, transition: Transition, facts: CaseFacts, values: Values, *, at: datetime) -> list[Letter]:
    """Write and post the letters of a step that was just taken; none to a coach who is not known, nor where nobody complained."""
    return [
        post(case, sent.code, sent.to, row=row, values=values, facts=facts, at=at)
        for sent in transition.letters
        if is_wanted(sent, case, facts)
    ]


def is_wanted(sent: Sent, case: Case, facts: CaseFacts) -> bool:
    """Whether a letter of the table is sent in this case."""
    there = case.respondent_id is not None if sent.to is Party.RESPONDENT else case.receipts.exists()
    return there and ONLY[sent.only](facts)


def post(case: Case, code: LetterCode, to: Party, *, row: Step | None, values: Values, facts: CaseFacts, at: datetime) -> Letter:
    """Write one letter, seal it and post it to a party."""
    words = wording.compose(case, code, to, row=row, values=values, facts=facts, at=at)
    letter = Letter.objects.create(
        case=case, step=row, code=code.value, written_by=Party.OFFICE.value, to=to.value, posted_on=clock.day_of(at)
    )
    papers.write(case, PaperKind.LETTER, words, by=row.made_by if row else None, party=to, of=letter.uid)
    if to is Party.RESPONDENT and case.respondent:
        inbox.post(case.respondent, source="complaints.letter", of=str(letter.uid), key=f"letter:{letter.uid}", at=at)
    elif to is Party.COMPLAINANT:
        outbox.put("complaints.message_waits", letter.pk, key=f"letter:{letter.uid}:waits")
    return letter


def as_read(transition: Transition, values: Values) -> str:
    """What was filled in for a step, as people read it before they sign: a line for each field, in the order of the form."""
    lines = [transition.button, transition.does, ""]
    reasons = {choice.code: choice.label for choice in transition.reasons}
    if given := values.get("reason"):
        lines.append(f"Reason: {reasons.get(given, given)}")
    if words := values.get("reason_text"):
        lines += ["", words, ""]
    lines += [f"{field.label} {shown(field, values[field.name])}" for field in transition.fields if field.name in values]
    return "\n".join(lines).strip()


def shown(field: Field, value: Any) -> str:
    """One value in words."""
    labels = {choice.code: choice.label for choice in field.choices}
    if field.kind is FieldKind.YES_NO:
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return "\n".join(f"  {key}: {labels.get(answer, answer)}" for key, answer in value.items())
    if isinstance(value, tuple | list):
        return "; ".join(labels.get(str(one), str(one)) for one in value)
    return labels.get(str(value), str(value))


# The coach's side of it: a letter stands in the inbox under its title, and opens with a second factor (accounts/inbox.py).


def _titles(ids: Sequence[str]) -> dict[str, str]:
    rows = Letter.objects.filter(uid__in=[UUID(one) for one in ids], case__key__destroyed_at=None)
    return {str(row.uid): LetterCode(row.code).label for row in rows}


def _read(of: str, *, by: User) -> str:
    letter = Letter.objects.select_related("case").get(uid=UUID(of))
    try:
        return papers.read(letter.case.papers.get(of=letter.uid), by=by, why=Purpose.OWN)
    except papers.Erased as erased:
        raise inbox.Gone from erased


inbox.source("complaints.letter", titles=_titles, read=_read)
