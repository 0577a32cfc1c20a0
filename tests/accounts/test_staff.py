"""The office's screens about people: roles, and what waits for a signature."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import proposals, roles
from accounts.facts import GRANTED, SiteRole
from accounts.models import Proposal, User
from audit import clock, log
from tests.accounts.signing import proposed, sign
from tests.factories.accounts import AdministratorFactory, AuditorFactory, AuthorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
AUDITOR = SiteRole.AUDITOR


def page(client, address, *, status=200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def held(person) -> frozenset[SiteRole]:
    return roles.offices_of(User.objects.get(pk=person.pk)).roles


def address_of(act, person, role) -> str:
    return reverse(f"{act}_role", args=[person.uid, role.value])


@pytest.fixture
def administrator(client):
    user = AdministratorFactory(full_name="Ada Min")
    client.force_login(user)
    return user


@pytest.fixture
def other():
    return AdministratorFactory(full_name="Ben Ode")


def waits(person, by, *, at=None) -> Proposal:
    return roles.propose(person, AUDITOR, grants=True, by=by, reason="Knows cooperatives", at=at or clock.now())


# Roles


def test_each_role_is_shown_with_its_sentence_and_its_holders(client, administrator):
    StaffFactory(full_name="Mira Okonkwo")

    text = page(client, reverse("roles"))

    assert all(role.sentence in text for role in SiteRole)
    assert text.index("Works in the office") < text.index("Mira Okonkwo") < text.index("Writes pages")


@pytest.mark.parametrize("q", ["mira oko", "MIRA@"])
def test_a_person_is_found_by_name_or_address(client, administrator, q):
    person = UserFactory(full_name="Mira Okonkwo", email="mira@example.org")

    assert reverse("person_roles", args=[person.uid]) in page(client, f"{reverse('roles')}?q={q}")
    assert "No one was found" in page(client, f"{reverse('roles')}?q=somebody")


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_of_roles_asks_as_much_for_three_as_for_one(client, administrator, others, django_assert_num_queries):
    StaffFactory.create_batch(others)
    with django_assert_num_queries(6):
        page(client, reverse("roles"))


@pytest.mark.parametrize("times", [1, 3])
def test_the_page_of_a_person_asks_as_much_for_three_decisions_as_for_one(client, administrator, times, django_assert_num_queries):
    person = UserFactory()
    for _ in range(times):
        roles.grant(person, SiteRole.STAFF, by=administrator, reason="Comes")
        roles.withdraw(person, SiteRole.STAFF, by=administrator, reason="Goes")
    with django_assert_num_queries(9):
        page(client, reverse("person_roles", args=[person.uid]))


def test_staff_is_granted_with_a_reason_that_the_page_then_tells(client, administrator):
    person = UserFactory(full_name="Mira Okonkwo")

    answer = client.post(address_of("grant", person, SiteRole.STAFF), {"reason": "Joins the office"}, follow=True)

    assert held(person) == {SiteRole.STAFF}
    text = answer.content.decode()
    assert "Granted: Staff. An e-mail tells Mira Okonkwo." in text
    assert re.search(r"Staff granted by Ada Min.*Joins the office", text, re.DOTALL)


def test_staff_is_withdrawn(client, administrator):
    person = StaffFactory()

    client.post(address_of("withdraw", person, SiteRole.STAFF), {"reason": "Moves on"})

    assert held(person) == frozenset()


def test_a_refused_form_keeps_what_was_typed_and_says_why(client, administrator):
    auditor = AuditorFactory()

    without = client.post(address_of("grant", auditor, SiteRole.STAFF), {"reason": ""}).content.decode()
    refused = client.post(address_of("grant", auditor, SiteRole.STAFF), {"reason": "Lends a hand"}).content.decode()

    assert 'href="#id_reason"' in without
    assert "An auditor holds no other role. Withdraw the role “Auditor” first." in refused
    assert 'value="Lends a hand"' in refused
    assert held(auditor) == {AUDITOR}


def test_nobody_grants_themselves_anything(client, administrator):
    answer = client.post(address_of("grant", administrator, SiteRole.STAFF), {"reason": "It is quicker"})

    assert "Nobody changes their own roles" in answer.content.decode()
    assert held(administrator) == {SiteRole.SITE_ADMINISTRATOR}
    assert "/grant/" not in page(client, reverse("person_roles", args=[administrator.uid]))


@pytest.mark.parametrize("role", ["coach", "king", "is_superuser"])
def test_what_is_no_granted_role_has_no_page(client, administrator, role):
    person = UserFactory()

    assert client.get(f"/staff/roles/{person.uid}/grant/{role}/").status_code == 404
    assert client.post(f"/staff/roles/{person.uid}/grant/{role}/", {"reason": "x"}).status_code == 404
    assert client.get(f"/staff/roles/{uuid4()}/").status_code == 404


def test_what_takes_two_is_proposed_by_the_form_and_not_done(client, administrator, other):
    person = UserFactory(full_name="Mira Okonkwo")

    answer = client.post(address_of("grant", person, AUDITOR), {"reason": "Knows cooperatives"})

    made = Proposal.objects.get()
    assert answer["Location"] == reverse("proposal", args=[made.uid])
    assert held(person) == frozenset()
    assert [signature.person for signature in made.signatures.all()] == [administrator]


def test_a_second_click_on_propose_is_told_that_it_waits(client, administrator, other):
    person = UserFactory()
    for _ in range(2):
        answer = client.post(address_of("grant", person, AUDITOR), {"reason": "Knows cooperatives"})

    assert "The same waits for a signature already." in answer.content.decode()
    assert Proposal.objects.count() == 1


def test_a_site_administrator_who_is_alone_reads_what_to_do(client, administrator):
    answer = client.post(address_of("grant", UserFactory(), AUDITOR), {"reason": "Knows cooperatives"})

    assert "manage.py appoint_first" in answer.content.decode()


def test_an_auditor_reads_who_holds_what_and_is_offered_no_change(client):
    person = StaffFactory()
    client.force_login(AuditorFactory())

    assert "Works in the office" in page(client, reverse("roles"))
    assert "/withdraw/" not in page(client, reverse("person_roles", args=[person.uid]))
    assert client.post(address_of("withdraw", person, SiteRole.STAFF), {"reason": "x"}).status_code == 403
    assert held(person) == {SiteRole.STAFF}


@pytest.mark.parametrize("act", ["grant_role", "withdraw_role", "reset_factors", "proposal", "withdraw_proposal"])
def test_what_changes_a_person_asks_for_a_factor_given_just_now(client, administrator, other, act):
    person = AuthorFactory()
    one, before = waits(UserFactory(), other), held(person)
    roles_asked = {"grant_role": "staff", "withdraw_role": "author"}
    address = reverse(act, args=[one.uid] if "proposal" in act else [person.uid, *filter(None, [roles_asked.get(act)])])

    with clock.moved(timedelta(minutes=6)):
        answer = client.post(address, {"reason": "Works here", "shown": proposals.digest_of(one)})

    assert "Please confirm that it is you" in answer.content.decode()
    assert held(person) == before
    assert one.signatures.count() == 1
    assert Proposal.objects.waiting(at=clock.now()).get() == one


def test_a_forgotten_reason_leaves_the_decision_on_the_page(client, administrator):
    person = StaffFactory()
    log.forget(person)

    assert "A role granted on the server" in page(client, reverse("person_roles", args=[person.uid]))


# Proposals


def test_what_waits_for_me_stands_apart_from_what_waits_for_others(client, administrator, other):
    waits(UserFactory(full_name="Mira Okonkwo"), other)
    waits(UserFactory(), administrator)

    text = page(client, reverse("proposals"))

    mine, others = text.split('id="others"')
    assert mine.count("Proposed by Ben Ode") == 1
    assert others.count("Proposed by Ada Min") == 1


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(client, administrator, other, many, django_assert_num_queries):
    for _ in range(many):
        waits(UserFactory(), other)
        sign(waits(UserFactory(), other, at=clock.now()), administrator, at=clock.now())
    with django_assert_num_queries(10):
        page(client, reverse("proposals"))


def test_the_document_is_read_as_it_will_be_done_and_signed_with_one_button(client, administrator, other):
    person = UserFactory(full_name="Mira Okonkwo", email="mira@example.org")
    one = waits(person, other)
    text = page(client, reverse("proposal", args=[one.uid]))
    assert "Mira Okonkwo (mira@example.org) gets the role “Auditor”." in text
    shown = re.search(r'name="shown" value="(\w+)"', text)[1]

    answer = client.post(reverse("proposal", args=[one.uid]), {"shown": shown}, follow=True)

    assert "Signed, and done." in answer.content.decode()
    assert held(person) == {AUDITOR}


@pytest.mark.parametrize("shown", ["", "0" * 64, "\ufffd"])
def test_signing_what_was_not_read_is_refused_in_words(client, administrator, other, shown):
    one = waits(UserFactory(), other)

    answer = client.post(reverse("proposal", args=[one.uid]), {"shown": shown})

    assert answer.status_code == 409
    assert "Please read it again" in answer.content.decode()
    assert one.signatures.count() == 1


def test_the_first_signer_is_offered_no_second_signature(client, administrator, other):
    one = waits(UserFactory(), administrator)

    assert 'name="shown"' not in page(client, reverse("proposal", args=[one.uid]))
    answer = client.post(reverse("proposal", args=[one.uid]), {"shown": proposals.digest_of(one)})
    assert "signed it already" in answer.content.decode()


def test_a_void_one_says_so_before_anybody_signs(client, administrator, other):
    third = AdministratorFactory(full_name="Cleo Ode")
    one = waits(UserFactory(), third)
    roles.withdraw(third, SiteRole.SITE_ADMINISTRATOR, by=None, reason="Moves on")

    text = page(client, reverse("proposal", args=[one.uid]))

    assert "Cleo Ode signed it and may no longer do so" in text
    assert 'name="shown"' not in text


def test_what_has_ended_is_told_with_its_day_the_latest_first(client, administrator, other):
    old, new = UserFactory(full_name="Ada Vale"), UserFactory(full_name="Ben Vale")
    for person, ago in ((new, 20), (old, 900)):
        waits(person, other, at=clock.now() - timedelta(days=ago))

    text = page(client, reverse("proposals"))
    ended = text[text.index('id="ended"') :]
    assert ended.index("Ben Vale") < ended.index("Ada Vale")
    day = clock.today() - timedelta(days=900 - 7)
    assert f"Not signed in time; ended on {day:%B} {day.day}, {day.year}; proposed by" in ended
    assert "lately" not in ended


def test_one_whose_days_are_over_says_so_and_offers_nothing(client, administrator, other):
    one = waits(UserFactory(), other, at=clock.now() - timedelta(days=8))

    text = page(client, reverse("proposal", args=[one.uid]))

    assert "Not signed in time; nothing was done" in text
    assert 'name="shown"' not in text
    assert "Not signed in time; ended on" in page(client, reverse("proposals"))


def test_it_is_withdrawn_with_a_reason(client, administrator, other):
    one = waits(UserFactory(), other)
    address = reverse("withdraw_proposal", args=[one.uid])

    assert 'href="#id_reason"' in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "Asked to wait"})

    one.refresh_from_db()
    assert (one.state, one.ended_why) == ("withdrawn", "Asked to wait")
    assert "was withdrawn" in client.post(address, {"reason": "Again"}).content.decode()


@pytest.mark.parametrize(("who", "status"), [(AuditorFactory, 200), (StaffFactory, 404), (AuthorFactory, 404)])
def test_an_auditor_reads_a_proposal_and_others_find_none(client, other, who, status):
    one = proposed(UserFactory(), AUDITOR, by=other, at=clock.now())
    reader = who()
    client.force_login(reader)

    for name in ("proposal", "withdraw_proposal"):
        assert client.get(reverse(name, args=[one.uid])).status_code == status
    answer = client.post(reverse("proposal", args=[one.uid]), {"shown": proposals.digest_of(one)})
    assert answer.status_code == (409 if status == 200 else 404)
    client.post(reverse("withdraw_proposal", args=[one.uid]), {"reason": "No"})
    one.refresh_from_db()
    assert (one.state, one.signatures.count()) == ("open", 1)


def test_who_it_is_about_does_not_read_it_though_they_could_sign_others(client, administrator, other):
    AdministratorFactory()
    away = roles.propose(administrator, SiteRole.SITE_ADMINISTRATOR, grants=False, by=other, reason="Moves on", at=clock.now())

    assert client.get(reverse("proposal", args=[away.uid])).status_code == 404
    assert str(away.uid) not in page(client, reverse("proposals"))


# The way there


@pytest.mark.parametrize(
    ("role", "door"),
    [
        (SiteRole.STAFF, "/staff/"),
        (SiteRole.AUTHOR, "/admin/"),
        (AUDITOR, "/staff/ledger/"),
        (SiteRole.SITE_ADMINISTRATOR, "/staff/roles/"),
    ],
)
def test_the_head_leads_everybody_in_office_to_a_page_that_is_theirs(client, role, door):
    client.force_login(UserFactory(roles=[role]))

    assert f'<a href="{door}">Office</a>' in page(client, "/my/")
    assert client.get(door).status_code == 200


def test_the_head_leads_a_coach_to_no_office(client):
    client.force_login(UserFactory())

    assert ">Office</a>" not in page(client, "/my/")


def test_the_admin_leads_to_a_persons_roles_and_to_what_waits(client, administrator):
    person = UserFactory()

    text = page(client, reverse("wagtailusers_users:edit", args=[person.pk]))

    assert reverse("person_roles", args=[person.uid]) in text
    assert reverse("proposals") in text
    assert len(GRANTED) == 4
