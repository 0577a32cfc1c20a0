"""A demonstration of its own: a temporary folder, filled like `make demo`, served from this process."""

import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.testcases import LiveServerThread

from audit import clock

WAITS = ("P-04", "P-26")  # who is to become an auditor, and who proposed it
OTHERS = {"admin": "admin@example.org", "newcomer": "newcomer@example.org", "renewer": "robin.2@example.org"}
UNINVITED = "robin.1@example.org"  # holds a certificate and has no password yet
READY = "P-16"  # read everything and passed every check: may begin the final quiz
DUTY_LEFT = "P-17"  # passed the final quiz and missed one duty in it
CHANGES = ("P-18", "P-06", "P-20")  # whose address changes: waits, the office spoke, stopped
GRANTED = "P-02"  # the office opened a further attempt
COPY_READY, COPY_WAITS, TO_FORGET = "P-10", "P-08", "P-05"  # a copy of the data to download, one being made, a note of the office

NUMBERS = ("C-WAITS01", "C-TAKEN01", "C-UNREAD1")  # complaints: to be taken, taken, and with a seat whose holder has said nothing yet


@contextmanager
def running() -> Iterator[str]:
    """Serve the demonstration while the block runs; answers its address."""
    with tempfile.TemporaryDirectory(prefix="screens-") as folder, override_settings(**_places(Path(folder))):
        _fill()
        server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
        server.daemon = True
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        try:
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.terminate()
            server.join()


@contextmanager
def moved(days: int) -> Iterator[None]:
    """Let the demonstration be so many days on while the block runs."""
    if days:
        call_command("demo_clock", f"+{days}d", stdout=io.StringIO())
    try:
        yield
    finally:
        if days:
            call_command("demo_clock", "reset", stdout=io.StringIO())


def cookie_of(who: str) -> str:
    """A session of a person of the demonstration, of the administrator or of a newcomer, as screens.yaml names them.

    "leaving" is somebody else each time: who is forgotten in one picture is not there for the next.
    """
    from accounts import factors
    from accounts.models import User
    from tests.logins import Client

    name, _, ago = who.partition(" ")
    client = Client()
    email = _leaving() if name == "leaving" else OTHERS.get(name) or _addresses()[name]
    client.force_login(User.objects.get(email=email), factor=name != "newcomer")
    if ago:
        client.keep(**{factors.GIVEN: (clock.real() - timedelta(hours=1)).isoformat()})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def address(url: str) -> str:
    """A path of screens.yaml with what stands in braces filled in."""
    return re.sub(r"\{([a-z]+) ?([^}]*)\}", lambda found: PARTS[found[1]](found[2]), url)


def _code_of(number: str) -> str:
    from certification.models import Certificate, CertificateDocument

    document = CertificateDocument.objects.filter(term__certificate__number=number).last()
    return document.verify_code if document else Certificate.objects.get(number=number).verify_code


def _change_of(which: str) -> str:
    """The end of the link in the letter of the person's newest change of address."""
    from accounts import links
    from accounts.facts import Mailbox
    from accounts.models import AddressChange

    who, mailbox = which.split()
    change = AddressChange.objects.filter(person__email=_addresses()[who]).latest("pk")
    return links.address_change_path(change, Mailbox(mailbox)).split("/")[-2]


def _uid_of(who: str) -> str:
    from accounts.models import User

    return str(User.objects.get(email=_addresses()[who]).uid)


def _day(offset: str) -> str:
    return (clock.today() + timedelta(days=int(offset))).isoformat()


def _link(kind: str) -> str:
    """A link from a letter that still works: to choose the first password, or another."""
    from accounts import links
    from accounts.models import User

    if kind == "invitation":
        return links.invitation_path(User.objects.get(email=UNINVITED))
    return links.password_path(User.objects.get(email=_addresses()["P-13"]))


def _draft(_: str) -> str:
    from cms.models import Edition

    return str(Edition.objects.drafts().get(text="code").pk)


def _question(key: str) -> str:
    from courses.models import Question

    return str(Question.objects.get(key=key).pk)


def _version(key: str) -> str:
    from courses.models import QuestionVersion

    return str(QuestionVersion.objects.filter(question__key=key).order_by("pk")[0].pk)


PARTS = {
    "change": _change_of,
    "code": _code_of,
    "day": _day,
    "draft": _draft,
    "link": _link,
    "question": _question,
    "uid": _uid_of,
    "version": _version,
}


def _places(folder: Path) -> dict:
    for name in ("media", "documents", "keys", "static"):
        (folder / name).mkdir()
    return {
        "VAR_DIR": folder,
        "MEDIA_ROOT": folder / "media",
        "STATIC_ROOT": folder / "static",
        "DEMO_CLOCK_FILE": folder / "demo_clock",
        "LEDGER_ANCHORS": folder / "anchors",
        "ALLOWED_HOSTS": ["127.0.0.1", "testserver"],
        "ROOT_URLCONF": "tests.screens.urls",
    }


def _fill() -> None:
    """As `make demo` does; people without the command that gives them histories get an account at least."""
    from accounts import roles
    from accounts.facts import SiteRole
    from accounts.models import Name, User
    from courses import enrollments
    from demo import histories

    call_command("prepare_demo")
    for who, address in _addresses().items():
        user, new = User.objects.get_or_create(email=address)
        if new:
            Name.objects.create(user=user, full_name=_people()[who]["name"])
    later, first = (User.objects.get(email=_addresses()[who]) for who in WAITS)
    roles.propose(later, SiteRole.AUDITOR, grants=True, by=first, reason="Audited cooperatives for ten years.", at=clock.now())
    User.objects.create_superuser(OTHERS["admin"])
    Name.objects.create(user=User.objects.create_user(OTHERS["newcomer"]), full_name="Maren Ölmez")
    _office()
    _data()
    _renewer()
    _documents()
    _draft_of_the_code()
    histories.Review(User.objects.get(email=_addresses()[READY])).read()
    _miss_a_duty(histories.Review(User.objects.get(email=_addresses()[DUTY_LEFT])))
    run = histories.Review(User.objects.get(email=_addresses()[GRANTED])).run
    office = User.objects.get(email=_addresses()["P-12"])
    until = clock.today() + timedelta(days=90)
    _ledger()
    _addresses_that_change(office)
    _cases()
    enrollments.extend(run, attempts=1, reason="We talked it through on the phone.", by=office, at=clock.now(), until=until)


def _miss_a_duty(review: Any) -> None:
    """The whole review, passed, with the first critical question of the final quiz answered wrong."""
    from courses import attempts, papers
    from courses.models import QuestionVersion

    review.read()
    attempt = attempts.start(review.run, review.modules()[-1], at=clock.now())
    versions = QuestionVersion.objects.in_bulk([item["version"] for item in attempt.items])
    asked = {n: versions[item["version"]].data for n, item in enumerate(attempt.items, start=1)}
    choices = {n: papers.right(data) for n, data in asked.items()}
    missed = next(n for n, data in asked.items() if data["critical"])
    choices[missed] = [next(option["id"] for option in asked[missed]["options"] if option["id"] not in choices[missed])]
    attempts.save(attempt, choices, at=clock.now())
    attempts.submit(attempt, by=review.run.person, at=clock.now())


def _office() -> None:
    """What the office has to look at: a bar, holders who were not invited, letters that did not get through."""
    from accounts.models import User
    from certification import holds, issuing
    from certification.models import Scheme, Term
    from outbox.models import OutboxMessage

    today, people = clock.today(), _addresses()
    anna, dolores = (User.objects.get(email=people[who]) for who in ("P-12", "P-13"))
    holds.place(dolores, first_day=today - timedelta(days=40), last_day=today + timedelta(days=50), by=anna)
    for number, ago in enumerate((710, 650, 200, 30), start=1):
        holder = issuing.NewHolder(f"robin.{number}@example.org", f"Robin Vale the {('First', 'Second', 'Third', 'Fourth')[number - 1]}")
        issuing.issue(holder, scheme=Scheme.objects.get(), by=anna, on=today - timedelta(days=ago), number=f"OLD-{number:04}", invite=False)
    lost = {"gave_up_at": clock.now(), "last_error": "SMTPServerDisconnected", "tries": 20}
    term = Term.objects.filter(certificate__number="DEMO-0002").last()
    OutboxMessage.objects.create(kind="certification.reminder", subject_id=str(term.pk), key="lost:reminder", **lost)
    OutboxMessage.objects.create(kind="accounts.invitation", subject_id=str(dolores.pk), key="lost:invitation", **lost)


def _data() -> None:
    """Copies of data and a wish to be forgotten, in each state that a page shows."""
    from accounts import erasures, exports
    from accounts.models import User
    from outbox import queue
    from outbox.models import OutboxMessage

    ready, waits, leaving, office = (User.objects.get(email=_addresses()[who]) for who in (COPY_READY, COPY_WAITS, TO_FORGET, "P-12"))
    exports.ask(ready, at=clock.now())
    queue.HANDLERS["accounts.export"](OutboxMessage.objects.filter(kind="accounts.export").latest("pk"))
    exports.ask(waits, at=clock.now())
    erasures.ask(leaving, reason="By telephone, on Monday.", by=office, at=clock.now())


def _cases() -> None:
    """Complaints: one waits to be taken, one was taken, one has an investigator who has not yet said whether they know a side."""
    from accounts.models import User
    from complaints import intake, machine, seats
    from complaints.facts import Seat, Source
    from complaints.models import Case
    from complaints.rules.gathered import Sending
    from tests.complaints.telling import answers

    told = {
        "coach": "A coach in Marseille",
        "narrative": "The coach told my sister what I had said in a session, and then laughed about it with her.",
        "when_words": "in spring",
        "name": "Wilma Sample",
        "mail": "wilma@example.org",
        "phone": "",
    }
    officer, investigator = (User.objects.get(email=_addresses()[who]) for who in ("P-13", "P-15"))
    made: list[Case] = [intake.submit(answers(**told), source=Source.WEB, at=clock.now(), sending=Sending())[0] for _ in NUMBERS]
    for case, number in zip(made, NUMBERS, strict=True):
        Case.objects.filter(pk=case.pk).update(number=number)
    for number in NUMBERS[1:]:
        case = Case.objects.get(number=number)
        values = {"no_conflict": True, "reason_text": "The next one in the queue, and nobody I know."}
        machine.apply("take", case, values=values, version=case.version, by=officer, at=clock.now())
    unread = Case.objects.get(number=NUMBERS[2])
    seats.assign(unread, investigator, Seat.INVESTIGATOR, by=officer, at=clock.now())


def _leaving() -> str:
    from accounts.models import Name, User

    person = User.objects.create_user(f"leaving.{User.objects.count()}@example.org")
    Name.objects.create(user=person, full_name="Ilse Abendroth")
    return person.email


def _addresses_that_change(office: Any) -> None:
    """One that waits, one for which the office spoke, and one that was stopped."""
    from accounts import changes
    from accounts.facts import Mailbox
    from accounts.models import User

    waits, spoken_for, stopped = (User.objects.get(email=_addresses()[who]) for who in CHANGES)
    changes.ask(waits, "another.address@example.org", at=clock.now())
    changes.ask_for(spoken_for, "found.again@example.org", reason="We talked on the telephone.", by=office, at=clock.now())
    changes.stop(changes.ask(stopped, "stopped@example.org", at=clock.now()), Mailbox.NEW, at=clock.now())


def _renewer() -> None:
    """Who has done everything and only has to press the button."""
    from accounts.models import User
    from certification import statements
    from certification.models import Certificate
    from demo import histories

    person = User.objects.get(email=OTHERS["renewer"])
    histories.Review(person).whole(points=20)
    certificate = Certificate.objects.get(holder=person)
    statements.sign(certificate, typed_name=person.get_full_name(), reauthenticated_at=clock.now(), at=clock.now())


def _documents() -> None:
    """One whose file is still being made, and one that was made for a name of before."""
    from certification import documents
    from certification.models import CertificateDocument, Term

    for number, replaced_at in (("DEMO-0003", None), ("DEMO-0009", clock.now())):
        term = Term.objects.filter(certificate__number=number).last()
        CertificateDocument.objects.create(term=term, facts=documents.facts_of(term, code=""), replaced_at=replaced_at)


def _draft_of_the_code() -> None:
    """A draft that was approved and waits for the office: a clause in other words, and one that goes."""
    from tests.factories import cms

    changes = {"PS-07": "A sexual or romantic relationship with a client is forbidden, and stays so for two years after the last session."}
    cms.approved(cms.draft("Wording of the fall", changes=changes, retired=("SC-10",)))


def _ledger() -> None:
    """What an auditor looks at first: the verification of the night."""
    from audit import chain, verifications

    chain.seal()
    verifications.ask(by=None)
    verifications.run()


@contextmanager
def tampered() -> Iterator[None]:
    """While the block runs, the last verification found what was done to the ledger, in a transaction that was taken back."""
    from audit import verifications
    from audit.models import Verification

    at = clock.now()
    findings = list(_findings())
    words = {"findings": findings[: verifications.KEPT], "count": len(findings)}
    row = Verification.objects.create(asked_at=at, begun_at=at, ended_at=at, number=_seals(), **words)
    try:
        yield
    finally:
        row.delete()


def _seals() -> int:
    from audit.models import Seal

    return Seal.objects.count()


def _findings() -> Iterator[str]:
    """What the walk along the ledger says where an entry was moved to another day, another one removed, and a detail rewritten."""
    from audit import chain, guards, log

    chain.seal()
    with transaction.atomic():
        guards.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_entry SET at = '2026-01-01 00:00:00' WHERE id = 30")
            cursor.execute("DELETE FROM audit_detail WHERE entry_id = 40")
            cursor.execute("DELETE FROM audit_entry WHERE id = 40")
            cursor.execute("UPDATE audit_detail SET facts = %s WHERE entry_id = 50", ['{"points": 20}'])
        yield from log.verify()
        transaction.set_rollback(True)


def _people() -> dict[str, dict]:
    people = yaml.safe_load((settings.BASE_DIR / "demo/people.yaml").read_text())["people"]
    return {person["id"]: person for person in people}


def _addresses() -> dict[str, str]:
    return {who: person["email"].lower() for who, person in _people().items()}


def choose_database(folder: str) -> None:
    """Before Django is set up: a database in a place of its own, and the settings of the tests."""
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/screens.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread
