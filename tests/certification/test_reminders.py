"""Each reminder once for a term and step, and only while it is of use."""

from datetime import timedelta

import pytest

from accounts import invitations, links
from audit import clock
from certification import corrections, gathering, notices, reminders, renewals, rules, terms
from certification.facts import SanctionKind, Unmet, in_words
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, completed, edition_in_force, ready_to_renew, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_code():
    edition_in_force()


def ending_in(days, **fields):
    last = clock.today() + timedelta(days=days)
    return CertificateFactory(term__first_day=last - timedelta(days=729), term__last_day=last, **fields)


def keys():
    return sorted(OutboxMessage.objects.filter(kind="certification.reminder").values_list("key", flat=True))


@pytest.mark.parametrize(("left", "step"), [(180, 180), (90, 90), (60, 60), (30, 30), (14, 14), (3, 3), (0, 0), (-30, -30), (25, 30)])
def test_a_reminder_is_put_when_its_step_is_reached(left, step):
    term = ending_in(left).terms.get()

    assert reminders.remind(on=clock.today()) == 1
    assert keys() == [reminders.key(term, step)]


def test_running_the_job_again_reminds_nobody_again():
    ending_in(30)
    reminders.remind(on=clock.today())

    assert reminders.remind(on=clock.today()) == 0
    assert reminders.remind(on=clock.today() + timedelta(days=1)) == 0
    assert reminders.remind(on=clock.today() + timedelta(days=16)) == 1


def test_a_corrected_first_day_brings_no_second_reminder_and_a_corrected_end_does(mailoutbox):
    term, office = ending_in(30).terms.get(), StaffFactory()
    reminders.remind(on=clock.today())
    moved = corrections.move_term(term, first_day=term.first_day + timedelta(days=1), last_day=term.last_day, reason="Slip", by=office)
    assert reminders.remind(on=clock.today()) == 0
    deliver()
    assert len(mailoutbox) == 1

    later = moved.last_day + timedelta(days=60)
    corrections.move_term(moved, first_day=moved.first_day, last_day=later, reason="Slip", by=office)

    assert reminders.remind(on=clock.today()) == 1


def test_the_next_term_brings_reminders_of_its_own():
    certificate = ready_to_renew(on=clock.today(), days_left=14)
    reminders.remind(on=clock.today())
    term = renewals.renew(certificate, by=certificate.holder, on=clock.today())

    assert reminders.remind(on=clock.today() + timedelta(days=5)) == 0
    assert reminders.remind(on=term.last_day - timedelta(days=180)) == 1
    assert len(keys()) == 2


@pytest.mark.parametrize("left", [181, -45])
def test_nobody_is_reminded_too_early_or_when_it_is_of_no_use(left):
    ending_in(left)

    assert reminders.remind(on=clock.today()) == 0


def test_a_coach_who_was_not_invited_yet_hears_nothing():
    ending_in(30, holder=UserFactory(password=None))

    assert reminders.remind(on=clock.today()) == 0


def test_an_invited_coach_without_a_password_gets_the_reminder_with_a_link_that_lets_them_in(mailoutbox):
    holder = UserFactory(password=None)
    invitations.invite(holder, by=StaffFactory())
    ending_in(30, holder=holder)
    reminders.remind(on=clock.today())
    with clock.moved(timedelta(days=20)):  # the link of the invitation itself has run out meanwhile
        deliver()
        token = mailoutbox[0].body.split("/accounts/invitation/")[1].split("/")[0]
        assert links.for_invitation(token) == holder

    assert "Do so first; the link works once, for 14 days" in mailoutbox[0].body


def test_who_has_a_password_is_sent_no_link(mailoutbox):
    ending_in(30)
    reminders.remind(on=clock.today())
    deliver()

    assert "/accounts/invitation/" not in mailoutbox[0].body


def test_nobody_writes_to_a_closed_account_and_the_office_sees_it():
    certificate = ending_in(30, holder=UserFactory(is_active=False))

    assert reminders.remind(on=clock.today()) == 0
    assert [term.certificate for term in reminders.unreached(on=clock.today())] == [certificate]


@pytest.mark.parametrize("left", [181, -45])
def test_who_would_not_be_reminded_yet_is_not_on_the_offices_list(left):
    ending_in(left, holder=UserFactory(password=None))

    assert reminders.unreached(on=clock.today()) == []


def test_a_reminder_waits_while_the_certificate_is_suspended_and_leaves_when_the_suspension_is_over(mailoutbox):
    certificate, today = ending_in(30), clock.today()
    SanctionFactory(certificate=certificate, first_day=today, last_day=today + timedelta(days=6))

    assert reminders.remind(on=today + timedelta(days=6)) == 0
    assert reminders.remind(on=today + timedelta(days=7)) == 1
    with clock.moved(timedelta(days=7)):
        deliver()

    assert len(mailoutbox) == 1


def test_days_of_suspension_after_the_end_do_not_bring_the_late_reminder_forward():
    """150 days after the end, 130 of them suspended: 20 days of the 90 have gone by. Ten days on the late reminder is due."""
    certificate, today = ending_in(-150), clock.today()
    SanctionFactory(certificate=certificate, first_day=today - timedelta(days=149), last_day=today - timedelta(days=20))
    term = certificate.terms.get()

    reminders.remind(on=today)
    reminders.remind(on=today + timedelta(days=10))

    assert keys() == sorted([reminders.key(term, 0), reminders.key(term, -30)])
    assert rules.unmet(gathering.gather(certificate), on=today + timedelta(days=70)) != []
    assert Unmet.LATE_PERIOD_OVER not in rules.unmet(gathering.gather(certificate), on=today + timedelta(days=70))
    assert Unmet.LATE_PERIOD_OVER in rules.unmet(gathering.gather(certificate), on=today + timedelta(days=71))


def test_nothing_due_costs_two_statements_however_many_coaches(django_assert_num_queries):
    for _ in range(3):
        ending_in(400)

    with django_assert_num_queries(2):
        reminders.remind(on=clock.today())


def deliver():
    for message in OutboxMessage.objects.filter(kind="certification.reminder"):
        notices.reminder(message)


def test_the_letter_says_what_is_missing_and_leads_there(mailoutbox):
    certificate = ending_in(30)
    completed(certificate.holder, clock.today())
    reminders.remind(on=clock.today())

    deliver()

    letter = mailoutbox[0]
    assert letter.to == [certificate.holder.email]
    assert "The statement on the Code in force is not yet signed." in letter.body
    assert "The review of the Code" not in letter.body
    assert f"http://testserver/my/renewal/?certificate={certificate.number}" in letter.body


@pytest.mark.parametrize(
    ("days", "words"),
    [(30, "ends on {last}"), (0, "ends today"), (-30, "has lapsed; you can still renew it")],
    ids=["before", "last", "after"],
)
def test_a_reminder_calls_itself_one_and_says_of_what(days, words, mailoutbox):
    certificate = ending_in(days)
    reminders.remind(on=clock.today())

    deliver()

    last = in_words(certificate.terms.get().last_day)
    assert mailoutbox[0].subject == f"Reminder: your certificate {certificate.number} {words.format(last=last)}"


def test_a_coach_who_only_has_to_click_is_told_so(mailoutbox):
    certificate = ending_in(3)
    completed(certificate.holder, clock.today())
    signed(certificate.holder, clock.today())
    reminders.remind(on=clock.today())

    deliver()

    assert "one step away" in mailoutbox[0].subject


@pytest.mark.parametrize("what", ["renewed", "given back", "suspended", "revoked"])
def test_a_reminder_that_is_overtaken_before_it_leaves_stays_home(what, mailoutbox):
    certificate = ready_to_renew(on=clock.today(), days_left=30)
    reminders.remind(on=clock.today())
    if what == "renewed":
        renewals.renew(certificate, by=certificate.holder, on=clock.today())
    elif what == "given back":
        terms.surrender(certificate, by=certificate.holder, on=clock.today())
    else:
        SanctionFactory(
            certificate=certificate, kind=SanctionKind(what.replace("suspended", "suspension").replace("revoked", "revocation"))
        )

    deliver()

    assert mailoutbox == []
