"""The admin's screen for the rules of a scheme: seen before it is saved, with a reason, by those who may."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.facts import SiteRole
from audit import clock, log
from certification.models import Scheme
from tests.factories.accounts import AdministratorFactory, AuditorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SchemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return SchemeFactory()


@pytest.fixture
def admin(client):
    person = AdministratorFactory(full_name="Ada Min")
    client.force_login(person)
    return person


def text_of(answer):
    return " ".join(unescape(answer.content.decode()).split())


def form_of(client, scheme, **changes):
    page = client.get(f"/admin/schemes/{scheme.pk}/").content.decode()
    fields = dict(re.findall(r'<input type="(?:hidden|number|text)" name="(\w+)" value="([^"]*)"', page))
    fields.pop("csrfmiddlewaretoken", None)
    return {**fields, "statement_text": scheme.statement_text, "reason": "The board voted on May 4", **changes}


def confirm_value(answer):
    found = re.search(r'name="confirm" value="(\w+)"', answer.content.decode())
    return found[1] if found else ""


def test_the_page_shows_each_number_with_its_words(client, admin, scheme):
    page = text_of(client.get(f"/admin/schemes/{scheme.pk}/"))

    assert "Days after the end of a term, days of suspension not counted; 0 to 365." in page
    assert 'value="180, 90, 60, 30, 14, 3, 0, -30"' in page
    assert f"/admin/schemes/{scheme.pk}/" in text_of(client.get("/admin/schemes/"))


def test_a_change_is_shown_with_whom_it_touches_before_it_is_saved(client, admin, scheme):
    last = clock.today() - timedelta(days=70)
    CertificateFactory(term__first_day=last - timedelta(days=729), term__last_day=last)
    address, form = f"/admin/schemes/{scheme.pk}/", form_of(client, scheme, late_period_days="60")

    shown = client.post(address, form)
    assert "What would change" in text_of(shown)
    assert "1 coach who can still renew late would newly be too late." in text_of(shown)
    assert "could renew at once" not in text_of(shown)
    assert Scheme.objects.get().late_period_days == 90

    answer = client.post(address, {**form, "confirm": confirm_value(shown)})

    assert answer.url == address
    assert Scheme.objects.get().late_period_days == 60
    page = text_of(client.get(address))
    assert "Late renewal: 90 → 60" in page
    assert "The board voted on May 4" in page
    assert "Ada Min" in page
    assert log.history(scheme).count() == 1


def test_a_change_that_touches_nobody_says_so(client, admin, scheme):
    shown = client.post(f"/admin/schemes/{scheme.pk}/", form_of(client, scheme, term_years="3"))

    assert "Whom it touches today</h3> <p>Nobody.</p>" in text_of(shown)


def test_what_was_not_shown_is_not_saved(client, admin, scheme):
    address, form = f"/admin/schemes/{scheme.pk}/", form_of(client, scheme, late_period_days="60")
    confirm = confirm_value(client.post(address, form))

    for sent in ({**form, "late_period_days": "45", "confirm": confirm}, {**form, "confirm": "yes"}):
        assert "Nothing is changed yet." in text_of(client.post(address, sent))

    assert Scheme.objects.get().late_period_days == 90


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"late_period_days": "400"}, "Late renewal: Write a whole number from 0 to 365."),
        ({"late_period_days": "soon"}, "Write a whole number from 0 to 365."),
        ({"term_years": ""}, "Please fill this in."),
        ({"reason": ""}, "Reason: Please fill this in."),
        ({"reminder_days": "ninety"}, "Write whole numbers with commas between them"),
        ({"reminder_days": "90, 90"}, "each once"),
        ({"statement_text": "I will."}, "is missing"),
        ({"window_opens_days": "60"}, "comes before the renewal opens"),
        ({}, "Nothing is different from what is in force."),
    ],
)
def test_a_refused_change_keeps_what_was_typed_and_changes_nothing(client, admin, scheme, changes, words):
    form = form_of(client, scheme, **changes)
    before = Scheme.objects.values().get()

    answer = client.post(f"/admin/schemes/{scheme.pk}/", form)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert "What would change" not in text_of(answer)
    assert all(
        f'value="{value}"' in text_of(answer) for name, value in changes.items() if value and name not in ("reason", "statement_text")
    )
    assert Scheme.objects.values().get() == before


def test_an_older_page_does_not_undo_what_somebody_changed_meanwhile(client, admin, scheme):
    form = form_of(client, scheme, term_years="3")
    Scheme.objects.update(late_period_days=45)

    assert "Somebody changed these rules meanwhile" in text_of(client.post(f"/admin/schemes/{scheme.pk}/", form))
    assert Scheme.objects.get().term_years == 2


def test_a_right_of_django_opens_the_rules_to_nobody(client, scheme):
    group = Group.objects.create(name="Board")
    group.permissions.add(Permission.objects.get(codename="change_scheme"), Permission.objects.get(codename="access_admin"))
    board = StaffFactory()
    board.groups.add(group)

    client.force_login(board)
    assert client.get(f"/admin/schemes/{scheme.pk}/")["Location"] == "/admin/"


def test_the_way_there_stands_in_the_admins_menu_and_on_the_offices_page(client, admin, scheme):
    assert "/admin/schemes/" in client.get("/admin/").content.decode()
    client.force_login(UserFactory(roles=[SiteRole.SITE_ADMINISTRATOR, SiteRole.STAFF]))
    assert f"/admin/schemes/{scheme.pk}/" in client.get("/staff/").content.decode()

    client.force_login(StaffFactory())
    assert "/admin/schemes/" not in client.get("/admin/").content.decode() + client.get("/staff/").content.decode()


@pytest.mark.parametrize("address", ["/admin/schemes/", "/admin/schemes/{pk}/"])
@pytest.mark.parametrize("who", ["stranger", "coach", "staff", "author", "auditor"])
def test_nobody_else_sees_or_changes_them(client, scheme, address, who):
    factories = {"coach": UserFactory, "staff": StaffFactory, "author": AuthorFactory, "auditor": AuditorFactory}
    person = factories[who]() if who != "stranger" else None
    if person:
        client.force_login(person)
    address = address.format(pk=scheme.pk)

    answers = [client.get(address), client.post(address, {"term_years": "9", "reason": "x"})]

    assert all(answer.status_code in (302, 403) for answer in answers)
    assert all("/accounts/login/" in answer.url or answer.url == "/admin/" for answer in answers if answer.status_code == 302)
    assert Scheme.objects.get().term_years == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_change_as_for_three(client, admin, scheme, count, django_assert_num_queries):
    from certification import actions

    for _ in range(count):
        log.record(actions.SCHEME_CHANGED, scheme, by=StaffFactory(), changes={"term_years": [2, 3]}, reason="A vote")
    client.get(f"/admin/schemes/{scheme.pk}/")

    with django_assert_num_queries(14):
        client.get(f"/admin/schemes/{scheme.pk}/")
