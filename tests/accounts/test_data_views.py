"""The pages on which a person sees what is kept, fetches a copy and is forgotten; and the office's list."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import erasures, exports, personal
from accounts.models import ErasureRequest, Export, Proposal, Session, User
from audit import clock, log
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import AdministratorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory
from tests.logins import app_of, fresh_code_of
from tests.queries import statements

pytestmark = pytest.mark.django_db
DATA, COPY, FORGET, STAY = "/my/data/", "/my/data/copy/", "/my/data/forget/", "/my/data/forget/no/"


@pytest.fixture
def person(client):
    """Logged in, with a second factor given just now."""
    somebody = UserFactory(full_name="Anna Weber")
    client.force_login(somebody, factor=True)
    return somebody


def ready(person, **changes) -> Export:
    export = exports.ask(person, at=clock.now())
    delivery.sweep()
    if changes:
        Export.objects.filter(pk=export.pk).update(**changes)
    export.refresh_from_db()
    return export


def fetched(export) -> str:
    return reverse("download_copy", args=[export.uid])


def test_the_page_says_what_is_kept_and_why(client, person):
    page = client.get(DATA).content.decode()

    for part in personal.parts():
        for kept in part.keeps:
            assert kept.what in page
            assert kept.why in page
    assert COPY in page
    assert FORGET in page


def test_the_way_there_stands_on_the_security_page_and_in_the_menu(client, person):
    page = client.get("/accounts/security/").content.decode()

    assert page.count(f'href="{DATA}"') == 2


def test_a_copy_is_asked_for_made_told_and_fetched(client, person, mailoutbox):
    answer = client.post(COPY, follow=True)
    assert "Your copy is being made" in answer.content.decode()
    delivery.sweep()
    delivery.sweep()
    export = Export.objects.get()
    assert fetched(export) in client.get(DATA).content.decode()
    assert fetched(export) not in mailoutbox[0].body

    answer = client.get(fetched(export))

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert [entry.action for entry in log.history(person)][-1] == "accounts.export_fetched"


def test_asking_again_while_one_is_being_made_says_so(client, person):
    client.post(COPY)

    answer = client.post(COPY, follow=True)

    assert "is being made" in answer.content.decode()
    assert Export.objects.count() == 1
    assert "Make the copy" not in client.get(COPY).content.decode()


def test_asking_without_end_is_refused_with_how_long_to_wait(client, person):
    for _ in range(5):
        client.post(COPY)

    answer = client.post(COPY)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Please wait" in answer.content.decode()


@pytest.mark.parametrize("changes", [{"made_at": "long ago"}, {"made_at": None, "file": ""}])
def test_a_copy_that_is_over_or_not_made_yet_is_not_given_out(client, person, changes):
    export = ready(person, **{name: clock.now() - timedelta(days=7) if value == "long ago" else value for name, value in changes.items()})

    answer = client.get(fetched(export), follow=True)

    assert answer.redirect_chain[-1][0] == DATA
    assert "not there" in answer.content.decode()
    assert not [entry for entry in log.history(person) if entry.action == "accounts.export_fetched"]


def test_a_copy_whose_file_is_gone_is_not_there(client, person):
    export = ready(person)
    export.file.storage.delete(export.file.name)

    assert client.get(fetched(export)).status_code == 404


def test_a_strangers_copy_is_not_there(client, person):
    assert client.get(fetched(ready(UserFactory()))).status_code == 404


@pytest.mark.parametrize("page", [COPY, "download"])
def test_a_copy_takes_a_second_factor_given_just_now(client, page):
    somebody = UserFactory()
    export = ready(somebody)
    address = fetched(export) if page == "download" else page
    client.force_login(somebody)
    assert client.get(address)["Location"].startswith("/accounts/security/?next=")

    app_of(somebody)
    asked = client.get(address)

    assert "Please confirm that it is you" in asked.content.decode()
    code = {"step_up": "get", "step_up-code": fresh_code_of(somebody)}
    assert client.post(COPY, code)["Location"] == COPY
    assert client.get(address).status_code == 200


def test_the_page_on_being_forgotten_says_what_goes_and_what_stays(client, person):
    page = client.get(FORGET).content.decode()

    goes, stays = page.split('id="stays"')
    for part in personal.parts():
        for kept in part.keeps:
            assert kept.what in (goes if kept.goes else stays)
            assert kept.becomes in page
    assert "type the word: erase" in page


def test_whoever_types_the_words_is_forgotten_and_told_good_bye(client, person):
    answer = client.post(FORGET, {"typed": "  ERASE "})

    assert answer.status_code == 200
    assert "Good-bye" in answer.content.decode()
    assert "Anna" not in answer.content.decode()
    assert User.objects.get(pk=person.pk).erased_at
    assert not Session.objects.filter(user=person).exists()
    assert client.get(DATA)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("typed", ["", "yes", "forget you", "forget", "x" * 50])
def test_other_words_forget_nobody_and_come_back(client, person, typed):
    answer = client.post(FORGET, {"typed": typed})

    page = answer.content.decode()
    assert 'href="#id_typed"' in page
    assert f'value="{typed}"' in page or not typed
    assert not User.objects.get(pk=person.pk).erased_at
    assert client.get(DATA).status_code == 200


def test_being_forgotten_takes_a_second_factor_given_just_now_and_the_words_arrive(client):
    somebody = UserFactory()
    client.force_login(somebody)
    assert client.get(FORGET).status_code == 200
    assert client.post(FORGET, {"typed": "erase"})["Location"].startswith("/accounts/security/?next=")

    app_of(somebody)
    asked = client.post(FORGET, {"typed": "erase"})
    assert 'name="typed" value="erase"' in asked.content.decode()
    assert not User.objects.get(pk=somebody.pk).erased_at
    answer = client.post(FORGET, {"typed": "erase", "step_up": "post", "step_up-code": fresh_code_of(somebody)})

    assert "Good-bye" in answer.content.decode()
    assert User.objects.get(pk=somebody.pk).erased_at


def test_reasons_against_stand_on_the_page_with_their_days_and_the_form_does_not(client):
    certificate = CertificateFactory()
    until = clock.today() + timedelta(days=40)
    SanctionFactory(certificate=certificate, last_day=until, published_until=until)
    client.force_login(certificate.holder, factor=True)

    page = client.get(FORGET).content.decode()
    answer = client.post(FORGET, {"typed": "erase"})

    assert f"until {until:%B} {until.day}, {until.year}" in page
    assert 'name="typed"' not in page
    assert answer.status_code == 409
    assert f"until {until:%B} {until.day}, {until.year}" in answer.content.decode()
    assert not User.objects.get(pk=certificate.holder_id).erased_at


def test_who_holds_an_office_reads_that_it_goes_first(client):
    author = AuthorFactory()
    client.force_login(author)

    assert erasures.OFFICE_HELD in client.get(FORGET).content.decode()


def test_the_person_says_no_to_what_the_office_noted(client, person):
    erasures.ask(person, reason="Telephoned", by=StaffFactory(), at=clock.now())
    for page in (DATA, FORGET):
        assert "The office noted" in client.get(page).content.decode()

    answer = client.post(STAY, follow=True)

    assert "you said no" in answer.content.decode()
    assert erasures.waiting(person) is None
    assert client.post(STAY).status_code == 302


@pytest.fixture
def office(client):
    somebody = StaffFactory()
    client.force_login(somebody)
    return somebody


def test_the_office_notes_a_wish_and_takes_it_back(client, office):
    person = UserFactory(full_name="Anna Weber")
    record = client.get(reverse("person_record", args=[person.uid])).content.decode()
    assert reverse("note_erasure", args=[person.uid]) in record

    listed = client.post(reverse("note_erasure", args=[person.uid]), {"reason": "Telephoned on Monday"}, follow=True).content.decode()
    assert "Anna Weber" in listed
    assert "Telephoned on Monday" in listed
    assert "1 person wants the account erased and has not said yes yet" in client.get("/staff/").content.decode()

    back = reverse("withdraw_erasure", args=[person.uid])
    assert "Anna Weber" in client.get(back).content.decode()
    assert "Nobody is waiting" in client.post(back, follow=True).content.decode()
    assert client.get(back).status_code == 404
    assert client.post(back).status_code == 302
    assert [entry.action for entry in log.history(person)] == ["accounts.named", "accounts.erasure_asked", "accounts.erasure_taken_back"][
        -2:
    ]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_note_without_a_reason_comes_back_and_nothing_is_sent(client, office, reason):
    person = UserFactory()

    page = client.post(reverse("note_erasure", args=[person.uid]), {"reason": reason})

    assert page.status_code == 200
    assert 'class="errors"' in page.content.decode()
    assert not ErasureRequest.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_office_reads_why_not_yet_before_it_writes_anything(client, office):
    certificate = CertificateFactory()
    SanctionFactory(certificate=certificate)

    page = client.get(reverse("note_erasure", args=[certificate.holder.uid])).content.decode()

    assert "Not possible yet" in page
    assert certificate.number in page
    assert 'name="reason"' not in page


def test_who_was_forgotten_has_a_record_without_a_name_and_nothing_to_do(client, office):
    certificate = CertificateFactory(holder__full_name="Anna Weber")
    person = certificate.holder
    erasures.erase(person, by=person, at=clock.now())

    record = client.get(reverse("person_record", args=[person.uid])).content.decode()

    assert "This account was erased on" in record
    assert certificate.number in record
    for word in ("Anna", "erased.invalid", "Change the name", "Bar a new certificate"):
        assert word not in record
    assert client.get(reverse("note_erasure", args=[person.uid])).status_code == 404
    assert client.get(reverse("certificate_record", args=[certificate.number])).status_code == 200


def test_two_administrators_forget_who_cannot_log_in(client):
    person, first = UserFactory(), AdministratorFactory()
    AdministratorFactory()
    client.force_login(first)
    assert reverse("propose_erasure", args=[person.uid]) in client.get(reverse("person_roles", args=[person.uid])).content.decode()

    answer = client.post(reverse("propose_erasure", args=[person.uid]), {"reason": "Seen in the office"})

    assert answer["Location"] == reverse("proposal", args=[Proposal.objects.get().uid])
    assert "cannot be undone" in client.get(answer["Location"]).content.decode()


def test_a_proposal_that_cannot_be_made_comes_back_with_what_was_typed(client):
    certificate, alone = CertificateFactory(), AdministratorFactory()
    client.force_login(alone)
    address = reverse("propose_erasure", args=[certificate.holder.uid])

    page = client.post(address, {"reason": "Seen in the office"}).content.decode()
    assert "there is no other one" in page
    assert 'value="Seen in the office"' in page

    SanctionFactory(certificate=certificate)
    assert "name and number stay" in client.post(address, {"reason": "Seen in the office"}).content.decode()
    assert "Not possible yet" in client.get(address).content.decode()


def test_the_admin_neither_lists_nor_changes_who_was_forgotten(client):
    person, admin = UserFactory(), AdministratorFactory()
    erasures.erase(person, by=person, at=clock.now())
    client.force_login(admin)

    listed = client.get(reverse("wagtailusers_users:index")).content.decode()
    answer = client.post(reverse("wagtailusers_users:edit", args=[person.pk]), {"email": "back@example.org", "is_active": "on"})

    assert "erased.invalid" not in listed
    assert answer.status_code == 405
    assert not User.objects.filter(email="back@example.org").exists()


@pytest.mark.parametrize("others", [1, 3])
def test_what_the_pages_ask_of_the_database(client, person, others):
    for other in UserFactory.create_batch(others):
        CertificateFactory(holder=person)
        ready(other)
    with statements(6):
        client.get(DATA)
    with statements(9):
        client.get(FORGET)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_the_list_asks_of_the_database(client, office, rows):
    for person in UserFactory.create_batch(rows):
        erasures.ask(person, reason="Telephoned", by=office, at=clock.now())
    with statements(7):
        assert len(client.get(reverse("erasure_requests")).context["rows"]) == rows
