"""Each invariant of certificates finds what breaks it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock, log
from audit.invariants import INVARIANTS
from certification import actions, corrections, documents, guards, invariants, reminders, renewals, requirements, sanctions, terms
from certification.facts import Requirement, SanctionKind
from certification.models import Certificate, CertificateDocument, Hold, Sanction, Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory
from tests.factories.certification import (
    TODAY,
    CertificateFactory,
    SanctionFactory,
    SchemeFactory,
    TermFactory,
    UserFactory,
    completed,
    edition_in_force,
    ready_to_renew,
    signed,
)
from tests.queries import statements

pytestmark = pytest.mark.django_db


DAY = timedelta(days=1)


@pytest.fixture
def unguarded():
    """The triggers and the constraints out of the way, as a hand in the database could put them."""
    with connection.cursor() as cursor:
        for statement in guards.dropping(connection):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE certification_term DROP CONSTRAINT terms_do_not_overlap")
            for table, constraint in CHECKS:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


CHECKS = [
    ("certification_sanction", "sanction_ends_after_it_starts"),
    ("certification_sanction", "sanction_is_voided_after_it_was_recorded"),
    ("certification_hold", "hold_ends_after_it_starts"),
]


def change(row, **values):
    """By SQL, past every verb."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def renewed(**fields):
    """A certificate renewed today, and the term that this granted."""
    certificate = ready_to_renew(on=clock.today(), **fields)
    return certificate, renewals.renew(certificate, by=certificate.holder, on=clock.today())


def test_a_sound_database_has_no_findings():
    term = CertificateFactory().terms.get()
    Term.objects.void(term)
    TermFactory(certificate=term.certificate, granted="imported")

    assert [list(check()) for check in (invariants.terms_do_not_overlap, invariants.spent_once, invariants.guards_stand)] == [[], [], []]
    assert "Terms of one certificate never overlap" in INVARIANTS


def test_overlapping_terms_are_found(unguarded):
    term = CertificateFactory().terms.get()
    TermFactory(certificate=term.certificate, first_day=term.first_day)

    assert list(invariants.terms_do_not_overlap()) == [f"term {term.pk} of certificate {term.certificate_id} shares a day with another"]


def test_missing_guards_are_named(unguarded):
    found = list(invariants.guards_stand())

    assert len(found) == len(guards.expected(connection.vendor))
    assert "the guard certification_term_only_voids is gone" in found


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has TRUNCATE")
@pytest.mark.parametrize("table", sorted(guards.FROZEN))
@pytest.mark.parametrize("undo", ["DROP TRIGGER {name} ON {table}", "ALTER TABLE {table} DISABLE TRIGGER {name}"])
def test_a_table_that_could_be_emptied_at_a_stroke_is_named(table, undo):
    name = f"{table}_is_not_emptied"
    with connection.cursor() as cursor:
        cursor.execute(undo.format(name=name, table=table))

    assert list(invariants.guards_stand()) == [f"the guard {name} is gone"]


@pytest.mark.parametrize(
    ("field", "constraint", "spent"),
    [("review", "one_review_earns_one_renewal", completed), ("statement", "one_statement_serves_one_term", signed)],
)
def test_a_review_or_a_statement_spent_twice_is_found(unguarded, field, constraint, spent):
    certificate = CertificateFactory()
    earning = spent(certificate.holder)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {constraint}")
    for days in (900, 2000):
        TermFactory(certificate=certificate, first_day=TODAY + timedelta(days=days), granted="renewed", **{field: earning})

    assert list(invariants.spent_once()) == [f"{field} {earning.pk} earned 2 terms"]


def test_a_certificate_without_a_term_is_found():
    bare = Certificate.objects.create(number="X-1", holder=UserFactory(), scheme=SchemeFactory(), issued_on=TODAY)

    assert list(invariants.certificates_have_terms()) == [f"certificate {bare.pk} never had a term"]


def test_a_renewal_by_the_review_of_somebody_else_or_by_none_is_found():
    certificate = CertificateFactory()
    later = {"certificate": certificate, "granted": "renewed"}
    foreign = TermFactory(
        first_day=TODAY + timedelta(days=900), review=completed(UserFactory()), statement=signed(certificate.holder), **later
    )
    unearned = TermFactory(first_day=TODAY + timedelta(days=2000), statement=signed(certificate.holder), **later)

    assert list(invariants.earned_by_the_holder()) == [
        f"term {foreign.pk} was earned by the review of somebody else",
        f"term {unearned.pk} was granted without a review",
    ]


def test_a_renewal_by_the_statement_of_somebody_else_is_found(unguarded):
    _, term = renewed()
    change(term.statement, person=UserFactory())

    assert list(invariants.earned_by_the_holder()) == [f"term {term.pk} was earned by the statement of somebody else"]


def test_a_renewal_by_a_statement_on_another_edition_is_found_and_one_that_was_corrected_since_is_not(unguarded):
    _, term = renewed()
    older = edition_in_force(TODAY - 5000 * DAY, name="older")
    _, other = renewed()
    corrections.move_term(other, first_day=other.first_day, last_day=other.last_day - DAY, reason="Slip", by=StaffFactory())
    edition_in_force(clock.today() + 300 * DAY, name="newer")
    assert list(invariants.earned_by_the_holder()) == []

    change(term.statement, edition=older)

    words = "was earned by a statement on an edition that was not in force when it was granted"
    assert list(invariants.earned_by_the_holder()) == [f"term {term.pk} {words}"]


@pytest.mark.parametrize("field", ["review", "statement"])
def test_a_copy_that_spent_something_else_is_found(unguarded, field):
    _, term = renewed()
    moved = terms.replace(term, last_day=term.last_day - DAY)
    assert list(invariants.spent_and_freed()) == []

    change(moved, **{field: None})

    assert list(invariants.spent_and_freed()) == [f"term {moved.pk} has spent something else than the one it took the place of"]


def test_a_renewal_on_time_that_leaves_days_between_is_found(unguarded):
    _, term = renewed()
    assert list(invariants.renewals_follow()) == []

    change(term, first_day=term.first_day + DAY)

    assert list(invariants.renewals_follow()) == [f"term {term.pk} was granted on time, and begins on no day after a term"]


def test_a_renewal_follows_a_term_that_was_corrected_since():
    certificate, _ = renewed()
    first = certificate.terms.current().first()
    corrections.move_term(first, first_day=first.first_day, last_day=first.last_day - DAY, reason="Slip", by=StaffFactory())

    assert list(invariants.renewals_follow()) == []


def test_a_renewal_of_nothing_is_found(unguarded):
    term = CertificateFactory().terms.get()
    change(term, granted="reinstated")

    assert list(invariants.renewals_follow()) == [f"term {term.pk} renews a certificate that had no term before"]


def test_a_row_in_the_place_of_another_that_counts_or_is_somebody_elses_is_found(unguarded):
    one, other = CertificateFactory().terms.get(), CertificateFactory()
    copy = TermFactory(certificate=one.certificate, first_day=one.last_day + DAY, replaces=one)
    order = SanctionFactory(certificate=one.certificate)
    twin = SanctionFactory(certificate=other, replaces=order, kind=SanctionKind.CONDITIONS)
    hold = Hold.objects.create(holder=one.certificate.holder, first_day=TODAY, last_day=TODAY)
    held = Hold.objects.create(holder=other.holder, first_day=TODAY, last_day=TODAY, replaces=hold)

    assert list(invariants.places_are_taken()) == [
        f"term {copy.pk} took the place of one that still counts",
        f"sanction {twin.pk} took the place of one of another certificate",
        f"sanction {twin.pk} took the place of one that still counts",
        f"hold {held.pk} took the place of one of another holder",
        f"hold {held.pk} took the place of one that still counts",
        f"sanction {twin.pk} tells of another decision than the one it took the place of",
    ]


def test_sanctions_that_were_imposed_lifted_extended_and_discharged_are_in_order():
    office, certificate = StaffFactory(), CertificateFactory()
    given = {"decided_on": TODAY, "by": office, "first_day": TODAY}
    order = sanctions.impose(certificate, kind=SanctionKind.SUSPENSION, interim=True, last_day=TODAY + 9 * DAY, **given)
    following = {**given, "first_day": TODAY + 10 * DAY}
    final = sanctions.impose(certificate, kind=SanctionKind.SUSPENSION, not_before=TODAY + 20 * DAY, continues=order, **following)
    sanctions.extend(order, last_day=TODAY + 10 * DAY, by=office, reason="More time")
    sanctions.discharge(Sanction.objects.current().get(interim=False), by=office, on=TODAY + 30 * DAY, reason="Met")
    revoked = sanctions.impose(certificate, kind=SanctionKind.REVOCATION, published_until=TODAY, **given)
    sanctions.lift(revoked, by=office, on=TODAY + 5 * DAY, reason="Upheld on appeal")

    assert final.pk not in Sanction.objects.current().values_list("pk", flat=True)
    for check in (invariants.sanctions_are_in_order, invariants.orders_are_continued, invariants.places_are_taken):
        assert list(check()) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"last_day": TODAY - 11 * DAY}, "sanction {pk} ends before it begins"),
        ({"voided_at": datetime(2020, 1, 1, tzinfo=UTC)}, "sanction {pk} was taken back before it was recorded"),
        ({"kind": "revocation", "last_day": TODAY}, "revocation {pk} has a last day, and nobody lifted it"),
        ({"kind": "reprimand", "interim": True}, "sanction {pk} is an order for the time of a review, and of a kind that is none"),
        ({"kind": "conditions", "cap_day": TODAY}, "sanction {pk} has a day that only a suspension until met has"),
        ({"last_day": TODAY, "not_before": TODAY}, "sanction {pk} has a day that only a suspension until met has"),
        ({"not_before": TODAY - 11 * DAY}, "sanction {pk} could end or is looked at before its time"),
        ({"not_before": TODAY, "cap_day": TODAY - DAY}, "sanction {pk} could end or is looked at before its time"),
        ({"published_until": TODAY - 11 * DAY}, "sanction {pk} is published until a day before it begins"),
    ],
)
def test_a_sanction_whose_days_are_not_in_order_is_found(unguarded, values, words):
    sanction = SanctionFactory()
    assert list(invariants.sanctions_are_in_order()) == []

    change(sanction, **values)

    assert list(invariants.sanctions_are_in_order()) == [words.format(pk=sanction.pk)]


def test_what_continues_no_order_of_its_certificate_is_found(unguarded):
    order = SanctionFactory(interim=True)
    final = SanctionFactory(certificate=order.certificate, continues=order)
    foreign = SanctionFactory(continues=order)
    assert list(invariants.orders_are_continued()) == [f"sanction {foreign.pk} continues what is no order of its certificate"]

    change(foreign, voided_at=clock.now())
    change(final, first_day=order.first_day - DAY)
    SanctionFactory(certificate=order.certificate, interim=True, replaces=order)

    assert list(invariants.orders_are_continued()) == [
        f"sanction {final.pk} begins before the order that it continues",
        f"sanction {final.pk} continues an order that another took the place of",
    ]


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [((0, 5), (6, 9), False), ((0, 5), (5, 9), True), ((0, None), (6, None), True), ((6, None), (0, 5), False), ((0, None), (6, 9), True)],
)
def test_holds_that_share_a_day_are_found(first, second, shared):
    person = UserFactory()
    for other in (person, UserFactory()):  # another person's hold is no matter
        holds = [
            Hold.objects.create(holder=other, first_day=TODAY + begins * DAY, last_day=None if ends is None else TODAY + ends * DAY)
            for begins, ends in ((first, second) if other == person else (first,))
        ]
        if other == person:
            later = holds[1]

    found = [f"hold {later.pk} shares a day with another of the same person"] if shared else []
    assert list(invariants.holds_are_apart()) == found


def test_a_hold_that_ends_before_it_begins_is_found(unguarded):
    hold = Hold.objects.create(holder=UserFactory(), first_day=TODAY, last_day=TODAY)
    change(hold, last_day=TODAY - DAY)

    assert list(invariants.holds_are_apart()) == [f"hold {hold.pk} ends before it begins"]


def test_two_certificates_of_one_person_under_one_scheme_are_found():
    first = CertificateFactory()
    emptied = CertificateFactory(holder=first.holder)
    Term.objects.void(emptied.terms.get())
    CertificateFactory(holder=first.holder, scheme=SchemeFactory(prefix="OTHER"))
    assert list(invariants.one_certificate_each()) == []

    CertificateFactory(holder=first.holder)

    found = f"person {first.holder_id} holds 2 certificates under scheme {first.scheme_id}"
    assert list(invariants.one_certificate_each()) == [found]


def test_a_certificate_that_began_before_it_was_first_certified_is_found():
    certificate = CertificateFactory()
    change(certificate, issued_on=certificate.issued_on + DAY)

    assert list(invariants.certificates_have_terms()) == [
        f"certificate {certificate.pk} was first certified on a later day than its record begins"
    ]


def test_a_document_that_states_other_days_is_found():
    term = CertificateFactory().terms.get()
    document = document_of(term)
    assert list(invariants.documents_state_their_terms()) == []

    change(document, facts={**document.facts, "last_day": "2099-12-31"})

    assert list(invariants.documents_state_their_terms()) == [f"document {document.pk} states other days or another number than its term"]


def document_of(term):
    edition_in_force()
    return CertificateDocument.objects.create(term=term, facts=documents.facts_of(term, code="A"))


# Reminders


def ending_in(days, **fields):
    last = clock.today() + timedelta(days=days)
    return CertificateFactory(term__first_day=last - timedelta(days=729), term__last_day=last, **fields).terms.get()


def test_a_reminder_put_under_another_key_is_found():
    ending_in(30)
    reminders.remind(on=clock.today())
    message = OutboxMessage.objects.get(kind="certification.reminder")
    again = OutboxMessage.objects.create(kind=message.kind, subject_id=message.subject_id, key=f"{message.key}:again")
    lost = OutboxMessage.objects.create(kind=message.kind, subject_id="somebody", key="reminder:1:2026-11-23:30")

    words = "is put under a key that is not the one of its term"
    assert list(invariants.reminders_are_put_once()) == [f"reminder {again.pk} {words}", f"reminder {lost.pk} {words}"]


def test_a_reminder_put_twice_is_found():
    ending_in(30)
    reminders.remind(on=clock.today())
    message = OutboxMessage.objects.get(kind="certification.reminder")
    with connection.cursor() as cursor:
        without_its_constraint(cursor, "outbox_outboxmessage", "key")
    OutboxMessage.objects.create(kind=message.kind, subject_id=message.subject_id, key=message.key)

    assert list(invariants.reminders_are_put_once()) == [f"{message.key} was put 2 times"]


def without_its_constraint(cursor, table, column):
    """A column that was unique, and is not any more."""
    if connection.vendor == "postgresql":
        found = connection.introspection.get_constraints(cursor, table)
        (name,) = [name for name, each in found.items() if each["unique"] and each["columns"] == [column]]
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        return
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
    (made,) = cursor.fetchone()
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    cursor.execute(made.replace(f'"{column}" varchar(200) NOT NULL UNIQUE', f'"{column}" varchar(200) NOT NULL'))
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")


def missing(days=2):
    with clock.moved(timedelta(days=days)):
        return list(invariants.reminders_are_put())


def test_a_reminder_that_is_due_since_yesterday_and_was_not_put_is_found():
    term = ending_in(30)

    assert (missing(0), missing(1)) == ([], [])  # the schedule may not have passed yet
    assert missing(2) == [f"term {term.pk} has a reminder due since yesterday, and none was put"]
    reminders.remind(on=clock.today() + 2 * DAY)
    assert missing(2) == []


@pytest.mark.parametrize("who", ["not invited", "too early", "suspended", "act of today"])
def test_a_reminder_that_was_not_due_is_not_missed(who):
    term = ending_in(200 if who == "too early" else 30, holder=UserFactory(**({"password": None} if who == "not invited" else {})))
    if who == "suspended":
        SanctionFactory(certificate=term.certificate, first_day=clock.today(), last_day=None)
    if who == "act of today":
        with clock.moved(timedelta(days=2)):
            log.record(actions.NAME_CORRECTED, term.certificate.holder, by=None)

    assert missing(2) == []


def test_a_scheme_without_reminders_misses_none():
    ending_in(30)
    SchemeFactory().__class__.objects.update(reminder_days=[])

    assert missing(2) == []


# How many statements a check takes


COUNTS = {
    "certificates_have_terms": 2,
    "documents_are_made": 1,
    "documents_state_their_terms": 1,
    "earned_by_the_holder": 7,
    "guards_stand": 1,
    "holds_are_apart": 2,
    "one_certificate_each": 1,
    "orders_are_continued": 3,
    "places_are_taken": 7,
    "reminders_are_put": 3,
    "reminders_are_put_once": 3,
    "renewals_follow": 1,
    "review_courses_follow_the_code": 1,
    "sanctions_are_in_order": 7,
    "spent_and_freed": 16,
    "spent_once": 2,
    "terms_do_not_overlap": 1,
}


@pytest.fixture
def busy():
    """Makes so many certificates to each of which everything happened that is checked."""

    def make(number):
        office = StaffFactory()
        for _ in range(number):
            certificate, term = renewed(issued_on=clock.today() - 730 * DAY)
            corrections.void_term(term, reason="In error", by=office)
            requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Live session", by=office)
            term = renewals.renew(certificate, by=certificate.holder, on=clock.today())
            corrections.void_term(term, reason="In error", by=office)
            document_of(certificate.terms.current().get())
            order = SanctionFactory(certificate=certificate, interim=True, last_day=TODAY - 9 * DAY)
            SanctionFactory(certificate=certificate, last_day=TODAY - 9 * DAY, continues=order)
            Hold.objects.create(holder=certificate.holder, first_day=TODAY, last_day=None)
            ending_in(30, issued_on=clock.today() - 730 * DAY)
        reminders.remind(on=clock.today())

    return make


def test_every_check_of_certificates_has_its_number_of_statements():
    assert set(COUNTS) == {check.__name__ for check in INVARIANTS.values() if check.__module__ == "certification.invariants"}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_check_takes_as_many_statements_for_one_certificate_as_for_three(rows, busy):
    busy(rows)
    asked = {}
    for name in COUNTS:
        with CaptureQueriesContext(connection) as queries:
            assert list(getattr(invariants, name)()) == [] or name == "documents_are_made"
        asked[name] = len(queries)

    assert asked == COUNTS


@pytest.mark.parametrize("terms_without", [1, 3])
def test_terms_without_a_document_are_found_in_one_statement(terms_without):
    for _ in range(terms_without):
        CertificateFactory()

    with statements(1):
        assert len(list(invariants.documents_are_made())) == terms_without


@pytest.mark.parametrize("days_left", [30, 0, -9])
def test_a_review_and_a_statement_of_the_day_of_the_renewal_earn_it(days_left):
    certificate = ready_to_renew(days_left=days_left)
    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert list(invariants.earned_by_the_holder()) == []


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("courses_completion", "completed_at", "a review completed after it began"),
        ("certification_statement", "signed_at", "a statement signed after it began"),
    ],
)
def test_a_renewal_earned_by_what_was_done_after_it_began_is_found(table, column, words):
    certificate = ready_to_renew()
    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)
    noon = datetime.combine(term.first_day + timedelta(days=1), time(12), UTC)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s", [noon])

    assert list(invariants.earned_by_the_holder()) == [f"term {term.pk} was earned by {words}"]


def test_a_term_without_a_document_is_found_a_corrected_one_too():
    term, given_back = CertificateFactory().terms.get(), CertificateFactory()
    moved = corrections.move_term(CertificateFactory().terms.get(), first_day=TODAY, last_day=TODAY, reason="Slip", by=StaffFactory())
    terms.surrender(given_back, by=given_back.holder, on=TODAY)
    assert list(invariants.documents_are_made()) == [f"term {term.pk} has no document and none is on its way"]

    OutboxMessage.objects.filter(subject_id=str(moved.pk), kind="certification.deliver_certificate").delete()

    assert list(invariants.documents_are_made()) == [f"term {lost} has no document and none is on its way" for lost in (term.pk, moved.pk)]
