"""What the rules are told about a case, read under its lock; and as what a person can act in it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from accounts.models import Roles, Signature, User
from audit import clock
from certification.models import Certificate
from complaints import papers, pool, seats, spelling
from complaints.facts import (
    Actor,
    AppealGround,
    Bar,
    CaseClass,
    CaseRole,
    ClockName,
    Closure,
    Finding,
    InterimState,
    Level,
    ObligationKind,
    Outcome,
    PaperKind,
    Party,
    ReinstatementState,
    Relation,
    Risk,
    Seat,
    Source,
    State,
    Yes,
)
from complaints.models import Appointment, Assignment, Case, Decision, Exclusion, InterimOrder, Reinstatement, Step
from complaints.rules import periods
from complaints.rules.gathered import (
    ONE_DAY,
    AllegationFact,
    AppealFact,
    Candidate,
    CaseFacts,
    Challenge,
    DecisionFact,
    InterimFact,
    ObligationFact,
    OtherCase,
    ReinstatementFact,
    Seated,
    VoteFact,
    Withdrawal,
)
from complaints.states import Hand
from complaints.states import step as step_named
from courses.models import Completion

PANEL = (Seat.CHAIR, Seat.PANEL_MEMBER)
TO_A_PANEL = ("refer_panel", "replace_member", "remit", "escalate")
UNDER_WAY = (ReinstatementState.R_APPLIED.value, ReinstatementState.R_PANEL.value)
REVIEW_COURSE, COACHING_MODULE = "code-of-ethics-review", "therapy-and-coaching"  # keys of the courses that a sanction can ask for
DECIDING = ("impose", "impose_emergency", "refuse", "review", "hear", "lift")
Values = Mapping[str, Any]


def hands_of(person: User, case: Case, *, on: date, attested: bool = False) -> tuple[Hand, ...]:
    """As what a person can act in a case on a day: their seat in it, their appointments, the pool's chair, the auditor.

    `attested`: only a seat whose holder has said that nothing stands between them and the case.
    """
    hands: list[Hand] = []
    held = seats.held_by(person, case, on=on)
    if held is not None and (held.attested_at or not attested):
        hands.append(held.to)
    appointed = Appointment.objects.in_force(on=on).filter(person=person, person__is_active=True)
    hands += [CaseRole(role) for role in appointed.values_list("role", flat=True)]
    chair = seats.pool_chair(case, on=on)
    if chair is not None and chair.pk == person.pk:
        hands.append(Actor.POOL_CHAIR)
    if Roles.objects.filter(person=person, person__is_active=True, auditor=True).exists():
        hands.append(Actor.AUDITOR)
    return tuple(hands)


def people_of(case: Case, *, on: date) -> list[User]:
    """Everybody whose signature a step of this case could want: who has a seat, the pool's chair, the auditors."""
    found = [row.person for row in Assignment.objects.open().filter(case=case).select_related("person")]
    chair = seats.pool_chair(case, on=on)
    auditors = [row.person for row in Roles.objects.filter(auditor=True, person__is_active=True).select_related("person")]
    return [*found, *([chair] if chair else []), *auditors]


def facts(
    case: Case,
    *,
    on: date,
    values: Values,
    wants: str,
    order: InterimOrder | None = None,
    application: Reinstatement | None = None,
) -> CaseFacts:
    """Everything that guards ask about a case on a day. `wants`: the name of the step that is asked about; some facts only it needs."""
    return _Gathered(case, on=on, values=values, wants=wants, order=order, application=application).facts()


class _Gathered:
    """The rows of one case, each table read once."""

    def __init__(
        self,
        case: Case,
        *,
        on: date,
        values: Values,
        wants: str,
        order: InterimOrder | None,
        application: Reinstatement | None,
    ) -> None:
        self.case, self.on, self.values, self.wants, self.order, self.application = case, on, values, wants, order, application

    @cached_property
    def steps(self) -> list[Step]:
        """Steps that were taken, the oldest first."""
        return list(self.case.steps.exclude(taken_at=None).select_related("proposal").order_by("taken_at", "pk"))

    @cached_property
    def signers(self) -> Mapping[int, list[int]]:
        """Proposal to who signed it, in order."""
        found: dict[int, list[int]] = defaultdict(list)
        keys = [row.proposal_id for row in self.steps if row.proposal_id]
        for proposal, person in Signature.objects.filter(proposal__in=keys).order_by("number").values_list("proposal", "person"):
            found[proposal].append(person)
        return found

    @cached_property
    def assignments(self) -> list[Assignment]:
        return list(Assignment.objects.filter(case=self.case).order_by("pk"))

    @cached_property
    def excluded(self) -> frozenset[int]:
        return frozenset(Exclusion.objects.filter(case__in=pool.family(self.case)).values_list("person", flat=True))

    @cached_property
    def trained(self) -> frozenset[int]:
        people = {row.person_id for row in self.assignments}
        return frozenset(
            Appointment.objects.in_force(on=self.on).filter(person__in=people, trained_on__lte=self.on).values_list("person", flat=True)
        )

    @cached_property
    def respondent(self) -> int | None:
        """The coach; where nobody knows yet, the holder of the entry that intake matches now (T14)."""
        entry = self.values.get("entry")
        if self.case.respondent_id or self.wants != "admit" or not entry:
            return self.case.respondent_id
        return Certificate.objects.filter(number=str(entry)).values_list("holder", flat=True).first()

    @cached_property
    def is_draft(self) -> bool:
        """A case of the association's own that waits for its second signature (T62): there is none yet."""
        return self.case.own_motion and self.case.state == State.SUBMITTED

    @cached_property
    def certificates(self) -> list[Certificate]:
        rows = Certificate.objects.filter(holder=self.respondent) if self.respondent else Certificate.objects.none()
        return list(rows.prefetch_related("terms", "sanctions").order_by("pk"))

    def last(self, *names: str, this_round: bool = True) -> Step | None:
        return next((row for row in reversed(self.of(*names, this_round=this_round))), None)

    def of(self, *names: str, this_round: bool = True) -> list[Step]:
        since = self.reopened_at if this_round else None
        return [row for row in self.steps if row.name in names and (since is None or row.pk >= since)]

    @cached_property
    def reopened_at(self) -> int | None:
        return next((row.pk for row in reversed(self.steps) if row.name == "reopen"), None)

    def facts(self) -> CaseFacts:
        case = self.case
        return CaseFacts(
            state=None if self.is_draft else State(case.state),
            source=Source(case.source),
            level=Level(case.level),
            relation=Relation(case.relation),
            klass=CaseClass(case.klass) if case.klass else None,
            danger=case.danger,
            abuse=case.abuse,
            own_motion=case.own_motion,
            round=case.round,
            received_on=case.received_on,
            conduct_from=case.conduct_from,
            conduct_until=case.conduct_until,
            respondent=self.respondent,
            certified_then=self.certified_then(),
            entries=tuple(row.number for row in self.certificates),
            allegations=self.allegations(),
            risk=self.risk(),
            shielded=self.shielded() if self.wants in {"admit", "serve_notice"} else (),
            acknowledged_on=_day(self.last("acknowledge")),
            rounds_of_questions=len(self.of("ask_info")),
            asked_on=_day(self.last("ask_info")) if case.state == State.NEEDS_INFO else None,
            reminded_on=self.reminded_on(),
            other=self.other(),
            other_complainants=case.merged.filter(state=State.MERGED.value).exists(),
            withdrawal=self.withdrawal(),
            left_under_complaint=case.left_under_complaint,
            certificate_ended_on=self.certificate_ended_on(),
            excluded=self.excluded,
            seats=self.seated(),
            draw=self.draw(),
            actors=self.actors(),
            notice_served=bool(self.of("serve_notice")),
            response_due_on=self.due(ClockName.RESPONSE),
            response_extended=bool(self.of("extend_response")),
            channels_tried=self.channels_tried(),
            disclosed_on=case.disclosed_on,
            returned_for_work=bool(self.of("return_for_work")),
            panel_named_on=self.named_on(),
            challenges=self.challenges(),
            two_agreed=self.two_agreed(),
            evidence=frozenset(case.evidence.filter(state="accepted").values_list("pk", flat=True)),
            disclosed=frozenset(case.evidence.exclude(disclosed_on=None).values_list("pk", flat=True)),
            votes=self.votes() if self.wants in {"tally", "cast_vote"} else (),
            decision=self.decision(),
            appeal=self.appeal(),
            obligations=self.obligations(),
            excused=bool(self.of("excuse")),
            interim=self.interim(),
            reinstatement=self.reinstatement(),
            closure=Closure(case.closure) if case.closure else None,
            closed_on=case.closed_on,
            closed_from=self.closed_from(),
            dismissal_reviews=len(self.of("ask_dismissal_review")),
            evidence_used=self.evidence_used(),
            keep_until=case.keep_until,
            held=case.holds.filter(ended_on=None).exists() or case.reinstatements.filter(state__in=UNDER_WAY).exists(),
            written_on=max(case.letters.filter(written_by=Party.COMPLAINANT.value).values_list("posted_on", flat=True), default=None),
        )

    def allegations(self) -> tuple[AllegationFact, ...]:
        rows = self.case.allegations.order_by("pk")
        alone = self.case.level == Level.ANONYMOUS and not self.case.evidence.exclude(party=Party.COMPLAINANT.value).exists()
        return tuple(
            AllegationFact(row.pk, row.clause_id or "", row.option, CaseClass(row.klass) if row.klass else None, row.charged, alone)
            for row in rows
        )

    def risk(self) -> dict[Risk, Yes]:
        given = self.last("admit")
        return {risk: Yes(given.values[risk.value]) for risk in Risk if given and risk.value in given.values}

    def shielded(self) -> tuple[str, ...]:
        """Names under which whoever complained wrote: particulars may not hold them, unless the level is open."""
        if self.case.level == Level.OPEN:
            return ()
        texts = papers.read_for_machine(list(self.case.papers.filter(kind=PaperKind.CONTACT.value)))
        return tuple(name for text in texts for name in spelling.names_in(text))

    def certified_then(self) -> bool | None:
        if not self.respondent:
            return None
        if self.case.conduct_from is None:
            return True if self.certificates else None
        days = [self.case.conduct_from, self.case.conduct_until or self.case.conduct_from]
        return any(span.first_day <= days[1] and (span.last_day or days[0]) >= days[0] for row in self.certificates for span in row.spans())

    def certificate_ended_on(self) -> date | None:
        lasts = [span.last_day for row in self.certificates for span in row.spans() if span.last_day]
        last = max(lasts, default=None)
        return last if last is not None and last < self.on else None

    def reminded_on(self) -> date | None:
        running = self.case.clocks.filter(name=ClockName.INFO.value, ended=None).first()
        return self.on if running and periods.REMINDER_OF_QUESTIONS in running.warned else None

    def other(self) -> OtherCase | None:
        number = self.values.get("master")
        found = Case.objects.filter(number=str(number).strip().upper()).exclude(pk=self.case.pk).first() if number else None
        if found is None:
            return None
        same = found.respondent_id is not None and found.respondent_id == self.case.respondent_id
        return OtherCase(found.number, State(found.state), same)

    def withdrawal(self) -> Withdrawal | None:
        asked = self.case.steps.filter(name="withdraw", asked=True, void_at=None).order_by("pk").last()
        return Withdrawal(clock.day_of(asked.made_at), bool(asked.values.get("pressed"))) if asked else None

    def seated(self) -> tuple[Seated, ...]:
        return tuple(
            Seated(
                row.person_id,
                row.to,
                lay=row.lay,
                coach=row.coach,
                attested=row.attested_at is not None,
                trained=row.person_id in self.trained,
                until=clock.day_of(row.ended_at) if row.ended_at else None,
            )
            for row in self.assignments
        )

    def draw(self) -> tuple[Candidate, ...]:
        """Who sits on the panel that is being appointed, as they were drawn."""
        return tuple(self.candidate(row) for row in self.assignments if row.is_open and row.to in PANEL)

    def candidate(self, row: Assignment) -> Candidate:
        return Candidate(
            row.person_id,
            lay=row.lay,
            coach=row.coach,
            excluded=False,
            attested=row.attested_at is not None,
            trained=row.person_id in self.trained,
        )

    def actors(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for row in self.steps:
            people = self.signers.get(row.proposal_id or 0, []) or ([row.made_by_id] if row.made_by_id else [])
            found[row.name] |= set(people)
        return {name: frozenset(people) for name, people in found.items()}

    def due(self, name: ClockName) -> date | None:
        running = self.case.clocks.filter(name=name.value).order_by("pk").last()
        return clock.day_of(running.due_at) if running and running.due_at else None

    def channels_tried(self) -> int:
        """The portal is one way; every letter on paper or by courier another."""
        notices = self.case.letters.filter(code="L-07").order_by("pk")
        return (1 if notices else 0) + sum(row.deliveries.count() for row in notices)

    def named_on(self) -> date | None:
        """When those who sit now were named to the parties; None where somebody of them was drawn since, or a panel is to begin anew."""
        names = [row.name for row in self.of(*TO_A_PANEL, "appoint_panel")]
        row = self.last("appoint_panel")
        sitting = {one.person_id for one in self.assignments if one.is_open and one.to in PANEL}
        if row is None or names[-1] != "appoint_panel" or not sitting <= set(row.values["panel"]):
            return None
        return _day(row)

    def challenges(self) -> tuple[Challenge, ...]:
        ruled = {row.values.get("member"): row for row in self.of("rule_on_challenge")}
        found = []
        for row in self.of("challenge_member"):
            member = row.values["member"]
            ruling = ruled.get(member)
            upheld = bool(ruling and ruling.values.get("reason") == "upheld")
            by = Party.RESPONDENT if row.made_by_id else Party.COMPLAINANT
            found.append(Challenge(member, by, clock.day_of(row.made_at), _day(ruling), upheld))
        return tuple(found)

    def two_agreed(self) -> bool:
        replaced = self.last("replace_member")
        return bool(replaced and replaced.values.get("go_on_with_two"))

    def votes(self) -> tuple[VoteFact, ...]:
        lay = {row.person_id for row in self.assignments if row.lay}
        found = []
        for row in self.case.votes.filter(round=self.case.round, void_at=None).select_related("step__case").order_by("pk"):
            given = values_of(row.step)
            proven = {pk: answer == Finding.PROVEN.value for pk, answer in given["findings"].items()}
            found.append(VoteFact(row.person_id, row.person_id in lay, proven, Outcome(given["outcome"]), bool(given.get("immediate"))))
        return tuple(found)

    def decision(self) -> DecisionFact | None:
        row: Decision | None = self.case.decisions.filter(round=self.case.round).order_by("pk").last()
        if row is None:
            return None
        signers = (row.chair_id, *([row.countersigner_id] if row.countersigner_id else []))
        return DecisionFact(
            outcome=Outcome(row.outcome),
            digest=row.digest,
            signers=signers,
            signed_on=row.signed_on,
            window_closes_on=row.window_closes_on,
            days=row.days,
            months=row.months,
            bar=Bar(row.bar) if row.bar else None,
            first_day=row.first_day,
            last_day=row.last_day,
            immediate=row.immediate,
            void=row.voided_at is not None,
        )

    def appeal(self) -> AppealFact | None:
        row = self.last("file_appeal")
        decided = self.case.decisions.filter(round=self.case.round).order_by("pk").last()
        if row is None or (decided is not None and decided.step_id is not None and decided.step_id > row.pk):
            return None
        return AppealFact(Party(row.values["appellant"]), AppealGround(row.values["reason"]), clock.day_of(row.made_at))

    def obligations(self) -> tuple[ObligationFact, ...]:
        rows = self.case.obligations.filter(decision__voided_at=None).order_by("pk")
        return tuple(
            ObligationFact(
                ObligationKind(row.kind),
                row.due_on,
                started_on=row.started_on,
                done_on=row.met_on,
                evidenced=row.evidenced_on is not None,
                reminded=frozenset(row.reminded),
            )
            for row in rows
        )

    def interim(self) -> InterimFact:
        row = self.order or self.case.orders.order_by("pk").last()
        if row is None:
            return InterimFact()
        before = [one for one in self.case.orders.all() if one.pk != row.pk and one.first_day and one.last_day]
        deciders = [
            person for step in self.of(*DECIDING) if step.order_id == row.pk for person in self.signers.get(step.proposal_id or 0, [])
        ]
        return InterimFact(
            state=InterimState(row.state),
            first_day=row.first_day,
            last_day=row.last_day,
            emergency=row.emergency,
            heard_on=row.heard_on,
            deciders=tuple(dict.fromkeys(deciders)),
            review_due_on=row.next_review_on,
            days_before=sum((_last_of(one) - one.first_day).days + 1 for one in before if one.first_day),
        )

    def reinstatement(self) -> ReinstatementFact:
        decided = self.case.decisions.filter(outcome=Outcome.REVOCATION.value, voided_at=None).order_by("pk").last()
        refused = (
            Reinstatement.objects.filter(person=self.case.respondent_id, state=ReinstatementState.R_REFUSED.value).order_by("pk").last()
            if self.case.respondent_id
            else None
        )
        state = ReinstatementState(self.application.state) if self.application else ReinstatementState.NONE
        if self.application is None and refused:
            state = ReinstatementState.R_REFUSED
        return ReinstatementFact(
            state=state,
            revoked_on=decided.first_day if decided else None,
            klass=CaseClass(self.case.klass) if self.case.klass else None,
            bar=Bar(decided.bar) if decided and decided.bar else None,
            refused_on=refused.decided_on if refused else None,
            course_passed_on=self.application.course_passed_on if self.application else self.passed_on(REVIEW_COURSE),
            module_passed_on=self.application.module_passed_on if self.application else self.passed_on(COACHING_MODULE),
            panel=self.draw() if self.application else (),
        )

    def passed_on(self, course: str) -> date | None:
        """When the coach last completed a course; asked only where an application is about to be made."""
        if self.wants != "apply" or self.case.respondent_id is None:
            return None
        passed = Completion.objects.filter(person=self.case.respondent_id, course__key=course).order_by("completed_at").last()
        return clock.day_of(passed.completed_at) if passed else None

    def closed_from(self) -> State | None:
        row = self.last("dismiss", "no_case", this_round=False)
        return State(row.before) if row and row.before else None

    def evidence_used(self) -> frozenset[int]:
        relied = set(self.case.evidence.exclude(relied_on=None).values_list("pk", flat=True))
        for row in self.of("reopen", this_round=False):
            relied |= set(row.values.get("evidence", ()))
        return frozenset(relied)


def values_of(row: Step) -> dict[str, Any]:
    """What was filled in for a step, the words unsealed for the system itself (papers.read_for_machine)."""
    sheets = row.case.papers.filter(of=row.uid, kind__in=[PaperKind.STEP_VALUES.value, PaperKind.VOTE.value])
    sealed: dict[str, Any] = {}
    for text in papers.read_for_machine(list(sheets)):
        sealed |= spelling.unfolded(text)
    return spelling.together(step_named(row.name), row.values, sealed)


def _last_of(order: InterimOrder) -> date:
    """The last day on which an order held; the day before its first where it never did."""
    ended = order.ended_on and order.ended_on - ONE_DAY
    days = [day for day in (order.last_day, ended) if day]
    return min(days) if days and order.first_day else order.recorded_at.date()


def _day(row: Step | None) -> date | None:
    return clock.day_of(row.taken_at) if row and row.taken_at else None
