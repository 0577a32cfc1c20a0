"""Rapid clicks in many tabs grant one term."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from audit import chain, clock, log
from audit.models import Unsealed
from certification import corrections, documents, importing, issuing, renewals
from certification.models import Certificate, CertificateDocument, Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, ready_to_renew


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_ten_renewals_at_once_grant_one_term():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    certificate = ready_to_renew()

    def click(_):
        try:
            renewals.renew(Certificate.objects.get(pk=certificate.pk), by=certificate.holder, on=TODAY)
            return "granted"
        except renewals.NotEligible:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(click, range(10)))

    assert answers == ["granted", *["refused"] * 9]
    assert certificate.terms.count() == 2
    assert OutboxMessage.objects.filter(kind="certification.deliver_certificate").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_clicks_at_the_same_moment_both_lead_to_the_renewed_certificate():
    """Both have read what is there before either may write; the second is told what the first one did."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    certificate = ready_to_renew(on=clock.today())
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def click(_):
        try:
            client = Client()
            client.force_login(certificate.holder)
            answer = client.post("/my/renewal/", follow=True)
            return answer.redirect_chain, "enewed" in answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            Certificate.objects.locked(certificate.pk)
            answers = pool.map(click, range(2))
            for _ in range(600):
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(waiting)
                if cursor.fetchone() == (2,):
                    break
                time.sleep(0.1)
            else:
                pytest.fail("the two clicks never waited for the certificate")
        answers = list(answers)

    assert answers == [([("/my/certificates/", 302)], True)] * 2
    assert certificate.terms.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_coaches_renew_at_once_without_waiting_for_each_other_or_for_the_ledger():
    """Both transactions are open at the same time, each with its entry; whoever had to wait would be refused after five seconds."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    slow, quick = ready_to_renew(), ready_to_renew()
    chain.seal()
    renewed, may_end = threading.Event(), threading.Event()

    def renew_and_dawdle():
        with transaction.atomic():
            renewals.renew(slow, by=slow.holder, on=TODAY)
            renewed.set()
            assert may_end.wait(60)
        connections.close_all()

    def seal():
        try:
            return chain.seal()
        finally:
            connections.close_all()

    dawdler = threading.Thread(target=renew_and_dawdle)
    dawdler.start()
    assert renewed.wait(60)
    with transaction.atomic(), connection.cursor() as cursor, ThreadPoolExecutor(1) as elsewhere:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        renewals.renew(quick, by=quick.holder, on=TODAY)
        assert elsewhere.submit(seal).result(60) == 0
    assert chain.seal() == 1
    may_end.set()
    dawdler.join()

    assert chain.seal() == 1
    assert not Unsealed.objects.exists()
    assert list(log.verify()) == []


def until_waiting(count):
    """Until so many others wait for a lock that this transaction holds."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone() == (count,):
                return
            time.sleep(0.1)
    pytest.fail("nobody waited")


def elsewhere(act):
    """The act on a connection of its own; what it refuses is its answer."""
    try:
        return act()
    except (corrections.CannotCorrect, issuing.CannotIssue, importing.Overtaken) as refusal:
        return refusal
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_name_changed_while_its_document_is_begun_is_the_name_on_the_document_in_use():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    certificate, office = CertificateFactory(holder__full_name="Old Name"), StaffFactory()
    term = certificate.terms.get()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            corrections.rename(certificate.holder, "New Name", reason="Married", by=office)
            made = pool.submit(elsewhere, lambda: documents.make(Term.objects.get(pk=term.pk)))
            until_waiting(1)
        made.result(60)

    documents.make(Term.objects.get(pk=term.pk))
    assert CertificateDocument.objects.current().get(term=term).facts["name"] == "New Name"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.parametrize("second", ["give", "issue", "import"])
def test_nobody_gets_two_certificates_under_a_scheme_at_the_same_moment(second):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    office, meant = StaffFactory(), UserFactory(full_name="Mei Lin", email="mei@example.org")
    wrong, other = CertificateFactory(), CertificateFactory()
    scheme = wrong.scheme
    rows = importing.read(
        [
            "number,name,email,first_issued,term_from,term_to\n",
            "ABC-1,Mei Lin,mei@example.org,2026-03-01,2026-03-01,2028-02-29\n",
        ]
    )
    importing.judge(rows, scheme)
    assert not rows[0].reasons
    acts = {
        "give": lambda: corrections.give_to(other, meant, reason="Mix-up", by=office, on=TODAY),
        "issue": lambda: issuing.issue(issuing.NewHolder(meant.email, "Mei Lin"), scheme=scheme, by=office, on=TODAY),
        "import": lambda: importing.add(rows, scheme, by=office),
    }

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            corrections.give_to(wrong, meant, reason="Mix-up", by=office, on=TODAY)
            answer = pool.submit(elsewhere, acts[second])
            until_waiting(1)
        refusal = answer.result(60)

    assert isinstance(refusal, Exception)
    assert Certificate.objects.get(holder=meant) == wrong
