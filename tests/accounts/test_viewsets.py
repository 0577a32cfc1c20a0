"""People in Wagtail's admin, by an administrator."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Picture
from wagtail.users.models import UserProfile

from accounts.facts import SiteRole
from accounts.models import User
from accounts.naming import rename
from outbox.models import OutboxMessage
from tests.factories.accounts import AdministratorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = AdministratorFactory(full_name="Ada Min")
    client.force_login(user)
    return user


def test_the_list_shows_people_by_name(client, admin):
    UserFactory(full_name="Nguyễn Thị Bảo Trân")

    assert "Nguyễn Thị Bảo Trân" in client.get(reverse("wagtailusers_users:index")).content.decode()


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, admin, others, django_assert_num_queries):
    UserFactory.create_batch(others)
    client.get(reverse("wagtailusers_users:index"))

    with django_assert_num_queries(14):
        client.get(reverse("wagtailusers_users:index"))


def test_people_are_found_by_name_and_by_address(client, admin):
    person = UserFactory(email="harbor@example.org", full_name=False)
    rename(person, "Nguyễn Thị Bảo Trân", by=admin)

    for asked in ("nguyen bao", "HARBOR@"):
        page = client.get(reverse("wagtailusers_users:index"), {"q": asked}).content.decode()
        assert "Bảo Trân" in page
        assert "Ada Min" not in page.split("<main", 1)[1].split("w-listing", 1)[-1].split("</table>")[0]


def test_a_new_person_gets_a_name_and_an_invitation_and_no_role_whatever_is_posted(client, admin):
    authors = Group.objects.get(name="Authors")
    posted = {"full_name": "Mira Okonkwo", "email": "Mira@Example.org", "groups": [authors.pk], "is_superuser": "on", "is_staff": "on"}

    answer = client.post(reverse("wagtailusers_users:add"), posted)

    assert answer.status_code == 302
    person = User.objects.get(email="mira@example.org")
    assert person.name.full_name == "Mira Okonkwo"
    assert not person.groups.exists()
    assert not person.is_superuser
    assert not person.is_staff
    assert not person.has_usable_password()
    assert OutboxMessage.objects.get(kind="accounts.invitation").subject_id == str(person.pk)


def test_a_refused_person_leaves_nothing_behind(client, admin):
    UserFactory(email="mira@example.org")

    taken = client.post(reverse("wagtailusers_users:add"), {"full_name": "Mira", "email": "MIRA@example.org"})
    unprintable = client.post(reverse("wagtailusers_users:add"), {"full_name": "Mira \U0001f338", "email": "other@example.org"})

    assert "already exists" in taken.content.decode()
    assert "cherry blossom" in unprintable.content.decode()
    assert not OutboxMessage.objects.exists()
    assert User.objects.count() == 2


def test_what_is_on_record_is_read_and_nothing_is_changed_whatever_is_posted(client, admin):
    person = UserFactory(email="old@example.org", roles=[SiteRole.STAFF])
    posted = {"email": "New@example.org", "is_superuser": "on", "groups": [Group.objects.get(name="Authors").pk]}

    answer = client.post(reverse("wagtailusers_users:edit", args=[person.pk]), posted)

    assert answer.status_code == 405
    person = User.objects.get(pk=person.pk)
    assert person.email == "old@example.org"
    assert person.is_active
    assert not person.is_superuser
    assert sorted(group.name for group in person.groups.all()) == ["Moderators", "Staff"]
    page = client.get(reverse("wagtailusers_users:edit", args=[person.pk])).content.decode()
    assert SiteRole.STAFF.sentence in page
    assert "old@example.org" in page


@pytest.mark.parametrize("address", ["groups/", "groups/new/", "groups/edit/1/", "groups/delete/1/", "users/copy/1/"])
def test_there_is_no_screen_for_groups_and_none_to_copy_a_person(client, admin, address):
    assert client.get(f"/admin/{address}").status_code == 404
    assert client.post(f"/admin/{address}").status_code == 404


@pytest.mark.parametrize("action", ["assign_role", "set_active_state", "delete"])
def test_nothing_is_done_to_many_people_at_once(client, admin, action):
    person = UserFactory()
    address = f"/admin/bulk/accounts/user/{action}/?id={person.pk}"

    answer = client.post(address, {"role": Group.objects.get(name="Staff").pk, "mark_as_active": "False"})

    assert answer.status_code == 404
    person.refresh_from_db()
    assert person.is_active
    assert not person.groups.exists()


def test_nobody_changes_their_address_in_wagtails_own_account_page(client, admin):
    client.post(
        reverse("wagtailadmin_account"),
        {"name_email-email": "other@example.org", "name_email-first_name": "A", "name_email-last_name": "B"},
    )

    admin.refresh_from_db()
    assert admin.email != "other@example.org"


def test_the_admins_account_page_takes_no_portrait_and_offers_no_name_that_it_would_not_change(client, admin):
    theme = {"theme-theme": "dark", "theme-contrast": "system", "theme-density": "default"}
    portrait = BytesIO()
    Picture.new("RGB", (20, 20)).save(portrait, "GIF")
    two_in_one = SimpleUploadedFile("me.html.gif", portrait.getvalue() + b"<script>alert(1)</script>", "image/gif")

    page = client.get(reverse("wagtailadmin_account")).content.decode()
    name = {"name_email-first_name": "Another", "name_email-last_name": "One"}
    sent = {**theme, **name, "locale-current_time_zone": "America/New_York", "avatar-avatar": two_in_one}
    answer = client.post(reverse("wagtailadmin_account"), sent)

    assert answer.url == reverse("wagtailadmin_account")
    assert 'name="avatar-avatar"' not in page
    assert 'name="name_email-first_name"' not in page
    profile = UserProfile.objects.get(user=admin)
    assert (profile.theme, profile.avatar) == ("dark", "")


def test_administrators_cannot_take_the_office_away_from_themselves(client, admin):
    client.post(reverse("wagtailusers_users:edit", args=[admin.pk]), {"email": admin.email})

    admin.refresh_from_db()
    assert admin.is_superuser
    assert admin.is_active


def test_nobody_deletes_a_person(client, admin):
    person = UserFactory()

    client.post(reverse("wagtailusers_users:delete", args=[person.pk]))
    client.post(f"/admin/bulk/accounts/user/delete/?id={person.pk}")

    assert User.objects.filter(pk=person.pk).exists()
    assert "/delete/" not in client.get(reverse("wagtailusers_users:edit", args=[person.pk])).content.decode()


def test_the_office_without_leave_does_not_see_accounts(client):
    client.force_login(StaffFactory())

    assert client.get(reverse("wagtailusers_users:index")).status_code == 302
