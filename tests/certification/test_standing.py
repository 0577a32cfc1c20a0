"""The SQL twin of the standing rule says the same as the rule, and no other query knows what covers a day."""

import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.conf import settings as installation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import clock
from certification import rules, sanctions
from certification.facts import SanctionKind
from certification.models import Certificate, Sanction, Term
from tests.factories.accounts import StaffFactory
from tests.factories.certification import CertificateFactory, SchemeFactory, UserFactory

pytestmark = pytest.mark.django_db

START = date(2024, 1, 1)
offsets = st.integers(0, 120)
histories = st.tuples(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3),
    st.lists(st.tuples(st.sampled_from(list(SanctionKind)), offsets, st.one_of(st.none(), st.integers(0, 40)), st.booleans()), max_size=3),
)


def build(certificate, history):
    terms, sanctions = history
    day = START
    for gap, length in terms:
        first = day + timedelta(days=gap)
        day = first + timedelta(days=length + 1)
        Term.objects.create(certificate=certificate, first_day=first, last_day=day - timedelta(days=1), granted="issued")
    for kind, start, length, is_voided in sanctions:
        first = START + timedelta(days=start)
        last = None if length is None else first + timedelta(days=length)
        row = Sanction.objects.create(certificate=certificate, kind=kind, first_day=first, last_day=last, decided_on=first)
        if is_voided:
            Sanction.objects.void(row)


@pytest.mark.long
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(histories, min_size=4, max_size=4))
def test_the_database_answers_as_the_rule_does(drawn):
    holder, scheme = UserFactory(), SchemeFactory()
    certificates = [CertificateFactory(holder=holder, scheme=scheme, term=False) for _ in drawn]
    for certificate, history in zip(certificates, drawn, strict=True):
        build(certificate, history)

    for day in (START + timedelta(days=offset) for offset in range(0, 160, 3)):
        for row in Certificate.objects.filter(holder=holder).with_standing(on=day).for_public():
            assert row.standing == rules.standing(row.spans(), row.sanction_facts(), on=day), (row, day)


def test_what_the_record_said_at_an_instant_is_what_was_recorded_and_not_voided_by_then():
    """A suspension recorded on the 3rd, extended on the 6th and quashed on the 9th; asked for each instant between."""
    certificate, office = CertificateFactory(), StaffFactory()
    asked = {}
    row = None
    for day, act in ((1, None), (3, "impose"), (6, "extend"), (9, "quash"), (12, None)):
        with clock.moved(timedelta(days=day)):
            asked[day] = clock.now() - timedelta(hours=1)
            today = clock.today()
            if act == "impose":
                facts = {"kind": SanctionKind.SUSPENSION, "first_day": today, "last_day": today + timedelta(days=5), "decided_on": today}
                row = sanctions.impose(certificate, by=office, **facts)
            elif act == "extend":
                row = sanctions.extend(row, last_day=today + timedelta(days=90), by=office, reason="New facts")
            elif act == "quash":
                sanctions.void(row, by=office, reason="Quashed")
            asked[day + 1] = clock.now() + timedelta(hours=1)

    said = {day: [each.pk for each in Sanction.objects.as_recorded(at)] for day, at in asked.items()}
    first, second = row.replaces_id, row.pk
    assert said == {1: [], 2: [], 3: [], 4: [first], 6: [first], 7: [second], 9: [second], 10: [], 12: [], 13: []}
    assert [each.pk for each in Term.objects.as_recorded(asked[13])] == [certificate.terms.get().pk]


def test_no_table_keeps_a_standing():
    kept = [
        f"{model._meta.label}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields() if "standing" in field.name
    ]

    assert kept == []


COMPARES = re.compile(r"(?:first|last)_day__(?:lt|lte|gt|gte|range)\b|\.covering\(")
MODELS, PROOF = "certification/models.py", "certification/invariants.py"


def test_days_of_terms_and_sanctions_are_compared_in_queries_of_the_models_alone():
    """And in the proof that terms never overlap. Everything else asks for the rows and lets the rules compare."""
    places = ("audit", "outbox", "accounts", "cms", "courses", "certification", "registry", "demo", "config")
    sources = [path for app in places for path in (installation.BASE_DIR / app).rglob("*.py") if "migrations" not in path.parts]
    found = {str(path.relative_to(installation.BASE_DIR)) for path in sources if COMPARES.search(path.read_text())}

    assert found == {MODELS, PROOF}
