"""What nobody does alone: proposed, read, signed by several, done once, or dead with words."""

import dataclasses
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.urls import reverse

from accounts import guards, invariants, proposals, roles, rules
from accounts.facts import SiteRole
from accounts.models import Name, Proposal, Signature, User
from audit import log
from outbox import delivery
from outbox.models import OutboxMessage
from tests.accounts.signing import NOON, proposed, sign
from tests.factories.accounts import AdministratorFactory, AuditorFactory, AuthorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
AUDITOR, ADMINISTRATOR = SiteRole.AUDITOR, SiteRole.SITE_ADMINISTRATOR


class TooLate(ValueError):
    reasons = ("The bell has rung.",)


@pytest.fixture
def bell(monkeypatch):
    """Ringing a bell, which takes a person of the office and an author; what was rung is listed."""
    rung = []
    monkeypatch.setattr(proposals, "KINDS", dict(proposals.KINDS))

    def ring(payload, *, by, at, proposal):
        if payload["tone"] == "cracked":
            raise TooLate
        if payload["tone"] == "broken":
            raise RuntimeError("the rope tore")
        UserFactory(email=f"{payload['tone']}@example.org")
        rung.append((payload["tone"], by.pk, at))

    signers = [lambda person: roles.holds(person, SiteRole.STAFF), lambda person: roles.holds(person, SiteRole.AUTHOR)]

    @proposals.kind("tests.bell", title="Ring the bell", signers=signers, act=ring, refusals=(TooLate,))
    def document(payload):
        return f"The bell is rung in {payload['tone']}."

    return rung


def rings(tone="C", *, by=None, at=NOON) -> Proposal:
    return proposals.make("tests.bell", {"tone": tone}, about=None, by=by or StaffFactory(), at=at)


def refused(proposal, by, *, at=NOON, shown=None) -> str:
    with pytest.raises(proposals.CannotSign) as refusal:
        proposals.sign(proposal, shown=shown or proposals.digest_of(proposal), by=by, at=at)
    return " ".join(refusal.value.reasons)


def actions(proposal) -> list[str]:
    return [entry.action.removeprefix("accounts.") for entry in log.history(proposal)]


# The way it goes


def test_the_first_post_stores_it_with_one_signature_and_does_nothing(bell):
    proposal = rings()

    assert bell == []
    assert proposal.signatures.get().number == 1
    assert proposal.expires_at - proposal.made_at == timedelta(days=7)
    assert actions(proposal) == ["proposed", "signed"]


def test_the_last_signature_does_it_in_its_own_transaction(bell):
    proposal, author = rings(), AuthorFactory()

    sign(proposal, author, at=NOON + timedelta(hours=3))

    proposal.refresh_from_db()
    assert bell == [("C", author.pk, NOON + timedelta(hours=3))]
    assert (proposal.state, proposal.ended_at) == ("done", NOON + timedelta(hours=3))
    assert actions(proposal) == ["proposed", "signed", "signed", "carried_out"]
    assert {signature.digest for signature in proposal.signatures.all()} == {proposals.digest_of(proposal)}


def test_what_is_signed_is_the_one_spelling_of_the_payload_and_the_document_as_read(bell):
    proposal = proposals.make("tests.bell", {"tone": "Cafe\u0301"}, about=None, by=StaffFactory(), at=NOON)

    assert proposal.payload == {"tone": "Café"}
    assert proposal.payload_digest == rules.digest('{"tone":"Café"}')
    assert proposal.document_digest == rules.digest("The bell is rung in Café.")


def test_three_seats_take_three_people(bell):
    wanted = proposals.KINDS["tests.bell"]
    third = [*wanted.signers, lambda person: roles.holds(person, SiteRole.STAFF)]
    proposals.kind("tests.peal", title="Ring a peal", signers=third, act=wanted.act)(wanted.document)
    proposal = proposals.make("tests.peal", {"tone": "D"}, about=None, by=StaffFactory(), at=NOON)

    sign(proposal, StaffFactory())
    assert bell == []
    assert "somebody with another role" in refused(proposal, StaffFactory())
    sign(proposal, AuthorFactory())

    assert [tone for tone, *_ in bell] == ["D"]


def test_who_fits_both_seats_does_not_take_the_other_ones(bell):
    both = UserFactory(roles=[SiteRole.STAFF, SiteRole.AUTHOR])
    proposal = rings(by=both)

    sign(proposal, StaffFactory())

    assert [tone for tone, *_ in bell] == ["C"]


def test_who_may_sign_gets_a_letter_that_says_nothing_of_what_waits(bell, mailoutbox):
    author, other = AuthorFactory(), UserFactory()
    rings("Secret-tone")
    for message in OutboxMessage.objects.filter(kind="accounts.signature_waits"):
        delivery.deliver(message.pk)

    assert [letter.to for letter in mailoutbox] == [[author.email]]
    assert "Secret" not in mailoutbox[0].subject + mailoutbox[0].body
    assert other.email not in [address for letter in mailoutbox for address in letter.to]


# Who does not sign


def test_nobody_signs_twice(bell):
    both = UserFactory(roles=[SiteRole.STAFF, SiteRole.AUTHOR])
    proposal = rings(by=both)

    assert "signed it already" in refused(proposal, both)
    assert bell == []


@pytest.mark.parametrize("who", [UserFactory, AdministratorFactory, AuditorFactory])
def test_who_has_no_seat_does_not_sign_and_does_not_propose(bell, who):
    proposal = rings()

    assert "do not let you sign" in refused(proposal, who())
    with pytest.raises(proposals.CannotSign, match="do not let you sign"):
        rings("E", by=who())
    assert Proposal.objects.count() == 1


def test_nobody_signs_what_is_about_themselves(bell):
    author = AuthorFactory()
    proposal = proposals.make("tests.bell", {"tone": "C"}, about=author, by=StaffFactory(), at=NOON)

    assert "about you" in refused(proposal, author)


def test_a_role_lost_by_the_first_signer_makes_it_void_with_words(bell):
    staff = StaffFactory(full_name="Mira Okonkwo")
    proposal = rings(by=staff)
    roles.withdraw(staff, SiteRole.STAFF, by=None, reason="Moves on")

    words = refused(proposal, AuthorFactory())

    proposal.refresh_from_db()
    assert words.startswith("Mira Okonkwo signed it and may no longer do so")
    assert (proposal.state, proposal.ended_why, proposal.signatures.count()) == ("void", words, 1)
    assert actions(proposal)[-1] == "proposal_voided"
    assert bell == []


def test_a_signer_who_may_no_longer_log_in_makes_it_void(bell):
    staff = StaffFactory()
    proposal = rings(by=staff)
    User.objects.filter(pk=staff.pk).update(is_active=False)

    assert "may no longer do so" in refused(proposal, AuthorFactory())


# Seats that depend on what is proposed, and words that are kept elsewhere


@pytest.fixture
def vault(monkeypatch):
    """Opening a vault takes its two keepers, whoever they are; what is in it is said to its keepers alone. Lists what was read."""
    monkeypatch.setattr(proposals, "KINDS", dict(proposals.KINDS))
    read = []

    def keeper(pk):
        return lambda person: person.pk == pk

    @proposals.kind(
        "tests.vault",
        title="Open a vault",
        signers=lambda payload: [keeper(pk) for pk in payload["keepers"]],
        act=lambda payload, **more: None,
        candidates=lambda payload: User.objects.filter(pk__in=[*payload["keepers"], payload["neighbor"]]),
        among=lambda person: Q(payload__neighbor=person.pk) | Q(made_by=person) | Q(payload__contents="silver"),
        reading=lambda payload, person: read.append(person.pk) or "In it lies a Secret-word.",
    )
    def document(payload):
        return f"Vault of {payload['contents']}"

    return read


def opens(*keepers, by=None, contents="silver", neighbor=0) -> Proposal:
    payload = {"keepers": [one.pk for one in keepers], "contents": contents, "neighbor": neighbor}
    return proposals.make("tests.vault", payload, about=None, by=by or keepers[0], at=NOON)


def test_the_payload_says_who_signs(vault):
    first, second, other = UserFactory(), UserFactory(), UserFactory()
    with pytest.raises(proposals.CannotSign, match="do not let you sign"):
        opens(first, second, by=other)
    proposal = opens(first, second)

    assert "do not let you sign" in refused(proposal, other)
    sign(proposal, second)

    proposal.refresh_from_db()
    assert proposal.state == "done"


def test_who_has_a_seat_in_one_has_none_in_another(vault):
    first, second, third = UserFactory(), UserFactory(), UserFactory()
    ours, theirs = opens(first, second), opens(second, third, contents="gold")

    assert proposals.may_sign(ours, first)
    assert not proposals.may_sign(theirs, first)
    assert not proposals.may_read(theirs, first)


def test_as_many_signatures_are_needed_as_the_payload_gives_seats_and_never_fewer_than_two(vault):
    three = [UserFactory() for _ in range(3)]

    assert opens(*three).needed == 3
    with pytest.raises(ValueError, match="two signers"):
        opens(three[0], contents="gold")
    assert Proposal.objects.count() == 1


def test_seats_that_grew_since_the_first_signature_make_it_void(vault, monkeypatch):
    first, second = UserFactory(), UserFactory()
    proposal = opens(first, second)
    wanted = proposals.KINDS["tests.vault"]
    more = dataclasses.replace(wanted, signers=lambda payload: [*wanted.signers(payload), lambda person: True])
    monkeypatch.setitem(proposals.KINDS, "tests.vault", more)

    assert refused(proposal, second) == proposals.CHANGED


def test_a_seat_lost_meanwhile_makes_it_void_where_the_payload_gives_the_seats(vault, monkeypatch):
    first, second = UserFactory(full_name="Mira Okonkwo"), UserFactory()
    proposal = opens(first, second)
    wanted = proposals.KINDS["tests.vault"]
    lost = dataclasses.replace(wanted, signers=lambda payload: [lambda person: person == second] * 2)
    monkeypatch.setitem(proposals.KINDS, "tests.vault", lost)

    assert refused(proposal, second).startswith("Mira Okonkwo signed it and may no longer do so")


def test_those_whom_the_kind_names_are_told_and_only_who_may_sign(vault):
    first, second, neighbor = UserFactory(), UserFactory(), UserFactory()
    StaffFactory()
    opens(first, second, neighbor=neighbor.pk)

    told = OutboxMessage.objects.filter(kind="accounts.signature_waits").values_list("subject_id", flat=True)
    assert [subject.partition(":")[2] for subject in told] == [str(second.pk)]


def test_confidential_words_are_read_by_those_who_may_and_kept_nowhere(vault):
    first, second, other = UserFactory(), UserFactory(), UserFactory()
    proposal = opens(first, second)

    assert proposals.reading(proposal, second) == "In it lies a Secret-word."
    with pytest.raises(PermissionError):
        proposals.reading(proposal, other)
    assert vault == [second.pk]
    assert "Secret" not in proposal.document + json.dumps(proposal.payload)
    assert proposals.headline(proposal) == "Open a vault"


def test_the_page_shows_the_words_and_the_list_does_not(vault, client):
    first, second = UserFactory(roles=[SiteRole.STAFF]), UserFactory(roles=[SiteRole.AUTHOR])
    proposal = opens(first, second)
    client.force_login(second)

    page = client.get(reverse("proposal", args=[proposal.uid])).content.decode()
    told = client.get(reverse("proposals")).content.decode()

    assert "Secret-word" in page
    assert "Vault of silver" not in page
    assert "Open a vault" in told
    assert "Secret" not in told
    assert vault == [second.pk]


def test_the_list_of_a_person_holds_theirs_alone_however_many_others_ended_later(vault, client):
    first, second = UserFactory(roles=[SiteRole.STAFF]), UserFactory()
    mine = opens(first, second, contents="gold")
    proposals.withdraw(mine, reason="Not now", by=first, at=NOON)
    for n in range(25):
        other = opens(second, UserFactory(), contents="silver", neighbor=-n - 1)
        proposals.withdraw(other, reason="Not now", by=second, at=NOON + timedelta(hours=1))
    client.force_login(first)

    ended = client.get(reverse("proposals")).context["ended"]

    assert [row["proposal"] for row in ended] == [mine]


def test_a_forgotten_proposal_of_this_sort_opens_to_nobody_by_its_seats(vault):
    first, second = UserFactory(), UserFactory()
    proposal = opens(first, second)
    proposals.withdraw(proposal, reason="Not now", by=first, at=NOON)
    Proposal.objects.filter(pk=proposal.pk).update(payload={}, document="", ended_why="Forgotten.", forgotten_at=NOON)
    proposal.refresh_from_db()

    assert not proposals.may_read(proposal, second)
    assert proposals.reading(proposal, first) == ""


def test_seats_by_payload_say_whom_to_tell(vault):
    with pytest.raises(ValueError, match="candidates"):
        proposals.kind("tests.silent", title="Silent", signers=lambda payload: [bool, bool], act=print)(str)


# What ends it


@pytest.mark.parametrize(
    ("later", "is_open"), [(timedelta(days=7, seconds=-1), True), (timedelta(days=7), False), (timedelta(days=400), False)]
)
def test_it_dies_after_seven_days_without_any_job(bell, later, is_open):
    proposal, author = rings(), AuthorFactory()

    if is_open:
        sign(proposal, author, at=NOON + later)
    else:
        assert "seven days are over" in refused(proposal, author, at=NOON + later)
    assert bool(bell) == is_open
    assert Proposal.objects.waiting(at=NOON + later).exists() is False


def test_what_is_over_can_be_proposed_again(bell):
    first, staff = rings(), StaffFactory()
    with pytest.raises(proposals.CannotSign, match="waits for a signature already"):
        rings(by=staff, at=NOON + timedelta(days=1))

    second = rings(by=staff, at=NOON + timedelta(days=8))

    first.refresh_from_db()
    assert (first.state, first.ended_why) == ("void", proposals.OVER)
    assert second.pk != first.pk


def test_other_words_than_those_that_were_read_are_not_signed(bell):
    proposal, other = rings(), rings("D")

    assert "read it again" in refused(proposal, AuthorFactory(), shown=proposals.digest_of(other))
    assert bell == []
    assert proposal.signatures.count() == 1


def behind_its_back(statement, *parameters):
    """What a person at the database could do, with the guards out of the way."""
    with connection.cursor() as cursor:
        for drop in guards.dropping(connection.vendor):
            cursor.execute(drop)
        cursor.execute(statement, parameters)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_proposal SET payload = %s", "UPDATE accounts_proposal SET document = %s", "UPDATE accounts_proposal SET kind = %s"],
)
def test_an_edit_after_the_first_signature_makes_it_void_or_unreadable(bell, statement):
    wanted = proposals.KINDS["tests.bell"]
    proposals.kind("tests.gong", title="Ring the gong", signers=wanted.signers, act=wanted.act)(wanted.document)
    proposal, author = rings(), AuthorFactory()
    shown = proposals.digest_of(proposal)
    behind_its_back(statement, json.dumps({"tone": "Z"}) if "payload" in statement else "tests.gong")
    proposal.refresh_from_db()

    words = refused(proposal, author, shown=shown)

    assert "void" in words or "read it again" in words
    assert bell == []


def test_a_document_that_would_read_differently_today_makes_it_void():
    person = UserFactory(full_name="Mira Okonkwo")
    proposal = proposed(person, AUDITOR)
    Name.objects.filter(user=person).update(full_name="Mira Ode")

    assert "has changed since it was first signed" in refused(proposal, AdministratorFactory())
    assert not roles.holds(User.objects.get(pk=person.pk), AUDITOR)


def test_an_act_that_refuses_leaves_it_waiting_without_the_last_signature(bell):
    proposal = rings("cracked")

    words = refused(proposal, AuthorFactory())

    proposal.refresh_from_db()
    assert words == "The bell has rung. It was not signed and not done."
    assert (proposal.state, proposal.signatures.count()) == ("open", 1)
    assert actions(proposal) == ["proposed", "signed"]


def test_an_act_that_breaks_leaves_it_as_it_was(bell):
    proposal, author = rings("broken"), AuthorFactory()

    with pytest.raises(RuntimeError, match="the rope tore"):
        sign(proposal, author)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.signatures.count()) == ("open", 1)
    assert not Signature.objects.filter(person=author).exists()


def test_nothing_is_signed_after_the_end(bell):
    done, withdrawn = rings("C"), rings("D")
    sign(done, AuthorFactory())
    proposals.withdraw(withdrawn, reason="Too loud", by=withdrawn.made_by, at=NOON)

    assert "done already" in refused(done, AuthorFactory())
    assert "withdrawn" in refused(withdrawn, AuthorFactory())
    assert [tone for tone, *_ in bell] == ["C"]


def test_who_made_it_or_may_sign_it_withdraws_it_with_a_reason(bell):
    proposal, author = rings(), AuthorFactory()

    for by, reason in [(UserFactory(), "Just so"), (author, " "), (author, "x" * 501)]:
        with pytest.raises(proposals.CannotWithdraw):
            proposals.withdraw(proposal, reason=reason, by=by, at=NOON)
    proposals.withdraw(proposal, reason="Too loud", by=author, at=NOON)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.ended_why) == ("withdrawn", "Too loud")
    assert actions(proposal)[-1] == "proposal_withdrawn"
    with pytest.raises(proposals.CannotWithdraw, match="was withdrawn"):
        proposals.withdraw(proposal, reason="Again", by=author, at=NOON)


def test_a_kind_has_two_signers_at_least_and_a_name_of_its_own(bell):
    with pytest.raises(ValueError, match="two signers"):
        proposals.kind("tests.alone", title="Alone", signers=[lambda person: True], act=print)(str)
    with pytest.raises(ValueError, match="two kinds"):
        proposals.kind("tests.bell", title="Again", signers=[bool, bool], act=print)(str)


# What the database refuses


def test_the_database_lets_nothing_be_done_with_one_signature(bell):
    proposal = rings()

    with pytest.raises(IntegrityError, match="accounts_proposal_is_not_changed"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="done", ended_at=NOON)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": {"tone": "Z"}},
        {"document": "Other words."},
        {"needed": 1},
        {"expires_at": NOON + timedelta(days=90)},
        {"kind": "tests.gong"},
    ],
)
def test_the_database_keeps_a_proposal_as_it_was_made(bell, change):
    proposal = rings()

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**change)


def test_the_database_lets_nothing_come_back_to_life(bell):
    proposal = rings()
    proposals.withdraw(proposal, reason="Too loud", by=proposal.made_by, at=NOON)

    for change in ({"state": "open", "ended_at": None, "ended_why": ""}, {"state": "done"}, {"ended_why": "Another reason"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).update(**change)


def test_the_database_keeps_signatures_one_for_each_person_and_seat(bell):
    proposal, author = rings(), AuthorFactory()
    first = proposal.signatures.get()
    fields = {"proposal": proposal, "digest": "0" * 64}

    for person, number in [(first.person, 2), (author, 1), (author, 3), (author, 0)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Signature.objects.create(person=person, number=number, **fields)
    for act in (first.delete, lambda: Signature.objects.filter(pk=first.pk).update(person=author), proposal.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_database_takes_no_signature_after_the_end(bell):
    proposal = rings()
    proposals.withdraw(proposal, reason="Too loud", by=proposal.made_by, at=NOON)

    with pytest.raises(IntegrityError, match="accounts_signature_fits"), transaction.atomic():
        Signature.objects.create(proposal=proposal, person=AuthorFactory(), number=2, digest="0" * 64)


@pytest.mark.parametrize(
    "fields",
    [{"needed": 1}, {"state": "signed"}, {"ended_at": NOON}, {"state": "void", "ended_at": NOON}, {"state": "done"}, {"expires_at": NOON}],
)
def test_no_row_contradicts_itself(fields):
    row = {
        "kind": "tests.bell",
        "payload": {},
        "needed": 2,
        "made_by": UserFactory(),
        "made_at": NOON,
        "expires_at": NOON + timedelta(days=7),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(**{**row, **fields})


# Invariants


def findings() -> list[str]:
    return [*invariants.what_is_done_was_signed(), *invariants.guards_stand()]


def test_an_untouched_history_of_proposals_holds(bell):
    sign(rings("C"), AuthorFactory())
    rings("D")
    proposals.withdraw(rings("E"), reason="Too loud", by=UserFactory(roles=[SiteRole.STAFF]), at=NOON)

    assert findings() == []


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE accounts_proposal SET document = 'Other words.'", "does not fit its digests"),
        ('UPDATE accounts_proposal SET payload = \'{"tone": "Z"}\'', "does not fit its digests"),
        ("DELETE FROM accounts_signature WHERE number = 2", "was done without the signatures it needs"),
        ("UPDATE accounts_signature SET digest = 'x' WHERE number = 1", "is for something else"),
        (
            "UPDATE accounts_proposal SET about_id = (SELECT person_id FROM accounts_signature WHERE number = 1)",
            "was done without the signatures it needs",
        ),
    ],
)
def test_what_was_changed_at_the_database_is_found(bell, statement, words):
    sign(rings(), AuthorFactory())
    behind_its_back(statement)

    (finding,) = invariants.what_is_done_was_signed()
    assert words in finding
    assert [finding.endswith("is gone") for finding in invariants.guards_stand()] == [True] * len(guards.NAMES)


# Forgetting a person


def test_the_words_about_a_person_go_and_the_signatures_stay():
    person = UserFactory(full_name="Mira Okonkwo")
    done, died, waits = _three(person)

    assert proposals.forget(person, at=NOON) == 2

    for proposal in (done, died):
        proposal.refresh_from_db()
        assert "Mira" not in json.dumps([proposal.payload, proposal.document, proposal.ended_why])
        assert proposal.signatures.exists()
    waits.refresh_from_db()
    assert waits.document
    assert findings() == []
    assert proposals.forget(person, at=NOON) == 0


def _three(person):
    """A proposal about the person that was done, one that was withdrawn, one that waits."""
    done = proposed(person, AUDITOR)
    sign(done, AdministratorFactory())
    died = proposed(person, AUDITOR, grants=False)
    proposals.withdraw(died, reason="Mira stays", by=died.made_by, at=NOON)
    return done, died, proposed(person, AUDITOR, grants=False)


# Roles by two


@pytest.mark.parametrize("role", [AUDITOR, ADMINISTRATOR])
def test_two_site_administrators_grant_and_withdraw_what_takes_two(role):
    person = UserFactory()
    granting = proposed(person, role)
    assert not roles.holds(User.objects.get(pk=person.pk), role)
    sign(granting, AdministratorFactory())
    assert roles.holds(User.objects.get(pk=person.pk), role)
    entry = log.history(person).filter(action="accounts.role_granted").get()
    assert entry.detail.facts == {"role": role.value, "reason": "Needed", "proposal": str(granting.uid)}

    sign(proposed(person, role, grants=False), AdministratorFactory())

    assert not roles.holds(User.objects.get(pk=person.pk), role)
    assert list(invariants.wagtail_follows()) == []


def test_the_document_says_who_gets_what_and_why():
    person = UserFactory(full_name="Mira Okonkwo", email="mira@example.org")

    document = proposed(person, AUDITOR).document

    assert document == (
        "Mira Okonkwo (mira@example.org) gets the role “Auditor”.\n\n"
        "What the role is: Reads who did what and who holds which role, and changes nothing. Holds no other role.\n\nReason: Needed"
    )


def test_a_site_administrator_alone_is_told_what_to_do():
    alone = AdministratorFactory()

    with pytest.raises(roles.CannotChangeRole, match=r"manage\.py appoint_first"):
        roles.propose(UserFactory(), AUDITOR, grants=True, by=alone, reason="Needed", at=NOON)
    with pytest.raises(roles.CannotChangeRole, match=r"manage\.py appoint_first"):
        roles.propose(AdministratorFactory(), ADMINISTRATOR, grants=False, by=alone, reason="Needed", at=NOON)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("who", [UserFactory, StaffFactory, AuditorFactory])
def test_only_site_administrators_propose_a_role(who):
    AdministratorFactory.create_batch(2)

    with pytest.raises(proposals.CannotSign, match="do not let you sign"):
        roles.propose(UserFactory(), AUDITOR, grants=True, by=who(), reason="Needed", at=NOON)


@pytest.mark.parametrize("holder", [StaffFactory, AuthorFactory, AdministratorFactory])
def test_nobody_is_proposed_for_what_they_cannot_hold(holder):
    with pytest.raises(roles.CannotChangeRole, match="no other role"):
        proposed(holder(), AUDITOR)


def test_what_stands_against_it_by_the_last_signature_refuses_it_then():
    person = UserFactory()
    proposal = proposed(person, AUDITOR)
    roles.grant(person, SiteRole.STAFF, by=None, reason="Joins the office")

    assert "no other role" in refused(proposal, AdministratorFactory())
    assert Proposal.objects.get().state == "open"


def test_two_site_administrators_remain_after_every_withdrawal():
    first, second, third = AdministratorFactory.create_batch(3)
    away = roles.propose(third, ADMINISTRATOR, grants=False, by=first, reason="Moves on", at=NOON)
    sign(away, second)

    with pytest.raises(roles.CannotChangeRole, match="Two site administrators have to remain"):
        roles.propose(second, ADMINISTRATOR, grants=False, by=first, reason="Moves on", at=NOON)


def test_one_signature_is_enough_for_staff_and_nothing_is_proposed_for_it():
    with pytest.raises(roles.CannotChangeRole, match="enough"):
        proposed(UserFactory(), SiteRole.STAFF)
