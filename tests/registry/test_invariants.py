"""The registry is held against a replay of the facts, and what differs is found."""

from datetime import timedelta

import pytest

from audit import clock
from certification import sanctions
from certification.facts import SanctionKind
from certification.models import Term
from registry import invariants, lookup
from tests.factories.accounts import StaffFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, TermFactory
from tests.queries import statements

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def began(days, **fields):
    """A certificate whose only term began so many days ago."""
    first = clock.today() - days * DAY
    return CertificateFactory(term__first_day=first, term__last_day=first + 729 * DAY, issued_on=first, **fields)


def found():
    return list(invariants.the_registry_follows_the_facts())


def test_every_kind_of_history_reads_as_its_facts_say():
    today, office = clock.today(), StaffFactory()
    began(-9)
    given = {"decided_on": today, "by": office}
    for days in (10, 400, 800):
        held = began(days)
        order = sanctions.impose(
            held, kind=SanctionKind.SUSPENSION, interim=True, first_day=today - 9 * DAY, last_day=today - 5 * DAY, **given
        )
        sanctions.impose(held, kind=SanctionKind.SUSPENSION, first_day=today - 4 * DAY, last_day=today + 9 * DAY, continues=order, **given)
    for kind in SanctionKind:
        sanctions.impose(began(500), kind=kind, first_day=today - 30 * DAY, published_until=today - DAY, **given)
        SanctionFactory(certificate=began(500), kind=kind, first_day=today + 30 * DAY)
    SanctionFactory(certificate=began(100), interim=True, first_day=today - 40 * DAY, last_day=today - 20 * DAY)
    TermFactory(certificate=began(900), first_day=today + DAY)
    Term.objects.void(began(700).terms.get())

    assert found() == []


def test_a_term_taken_back_on_a_day_to_come_is_found():
    certificate = began(9)
    Term.objects.filter(certificate=certificate).update(voided_at=clock.now() + 30 * DAY)

    words = found()

    assert f"certificate {certificate.pk} is listed as None today, and its facts say active" in words
    assert f"certificate {certificate.pk} reads None on {clock.today()}, and its facts say active" in words
    assert f"certificate {certificate.pk} reads None on {clock.today() - 10 * DAY}, and its facts say not_certified" in words


@pytest.mark.parametrize("kind", [SanctionKind.SUSPENSION, SanctionKind.REVOCATION])
def test_a_sanction_recorded_on_a_day_to_come_is_found(kind):
    first = clock.today() - DAY
    certificate = began(9)
    SanctionFactory(certificate=certificate, kind=kind, first_day=first, recorded_at=clock.now() + 30 * DAY)

    word = {"suspension": "suspended", "revocation": "revoked"}[kind]
    assert f"certificate {certificate.pk} reads {word} on {first}, and its facts say active" in found()
    assert f"certificate {certificate.pk} reads {word} on {first - DAY}, and its facts say active" not in found()


def test_a_row_that_the_clock_of_another_machine_dated_a_moment_ahead_is_none():
    Term.objects.filter(certificate=began(9)).update(voided_at=clock.now() + timedelta(seconds=20))

    assert found() == []


def test_what_a_replay_tells_is_no_copy_of_what_the_registry_tells():
    """An order that is over answers for no past day, until the final sanction that continues it has begun."""
    today = clock.today()
    replay = invariants.Replay(terms=[(today - 9 * DAY, today + 9 * DAY)])
    replay.sanctions = [(1, "suspension", True, today - 5 * DAY, today, None), (2, "suspension", False, today + DAY, None, 1)]

    words = [replay.word(today=today, day=today - days * DAY) for days in (10, 9, 5, 0)]
    later = [replay.word(today=today + DAY, day=today - days * DAY) for days in (6, 5, -1)]

    assert words == ["not_certified", "active", "active", "suspended"]
    assert later == ["active", "suspended", "suspended"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_registry_is_held_against_the_facts_in_five_statements(rows):
    for _ in range(rows):
        SanctionFactory(certificate=began(9), first_day=clock.today())

    with statements(5):
        assert found() == []


def test_what_is_on_record_is_read_for_many_at_once():
    certificates = [began(9).pk, began(99).pk]

    with statements(1):
        assert len(lookup.records(certificates)) == 2
