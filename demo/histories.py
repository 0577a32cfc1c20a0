"""The demonstration's past, played through the real verbs day by day with a moved clock; nothing is inserted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from accounts import inbox, naming, proposals, roles
from accounts.facts import GRANTED, SiteRole
from accounts.models import Message, User
from audit import clock
from certification import issuing, renewals, sanctions, statements
from certification.facts import SanctionKind, in_words
from certification.models import Certificate, Scheme, Term
from certification.rules import anniversary
from courses import attempts, enrollments, makeups, papers, reading
from courses.models import Attempt, CoursePage, Enrollment, LessonPage, ModulePage, QuestionVersion
from demo import cast
from demo.cast import Person
from outbox.models import OutboxMessage

SCHEME = {"name": "Certified Trauma Recovery Coach", "prefix": "TRC"}
REVIEW_BEFORE_RENEWAL = 25  # days
WAITS = (4, 8)  # days from the first attempt to the second and the third, longer than the rule asks for
APPOINTED = -3650  # before the first certificate
SOMEBODY = "So that the demonstration has somebody for it."
DECISIONS = {
    "K-02": ("Session notes were kept in an online folder that colleagues could open.", ["CF-03"]),
    "K-03": ("Two clients were left without an explanation or a referral.", ["PS-10"]),
    "K-04": ("A boundary that protects clients was crossed with a person who was a client.", ["PS-07", "PS-06"]),
}
INTERIM_NOTE = "Suspended while a decision can still be appealed."
PUBLISHED = {SanctionKind.SUSPENSION: 730, SanctionKind.REVOCATION: 3650}  # days after the last day, or after the first of what is open
OPENED = timedelta(days=100)  # messages older than this were opened
DECIDED = {"K-02": -183, "K-03": -25, "K-04": -154}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened `day` days after loading (before, when negative)."""

    day: int
    act: Callable[[], object]


def play(steps: list[Step]) -> None:
    """Let every step happen on its day, in order. The demonstration's own offset comes on top."""
    offset = clock.demo_days()
    for step in sorted(steps, key=lambda step: step.day):
        with clock.moved(timedelta(days=offset + step.day)):
            step.act()


def fill() -> int:
    """Make the people and play their histories; returns how many people. Does nothing where the first coach is there already."""
    everybody = list(cast.people().values())
    if User.objects.filter(email=everybody[0].email).exists():
        return 0
    scheme, _ = Scheme.objects.get_or_create(prefix=SCHEME["prefix"], defaults=SCHEME)
    for person in everybody:
        _account(person)
    today = clock.today()
    steps = [step for coach in cast.coaches() for step in History(coach, scheme, today).steps()]
    play([Step(APPOINTED, lambda: _appoint(everybody)), *steps])
    letters_arrived()
    letters_opened()
    return len(everybody)


def letters_arrived() -> None:
    """The letters about terms granted on days gone by came then, and their documents are due now: what leaves today is news of today."""
    numbers = [coach.certificate["number"] for coach in cast.coaches() if coach.certificate]
    past = Term.objects.filter(certificate__number__in=numbers)
    OutboxMessage.objects.filter(kind="certification.deliver_certificate", done_at=None).update(due_at=clock.now())
    OutboxMessage.objects.bulk_create(_arrived(term) for term in past)


def letters_opened() -> None:
    """Each coach opened a message on the day after it came; the newest are still to be opened."""
    for message in Message.objects.filter(posted_at__lt=clock.now() - OPENED).select_related("person"):
        inbox.read(message, by=message.person, at=message.posted_at + timedelta(days=1))


def _arrived(term: Term) -> OutboxMessage:
    then = {"created_at": term.recorded_at, "due_at": term.recorded_at, "done_at": term.recorded_at}
    return OutboxMessage(kind="certification.term_granted", subject_id=str(term.pk), key=f"term:{term.pk}:mail", tries=1, **then)


def _account(person: Person) -> None:
    user = User.objects.create_user(person.email, cast.PASSWORD)
    naming.rename(
        user,
        person.name,
        latin_name=person.latin_name,
        family_name_first=person.family_name_first,
        language=person.language,
        by=None,
    )


def _appoint(everybody: list[Person]) -> None:
    """The first two site administrators, then what they grant; case roles are appointments and come with the cases.

    The letters about it came on the day itself.
    """
    begun = clock.now()
    holders = {role: [User.objects.get(email=person.email) for person in everybody if role in person.roles] for role in GRANTED}
    administrators = holders[SiteRole.SITE_ADMINISTRATOR]
    roles.appoint_first(administrators)
    for role in (SiteRole.STAFF, SiteRole.AUTHOR):
        for user in holders[role]:
            by = next(administrator for administrator in administrators if administrator != user)
            roles.grant(user, role, by=by, reason=SOMEBODY)
    first, second = administrators
    for auditor in holders[SiteRole.AUDITOR]:
        proposal = roles.propose(auditor, SiteRole.AUDITOR, grants=True, by=first, reason=SOMEBODY, at=clock.now())
        proposals.sign(proposal, shown=proposals.digest_of(proposal), by=second, at=clock.now())
    OutboxMessage.objects.filter(created_at__range=(begun, clock.now())).update(done_at=begun, tries=1)


@dataclass(slots=True)
class History:
    """One coach's certificate: issued, renewed until the current term, and what else happened."""

    coach: Person
    scheme: Scheme
    today: date

    def steps(self) -> Iterator[Step]:
        """Everything in this history; the order is made by `play`."""
        facts = self._facts()
        start = self.today + timedelta(days=facts["term_start"])
        starts = [start]
        while facts["first_issued"] < facts["term_start"] and (earlier := anniversary(starts[0], -self.scheme.term_years)) >= (
            self.today + timedelta(days=facts["first_issued"] - 1)
        ):
            starts.insert(0, earlier)
        if len(starts) == 1 and facts["first_issued"] < facts["term_start"]:
            starts.insert(0, anniversary(start, -self.scheme.term_years))
        yield Step(self._day(starts[0]), lambda: self.issue(starts[0]))
        for first_day in starts[1:-1]:
            yield from self._renewal(self._day(first_day) - REVIEW_BEFORE_RENEWAL, points=19)
        if len(starts) > 1:
            completed = self.coach.review.get("completed", 0) if self.coach.review.get("used_for_renewal") else 0
            yield from self._renewal(completed or self._day(start) - REVIEW_BEFORE_RENEWAL, points=self.points)
        yield from self._since()
        yield from self._decisions()

    def _facts(self) -> dict[str, int]:
        return self.coach.certificate or {}

    def _day(self, day: date) -> int:
        return (day - self.today).days

    @property
    def points(self) -> int:
        """Of 20, from the score in percent."""
        return int(self.coach.review.get("score", 100)) // 5

    @property
    def user(self) -> User:
        return User.objects.get(email=self.coach.email)

    @property
    def certificate(self) -> Certificate:
        return Certificate.objects.get(number=self._facts()["number"])

    def issue(self, first_day: date) -> None:
        new = issuing.NewHolder(
            email=self.coach.email,
            full_name=self.coach.name,
            latin_name=self.coach.latin_name,
            family_name_first=self.coach.family_name_first,
            language=self.coach.language,
        )
        office = User.objects.get(email=cast.people()["P-12"].email)
        given = min(first_day, self.today + timedelta(days=self._facts()["first_issued"]))
        number = str(self._facts()["number"])
        issuing.issue(new, scheme=self.scheme, by=office, on=first_day, number=number, first_certified=given, invite=False)
        self._tell("Issued")

    def _renewal(self, day: int, *, points: int) -> Iterator[Step]:
        """A review on `day`, the statement on the day after, and the renewal."""
        yield Step(day, lambda: Review(self.user).whole(points=points))
        yield Step(day + 1, self.renew)

    def renew(self) -> None:
        now = clock.now()
        statements.sign(self.certificate, typed_name=self.coach.name, reauthenticated_at=now, at=now)
        renewals.renew(self.certificate, by=self.user, on=clock.today())
        self._tell("Renewed")

    def _tell(self, what: str) -> None:
        """Into the inbox, as the letter about the term will be that is granted next."""
        term = self.certificate.terms.current().latest("pk")
        inbox.post(
            self.user,
            title=f"{what}: your certificate {term.certificate.number}, until {in_words(term.last_day)}",
            words=(
                f"Dear {self.coach.name},\n\nYour certificate as {self.scheme.name} is valid from {in_words(term.first_day)} until "
                f"{in_words(term.last_day)}, the last day included.\n\nDownload it under My page, Certificates.\n\nKind regards"
            ),
            key=f"term:{term.pk}:mail",
            at=clock.now(),
            announced=True,
        )

    def _since(self) -> Iterator[Step]:
        """What the coach did in the review course since the current term began."""
        review = self.coach.review
        match review.get("state"):
            case "passed" if not review.get("used_for_renewal"):
                yield Step(review["completed"], lambda: Review(self.user).whole(points=self.points))
            case "in-progress":
                yield Step(review["last_seen"], lambda: Review(self.user).read(limit=review["lessons_done"]))
            case "failed":
                points = review["last_score"] // 5
                yield Step(-20, lambda: Review(self.user).whole(points=points))
                for wait in WAITS:
                    yield Step(-20 + wait, lambda: Review(self.user).final(points=points))

    def _decisions(self) -> Iterator[Step]:
        facts = self.coach.certificate or {}
        if revoked := facts.get("revoked"):
            yield self._imposed(revoked["complaint"], SanctionKind.REVOCATION, revoked["from"], None)
        for past in facts.get("history", []):
            yield self._imposed(past["complaint"], SanctionKind.SUSPENSION, past["from"], past["until"])
        if suspended := facts.get("suspended"):
            yield Step(DECIDED[suspended["complaint"]], lambda: self._suspend_at_once(suspended))

    def _imposed(self, case: str, kind: SanctionKind, first: int, last: int | None) -> Step:
        return Step(DECIDED[case], lambda: self._impose(case, kind, first, last))

    def _impose(self, case: str, kind: SanctionKind, first: int, last: int | None, **more: object) -> object:
        note, clauses = DECISIONS[case]
        published = PUBLISHED[kind] + (first if last is None else last)
        registrar = User.objects.get(email=cast.people()["P-18"].email)
        return sanctions.impose(
            self.certificate,
            kind=kind,
            first_day=self.today + timedelta(days=first),
            last_day=None if last is None else self.today + timedelta(days=last),
            decided_on=clock.today(),
            **{"public_note": note, "clause_ids": clauses, "published_until": self.today + timedelta(days=published), **more},  # type: ignore[arg-type]
            source_reference=f"demonstration {case}",
            by=registrar,
        )

    def _suspend_at_once(self, facts: dict[str, int | str]) -> None:
        """An interim order until the appeal window closes, and the final suspension that follows it."""
        case, until, interim_until = str(facts["complaint"]), int(facts["until"]), int(facts["interim_until"])
        order = self._impose(case, SanctionKind.SUSPENSION, int(facts["from"]), interim_until, interim=True, public_note=INTERIM_NOTE)
        self._impose(case, SanctionKind.SUSPENSION, interim_until + 1, until, continues=order)


class Review:
    """A person at work in the review course, at the instant of the moved clock."""

    def __init__(self, person: User) -> None:
        self.course = CoursePage.objects.get(key="code-of-ethics-review")
        self.run: Enrollment = enrollments.start(person, self.course, at=clock.now(), again=True)

    def modules(self) -> list[ModulePage]:
        return list(ModulePage.objects.child_of(self.course).order_by("path"))

    def read(self, *, limit: int | None = None) -> None:
        """Read lessons in order, each module's check passed once its lessons are read; `limit` lessons at most."""
        left = limit
        for module in self.modules():
            lessons = list(LessonPage.objects.child_of(module).order_by("path"))
            for lesson in lessons[:left]:
                reading.mark(self.run, lesson, at=clock.now())
            if module.is_final or (left is not None and len(lessons) > left):
                return
            left = left if left is None else left - len(lessons)
            self._sit(module)

    def whole(self, *, points: int) -> None:
        self.read()
        self.final(points=points)

    def final(self, *, points: int) -> None:
        """Sit the final quiz and earn so many of its 20 points; what is critical and missed is put right at once."""
        attempt = self._sit(self.modules()[-1], points=points)
        if attempt.outcome == Attempt.Outcome.PASSED:
            for clause in makeups.outstanding(attempt):
                makeup = makeups.ask(attempt, clause, at=clock.now())
                makeups.answer(makeup, papers.right(makeup.version.data), by=self.run.person, at=clock.now())

    def _sit(self, module: ModulePage, *, points: int | None = None) -> Attempt:
        attempt = attempts.start(self.run, module, at=clock.now())
        data = QuestionVersion.objects.in_bulk([item["version"] for item in attempt.items])
        questions = [data[item["version"]].data for item in attempt.items]
        single = [n for n, question in enumerate(questions) if question["type"] == "single" and not question["critical"]]
        wrong = set(single[: 0 if points is None else len(questions) - points])
        for n, question in enumerate(questions):
            key = papers.right(question)
            choice = [next(option["id"] for option in question["options"] if option["id"] not in key)] if n in wrong else key
            attempts.answer(attempt, n + 1, choice, at=clock.now())
        return attempts.submit(attempt, by=self.run.person, at=clock.now())
