"""What everybody can read about complaints: the periods are those of the clocks, and the way there is on every page that needs it."""

import pytest

from cms import loading
from complaints.clocks import DEADLINES
from complaints.facts import ClockName
from complaints.options import ALL
from complaints.views import public
from tests.factories import cms as texts
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.django_db


def words(client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_the_policy_gives_every_period_of_its_table_with_its_clause(client):
    page = words(client, "/complaints/policy/")

    for name, told, clause in public.PERIODS:
        row = f'>{told}</td><td data-label="How long">{public.in_words(name)}</td>'
        assert row in page
        assert DEADLINES[name].why in page.replace("&#x27;", "'")
        assert f'data-label="ISO/IEC 17024">{clause}</td>' in page


def test_a_period_is_told_as_people_say_it():
    assert public.in_words(ClockName.ACKNOWLEDGE) == "5 days; 7 at the very latest"
    assert public.in_words(ClockName.TAKE) == "3 days; 24 hours where somebody may be in danger"
    assert public.in_words(ClockName.RESPONSE) == "30 days; 14 more, once"
    assert public.in_words(ClockName.INVESTIGATION) == "60 days; 30 more, at most twice"


def test_the_policy_lists_what_can_be_ticked_in_the_same_words(client):
    page = words(client, "/complaints/policy/").replace("&#x27;", "'").replace("&quot;", '"')

    assert [option.code for option in ALL if option.words not in page] == []


def test_every_clause_the_code_the_front_door_a_record_and_each_foot_lead_to_a_complaint(client):
    loading.load_texts()
    loading.plant()
    CertificateFactory(number="TRC-0009")

    for path in ("/", "/code/", "/code/ps-07/", "/code/cf-01/", "/registry/TRC-0009/"):
        page = words(client, path)
        main, _, foot = page.partition("<footer")
        assert 'href="/complaints/"' in main, path
        assert 'href="/complaints/"' in foot, path
    assert 'href="/complaints/new/?about=TRC-0009"' in words(client, "/registry/TRC-0009/")


def test_the_pages_ask_the_database_nothing_for_a_stranger(client, django_assert_num_queries):
    texts.texts()
    for path in ("/complaints/", "/complaints/policy/", "/complaints/follow-up/"):
        with django_assert_num_queries(0):
            client.get(path)


def test_whoever_is_logged_in_reads_the_form_as_a_stranger_does(client):
    stranger = client.get("/complaints/new/").content.decode()
    client.force_login(UserFactory(full_name="Wilhelmina Ottersby"))
    person = client.get("/complaints/new/").content.decode()

    assert "Ottersby" not in person
    assert stranger.count("<form") == person.count("<form") - person.count('action="/accounts/logout/"')
