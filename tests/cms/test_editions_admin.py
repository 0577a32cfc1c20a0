import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from audit import clock
from cms import code, importing
from cms.models import Edition
from cms.reading import LARGEST
from tests.cms import editing, invented
from tests.factories import cms
from tests.factories.accounts import AdministratorFactory, StaffFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts", "no_indexes")]


@pytest.fixture
def admin(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]
    cms.texts()
    user = AdministratorFactory()
    client.force_login(user)
    return client


def upload(admin, data: bytes, *, follow: bool = False, **more):
    file = SimpleUploadedFile("text.txt", data)
    return admin.post(reverse("import_edition"), {"file": file, "name": "2026", **more}, follow=follow)


def test_an_upload_becomes_drafts_and_their_difference(admin):
    answer = upload(admin, invented.TEXT.encode())

    draft = Edition.objects.get(text="code", name="2026")
    assert answer["Location"] == reverse("edition_difference", args=[draft.pk])
    page = admin.get(answer["Location"]).content.decode()
    assert "Placed by position: 28" in page
    assert page.count("(by position)") == 28
    assert page.count("<strong>Before</strong>") == 28
    assert "No review has approved this wording yet" in page
    assert "/publish/" not in page
    cms.approved(draft)
    admin.force_login(StaffFactory())
    assert f'href="/staff/editions/{draft.pk}/publish/"' in admin.get(answer["Location"]).content.decode()


BAD = {
    "nothing": (b"", "The file is empty."),
    "a picture": (b"\x89PNG\r\n\x00", "Byte 6 is a null, which no text holds"),
    "UTF-16": (invented.TEXT.encode("utf-16"), "The file is written as UTF-16"),
    "a null": (b"Words\0", "Byte 5 is a null"),
    "a stray item": (invented.STRAY_ITEM.encode(), "a list item where no list belongs."),
    "two lines": (invented.WRONG_NUMBER.replace("  9. ", "  8. ").encode(), "number 5 where 4 was due."),
    "too much": (b"a" * (3 << 20), "at most 2,097,152 bytes are read"),
}


@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD.keys())
def test_a_bad_upload_is_refused_in_words_and_stores_nothing(admin, data, words):
    answer = upload(admin, data)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Nothing was stored: something needs another look." in page
    assert words in page
    assert 'href="#id_file"' in page
    assert 'value="2026"' in page
    assert "Please choose the file again" in page
    assert Edition.objects.count() == 3


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"file": ""}, "Please choose a file."),
        ({"name": ""}, "Please fill this in."),
        ({"name": "…"}, "needs a letter from a to z or a digit"),
        ({"name": "a" * 61}, "at most 60 characters"),
        ({"name": "Demo 1"}, "There is an edition “Demo 1” already. Give this one another name."),
    ],
)
def test_a_form_that_misses_something_comes_back(admin, form, words):
    page = upload(admin, invented.TEXT.encode(), **form).content.decode()

    assert words in page
    assert Edition.objects.count() == 3


def test_other_counts_come_back_as_a_table_and_are_accepted_by_a_tick(admin):
    page = upload(admin, invented.ONE_MISSING.encode()).content.decode()

    assert "11 (different)" in page
    assert "If that is right, accept the counts." in page
    assert 'href="#id_accept_counts"' in page
    assert "--accept" not in page
    assert Edition.objects.count() == 3
    assert upload(admin, invented.ONE_MISSING.encode(), accept_counts="on").status_code == 302
    assert Edition.objects.drafts().count() == 3


def test_a_guessed_border_is_named_with_its_line_and_confirmed_by_a_tick(admin):
    line = invented.NO_BORDER.split("\n").index(invented.BORDER) + 1
    page = upload(admin, invented.NO_BORDER.encode()).content.decode()

    assert f"Line {line}: only the wording says that Confidentiality begins here. Confirm it, or add the heading to the file." in page
    assert 'href="#id_confirm"' in page
    assert Edition.objects.count() == 3
    answer = upload(admin, invented.NO_BORDER.encode(), confirm="on", follow=True)
    assert f"Line {line}: no heading before this list" in answer.content.decode()


def test_nobody_is_asked_about_a_guess_before_the_site_has_made_one(admin):
    first = admin.get(reverse("import_edition")).content.decode()
    guessed = upload(admin, invented.NO_BORDER.encode()).content.decode()

    assert 'name="confirm"' not in first
    assert 'name="accept_counts"' not in first
    assert 'name="confirm"' in guessed
    assert 'name="accept_counts"' not in guessed


@pytest.mark.parametrize("copy", invented.SAME.values(), ids=invented.SAME.keys())
def test_an_altered_copy_is_taken_without_a_question(admin, copy):
    upload(admin, copy.encode())

    assert [edition.wordings.count() for edition in Edition.objects.drafts().order_by("pk")] == [17, 28, 7]


def test_the_same_file_again_says_no_change_and_leads_to_what_says_it(admin):
    upload(admin, invented.TEXT.encode())
    draft = Edition.objects.get(text="code", name="2026")

    page = upload(admin, invented.TEXT.encode(), name="again", follow=True).content.decode()

    assert "Code of Ethics: no change. The draft “2026” says this already." in page
    assert reverse("edition_difference", args=[draft.pk]) in page
    assert Edition.objects.count() == 6


def test_an_earlier_draft_is_told_of(admin):
    upload(admin, invented.TEXT.encode())
    earlier = Edition.objects.get(text="principles", name="2026")

    page = upload(admin, invented.TEXT.replace("bed number", "patch number").encode(), name="2027", follow=True).content.decode()

    assert "The draft “2026” of “Guiding principles” from before is still there." in page
    assert reverse("edition_difference", args=[earlier.pk]) in page
    assert "Other drafts of this text" in page


def test_an_upload_without_its_token_is_refused(admin):
    admin.handler.enforce_csrf_checks = True

    assert upload(admin, invented.TEXT.encode()).status_code == 403
    assert Edition.objects.count() == 3


def test_no_more_of_an_upload_is_kept_than_a_text_can_have(admin, monkeypatch, settings):
    kept = []
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    monkeypatch.setattr(TemporaryFileUploadHandler, "file_complete", lambda self, size: kept.append(self.file.tell()))

    upload(admin, b"a" * (8 << 20))

    assert kept[0] <= LARGEST + (64 << 10)


@pytest.fixture
def unplaced():
    """A draft of the Code with one piece of the scope that fits no clause."""
    cms.texts()
    done = importing.import_text(invented.TEXT.encode(), name="a", by=None, on=clock.today())
    for edition in done.editions:
        code.publish(cms.approved(edition), weight="minor", in_force_on=clock.today(), by=None)
    text = invented.TEXT.replace(invented.SCOPE[9], PIECE)
    return importing.import_text(text.encode(), name="b", by=None, on=clock.today()).editions[0]


PIECE = "Nobody here sells bulbs at night."


def test_a_person_places_what_fits_no_clause(admin, unplaced):
    where = reverse("edition_difference", args=[unplaced.pk])
    assert "Which clause is this?" in admin.get(where).content.decode()

    admin.post(reverse("place_piece", args=[unplaced.pk]), {"index": 0, "body": PIECE, "clause": ""})

    page = admin.get(where).content.decode()
    assert "SC-11" in page
    assert "Which clause is this?" not in page
    assert unplaced.wordings.filter(clause="SC-11").exists()
    assert Edition.objects.get(pk=unplaced.pk).newest().bodies()["SC-11"] == PIECE


@pytest.mark.parametrize(
    "forged",
    [
        {"index": 1},
        {"index": -1},
        {"index": "²"},
        {"index": "9" * 400},
        {"index": ""},
        {"body": "Other words."},
        {"clause": "SC-01"},
        {"clause": "PS-07"},
        {"clause": "CE-00.1"},
        {"clause": "XX-99"},
    ],
)
def test_a_forged_placing_changes_nothing(admin, unplaced, forged):
    where = reverse("place_piece", args=[unplaced.pk])

    answer = admin.post(where, {"index": 0, "body": PIECE, "clause": "SC-10"} | forged, follow=True)

    assert "This piece was placed already, or the clause is not free." in answer.content.decode()
    assert len(Edition.objects.get(pk=unplaced.pk).placement["unplaced"]) == 1
    assert admin.get(where).status_code == 405
    assert admin.post(reverse("place_piece", args=[999]), {}).status_code == 404


def test_placing_twice_places_once(admin, unplaced):
    where, form = reverse("place_piece", args=[unplaced.pk]), {"index": 0, "body": PIECE, "clause": "SC-10"}

    pages = [admin.post(where, form, follow=True).content.decode() for _ in range(2)]

    assert "Placed as SC-10." in pages[0]
    assert "placed already" in pages[1]
    assert Edition.objects.get(pk=unplaced.pk).newest().bodies()["SC-10"] == PIECE


def test_a_piece_is_not_placed_into_a_draft_that_is_in_review(client, unplaced):
    person = editing.author("other@example.org")
    unplaced.get_workflow().start(unplaced, person)
    client.force_login(person)

    page = client.post(reverse("place_piece", args=[unplaced.pk]), {"index": 0, "body": PIECE, "clause": ""}, follow=True).content.decode()

    assert "The draft is locked" in page
    client.post(reverse("withdraw_edition", args=[unplaced.pk]))
    assert len(Edition.objects.get(pk=unplaced.pk).placement["unplaced"]) == 1


def test_a_draft_is_withdrawn_after_a_question(admin):
    draft = cms.draft()
    where = reverse("withdraw_edition", args=[draft.pk])

    assert "Nothing that is published changes" in admin.get(where).content.decode()
    assert Edition.objects.filter(pk=draft.pk).exists()
    page = admin.post(where, follow=True).content.decode()

    assert "is withdrawn." in page
    assert not Edition.objects.filter(pk=draft.pk).exists()
    assert admin.post(where).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_editions_costs_the_same_for_any_number(admin, rows, django_assert_num_queries):
    for n in range(rows):
        draft = cms.draft(f"draft-{n}")
        draft.save_revision()
    address = reverse("wagtailsnippets_cms_edition:list")
    admin.get(address)

    with django_assert_num_queries(15):
        page = admin.get(address).content.decode()

    assert page.count("draft-") >= rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_difference_costs_the_same_for_any_number_of_changes(admin, rows, django_assert_num_queries):
    draft = cms.draft(changes={cms.clause(13 + n).pk: "One more duty." for n in range(rows)})
    address = reverse("edition_difference", args=[draft.pk])
    admin.get(address)

    with django_assert_num_queries(21):
        page = admin.get(address).content.decode()

    assert page.count("<strong>New</strong>") == rows


def test_a_draft_opens_in_the_editor_and_a_published_edition_is_locked(admin):
    draft = cms.draft()
    frozen = Edition.objects.get(text="code", demonstration=True)

    assert "Wording" in admin.get(reverse("wagtailsnippets_cms_edition:edit", args=[draft.pk])).content.decode()
    assert "its wording is frozen" in admin.get(reverse("wagtailsnippets_cms_edition:edit", args=[frozen.pk])).content.decode()
    assert frozen.get_lock().for_user(None)


def test_nobody_removes_or_adds_an_edition_by_hand(admin):
    frozen = Edition.objects.get(text="code", demonstration=True)

    admin.post(reverse("wagtailsnippets_cms_edition:delete", args=[frozen.pk]))
    admin.post(reverse("wagtailsnippets_cms_edition:add"), {"name": "mine"})

    assert Edition.objects.count() == 3


def test_the_list_of_editions_leads_to_their_difference(admin):
    page = admin.get(reverse("wagtailsnippets_cms_edition:list")).content.decode()

    assert reverse("edition_difference", args=[Edition.objects.get(text="code").pk]) in page


def test_strangers_reach_none_of_it(client):
    cms.texts()
    client.force_login(UserFactory())

    assert client.get(reverse("import_edition")).status_code in (302, 403)
