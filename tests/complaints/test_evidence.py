"""Files that somebody sends: each refused or kept by itself, sealed as it came, shown as a copy without anything hidden."""

import hashlib
import io
import tracemalloc

import pikepdf
import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from PIL import Image

from accounts.uploads import Why
from audit import clock, log
from complaints import crypto, evidence, papers, receipts
from complaints.facts import Party, Purpose
from complaints.models import Evidence
from complaints.models.sealed import storage
from outbox import delivery
from outbox.models import OutboxMessage
from tests.accounts.test_uploads import SCRIPT, archive, bomb, huge_picture, pdf, picture, png_of, set_root, with_a_file
from tests.factories.accounts import StaffFactory
from tests.factories.complaints import CaseFactory, case_with_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return case_with_story()[0]


def sent(name="letter.pdf", data=None):
    return SimpleUploadedFile(name, pdf() if data is None else data)


def receive(case, *files, party=Party.COMPLAINANT):
    return evidence.receive(case, files, party=party, by=None)


def clean():
    for message in OutboxMessage.objects.filter(kind="complaints.clean_evidence", done_at=None):
        delivery.deliver(message.pk)


def kept(case, name="photo.jpg", data=None):
    (one,) = receive(case, sent(name, picture() if data is None else data))
    clean()
    one.refresh_from_db()
    return one


def files_of(case):
    try:
        return sorted(storage().listdir(case.uid.hex)[1])
    except FileNotFoundError:
        return []


def telling_photo():
    photo = Image.new("RGB", (40, 30), "teal")
    exif = photo.getexif()
    exif[0x010E] = "exifcanary"
    file = io.BytesIO()
    photo.save(file, "JPEG", exif=exif, comment=b"commentcanary")
    return file.getvalue()


def test_a_file_is_kept_sealed_with_its_name_and_digest(case):
    data = telling_photo()
    (one,) = receive(case, sent("diary of my coach.jpg", data))

    assert (one.state, one.media_type, one.size, one.party) == ("pending", "image/jpeg", len(data), "complainant")
    with storage().open(one.path(case.uid, "original")) as file:
        sealed = file.read()
    assert b"exifcanary" not in sealed
    assert len(sealed) == len(data) + 28
    row = Evidence.objects.values().get()
    assert b"diary" not in bytes(row["sealed_name"])
    assert hashlib.sha256(data).digest() not in bytes(row["sealed_digest"])
    assert evidence.name_of(one) == "diary of my coach.jpg"


def test_people_read_a_copy_without_what_is_told_aside_and_the_investigator_the_original(case):
    data = telling_photo()
    one = kept(case, data=data)
    reader = StaffFactory()

    copy = evidence.open_copy(one, by=reader, why=Purpose.INVESTIGATION)
    original = evidence.open_original(one, by=reader, why=Purpose.INVESTIGATION)

    assert one.state == "accepted"
    assert b"canary" not in copy.data
    assert Image.open(io.BytesIO(copy.data)).size == (40, 30)
    assert (original.data, original.name, original.media_type) == (data, "photo.jpg", "image/jpeg")
    assert evidence.digest_of(one) == hashlib.sha256(data).hexdigest()


def test_each_opening_is_an_entry_and_says_whether_it_was_the_original(case):
    one, reader = kept(case), StaffFactory()

    evidence.open_copy(one, by=reader, why=Purpose.REVIEW)
    evidence.open_original(one, by=reader, why=Purpose.INVESTIGATION)

    entries = log.history(case).filter(action="audit.read")
    assert [entry.detail.facts for entry in entries] == [
        {"why": "review", "file": str(one.uid)},
        {"why": "investigation", "file": str(one.uid), "original": True},
    ]


@pytest.mark.parametrize(
    ("name", "data"), [("letter.pdf", pdf()), ("photo.jpg", picture()), ("screen.png", picture("PNG")), ("notes.txt", b"hello\r\n")]
)
def test_the_four_kinds_are_taken_and_cleaned(case, name, data):
    one = kept(case, name, data)

    assert one.state == "accepted"
    assert evidence.open_copy(one, by=StaffFactory(), why=Purpose.REVIEW).data
    assert files_of(case) == [f"{one.uid.hex}.copy", f"{one.uid.hex}.original"]


LOCKED = {"encryption": pikepdf.Encryption(owner="owner", user="user")}


@pytest.mark.parametrize(
    ("name", "data", "why", "words"),
    [
        ("story.docx", archive(), Why.KIND, "print it to PDF"),
        ("call.mp3", b"ID3", Why.KIND, "PDF, JPEG, PNG and plain text"),
        ("drawing.svg", b"<svg/>", Why.KIND, "print it to PDF"),
        ("empty.txt", b"", Why.EMPTY, "empty"),
        ("letter.pdf", b"MZ\x90", Why.CONTENT, "not what its name says"),
        ("locked.pdf", pdf(**LOCKED), Why.LOCKED, "locked with a password"),
        ("script.pdf", pdf(set_root(OpenAction=SCRIPT)), Why.ACTIVE, "a program or a form"),
        ("carrier.pdf", pdf(with_a_file), Why.ATTACHED, "send that one by itself"),
        ("both.jpg", picture() + archive(), Why.ARCHIVE, "archive is hidden"),
        ("page.png", picture("PNG") + b"<script>", Why.PAGE, "web page"),
        ("bomb.pdf", bomb(), Why.EXPANSION, "far more than its size"),
        ("huge.pdf", pdf(huge_picture), Why.POINTS, "million points"),
        ("huge.png", png_of(10_000, 10_000), Why.POINTS, "million points"),
        ("book.pdf", pdf(pages=501), Why.PAGES, "more than 500"),
        ("gpj.\u202etxt", b"hello", Why.NAME, "new name"),
        ("cut.jpg", picture(size=(200, 200))[:-200], Why.DAMAGED, "could not open"),
        ("large.txt", b"a" * (25 * 1024 * 1024 + 1), Why.SIZE, "larger than 25 MB"),
    ],
)
def test_what_is_refused_is_refused_in_words_and_leaves_no_bytes(case, name, data, why, words):
    (one,) = receive(case, sent(name, data))

    assert (one.state, one.refused_for) == ("refused", why.value)
    assert words in evidence.words(one)
    assert files_of(case) == []
    assert not OutboxMessage.objects.filter(kind="complaints.clean_evidence").exists()
    (entry,) = log.history(case).filter(action="complaints.file_refused")
    assert entry.detail.facts == {"file": str(one.uid), "why": why.value}


def test_every_reason_has_words_for_whoever_sent_the_file():
    assert set(evidence.WORDS) == set(Why)
    assert all("Please " in words for words in evidence.WORDS.values()), "each names the way out"


def test_a_refused_file_refuses_itself_alone(case):
    states = [one.state for one in receive(case, sent(), sent("a.exe", b"MZ"), sent("b.txt", b"hello"))]

    assert states == ["pending", "refused", "pending"]


def test_of_eleven_files_the_last_waits_for_the_next_message(case):
    rows = receive(case, *(sent(f"{number}.txt", b"hello") for number in range(11)))

    assert [one.refused_for for one in rows] == [""] * 10 + ["count"]
    assert [one.state for one in receive(case, sent("again.txt", b"hello"))] == ["pending"]


def test_refused_files_do_not_count_among_the_ten(case):
    rows = receive(case, *(sent(f"{number}.exe", b"MZ") for number in range(5)), *(sent(f"{number}.txt", b"x") for number in range(10)))

    assert [one.state for one in rows] == ["refused"] * 5 + ["pending"] * 10


def test_a_case_holds_a_hundred_megabytes_and_another_case_has_its_own(case, monkeypatch):
    monkeypatch.setattr(evidence, "ROOM", 10)

    assert [one.refused_for for one in receive(case, sent("a.txt", b"123456"), sent("b.txt", b"12345"), sent("c.txt", b"1234"))] == [
        "",
        "room",
        "",
    ]
    assert receive(CaseFactory(), sent("a.txt", b"123456"))[0].state == "pending"


def test_a_file_from_which_no_copy_can_be_made_is_refused_by_the_worker(case, monkeypatch):
    def breaks(data, kind):
        raise ValueError("a word of the file")

    monkeypatch.setattr(evidence.cleaning, "cleaned", breaks)
    one = kept(case)

    assert (one.state, one.refused_for) == ("refused", "damaged")
    assert files_of(case) == []
    with pytest.raises(evidence.NotShown):
        evidence.open_copy(one, by=StaffFactory(), why=Purpose.REVIEW)


def test_a_copy_that_grew_beyond_bounds_is_refused(case, monkeypatch):
    monkeypatch.setattr(evidence, "LARGEST_COPY", 10)

    assert kept(case).state == "refused"


def test_nobody_sees_a_file_before_its_copy_is_made(case):
    (one,) = receive(case, sent())

    for opening in (evidence.open_copy, evidence.open_original):
        with pytest.raises(evidence.NotShown):
            opening(one, by=StaffFactory(), why=Purpose.REVIEW)
    assert not log.history(case).filter(action="audit.read").exists()


def test_cleaning_twice_is_cleaning_once(case):
    one = kept(case)
    message = OutboxMessage.objects.get(kind="complaints.clean_evidence")
    before = files_of(case)

    evidence.clean(message)

    assert files_of(case) == before
    assert log.history(case).filter(action="complaints.file_cleaned").count() == 1
    assert message.subject_id == str(one.uid)


def test_what_a_killed_worker_left_is_written_over(case):
    (one,) = receive(case, sent("photo.jpg", picture()))
    storage().save(one.path(case.uid, "copy"), ContentFile(b"half a copy"))

    clean()

    one.refresh_from_db()
    assert evidence.open_copy(one, by=StaffFactory(), why=Purpose.REVIEW).data
    assert len(files_of(case)) == 2


def test_a_worker_that_was_killed_after_refusing_removes_the_original_next_time(case):
    (one,) = receive(case, sent())
    Evidence.objects.filter(pk=one.pk).update(state="refused", refused_for="damaged")

    clean()

    assert files_of(case) == []


def test_a_worker_without_the_keys_leaves_the_file_to_one_that_has_them(case, settings):
    (one,) = receive(case, sent("photo.jpg", picture()))
    keys, settings.CASE_KEYS = settings.CASE_KEYS, ""
    clean()
    message = OutboxMessage.objects.get(kind="complaints.clean_evidence")
    assert (message.done_at, message.last_error) == (None, "LostKey")

    settings.CASE_KEYS = keys
    evidence.clean(message)

    one.refresh_from_db()
    assert one.state == "accepted"


def test_files_that_changed_places_were_cut_or_changed_do_not_open(case):
    one, other = kept(case), kept(case, "other.jpg", picture(size=(50, 50)))
    reader = StaffFactory()

    def raw(row, what):
        with storage().open(row.path(case.uid, what)) as file:
            return file.read()

    def put(row, what, data):
        storage().delete(row.path(case.uid, what))
        storage().save(row.path(case.uid, what), ContentFile(data))

    right = raw(one, "copy")
    for wrong in (
        raw(other, "copy"),
        raw(one, "original"),
        right[:-1],
        right[: len(right) // 2],
        right + b"\0",
        bytes([right[0] ^ 1]) + right[1:],
    ):
        put(one, "copy", wrong)
        with pytest.raises(crypto.Unopened):
            evidence.open_copy(one, by=reader, why=Purpose.REVIEW)
    storage().delete(one.path(case.uid, "copy"))
    with pytest.raises(crypto.Unopened):
        evidence.open_copy(one, by=reader, why=Purpose.REVIEW)
    assert evidence.open_copy(other, by=reader, why=Purpose.REVIEW).data


def test_files_of_an_erased_case_are_removed_with_those_that_no_row_knows(case):
    one, (waiting,) = kept(case), receive(case, sent())
    storage().save(f"{case.uid.hex}/{'0' * 32}.original", ContentFile(b"left by a killed process"))
    _, other = case_with_story()
    elsewhere = kept(other.case)
    papers.destroy_key(case, by=None, at=clock.now())

    for message in OutboxMessage.objects.filter(done_at=None, kind__startswith="complaints.").exclude(kind="complaints.list_erasure"):
        delivery.deliver(message.pk)

    assert files_of(case) == []
    assert len(files_of(elsewhere.case)) == 2
    for row in (one, waiting):
        row = Evidence.objects.get(pk=row.pk)
        assert (row.sealed_name, row.sealed_digest) == (None, None)
        for opening in (
            lambda row=row: evidence.open_copy(row, by=StaffFactory(), why=Purpose.REVIEW),
            lambda row=row: evidence.name_of(row),
        ):
            with pytest.raises(papers.Erased):
                opening()
    with pytest.raises(papers.Erased):
        receive(case, sent())


def test_a_copy_that_is_made_while_the_case_is_erased_does_not_stay(case, monkeypatch):
    (one,) = receive(case, sent("photo.jpg", picture()))
    cleaned = evidence.cleaning.cleaned

    def erased_meanwhile(data, kind):
        papers.destroy_key(case, by=None, at=clock.now())
        evidence.remove_files(OutboxMessage.objects.get(kind="complaints.remove_files"))
        return cleaned(data, kind)

    monkeypatch.setattr(evidence.cleaning, "cleaned", erased_meanwhile)
    evidence.clean(OutboxMessage.objects.get(kind="complaints.clean_evidence"))

    assert files_of(case) == []
    assert Evidence.objects.get(pk=one.pk).state == "pending"


def test_files_of_a_case_that_is_not_erased_are_not_removed_by_a_message(case):
    kept(case)

    evidence.remove_files(OutboxMessage(kind="complaints.remove_files", subject_id=str(case.uid)))

    assert len(files_of(case)) == 2


def test_whoever_complained_sees_their_own_files_and_no_others(case):
    own = kept(case)
    (answer,) = receive(case, sent("photo.jpg", picture()), party=Party.RESPONDENT)
    clean()
    answer.refresh_from_db()
    elsewhere = kept(CaseFactory())
    receipt = receipts.find(receipts.issue(case, by=None, at=clock.now()), on=clock.today())

    assert evidence.open_for_complainant(own, receipt=receipt).data
    for row in (answer, elsewhere):
        with pytest.raises(papers.NotYours):
            evidence.open_for_complainant(row, receipt=receipt)


def test_a_file_is_disclosed_and_relied_on_once_with_its_day(case):
    one, (waiting,) = kept(case), receive(case, sent())
    office, day, later = StaffFactory(), clock.today(), clock.today().replace(year=clock.today().year + 1)

    assert evidence.disclose([one, waiting], by=office, on=day) == 1
    assert evidence.disclose([one], by=office, on=later) == 0
    assert evidence.rely_on([one], by=office, on=later) == 1

    one.refresh_from_db()
    assert (one.disclosed_on, one.relied_on) == (day, later)
    assert log.history(case).filter(action__in=["complaints.file_disclosed", "complaints.file_relied_on"]).count() == 2


def test_an_answer_is_saved_and_never_shown_or_kept(case):
    response = evidence.answer(evidence.Opened('a "name"\u00fc\n.pdf', "application/pdf", b"%PDF-"))

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "\n" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Type"] == "application/pdf"


def test_a_name_that_hides_its_suffix_is_given_the_one_of_its_content():
    assert evidence._with_suffix("a" * 130, "text/plain").endswith(".txt")
    assert evidence._with_suffix("Photo.JPEG", "image/jpeg") == "Photo.JPEG"


def test_what_is_sent_stays_in_memory_and_has_its_bounds(monkeypatch):
    monkeypatch.setattr(evidence, "LARGEST", 10)
    monkeypatch.setattr(evidence, "ROOM", 30)
    handler = evidence.InMemory(HttpRequest())

    def upload(data):
        handler.new_file("files", "a.txt", "text/plain", None)
        for start in range(0, len(data), 4):
            assert handler.receive_data_chunk(data[start : start + 4], start) is None
        return handler.file_complete(len(data))

    fits, large = upload(b"0123456789"), upload(b"0123456789abcdef")
    assert (fits.read(), fits.size) == (b"0123456789", 10)
    assert (large.read(11), large.size) == (b"0123456789a", 16)
    with pytest.raises(RequestDataTooBig):
        upload(b"01234")


def test_sealing_a_file_holds_it_in_memory_twice_at_most():
    """What decision 130 rests on: in one piece, 25 MiB cost 25 MiB more."""
    key, data = crypto.new_key(), b"\0" * evidence.LARGEST
    tracemalloc.start()
    try:
        crypto.unseal(key, crypto.seal(key, data, place="x"), place="x")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 3 * evidence.LARGEST
