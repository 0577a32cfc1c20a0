"""Groups and flags of before become roles."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from accounts.models import Roles, User
from tests.factories.accounts import UserFactory

step = import_module("accounts.migrations.0021_roles_from_groups")


@pytest.mark.django_db
def test_groups_and_flags_of_before_become_roles_and_nothing_is_left_beside_them():
    office, author, both, chief, editor, coach, loose = UserFactory.create_batch(7)
    for person, names in [
        (office, ["Staff"]),
        (author, ["Authors"]),
        (both, ["Staff", "Authors"]),
        (editor, ["Editors"]),
        (chief, ["Staff"]),
    ]:
        person.groups.set(Group.objects.filter(name__in=names))
    User.objects.filter(pk=chief.pk).update(is_superuser=True, is_staff=True)
    User.objects.filter(pk=loose.pk).update(is_staff=True)
    editor.user_permissions.add(Permission.objects.first())

    step.from_groups(apps, None)

    held = {row.person_id: sorted(role.value for role in row.offices.roles) for row in Roles.objects.all()}
    assert held == {
        office.pk: ["staff"],
        author.pk: ["author"],
        both.pk: ["author", "staff"],
        chief.pk: ["site_administrator", "staff"],
    }
    from accounts import invariants

    assert list(invariants.wagtail_follows()) == []
    assert not editor.groups.exists()
    assert not User.objects.get(pk=coach.pk).is_staff
