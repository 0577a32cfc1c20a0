"""The log-in, and every way to a password."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import actions, invitations, links
from audit import clock
from audit.models import Entry
from outbox.models import OutboxMessage
from outbox.queue import HANDLERS
from tests.factories.accounts import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "a lantern over the third bridge"


def deliver_all() -> None:
    for message in OutboxMessage.objects.filter(done_at=None).order_by("pk"):
        HANDLERS[message.kind](message)
        message.done_at = clock.now()
        message.save()


def link_in(letter: str) -> str:
    found = re.search(r"http://testserver(/accounts/(?:password|invitation)/\S{20,})", letter)
    assert found, letter
    return found[1]


def log_in(client, email, password, **more):
    return client.post(reverse("login"), {"username": email, "password": password, **more})


def choose(client, link, password=NEW, again=None):
    return client.post(link, {"new_password1": password, "new_password2": password if again is None else again})


# Log-in and log-out


def test_a_person_logs_in_and_lands_on_the_own_page(client):
    user = UserFactory()

    answer = log_in(client, user.email, PASSWORD)

    assert answer.url == "/my/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_address_may_be_typed_in_capitals_and_with_a_space(client):
    user = UserFactory(email="amara@example.org")

    assert log_in(client, " Amara@Example.org ", PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    user = UserFactory()
    inactive = UserFactory(is_active=False)

    answers = [
        log_in(client, user.email, "something else"),
        log_in(client, "nobody@example.org", PASSWORD),
        log_in(client, inactive.email, PASSWORD),
    ]

    texts = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(texts) == 1
    assert "do not belong together" in texts.pop()


def test_what_was_typed_comes_back_but_for_the_password(client):
    answer = log_in(client, "not an address", "a secret that stays here").content.decode()

    assert 'value="not an address"' in answer
    assert "a secret that stays here" not in answer
    assert 'href="#id_username"' in answer


def test_the_log_in_goes_on_to_the_page_that_was_asked_for(client):
    answer = log_in(client, UserFactory().email, PASSWORD, next="/learn/guiding-principles/")

    assert answer.url == "/learn/guiding-principles/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"])
def test_the_log_in_never_leads_off_the_site(client, elsewhere):
    assert log_in(client, UserFactory().email, PASSWORD, next=elsewhere).url == "/my/"


def test_whoever_is_logged_in_is_not_asked_again(client):
    client.force_login(UserFactory())

    assert client.get(reverse("login"), {"next": "/registry/"}).url == "/registry/"


def test_a_coach_who_asks_for_the_admin_is_told_and_not_sent_in_circles(client):
    client.force_login(UserFactory())

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert "This page belongs to somebody else" in answer.content.decode()


def test_the_admins_own_log_in_leads_to_the_one_log_in(client):
    assert client.get("/admin/login/?next=/admin/pages/").url == "/accounts/login/?next=/admin/pages/"


def test_the_office_enters_the_admin(client):
    client.force_login(StaffFactory())

    assert client.get("/admin/").status_code == 200


def test_logging_out_takes_a_button_and_not_a_link(client):
    client.force_login(UserFactory())

    assert client.get(reverse("logout")).status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post(reverse("logout")).url == "/"
    assert "_auth_user_id" not in client.session


# Forgotten password


def test_asking_for_a_link_says_the_same_whether_or_not_the_address_is_known(client):
    user = UserFactory()

    known = client.post(reverse("password_forgotten"), {"email": user.email})
    unknown = client.post(reverse("password_forgotten"), {"email": "nobody@example.org"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert OutboxMessage.objects.get().subject_id == str(user.pk)


def test_two_requests_in_a_row_send_one_letter(client):
    user = UserFactory()

    client.post(reverse("password_forgotten"), {"email": user.email})
    client.post(reverse("password_forgotten"), {"email": user.email.upper()})

    assert OutboxMessage.objects.count() == 1


def test_a_link_sets_a_new_password_logs_in_and_works_once(client):
    user = UserFactory()
    client.post(reverse("password_forgotten"), {"email": user.email})
    deliver_all()
    link = link_in(mail.outbox[0].body)

    assert client.get(link).status_code == 200
    answer = choose(client, link)

    assert answer.url == "/my/"
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get(link).status_code == 410
    assert choose(client, link, "another one altogether").status_code == 410


def test_the_outbox_holds_no_link(client):
    client.post(reverse("password_forgotten"), {"email": UserFactory().email})

    assert not any("-" in str(value) for value in OutboxMessage.objects.values_list("subject_id", "key").get())


def test_a_link_is_dead_after_a_day():
    user = UserFactory()
    path = links.password_path(user)
    token = path.rstrip("/").rsplit("/", 1)[1]

    with clock.moved(timedelta(hours=23)):
        assert links.for_password(user.uid, token) == user
    with clock.moved(timedelta(hours=25)):
        assert links.for_password(user.uid, token) is None


def test_a_link_of_one_person_sets_nobody_elses_password(client):
    token = links.password_path(UserFactory()).rstrip("/").rsplit("/", 1)[1]

    assert client.get(reverse("password_set", args=[UserFactory().uid, token])).status_code == 410


@pytest.mark.parametrize("token", ["x", "-", "a-b-c", "00000000000000000000000000000000-abc-def", "ü-ü"])
def test_an_invented_link_is_answered_in_words(client, token):
    answer = client.get(reverse("invitation", args=[token]))

    assert answer.status_code == 410
    assert "This link no longer works" in answer.content.decode()


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", None, "too short"),
        ("password1234", None, "too common"),
        (NEW, NEW + "!", "not the same"),
        (NEW, "", "Please fill this in."),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(client, password, again, words):
    user = UserFactory()

    answer = choose(client, links.password_path(user), password, again)

    assert words in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_changed_password_is_told_by_mail_and_ends_other_sessions(client):
    user = UserFactory()
    client.force_login(user)
    elsewhere = type(client)()
    elsewhere.force_login(user)

    answer = client.post(reverse("password_change"), {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW})
    deliver_all()

    assert answer.url == "/my/"
    assert mail.outbox[0].subject == "Your password was changed"
    assert client.get(reverse("password_change")).status_code == 200
    assert elsewhere.get(reverse("password_change")).status_code == 302
    assert Entry.objects.filter(action=actions.PASSWORD_CHANGED.name, subject_id=str(user.pk)).exists()


def test_the_old_password_is_needed_to_change_it(client):
    user = UserFactory()
    client.force_login(user)

    answer = client.post(reverse("password_change"), {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW})

    assert "not the password you have now" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# Invitations


def test_an_invited_person_chooses_a_password_and_arrives(client):
    user = UserFactory(password=None, full_name="Nguyễn Thị Ánh")
    invitations.invite(user, by=StaffFactory())
    deliver_all()
    link = link_in(mail.outbox[0].body)

    page = client.get(link).content.decode()
    answer = choose(client, link)

    assert "Nguyễn Thị Ánh" in page
    assert user.email in page
    assert answer.url == "/my/"
    assert [letter.subject for letter in mail.outbox] == ["Your account at Attest"]


def test_an_invitation_lives_for_fourteen_days():
    user = UserFactory(password=None)
    token = links.invitation_path(user).rstrip("/").rsplit("/", 1)[1]

    with clock.moved(timedelta(days=13)):
        assert links.for_invitation(token) == user
    with clock.moved(timedelta(days=15)):
        assert links.for_invitation(token) is None


def test_a_person_with_a_password_is_not_invited():
    with pytest.raises(invitations.CannotInvite) as refusal:
        invitations.invite(UserFactory(), by=None)

    assert refusal.value.reasons == ["The person has a password already"]
    assert not OutboxMessage.objects.exists()
    assert not Entry.objects.exists()


def test_an_invited_person_who_lost_the_letter_may_ask_for_a_link(client):
    user = UserFactory(password=None)
    client.post(reverse("password_forgotten"), {"email": user.email})
    deliver_all()

    assert choose(client, link_in(mail.outbox[0].body)).url == "/my/"


def test_no_letter_goes_to_a_person_who_meanwhile_chose_a_password():
    user = UserFactory(password=None)
    invitations.invite(user, by=None)
    user.set_password(NEW)
    user.save()

    deliver_all()

    assert mail.outbox == []
