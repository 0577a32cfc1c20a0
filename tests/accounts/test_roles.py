"""Granting and withdrawing roles, and what the database refuses whoever asks."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import access, roles
from accounts.facts import GRANTED, TAKES_TWO, SiteRole
from accounts.models import Roles, Session, User
from audit import log
from outbox.models import OutboxMessage
from tests.accounts.signing import grant_by_two
from tests.factories.accounts import AdministratorFactory, AuditorFactory, StaffFactory, UserFactory
from tests.logins import Client

pytestmark = pytest.mark.django_db
STAFF, AUTHOR, AUDITOR, ADMINISTRATOR = GRANTED


@pytest.fixture
def administrator():
    return AdministratorFactory()


def again(person) -> User:
    """The person as the next request finds them."""
    return User.objects.get(pk=person.pk)


def test_a_granted_role_opens_its_doors_and_stands_in_the_ledger(administrator):
    person = UserFactory()

    roles.grant(person, STAFF, by=administrator, reason="Joins the office")

    assert access.may_work_in_office(person)
    assert access.may_work_in_office(again(person))
    assert {group.name for group in again(person).groups.all()} == {"Staff", "Moderators"}
    entry = log.history(person).get()
    assert (entry.action, entry.actor_id) == ("accounts.role_granted", str(administrator.pk))
    assert entry.detail.facts == {"role": "staff", "reason": "Joins the office"}


def test_a_withdrawn_role_shuts_them_and_leaves_the_others(administrator):
    person = UserFactory(roles=[STAFF, AUTHOR])

    roles.withdraw(person, STAFF, by=administrator, reason="Moves on")

    assert not access.may_work_in_office(again(person))
    assert access.may_write_content(again(person))
    assert [group.name for group in again(person).groups.all()] == ["Authors"]
    roles.withdraw(person, AUTHOR, by=administrator, reason="Moves on")
    assert not Roles.objects.filter(person=person).exists()
    assert not again(person).is_staff


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (STAFF, {access.may_work_in_office}),
        (AUTHOR, {access.may_write_content}),
        (AUDITOR, {access.may_audit}),
        (ADMINISTRATOR, {access.may_administer, access.may_write_content}),
    ],
)
def test_each_role_opens_its_own_doors_and_no_others(role, opens):
    person = UserFactory(roles=[role])
    every = {access.may_work_in_office, access.may_write_content, access.may_audit, access.may_administer}

    assert {may for may in every if may(person)} == opens


@pytest.mark.parametrize("flag", ["is_superuser", "is_staff"])
def test_a_flag_without_a_role_opens_nothing_of_ours(flag):
    person = UserFactory(**{flag: True})

    assert not any(may(person) for may in (access.may_work_in_office, access.may_write_content, access.may_audit, access.may_administer))


def test_who_may_not_log_in_may_do_nothing():
    person = UserFactory(roles=[STAFF])
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert not access.may_work_in_office(again(person))


def test_only_a_site_administrator_decides_and_never_on_their_own_roles(administrator):
    person = UserFactory()

    with pytest.raises(roles.CannotChangeRole, match="Only a site administrator"):
        roles.grant(person, AUTHOR, by=StaffFactory(), reason="A favor")
    with pytest.raises(roles.CannotChangeRole, match="their own roles"):
        roles.grant(administrator, STAFF, by=administrator, reason="It is quicker")
    assert not Roles.objects.filter(author=True).exists()
    assert not access.may_work_in_office(again(administrator))


@pytest.mark.parametrize("role", sorted(TAKES_TWO))
def test_nobody_grants_or_withdraws_alone_what_takes_two(administrator, role):
    AdministratorFactory.create_batch(2)
    person, holder = UserFactory(), UserFactory(roles=[role])

    with pytest.raises(roles.CannotChangeRole, match="two signatures"):
        roles.grant(person, role, by=administrator, reason="Needed")
    with pytest.raises(roles.CannotChangeRole, match="two signatures"):
        roles.withdraw(holder, role, by=administrator, reason="Not needed")
    assert roles.holds(again(holder), role)
    assert not roles.holds(again(person), role)


def test_every_reason_against_is_said_at_once():
    auditor = AuditorFactory()
    User.objects.filter(pk=auditor.pk).update(is_active=False)

    with pytest.raises(roles.CannotChangeRole) as refusal:
        roles.grant(auditor, STAFF, by=StaffFactory(), reason="")

    alone = "An auditor holds no other role. Withdraw the role “Auditor” first."
    assert refusal.value.reasons == ["Only a site administrator changes roles.", roles.SHUT_OUT, alone]


def test_nobody_becomes_a_coach_by_a_grant(administrator):
    with pytest.raises(roles.CannotChangeRole, match="who holds a certificate"):
        roles.grant(UserFactory(), SiteRole.COACH, by=administrator, reason="")


def test_the_person_gets_a_letter_and_for_what_takes_two_the_auditors_too(administrator, mailoutbox):
    from outbox import delivery

    auditor, person = AuditorFactory(full_name="Ada Watch"), UserFactory(full_name="Mira Okonkwo")
    roles.grant(person, STAFF, by=administrator, reason="Secret reason")
    roles.grant(UserFactory(full_name="Ben Ode"), ADMINISTRATOR, by=None, reason="Secret reason")

    for message in OutboxMessage.objects.filter(kind="accounts.role_changed"):
        delivery.deliver(message.pk)

    letters = {(letter.to[0], letter.subject) for letter in mailoutbox}
    assert (person.email, "Your role at Attest") in letters
    assert (auditor.email, "A role was granted") in letters
    assert len(mailoutbox) == 3
    assert "Ben Ode was granted the role “Site administrator”" in next(letter.body for letter in mailoutbox if letter.to == [auditor.email])
    assert not [letter for letter in mailoutbox if "Secret reason" in letter.body]


def test_the_reason_goes_when_the_person_is_forgotten(administrator):
    person = UserFactory()
    roles.grant(person, STAFF, by=administrator, reason="Joins the office")

    log.forget(person)

    assert log.history(person).get(action="accounts.role_granted").detail.facts == {}
    assert list(log.verify()) == []


# Case roles


def test_a_case_role_is_noted_and_taken_back():
    person = StaffFactory()

    roles.note_case_role(person, True)
    assert Roles.objects.get(person=person).holds_case_role
    roles.note_case_role(person, False)
    assert not Roles.objects.get(person=person).holds_case_role
    assert access.may_work_in_office(again(person))


def test_a_case_role_alone_is_an_office_and_opens_nothing_in_the_admin():
    person = UserFactory()

    roles.note_case_role(person, True)

    assert Roles.objects.get(person=person).holds_case_role
    assert not again(person).is_staff
    roles.note_case_role(person, False)
    assert not Roles.objects.exists()


@pytest.mark.parametrize(("role", "words"), [(AUDITOR, "no other role"), (ADMINISTRATOR, "no case role")])
def test_auditors_and_site_administrators_take_no_case_role_and_no_case_person_their_office(role, words):
    holder, case_person = UserFactory(roles=[role]), UserFactory()
    roles.note_case_role(case_person, True)

    with pytest.raises(roles.CannotChangeRole, match=words):
        roles.note_case_role(holder, True)
    with pytest.raises(roles.CannotChangeRole, match=words):
        roles.grant(case_person, role, by=None, reason="")


# What the database refuses


@pytest.mark.parametrize("office", ["staff", "author", "site_administrator", "holds_case_role"])
def test_no_row_makes_an_auditor_hold_another_office(office):
    with pytest.raises(IntegrityError, match="auditor_holds_no_other_office"), transaction.atomic():
        Roles.objects.create(person=UserFactory(), auditor=True, **{office: True})


def test_no_row_gives_a_site_administrator_a_case_role():
    administrator = AdministratorFactory()

    with pytest.raises(IntegrityError, match="site_administrator_holds_no_case_role"), transaction.atomic():
        Roles.objects.filter(person=administrator).update(holds_case_role=True)


def test_a_row_without_an_office_is_refused():
    with pytest.raises(IntegrityError, match="a_row_of_roles_holds_an_office"), transaction.atomic():
        Roles.objects.create(person=UserFactory())


# The first two


def test_the_first_two_are_appointed_on_the_server_and_afterwards_nobody():
    first, second = UserFactory.create_batch(2)

    roles.appoint_first([first, second])

    assert access.may_administer(first)
    assert again(second).is_superuser
    with pytest.raises(roles.CannotChangeRole, match="There are two site administrators"):
        roles.appoint_first([UserFactory()])


def test_where_one_is_there_one_more_is_appointed(administrator):
    with pytest.raises(roles.CannotChangeRole, match="Name one person"):
        roles.appoint_first(UserFactory.create_batch(2))
    roles.appoint_first([UserFactory()])

    assert Roles.objects.administrators().count() == 2


def test_one_alone_or_the_same_one_twice_is_not_enough():
    person = UserFactory()

    for people in ([person], [person, person], []):
        with pytest.raises(roles.CannotChangeRole, match="Name two people"):
            roles.appoint_first(people)
    assert not Roles.objects.exists()


def test_both_are_appointed_or_neither():
    auditor = AuditorFactory()

    with pytest.raises(roles.CannotChangeRole, match=f"{auditor.email}: An auditor holds no other role"):
        roles.appoint_first([UserFactory(), auditor])

    assert not Roles.objects.administrators().exists()


def test_djangos_own_command_makes_a_site_administrator_on_the_record_and_auditors_are_told():
    auditor = AuditorFactory()
    OutboxMessage.objects.all().delete()

    person = User.objects.create_superuser("first@example.org", "a quiet harbor at dawn")

    assert [message.subject_id for message in OutboxMessage.objects.all()] == [f"{log.history(person).get().pk}:{auditor.pk}"]
    assert access.may_administer(person)
    assert log.history(person).get().detail.facts["role"] == "site_administrator"


# The invariant


def findings() -> list[str]:
    from accounts import invariants

    return list(invariants.wagtail_follows())


def test_every_way_of_getting_a_role_keeps_wagtail_in_step(administrator):
    for role in GRANTED:
        UserFactory(roles=[role])
    User.objects.create_superuser("first@example.org")
    grant_by_two(UserFactory(), AUDITOR)

    assert findings() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET is_superuser = TRUE WHERE id = {person}",
        "UPDATE accounts_user SET is_staff = TRUE WHERE id = {person}",
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT {person}, id FROM auth_group WHERE name = 'Staff'",
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT {person}, id FROM auth_group WHERE name = 'Editors'",
        "INSERT INTO accounts_user_user_permissions (user_id, permission_id) SELECT {person}, MIN(id) FROM auth_permission",
        "DELETE FROM accounts_user_groups WHERE user_id = {staff}",
        "UPDATE accounts_user SET is_superuser = FALSE WHERE id = {administrator}",
        "DELETE FROM accounts_roles WHERE person_id = {staff}",
    ],
)
def test_a_flag_or_a_group_behind_the_roles_back_is_found(administrator, statement):
    people = {"person": UserFactory().pk, "staff": StaffFactory().pk, "administrator": administrator.pk}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**people))

    (finding,) = findings()
    assert "has groups or flags that its roles do not give" in finding or "has a permission of its own" in finding


def test_a_change_of_role_ends_every_log_in_of_the_person_and_of_nobody_else(administrator):
    person = UserFactory()
    for somebody in (person, administrator):
        Client().force_login(somebody)

    roles.grant(person, SiteRole.STAFF, by=administrator, reason="Needed")

    assert not Session.objects.filter(user=person).exists()
    assert Session.objects.filter(user=administrator).exists()
    Client().force_login(person)
    roles.withdraw(person, SiteRole.STAFF, by=administrator, reason="Left")
    assert not Session.objects.filter(user=person).exists()
