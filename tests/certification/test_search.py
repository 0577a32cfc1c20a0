"""Finding certificates: every spelling of the content finds its holder, and nobody who holds none."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import people
from accounts.people import Stage
from certification import search
from certification.facts import SanctionKind, Standing
from certification.models import CertificateDocument
from tests.factories.accounts import UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SanctionFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
PEOPLE = yaml.safe_load((ROOT / "demo/people.yaml").read_text())["people"]
NAMES = [entry for entry in yaml.safe_load((ROOT / "tests/certification/names.yaml").read_text())["names"] if entry["expect"] == "ok"]


def person(entry):
    fields = {"full_name__latin_name": entry.get("latin_name") or ""}
    return UserFactory(email=f"{entry['id']}@example.org", full_name=entry["name"], **fields)


@pytest.fixture
def everybody():
    """Each person of the demonstration; a certificate for those who hold one."""
    persons = {entry["id"]: person(entry) for entry in PEOPLE}
    for entry in PEOPLE:
        if "certificate" in entry:
            CertificateFactory(holder=persons[entry["id"]], number=entry["certificate"]["number"])
    return persons


def numbers_found(q):
    return [certificate.number for certificate in search.find(q, on=TODAY).certificates]


def test_every_search_for_a_holder_of_the_demonstration_finds_the_certificate(everybody):
    listed = [(entry["certificate"]["number"], text) for entry in PEOPLE if "certificate" in entry for text in entry["search_as"]]

    assert [(number, text) for number, text in listed if number not in numbers_found(text)] == []
    assert len(listed) > 25


def test_no_search_for_the_office_finds_a_certificate_and_all_find_the_person(everybody):
    listed = [(entry["id"], text) for entry in PEOPLE if "certificate" not in entry for text in entry["search_as"]]

    assert [text for _, text in listed if numbers_found(text)] == []
    assert [(who, text) for who, text in listed if everybody[who] not in people.find(text)] == []
    assert len(listed) > 50


def test_every_listed_name_is_found_as_a_holder():
    for entry in NAMES:
        CertificateFactory(holder=person(entry), number=entry["id"])

    listed = [(entry["id"], text) for entry in NAMES for text in entry["search_as"]]
    assert [(number, text) for number, text in listed if number not in numbers_found(text)] == []


@pytest.mark.parametrize("typed", ["DEMO-0001", "demo-0001", " demo 0001 ", "DEMO\u20110001", "ＤＥＭＯ-０００１"])
def test_a_number_is_found_however_it_is_typed(everybody, typed):
    found = search.find(typed, on=TODAY)

    assert [certificate.number for certificate in found.certificates] == ["DEMO-0001"]
    assert found.by == search.NUMBER


def test_the_code_of_a_certificate_and_of_a_document_lead_to_the_certificate():
    certificate = CertificateFactory()
    document = CertificateDocument.objects.create(term=certificate.terms.get(), facts={})

    for code in [certificate.verify_code, certificate.verify_code.lower().replace("-", " "), document.verify_code]:
        found = search.find(code, on=TODAY)
        assert (found.certificates, found.by) == ((certificate,), search.CODE)


def test_results_say_the_standing_on_the_day():
    suspended = SanctionFactory(certificate=CertificateFactory(holder=UserFactory(full_name="Robin Vale"))).certificate
    revoked = SanctionFactory(
        kind=SanctionKind.REVOCATION, certificate=CertificateFactory(holder=UserFactory(full_name="Robin Weir"))
    ).certificate

    assert {found.number: found.standing for found in search.find("robin", on=TODAY).certificates} == {
        suspended.number: Standing.SUSPENDED,
        revoked.number: Standing.REVOKED,
    }


def test_a_certificate_that_begins_tomorrow_is_not_found():
    certificate = CertificateFactory(
        holder=UserFactory(full_name="Robin Vale"), term__first_day=TODAY + timedelta(days=1), issued_on=TODAY + timedelta(days=1)
    )

    assert numbers_found("robin") == numbers_found(certificate.number) == numbers_found(certificate.verify_code) == []
    assert search.find("robin", on=TODAY + timedelta(days=1)).certificates == (certificate,)


def test_a_name_given_up_is_not_found():
    holder = UserFactory(full_name="Anna Nowak")
    CertificateFactory(holder=holder)
    holder.names.update(replaced_at="2026-01-01T00:00Z")
    people.keep(holder.names.create(full_name="Anna Kowalska"))

    assert numbers_found("nowak") == []
    assert len(numbers_found("kowalska")) == 1


def test_more_than_twenty_people_are_cut_and_said():
    for number in range(21):
        CertificateFactory(holder=UserFactory(full_name=f"Maria Vale {number}"))

    found = search.find("maria vale", on=TODAY)

    assert (len(found.certificates), found.more) == (20, True)


@pytest.mark.parametrize("typed", ["", "ab", "%", "_%_", "\x00", "\u202e\u2066", "a" * 5000, "9" * 5000, "٣٤٥٦٧", "' OR 1=1 --", "DEMO-%"])
def test_odd_text_finds_nobody_and_raises_nothing(typed):
    CertificateFactory(holder=UserFactory(full_name="Robin Vale"))

    assert search.find(typed, on=TODAY).certificates == ()


@pytest.mark.parametrize(
    ("typed", "statements"), [("robin", 2), ("robi", 3), ("roibn", 5), ("TEST-1", 5), ("DEMO-0001", 1), ("nobody here", 4), ("ab", 0)]
)
def test_the_number_of_statements_is_the_same_for_one_and_for_three(typed, statements):
    for count in range(3):
        number = {0: "DEMO-0001"}.get(count, f"TEST-9{count}")
        CertificateFactory(holder=UserFactory(full_name=f"Robin Vale{count}"), number=number)
        with CaptureQueriesContext(connection) as asked:
            search.find(typed, on=TODAY)
        assert len(asked) == statements


def test_nobody_is_found_by_a_stage_that_is_too_short():
    assert search.find("ab", on=TODAY).by == Stage.TOO_SHORT
