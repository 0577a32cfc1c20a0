"""The copy of one's data: whole, made once, for its person alone, and gone after seven days."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts import erasures, exports, personal, tasks
from accounts.models import Export
from audit import clock, log
from outbox import delivery, queue
from outbox.models import OutboxMessage
from tests.factories import courses
from tests.factories.accounts import UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, completed, signed

pytestmark = pytest.mark.django_db
STORAGE = Export._meta.get_field("file").storage


@pytest.fixture(autouse=True)
def empty_storage():
    for name in kept():
        STORAGE.delete(f"exports/{name}")


def kept() -> list[str]:
    return STORAGE.listdir("exports")[1] if STORAGE.exists("exports") else []


def made(person, *, at=None) -> Export:
    export = exports.ask(person, at=at or clock.now())
    delivery.sweep()
    export.refresh_from_db()
    return export


def opened(export) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(export.file.open("rb").read()))


def done(person) -> list[str]:
    return [entry.action for entry in log.history(person) if "export" in entry.action]


def test_the_copy_says_all_for_programs_and_for_people():
    certificate = CertificateFactory(holder__full_name="Chloë Ní Bhriain")
    person = certificate.holder
    SanctionFactory(certificate=certificate, reason="Because of that")
    completed(person)
    signed(person)
    run = courses.ready_for_the_final(page := courses.course(final=4))
    type(run).objects.filter(pk=run.pk).update(person=person)
    courses.sit(type(run).objects.get(pk=run.pk), courses.final_of(page))

    package = opened(made(person))

    told = json.loads(package.read("data.json"))["parts"]
    page = package.read("data.html").decode()
    assert told["accounts"]["tables"]["Account"][0]["E-mail address"] == person.email
    assert told["accounts"]["tables"]["Names"][0]["Name"] == "Chloë Ní Bhriain"
    assert told["certification"]["tables"]["Certificates"][0]["Number"] == certificate.number
    assert told["certification"]["tables"]["Sanctions"][0]["Reason"] == "Because of that"
    assert told["certification"]["tables"]["Statements signed"][0]["Name typed"] == "Chloë Ní Bhriain"
    assert len(told["courses"]["tables"]["Answers"]) >= 4
    assert told["accounts"]["tables"]["Ledger: what was done about you, and by you"]
    for word in ("Chloë Ní Bhriain", certificate.number, "Because of that", person.email):
        assert word in page
    assert "None" not in page
    assert "<script" not in page


def test_a_name_cannot_write_into_the_page_of_the_copy():
    person = UserFactory(full_name="<script>alert(1)</script>")

    assert "<script" not in opened(made(person)).read("data.html").decode()


def test_the_copy_holds_nothing_of_anybody_else():
    other = CertificateFactory(holder__full_name="Somebody Else", number="OTHER-1")
    signed(other.holder)

    package = opened(made(UserFactory(full_name="Anna Weber")))

    assert "Somebody Else" not in package.read("data.json").decode()
    assert "OTHER-1" not in package.read("data.json").decode()


def test_no_secret_is_in_the_copy():
    person = UserFactory()

    assert person.password not in opened(made(person)).read("data.json").decode()


@pytest.mark.parametrize("app", sorted(personal.PARTS))
def test_every_part_tells_in_a_fixed_number_of_statements(app, django_assert_max_num_queries):
    certificate = CertificateFactory()
    for _ in range(3):
        signed(certificate.holder)
        completed(certificate.holder)

    with django_assert_max_num_queries(16):
        for table in personal.PARTS[app].tell(certificate.holder):
            list(table.rows)


def test_while_one_is_being_made_there_is_no_second():
    person = UserFactory()
    exports.ask(person, at=clock.now())

    with pytest.raises(exports.NotExported, match="being made"):
        exports.ask(person, at=clock.now())

    assert Export.objects.filter(person=person).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.create(person=person, asked_at=clock.now())


def test_a_new_one_takes_the_place_of_the_one_before():
    person = UserFactory()
    first, second = made(person), made(person)

    first.refresh_from_db()
    assert first.removed_at
    assert kept() == [f"{second.uid.hex}.zip"]
    assert done(person) == [
        "accounts.export_asked",
        "accounts.export_made",
        "accounts.export_removed",
        "accounts.export_asked",
        "accounts.export_made",
    ]


def test_the_letter_says_where_and_nothing_of_what_is_in_it(mailoutbox):
    person = UserFactory(full_name="Anna Weber")
    made(person)
    delivery.sweep()

    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([person.email], "The copy you asked for is ready")
    assert "/my/data/" in letter.body
    assert not letter.attachments


def test_a_copy_is_there_for_seven_days_whatever_the_schedule_does():
    now = clock.now()
    export = Export(asked_at=now, made_at=now)

    assert not exports.is_over(export, at=now + timedelta(days=7) - timedelta(seconds=1))
    assert exports.is_over(export, at=now + timedelta(days=7))
    assert exports.is_over(Export(asked_at=now, made_at=now, removed_at=now), at=now)
    assert not exports.is_over(Export(asked_at=now), at=now + timedelta(days=30))


def test_the_schedule_removes_what_is_over():
    old, new, stuck = UserFactory(), UserFactory(), UserFactory()
    over, fresh = made(old), made(new)
    Export.objects.filter(pk=over.pk).update(made_at=clock.now() - timedelta(days=7))
    Export.objects.create(person=stuck, asked_at=clock.now() - timedelta(days=7))

    tasks.clear()
    delivery.sweep()

    assert kept() == [f"{fresh.uid.hex}.zip"]
    assert exports.current(old, at=clock.now()) is None
    assert exports.current(stuck, at=clock.now()) is None
    assert exports.ask(stuck, at=clock.now())


def test_made_twice_it_is_one_file_and_one_letter():
    export = made(UserFactory())
    message = OutboxMessage.objects.get(kind="accounts.export")

    queue.HANDLERS["accounts.export"](message)

    assert kept() == [f"{export.uid.hex}.zip"]
    assert OutboxMessage.objects.filter(kind="accounts.export_ready").count() == 1


def test_what_a_killed_worker_wrote_is_written_anew():
    export = exports.ask(UserFactory(), at=clock.now())
    STORAGE.save(f"exports/{export.uid.hex}.zip", ContentFile(b"half"))

    delivery.sweep()

    assert kept() == [f"{export.uid.hex}.zip"]
    export.refresh_from_db()
    assert "data.json" in opened(export).namelist()


def test_what_a_killed_worker_wrote_of_somebody_who_was_forgotten_is_removed():
    person = UserFactory()
    export = exports.ask(person, at=clock.now())
    STORAGE.save(f"exports/{export.uid.hex}.zip", ContentFile(b"half"))
    erasures.erase(person, by=person, at=clock.now())

    delivery.sweep()

    assert kept() == []
    assert not OutboxMessage.objects.filter(kind="accounts.export_ready").exists()
