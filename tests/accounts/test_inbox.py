"""The inbox: once by its key, sealed so that no row tells a case letter from a renewal, and told of in one line that says nothing."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from accounts import erasures, exports, inbox, personal, rotation
from accounts.models import Message
from accounts.models.inbox import BLOCK
from audit import clock, log
from audit.invariants import broken
from audit.models import Entry
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import UserFactory
from tests.journeys.test_forgotten import cells

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TITLE, WORDS = "Titlecanaria of a case", "Wordscanaria was said.\n\nAnd more of it."
CASE = "complaints.letter"


@pytest.fixture
def case_letters(monkeypatch):
    """An app that keeps words of its own: id -> words. One that is taken out is kept no longer."""
    kept = {"7f3c": WORDS}

    def read(of, *, by):
        if of not in kept:
            raise inbox.Gone
        return kept[of]

    monkeypatch.setattr(inbox, "SOURCES", {})
    inbox.source(CASE, titles=lambda ids: {of: TITLE for of in ids if of in kept}, read=read)
    return kept


def renewal(person, *, key="renewal:1", at=NOON, **more):
    return inbox.post(person, title="Renewed", words="Until 2028.\n\nKind regards", key=key, at=at, **more)


def case_letter(person, *, key="case:1", at=NOON, of="7f3c"):
    return inbox.post(person, source=CASE, of=of, key=key, at=at)


@pytest.mark.django_db
def test_what_is_posted_stands_there_sealed_with_its_day_in_the_associations_zone(settings):
    settings.TIME_ZONE = "America/New_York"
    person = UserFactory()

    message = renewal(person, at=datetime(2026, 3, 3, 2, 0, tzinfo=UTC))

    assert (message.person, message.posted_on.isoformat(), message.read_at) == (person, "2026-03-02", None)
    assert inbox.unread(person) == 1
    assert [entry.action for entry in log.history(message)] == ["accounts.message_posted"]


@pytest.mark.django_db
def test_posted_twice_by_one_key_it_stands_once_and_is_told_once():
    person = UserFactory()

    first, again, other = renewal(person), renewal(person), renewal(person, key="renewal:2")

    assert first.pk == again.pk != other.pk
    assert Message.objects.count() == OutboxMessage.objects.filter(kind="accounts.message_waits").count() == 2
    assert log.history(first).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(3))
def test_posted_by_four_at_once_it_stands_once_and_is_told_once(again):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    person, barrier = UserFactory(), Barrier(4)

    def act(_):
        barrier.wait()
        try:
            return renewal(person).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(act, range(4)))) == 1

    assert Message.objects.count() == OutboxMessage.objects.filter(kind="accounts.message_waits").count() == 1
    assert Entry.objects.filter(action="accounts.message_posted").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", range(3))
def test_posted_while_its_person_is_forgotten_nothing_of_it_is_left(again):
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    person, barrier = UserFactory(), Barrier(2)

    def act(verb):
        barrier.wait()
        try:
            verb()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, [lambda: renewal(person), lambda: erasures.erase(person, by=person, at=clock.now())]))

    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what",
    [
        {},
        {"title": "Renewed"},
        {"words": "Until 2028."},
        {"source": CASE},
        {"of": "7f3c"},
        {"title": "Renewed", "words": "Until 2028.", "source": CASE, "of": "7f3c"},
        {"title": "Renewed", "words": "Until 2028.", "of": "7f3c"},
        {"title": "Renewed", "source": CASE, "of": "7f3c"},
    ],
)
def test_a_message_has_words_or_a_source_and_never_neither_or_both(case_letters, what):
    with pytest.raises(ValueError, match="a title and words, or a source"):
        inbox.post(UserFactory(), key="k", at=NOON, **what)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_source_that_nobody_registered_is_refused_and_a_name_is_taken_once(case_letters):
    with pytest.raises(LookupError, match=r"complaints\.other"):
        inbox.post(UserFactory(), key="k", at=NOON, source="complaints.other", of="1")
    with pytest.raises(ValueError, match="two sources"):
        inbox.source(CASE, titles=dict.fromkeys, read=lambda of, *, by: "")
    with pytest.raises(ValueError, match="a press already"):
        inbox.press(lambda letter: b"")


@given(title=st.text(max_size=200), words=st.text(max_size=6000))
def test_what_is_packed_is_a_whole_number_of_blocks_and_comes_back(title, words):
    packed = Message.packed(title=title, words=words)

    assert len(packed) % BLOCK == 0
    assert packed.isascii()
    assert Message(sealed=packed).contents == {"title": title, "words": words, "source": "", "of": ""}


@pytest.mark.django_db
def test_no_row_tells_a_case_letter_from_a_renewal(case_letters):
    """Neither by a word nor by a length, in any column."""
    person = UserFactory()
    posted = [renewal(person).pk, case_letter(person).pk]

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_message ORDER BY id")
        names = [column[0] for column in cursor.description]
        one, other = ({name: str(value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall())

    assert len(posted) == 2
    assert {name: len(value) for name, value in one.items()} == {name: len(value) for name, value in other.items()}
    assert {name for name in names if one[name] != other[name]} == {"id", "uid", "key", "sealed"}
    puts = OutboxMessage.objects.filter(kind="accounts.message_waits").values_list("subject_id", "key")
    assert len({(len(subject), len(key)) for subject, key in puts}) == 1


@pytest.mark.django_db
def test_the_mail_of_a_case_letter_and_of_a_renewal_are_the_same_byte_for_byte(case_letters, mailoutbox):
    one, other = UserFactory(full_name="Anna Weber", email="anna@example.org"), UserFactory(full_name="Bo Li", email="bo@example.org")
    renewal(one)
    case_letter(other)
    delivery.sweep()

    first, second = (bare(mail) for mail in mailoutbox)
    assert first == second
    assert b"Subject: You have a message\n" in first
    assert mailoutbox[0].body == "You have a message in the association's portal.\nhttp://testserver/my/messages/\n"


def bare(mail) -> bytes:
    """The letter as it goes over the wire, without whom it is for, when it was sent, and its number by chance."""
    message = mail.message()
    for header in ("To", "Date", "Message-ID"):
        assert message[header]
        del message[header]
    return bytes(message)


@pytest.mark.django_db
def test_what_was_opened_meanwhile_and_what_is_announced_otherwise_is_not_told_by_mail(mailoutbox):
    person = UserFactory()
    opened = renewal(person)
    inbox.read(opened, by=person, at=NOON)
    renewal(person, key="renewal:2", announced=True)
    delivery.sweep()

    assert mailoutbox == []
    assert inbox.unread(person) == 1


@pytest.mark.django_db
def test_an_ordinary_message_is_opened_without_a_factor_and_is_no_entry():
    person = UserFactory()
    message = renewal(person)

    opened = inbox.read(message, by=person, at=NOON + SECOND)
    inbox.read(message, by=person, at=NOON + 9 * SECOND)

    assert (opened.title, opened.words) == ("Renewed", "Until 2028.\n\nKind regards")
    assert Message.objects.get().read_at == NOON + SECOND
    assert inbox.unread(person) == 0
    assert log.history(message).count() == 1


@pytest.mark.django_db
def test_a_case_letter_is_opened_with_a_factor_and_each_time_an_entry(case_letters):
    person = UserFactory()
    message = case_letter(person)

    opened = inbox.read(message, by=person, at=NOON, factor_at=NOON - timedelta(minutes=15))
    inbox.pdf(message, by=person, at=NOON, factor_at=NOON)

    assert (opened.title, opened.words) == (TITLE, WORDS)
    reads = list(log.history(message).filter(action="audit.read"))
    assert [(entry.actor_id, entry.about_id) for entry in reads] == [(str(person.pk), "")] * 2
    assert "canaria" not in str([entry.detail.facts for entry in reads])


@pytest.mark.django_db
@pytest.mark.parametrize("given", [None, NOON - timedelta(minutes=15) - SECOND, NOON + SECOND])
def test_a_case_letter_stays_shut_without_a_factor_given_just_now(case_letters, given):
    person = UserFactory()
    message = case_letter(person)

    for verb in (inbox.read, inbox.pdf):
        with pytest.raises(inbox.NotRead, match="15 minutes"):
            verb(message, by=person, at=NOON, factor_at=given)
    with pytest.raises(inbox.NotRead):
        inbox.peek(message)

    assert inbox.unread(person) == 1
    assert not log.history(message).filter(action="audit.read").exists()


@pytest.mark.django_db
def test_a_message_whose_source_is_gone_from_the_site_needs_a_factor_and_says_that_it_is_kept_no_longer(case_letters, monkeypatch):
    person = UserFactory()
    message = case_letter(person)
    monkeypatch.setattr(inbox, "SOURCES", {})

    assert inbox.is_confidential(message)
    assert inbox.read(message, by=person, at=NOON, factor_at=NOON).is_gone


@pytest.mark.django_db
def test_every_reason_not_to_open_is_told():
    person, other = UserFactory(), UserFactory()
    message = renewal(person)

    with pytest.raises(inbox.NotRead) as refusal:
        inbox.read(message, by=other, at=NOON)

    assert refusal.value.reasons == [inbox.SOMEBODY_ELSES]
    with pytest.raises(inbox.NotRead):
        inbox.titles([message], by=other, at=NOON, factor_at=NOON)


@pytest.mark.django_db
def test_words_that_their_source_keeps_no_longer_are_gone_here_too(case_letters):
    person = UserFactory()
    message = case_letter(person)
    case_letters.clear()

    opened = inbox.read(message, by=person, at=NOON, factor_at=NOON)

    assert (opened.title, opened.words, opened.is_gone) == ("", "", True)
    with pytest.raises(inbox.Gone):
        inbox.pdf(message, by=person, at=NOON, factor_at=NOON)
    assert inbox.titles([message], by=person, at=NOON, factor_at=NOON) == {message.pk: ""}


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_titles_need_a_factor_whatever_they_are_and_ask_each_source_once(case_letters, rows, django_assert_num_queries):
    person = UserFactory()
    for n in range(rows):
        renewal(person, key=f"renewal:{n}")
        case_letter(person, key=f"case:{n}")
    shown = list(Message.objects.order_by("pk"))
    with pytest.raises(inbox.NotRead):
        inbox.titles(shown[:1], by=person, at=NOON, factor_at=None)

    with django_assert_num_queries(4):  # a savepoint and its release among them
        told = inbox.titles(shown, by=person, at=NOON, factor_at=NOON)

    assert list(told.values()) == ["Renewed", TITLE] * rows
    assert Entry.objects.filter(action="audit.read").count() == rows
    assert inbox.unread(person) == 2 * rows


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore")
def test_no_word_of_a_message_is_in_a_table_a_log_a_mail_or_the_outbox(case_letters, mailoutbox, caplog):
    caplog.set_level(logging.DEBUG)
    person = UserFactory()
    inbox.post(person, title=TITLE, words=WORDS, key="keycanaria:1", at=NOON)
    message = case_letter(person, key="keycanaria:2")
    delivery.sweep()
    inbox.read(message, by=person, at=NOON, factor_at=NOON)
    inbox.titles(Message.objects.all(), by=person, at=NOON, factor_at=NOON)

    assert len(mailoutbox) == 2
    assert [place for place, value in cells() if "canaria" in value or CASE in value] == []
    assert "canaria" not in caplog.text.lower()
    assert not [mail for mail in mailoutbox if "canaria" in str(mail.message()).lower()]


@pytest.mark.django_db
def test_a_new_field_key_takes_the_messages_over(settings, case_letters):
    person = UserFactory()
    message = renewal(person)
    settings.FIELD_KEYS = f"another-key-made-by-chance-0123456789,{settings.FIELD_KEYS}"

    assert (Message, "sealed") in set(rotation.columns())
    assert rotation.rotate(Message, "sealed") == 1
    settings.FIELD_KEYS = settings.FIELD_KEYS.partition(",")[0]
    assert Message.objects.get(pk=message.pk).contents["title"] == "Renewed"


@pytest.mark.django_db
def test_the_copy_of_ones_data_has_ones_messages_and_of_confidential_ones_only_that_they_are_there(case_letters):
    person = UserFactory()
    renewal(person)
    case_letter(person)

    (table,) = [table for table in personal.PARTS["accounts"].tell(person) if table.title == "Messages"]

    assert [row["Title"] for row in table.rows] == ["Renewed", ""]
    assert table.rows[0]["Words"] == "Until 2028.\n\nKind regards"
    assert "no file" in table.rows[1]["Words"]
    assert b"canaria" not in exports.packed(person, at=NOON)
    assert not Entry.objects.filter(action="audit.read").exists()


@pytest.mark.django_db
def test_who_is_forgotten_has_no_message_none_that_waits_and_gets_none(case_letters):
    person, other = UserFactory(), UserFactory()
    renewal(person)
    case_letter(person)
    renewal(other, key="other's")

    erasures.erase(person, by=person, at=clock.now())

    assert list(Message.objects.values_list("person", flat=True)) == [other.pk]
    assert OutboxMessage.objects.filter(kind="accounts.message_waits").count() == 1
    assert renewal(person, key="late") is None
    assert Message.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="accounts.message_waits").count() == 1
    assert not list(broken())


@pytest.mark.django_db
def test_a_message_of_whom_was_forgotten_is_found():
    person, other = UserFactory(), UserFactory()
    erasures.erase(person, by=person, at=clock.now())
    renewal(other)
    Message.objects.update(person=person)

    assert [words for _, words in broken()] == [f"account {person.pk} was forgotten and has a row of message still"]
