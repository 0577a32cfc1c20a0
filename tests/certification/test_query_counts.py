"""What the coach's and the office's screens ask of the database: as much for three rows as for one."""

from datetime import timedelta

import pytest

from audit import clock
from certification.models import Certificate, CertificateDocument
from outbox.models import OutboxMessage
from tests.factories import cms
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, TermFactory, completed, review_course, signed
from tests.factories.courses import person_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts"), pytest.mark.parametrize("rows", [1, 3])]


def days(count):
    return clock.today() + timedelta(days=count)


@pytest.fixture
def coach(rows):
    """Whose certificate TEST-1 has as many earlier terms, documents, reviews, statements and sanctions, and who holds as many more."""
    review_course()
    coach = UserFactory(full_name="Łucja Żebrowska")
    certificate = CertificateFactory(number="TEST-1", holder=coach, term__first_day=days(-700), term__last_day=days(29))
    for row in range(1, rows + 1):
        begin = days(-700 - 730 * row)
        term = TermFactory(certificate=certificate, first_day=begin, last_day=begin + timedelta(days=729))
        CertificateDocument.objects.create(term=term, facts={})
        SanctionFactory(certificate=certificate, first_day=days(-900 - row), last_day=days(-890))
        CertificateFactory(holder=coach, term__first_day=days(-100), term__last_day=days(629))
        completed(coach, days(-800 - row))
        signed(coach, days(-800 - row))
    return coach


COACH = {
    "/my/": 20,
    "/my/renewal/?certificate=TEST-1": 18,
    "/my/renewal/statement/?certificate=TEST-1": 16,
    "/my/certificates/": 6,
    "/my/certificates/TEST-1/give-back/": 12,
}


@pytest.mark.parametrize(("address", "number"), COACH.items())
def test_a_coachs_page_asks_as_much_for_three_rows_as_for_one(client, coach, django_assert_num_queries, address, number, rows):
    client.force_login(coach, factor="statement" in address)
    client.get(address)

    with django_assert_num_queries(number):
        assert client.get(address).status_code == 200


OFFICE = {
    "/staff/": 13,
    "/staff/issue/": 6,
    "/staff/people/": 4,
    "/staff/people/?q=Zebrowska": 10,
    "/staff/people/not-invited/": 7,
    "/staff/people/{person}/": 11,
    "/staff/people/{person}/hold/": 6,
    "/staff/certificates/": 6,
    "/staff/certificates/?q=Zebrowska": 10,
    "/staff/certificates/TEST-1/": 19,
    "/staff/certificates/TEST-1/invite/": 6,
    "/staff/certificates/TEST-1/reinstate/": 6,
    "/staff/certificates/TEST-1/requirement/": 6,
    "/staff/certificates/TEST-1/name/": 6,
    "/staff/certificates/TEST-1/holder/": 6,
    "/staff/certificates/TEST-1/terms/{term}/dates/": 7,
    "/staff/certificates/TEST-1/terms/{term}/void/": 7,
    "/staff/attempts/{run}/": 8,
    "/staff/editions/{draft}/publish/": 28,
    "/staff/undelivered/": 5,
}


@pytest.mark.parametrize(("address", "number"), OFFICE.items())
def test_an_office_page_asks_as_much_for_three_rows_as_for_one(client, coach, django_assert_num_queries, address, number, rows):
    for row in range(rows):
        OutboxMessage.objects.create(
            kind="test", subject_id="1", key=f"lost-{row}", due_at=clock.now(), gave_up_at=clock.now(), last_error="x"
        )
        draft = cms.draft(f"draft-{row}")
        run = person_in(review_course())
    client.force_login(StaffFactory())
    words = {"person": coach.uid, "term": Certificate.objects.get(number="TEST-1").terms.first().pk, "run": run.pk, "draft": draft.pk}
    address = address.format(**words)
    client.get(address)

    with django_assert_num_queries(number):
        assert client.get(address).status_code == 200
