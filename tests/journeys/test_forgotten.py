"""A person with a full life is forgotten: no table and no file says a word of them afterwards, and the record still holds."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django_otp_webauthn.models import WebAuthnCredential, WebAuthnUserHandle
from wagtail.admin.models import EditingSession
from wagtail.log_actions import log as wagtail_log
from wagtail.models import Comment, Page, PageSubscription
from wagtail.users.models import UserProfile

from accounts import addresses, devices, erasures, exports, inbox, naming, passwords, proposals, recoveries, roles
from accounts.facts import SiteRole
from accounts.models import AddressChange, Export, Message, User
from audit import clock, log
from audit.invariants import broken
from certification import corrections, documents, renewals, requirements, terms
from certification.facts import Requirement, SanctionKind
from certification.models import Certificate, CertificateDocument, Sanction, Statement, Term
from complaints import evidence, papers
from complaints.facts import PaperKind, Party
from courses import enrollments
from courses.models import Answer, Attempt, Completion, LessonMark
from outbox import delivery, queue
from outbox.models import OutboxMessage
from tests.accounts.signing import sign
from tests.factories import courses
from tests.factories.accounts import AdministratorFactory, StaffFactory, UserFactory
from tests.factories.certification import SanctionFactory, ready_to_renew, signed
from tests.factories.complaints import case_with_story
from tests.logins import Client, app_of

pytestmark = pytest.mark.django_db

# Words that stand nowhere else, in small letters. Each is typed somewhere in the life below.
NAME, OLD, LATIN, ADDRESS = "Quillonaria Zephyrtop", "Oldcanaria Zephyrtop", "Latincanaria", "quillonaria.mail@example.org"
CANARIES = ("quillonaria", "zephyrtop", "oldcanaria", "latincanaria", "devicecanaria", "reasoncanaria", "newcanaria", "notecanaria")
DOCUMENTS = CertificateDocument._meta.get_field("file").storage
REASON = "Reasoncanaria said so"


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every column of every table, as small letters, with where it stands."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", in_letters(value)


def in_letters(value) -> str:
    if isinstance(value, memoryview | bytes):
        raw = bytes(value)
        return raw.decode("latin-1").lower() + base64.b64encode(raw).decode().lower()
    return json.dumps(value, default=str, ensure_ascii=False).lower() if isinstance(value, dict | list) else str(value).lower()


def files() -> Iterator[tuple[str, bytes]]:
    """Every file of the storage in which documents and copies lie, and of that of portraits."""
    for storage in (DOCUMENTS, UserProfile._meta.get_field("avatar").storage):
        yield from within(storage, "")


def within(storage, folder: str) -> Iterator[tuple[str, bytes]]:
    try:
        folders, names = storage.listdir(folder or ".")
    except FileNotFoundError:
        return
    for name in names:
        path = f"{folder}/{name}".lstrip("/")
        with storage.open(path) as file:
            yield path, file.read()
    for inner in folders:
        yield from within(storage, f"{folder}/{inner}".lstrip("/"))


def where(word: str) -> list[str]:
    return sorted({place for place, value in cells() if word in value})


def carry_out(kind: str) -> None:
    """What a worker does with the effects of a kind that wait."""
    for message in OutboxMessage.objects.filter(kind=kind, done_at=None):
        delivery.deliver(message.pk)
    assert not OutboxMessage.objects.filter(kind=kind, done_at=None).exists()


@pytest.fixture
def empty_storages(monkeypatch):
    """Nothing that another test left there."""
    for path, _ in list(within(DOCUMENTS, "")):
        DOCUMENTS.delete(path)
    monkeypatch.setattr(UserProfile._meta.get_field("avatar"), "storage", InMemoryStorage())


def a_life() -> User:
    """Everything that this site can keep about somebody."""
    now, today = clock.now(), clock.today()
    office, first, second, third = StaffFactory(), AdministratorFactory(), AdministratorFactory(), AdministratorFactory()

    certificate = ready_to_renew(on=today, holder=UserFactory(full_name=OLD, email=ADDRESS), number="CANARY-1")
    person = certificate.holder
    naming.rename(person, NAME, latin_name=LATIN, by=office)
    Statement.objects.filter(person=person).update(typed_name=NAME)

    an_office_held(person, first, second, third)
    a_way_into_the_account(person, now)
    a_course(person, office)

    renewed = renewals.renew(certificate, by=person, on=today)
    documents.make(renewed)
    corrections.rename(person, NAME, latin_name=f"{LATIN} Zephyrtop", reason=REASON, by=office)
    carry_out("certification.deliver_certificate")
    corrections.move_term(renewed, first_day=renewed.first_day, last_day=renewed.last_day - timedelta(days=1), reason=REASON, by=office)
    requirements.record_met(certificate, requirement=Requirement.STATEMENT, reason=REASON, by=office)
    over = today - timedelta(days=30)
    SanctionFactory(
        certificate=certificate,
        kind=SanctionKind.CONDITIONS,
        first_day=over,
        last_day=over,
        published_until=over,
        public_note=f"About {NAME}",
        reason=REASON,
    )
    queue.put("certification.reminder", renewed.pk, key=f"term:{renewed.pk}:step:30", due_at=now + timedelta(days=30))

    erasures.ask(person, reason=REASON, by=office, at=now)
    proposal = recoveries.propose(person, by=first, reason=REASON, at=now)
    proposals.withdraw(proposal, reason=f"{NAME} found it", by=first, at=now)
    recoveries.propose(person, by=first, reason=f"{REASON} before", at=now - timedelta(days=9))
    wagtail_and_all(person)
    inbox.post(person, title=f"For {NAME}", words="Sealed, so that no column says it; the copy does.", key="canary", at=now)
    a_case_that_is_over(person)
    exports.ask(person, at=now)
    carry_out("accounts.export")
    return User.objects.get(pk=person.pk)


def an_office_held(person, first, second, third) -> None:
    """Once an author and a site administrator, who signed something that died with the role."""
    roles.grant(person, SiteRole.AUTHOR, by=first, reason=REASON)
    roles.withdraw(person, SiteRole.AUTHOR, by=first, reason=REASON)
    now = clock.now()
    sign(roles.propose(person, SiteRole.SITE_ADMINISTRATOR, grants=True, by=first, reason=REASON, at=now), second, at=now)
    person.refresh_from_db()
    signed_by_person = roles.propose(
        UserFactory(), SiteRole.AUDITOR, grants=True, by=User.objects.get(pk=person.pk), reason="Needed", at=now
    )
    sign(roles.propose(person, SiteRole.SITE_ADMINISTRATOR, grants=False, by=first, reason=REASON, at=now), second, at=now)
    with pytest.raises(proposals.CannotSign, match=NAME):
        sign(signed_by_person, third, at=now)


def a_way_into_the_account(person, now) -> None:
    app = app_of(person)
    type(app).objects.filter(pk=app.pk).update(name="Devicecanaria")
    devices.keep_codes(person, devices.new_codes(), by=person, at=now)
    WebAuthnUserHandle.objects.create(user=person, handle_hex="ab" * 32)
    WebAuthnCredential.objects.create(
        user=person,
        name="Devicecanaria key",
        credential_id=b"devicecanaria",
        public_key=b"key",
        transports=[],
        aaguid="0" * 32,
        sign_count=1,
    )
    addresses.send_code(person, at=now)
    passwords.send_link(person.email, at=now)
    Client().force_login(person, factor=True)
    change = {"old_email": ADDRESS, "new_email": "newcanaria@example.org", "made_at": now, "expires_at": now + timedelta(days=1)}
    AddressChange.objects.create(person=person, ended_at=now, is_done=True, **change)
    AddressChange.objects.create(person=person, **change)


def a_course(person, office) -> None:
    """A final passed, a check begun, and more attempts that the office opened."""
    page = courses.course(lessons=2, checks=1, final=4)
    run = enrollments.start(person, page, at=clock.now())
    courses.read_everything(run, at=clock.now())
    for module in [courses.ModulePage.objects.descendant_of(page).get(quiz="check"), courses.final_of(page)]:
        courses.sit(run, module, at=clock.now())
    other = enrollments.start(person, courses.course(final=4), at=clock.now())
    enrollments.extend(other, attempts=2, reason=REASON, by=office, at=clock.now())
    courses.attempts.start(other, courses.ModulePage.objects.descendant_of(other.course).get(quiz="check"), at=clock.now())


def a_case_that_is_over(person) -> None:
    """Somebody told a story with the name in it, and the person answered."""
    over = {"state": "CLOSED", "closure": "not_proven", "closed_on": clock.today()}
    case, _ = case_with_story(f"{NAME} asked me for money", respondent=person, **over)
    papers.write(case, PaperKind.RESPONSE, f"I am {NAME}, and I did not", by=person, party=Party.RESPONDENT)
    evidence.receive(case, [ContentFile(b"notecanaria", name=f"{NAME}.txt")], party=Party.COMPLAINANT, by=None)
    carry_out("complaints.clean_evidence")


def wagtail_and_all(person) -> None:
    page = Page.objects.filter(depth=2).first().specific
    page.save_revision(user=person)
    page.locked, page.locked_by, page.locked_at = True, person, clock.now()
    page.save()
    Comment.objects.create(page=page, user=person, text="Shorter, please", contentpath="title")
    PageSubscription.objects.create(page=page, user=person, comment_notifications=True)
    profile = UserProfile.get_for_user(person)
    profile.avatar.save("notecanaria.png", ContentFile(b"notecanaria"))
    kind = ContentType.objects.get_for_model(User)
    EditingSession.objects.create(user=person, content_type=kind, object_id=str(person.pk), last_seen_at=clock.now())
    wagtail_log(instance=person, action="wagtail.edit", user=person, data={"notecanaria": NAME})


def test_after_a_full_life_no_table_and_no_file_says_a_word(client, empty_storages, django_capture_on_commit_callbacks):
    person = a_life()
    certificate = Certificate.objects.get(number="CANARY-1")
    on_record = list(Term.objects.order_by("pk").values_list("first_day", "last_day", "granted"))
    completed, attempts, answers = Completion.objects.count(), Attempt.objects.count(), Answer.objects.count()
    assert not [word for word in CANARIES if not where(word) and word not in str(list(files()))]
    assert {path.split("/")[0] for path, _ in files()} >= {"certificates", "exports", "avatar_images"}

    with django_capture_on_commit_callbacks(execute=True):
        erasures.erase(person, by=person, at=clock.now())
    assert {path.split("/")[0] for path, _ in files()} == {"certificates", "exports"}, "files go by effects, which outlive a crash"
    delivery.sweep()

    assert {word: places for word in CANARIES if (places := where(word))} == {}
    assert not list(files())
    assert not OutboxMessage.objects.filter(done_at=None, kind__startswith="certification.").exists()

    gone = User.objects.get(pk=person.pk)
    assert (gone.erased_at is not None, gone.is_active, gone.groups.count()) == (True, False, 0)
    told = list(Term.objects.order_by("pk").values_list("first_day", "last_day", "granted"))
    assert told[: len(on_record)] == on_record
    assert Completion.objects.filter(person=gone).count() == completed
    assert not Page.objects.filter(locked_by=gone).exists()
    assert not Message.objects.filter(person=gone).exists()
    assert Export.objects.filter(person=gone, file="").exclude(removed_at=None).count() == 1
    assert (Attempt.objects.count(), Answer.objects.count()) == (attempts, answers)

    assert not [sentence for sentence in broken() if "anchor" not in sentence[1]]
    assert not list(log.verify())
    call_command("verify_ledger", stdout=(said := StringIO()))
    assert said.getvalue()
    the_public_reads(client, certificate)


def the_public_reads(client, certificate) -> None:
    """Number, standing and days, on the page, by the code of a print and in the interface; no name."""
    address = certificate.get_absolute_url()
    code = CertificateDocument.objects.filter(term__certificate=certificate).first().verify_code
    for path in (address, f"{address}?as_of={clock.today() - timedelta(days=40)}", f"/v/{code}/"):
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        assert certificate.number in page.content.decode()
        assert not [word for word in CANARIES if word in page.content.decode().lower()]
    told = client.get(f"/api/v1/registry/{certificate.number}").json()
    assert told["name"] is None
    assert (told["number"], told["standing"]) == (certificate.number, "active")
    assert certificate.number not in client.get("/registry/", {"q": NAME}).content.decode()
    assert certificate.number in client.get("/registry/", {"q": certificate.number}, follow=True).content.decode()


def test_answers_lead_to_nobody_and_count_on():
    """Two people's answers to the same quiz; one of them is forgotten."""
    page = courses.course(final=4)
    people = [courses.ready_for_the_final(page), courses.ready_for_the_final(page)]
    for run in people:
        courses.sit(run, courses.final_of(page))
    one, other = people
    before = sorted(Answer.objects.values_list("choice", "attempt__paper").order_by("pk"), key=str)

    erasures.erase(one.person, by=one.person, at=clock.now())

    assert sorted(Answer.objects.values_list("choice", "attempt__paper").order_by("pk"), key=str) == before
    assert not Attempt.objects.filter(enrollment__person=one.person).exists()
    assert not LessonMark.objects.filter(enrollment__person=one.person).exists()
    assert Completion.objects.filter(person=one.person, attempt=None).exclude(unlinked_at=None).count() == 1
    assert Completion.objects.get(person=other.person).attempt
    nobody = {attempt.enrollment.person for attempt in Attempt.objects.exclude(enrollment=other)}
    assert [(somebody.email, somebody.is_active) for somebody in nobody] == [("nobody@erased.invalid", False)]
    assert not list(broken())


def test_a_second_person_who_is_forgotten_joins_nobody():
    page = courses.course(final=4)
    for run in [courses.ready_for_the_final(page), courses.ready_for_the_final(page)]:
        courses.sit(run, courses.final_of(page))
        erasures.erase(run.person, by=run.person, at=clock.now())

    assert User.objects.filter(email="nobody@erased.invalid").count() == 1
    assert not list(broken())


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Term, {"reason": ""}),
        (Term, {"reason": "Other words", "forgotten_at": "now"}),
        (Term, {"reason": "", "forgotten_at": "now", "given_back": True}),
        (Term, {"reason": "", "forgotten_at": "now", "last_day": "today"}),
        (Sanction, {"reason": "", "public_note": ""}),
        (Sanction, {"reason": "", "forgotten_at": "now"}),
        (Sanction, {"reason": "", "public_note": "", "forgotten_at": "now", "published_until": "today"}),
        (Sanction, {"reason": "", "public_note": "", "forgotten_at": "now", "voided_at": "now"}),
    ],
)
def test_of_dated_rows_nothing_but_the_words_is_emptied_and_only_with_its_instant(model, change):
    sanction = SanctionFactory(reason="Because")
    Term.objects.create(
        certificate=sanction.certificate, first_day="2040-01-01", last_day="2041-01-01", granted="renewed", reason="Because"
    )
    said = {"now": clock.now(), "today": clock.today()}
    before = list(model.objects.order_by("pk").values())

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.exclude(reason="").update(**{name: said.get(value, value) for name, value in change.items()})

    assert list(model.objects.order_by("pk").values()) == before


def test_words_once_emptied_are_not_written_again():
    sanction = SanctionFactory(reason="Because")
    words = {"reason": "", "public_note": "", "forgotten_at": clock.now()}
    assert Sanction.objects.filter(pk=sanction.pk).update(**words) == 1

    for change in ({"reason": "Again"}, {"forgotten_at": None}, words):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sanction.objects.filter(pk=sanction.pk).update(**change)


def test_what_was_shown_before_is_in_no_cache(client):
    """The answer of the registry changes with the name, and with it its mark for caches."""
    certificate = signed_and_certified()
    before = client.get(f"/api/v1/registry/{certificate.number}")

    erasures.erase(certificate.holder, by=certificate.holder, at=clock.now())

    after = client.get(f"/api/v1/registry/{certificate.number}", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


@pytest.mark.parametrize("days", [0, 1, 40])
def test_the_public_reads_nothing_of_what_a_forgotten_coach_does_and_is_sent_to_nobody(client, days):
    certificate = signed_and_certified()
    address = f"/registry/{certificate.number}/"
    assert "studies the Code of Ethics" in client.get(address).content.decode()
    assert "Questions you may ask the coach" in client.get(address).content.decode()

    erasures.erase(certificate.holder, by=certificate.holder, at=clock.now())

    with clock.moved(timedelta(days=days)):
        page = client.get(address).content.decode()
        meaning = client.get(f"/api/v1/registry/{certificate.number}").json()["meaning"]
    assert meaning in page
    assert "we no longer keep whose it was" in meaning.lower()
    assert "Name no longer kept" in page
    assert not [words for words in ("This coach", "studies", "answers to us", "Questions you may ask") if words in page]


def signed_and_certified() -> Certificate:
    certificate = ready_to_renew(on=clock.today())
    signed(certificate.holder, clock.today() - timedelta(days=1))
    return certificate


def test_giving_back_is_no_reason_to_keep_a_letter():
    certificate = signed_and_certified()
    terms.surrender(certificate, by=certificate.holder, on=clock.today())

    erasures.erase(certificate.holder, by=certificate.holder, at=clock.now())

    assert not OutboxMessage.objects.filter(kind="certification.given_back").exists()
