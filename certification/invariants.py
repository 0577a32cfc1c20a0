"""What must hold of every certificate, whatever wrote it. A million coaches are walked through in a few statements."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import groupby, islice
from operator import itemgetter

from django.db import connection, models
from django.db.models import CharField, Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import User
from audit import clock
from audit.invariants import invariant
from audit.models import Entry
from certification import editions, gathering, guards, reminders
from certification.facts import ONE_DAY, Granted, RenewalFacts, SanctionKind
from certification.models import Certificate, CertificateDocument, Hold, RequirementMet, Sanction, Scheme, Term
from cms.models import Edition
from outbox.models import OutboxMessage

RENEWALS = [Granted.RENEWED, Granted.RENEWED_LATE, Granted.REINSTATED]
DELIVERY, REMINDER = "certification.deliver_certificate", "certification.reminder"
AT_ONCE = 2000  # rows of which the others that belong to them are read together


def _equal(field: str, other: str) -> Q:
    """The two fields hold the same, or nothing both."""
    return Q(**{field: F(other)}) | Q(**{field: None, other: None})


@invariant("Terms of one certificate never overlap")
def terms_do_not_overlap() -> Iterator[str]:
    other = Term.objects.current().filter(
        certificate=OuterRef("certificate"), first_day__lte=OuterRef("last_day"), last_day__gte=OuterRef("first_day"), pk__gt=OuterRef("pk")
    )
    for term in Term.objects.current().filter(Exists(other)):
        yield f"term {term.pk} of certificate {term.certificate_id} shares a day with another"


@invariant("A review and a statement each earn one term at most")
def spent_once() -> Iterator[str]:
    for field in ("review", "statement"):
        rows = Term.objects.current().exclude(**{field: None}).values(field).annotate(terms=Count("pk")).filter(terms__gt=1)
        for row in rows:
            yield f"{field} {row[field]} earned {row['terms']} terms"


@invariant("A renewal was earned by what its own holder did, by nothing done after it began to run, and on the Code in force then")
def earned_by_the_holder() -> Iterator[str]:
    for requirement in ("review", "statement"):
        somebody = Q(**{f"{requirement}__isnull": False}) & ~Q(**{f"{requirement}__person": F("certificate__holder")})
        for term in Term.objects.current().filter(somebody):
            yield f"term {term.pk} was earned by the {requirement} of somebody else"
    renewed = Term.objects.current().filter(granted__in=RENEWALS)
    for requirement in ("review", "statement"):
        bare = renewed.filter(**{requirement: None}).exclude(requirements_met__requirement=requirement)
        for term in bare:
            yield f"term {term.pk} was granted without a {requirement}"
    for term in renewed.filter(review__completed_at__date__gt=F("first_day")):
        yield f"term {term.pk} was earned by a review completed after it began"
    for term in renewed.filter(statement__signed_at__date__gt=F("first_day")):
        yield f"term {term.pk} was earned by a statement signed after it began"
    # Of the row that was written when it was granted: one that took its place was recorded on another day.
    in_force = Edition.objects.published().filter(text="code", in_force_on__lte=OuterRef("recorded_at__date")).order_by("-in_force_on")
    granted = Term.objects.filter(granted__in=RENEWALS, replaces=None, statement__isnull=False)
    granted = granted.annotate(in_force_on=Subquery(in_force.values("in_force_on")[:1]))
    for term in granted.exclude(statement__edition__in_force_on=F("in_force_on")):
        yield f"term {term.pk} was earned by a statement on an edition that was not in force when it was granted"


@invariant("What a term had spent is spent by it alone, and can be spent again once the term is taken back")
def spent_and_freed() -> Iterator[str]:
    replaced = Term.objects.exclude(replaces=None).values("replaces")
    for route in RequirementMet.objects.filter(term__in=replaced):
        yield f"other route {route.pk} stayed with a term that another replaced, and could be spent again"
    for route in RequirementMet.objects.exclude(term=None).exclude(certificate=F("term__certificate")):
        yield f"other route {route.pk} is spent by a term of another certificate"
    copies = Term.objects.exclude(replaces=None)
    for term in copies.exclude(_equal("review", "replaces__review"), _equal("statement", "replaces__statement")):
        yield f"term {term.pk} has spent something else than the one it took the place of"
    spending = Q(review__isnull=False) | Q(statement__isnull=False) | Q(requirements_met__isnull=False)
    taken_back = Term.objects.exclude(voided_at=None).exclude(pk__in=replaced).filter(spending).distinct()
    rows = list(taken_back.prefetch_related("requirements_met"))
    held = Certificate.objects.filter(pk__in={term.certificate_id for term in rows}).select_related("scheme")
    facts = gathering.gather_all(held) if rows else {}
    spent = {what: _spent_by_a_term(what, rows) for what in ("review", "statement")} if rows else {}
    for term in rows:
        yield from _still_spent(term, facts[term.certificate_id], spent)


def _spent_by_a_term(what: str, terms: Iterable[Term]) -> set[int]:
    wanted = {getattr(term, f"{what}_id") for term in terms}
    return set(Term.objects.current().filter(**{f"{what}__in": wanted - {None}}).values_list(what, flat=True))


def _still_spent(term: Term, facts: RenewalFacts, spent: dict[str, set[int]]) -> Iterator[str]:
    """What a term taken back keeps from being used, though no other term uses it."""
    kept = {
        "review": term.review_id in {review.pk for review in facts.reviews if review.spent},
        "statement": term.statement_id in {signed.pk for signed in facts.statements if signed.spent},
    }
    for what, is_spent in kept.items():
        value = getattr(term, f"{what}_id")
        if is_spent and value not in spent[what]:
            yield f"{what} {value} of term {term.pk}, which was taken back, cannot be spent again"
    unspent = {route.pk for route in facts.otherwise}
    for route in term.requirements_met.all():
        if route.pk not in unspent:
            yield f"other route {route.pk} of term {term.pk}, which was taken back, cannot be spent again"


@invariant("A renewal on time begins on the day after a term, and every renewal comes after one")
def renewals_follow() -> Iterator[str]:
    fields = ("certificate", "pk", "first_day", "last_day", "granted", "voided_at")
    rows = Term.objects.order_by("certificate").values_list(*fields).iterator(chunk_size=AT_ONCE)
    for _, group in groupby(rows, key=itemgetter(0)):
        terms = list(group)
        ends = {last_day for _, _, _, last_day, _, _ in terms}
        for _, pk, first_day, _, granted, voided_at in terms:
            if granted not in RENEWALS or voided_at is not None:
                continue
            if min(ends) >= first_day:
                yield f"term {pk} renews a certificate that had no term before"
            elif granted == Granted.RENEWED and first_day - ONE_DAY not in ends:
                yield f"term {pk} was granted on time, and begins on no day after a term"


@invariant("A row that took the place of another is about the same, and the other does not count any more")
def places_are_taken() -> Iterator[str]:
    whose: Sequence[tuple[type[models.Model], str]] = ((Term, "certificate"), (Sanction, "certificate"), (Hold, "holder"))
    for model, owner in whose:
        copies = model._default_manager.exclude(replaces=None).order_by("pk")
        for copy in copies.exclude(**{owner: F(f"replaces__{owner}")}):
            yield f"{model._meta.model_name} {copy.pk} took the place of one of another {owner}"
        for copy in copies.filter(replaces__voided_at=None):
            yield f"{model._meta.model_name} {copy.pk} took the place of one that still counts"
    moved = Sanction.objects.exclude(replaces=None).order_by("pk")
    same = {name: F(f"replaces__{name}") for name in ("kind", "interim", "first_day", "decided_on", "source_reference")}
    for sanction in moved.exclude(**same):
        yield f"sanction {sanction.pk} tells of another decision than the one it took the place of"


@invariant("Every sanction has its days in order, and the days that its kind has")
def sanctions_are_in_order() -> Iterator[str]:
    current = Sanction.objects.current().order_by("pk")
    ends = ~Q(last_day=None)
    for sanction in current.filter(last_day__lt=F("first_day")):
        yield f"sanction {sanction.pk} ends before it begins"
    for sanction in Sanction.objects.filter(voided_at__lt=F("recorded_at")).order_by("pk"):
        yield f"sanction {sanction.pk} was taken back before it was recorded"
    for sanction in current.filter(ends, kind=SanctionKind.REVOCATION, replaces=None):
        yield f"revocation {sanction.pk} has a last day, and nobody lifted it"
    for sanction in current.filter(interim=True).exclude(kind__in=[SanctionKind.SUSPENSION, SanctionKind.CONDITIONS]):
        yield f"sanction {sanction.pk} is an order for the time of a review, and of a kind that is none"
    looked_at = Q(not_before__isnull=False) | Q(cap_day__isnull=False)
    fixed = ~Q(kind=SanctionKind.SUSPENSION) | (ends & Q(replaces=None))
    for sanction in current.filter(looked_at, fixed):
        yield f"sanction {sanction.pk} has a day that only a suspension until met has"
    early = Q(not_before__lt=F("first_day")) | Q(cap_day__lt=F("first_day")) | Q(cap_day__lt=F("not_before"))
    for sanction in current.filter(early):
        yield f"sanction {sanction.pk} could end or is looked at before its time"
    for sanction in current.filter(published_until__lt=F("first_day")):
        yield f"sanction {sanction.pk} is published until a day before it begins"


@invariant("What continues an order continues one of the same certificate that began before")
def orders_are_continued() -> Iterator[str]:
    following = Sanction.objects.current().exclude(continues=None).order_by("pk")
    for sanction in following.exclude(certificate=F("continues__certificate"), continues__interim=True):
        yield f"sanction {sanction.pk} continues what is no order of its certificate"
    for sanction in following.filter(first_day__lt=F("continues__first_day")):
        yield f"sanction {sanction.pk} begins before the order that it continues"
    for sanction in following.filter(Exists(Sanction.objects.filter(replaces=OuterRef("continues")))):
        yield f"sanction {sanction.pk} continues an order that another took the place of"


@invariant("A person has one hold on a day at most, and its days are in order")
def holds_are_apart() -> Iterator[str]:
    current = Hold.objects.current().order_by("pk")
    reaches = Q(last_day=None) | Q(last_day__gte=OuterRef("first_day"))
    earlier = Hold.objects.current().filter(reaches, holder=OuterRef("holder"), pk__lt=OuterRef("pk"))
    open_ended = Exists(earlier.filter(Q(first_day__lte=OuterRef("last_day"))))
    for hold in current.filter(open_ended | Q(last_day=None) & Q(Exists(earlier))):
        yield f"hold {hold.pk} shares a day with another of the same person"
    for hold in current.filter(last_day__lt=F("first_day")):
        yield f"hold {hold.pk} ends before it begins"


@invariant("Nobody holds two certificates under one scheme")
def one_certificate_each() -> Iterator[str]:
    held = Certificate.objects.filter(Exists(Term.objects.current().filter(certificate=OuterRef("pk"))))
    for row in held.values("holder", "scheme").annotate(certificates=Count("pk")).filter(certificates__gt=1).order_by("holder"):
        yield f"person {row['holder']} holds {row['certificates']} certificates under scheme {row['scheme']}"


@invariant("Every certificate has had a term, and was first certified no later than its record begins")
def certificates_have_terms() -> Iterator[str]:
    for certificate in Certificate.objects.filter(terms=None):
        yield f"certificate {certificate.pk} never had a term"
    begun = Certificate.objects.annotate(begins=Min("terms__first_day", filter=Q(terms__voided_at=None)))
    for certificate in begun.filter(begins__lt=F("issued_on")).order_by("pk"):
        yield f"certificate {certificate.pk} was first certified on a later day than its record begins"


@invariant("Every term granted here has its document, or one is on its way")
def documents_are_made() -> Iterator[str]:
    granted = Term.objects.current().filter(certificate__holder__erased_at=None).exclude(granted=Granted.IMPORTED).exclude(given_back=True)
    has_document = CertificateDocument.objects.filter(term=OuterRef("pk"))
    comes = OutboxMessage.objects.filter(kind=DELIVERY, subject_id=Cast(OuterRef("pk"), CharField()), done_at=None)
    for pk in granted.exclude(Exists(has_document)).exclude(Exists(comes)).order_by("pk").values_list("pk", flat=True):
        yield f"term {pk} has no document and none is on its way"


@invariant("A document in use states the number and the days of its term")
def documents_state_their_terms() -> Iterator[str]:
    fields = ("pk", "facts", "term__first_day", "term__last_day", "term__certificate__number")
    for pk, facts, first_day, last_day, number in CertificateDocument.objects.current().values_list(*fields).iterator(chunk_size=AT_ONCE):
        stated = (facts.get("first_day"), facts.get("last_day"), facts.get("number"))
        if stated != (first_day.isoformat(), last_day.isoformat(), number):
            yield f"document {pk} states other days or another number than its term"


@invariant("Each reminder is put once for a term and a step")
def reminders_are_put_once() -> Iterator[str]:
    put = OutboxMessage.objects.filter(kind=REMINDER)
    for row in put.order_by("key").values("key").annotate(times=Count("pk")).filter(times__gt=1):
        yield f"{row['key']} was put {row['times']} times"
    rows = put.order_by("pk").values_list("pk", "subject_id", "key").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        about = Term.objects.in_bulk([int(term) for _, term, _ in batch if term.isdecimal()])
        for pk, asked, key in batch:
            term, step = about.get(int(asked)) if asked.isdecimal() else None, key.rpartition(":")[2]
            if term is None or not step.removeprefix("-").isdecimal() or key != reminders.key(term, int(step)):
                yield f"reminder {pk} is put under a key that is not the one of its term"


@invariant("No reminder that is due is missing")
def reminders_are_put() -> Iterator[str]:
    """The one for the step reached last, when it has been due since yesterday: the schedule has passed many times by then."""
    today = clock.today()
    since = timezone.make_aware(datetime.combine(today - ONE_DAY, time()))
    for scheme in Scheme.objects.order_by("pk"):
        for term in _without_reminder(scheme, today=today, since=since) if scheme.reminder_days else ():
            yield f"term {term.pk} has a reminder due since yesterday, and none was put"


def _without_reminder(scheme: Scheme, *, today: date, since: datetime) -> Iterator[Term]:
    due = reminders.due(scheme, on=today)
    before = reminders.due(scheme, on=today - ONE_DAY) if due else {}
    keys = iter(sorted(due.keys() & before.keys()))
    while batch := list(islice(keys, reminders.BATCH)):
        missing = [due[key] for key in reminders.not_yet_put(batch) if due[key].recorded_at < since]
        touched = _touched(scheme, missing, since=since) if missing else set()
        yield from (term for term in missing if term.certificate_id not in touched)


def _touched(scheme: Scheme, terms: list[Term], *, since: datetime) -> set[int]:
    """The certificates whose reminders may be due for less than a day: since then something was done to them, their holders or all."""
    holders = dict(Certificate.objects.filter(terms__in=terms).values_list("pk", "holder"))
    acts = set(Entry.objects.filter(at__gte=since).values_list("subject_kind", "subject_id"))

    def is_touched(model: type[models.Model], pk: int) -> bool:
        return (model._meta.label_lower, str(pk)) in acts

    everybody = is_touched(Scheme, scheme.pk)
    return {pk for pk, holder in holders.items() if everybody or is_touched(Certificate, pk) or is_touched(User, holder)}


@invariant("Dated rows refuse to be rewritten")
def guards_stand() -> Iterator[str]:
    for name in sorted(guards.expected(connection.vendor) - guards.standing(connection)):
        yield f"the guard {name} is gone"


@invariant("No review course is left on an edition whose reviews no longer count")
def review_courses_follow_the_code() -> Iterator[str]:
    today = clock.today()
    for row in editions.behind(on=today):
        if row.stops_on <= today:
            edition = row.course.reviewed_edition_id
            yield f"course {row.course.key} is still on edition {edition}: since {row.stops_on} no review of it counts"
