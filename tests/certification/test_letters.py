"""A letter after each correction, once, to those it concerns and about them alone; none before somebody was invited."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command

from accounts import invitations, links
from accounts.models import AddressCode, User
from audit import clock, log
from certification import actions, corrections, issuing, reminders, renewals, roster, terms
from certification.facts import in_words
from certification.models import Certificate, CertificateDocument, Term
from outbox import delivery, queue
from outbox.models import OutboxMessage
from outbox.queue import HANDLERS
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SchemeFactory, TermFactory, edition_in_force, ready_to_renew

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def office():
    return StaffFactory(full_name="Anna Shcherbakova")


@pytest.fixture
def certificate():
    today = clock.today()
    return CertificateFactory(
        holder__full_name="Jürgen Käßmann", term__first_day=today - 300 * DAY, term__last_day=today + 430 * DAY, term__granted="imported"
    )


def deliver():
    """Everything that waits but the making of PDFs."""
    for message in OutboxMessage.objects.filter(done_at=None).exclude(kind="certification.deliver_certificate").order_by("pk"):
        delivery.deliver(message.pk)


def give(certificate, person, office):
    return corrections.give_to(certificate, person, reason="Two people of one name: Mei Lin", by=office, on=clock.today())


def test_a_new_name_is_told_to_its_bearer_and_the_old_one_is_not_repeated(certificate, office, mailoutbox):
    corrections.rename(certificate.holder, "Jürgen Weiß", latin_name="Juergen Weiss", reason="Divorce", by=office)
    deliver()
    deliver()

    (letter,) = mailoutbox
    assert letter.to == [certificate.holder.email]
    assert "your name is now Jürgen Weiß, in Latin letters Juergen Weiss." in letter.body
    assert "/my/certificates/" in letter.body
    assert "Käßmann" not in letter.body
    assert "Divorce" not in letter.body


def test_a_person_without_a_certificate_reads_of_no_document(office, mailoutbox):
    corrections.rename(UserFactory(), "Mei Lin", reason="A slip", by=office)
    deliver()

    assert "certificate" not in mailoutbox[0].body


def test_corrected_days_are_told_with_the_days(certificate, office, mailoutbox):
    term = certificate.terms.get()
    corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="A slip of mine", by=office)
    deliver()

    (letter,) = mailoutbox
    last = term.last_day - DAY
    assert f"until {last:%B} {last.day}, {last.year}, both days included" in letter.body
    assert f"http://testserver/registry/{certificate.number}/" in letter.body
    assert "slip" not in letter.body


def test_days_corrected_twice_before_the_first_letter_left_are_told_once_as_they_are(certificate, office, mailoutbox):
    term = certificate.terms.get()
    moved = corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="Slip", by=office)
    corrections.move_term(moved, first_day=term.first_day, last_day=term.last_day - 2 * DAY, reason="Slip", by=office)
    deliver()

    last = term.last_day - 2 * DAY
    assert [f"{last:%B} {last.day}, {last.year}" in letter.body for letter in mailoutbox] == [True]


def test_a_term_taken_back_is_told_with_what_can_be_used_again(office, mailoutbox):
    certificate = ready_to_renew(on=clock.today())
    term = renewals.renew(certificate, by=certificate.holder, on=clock.today())
    corrections.void_term(term, reason="Clicked in the wrong tab", by=office)
    deliver()

    (letter,) = mailoutbox
    assert f"Certificate {certificate.number}" in letter.subject.replace("your certificate", "Certificate")
    assert "can be used again" in letter.body
    assert "wrong tab" not in letter.body
    assert "nobody is certified under this number" not in letter.body


def test_the_letter_about_the_only_term_taken_back_promises_what_page_and_code_then_say(certificate, office, mailoutbox, client):
    document = CertificateDocument.objects.create(term=certificate.terms.get(), facts={})
    corrections.void_term(certificate.terms.get(), reason="Granted in error", by=office)
    deliver()

    (letter,) = mailoutbox
    assert "nobody is certified under this number; the registry says so without your name" in letter.body
    assert "it was withdrawn" in client.get(certificate.get_absolute_url()).content.decode()
    assert "The document with this code is no longer in use" in client.get(document.get_absolute_url()).content.decode()


def test_both_are_told_when_a_certificate_changes_hands_and_neither_learns_who_the_other_is(certificate, office, mailoutbox):
    before, right = certificate.holder, UserFactory(full_name="Mei Lin", email="mei@example.org")
    give(certificate, right, office)
    deliver()
    deliver()

    letters = {letter.to[0]: f"{letter.subject}\n{letter.body}" for letter in mailoutbox}
    assert set(letters) == {before.email, right.email}
    assert len(mailoutbox) == 2
    assert f"Certificate {certificate.number} is yours" in letters[right.email]
    assert f"Certificate {certificate.number} is no longer recorded under your name" in letters[before.email]
    for address, other in ((before.email, right), (right.email, before)):
        assert not any(word in letters[address] for word in (other.email, *other.name.full_name.split()))
        assert "Two people" not in letters[address]


def test_who_has_no_password_yet_finds_the_way_in_with_the_letter(certificate, office, mailoutbox):
    right = UserFactory(password=None)
    invitations.invite(right, by=office)
    give(certificate, right, office)
    deliver()

    (letter,) = [letter for letter in mailoutbox if letter.subject.startswith("Certificate") and letter.to == [right.email]]
    token = letter.body.split("/accounts/invitation/")[1].split("/")[0]
    assert links.for_invitation(token) == right


def test_a_certificate_that_moved_on_meanwhile_is_told_to_nobody_in_between(certificate, office, mailoutbox):
    between, right = UserFactory(), UserFactory()
    give(certificate, between, office)
    give(certificate, right, office)
    deliver()

    told = [letter.to[0] for letter in mailoutbox if letter.subject == f"Certificate {certificate.number} is yours"]
    assert told == [right.email]


def test_giving_back_is_confirmed_by_letter(certificate, mailoutbox):
    terms.surrender(certificate, by=certificate.holder, on=clock.today())
    deliver()

    (letter,) = mailoutbox
    assert letter.to == [certificate.holder.email]
    assert "If it was not you who gave it back" in letter.body


def test_what_a_forgotten_person_was_told_is_not_sent_any_more(certificate, office, mailoutbox):
    term = certificate.terms.get()
    corrections.move_term(term, first_day=term.first_day, last_day=term.last_day - DAY, reason="Slip", by=office)
    log.forget(certificate.holder)
    deliver()

    assert mailoutbox == []


def test_a_document_made_again_is_not_announced_a_second_time(certificate, office, mailoutbox):
    corrections.rename(certificate.holder, "Jürgen Weiß", reason="Married", by=office)
    for message in OutboxMessage.objects.filter(kind="certification.deliver_certificate"):
        delivery.deliver(message.pk)

    assert CertificateDocument.objects.current().get().facts["name"] == "Jürgen Weiß"
    assert not OutboxMessage.objects.filter(kind="certification.term_granted").exists()


def test_a_term_that_is_over_is_not_announced_any_more(mailoutbox):
    today = clock.today()
    over = CertificateFactory(term__first_day=today - 800 * DAY, term__last_day=today - DAY).terms.get()
    OutboxMessage.objects.create(kind="certification.term_granted", subject_id=str(over.pk), key=f"term:{over.pk}:mail")
    deliver()

    assert mailoutbox == []


def test_imported_coaches_get_no_letter_whatever_happens_until_the_office_invites_them(tmp_path, office, mailoutbox):
    """Two years of reminders, a corrected name, corrected days: nothing leaves. After the invitation it does."""
    edition_in_force()
    SchemeFactory()
    today = clock.today()
    path = tmp_path / "coaches.csv"
    row = f"ABC-18,Inês d'Ávila,ines@example.org,2021-05-04,{today - 700 * DAY},{today + 29 * DAY}\n"
    path.write_text("number,name,email,first_issued,term_from,term_to\n" + row)
    call_command("import_coaches", str(path))
    certificate = Certificate.objects.get()
    for days in range(0, 90, 3):
        with clock.moved(days * DAY):
            assert reminders.remind(on=clock.today()) == 0
    corrections.rename(certificate.holder, "Inês de Ávila", reason="A slip in the list", by=office)
    term = Term.objects.current().get()
    corrections.move_term(term, first_day=term.first_day, last_day=today + 30 * DAY, reason="A slip in the list", by=office)
    deliver()

    assert mailoutbox == []
    assert [term.certificate for term in reminders.unreached(on=today)] == [certificate]

    invitations.invite(User.objects.get(email="ines@example.org"), by=office)
    assert reminders.remind(on=today) == 1
    assert reminders.unreached(on=today) == []
    deliver()

    invitation, reminder = mailoutbox
    assert "an account was made for you" in invitation.body
    token = reminder.body.split("/accounts/invitation/")[1].split("/")[0]
    assert links.for_invitation(token) == certificate.holder
    assert f"/my/renewal/?certificate={certificate.number}" in reminder.body


def test_every_effect_stands_in_words_on_the_list_of_what_did_not_get_through():
    ours = {kind for kind in HANDLERS if apps.is_installed(kind.partition(".")[0])}

    assert len(ours) > 20
    assert ours <= set(roster.EFFECTS)
    assert [what for what, _ in roster.EFFECTS.values() if not what or "." in what] == []


@pytest.mark.parametrize("kind", sorted(roster.EFFECTS))
def test_of_every_letter_that_did_not_get_through_it_is_known_for_whom_it_is(client, kind):
    reader = StaffFactory()
    client.force_login(reader)
    certificate = CertificateFactory()
    subject_of = {
        "term": certificate.terms.get().pk,
        "person": certificate.holder.pk,
        "entry": log.record(actions.GIVEN_BACK, certificate, by=reader, about=certificate.holder).pk,
        "code": AddressCode.objects.create(user=certificate.holder, code="12345678").pk,
        "reader": f"2026-05-04:{certificate.holder.pk}",
        "": "2026-05-04",
    }
    what, subject = roster.EFFECTS[kind]
    lost = {"gave_up_at": clock.now(), "last_error": "Timeout"}
    OutboxMessage.objects.create(kind=kind, subject_id=str(subject_of[subject]), key="lost", **lost)

    (row,) = roster.undelivered(limit=9)
    page = client.get("/staff/undelivered/").content.decode()

    assert row.person == (certificate.holder if subject else None)
    assert what in page
    assert "Not known" not in page
    assert page.count(kind) == page.count(f'<code class="code-note" translate="no">{kind}: Timeout</code>') == 1


def told_of(term):
    OutboxMessage.objects.filter(key=f"term:{term.pk}:deliver").update(done_at=clock.now())  # as if its document were made
    queue.put("certification.term_granted", term.pk, key=f"term:{term.pk}:mail")
    deliver()


MEI = issuing.NewHolder("mei@example.org", "Lin Mei")


@pytest.mark.parametrize("days", [0, 40])
def test_a_new_certificate_is_told_with_the_day_from_which_it_holds(days, mailoutbox):
    first = clock.today() + days * DAY
    certificate = issuing.issue(MEI, scheme=SchemeFactory(), by=StaffFactory(), on=first, invite=False)
    certificate.holder.set_password("a long password for a test")
    certificate.holder.save()

    told_of(certificate.terms.get())

    (letter,) = mailoutbox
    begins, ends = in_words(first), in_words(certificate.terms.get().last_day)
    if days:
        assert letter.subject == f"Issued: your certificate {certificate.number}, from {begins} on"
        assert f"holds from {begins} until {ends}, both days included. It is not valid before {begins}" in letter.body
        assert f"From {begins} on anybody can read its record here:" in letter.body
        assert "the public registry says that it has not begun" in letter.body
        assert "is valid from" not in letter.body
    else:
        assert letter.subject == f"Issued: your certificate {certificate.number}, until {ends}"
        assert f"is valid from {begins} until {ends}, the last day included." in letter.body
        assert "not valid before" not in letter.body


def test_a_letter_that_leaves_late_says_what_holds_on_its_day(mailoutbox):
    """Issued ahead of its first day; the letter leaves on that day."""
    certificate = issuing.issue(MEI, scheme=SchemeFactory(), by=StaffFactory(), on=clock.today(), invite=False)
    certificate.holder.set_password("a long password for a test")
    certificate.holder.save()
    Term.objects.void(certificate.terms.get())
    term = TermFactory(certificate=certificate, first_day=clock.today(), granted="issued", recorded_at=clock.now() - 9 * DAY)

    told_of(term)

    assert "is valid from" in mailoutbox[-1].body


@pytest.mark.parametrize("days_left", [30, -9])
def test_a_renewal_is_told_as_one_and_the_term_to_come_as_the_one_that_follows(days_left, mailoutbox):
    certificate = ready_to_renew(on=clock.today(), days_left=days_left)
    term = renewals.renew(certificate, by=certificate.holder, on=clock.today())

    told_of(term)

    (letter,) = mailoutbox
    assert letter.subject == f"Renewed: your certificate {certificate.number}, until {in_words(term.last_day)}"
    assert ("The new term follows the one that runs now" in letter.body) is (days_left > 0)
    assert f"from {in_words(term.first_day)} until {in_words(term.last_day)}, the last day included." in letter.body
    assert "not valid before" not in letter.body


def test_a_reinstatement_says_what_it_is(mailoutbox):
    certificate = ready_to_renew(on=clock.today(), days_left=-200)

    told_of(renewals.reinstate(certificate, by=StaffFactory(), on=clock.today(), reason="Asked"))

    assert mailoutbox[0].subject.startswith(f"Reinstated: your certificate {certificate.number}, until ")
