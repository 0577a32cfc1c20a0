"""The one inbox of a person: letters worth keeping, whoever writes them, so that "a message waits" says nothing about which.

An app whose words stand under a key of its own registers how they are read: accounts never learns what a case is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from accounts import actions, rules
from accounts.models import Message, User
from audit import actions as of_the_ledger
from audit import clock, log
from outbox import queue as outbox

SOMEBODY_ELSES = "This message is for somebody else."
NEEDS_FACTOR = "This message is opened with a second step, given within the last 15 minutes."


class NotRead(ValueError):
    """The message was not opened; `reasons` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Gone(LookupError):
    """What a source raises for words that are kept no longer."""


class NoPaper(RuntimeError):
    """What a press raises that cannot make a PDF at present; the message can be read all the same."""


Titles = Callable[[Sequence[str]], Mapping[str, str]]


class Reader(Protocol):
    """Answers the words of the row `of` for `by`; paragraphs are parted by an empty line. Raises Gone."""

    def __call__(self, of: str, *, by: User) -> str: ...


class Maker(Protocol):
    """Answers the row `of` as a PDF for `by`. Raises Gone and NoPaper."""

    def __call__(self, of: str, *, by: User) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Source:
    """An app that keeps words of messages itself. What is asked of it is told by ids of its own rows, as text.

    `titles`: of many ids at once, id -> title; one that is missing is not kept any more. `pdf` where the letter has a paper of its own.
    `is_confidential`: opened with a second factor, and each time an entry in the ledger.
    """

    name: str
    titles: Titles
    read: Reader
    pdf: Maker | None
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A message as its person reads it. Without title and words where they are kept no longer (`is_gone`)."""

    title: str
    words: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on the paper of a message that has none of its own."""

    title: str
    words: str
    to: str
    day: date


SOURCES: dict[str, Source] = {}
PRESSES: list[Callable[[Letter], bytes]] = []


def press(make: Callable[[Letter], bytes]) -> Callable[[Letter], bytes]:
    """Register what makes papers, from an app above. Raises ValueError for a second one."""
    if PRESSES:
        raise ValueError("there is a press already")
    PRESSES.append(make)
    return make


def source(name: str, *, titles: Titles, read: Reader, pdf: Maker | None = None, is_confidential: bool = True) -> Source:
    """Register an app that keeps words of messages itself, such as "complaints.letter". Raises ValueError for a name that is taken."""
    if name in SOURCES:
        raise ValueError(f"two sources of messages called {name}")
    SOURCES[name] = Source(name, titles, read, pdf, is_confidential)
    return SOURCES[name]


@transaction.atomic
def post(
    person: User,
    *,
    key: str,
    at: datetime,
    title: str = "",
    words: str = "",
    source: str = "",
    of: object = "",
    announced: bool = False,
) -> Message | None:
    """Put a message into a person's inbox, once by its key, and let an e-mail say that one waits; None for whom was forgotten.

    Either `title` and `words`, or the name of a registered `source` and `of`, the id of its row. `announced`: a letter with the same
    words goes out by e-mail anyway, and a second one would be noise. Raises ValueError for neither or both, LookupError for a source
    that is not registered.
    """
    if bool(source) == bool(title and words) or bool(source) != bool(of) or (source and (title or words)):
        raise ValueError("a message has a title and words, or a source and an id there")
    if source and source not in SOURCES:
        raise LookupError(f"no source of messages is called {source}")
    if not _is_there(person):
        return None
    sealed = Message.packed(title=title, words=words, source=source, of=str(of))
    new = Message(person=person, key=_digest(key), sealed=sealed, posted_at=at, posted_on=clock.day_of(at))
    # One statement on either engine: a key that is taken gives back its row.
    Message.objects.bulk_create([new], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    message = Message.objects.defer("sealed").get(key=new.key)
    if message.uid != new.uid:
        return message
    log.record(actions.MESSAGE_POSTED, message, by=None, about=person)
    if not announced:
        outbox.put("accounts.message_waits", f"{message.uid}:{person.pk}", key=f"message_waits:{message.uid}")
    return message


def _is_there(person: User) -> bool:
    """Whether somebody was not forgotten, and is not before this transaction ends.

    Weaker than what Django knows to ask for: two letters to the same two people, in either order, do not wait for each other.
    """
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM accounts_user WHERE id = %s AND erased_at IS NULL{lock}", [person.pk])  # noqa: S608
        return cursor.fetchone() is not None


def _digest(key: str) -> str:
    return salted_hmac("accounts.inbox", key, algorithm="sha256").hexdigest()


def unread(person: User) -> int:
    """How many messages a person has not opened yet."""
    return Message.objects.unread().filter(person=person).count()


def is_confidential(message: Message) -> bool:
    """Whether opening it takes a second factor. So does one whose source is not there any more: nobody knows what it was."""
    name = message.contents["source"]
    return bool(name) and (name not in SOURCES or SOURCES[name].is_confidential)


@transaction.atomic
def read(message: Message, *, by: User, at: datetime, factor_at: datetime | None = None) -> Opened:
    """Open a message for its person, and note when that was first done; a confidential one is an entry in the ledger each time.

    `factor_at`: when the reader gave a second factor last, on the clock of `at`. Raises NotRead.
    """
    _may(message, by=by, at=at, factor_at=factor_at)
    if is_confidential(message):
        log.read(message, by=by)
    opened = _opened(message, by=by)
    Message.objects.unread().filter(pk=message.pk).update(read_at=at)
    return opened


def peek(message: Message) -> Opened:
    """A message that is not confidential, for its person's own copy of what is kept; not noted. Raises NotRead for a confidential one."""
    if is_confidential(message):
        raise NotRead([NEEDS_FACTOR])
    return _opened(message, by=message.person)


def _opened(message: Message, *, by: User) -> Opened:
    told = message.contents
    if not told["source"]:
        return Opened(told["title"], told["words"])
    try:
        return Opened(*_asked(told["source"], told["of"], by=by))
    except Gone:
        return Opened("", "", is_gone=True)


def _asked(name: str, of: str, *, by: User) -> tuple[str, str]:
    """Title and words, from whoever has them. Raises Gone."""
    if name not in SOURCES or (title := SOURCES[name].titles([of]).get(of)) is None:
        raise Gone
    return title, SOURCES[name].read(of, by=by)


@transaction.atomic
def pdf(message: Message, *, by: User, at: datetime, factor_at: datetime | None = None) -> bytes:
    """The message as a PDF, made now and kept nowhere; noted as `read` does. Raises NotRead, Gone and NoPaper."""
    _may(message, by=by, at=at, factor_at=factor_at)
    if is_confidential(message):
        log.read(message, by=by, form="PDF")
    made = _made(message, by=by)
    Message.objects.unread().filter(pk=message.pk).update(read_at=at)
    return made


def _made(message: Message, *, by: User) -> bytes:
    told = message.contents
    found = SOURCES.get(told["source"])
    if found and found.pdf:
        return found.pdf(told["of"], by=by)
    title, words = _asked(told["source"], told["of"], by=by) if told["source"] else (told["title"], told["words"])
    if not PRESSES:
        raise NoPaper
    return PRESSES[0](Letter(title, words, to=by.get_full_name(), day=message.posted_on))


def _may(message: Message, *, by: User, at: datetime, factor_at: datetime | None) -> None:
    reasons = {
        SOMEBODY_ELSES: message.person_id != by.pk,
        NEEDS_FACTOR: is_confidential(message) and not rules.counts(factor_at, minutes=rules.IN_MY, at=at),
    }
    if against := [sentence for sentence, holds in reasons.items() if holds]:
        raise NotRead(against)


@transaction.atomic
def titles(messages: Iterable[Message], *, by: User, at: datetime, factor_at: datetime | None) -> dict[int, str]:
    """The titles of messages for their person, by id; "" where it is kept no longer. A second factor for all of them. Raises NotRead."""
    shown = list(messages)
    if any(message.person_id != by.pk for message in shown):
        raise NotRead([SOMEBODY_ELSES])
    if not rules.counts(factor_at, minutes=rules.IN_MY, at=at):
        raise NotRead([NEEDS_FACTOR])
    contents = {message.pk: message.contents for message in shown}
    elsewhere = {name: [told["of"] for told in contents.values() if told["source"] == name] for name in SOURCES}
    known = {name: SOURCES[name].titles(ids) for name, ids in elsewhere.items() if ids}
    log.write(*(log.note(of_the_ledger.READ, message, by=by, form="title") for message in shown if is_confidential(message)))
    return {pk: known.get(told["source"], {}).get(told["of"], "") if told["source"] else told["title"] for pk, told in contents.items()}
