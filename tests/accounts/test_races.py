"""Two hands at once: an act of two is done once, and no signature slips past an end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from accounts import changes, invitees, proposals, roles
from accounts.facts import Mailbox, SiteRole
from accounts.models import AddressChange, Proposal, Roles, User
from audit.models import Entry
from tests.accounts.signing import NOON, proposed, sign
from tests.factories.accounts import AdministratorFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*acts):
    """Run every act in a connection of its own, all starting together; what each answered or was refused with."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            act()
            return "done"
        except (proposals.CannotSign, roles.CannotChangeRole) as refusal:
            return refusal.reasons[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def granted(person) -> int:
    return Entry.objects.filter(action="accounts.role_granted", about_id=str(person.pk)).count()


@pytest.mark.parametrize("again", range(3))
def test_of_five_last_signatures_at_once_one_does_it(again):
    person, signers = UserFactory(), AdministratorFactory.create_batch(5)
    proposal = proposed(person, SiteRole.AUDITOR)

    answers = at_once(*[lambda by=by: sign(proposal, by) for by in signers])

    assert sorted(answers) == ["It has been done already."] * 4 + ["done"]
    assert granted(person) == 1
    assert proposal.signatures.count() == 2


def test_the_same_person_signing_in_two_windows_signs_once():
    person, by = UserFactory(), AdministratorFactory()
    wanted = proposals.KINDS[roles.GRANTING]
    three = proposals.Kind(**{field: getattr(wanted, field) for field in wanted.__slots__} | {"signers": wanted.signers * 2})
    proposals.KINDS[roles.GRANTING] = three
    try:
        proposal = proposed(person, SiteRole.AUDITOR)
        answers = at_once(*[lambda: sign(proposal, by)] * 4)
    finally:
        proposals.KINDS[roles.GRANTING] = wanted

    assert sorted(answers) == ["You have signed it already: it takes another person."] * 3 + ["done"]
    assert proposal.signatures.count() == 2
    assert granted(person) == 0


@pytest.mark.parametrize("again", range(3))
def test_signed_while_it_is_withdrawn_one_of_both_happens(again):
    person, by = UserFactory(), AdministratorFactory()
    proposal = proposed(person, SiteRole.AUDITOR)

    answers = at_once(lambda: sign(proposal, by), lambda: proposals.withdraw(proposal, reason="No", by=proposal.made_by, at=NOON))

    proposal.refresh_from_db()
    assert answers in (["done", "It has been done already."], ["It was withdrawn.", "done"])
    assert (proposal.state, granted(person)) in (("done", 1), ("withdrawn", 0))


@pytest.mark.parametrize("again", range(3))
def test_signed_while_the_first_signer_loses_the_role_it_is_done_before_or_void_after(again):
    person, by, first = UserFactory(), AdministratorFactory(), AdministratorFactory()
    proposal = proposed(person, SiteRole.AUDITOR, by=first)

    answers = at_once(lambda: sign(proposal, by), lambda: roles.withdraw(first, SiteRole.SITE_ADMINISTRATOR, by=None, reason="Moves on"))

    proposal.refresh_from_db()
    assert answers[1] == "done"
    assert (proposal.state, granted(person)) in (("done", 1), ("void", 0))
    assert not roles.holds(User.objects.get(pk=first.pk), SiteRole.SITE_ADMINISTRATOR)


def test_the_same_act_proposed_twice_at_once_waits_once():
    person, by = UserFactory(), AdministratorFactory.create_batch(2)

    answers = at_once(
        *[lambda one=one: roles.propose(person, SiteRole.AUDITOR, grants=True, by=one, reason="Needed", at=NOON) for one in by]
    )

    assert sorted(answers) == ["The same waits for a signature already.", "done"]
    assert Proposal.objects.count() == 1


def test_two_withdrawn_at_once_leave_two_site_administrators():
    people = AdministratorFactory.create_batch(3)

    answers = at_once(
        *[lambda person=person: roles.withdraw(person, SiteRole.SITE_ADMINISTRATOR, by=None, reason="Moves on") for person in people[:2]]
    )

    assert sorted(answers) == ["Two site administrators have to remain: appoint another one first.", "done"]
    assert Roles.objects.administrators().count() == 2


def test_roles_granted_to_one_person_at_once_are_both_there_or_one_is_refused():
    person = UserFactory()

    answers = at_once(*[lambda role=role: roles.grant(person, role, by=None, reason="") for role in (SiteRole.STAFF, SiteRole.AUDITOR)])

    refused = [f"An auditor holds no other role. Withdraw the role “{first}” first." for first in ("Auditor", "Staff")]
    assert sorted(answers) in [[words, "done"] for words in refused]


NEW_EMAIL = "wanted@example.org"


def ready(person, *, but: Mailbox = Mailbox.NEW) -> AddressChange:
    """A change for which the other mailbox has said yes."""
    change = changes.ask(person, NEW_EMAIL, at=NOON)
    changes.say_yes(change, Mailbox.OLD if but is Mailbox.NEW else Mailbox.NEW, at=NOON + timedelta(minutes=1))
    return change


def outcomes(*acts) -> list[str]:
    found = []
    answers = at_once(*[lambda act=act: found.append(act().name) for act in acts])
    assert set(answers) == {"done"}
    return sorted(found)


@pytest.mark.parametrize("again", range(3))
def test_of_two_people_who_get_one_address_at_once_one_has_it(again):
    at = NOON + timedelta(minutes=2)
    mine, theirs = ready(UserFactory()), ready(UserFactory())

    done = outcomes(*[lambda change=change: changes.say_yes(change, Mailbox.NEW, at=at) for change in (mine, theirs)])

    assert done == ["CAME_TO_NOTHING", "DONE"]
    assert User.objects.filter(email=NEW_EMAIL).count() == 1
    assert sorted(AddressChange.objects.values_list("is_done", flat=True)) == [False, True]


@pytest.mark.parametrize("again", range(3))
def test_when_both_mailboxes_say_yes_at_once_it_is_done_once(again):
    at, person = NOON + timedelta(minutes=2), UserFactory()
    change = changes.ask(person, NEW_EMAIL, at=NOON)

    done = outcomes(*[lambda box=box: changes.say_yes(change, box, at=at) for box in Mailbox])

    assert done == ["DONE", "WAITS"]
    assert Entry.objects.filter(action="accounts.address_changed", about_id=str(person.pk)).count() == 1


def test_two_requests_at_once_leave_one_that_waits():
    person = UserFactory()

    at_once(*[lambda n=n: changes.ask(person, f"wanted{n}@example.org", at=NOON) for n in range(4)])

    assert AddressChange.objects.filter(person=person, ended_at=None).count() == 1


@pytest.mark.parametrize("again", range(3))
def test_the_same_table_sent_twice_at_once_invites_nobody_twice(again):
    text = "name,email\n" + "".join(f"Person {'ABCDEFGH'[n]},p{n}@example.org\n" for n in range(8))
    tables = [invitees.read(data.encode(), "people.csv") for data in (text, "\n".join(["name,email", *reversed(text.splitlines()[1:])]))]
    for rows in tables:
        invitees.judge(rows)

    assert at_once(*[lambda rows=rows: invitees.invite(rows, by=None) for rows in tables]) == ["done", "done"]

    assert Entry.objects.filter(action="accounts.invited").count() == 8
    assert User.objects.filter(email__startswith="p", name_words__isnull=False).distinct().count() == 8
