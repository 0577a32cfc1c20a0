"""What the words of a letter are made of: days, people, clauses and outcomes as its reader may know them, spelled out.

A letter to the coach tells nothing of whoever complained, and the same whatever level they chose: neither name nor address, neither hour
nor file. A letter to them tells nothing of the coach's life. Words that somebody typed pass a last net on their way in.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import date_format

from audit import clock
from certification.models import Sanction
from cms.models import CrisisLine, Wording
from complaints import evidence, options, papers, spelling
from complaints.facts import (
    AppealGround,
    Bar,
    ClockName,
    DismissalReason,
    Finding,
    LetterCode,
    Level,
    ObligationKind,
    Outcome,
    PaperKind,
    Party,
    Seat,
)
from complaints.models import Allegation, Case, Decision, InterimOrder, Step, Unmasking
from complaints.rules import periods
from complaints.rules.gathered import ONE_DAY, CaseFacts
from complaints.states import step as step_named

Values = Mapping[str, Any]
OFFICE = "Ethics Office"
LEFT_OUT = "[left out]"
SHORTEST = 5  # characters of an address or a number that is looked for
BREACH = "What an earlier decision asked for was not done"
PANEL = (Seat.CHAIR.value, Seat.PANEL_MEMBER.value)
FREE = ("reason_text", "particulars", "advice")

OUTCOMES = {
    Outcome.NOT_PROVEN: "Nothing was proven",
    Outcome.ADVICE: "Advice, without a finding",
    Outcome.REMEDIATION: "Remediation: something to learn or to put right",
    Outcome.REPRIMAND: "A reprimand that is not public",
    Outcome.ADMONISHMENT: "A public admonishment",
    Outcome.CONDITIONS: "Conditions of practice",
    Outcome.SUSPENSION: "A suspension",
    Outcome.REVOCATION: "A revocation: the certificate is taken away",
}
GROUNDS = {
    AppealGround.WEIGHT_OF_EVIDENCE: "the evidence does not bear what was decided",
    AppealGround.PROCEDURE: "the procedure was not fair",
    AppealGround.NEW_EVIDENCE: "there is new evidence",
    AppealGround.SANCTION: "what follows is too hard, or too mild",
}
# Why a complaint is not taken on, and the next door.
DISMISSED = {
    DismissalReason.NOT_CERTIFIED_AT_TIME: (
        "The person was not certified with us when it happened. We can decide about people with our certificate alone.",
        "Another body may be able to: the one that certified this person, or the office for consumer protection where you live.",
    ),
    DismissalReason.OUT_OF_TIME: (
        "It happened more than three years before you wrote to us. After so long we look only into the gravest matters.",
        "A lawyer or a victims’ office can tell you whether there is still time for a court or the police.",
    ),
    DismissalReason.NO_STANDARD_ENGAGED: (
        "No standard of our Code of Ethics speaks of what you told us. That does not mean that it was right.",
        "For money or a contract, the office for consumer protection where you live can help.",
    ),
    DismissalReason.PRINCIPLE_ONLY: (
        "What you told us touches a guiding principle of the Code. Principles say what coaches strive for; we decide on standards alone.",
        "You can tell the coach what you needed, if that is safe for you, and a supporter can help you with it.",
    ),
    DismissalReason.TOO_LITTLE_DETAIL: (
        "There is too little for us to look into, even after we asked. We do not say that it did not happen.",
        "You can send us a new complaint at any time, when you can tell more.",
    ),
    DismissalReason.OTHER_BODY: (
        "Another body decides about this, and we may not decide in its place.",
        "The police, a court or the agency for children or elders are the door for what is against the law.",
    ),
    DismissalReason.ALREADY_DECIDED: (
        "The same facts were decided before, and we do not decide on them twice.",
        "If you know of evidence that was not there then, send it to us: a case can be opened again for it.",
    ),
}


def compose(case: Case, code: LetterCode, to: Party, *, row: Step | None, values: Values, facts: CaseFacts, at: datetime) -> str:
    """A letter in plain text, a blank line between paragraphs, from templates/complaints/letters/<code>.txt.

    `row`: the step that sends it; None for the calendar and for a bundle, where values["about"] says which. Raises papers.Erased.
    """
    with translation.override("en"):
        told = _Told(case, to, row=row, values=values, facts=facts, on=clock.day_of(at)).context(code)
        found = get_template(f"complaints/letters/{code.value}.txt")
        if not isinstance(found, Template):
            raise TypeError("letters are written in Django's templates")
        words = found.template.render(Context(told, autoescape=False))
    lines = "\n".join(line.rstrip() for line in words.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def spelled(day: date | None) -> str:
    """November 25, 2026; empty for no day."""
    return date_format(day, "F j, Y") if day else ""


class _Told:
    """What the reader of one letter may know."""

    def __init__(self, case: Case, to: Party, *, row: Step | None, values: Values, facts: CaseFacts, on: date) -> None:
        self.case, self.to, self.row, self.values, self.facts, self.on = case, to, row, values, facts, on
        self.net = _net(case, to)
        self.decision: Decision | None = case.decisions.order_by("pk").last()
        self.order: InterimOrder | None = case.orders.order_by("pk").last()

    def context(self, code: LetterCode) -> dict[str, Any]:
        served = periods.deemed_served(self.on)
        return {
            "title": code.label,
            "coach": self.to is Party.RESPONDENT,
            "number": self.case.number,
            "own_motion": self.case.own_motion,
            "today": spelled(self.on),
            "association": settings.ASSOCIATION_NAME,
            "site": settings.SITE_URL,
            "signed": self.signed(),
            "step": self.row.name if self.row else "",
            "about": self.values.get("about", ""),
            "reminder": bool(self.row and self.row.taken_at and clock.day_of(self.row.taken_at) < self.on),
            "reason": self.reason(),
            "reason_code": self.values.get("reason", ""),
            "door": DISMISSED[DismissalReason(self.values["reason"])][1] if code is LetterCode.DISMISSED else "",
            **{name: self.caught(str(self.values.get(name) or "")) for name in FREE},
            "questions": [self.caught(str(one)) for one in self.values.get("questions", ())],
            "result": self.values.get("result", ""),
            "new_date": spelled(self.values.get("new_date")),
            "supervised_from": spelled(self.values.get("supervised_from")),
            "appellant": self.values.get("appellant", ""),
            "level": self.case.level,
            "due": self.due(),
            "served_on": spelled(served),
            "appeal_until": spelled(periods.window_closes(served)),
            "hearing_not_before": spelled(self.on + periods.NOTICE_OF_HEARING * ONE_DAY),
            "comments_until": spelled(self.on + periods.BUNDLE_DAYS * ONE_DAY),
            "named_until": self.named_until(),
            "edition": self.edition(),
            "charges": self.charges() if code not in {LetterCode.RECEIVED, LetterCode.DISMISSED} else self.alleged(),
            "members": self.members(),
            "obligations": self.obligations(),
            "again_from": self.again_from(),
            "note_until": self.note_until(),
            "lines": self.lines(),
            **self.decided(whole=code is LetterCode.DECISION_RESPONDENT),
            **self.ordered(),
        }

    # Words that somebody typed

    def caught(self, words: str) -> str:
        """Typed words without what belongs to the other side, in paragraphs without blank lines of their own."""
        for pattern in self.net:
            words = pattern.sub(LEFT_OUT, words)
        return words.strip()

    def reason(self) -> str:
        given = self.values.get("reason", "")
        if self.row is None or not given:
            return ""
        if given in GROUNDS:
            return GROUNDS[AppealGround(given)]
        if self.row.name == "dismiss":
            return DISMISSED[DismissalReason(given)][0]
        return next((choice.label for choice in step_named(self.row.name).reasons if choice.code == given), "")

    # People

    def signed(self) -> str:
        """Whoever did it, as a number that says no name: the place of their first seat in the case."""
        people = list(dict.fromkeys(self.case.assignments.order_by("pk").values_list("person", flat=True)))
        maker = self.row.made_by_id if self.row else None
        return f"{OFFICE}, officer {people.index(maker) + 1}" if maker in people else OFFICE

    def members(self) -> list[str]:
        """The panel as it sits now, the chair first."""
        rows = self.case.assignments.filter(seat__in=PANEL, ended_at=None).select_related("person").order_by("pk")
        ordered = sorted(rows, key=lambda row: row.to is not Seat.CHAIR)
        return [f"{row.person.get_full_name()}{', who chairs' if row.to is Seat.CHAIR else ''}" for row in ordered]

    # Days

    def due(self) -> dict[str, str]:
        """Until when something has to be done, by the name of its clock; what stands still or does not run is not there."""
        rows = self.case.clocks.filter(ended=None).exclude(due_at=None)
        return {ClockName(row.name).value: spelled(clock.day_of(row.due_at)) for row in rows if row.due_at}

    def named_until(self) -> str:
        last = Unmasking.objects.filter(case=self.case, step=self.row).order_by("pk").last() if self.row else None
        return spelled(last.last_day) if last else ""

    def again_from(self) -> str:
        past = self.facts.reinstatement
        if past.revoked_on is None or past.bar is None:
            return ""
        refused = self.on if self.row and self.row.name == "refuse_reinstatement" else None
        return spelled(periods.may_apply_from(past.revoked_on, past.bar, refused_on=refused))

    def note_until(self) -> str:
        """The last day of the public note on what was decided; empty where there is none, or no end is known."""
        if self.decision is None:
            return ""
        rows = Sanction.objects.current().filter(source_reference=str(self.decision.uid), interim=False)
        return spelled(rows.order_by("pk").values_list("published_until", flat=True).last())

    # The Code

    def edition(self) -> dict[str, str]:
        found = self.case.edition
        return {"name": found.name, "since": spelled(found.in_force_on)} if found else {}

    def charges(self) -> list[dict[str, str]]:
        return self._clauses(self.case.allegations.filter(charged=True))

    def alleged(self) -> list[dict[str, str]]:
        return self._clauses(self.case.allegations.exclude(clause=None))

    def _clauses(self, rows: Any) -> list[dict[str, str]]:
        found: Iterable[Allegation] = rows.select_related("clause").order_by("clause__position", "pk")
        edition = self.case.edition_id
        worded = dict(Wording.objects.filter(edition=edition).values_list("clause", "body")) if edition else {}
        findings = self._findings()
        return [
            {
                "name": f"{row.clause_id} ({row.clause.title})" if row.clause else _off_the_code(row),
                "wording": worded.get(row.clause_id, "") if row.clause_id else "",
                "finding": findings.get(row.pk, ""),
            }
            for row in found
        ]

    def _findings(self) -> dict[int, str]:
        if self.decision is None:
            return {}
        labels = {Finding.PROVEN: "proven: it is more likely than not that it happened", Finding.NOT_PROVEN: "not proven"}
        return {pk: labels[Finding(found)] for pk, found in self.decision.findings.values_list("allegation", "finding")}

    # What was decided

    def decided(self, *, whole: bool) -> dict[str, Any]:
        decision = self.decision
        if decision is None:
            return {}
        outcome = Outcome(decision.outcome)
        bar = Bar(decision.bar) if decision.bar else None
        paper = self.case.papers.filter(of=decision.uid, kind=PaperKind.DECISION_FULL.value).last() if whole else None
        return {
            "outcome": outcome.value,
            "outcome_name": OUTCOMES[outcome],
            "days": decision.days,
            "months": decision.months,
            "first_day": spelled(decision.first_day),
            "last_day": spelled(decision.last_day),
            "closes_on": spelled(decision.window_closes_on),
            "holds_at_once": decision.immediate,
            "public_wording": decision.public_wording,
            "bar_is_for_good": bar is Bar.PERMANENT,
            "bar_ends": spelled(periods.bar_ends(decision.first_day, bar)) if decision.first_day and bar else "",
            "decision_words": self.caught(papers.read_for_machine([paper])[0]) if paper else "",
            "is_over": bool(self.case.closed_on),
        }

    def obligations(self) -> list[str]:
        rows = self.case.obligations.filter(met_on=None, decision__voided_at=None).order_by("due_on", "pk")
        return [
            f"{ObligationKind(row.kind).label}, until {spelled(row.due_on)}" if row.due_on else ObligationKind(row.kind).label
            for row in rows
        ]

    def ordered(self) -> dict[str, Any]:
        order = self.order
        if order is None:
            return {}
        return {
            "order_first": spelled(order.first_day),
            "order_last": spelled(order.last_day),
            "order_review": spelled(order.next_review_on),
            "order_was_heard": order.heard_on is not None,
        }

    # Support

    def lines(self) -> list[str]:
        """Lines that somebody can call, each checked by the association's staff."""
        rows = CrisisLine.objects.exclude(checked_on=None).order_by("country", "kind", "name")
        return [f"{row.name} ({row.country}): {' or '.join(one for one in (row.phone, row.link) if one)}" for row in rows]


def _off_the_code(row: Allegation) -> str:
    option = options.BY_CODE.get(row.option)
    return option.words if option else BREACH


def _net(case: Case, to: Party) -> list[re.Pattern[str]]:
    """What typed words may not carry to a reader: of whoever complained to the coach, of the coach to whoever complained."""
    if to is Party.RESPONDENT:
        found = [word for one in (case, *case.merged.all()) for word in _of_complainant(one)]
    else:
        found = [_whole(case.respondent.email)] if case.respondent and case.respondent.email else []
    return found


def _of_complainant(case: Case) -> list[re.Pattern[str]]:
    """Address, telephone and file names always; the name unless whoever complained let the coach know it."""
    found: list[re.Pattern[str]] = []
    for text in papers.read_for_machine(list(case.papers.filter(kind=PaperKind.CONTACT.value))):
        told = _contact(text)
        found += [_whole(told[name]) for name in ("mail", "phone") if len(told.get(name, "").strip()) >= SHORTEST]
        if case.level != Level.OPEN:
            found += [_name(part) for part in spelling.names_in(text)]
    found += [_whole(evidence.name_of(one)) for one in case.evidence.filter(party=Party.COMPLAINANT.value).exclude(sealed_name=None)]
    return found


def _contact(text: str) -> dict[str, str]:
    try:
        return {str(name): str(value or "") for name, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        return {}


def _whole(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text.strip()), re.IGNORECASE)


def _name(part: str) -> re.Pattern[str]:
    """A part of a name as names are written, so that Will is caught and will is not."""
    forms = {part.capitalize(), part.upper(), *([] if part.islower() else [part])}
    return re.compile("|".join(rf"\b{re.escape(form)}\b" for form in sorted(forms)))
