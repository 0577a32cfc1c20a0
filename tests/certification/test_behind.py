"""A review course that is still on an edition before a material one: who is told what, and nobody is sent to it in vain."""

from datetime import timedelta

import pytest

from audit import clock
from certification import dashboard, editions, invariants, notices, reminders, rules
from certification.facts import EditionFact, NotCounting, Policy, Requirement, ReviewFact
from courses import completions, enrollments
from courses.models import CoursePage
from outbox.models import OutboxMessage
from tests.factories import cms
from tests.factories.accounts import StaffFactory
from tests.factories.certification import CertificateFactory, at_noon, edition_in_force, review_course, signed

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GRACE = 60


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def old():
    return edition_in_force()


def named(edition) -> CoursePage:
    """The review course, read against an edition."""
    course = review_course()
    course.reviewed_edition = edition
    course.save()
    return course


def material(on):
    return edition_in_force(on, weight="material", name="new")


def coach(today, left: int = 30):
    last = today + left * DAY
    return CertificateFactory(term__first_day=last - 729 * DAY, term__last_day=last)


def review_on(certificate, day) -> None:
    """Completed by another route on a day, so that the course's own edition is pinned."""
    run = enrollments.start(certificate.holder, review_course(), at=at_noon(day) - DAY)
    completions.record_otherwise(run, reason="Live session", by=StaffFactory(), at=at_noon(day))


def review_item(certificate, on):
    (card,) = dashboard.cards(certificate.holder, on=on)
    return next(item for item in card.items if item.requirement is Requirement.REVIEW)


@pytest.mark.parametrize(
    ("ago", "done_ago", "reason"), [(60, 61, "edition"), (60, 60, "course-behind"), (60, 1, "course-behind"), (59, 1, None)]
)
def test_a_review_done_after_the_edition_is_told_from_one_done_before_it(today, ago, done_ago, reason):
    code = (EditionFact(today - 900 * DAY), EditionFact(today - ago * DAY, material=True))
    done = ReviewFact(1, today - done_ago * DAY, today - 900 * DAY)

    facts = dashboard.RenewalFacts(editions=code, reviews=(done,), policy=Policy())
    assert rules.not_counting(done, facts, on=today) == (reason and NotCounting(reason))


def test_a_review_is_said_to_count_up_to_the_last_day_of_grace(today, old):
    named(old)
    certificate = coach(today)
    review_on(certificate, today - DAY)
    material(today - 10 * DAY)

    last = today + (GRACE - 11) * DAY
    assert review_item(certificate, today).text.endswith(
        f"It counts for a renewal until {dashboard.day(last)}, because a newer edition of the Code changes it in substance."
    )
    assert review_item(certificate, last).is_met
    assert not review_item(certificate, last + DAY).is_met


def test_from_the_day_on_which_no_review_counts_the_coach_is_sent_nowhere_and_told_why(client, today, old, settings):
    settings.OFFICE_EMAIL = "office@example.org"
    named(old)
    certificate = coach(today)
    since = today - GRACE * DAY
    material(since)

    item = review_item(certificate, today)
    client.force_login(certificate.holder)
    page = client.get("/my/").content.decode()

    assert item.text.startswith(f"The course is being brought up to the edition of the Code that is in force since {dashboard.day(since)}")
    assert "You need do nothing now" in item.text
    assert "write to office@example.org" in item.text
    assert (item.url, item.is_met) == ("", False)
    assert item.text in page
    assert review_course().get_absolute_url() not in page
    client.get("/my/renewal/")


def test_while_the_course_is_behind_the_review_is_nobodys_turn_and_the_words_are_no_order(client, today, old):
    named(old)
    certificate = coach(today)
    material(today - GRACE * DAY)
    client.force_login(certificate.holder)

    item = review_item(certificate, today)
    refused = " ".join(client.post("/my/renewal/").content.decode().split())

    assert (item.badge, item.is_next) == ("Waits for the course", False)
    assert 'class="is-next"' not in refused
    assert f"<li>{item.text}</li>" in refused
    assert "The review of the Code of Ethics is not yet done" not in refused


def test_the_office_reads_on_the_record_that_the_course_is_behind_and_what_it_can_do(client, today, old):
    named(old)
    certificate = coach(today)
    client.force_login(StaffFactory())
    address = f"/staff/certificates/{certificate.number}/"
    assert "brought up" not in client.get(address).content.decode()

    material(since := today - GRACE * DAY)
    page = " ".join(client.get(address).content.decode().split())

    assert f"The course is being brought up to the edition of the Code that is in force since {dashboard.day(since)}" in page
    assert "a review done in another way can be recorded below" in page
    assert "Waits for the course" in page
    assert "You need do nothing" not in page


@pytest.mark.parametrize("signed_already", [False, True])
def test_the_reminder_sends_nobody_to_a_course_that_is_behind(today, old, mailoutbox, settings, signed_already):
    settings.OFFICE_EMAIL = "office@example.org"
    named(old)
    certificate = coach(today)
    material(since := today - GRACE * DAY)
    if signed_already:
        signed(certificate.holder, today)

    reminders.remind(on=today)
    for message in OutboxMessage.objects.filter(kind="certification.reminder"):
        notices.reminder(message)

    (letter,) = mailoutbox
    assert letter.subject == f"Reminder: your certificate {certificate.number} ends on {dashboard.day(today + 30 * DAY)}"
    assert "For now there is nothing for you to do." in letter.body
    assert f"the edition of the Code that is in force since {dashboard.day(since)}" in letter.body
    assert "write to office@example.org" in letter.body
    assert "The review of the Code of Ethics is not yet done" not in letter.body
    assert ("After the review this is still to be done:\n- The statement" in letter.body) != signed_already


def test_a_day_earlier_the_reminder_asks_for_the_review(today, old, mailoutbox):
    named(old)
    coach(today)
    material(today - (GRACE - 1) * DAY)

    reminders.remind(on=today)
    for message in OutboxMessage.objects.filter(kind="certification.reminder"):
        notices.reminder(message)

    assert "For the renewal this is still to be done:\n- The review of the Code of Ethics is not yet done" in mailoutbox[0].body


def test_a_day_earlier_the_course_is_still_asked_for(today, old):
    named(old)
    certificate = coach(today)
    material(today - (GRACE - 1) * DAY)

    assert review_item(certificate, today).url


def test_the_same_is_said_to_whoever_did_the_review_after_the_edition_and_nothing_untrue(today, old):
    course = named(old)
    certificate = coach(today)
    new = material(today - 80 * DAY)
    review_on(certificate, today - 5 * DAY)

    assert "being brought up" in review_item(certificate, today).text

    course.reviewed_edition = new
    course.save()
    text = review_item(certificate, today).text
    assert text.endswith("the course was not yet brought up to the edition of the Code that was in force that day.")
    assert "has changed" not in text
    assert review_item(certificate, today).url


@pytest.mark.parametrize("names", ["nothing", "the new edition"])
def test_a_course_that_follows_the_code_is_never_behind(today, old, names):
    new = material(today - 80 * DAY)
    named(new if names == "the new edition" else None)
    certificate = coach(today)
    review_on(certificate, today - 5 * DAY)

    assert review_item(certificate, today).is_met
    assert editions.behind(on=today) == []
    assert list(invariants.review_courses_follow_the_code()) == []


def test_the_office_finds_the_course_its_days_and_what_was_done_meanwhile(today, old):
    course = named(old)
    since = today - 80 * DAY
    review_on(coach(today), since - DAY)
    review_on(coach(today), since)
    review_on(coach(today), today)
    material(since)
    edition_in_force(today - 9 * DAY, weight="minor", name="later")
    CertificateFactory()

    (found,) = editions.behind(on=today)

    assert (found.course.pk, found.overtaken_on, found.stops_on, found.done_since) == (course.pk, since, since + GRACE * DAY, 2)
    assert editions.behind(on=since - DAY) == []


@pytest.mark.parametrize(("ago", "words"), [(80, "Since"), (10, "From")])
def test_the_offices_first_page_says_so_until_an_author_has_read_the_course(client, today, old, ago, words):
    course = named(old)
    CertificateFactory()
    new = material(today - ago * DAY)
    client.force_login(StaffFactory())

    page = " ".join(client.get("/staff/").content.decode().split())

    assert f"“{course.title}” is still on “{old.name}”" in page
    assert f"{words} {dashboard.day(today + (GRACE - ago) * DAY)}" in page
    named(new)
    assert "is still on" not in client.get("/staff/").content.decode()


def test_the_invariants_name_the_course_once_its_reviews_no_longer_count(today, old):
    course = named(old)
    CertificateFactory()
    material(today - (GRACE - 1) * DAY)
    assert list(invariants.review_courses_follow_the_code()) == []

    with clock.moved(DAY):
        (finding,) = invariants.review_courses_follow_the_code()
    assert finding == f"course {course.key} is still on edition {old.pk}: since {today + DAY} no review of it counts"


def test_whoever_publishes_reads_before_it_that_the_course_has_to_follow(client, today, old):
    cms.texts()
    draft = cms.draft(changes={"PS-07": "Shown."})
    course = named(old)
    CertificateFactory()
    client.force_login(StaffFactory())

    page = " ".join(client.get(f"/staff/editions/{draft.pk}/publish/").content.decode().split())
    assert f"“{course.title}” was last compared with the edition “{old.name}”." in page
    assert f"Otherwise no coach who does this course can renew from {dashboard.day(today + GRACE * DAY)} on." in page

    named(None)
    assert "was last compared with" not in client.get(f"/staff/editions/{draft.pk}/publish/").content.decode()
