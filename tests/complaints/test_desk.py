"""Intake types in what came by phone or post: behind an appointment and a second factor, and the code is told once."""

import pytest

from audit import clock
from complaints import receipts
from complaints.facts import CaseRole, Source
from complaints.models import Case
from tests.complaints import office
from tests.complaints.telling import CANARIES, PAGES, code_on, next_page, walk
from tests.factories import cms as texts
from tests.factories.accounts import AdministratorFactory, StaffFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db

DESK = "/casework/new/"


@pytest.fixture
def desk(db):
    """Somebody of intake at the desk, with a second factor."""
    texts.texts()
    client = Client()
    client.officer = office.appointed(CaseRole.INTAKE)
    client.force_login(client.officer, factor=True)
    return client


@pytest.mark.parametrize("source", ["phone", "post"])
def test_what_came_in_is_typed_in_page_by_page_and_says_how_it_came(desk, source):
    page = walk(desk, [{"danger": "no", "source": source}, *PAGES[1:]], begin=DESK, path=DESK)
    code = code_on(page)

    case = Case.objects.get()
    assert case.source == source
    assert case.steps.get().made_by == desk.officer
    assert receipts.find(code, on=clock.today()).case == case
    told = next_page(desk, page, {"last_group": code.split("-")[-1]}, path=DESK).content.decode()
    assert code not in told
    assert "Type in another one" in told


def test_the_desk_does_not_let_the_officer_into_the_page_of_the_person(desk):
    page = walk(desk, [{"danger": "no", "source": "phone"}, *PAGES[1:]], begin=DESK, path=DESK)
    answer = next_page(desk, page, {"last_group": code_on(page).split("-")[-1]}, path=DESK)

    assert "visit" not in answer.cookies


def test_the_desk_waits_for_nobody_and_asks_at_any_pace(desk):
    page = desk.get(DESK)
    for given in [{"danger": "no", "source": "phone"}, *PAGES[1:]]:
        page = next_page(desk, page, given, path=DESK)

    assert Case.objects.get().source == Source.PHONE.value


@pytest.mark.parametrize("make", [StaffFactory, AdministratorFactory, lambda: office.appointed(CaseRole.REGISTRAR)])
def test_nobody_but_intake_reaches_the_desk(make, db):
    client = Client()
    client.force_login(make(), factor=True)

    assert client.get(DESK).status_code == 403
    assert client.post(DESK, {"step": "danger"}).status_code == 403


def test_an_appointment_that_is_over_opens_nothing(db):
    client = Client()
    client.force_login(office.appointed(CaseRole.INTAKE, last_day=clock.today() - office.DAY), factor=True)

    assert client.get(DESK).status_code == 403


def test_a_forged_source_is_a_telephone_call_and_never_the_web(desk):
    walk(desk, [{"danger": "no", "source": "web"}, *PAGES[1:]], begin=DESK, path=DESK)

    assert Case.objects.get().source == Source.PHONE.value


def test_the_desk_keeps_the_token_of_forms(desk):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(office.appointed(CaseRole.INTAKE), factor=True)

    assert strict.post(DESK, {"step": "danger", "go": "next"}).status_code == 403
    assert CANARIES["name"] not in strict.get(DESK).content.decode()
