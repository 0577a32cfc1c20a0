"""The registry for machines says what the page says."""

from datetime import timedelta

import pytest
from django.test import Client

from audit import clock
from certification import corrections
from certification.facts import SanctionKind
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory

pytestmark = pytest.mark.django_db


def day(count):
    return clock.today() + timedelta(days=count)


def ask(client, number, **query):
    return client.get(f"/api/v1/registry/{number}", query)


def test_an_answer_holds_the_facts_of_the_page(client):
    holder = UserFactory(full_name="渡辺 澪", full_name__latin_name="Watanabe Mio", full_name__language="ja")
    certificate = CertificateFactory(number="DEMO-0008", holder=holder, term__first_day=day(-9), term__last_day=day(720))
    SanctionFactory(certificate=certificate, first_day=day(-3), last_day=day(30), public_note="A note.", clause_ids=["CF-03"])

    response = ask(client, "demo-0008")

    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert body["sentence"] in " ".join(client.get("/registry/DEMO-0008/").content.decode().split())
    body.pop("sentence")
    body.pop("meaning")
    suspended = {"from": day(-3).isoformat(), "until": day(30).isoformat()}
    assert body == {
        "number": "DEMO-0008",
        "standing": "suspended",
        "as_of": day(0).isoformat(),
        "asked_on": day(0).isoformat(),
        "since": suspended["from"],
        "until": suspended["until"],
        "certified_from": day(-9).isoformat(),
        "certified_until": day(720).isoformat(),
        "first_certified": day(-9).isoformat(),
        "scheme": certificate.scheme.name,
        "name": {"full": "渡辺 澪", "latin": "Watanabe Mio", "language": "ja"},
        "notes": [{"kind": "suspension", "text": "A note.", "clauses": ["CF-03"], **suspended}],
        "history": [
            {"what": "suspended", **suspended},
            {"what": "certificate granted", "from": day(-9).isoformat(), "until": day(720).isoformat()},
        ],
        "links": {"html": "http://testserver/registry/DEMO-0008/", "self": "http://testserver/api/v1/registry/DEMO-0008"},
    }


def test_a_revoked_certificate_is_an_answer_and_not_an_error(client):
    certificate = CertificateFactory(term__first_day=day(-9), term__last_day=day(720))
    SanctionFactory(certificate=certificate, kind=SanctionKind.REVOCATION, first_day=day(-1))

    response = ask(client, certificate.number)
    assert (response.status_code, response.json()["standing"], response.json()["until"]) == (200, "revoked", None)
    assert ask(client, certificate.number, as_of=day(-2).isoformat()).json()["standing"] == "active"
    assert ask(client, certificate.number, as_of=day(-10).isoformat()).json()["standing"] == "not_certified"


@pytest.mark.parametrize(("begins", "kind"), [(5, "not_begun"), (None, "withdrawn")])
def test_a_number_of_ours_under_which_nothing_is_in_force_is_an_answer_without_name_and_days(client, begins, kind):
    certificate = CertificateFactory(term__first_day=day(begins or -5), term__last_day=day(720))
    if begins is None:
        corrections.void_term(certificate.terms.get(), reason="Granted in error", by=StaffFactory())

    response = ask(client, certificate.number)

    body = response.json()
    assert (response.status_code, body["standing"], body["number"]) == (200, kind, certificate.number)
    assert [body[key] for key in ("name", "since", "until", "certified_from", "first_certified")] == [None] * 5
    assert (body["notes"], body["history"]) == ([], [])
    assert body["sentence"] in " ".join(client.get(f"/registry/{certificate.number}/").content.decode().split())


@pytest.mark.parametrize(
    ("number", "kind"),
    [("DEMO-9999", "never_issued"), ("TRC-2222223", "slip"), ("A" * 400, "malformed"), ("%00", "malformed"), ("%25_%27", "malformed")],
)
def test_a_number_nobody_has_is_a_problem_in_words(client, number, kind):
    response = ask(client, number)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["kind"], body["status"], body["type"]) == (kind, 404, f"urn:attest:registry:{kind}")
    assert body["detail"].endswith(".")


def test_a_day_ahead_is_a_problem_in_words(client):
    response = ask(client, "DEMO-0001", as_of="2999-01-01")

    assert (response.status_code, response.json()["kind"]) == (400, "not_a_day")
    assert "in the future" in response.json()["detail"]


@pytest.mark.parametrize("address", ["DEMO-0001", "DEMO-9999", "DEMO-0001?as_of=x"])
def test_pages_of_any_origin_may_ask(client, address):
    CertificateFactory(number="DEMO-0001")

    response = client.get(f"/api/v1/registry/{address}")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("address", ["/api/v1/registry/DEMO-0001/", "/api/v1/nothing", "/api/v2/registry/DEMO-0001"])
def test_an_address_that_the_api_has_not_is_a_problem_in_words(client, address):
    response = client.get(address)

    assert (response.status_code, response.json()["kind"]) == (404, "no_such_address")
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_program_that_posts_is_told_in_the_words_of_the_api():
    response = Client(enforce_csrf_checks=True).post("/api/v1/registry/DEMO-0001")

    assert (response.status_code, response.json()["kind"]) == (405, "method_not_allowed")


def test_asking_what_is_allowed_and_what_is_not(client):
    assert client.options("/api/v1/registry/DEMO-0001").headers["Allow"] == "GET, HEAD, OPTIONS"
    response = client.post("/api/v1/registry/DEMO-0001")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.json()["kind"] == "method_not_allowed"
