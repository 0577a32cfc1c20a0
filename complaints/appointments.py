"""Appointing people to work on cases, and ending that: by two persons, one of them a registrar as soon as there is one to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts import proposals, roles, rules, sessions
from accounts.facts import Offices, SiteRole
from accounts.models import Proposal, Roles, User
from audit import clock, log
from certification.facts import in_words
from certification.models import Certificate
from complaints import actions
from complaints.facts import CaseRole, PoolRank
from complaints.models import Appointment

GRANTING, ENDING = "complaints.appoint", "complaints.end_appointment"
REGISTRARS = (CaseRole.REGISTRAR.value, CaseRole.DEPUTY_REGISTRAR.value)
FEWEST_REGISTRARS = 2  # below it two site administrators may appoint one; every appointment needs two people who can sign
LONGEST_REASON = 500  # characters
LONGEST_BODY = 120


class NotAppointed(ValueError):
    """No appointment changed; `reasons` lists every sentence that says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is appointed to. Days are inclusive; `last_day` None is open."""

    role: CaseRole
    first_day: date
    last_day: date | None = None
    lay: bool = False
    trained_on: date | None = None
    coach_elsewhere_body: str = ""
    coach_elsewhere_until: date | None = None
    outside_body: str = ""
    pool_rank: PoolRank | None = None

    @classmethod
    def read(cls, payload: proposals.Payload) -> "Terms":
        """From what was signed."""
        return cls(
            role=CaseRole(payload["role"]),
            first_day=date.fromisoformat(payload["first_day"]),
            last_day=_day(payload["last_day"]),
            lay=payload["lay"],
            trained_on=_day(payload["trained_on"]),
            coach_elsewhere_body=payload["coach_elsewhere_body"],
            coach_elsewhere_until=_day(payload["coach_elsewhere_until"]),
            outside_body=payload["outside_body"],
            pool_rank=PoolRank(payload["pool_rank"]) if payload["pool_rank"] else None,
        )

    def spelled(self) -> dict[str, Any]:
        """For a payload: days as text, nothing as an empty one."""
        return {
            "role": self.role.value,
            "first_day": self.first_day.isoformat(),
            "last_day": _text(self.last_day),
            "lay": self.lay,
            "trained_on": _text(self.trained_on),
            "coach_elsewhere_body": self.coach_elsewhere_body.strip(),
            "coach_elsewhere_until": _text(self.coach_elsewhere_until),
            "outside_body": self.outside_body.strip(),
            "pool_rank": self.pool_rank.value if self.pool_rank else "",
        }


def holds(person: User, *wanted: CaseRole, on: date) -> bool:
    """Whether somebody who may log in is appointed to one of these roles on a day; without a role: to any."""
    found = Appointment.objects.in_force(on=on).filter(person=person.pk, person__is_active=True)
    return found.filter(role__in=[role.value for role in wanted] if wanted else list(CaseRole)).exists()


def propose(person: User, terms: Terms, *, by: User, reason: str, at: datetime) -> Proposal:
    """Propose an appointment and sign it first. From its first day on it takes the place of one to the same role.

    Raises NotAppointed with every reason, and proposals.CannotSign where `by` may not sign.
    """
    on = clock.day_of(at)
    reasons = against(person, terms, on=on)
    if terms.first_day < on:
        reasons.append("An appointment begins today or later.")
    if reasons := reasons + _against_reason(reason):
        raise NotAppointed(reasons)
    payload = {"person": person.pk, "reason": reason.strip(), **terms.spelled()}
    return proposals.make(GRANTING, payload, about=person, by=by, at=at)


def propose_end(appointment: Appointment, *, last_day: date, by: User, reason: str, at: datetime) -> Proposal:
    """Propose the last day of an appointment and sign it first; a day before its first one takes it back whole.

    Raises NotAppointed with every reason, and proposals.CannotSign where `by` may not sign.
    """
    if reasons := _against_ending(appointment, last_day, on=clock.day_of(at)) + _against_reason(reason):
        raise NotAppointed(reasons)
    payload = {
        "person": appointment.person_id,
        "role": appointment.role,
        "appointment": str(appointment.uid),
        "last_day": last_day.isoformat(),
        "reason": reason.strip(),
    }
    return proposals.make(ENDING, payload, about=appointment.person, by=by, at=at)


def against(person: User, terms: Terms, *, on: date) -> list[str]:
    """Every reason why a person cannot be appointed so."""
    offices = roles.offices_of(person)
    others = list(Appointment.objects.not_over(on=terms.first_day).filter(person=person).exclude(role=terms.role.value))
    body, until = terms.coach_elsewhere_body.strip(), terms.coach_elsewhere_until
    reasons = {
        roles.SHUT_OUT: not person.is_active,
        "The last day lies before the first.": terms.last_day is not None and terms.last_day < terms.first_day,
        "The day of the training lies ahead.": terms.trained_on is not None and terms.trained_on > on,
        "The coach’s seat needs both: the body that certifies the person, and the last day of its certificate.": bool(body) != bool(until),
        "A sister body’s certificate is of use to panel members only.": bool(body or until) and terms.role is not CaseRole.PANEL_MEMBER,
        "The sister body’s certificate ends before the appointment begins.": until is not None and until < terms.first_day,
        "Who is lay is no coach of another body.": terms.lay and bool(body or until),
        "Who is lay holds no certificate.": terms.lay and Certificate.objects.filter(holder=person).exists(),
        "Who is lay is not paid by the association: this person has a role on the staff.": terms.lay and SiteRole.STAFF in offices.roles,
        "Another appointment of this person says otherwise of being lay.": any(other.lay != terms.lay for other in others),
        "A deputy registrar is a registrar: appoint the person to that first.": terms.role is CaseRole.DEPUTY_REGISTRAR
        and not any(other.to is CaseRole.REGISTRAR for other in others),
        "Chair and second of the pool are panel members.": terms.pool_rank is not None and terms.role is not CaseRole.PANEL_MEMBER,
        "Somebody else has this part in the pool: end that first.": terms.pool_rank is not None
        and Appointment.objects.not_over(on=terms.first_day).filter(pool_rank=terms.pool_rank.value).exclude(person=person).exists(),
        "An appointment of this person to the same role begins later: end that first.": Appointment.objects.current()
        .filter(person=person, role=terms.role.value, first_day__gte=terms.first_day)
        .exists(),
        f"The name of a body has {LONGEST_BODY} characters at most.": max(len(body), len(terms.outside_body.strip())) > LONGEST_BODY,
    }
    return [sentence for sentence, is_so in reasons.items() if is_so] + rules.conflicts(Offices(offices.roles, has_case_role=True))


@transaction.atomic
def settle(*, on: date) -> int:
    """Note of everybody whose last appointment is over by its date that they hold no case role any more; answers of how many.

    Nothing depends on it in time: an appointment that is over opens nothing. It lets them take an office that no case role allows.
    """
    held = Appointment.objects.not_over(on=on).values("person")
    over = list(Roles.objects.filter(holds_case_role=True).exclude(person__in=held).select_related("person").order_by("person"))
    for row in over:
        _note(row.person, on=on)
    return len(over)


def is_registrar(person: User) -> bool:
    """Whether somebody is a registrar now. What lets people sign is asked without a day, so the day is read here."""
    return holds(person, CaseRole.REGISTRAR, CaseRole.DEPUTY_REGISTRAR, on=clock.today())


def is_registrar_or_administrator(person: User) -> bool:
    return roles.is_administrator(person) or is_registrar(person)


def _seats(payload: proposals.Payload) -> Sequence[proposals.Predicate]:
    """One registrar, and another one or a site administrator. While there are too few registrars two site administrators appoint one,
    and end the appointment of the last.
    """
    others = set(
        Appointment.objects.in_force(on=clock.today()).filter(role__in=REGISTRARS, person__is_active=True).values_list("person", flat=True)
    )
    few = len(others - {payload["person"]}) < (1 if "appointment" in payload else FEWEST_REGISTRARS)
    first = is_registrar_or_administrator if few and payload["role"] == CaseRole.REGISTRAR.value else is_registrar
    return first, is_registrar_or_administrator


def _signers(payload: proposals.Payload) -> Sequence[User]:
    """Whom to tell that a signature waits."""
    now = Appointment.objects.in_force(on=clock.today()).filter(role__in=REGISTRARS).values("person")
    found = User.objects.filter(Q(pk__in=now) | Q(roles__site_administrator=True), is_active=True)
    return list(found.exclude(pk=payload["person"]).order_by("pk"))


def _appoint(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    person, terms, on = User.objects.select_for_update().get(pk=payload["person"]), Terms.read(payload), clock.day_of(at)
    if reasons := against(person, terms, on=on):
        raise NotAppointed(reasons)
    replaced = _end_the_day_before(person, terms, at=at)
    made = _create(person, terms, proposal=proposal, replaces=replaced, at=at)
    roles.note_case_role(person, True)
    sessions.end_all(person, by=by)
    facts = {"role": made.role, "first_day": made.first_day, "last_day": made.last_day, "proposal": str(proposal.uid)}
    log.record(actions.APPOINTED, made, by=by, about=person, **facts)


def _create(person: User, terms: Terms, *, proposal: Proposal, replaces: Appointment | None, at: datetime) -> Appointment:
    return Appointment.objects.create(
        person=person,
        role=terms.role.value,
        lay=terms.lay,
        trained_on=terms.trained_on,
        first_day=terms.first_day,
        last_day=terms.last_day,
        coach_elsewhere_body=terms.coach_elsewhere_body.strip(),
        coach_elsewhere_until=terms.coach_elsewhere_until,
        outside_body=terms.outside_body.strip(),
        pool_rank=terms.pool_rank.value if terms.pool_rank else "",
        proposal=proposal,
        replaces=replaces,
        recorded_at=at,
    )


def _end_the_day_before(person: User, terms: Terms, *, at: datetime) -> Appointment | None:
    """The appointment to the same role that runs into the first day of the new one ends the day before."""
    there = Appointment.objects.not_over(on=terms.first_day).filter(person=person, role=terms.role.value).first()
    if there is not None:
        _shorten(there, terms.first_day - timedelta(days=1), at=at)
    return there


def _end(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    person, on = User.objects.select_for_update().get(pk=payload["person"]), clock.day_of(at)
    appointment = Appointment.objects.get(uid=payload["appointment"])
    last_day = date.fromisoformat(payload["last_day"])
    if reasons := _against_ending(appointment, last_day, on=clock.day_of(proposal.made_at)):
        raise NotAppointed(reasons)
    _shorten(appointment, last_day, at=at)
    if last_day < on:
        _note(person, on=on)
    sessions.end_all(person, by=by)
    facts = {"role": appointment.role, "last_day": last_day, "proposal": str(proposal.uid)}
    log.record(actions.APPOINTMENT_ENDED, appointment, by=by, about=person, **facts)


def _shorten(appointment: Appointment, last_day: date, *, at: datetime) -> Appointment:
    """Void a row and put in its place one that ends on `last_day`; nothing in its place where that is before its first day."""
    Appointment.objects.filter(pk=appointment.pk).update(voided_at=max(at, appointment.recorded_at))
    if last_day < appointment.first_day:
        return appointment
    kept = {
        field.attname: getattr(appointment, field.attname)
        for field in Appointment._meta.local_concrete_fields
        if field.attname not in {"id", "uid", "proposal_id", "voided_at", "recorded_at", "replaces_id", "last_day"}
    }
    return Appointment.objects.create(**kept, last_day=last_day, replaces=appointment, recorded_at=max(at, appointment.recorded_at))


def _note(person: User, *, on: date) -> None:
    """Note whether the person holds a case role still."""
    still = Appointment.objects.not_over(on=on).filter(person=person).exists()
    roles.note_case_role(person, still)
    if not still:
        log.record(actions.CASE_ROLE_OVER, person, by=None)


def _against_ending(appointment: Appointment, last_day: date, *, on: date) -> list[str]:
    now = Appointment.objects.get(pk=appointment.pk)
    if now.voided_at is not None:
        return ["This appointment was changed meanwhile: look at it again."]
    needed = Appointment.objects.not_over(on=last_day + timedelta(days=1)).filter(
        person=now.person_id, role=CaseRole.DEPUTY_REGISTRAR.value
    )
    reasons = {
        "It ends then already, or before.": now.last_day is not None and now.last_day <= last_day,
        "What was yesterday stays as it was: choose yesterday or later.": last_day < on - timedelta(days=1),
        "The person is a deputy registrar longer than that: end that first.": now.to is CaseRole.REGISTRAR and needed.exists(),
    }
    return [sentence for sentence, is_so in reasons.items() if is_so]


def _against_reason(reason: str) -> list[str]:
    return [] if 0 < len(reason.strip()) <= LONGEST_REASON else [f"Please say why, in {LONGEST_REASON} characters at most."]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


REFUSALS = (NotAppointed, roles.CannotChangeRole)


@proposals.kind(
    GRANTING,
    title="Appoint somebody to work on cases",
    signers=_seats,
    act=_appoint,
    refusals=REFUSALS,
    readers=[roles.is_auditor],
    candidates=_signers,
)
def _granting(payload: proposals.Payload) -> str:
    person, terms = User.objects.get(pk=payload["person"]), Terms.read(payload)
    until = f"through {in_words(terms.last_day)}" if terms.last_day else "without a last day"
    lines = [f"{person.get_full_name()} ({person.email}) is appointed: {terms.role.label}, from {in_words(terms.first_day)} {until}."]
    lines.append("Lay: neither coach nor therapist, and not paid by the association." if terms.lay else "Not lay.")
    trained = f"Trained on {in_words(terms.trained_on)}." if terms.trained_on else "Not trained yet, so not drawn for a seat."
    lines.append(trained)
    if terms.coach_elsewhere_until:
        lines.append(
            f"Can take the coach’s seat: certified by {terms.coach_elsewhere_body} through {in_words(terms.coach_elsewhere_until)}."
        )
    if terms.pool_rank:
        lines.append("Chairs the pool of panel members." if terms.pool_rank is PoolRank.FIRST else "Second of the pool, for its chair.")
    if terms.outside_body:
        lines.append(f"Lent by {terms.outside_body}.")
    return "\n".join(lines) + f"\n\nReason: {payload['reason']}"


@proposals.kind(
    ENDING,
    title="End somebody’s appointment to work on cases",
    signers=_seats,
    act=_end,
    refusals=REFUSALS,
    readers=[roles.is_auditor],
    candidates=_signers,
)
def _ending(payload: proposals.Payload) -> str:
    person, role = User.objects.get(pk=payload["person"]), CaseRole(payload["role"])
    return (
        f"The appointment of {person.get_full_name()} ({person.email}) as {role.label} ends: its last day is "
        f"{in_words(date.fromisoformat(payload['last_day']))}. From the day after, seats that the person has by it open nothing and are "
        f"given to others.\n\nReason: {payload['reason']}"
    )
