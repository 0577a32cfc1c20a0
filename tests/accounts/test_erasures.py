"""Being forgotten: who may, what speaks against it, and that it is done whole or not at all."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction

from accounts import erasures, guards, invitations, kept, links, naming, people, personal, proposals, recoveries, roles
from accounts.facts import SiteRole
from accounts.models import ErasureRequest, Name, User
from accounts.models.people import FORGOTTEN
from audit import clock, log
from audit.invariants import broken as findings
from certification.facts import SanctionKind, Standing
from certification.models import Certificate, Sanction, Term
from outbox import delivery, queue
from outbox.models import OutboxMessage
from tests.accounts.signing import sign
from tests.factories.accounts import PASSWORD, AdministratorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory
from tests.logins import app_of

pytestmark = pytest.mark.django_db


def forget(person, **words) -> User:
    erasures.erase(person, by=person, at=clock.now(), **words)
    return User.objects.get(pk=person.pk)


def refused(person, *, by=None) -> list[str]:
    with pytest.raises(erasures.NotErased) as refusal:
        erasures.erase(person, by=by or person, at=clock.now())
    return refusal.value.reasons


def done(person) -> list[str]:
    return [entry.action.removeprefix("accounts.") for entry in log.history(person)]


def test_the_row_stays_and_names_nobody():
    person = UserFactory(full_name="Anna Weber", email="anna@example.org")

    gone = forget(person)

    assert (gone.get_full_name(), gone.name, gone.email) == (FORGOTTEN, None, f"{person.uid.hex}@erased.invalid")
    assert (gone.is_active, gone.last_login, gone.has_usable_password()) == (False, None, False)
    assert not people.find("Anna Weber")
    assert done(person)[-1] == "erased"
    assert not list(findings())


def test_nobody_logs_in_as_somebody_who_was_forgotten(client):
    person = UserFactory(email="anna@example.org")
    client.force_login(person)
    assert client.get("/accounts/security/").status_code == 200

    gone = forget(person)

    assert client.get("/accounts/security/").status_code == 302
    assert authenticate(None, username="anna@example.org", password=PASSWORD) is None
    assert authenticate(None, username=gone.email, password=PASSWORD) is None


def test_no_link_from_before_brings_the_person_back():
    person, new = UserFactory(), User.objects.create_user("new@example.org")
    password, invitation = links.password_path(person).split("/")[-2], links.invitation_path(new).split("/")[-2]
    assert links.for_password(person.uid, password)
    assert links.for_invitation(invitation)

    forget(person)
    forget(new)

    assert links.for_password(person.uid, password) is None
    assert links.for_invitation(invitation) is None


def test_no_name_no_invitation_and_no_role_is_given_to_a_tombstone():
    gone = forget(UserFactory())

    with pytest.raises(naming.NameNotUsable, match="erased"):
        naming.rename(gone, "Anna Weber", by=None)
    with pytest.raises(invitations.CannotInvite, match="erased"):
        invitations.invite(gone, by=None)
    with pytest.raises(roles.CannotChangeRole):
        roles.grant(gone, SiteRole.STAFF, by=None, reason="Back again")
    assert refused(gone) == [erasures.ALREADY]


@pytest.mark.parametrize(
    "change", [{"email": "anna@example.org"}, {"erased_at": None, "is_active": True}, {"password": "x"}, {"is_staff": True}]
)
def test_the_database_keeps_a_tombstone_as_it_is(change):
    gone = forget(UserFactory())

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=gone.pk).update(**change)

    assert User.objects.filter(pk=gone.pk, email=gone.email, is_active=False, is_staff=False).exclude(erased_at=None).exists()


def test_a_tombstone_that_could_be_changed_and_ties_that_came_back_are_named():
    gone = forget(UserFactory())
    with connection.cursor() as cursor:
        for statement in guards.dropping(connection.vendor):
            cursor.execute(statement)
    Name.objects.create(user=gone, full_name="Anna Weber")
    app_of(gone)

    found = " ".join(str(finding) for finding in findings())

    assert f"the trigger {guards.TOMBSTONE} is gone" in found
    assert f"account {gone.pk} was forgotten and has a row of name still" in found
    assert f"account {gone.pk} was forgotten and has a row of authenticator app still" in found


def test_whoever_holds_an_office_gives_it_up_first():
    person = AuthorFactory()
    assert refused(person) == [erasures.OFFICE_HELD]

    roles.withdraw(person, SiteRole.AUTHOR, by=None, reason="Asked for it")

    assert forget(person).erased_at


def test_what_waits_for_signatures_is_told_with_its_day():
    person, other = UserFactory(), AdministratorFactory()
    AdministratorFactory()
    made = recoveries.propose(person, by=other, reason="Lost the phone", at=clock.now())

    (reason,) = refused(person)

    assert f"{made.expires_at:%B} {made.expires_at.day}, {made.expires_at.year}" in reason


def test_while_a_sanction_is_published_every_reason_is_told_with_its_day():
    today = clock.today()
    until = today + timedelta(days=30)
    certificate = CertificateFactory()
    SanctionFactory(certificate=certificate, first_day=today - timedelta(days=3), last_day=until)
    SanctionFactory(certificate=certificate, kind=SanctionKind.REPRIMAND, first_day=today - timedelta(days=3), published_until=None)
    over = today - timedelta(days=1)
    SanctionFactory(certificate=certificate, kind=SanctionKind.CONDITIONS, first_day=over, last_day=over, published_until=over)

    suspension, reprimand = refused(certificate.holder)

    assert f"Suspension of {certificate.number}" in suspension
    assert f"{today - timedelta(days=3):%B}" in suspension
    assert "no last day is set" in suspension
    assert "Public reprimand" in reprimand
    assert not certificate.holder.erased_at
    assert Certificate.objects.get(pk=certificate.pk).holder.name


def test_nobody_vanishes_the_day_before_a_sanction_begins_and_what_lies_ahead_is_not_named():
    certificate = CertificateFactory()
    tomorrow = clock.today() + timedelta(days=1)
    SanctionFactory(certificate=certificate, kind=SanctionKind.REVOCATION, first_day=tomorrow)

    (reason,) = refused(certificate.holder)

    assert f"from {tomorrow:%B} {tomorrow.day}, {tomorrow.year} on" in reason
    assert "evocation" not in reason


def test_once_it_is_no_longer_published_the_word_stays_and_the_name_goes(client):
    today = clock.today()
    certificate = CertificateFactory(holder__full_name="Anna Weber")
    SanctionFactory(
        certificate=certificate,
        kind=SanctionKind.REVOCATION,
        first_day=today - timedelta(days=900),
        published_until=today - timedelta(days=1),
    )

    forget(certificate.holder)

    page = client.get(certificate.get_absolute_url()).content.decode()
    assert "revoked" in page.lower()
    assert "Anna" not in page
    assert set(Sanction.objects.values_list("public_note", "reason")) == {("", "")}
    assert Certificate.objects.with_standing(on=today).get().standing == Standing.REVOKED


def test_certificates_that_run_are_given_back():
    certificate = CertificateFactory(holder__full_name="Anna Weber", term__first_day=clock.today() - timedelta(days=90))

    forget(certificate.holder)

    (term,) = certificate.terms.current()
    assert (term.last_day, term.given_back, term.reason) == (clock.today(), True, "")
    assert not OutboxMessage.objects.filter(kind="certification.given_back").exists()


def test_only_the_person_or_two_administrators_say_yes():
    person = UserFactory()

    assert refused(person, by=AdministratorFactory()) == ["The person says yes, or two site administrators sign."]


def test_two_administrators_forget_a_person_who_cannot_log_in(mailoutbox):
    person, first, second = UserFactory(full_name="Anna Weber"), AdministratorFactory(), AdministratorFactory()
    made = erasures.propose(person, by=first, reason="Telephoned on Monday", at=clock.now())
    assert "Anna Weber" in made.document
    delivery.sweep()
    assert [mail.subject for mail in mailoutbox if mail.to == [person.email]] == [
        "Two people are asked to sign that your account is erased"
    ]

    sign(made, second, at=clock.now())
    delivery.sweep()

    made.refresh_from_db()
    assert User.objects.get(pk=person.pk).erased_at
    assert (made.state, made.document, made.payload) == ("done", "", {})
    assert not list(findings())


def test_one_administrator_who_is_alone_is_told_what_to_do():
    with pytest.raises(proposals.CannotSign, match="there is no other one"):
        erasures.propose(UserFactory(), by=AdministratorFactory(), reason="Telephoned", at=clock.now())


def test_a_published_sanction_stops_two_administrators_as_well():
    certificate = CertificateFactory()
    first, second = AdministratorFactory(), AdministratorFactory()
    made = erasures.propose(certificate.holder, by=first, reason="Telephoned", at=clock.now())
    SanctionFactory(certificate=certificate)

    with pytest.raises(proposals.CannotSign, match="name and number stay"):
        sign(made, second, at=clock.now())

    assert not User.objects.get(pk=certificate.holder_id).erased_at


def test_the_office_notes_a_wish_once_and_a_letter_asks_the_person(mailoutbox):
    person, office = UserFactory(), StaffFactory()
    erasures.ask(person, reason="Wrote to us", by=office, at=clock.now())

    with pytest.raises(erasures.NotErased, match="noted already"):
        erasures.ask(person, reason="Wrote again", by=office, at=clock.now())
    with pytest.raises(erasures.NotErased, match="Please say why"):
        erasures.ask(UserFactory(), reason=" ", by=office, at=clock.now())
    delivery.sweep()

    assert erasures.waiting(person).reason == "Wrote to us"
    assert [mail.subject for mail in mailoutbox] == ["Shall we erase your account?"]
    assert "/my/data/forget/" in mailoutbox[0].body
    assert "Wrote to us" not in mailoutbox[0].body


def test_a_wish_that_was_taken_back_is_over_and_its_letter_stays_home(mailoutbox):
    person, office = UserFactory(), StaffFactory()
    erasures.ask(person, reason="Wrote to us", by=office, at=clock.now())

    assert erasures.take_back(person, by=person, at=clock.now())
    assert not erasures.take_back(person, by=person, at=clock.now())
    delivery.sweep()

    assert erasures.waiting(person) is None
    assert not mailoutbox
    assert done(person)[-2:] == ["erasure_asked", "erasure_taken_back"]


def test_saying_yes_ends_the_wish_and_empties_its_words():
    person = UserFactory()
    erasures.ask(person, reason="Wrote to us", by=StaffFactory(), at=clock.now())

    forget(person)

    assert ErasureRequest.objects.get().reason == ""
    assert ErasureRequest.objects.get().ended_at


@pytest.mark.parametrize("app", ["accounts", "certification", "cms", "courses"])
def test_what_breaks_in_the_middle_leaves_everything_as_it_was(app, monkeypatch):
    certificate = CertificateFactory(holder__full_name="Anna Weber")
    person = certificate.holder
    part = personal.PARTS[app]

    class Killed(BaseException):
        pass

    def breaks(*args):
        part.forget(*args)
        raise Killed

    fields = {name: getattr(part, name) for name in personal.Part.__slots__}
    monkeypatch.setitem(personal.PARTS, app, personal.Part(**{**fields, "forget": breaks}))
    with pytest.raises(Killed), transaction.atomic():
        erasures.erase(person, by=person, at=clock.now())

    there = User.objects.get(pk=person.pk)
    assert (there.email, there.get_full_name(), there.is_active) == (person.email, "Anna Weber", True)
    assert not Term.objects.exclude(voided_at=None).exists()
    assert "erased" not in done(person)


def test_letters_of_somebody_else_stay_whatever_their_numbers():
    person, other = UserFactory(), UserFactory()
    queue.put("accounts.password_changed", other.pk, key="of the other")
    queue.put("accounts.password_changed", person.pk, key="of the person")
    queue.put("accounts.export", person.pk, key="a copy that has the same number")

    forget(person)

    assert {message.key for message in OutboxMessage.objects.all()} >= {"of the other", "a copy that has the same number"}
    assert not OutboxMessage.objects.filter(key="of the person").exists()


def test_every_effect_of_accounts_says_whether_it_goes_with_its_person():
    """A new kind of letter is put on one of the two lists in accounts/kept.py."""
    ours = {kind for kind in queue.HANDLERS if kind.startswith("accounts.")}

    assert ours == kept.LETTERS | set(kept.STAYING)
    assert not kept.LETTERS & set(kept.STAYING)
