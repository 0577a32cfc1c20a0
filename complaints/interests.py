"""The yearly register of interests: what people of the office have to do with coaches, so that nobody is drawn for a case about one."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from audit import clock, log
from complaints import actions, appointments, conflicts, seats
from complaints.facts import ConflictKind, ExclusionWhy
from complaints.models import Appointment, Assignment, Declaration, Interest

NOT_THEIRS = "Only the person, or a registrar for them, enters interests."
NOT_OFFICE = "Interests are declared by those who are appointed to work on cases."
GONE = "This entry was changed meanwhile: look at it again."


class NotEntered(ValueError):
    """The register stays as it was; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Register:
    """A person’s register: its entries, when it was last said to be complete, and whether that still counts."""

    entries: tuple[Interest, ...]
    declared_on: date | None
    counts: bool
    counts_until: date | None


def register(person: User, *, on: date) -> Register:
    """What a person declared, in two statements."""
    entries = Interest.objects.filter(person=person, voided_at=None).select_related("about").prefetch_related("about__names")
    declared = Declaration.objects.filter(person=person, declared_on__lte=on).order_by("-declared_on")
    last = declared.values_list("declared_on", flat=True).first()
    until = conflicts.years_after(last, conflicts.DECLARED_YEARS) if last else None
    return Register(tuple(entries.order_by("pk")), last, conflicts.has_declared(last, on=on), until)


@transaction.atomic
def enter(
    person: User, about: User, kind: ConflictKind, *, by: User, at: datetime, since: date | None = None, until: date | None = None
) -> Interest:
    """Enter that a person has, or had, to do with a coach; a seat in a case about that coach ends with it. Raises NotEntered."""
    on = clock.day_of(at)
    reasons = _against(person, by=by, on=on) + _against_days(since, until, on=on)
    if about.pk == person.pk:
        reasons.append("Nobody declares themselves: nobody is ever drawn for a case about themselves.")
    if Interest.objects.filter(person=person, about=about, kind=kind.value, voided_at=None).exists():
        reasons.append("This stands in the register already.")
    if reasons:
        raise NotEntered(reasons)
    try:
        with transaction.atomic():
            made = Interest.objects.create(
                person=person, about=about, kind=kind.value, since=since, until=until, declared_on=on, recorded_by=by, recorded_at=at
            )
    except IntegrityError:
        raise NotEntered(["This stands in the register already."]) from None
    log.record(actions.INTEREST_ENTERED, made, by=by, about=person)
    if conflicts.bars(made.fact, on=on):
        _leave_seats(made, by=by, at=at)
    return made


@transaction.atomic
def end(interest: Interest, until: date, *, by: User, at: datetime) -> Interest:
    """Give an entry its last day. Raises NotEntered."""
    interest = _current(interest)
    on = clock.day_of(at)
    if reasons := _against(interest.person, by=by, on=on) + _against_days(interest.since, until, on=on):
        raise NotEntered(reasons)
    kept = {"person_id": interest.person_id, "about_id": interest.about_id, "kind": interest.kind, "since": interest.since}
    Interest.objects.filter(pk=interest.pk).update(voided_at=at)
    made = Interest.objects.create(**kept, until=until, declared_on=on, recorded_by=by, recorded_at=at, replaces=interest)
    log.record(actions.INTEREST_ENDED, made, by=by, about=interest.person, until=until)
    return made


@transaction.atomic
def take_back(interest: Interest, *, by: User, at: datetime) -> None:
    """Take out an entry that was made by mistake: a registrar does it, never the person, who could be drawn then. Raises NotEntered."""
    interest = _current(interest)
    if by.pk == interest.person_id or not appointments.is_registrar(by):
        raise NotEntered(["A registrar takes out what was entered by mistake, and not one’s own."])
    Interest.objects.filter(pk=interest.pk).update(voided_at=at)
    log.record(actions.INTEREST_TAKEN_BACK, interest, by=by, about=interest.person)


@transaction.atomic
def declare(person: User, *, by: User, at: datetime) -> Declaration:
    """Say that the register is complete as it stands, entries or none; it counts for a year. Twice on a day is once. Raises NotEntered."""
    on = clock.day_of(at)
    if reasons := _against(person, by=by, on=on):
        raise NotEntered(reasons)
    made, is_new = Declaration.objects.get_or_create(person=person, declared_on=on, defaults={"recorded_by": by, "recorded_at": at})
    if is_new:
        log.record(actions.INTERESTS_DECLARED, made, by=by, about=person)
    return made


def _current(interest: Interest) -> Interest:
    found = Interest.objects.select_for_update(of=("self",)).select_related("person").filter(pk=interest.pk, voided_at=None).first()
    if found is None:
        raise NotEntered([GONE])
    return found


def _against(person: User, *, by: User, on: date) -> list[str]:
    reasons = []
    if by.pk != person.pk and not appointments.is_registrar(by):
        reasons.append(NOT_THEIRS)
    if not Appointment.objects.not_over(on=on).filter(person=person).exists():
        reasons.append(NOT_OFFICE)
    return reasons


def _against_days(since: date | None, until: date | None, *, on: date) -> list[str]:
    reasons = {
        "The first day lies ahead: enter it once it is so.": since is not None and since > on,
        "The last day lies ahead: leave it empty while it lasts.": until is not None and until > on,
        "The last day lies before the first.": since is not None and until is not None and until < since,
    }
    return [sentence for sentence, is_so in reasons.items() if is_so]


def _leave_seats(interest: Interest, *, by: User, at: datetime) -> None:
    held = Assignment.objects.open().filter(person=interest.person_id, case__respondent=interest.about_id).select_related("case", "person")
    for row in held.order_by("case_id"):
        seats.exclude(row.case, row.person, why=ExclusionWhy.DECLARED, conflict=ConflictKind(interest.kind), by=by, at=at)
