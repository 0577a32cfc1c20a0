"""Closing an account and opening it again, and the admin's page, which only leads there."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import blocks, changes
from accounts.models import User
from audit import clock, log
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import AdministratorFactory, AuditorFactory, StaffFactory, UserFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(email="ana@example.org")


@pytest.fixture
def admin(client):
    admin = AdministratorFactory()
    client.force_login(admin)
    return admin


def test_a_closed_account_ends_its_log_ins_and_its_change_of_address_and_tells_the_person(client, admin, person):
    theirs = Client()
    theirs.force_login(person)
    changes.ask(person, "other@example.org", at=clock.now())
    OutboxMessage.objects.all().delete()

    answer = client.post(reverse("person_log_in", args=[person.uid]), {"reason": "A letter says that it was stolen."})

    assert answer.url == reverse("wagtailusers_users:edit", args=[person.pk])
    assert not User.objects.get(pk=person.pk).is_active
    assert theirs.get(reverse("security")).status_code == 302
    assert changes.waiting(person, at=clock.now()) is None
    entry = log.history(person).get(action="accounts.blocked")
    assert (entry.actor_id, entry.detail.facts) == (str(admin.pk), {"reason": "A letter says that it was stolen."})
    mail.outbox.clear()
    delivery.sweep()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["ana@example.org"], "Your account is closed for now")]


def test_it_is_opened_again(client, admin):
    person = UserFactory(is_active=False)

    client.post(reverse("person_log_in", args=[person.uid]), {"reason": "It is hers."})

    assert User.objects.get(pk=person.pk).is_active
    assert log.history(person).filter(action="accounts.unblocked").exists()
    assert OutboxMessage.objects.filter(kind="accounts.account_opened").exists()


@pytest.mark.parametrize("factory", [AuditorFactory, AdministratorFactory])
def test_whoever_watches_is_told_that_an_office_of_two_signatures_was_closed_and_opened_by_one(factory):
    watched, by, other, auditor = factory(full_name="Wanda Watched"), AdministratorFactory(), AdministratorFactory(), AuditorFactory()
    closed_before = AuditorFactory()
    User.objects.filter(pk=closed_before.pk).update(is_active=False)
    OutboxMessage.objects.all().delete()

    blocks.place(watched, reason="She asked for it by telephone.", by=by, at=clock.now())
    delivery.sweep()

    told = {letter.to[0]: letter for letter in mail.outbox}
    assert set(told) == {watched.email, other.email, auditor.email}
    assert closed_before.email not in told
    assert told[auditor.email].subject == "An account of the office was closed"
    assert f"{by.get_full_name()} closed the account of Wanda Watched" in told[auditor.email].body
    assert "telephone" not in told[auditor.email].body
    mail.outbox.clear()

    blocks.lift(User.objects.get(pk=watched.pk), reason="She is back.", by=other)
    delivery.sweep()

    assert {letter.to[0] for letter in mail.outbox} == {watched.email, by.email, auditor.email}
    assert {letter.subject for letter in mail.outbox if letter.to != [watched.email]} == {"An account of the office was opened again"}


@pytest.mark.parametrize("factory", [UserFactory, StaffFactory])
def test_nobody_else_is_told_of_an_account_that_one_signature_gives(factory):
    by, _ = AdministratorFactory(), AuditorFactory()
    person = factory()
    OutboxMessage.objects.all().delete()

    blocks.place(person, reason="Stolen.", by=by, at=clock.now())

    assert [message.kind for message in OutboxMessage.objects.all()] == ["accounts.account_closed"]


def test_without_a_reason_nothing_happens_and_the_form_says_so(client, admin, person):
    page = client.post(reverse("person_log_in", args=[person.uid]), {"reason": " "}).content.decode()

    assert "Please fill this in" in page
    assert User.objects.get(pk=person.pk).is_active


def test_nobody_closes_their_own_account(client, admin):
    page = client.post(reverse("person_log_in", args=[admin.uid]), {"reason": "By mistake."}).content.decode()

    assert "Nobody does this to their own account" in page
    assert User.objects.get(pk=admin.pk).is_active


def test_only_a_site_administrator_closes_an_account(person):
    with pytest.raises(blocks.NotBlocked, match="Only a site administrator"):
        blocks.place(person, reason="Because.", by=StaffFactory(), at=clock.now())

    assert User.objects.get(pk=person.pk).is_active


def test_what_is_so_already_and_who_was_forgotten_is_refused(admin, person):
    forgotten = UserFactory(is_active=False)
    User.objects.filter(pk=forgotten.pk).update(erased_at=clock.now())

    with pytest.raises(blocks.NotBlocked, match="is open already"):
        blocks.lift(person, reason="Because.", by=admin)
    with pytest.raises(blocks.NotBlocked, match="was erased"):
        blocks.lift(forgotten, reason="Because.", by=admin)


def test_closing_asks_for_a_factor_given_just_now(client, admin, person):
    with clock.moved(timedelta(minutes=6)):
        page = client.post(reverse("person_log_in", args=[person.uid]), {"reason": "Stolen."}).content.decode()

    assert "Please confirm that it is you" in page
    assert User.objects.get(pk=person.pk).is_active


def test_the_admins_page_leads_to_the_screens_and_changes_nothing_itself(client, admin, person):
    edit = reverse("wagtailusers_users:edit", args=[person.pk])

    page = client.get(edit).content.decode()
    answer = client.post(edit, {"email": "other@example.org", "is_active": ""})

    assert reverse("person_address", args=[person.uid]) in page
    assert reverse("person_log_in", args=[person.uid]) in page
    assert 'name="email"' not in page
    assert answer.status_code == 405
    person.refresh_from_db()
    assert (person.email, person.is_active) == ("ana@example.org", True)
