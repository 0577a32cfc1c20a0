"""Documents and pictures that come in through the admin: looked at by what they are, and pictures cleaned for the public."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents.models import Document
from wagtail.images.models import Image as Picture

from accounts.models import User
from tests.accounts.test_cleaning import photograph
from tests.accounts.test_uploads import SCRIPT, pdf, picture, set_root

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("administrator@example.org"))
    return client


def send(admin, what, name, data, kind="application/octet-stream"):
    return admin.post(f"/admin/{what}/add/", {"title": "One", "file": SimpleUploadedFile(name, data, kind)})


def test_a_document_is_kept_as_it_came(admin):
    data = pdf(lambda document: document.docinfo.update({"/Title": "Bylaws"}))

    assert send(admin, "documents", "bylaws.pdf", data).status_code == 302
    assert Document.objects.get().file.read() == data


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bylaws.pdf", pdf(set_root(OpenAction=SCRIPT)), "a program or a form"),
        ("bylaws.pdf", picture(), "not what its name says"),
        ("notes.txt", b"<!doctype html><script>1</script>", "a web page or a drawing"),
        ("page.html", b"<p>hello", "allowed"),
    ],
)
def test_a_document_that_is_something_else_is_refused_in_words(admin, name, data, words):
    page = send(admin, "documents", name, data)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Document.objects.exists()


def test_a_picture_reaches_the_public_without_its_secrets(admin):
    assert send(admin, "images", "harbor.jpg", photograph(), "image/jpeg").status_code == 302

    kept = Picture.objects.get()
    data = kept.file.read()
    assert b"PhoneMaker" in photograph()
    assert b"PhoneMaker" not in data
    assert b"taken at home" not in data
    assert (kept.width, kept.height) == Image.open(io.BytesIO(data)).size == (20, 60)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("harbor.jpg", picture("PNG"), "not what its name says"),
        ("harbor.png", picture("PNG")[:60], "cannot be opened as a picture"),
        ("harbor.svg", b"<svg/>", "We take JPEG and PNG. Please send pictures"),
        ("harbor.gif", picture("GIF"), "We take JPEG and PNG. Please send pictures"),
        ("harbor.pdf", pdf(), "We take JPEG and PNG"),
    ],
)
def test_a_picture_that_is_something_else_is_refused_in_words(admin, name, data, words):
    page = send(admin, "images", name, data, "image/png")

    assert words in page.content.decode()
    assert not Picture.objects.exists()


def test_many_at_once_are_looked_at_as_well(admin):
    answer = admin.post(
        "/admin/images/multiple/add/",
        {"title": "One", "files[]": SimpleUploadedFile("harbor.jpg", picture(comment=b"<script>"), "image/jpeg")},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert "A web page is hidden in it" in answer.json()["error_message"]
    assert not Picture.objects.exists()


def test_a_title_changes_without_the_file_being_sent_again(admin):
    send(admin, "images", "harbor.jpg", photograph(), "image/jpeg")
    kept = Picture.objects.get()

    admin.post(
        f"/admin/images/{kept.pk}/",
        {"title": "The harbor", "focal_point_x": "", "focal_point_y": "", "focal_point_width": "", "focal_point_height": ""},
    )

    kept.refresh_from_db()
    assert kept.title == "The harbor"


def test_the_titles_of_many_new_pictures_are_saved(admin):
    send(admin, "images", "harbor.jpg", photograph(), "image/jpeg")
    kept = Picture.objects.get()

    answer = admin.post(
        f"/admin/images/multiple/{kept.pk}/", {f"image-{kept.pk}-title": "The harbor"}, headers={"x-requested-with": "XMLHttpRequest"}
    )

    assert answer.json()["success"] is True
    assert Picture.objects.get().title == "The harbor"
