import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit import clock
from cms import code, importing
from cms.models import Edition
from tests.cms import invented
from tests.factories import cms
from tests.factories.accounts import AdministratorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]
    cms.texts()
    user = AdministratorFactory()
    client.force_login(user)
    return client


def upload(admin, data: bytes, **more):
    file = SimpleUploadedFile("text.txt", data)
    return admin.post(reverse("import_edition"), {"file": file, "name": "2026", **more})


def test_an_upload_becomes_drafts_and_their_difference(admin):
    answer = upload(admin, invented.TEXT.encode())

    draft = Edition.objects.get(text="code", name="2026")
    assert answer["Location"] == reverse("edition_difference", args=[draft.pk])
    page = admin.get(answer["Location"]).content.decode()
    assert "Placed by position: 28" in page
    assert "removed: " in page
    assert f'href="/staff/editions/{draft.pk}/publish/"' in page
    assert page.count("<br>by position") == 28


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x00", invented.TEXT.encode("utf-16"), invented.STRAY_ITEM.encode(), b"a" * (3 << 20)])
def test_a_bad_upload_is_refused_in_words_and_stores_nothing(admin, data):
    answer = upload(admin, data)

    assert answer.status_code == 200
    assert "Not yet" in answer.content.decode()
    assert Edition.objects.count() == 3


def test_other_counts_come_back_as_a_table(admin):
    page = upload(admin, invented.ONE_MISSING.encode()).content.decode()

    assert "11 (different)" in page
    assert 'value="2026"' in page
    assert Edition.objects.count() == 3


def test_a_person_places_what_fits_no_clause(admin):
    done = importing.import_text(invented.TEXT.encode(), name="a", by=None, on=clock.today())
    for edition in done.editions:
        code.publish(edition, weight="minor", in_force_on=clock.today(), by=None)
    text = invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night.")
    [draft] = importing.import_text(text.encode(), name="b", by=None, on=clock.today()).editions

    assert "Which clause is this?" in admin.get(reverse("edition_difference", args=[draft.pk])).content.decode()
    admin.post(reverse("place_piece", args=[draft.pk]), {"index": 0, "body": "Nobody here sells bulbs at night.", "clause": ""})

    page = admin.get(reverse("edition_difference", args=[draft.pk])).content.decode()
    assert "SC-11" in page
    assert "Which clause is this?" not in page
    draft.refresh_from_db()
    assert draft.wordings.filter(clause="SC-11").exists()


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
