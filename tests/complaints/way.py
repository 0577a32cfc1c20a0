"""A case on its way, by its steps alone: an office that can staff it, and whoever has the seat takes the step."""

from datetime import timedelta
from random import Random

from accounts import proposals
from accounts.models import User
from certification import rules
from complaints import casework, machine, papers, receipts, seats
from complaints.facts import Actor, CaseRole, Defect, PaperKind, Party, Risk, Seat, State
from complaints.models import Appointment, Assignment, Case, Declaration, Evidence
from tests.complaints.office import TODAY, appointed, at, case, panel_pool
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory
from tests.factories.cms import clauses

WHY = "The record shows why; it is written down here."
LONG = "On three days in spring the coach did not come, gave no explanation and named nobody to turn to."
HEARING = 77  # days from the day on which the complaint came in
DECIDED = 95


def office(start):
    """Everybody whom the fullest case takes, with its appeal and a remit."""
    panel_pool()
    for role in (CaseRole.INTAKE, CaseRole.INVESTIGATOR, CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR):
        for _ in range(3):
            appointed(role)
    for lay in (True, True, True, False, False, False):
        appointed(CaseRole.CASE_REVIEWER, lay=lay)
    appointed(CaseRole.APPEAL_PANEL)
    appointed(CaseRole.PANEL_MEMBER, pool_rank="first")
    for person in User.objects.filter(pk__in=Appointment.objects.values("person")):
        Declaration.objects.get_or_create(person=person, declared_on=start - timedelta(days=10), defaults={"recorded_by": person})


class Way:
    """`day` is the day on which the next step is taken, counted from the one on which the complaint came in."""

    def __init__(self, *, clause="PS-10", klass="B", start=TODAY - timedelta(days=200), staffed=True, **fields):
        if staffed:
            office(start)
        clauses(clause, "PS-08")
        self.start, self.day, self.clause, self.klass = start, 0, clause, klass
        self.certificate = CertificateFactory(
            holder=UserFactory(), issued_on=start - timedelta(days=300), term__first_day=start - timedelta(days=300)
        )
        self.coach = self.certificate.holder
        known = {"state": State.SUBMITTED.value, "received_on": start, "conduct_from": start - timedelta(days=30)}
        self.case = case(self.coach, **{**known, **fields})
        papers.write(self.case, PaperKind.NARRATIVE, LONG, by=None, party=Party.COMPLAINANT)
        self.code = receipts.issue(self.case, by=None, at=self.at)

    @property
    def on(self):
        return self.start + timedelta(days=self.day)

    @property
    def at(self):
        return at(self.on)

    def fresh(self) -> Case:
        self.case = Case.objects.get(pk=self.case.pk)
        return self.case

    def standing(self, day=None):
        """What the registry would say on a day of the way."""
        on = self.start + timedelta(days=self.day if day is None else day)
        certificate = type(self.certificate).objects.get(pk=self.certificate.pk)
        return rules.standing(certificate.spans(), [row.fact for row in certificate.sanctions.current()], on=on)

    def holders(self, *wanted: Seat):
        """Who has one of these seats, each having said that nothing stands between them and the case."""
        rows = Assignment.objects.open().filter(case=self.case, seat__in=[seat.value for seat in wanted]).order_by("pk")
        for row in rows.select_related("person"):
            if row.attested_at is None:
                seats.attest(self.case, row.person, conflicts=[], at=self.at)
        return [row.person for row in rows.select_related("person")]

    def holder(self, *wanted: Seat):
        return self.holders(*wanted)[0]

    def take(self, name, by=None, *, acting=None, order=None, application=None, **values):
        given = {"reason_text": WHY, **values}
        with machine.drawing_with(Random(7)):
            return machine.apply(
                name, self.fresh(), values=given, version=self.case.version, by=by, acting=acting, at=self.at, order=order,
                application=application,
            )  # fmt: skip

    def sign(self, row, by, **more):
        with machine.drawing_with(Random(7)):
            return machine.sign(row, shown=proposals.digest_of(row.proposal), by=by, at=self.at, more=more or None)

    def charges(self):
        return list(self.case.allegations.filter(charged=True).values_list("pk", flat=True))

    # The way

    def to_triage(self):
        self.day = 1
        (officer, *_) = [row.person for row in _appointed(CaseRole.INTAKE)]
        self.take("take", officer, no_conflict=True)
        return self

    def to_admitted(self, *, yes: tuple[Risk, ...] = ()):
        self.to_triage()
        self.day = 6
        risk = {one.value: "yes" if one in yes else "no" for one in Risk}
        self.take(
            "admit", self.holder(Seat.TAKER), entry=self.certificate.number, certified_then=True, clauses=(self.clause,),
            klass=self.klass, particulars=LONG, **risk,
        )  # fmt: skip
        return self

    def to_served(self, **more):
        self.to_admitted(**more)
        self.day = 10
        self.take("serve_notice", self.holder(Seat.TAKER), particulars=LONG, address_verified=True)
        return self

    def to_review(self, **more):
        self.to_served(**more)
        self.day = 20
        self.take("respond", self.coach, acting=Actor.RESPONDENT, pleas=dict.fromkeys(self.charges(), "deny"), words=LONG)
        self.day = 30
        self.file = Evidence.objects.create(case=self.case, party="complainant", size=1, state="accepted", media_type="text/plain")
        casework.disclose(self.fresh(), [self.file], by=self.holder(Seat.INVESTIGATOR), at=self.at)
        self.day = 45
        sheets = dict.fromkeys(self.charges(), LONG)
        self.take("submit_report", self.holder(Seat.INVESTIGATOR), fact_sheets=sheets, index_complete=True, comments="none")
        return self

    def to_panel(self, **more):
        self.to_review(**more)
        self.day = 50
        prospects = dict.fromkeys(self.charges(), "realistic")
        self.take("refer_panel", self.holder(Seat.CASE_REVIEWER), reason="prospect", prospects=prospects)
        return self

    def name_panel(self, reason="drawn"):
        members = self.holders(Seat.CHAIR, Seat.PANEL_MEMBER)
        chair = self.holder(Seat.CHAIR)
        return self.take(
            "appoint_panel", self.holder(Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR), reason=reason, panel=tuple(one.pk for one in members),
            chair=chair.pk,
        )  # fmt: skip

    def hear(self):
        """From the names to the closed evidence: 22 days."""
        self.name_panel()
        self.day += 22
        chair = self.holder(Seat.CHAIR)
        self.take("open_hearing", chair, way="papers", same_bundle=True, adjustments="none asked for", no_direct_questions=True)
        self.take("close_evidence", chair, relied_on=(self.file.pk,), last_word=True)
        return self

    def vote(self, outcome, *, proven=True, immediate=False):
        finding = "proven" if proven else "not_proven"
        for member in self.holders(Seat.CHAIR, Seat.PANEL_MEMBER):
            self.take("cast_vote", member, findings=dict.fromkeys(self.charges(), finding), outcome=outcome, immediate=immediate)

    def tally(self, outcome, **terms):
        public = {"summary": "The coach ended the work without a word and named nobody to turn to."} if outcome >= "O4" else {}
        revoking = {"bar": "5", "why_not_less": WHY} if outcome == "O7" else {}
        at_once = {"risk_meanwhile": WHY} if terms.get("immediate") else {}
        return self.take(
            "tally", self.holder(Seat.CHAIR), outcome=outcome, reasons_each=dict.fromkeys(self.charges(), WHY), beyond_range=WHY,
            **{**public, **revoking, **at_once, **terms},
        )  # fmt: skip

    def to_tallied(self, outcome, *, proven=True, yes=(), **terms):
        self.to_panel(yes=yes)
        self.day = HEARING - 22
        self.hear()
        self.vote(outcome, proven=proven, immediate=bool(terms.get("immediate")))
        self.day = DECIDED
        self.tally(outcome, **terms)
        return self

    def countersign(self, by=None):
        row = machine.waiting(self.fresh(), "countersign")
        by = by or self.holder(Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR)
        return self.sign(row, by, checked=[defect.value for defect in Defect])

    def to_decided(self, outcome, **terms):
        self.to_tallied(outcome, **terms)
        self.countersign()
        return self

    def to_appealed(self, outcome="O6", *, ground="sanction", **terms):
        self.to_decided(outcome, **({"days": 180} if outcome == "O6" else {}), **terms)
        self.day = DECIDED + 29
        self.take("file_appeal", self.coach, acting=Actor.RESPONDENT, reason=ground, appellant="respondent")
        return self

    def two_sign(self, name, seat, **values):
        """Two who have the same seat."""
        first, second = self.holders(seat)[:2]
        return self.sign(self.take(name, first, **values), second)

    def appeal_decides(self, name, *, deputy, **values):
        """Three sign: the appeal panel, or two of it with the deputy registrar."""
        panel = self.holders(Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER)
        signers = [*panel[:2], self.holder(Seat.DEPUTY_REGISTRAR) if deputy else panel[2]]
        row = self.take(name, signers[0], agreeing=3, **{"reason": "sanction", **values})
        for person in signers[1:]:
            row = self.sign(row, person)
        return row


def _appointed(role):
    return Appointment.objects.filter(role=role.value).select_related("person").order_by("pk")
