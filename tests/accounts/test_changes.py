"""Another address: both mailboxes say yes, nobody learns who has an account, and what spoke for the old mailbox is void."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import addresses, changes, factors, invitations, limits, links, passwords, rules, tasks
from accounts.changes import Outcome
from accounts.facts import Mailbox, SiteRole
from accounts.models import AddressChange, AddressCode, Session, User
from audit import clock, log
from audit.models import Entry
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import PASSWORD, AdministratorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=10)
OLD, NEW = Mailbox.OLD, Mailbox.NEW
NEW_EMAIL = "ana.novak@example.org"


@pytest.fixture
def person():
    return UserFactory(email="ana@example.org", full_name="Ana Novak")


def asked(person, email=NEW_EMAIL, *, at=NOON) -> AddressChange:
    return changes.ask(person, email, at=at)


def now_asked(person, email=NEW_EMAIL) -> AddressChange:
    return changes.ask(person, email, at=clock.now())


def delivered() -> list:
    """The letters that the outbox sends now."""
    mail.outbox.clear()
    delivery.sweep()
    return mail.outbox


def to(letters, address):
    return [letter for letter in letters if letter.to == [address]]


def link_in(letter) -> str:
    (path,) = re.findall(r"(/accounts/address/\S+)", letter.body)
    return path


def log_in(person, **more) -> Client:
    client = Client()
    client.force_login(person, **more)
    return client


# The two mailboxes


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_address_changes_once_both_mailboxes_have_said_yes(person, order):
    change = asked(person)

    assert changes.say_yes(change, order[0], at=SOON) is Outcome.WAITS
    assert User.objects.get(pk=person.pk).email == "ana@example.org"
    assert changes.say_yes(change, order[0], at=SOON) is Outcome.WAITS
    assert changes.say_yes(change, order[1], at=SOON) is Outcome.DONE

    assert User.objects.get(pk=person.pk).email == NEW_EMAIL
    entry = log.history(person).get(action="accounts.address_changed")
    assert entry.detail.facts == {"before": "ana@example.org", "after": NEW_EMAIL, "asked": "the person"}
    change.refresh_from_db()
    assert (change.is_done, change.ended_at) == (True, SOON)


def test_each_mailbox_gets_a_link_of_its_own_and_no_link_holds_an_address(person):
    change = now_asked(person)
    letters = delivered()

    (old,), (new,) = to(letters, "ana@example.org"), to(letters, NEW_EMAIL)
    assert link_in(old) != link_in(new)
    assert link_in(old) == links.address_change_path(change, OLD)
    for letter in (old, new):
        assert "@" not in link_in(letter)
        assert "novak" not in link_in(letter)
    assert "Ana Novak" in old.body
    assert "Ana Novak" not in new.body, "the new mailbox may be a stranger's"
    assert NEW_EMAIL not in old.body


def test_a_mail_scanner_that_opens_the_links_confirms_nothing(person):
    change = now_asked(person)

    for mailbox in Mailbox:
        for method in ("get", "head"):
            assert getattr(Client(), method)(links.address_change_path(change, mailbox)).status_code == 200

    change.refresh_from_db()
    assert (change.old_confirmed_at, change.new_confirmed_at, change.ended_at) == (None, None, None)


def test_two_strangers_browsers_with_the_links_change_it_and_then_all_log_ins_have_ended(person):
    elsewhere = log_in(person)
    change = now_asked(person)
    for mailbox in Mailbox:
        answer = Client().post(links.address_change_path(change, mailbox), {"act": "yes"}, follow=True)
        assert answer.status_code == 200

    assert "From now on you log in with the new address" in answer.content.decode()
    assert elsewhere.get(reverse("security")).status_code == 302
    assert Session.objects.filter(user=person).count() == 0
    old, new = (Client().post(reverse("login"), {"username": email, "password": PASSWORD}) for email in ("ana@example.org", NEW_EMAIL))
    assert (old.status_code, new.status_code) == (200, 302)


def test_the_log_in_that_says_the_last_yes_stays_under_a_new_key_and_owes_the_new_mailbox_a_code(person):
    here, elsewhere = log_in(person), log_in(person)
    here.keep(**{factors.CONFIRMED: clock.real().isoformat()})
    key = here.session.session_key
    change = now_asked(person)
    changes.say_yes(change, NEW, at=clock.now())

    here.post(links.address_change_path(change, OLD), {"act": "yes"})

    assert here.get(reverse("security")).status_code == 200
    assert here.session.session_key != key
    assert factors.CONFIRMED not in here.session
    assert elsewhere.get(reverse("security")).status_code == 302


def test_links_for_a_password_and_codes_of_the_old_mailbox_are_dead(person):
    passwords_before = links.password_path(person)
    addresses.send_code(person, at=NOON)
    assert Client().get(passwords_before).status_code == 200
    change = asked(person)
    for mailbox in Mailbox:
        changes.say_yes(change, mailbox, at=SOON)

    assert Client().get(passwords_before).status_code == 410
    assert not AddressCode.objects.filter(user=person).exists()
    with pytest.raises(addresses.NotConfirmed):
        addresses.confirm(User.objects.get(pk=person.pk), "12345678", at=SOON)


def test_a_link_for_a_password_that_was_asked_for_before_and_sent_after_goes_to_the_new_mailbox(person):
    passwords.send_link("ana@example.org", at=clock.now())
    change = now_asked(person)
    for mailbox in Mailbox:
        changes.say_yes(change, mailbox, at=clock.now())

    assert [letter.to for letter in delivered() if "Choose a new password" in letter.subject] == [[NEW_EMAIL]]


def test_both_mailboxes_are_told_that_it_was_done(person):
    change = now_asked(person)
    delivered()
    for mailbox in Mailbox:
        changes.say_yes(change, mailbox, at=clock.now())

    letters = {tuple(letter.to): letter.subject for letter in delivered()}
    assert letters == {("ana@example.org",): "Your address was changed", (NEW_EMAIL,): "Your new address"}


# Stopping


def test_the_old_mailbox_stops_it_and_every_log_in_ends(person):
    thief = log_in(person)
    change = now_asked(person)

    page = Client().post(links.address_change_path(change, OLD), {"act": "stop"}, follow=True)

    assert page.status_code == 410
    assert "choose a new one" in page.content.decode()
    assert thief.get(reverse("security")).status_code == 302
    with pytest.raises(changes.NotChanged):
        changes.say_yes(change, NEW, at=clock.now())
    assert User.objects.get(pk=person.pk).email == "ana@example.org"


def test_the_new_mailbox_stops_it_and_a_letter_tells_the_person(person):
    here = log_in(person)
    change = now_asked(person)
    delivered()

    Client().post(links.address_change_path(change, NEW), {"act": "stop"})

    assert [(letter.to, letter.subject) for letter in delivered()] == [(["ana@example.org"], "Your address stays as it is")]
    assert here.get(reverse("security")).status_code == 200
    assert not changes.stop(change, NEW, at=clock.now())
    entry = Entry.objects.get(action="accounts.address_change_ended")
    assert entry.detail.facts == {"why": "stopped from the new mailbox"}


def test_a_yes_before_a_stop_counts_for_nothing(person):
    change = asked(person)
    changes.say_yes(change, NEW, at=SOON)
    changes.stop(change, OLD, at=SOON)

    with pytest.raises(changes.NotChanged, match="no longer waits"):
        changes.say_yes(change, OLD, at=SOON)


# Links that no longer work, or never did


def test_an_expired_link_answers_in_words(person):
    change = now_asked(person)
    path = links.address_change_path(change, OLD)

    with clock.moved(rules.ADDRESS_CHANGE_LIFE):
        page = Client().get(path)
        Client().post(path, {"act": "yes"})

    assert page.status_code == 410
    assert "three days" in page.content.decode()
    change.refresh_from_db()
    assert change.old_confirmed_at is None


def test_a_second_request_replaces_the_first(person):
    first = now_asked(person)
    second = now_asked(person, "another@example.org")

    page = Client().get(links.address_change_path(first, NEW))

    assert page.status_code == 410
    assert "There is a newer e-mail" in page.content.decode()
    assert changes.waiting(person, at=clock.now()) == second
    assert [letter.to for letter in delivered()].count([NEW_EMAIL]) == 0, "no letter goes out for what has ended"


def mangled(path: str) -> list[str]:
    head, pk, side, mark = re.fullmatch(r"(.*/)(\d+)-(\w+)-(\w+)/", path).groups()
    other = "new" if side == "old" else "old"
    return [
        f"{head}{pk}-{other}-{mark}/",
        f"{head}{int(pk) + 1}-{side}-{mark}/",
        f"{head}{pk}-{side}-{mark[:-1]}/",
        f"{head}{pk}-{side}-/",
        f"{head}{pk}-{side}-{'é' * 8}/",
        f"{head}{'9' * 40}-{side}-{mark}/",
        f"{head}٣-{side}-{mark}/",
        f"{head}{pk}/",
        f"{head}x/",
        f"{head}-- -/",
    ]


def test_a_mangled_link_answers_in_words_and_does_nothing(person):
    change = now_asked(person)
    asked(UserFactory(), "other@example.org")
    for path in mangled(links.address_change_path(change, OLD)):
        for answer in (Client().get(path), Client().post(path, {"act": "yes"})):
            assert answer.status_code == 410, path
            assert "Perhaps part of it is missing" in answer.content.decode()

    assert not AddressChange.objects.exclude(old_confirmed_at=None, new_confirmed_at=None).exists()


def test_a_link_opened_where_somebody_else_is_logged_in_does_nothing(person):
    change = now_asked(person)
    other = log_in(UserFactory())

    for answer in (other.get(links.address_change_path(change, NEW)), other.post(links.address_change_path(change, NEW), {"act": "yes"})):
        assert answer.status_code == 403
        assert "belongs to another account" in answer.content.decode()
    change.refresh_from_db()
    assert change.new_confirmed_at is None


def test_a_used_link_says_that_it_is_done(person):
    change = now_asked(person)
    for mailbox in Mailbox:
        Client().post(links.address_change_path(change, mailbox), {"act": "yes"})

    again = Client().post(links.address_change_path(change, OLD), {"act": "yes"}, follow=True)

    assert "From now on you log in with the new address" in again.content.decode()
    assert log.history(person).filter(action="accounts.address_changed").count() == 1


def test_a_post_without_a_button_changes_nothing(person):
    change = now_asked(person)

    answer = Client().post(links.address_change_path(change, OLD), {"act": "perhaps"})

    assert answer.status_code == 200
    change.refresh_from_db()
    assert (change.old_confirmed_at, change.ended_at) == (None, None)


def test_opening_links_has_an_end(person):
    client, path = Client(), links.address_change_path(now_asked(person), OLD)
    for _ in range(limits.PERSONAL_LINK.tries):
        client.get(path)

    assert client.get(path).status_code == 429


# Who has which address is nobody's business


def form_of(client, email):
    answer = client.post(reverse("change_address"), {"email": email})
    page = client.get(answer.url) if answer.status_code == 302 else answer
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"|nonce-\S+', "", page.content.decode()).replace(email, "…"), answer.status_code


def test_asking_for_an_address_says_the_same_whether_or_not_somebody_has_it(person):
    UserFactory(email="taken@example.org")
    with clock.moved(timedelta(0)):
        free = form_of(log_in(person, factor=True), "free.x@example.org")
        taken = form_of(log_in(UserFactory(email=person.email.replace("ana", "eva")), factor=True), "taken@example.org")

    def same(text):
        text = re.sub(r"(ana|eva|free\.x|taken)@example.org", "…", text.replace("<wbr>", ""))
        return re.sub(r"sessions/\w+/|remove/|/\d+/|\d\d:\d\d|Person \d+|Ana Novak", "…", text)

    assert same(free[0]) == same(taken[0])
    assert free[1] == taken[1] == 302


def test_whoever_has_the_address_gets_a_letter_without_link_and_name_and_the_asker_waits_in_vain(person):
    owner = UserFactory(email="taken@example.org")
    change = now_asked(person, "Taken@Example.org")

    (letter,) = to(delivered(), "taken@example.org")

    assert letter.subject == "This address has an account already"
    assert "/accounts/address/" not in letter.body
    assert "Ana" not in letter.body
    assert "ana@" not in letter.body
    assert changes.say_yes(change, OLD, at=clock.now()) is Outcome.WAITS
    assert User.objects.get(pk=owner.pk).email == "taken@example.org"


def test_of_two_people_who_want_one_address_one_gets_it(person):
    other = UserFactory(email="eva@example.org")
    mine, theirs = asked(person), asked(other)
    for change in (mine, theirs):
        changes.say_yes(change, OLD, at=SOON)
    assert changes.say_yes(theirs, NEW, at=SOON) is Outcome.DONE

    assert changes.say_yes(mine, NEW, at=SOON) is Outcome.CAME_TO_NOTHING

    assert User.objects.get(pk=person.pk).email == "ana@example.org"
    mine.refresh_from_db()
    assert (mine.ended_at, mine.is_done) == (SOON, False)
    assert [one.subject_id for one in OutboxMessage.objects.filter(kind="accounts.address_change_ended")] == [f"{mine.pk}:old"]


# The form


@pytest.mark.parametrize("typed", ["", "no address", "a@b", "ana@example.org\r\nBcc: all@example.org", f"{'a' * 250}@example.org"])
def test_what_is_no_address_comes_back_with_words_and_nothing_is_sent(person, typed):
    answer = log_in(person, factor=True).post(reverse("change_address"), {"email": typed})

    assert answer.status_code == 200
    assert "errors-title" in answer.content.decode()
    assert not AddressChange.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_address_that_one_has_is_no_new_one(person):
    page = log_in(person, factor=True).post(reverse("change_address"), {"email": " ANA@example.org "}).content.decode()

    assert "This is the address that the account has now" in page
    assert not AddressChange.objects.exists()


def test_a_new_address_is_kept_in_small_letters(person):
    log_in(person, factor=True).post(reverse("change_address"), {"email": " Ana.Novak@Example.ORG "})

    assert AddressChange.objects.get().new_email == NEW_EMAIL


def test_a_password_alone_asks_for_no_other_address(person):
    answer = log_in(person, factor=False).post(reverse("change_address"), {"email": NEW_EMAIL})

    assert answer.url.startswith(reverse("security"))
    assert not AddressChange.objects.exists()


def test_a_factor_given_long_ago_is_asked_for_again_and_the_form_is_kept(person):
    client = log_in(person, factor=True)
    with clock.moved(timedelta(minutes=6)):
        page = client.post(reverse("change_address"), {"email": NEW_EMAIL}).content.decode()

    assert "Please confirm that it is you" in page
    assert f'value="{NEW_EMAIL}"' in page
    assert "Back to security" in page
    assert not AddressChange.objects.exists()


def test_no_mailbox_is_flooded(person):
    client = log_in(person, factor=True)
    for _ in range(limits.ADDRESS_CHANGE_OF_ACCOUNT.tries):
        client.post(reverse("change_address"), {"email": NEW_EMAIL})

    answer = client.post(reverse("change_address"), {"email": NEW_EMAIL})

    assert answer.status_code == 429
    assert f'value="{NEW_EMAIL}"' in answer.content.decode()
    assert AddressChange.objects.count() == limits.ADDRESS_CHANGE_OF_ACCOUNT.tries


def test_the_page_shows_what_waits_and_takes_it_back(person):
    client = log_in(person, factor=True)
    client.post(reverse("change_address"), {"email": NEW_EMAIL})
    for page in ("security", "change_address"):
        assert "<span>Not yet</span>" in client.get(reverse(page)).content.decode()

    client.post(reverse("change_address"), {"act": "take back"})

    assert changes.waiting(person, at=clock.now()) is None
    assert "<span>Not yet</span>" not in client.get(reverse("security")).content.decode()


# The office speaks for a lost mailbox


def form(**more):
    return {"email": NEW_EMAIL, "reason": "Telephoned with her.", **more}


@pytest.mark.parametrize("factory", [StaffFactory, AdministratorFactory])
def test_the_office_speaks_for_the_old_mailbox_and_the_new_one_says_yes(person, factory):
    client = log_in(factory())
    answer = client.post(reverse("person_address", args=[person.uid]), form(next=f"/staff/people/{person.uid}/"))

    assert answer.url == f"/staff/people/{person.uid}/"
    change = AddressChange.objects.get()
    assert change.is_by_office
    letters = delivered()
    (old,), (new,) = to(letters, "ana@example.org"), to(letters, NEW_EMAIL)
    assert "the office of" in old.body
    assert "stop it" in Client().get(link_in(old)).content.decode()
    assert "Yes, use it" not in Client().get(link_in(old)).content.decode()

    said = Client().post(link_in(new), {"act": "yes"}, follow=True).content.decode()

    assert "Until then the old address can stop it" in said
    assert User.objects.get(pk=person.pk).email == "ana@example.org"
    with clock.moved(rules.OLD_MAILBOX_HAS):
        tasks.clear()
    assert User.objects.get(pk=person.pk).email == NEW_EMAIL
    entry = log.history(person).get(action="accounts.address_change_asked")
    assert entry.detail.facts == {"asked": "the office", "reason": "Telephoned with her."}
    assert log.history(person).get(action="accounts.address_changed").detail.facts["asked"] == "the office"


def test_the_old_mailbox_has_a_day_to_stop_what_the_office_asked_for(person):
    """Else one member of staff, with a mailbox of their own, were that person within a minute."""
    change = changes.ask_for(person, NEW_EMAIL, reason="She called.", by=StaffFactory(), at=NOON)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=NOON + timedelta(days=30), user=person)

    assert changes.say_yes(change, NEW, at=NOON + timedelta(minutes=1)) is Outcome.WAITS
    assert changes.say_yes(change, OLD, at=NOON + timedelta(minutes=2)) is Outcome.WAITS
    changes.carry_out(at=NOON + rules.OLD_MAILBOX_HAS - timedelta(seconds=1))

    assert User.objects.get(pk=person.pk).email == "ana@example.org"
    assert changes.stop(change, OLD, at=NOON + timedelta(hours=23)) is True
    changes.carry_out(at=NOON + rules.OLD_MAILBOX_HAS)
    assert User.objects.get(pk=person.pk).email == "ana@example.org"
    assert not Session.objects.filter(user=person).exists()


@pytest.mark.parametrize("yes_after", [timedelta(minutes=1), timedelta(hours=30)])
def test_what_the_office_asked_for_is_done_once_after_the_day_and_told_to_both_mailboxes(person, yes_after):
    change = changes.ask_for(person, NEW_EMAIL, reason="She called.", by=StaffFactory(), at=NOON)
    changes.say_yes(change, NEW, at=NOON + yes_after)

    for _ in range(2):
        changes.carry_out(at=NOON + timedelta(hours=31))

    assert User.objects.get(pk=person.pk).email == NEW_EMAIL
    assert log.history(person).filter(action="accounts.address_changed").count() == 1
    assert OutboxMessage.objects.filter(kind="accounts.address_changed").count() == 2


def test_a_change_that_only_the_office_asked_for_is_not_carried_out_without_a_yes(person):
    change = changes.ask_for(person, NEW_EMAIL, reason="She called.", by=StaffFactory(), at=NOON)

    changes.carry_out(at=NOON + timedelta(days=2))

    change.refresh_from_db()
    assert change.ended_at is None
    assert User.objects.get(pk=person.pk).email == "ana@example.org"


def test_the_old_mailbox_stops_what_the_office_asked_for(person):
    change = changes.ask_for(person, NEW_EMAIL, reason="She called.", by=StaffFactory(), at=clock.now())

    Client().post(links.address_change_path(change, OLD), {"act": "stop"})

    with pytest.raises(changes.NotChanged):
        changes.say_yes(change, NEW, at=clock.now())


def test_who_never_chose_a_password_gets_the_address_at_once_and_the_invitation_anew():
    person, staff = UserFactory(email="tpyo@example.org", password=None), StaffFactory()
    invitations.invite(person, by=staff)
    before = links.invitation_path(person)
    delivered()

    changes.ask_for(person, NEW_EMAIL, reason="Mistyped.", by=staff, at=clock.now())

    assert User.objects.get(pk=person.pk).email == NEW_EMAIL
    assert Client().get(before).status_code == 410
    assert sorted((letter.to[0], letter.subject) for letter in delivered()) == [
        (NEW_EMAIL, "Your account at Attest"),
        ("tpyo@example.org", "Your address was changed"),
    ]
    entry = log.history(person).get(action="accounts.address_changed")
    assert (entry.actor_id, entry.detail.facts["reason"]) == (str(staff.pk), "Mistyped.")


def test_who_was_never_invited_gets_no_letter():
    person = UserFactory(password=None)

    changes.ask_for(person, NEW_EMAIL, reason="Mistyped in the list.", by=StaffFactory(), at=NOON)

    assert User.objects.get(pk=person.pk).email == NEW_EMAIL
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("who", "by", "words"),
    [
        ([], AuthorFactory, "Staff and site administrators do this."),
        ([SiteRole.AUTHOR], StaffFactory, "a site administrator does it"),
        ([SiteRole.AUDITOR], AdministratorFactory, "changes the address alone"),
        ([SiteRole.SITE_ADMINISTRATOR], AdministratorFactory, "changes the address alone"),
    ],
)
def test_whose_address_the_office_may_not_change(who, by, words):
    with pytest.raises(changes.NotChanged, match=words):
        changes.ask_for(UserFactory(roles=who), NEW_EMAIL, reason="Because.", by=by(), at=NOON)

    assert not AddressChange.objects.exists()


def test_nobody_of_the_office_gives_themselves_an_address_here():
    staff = StaffFactory()

    page = log_in(staff).post(reverse("person_address", args=[staff.uid]), form()).content.decode()

    assert "Change your own address under Security" in page
    assert not AddressChange.objects.exists()


def test_the_office_gives_every_reason_and_keeps_what_was_typed(person):
    UserFactory(email="taken@example.org")
    client = log_in(StaffFactory())
    address = reverse("person_address", args=[person.uid])

    taken = client.post(address, form(email="taken@example.org")).content.decode()
    empty = client.post(address, {"email": "nothing", "reason": ""}).content.decode()

    assert "Somebody has this address here" in taken
    assert 'value="taken@example.org"' in taken
    assert "it should look like" in empty
    assert "Please fill this in" in empty
    assert not AddressChange.objects.exists()


def test_a_closed_account_keeps_its_address():
    person = UserFactory(is_active=False)

    with pytest.raises(changes.NotChanged) as refusal:
        changes.ask_for(person, NEW_EMAIL, reason=" ", by=StaffFactory(), at=NOON)

    assert refusal.value.reasons == [changes.CLOSED, changes.SAY_WHY]


def test_what_the_office_does_to_an_address_asks_for_a_factor_given_just_now(person):
    client = log_in(StaffFactory())
    with clock.moved(timedelta(minutes=6)):
        page = client.post(reverse("person_address", args=[person.uid]), form()).content.decode()

    assert "Please confirm that it is you" in page
    assert not AddressChange.objects.exists()


def test_the_office_takes_back_what_waits(person):
    client = log_in(StaffFactory())
    address = reverse("person_address", args=[person.uid])
    client.post(address, form())
    assert "A change is under way" in client.get(address).content.decode()

    client.post(address, {"act": "take back"})

    assert changes.waiting(person, at=clock.now()) is None


# Afterwards


def test_addresses_are_emptied_thirty_days_after_the_end(person):
    change = now_asked(person)
    path = links.address_change_path(change, OLD)
    changes.take_back(person, by=person, at=clock.now())
    with clock.moved(timedelta(days=29)):
        tasks.clear()
        assert AddressChange.objects.get().new_email == NEW_EMAIL

    with clock.moved(timedelta(days=31)):
        tasks.clear()
        assert Client().get(path).status_code == 410

    change.refresh_from_db()
    assert (change.old_email, change.new_email) == ("", "")
    assert change.ended_at is not None


def test_what_waited_too_long_ends_on_the_record_and_is_emptied_later(person):
    change = now_asked(person)

    with clock.moved(rules.ADDRESS_CHANGE_LIFE):
        tasks.clear()
    change.refresh_from_db()
    assert change.ended_at is not None
    assert Entry.objects.get(action="accounts.address_change_ended").detail.facts == {"why": "its days were over"}

    with clock.moved(timedelta(days=40)):
        tasks.clear()
    assert AddressChange.objects.get().old_email == ""


def test_a_letter_whose_addresses_are_gone_is_not_sent(person):
    change = now_asked(person)
    for mailbox in Mailbox:
        changes.say_yes(change, mailbox, at=clock.now())
    AddressChange.objects.update(old_email="", new_email="")

    assert delivered() == []
    assert not OutboxMessage.objects.filter(done_at=None).exists()


@pytest.mark.parametrize("others", [1, 3])
def test_the_page_costs_the_same_among_many(person, others, django_assert_num_queries):
    for number in range(others):
        asked(person, f"ana{number}@example.org")
    client = log_in(person, factor=True)

    with django_assert_num_queries(5):
        client.get(reverse("change_address"))
