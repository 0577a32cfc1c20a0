"""What an auditor sees of the ledger, asks of it and cannot break; and that reading is on the record."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import anchors, naming
from audit import actions, chain, clock, guards, log, tasks
from audit.models import Entry, Verification
from audit.registered import ACTIONS
from certification import corrections, sanctions
from certification.facts import SanctionKind
from courses import actions as courses
from courses.models import ModulePage
from registry import lookup
from registry.facts import Kind
from tests.factories.accounts import AuditorFactory, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory
from tests.factories.courses import course

pytestmark = pytest.mark.django_db
ENTRIES, RECORDED = "/staff/ledger/entries/", "/staff/ledger/recorded/"


@pytest.fixture(autouse=True)
def second_place(settings, tmp_path):
    settings.LEDGER_ANCHORS = tmp_path / "anchors"


@pytest.fixture
def auditor(client):
    person = AuditorFactory(full_name="Nuru Abebe")
    client.force_login(person)
    return person


def text(client, address, *, status=200, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == status
    page = answer.content.decode().split("<main")[-1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:bdi|time)\b[^>]*>", "", page)))


def reads():
    return list(Entry.objects.filter(action=actions.READ.name).select_related("detail").order_by("pk"))


# How it stands


def test_a_young_ledger_says_what_is_still_to_come(client, auditor):
    words = text(client, reverse("ledger"))

    assert "It has not been verified yet. That happens every night." in words
    assert "None yet. The first is made within an hour" in words
    assert "Each new entry is sealed within seconds" in words


def test_the_page_shows_the_end_the_verification_and_the_anchors(client, auditor):
    chain.seal()
    anchors.make(at=clock.now())
    tasks.verify_nightly()

    answer = client.get(reverse("ledger")).content.decode()

    (anchor,) = client.get(reverse("ledger")).context["state"].anchors
    assert f'<code class="key" translate="no">{anchor}</code>' in answer
    assert "Intact" in answer
    assert f"No. {anchor.number}" in answer


def test_what_is_not_sealed_yet_is_told_with_the_instant_of_the_oldest(client, auditor):
    chain.seal()
    assert "Not sealed yet None" in text(client, reverse("ledger"))
    with clock.moved(timedelta(minutes=-4)):
        log.record(actions.READ, auditor, by=auditor)
        since = date_format(timezone.localtime(clock.now()), "F j, Y \\a\\t H:i T")
    log.record(actions.READ, auditor, by=auditor)

    words = text(client, reverse("ledger"))
    assert f"Not sealed yet 2 entries, the oldest from {since}" in words
    assert "Sealing has stopped" not in words


def test_an_entry_that_waits_for_minutes_says_that_sealing_has_stopped_and_whom_to_ask(client, auditor):
    with clock.moved(timedelta(minutes=-6)):
        log.record(actions.READ, auditor, by=auditor)

    words = text(client, reverse("ledger"))
    assert "Sealing has stopped" in words
    assert "Tell whoever runs this site to see whether its background programs (the worker and the scheduler) are running" in words
    assert "if you do not know whom to call, ask the office" in words


def test_where_sealing_has_stopped_nothing_on_the_page_calls_the_ledger_intact_without_saying_of_what(client, auditor):
    Verification.objects.create(asked_at=clock.now(), ended_at=clock.now(), count=0, findings=[])
    with clock.moved(timedelta(minutes=-6)):
        log.record(actions.READ, auditor, by=auditor)

    words = text(client, reverse("ledger"))
    assert "Sealing has stopped" in words
    assert words.index("Sealing has stopped") < words.index("What is sealed is intact")
    assert "Intact" not in words


def test_an_auditor_has_the_ledger_verified_by_the_worker_and_not_by_the_request(client, auditor):
    chain.seal()
    answer = client.post(reverse("ledger_verification"), follow=True)
    assert "is about to begin" in answer.content.decode()
    assert Verification.objects.get().begun_at is None
    client.post(reverse("ledger_verification"))

    tasks.verify()
    assert Verification.objects.count() == 1
    assert "Intact" in text(client, reverse("ledger"))


def test_what_a_verification_found_is_told_with_what_to_do(client, auditor):
    Verification.objects.create(asked_at=clock.now(), ended_at=clock.now(), count=1, findings=["entry 7 (seal 7) was changed"])

    words = text(client, reverse("ledger"))
    assert words.index("The ledger has been changed, or a part of it is missing") < words.index("Not intact 1 finding on")
    assert "Entry 7 (seal 7) was changed" in words
    assert "Tell whoever runs this site now, by telephone or in person and not through this site" in words
    assert "If you do not know whom to call, ask the office, office@example.org" in words
    assert "docs/operations.md" not in words


def test_the_head_of_every_page_leads_an_auditor_to_the_ledger(client, auditor):
    assert f'<a href="{reverse("ledger")}">Office</a>' in client.get("/my/").content.decode()


@pytest.mark.parametrize("page", ["ledger", "ledger_entries", "ledger_recorded", "ledger_actions"])
def test_without_a_second_factor_the_ledger_stays_shut(client, page):
    client.force_login(AuditorFactory(), factor=False)

    assert client.get(reverse(page)).status_code == 302


# Entries


@pytest.fixture
def renamed(auditor):
    """A coach whose name the office corrected, and whose certificate is suspended."""
    office, coach = StaffFactory(full_name="Mira Okonkwo"), UserFactory(full_name="Mio Watanabe", email="mio@example.org")
    certificate = CertificateFactory(holder=coach, number="TRC-0007")
    corrections.rename(coach, "Mio Tanaka", reason="A slip", by=office)
    today = clock.today()
    sanctions.impose(certificate, kind=SanctionKind.SUSPENSION, first_day=today, decided_on=today, by=office, public_note="Pending.")
    chain.seal()
    return certificate


def test_entries_are_told_in_words_with_their_details(client, renamed):
    words = text(client, ENTRIES, who="mio@example.org")

    assert "The name on a certificate was changed" in words
    assert "by Mira Okonkwo, on Mio Tanaka" in words
    assert "before Mio Watanabe" in words
    assert "after Mio Tanaka" in words


def test_what_is_kept_as_a_code_is_told_in_words_with_the_code_beside_it(client, auditor):
    quiz = ModulePage.objects.descendant_of(course()).get()
    run = UserFactory(full_name="Mio Watanabe")
    details = {"quiz": quiz.key, "outcome": "not_yet", "first_day": "2026-05-03", "had_it": 4, "review": 7, "retired": True, "routes": []}
    log.record(courses.ATTEMPT_SUBMITTED, quiz, by=run, **details)

    answer = client.get(ENTRIES, {"action": courses.ATTEMPT_SUBMITTED.name}).content.decode()
    assert f'{quiz.title} <code class="code-note" translate="no">{quiz.key}</code>' in answer
    assert 'Not yet <code class="code-note" translate="no">not_yet</code>' in answer
    words = text(client, ENTRIES, action=courses.ATTEMPT_SUBMITTED.name)
    assert "on module page" in words
    assert "first day May 3, 2026" in words
    assert "attempts that had the question 4" in words
    assert "review record 7" in words
    assert "retired yes" in words
    assert "requirements met by another route none" in words
    assert f"courses.attempt_submitted on courses.modulepage {quiz.pk}" in words


def test_a_certificate_that_changed_hands_names_both_people_in_its_entry(client, auditor):
    office, ben = StaffFactory(), UserFactory(full_name="Ben Ode")
    certificate = CertificateFactory(number="TRC-0007", holder=UserFactory(full_name="Mio Watanabe"))
    corrections.give_to(certificate, ben, reason="The wrong one", by=office, on=clock.today())

    words = text(client, ENTRIES, action="certification.certificate_moved")
    assert f"before Mio Watanabe account {certificate.holder_id}" in words
    assert f"after Ben Ode account {ben.pk}" in words


def test_every_entry_of_a_closed_list_is_offered_by_its_sentence_alone(client, auditor):
    page = client.get(ENTRIES).content.decode()

    assert '<option value="accounts.named">A name was recorded</option>' in page


def test_entries_are_found_by_the_number_of_a_certificate(client, renamed):
    words = text(client, ENTRIES, who="trc-0007")

    assert "1 entry on TRC-0007" in words
    assert "A sanction was imposed" in words
    assert "No. " in words


def test_entries_are_found_by_what_was_done_by_number_and_by_days(client, renamed):
    entry = Entry.objects.select_related("seal").get(action="certification.sanction_imposed")

    assert "1 entry" in text(client, ENTRIES, action=entry.action)
    assert "A sanction was imposed" in text(client, ENTRIES, number=entry.seal.number)
    assert "A sanction was imposed" in text(client, ENTRIES, since=clock.today(), until=clock.today(), action=entry.action)
    yesterday = clock.today() - timedelta(days=1)
    assert "No entry fits." in text(client, ENTRIES, until=yesterday)


def test_of_several_people_one_is_chosen(client, auditor):
    for number in range(2):
        log.record(actions.READ, UserFactory(full_name=f"Robin Vale{number}"), by=auditor)

    answer = client.get(ENTRIES, {"who": "robin"})
    assert "Which person?" in answer.content.decode()
    link = re.search(r'href="(\?[^"]*person=[^"]+)"', answer.content.decode())[1].replace("&amp;", "&")
    assert "1 entry by or about Robin Vale" in text(client, ENTRIES + link)


def test_somebody_nobody_knows_and_too_little_are_told(client, auditor):
    assert "No person and no certificate was found" in text(client, ENTRIES, who="Quasimodo")
    assert "Type at least three letters" in text(client, ENTRIES, who="qu")


def test_that_details_about_a_person_were_read_is_entered_once_a_page(client, renamed, auditor):
    text(client, ENTRIES, who="mio@example.org")

    (entry,) = reads()
    assert (entry.actor_id, entry.about_id) == (str(auditor.pk), str(renamed.holder_id))
    assert set(entry.detail.facts) == {"entries"}
    told = log.history(renamed.holder).filter(action__in=["accounts.named", "certification.name_corrected"])
    assert entry.detail.facts["entries"] == [entry.pk for entry in told.order_by("-pk")]


def test_a_list_without_details_about_anybody_is_no_entry(client, renamed):
    text(client, ENTRIES, who="trc-0007")

    assert reads() == []


def test_details_that_were_forgotten_are_not_shown_and_not_entered_as_read(client, renamed):
    log.forget(renamed.holder)

    words = text(client, ENTRIES, who="mio@example.org", action="certification.name_corrected")
    assert "The details were emptied on" in words
    assert "Watanabe" not in words
    assert reads() == []


def test_the_list_goes_on_page_by_page(client, auditor):
    for _ in range(60):
        log.record(actions.READ, auditor, by=auditor)
    action = actions.READ.name

    assert "Page 3 of 3" in text(client, ENTRIES, action=action, page=3)
    assert "There is no page 99 here: the last one is 3." in text(client, ENTRIES, action=action, page=99, status=404)
    assert "To the last page" in text(client, ENTRIES, action=action, page=10**14, status=404)


FUTURE = "2199-01-01"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "yesterday"}, "“yesterday” is not a day of the calendar. Choose the day again."),
        ({"since": "2026-02-30"}, "“2026-02-30” is not a day of the calendar. Choose the day again."),
        ({"until": FUTURE}, "This day is in the future. Choose today or an earlier day."),
        ({"until": "9999-12-31"}, "This day is in the future. Choose today or an earlier day."),
        ({"since": "0001-01-01"}, "Nothing on record reaches back before 1950"),
        ({"since": "2026-05-03", "until": "2026-05-02"}, "“To” is before “From”"),
        ({"number": "twelve"}, "“twelve” is not a number of the ledger. Write digits only, such as 208."),
        ({"number": "0"}, "The numbers of the ledger begin with 1"),
        ({"number": "9" * 40}, "The ledger has no number as large as this"),
        ({"action": "certification.invented"}, "Nothing of this kind is ever entered"),
        ({"person": "mio"}, "Please choose a person from the list again"),
        ({"page": "last"}, "This is no page of the list"),
        ({"page": "-1"}, "This is no page of the list"),
        ({"who": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_meant_is_answered_in_words(client, auditor, asked, words):
    assert words in text(client, ENTRIES, status=400, **asked)


def test_a_number_that_the_ledger_has_not_reached_finds_nothing(client, auditor):
    assert "No entry fits." in text(client, ENTRIES, number=10**14)


def test_somebody_who_was_chosen_and_is_gone_finds_everything_as_if_not_chosen(client, auditor):
    assert client.get(ENTRIES, {"person": "00000000-0000-4000-8000-000000000000"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_ask_as_much_for_one_entry_as_for_three(client, auditor, rows, django_assert_num_queries):
    office = StaffFactory()
    for number in range(rows):
        certificate = CertificateFactory(number=f"TRC-{number:04}", holder=UserFactory(full_name="Robin Vale"))
        today = clock.today()
        sanctions.impose(certificate, kind=SanctionKind.SUSPENSION, first_day=today, decided_on=today, by=office)
    chain.seal()

    with django_assert_num_queries(9):
        client.get(ENTRIES, {"action": "certification.sanction_imposed"})
    with django_assert_num_queries(9):
        client.get(reverse("ledger"))
    with django_assert_num_queries(4):
        client.get(reverse("ledger_actions"))


# What was said


@pytest.fixture
def told(auditor):
    """Suspended ten days ago, quashed today: what was said between then and now is no longer said of those days."""
    office, today = StaffFactory(), clock.today()
    with clock.moved(timedelta(days=-99)):
        certificate = CertificateFactory(number="TRC-0007", holder=UserFactory(full_name="Mio Watanabe"))
    with clock.moved(timedelta(days=-10)):
        row = sanctions.impose(
            certificate, kind=SanctionKind.SUSPENSION, first_day=today - timedelta(days=10), decided_on=clock.today(), by=office
        )
    sanctions.void(row, by=office, reason="Quashed on appeal")
    chain.seal()
    return certificate


def days_ago(count):
    return clock.today() - timedelta(days=count)


def test_what_was_said_then_stands_beside_what_is_said_now_and_what_came_between(client, told):
    words = text(client, RECORDED, number="TRC-0007", day=days_ago(5), known=days_ago(3))

    then, now = words.index("Said at the end of"), words.index("Said today")
    assert then < words.index("Suspended", then) < now < words.index("Active", now)
    assert "The two answers differ." in words
    assert "A sanction was voided" in words[now:]
    assert "A sanction was imposed" not in words


def test_of_a_day_before_it_was_recorded_both_say_the_same(client, told):
    words = text(client, RECORDED, number="TRC-0007", day=days_ago(20), known=days_ago(15))

    assert "are the same" in words
    assert "A sanction was imposed" in words[words.index("Recorded in between") :]


def test_without_a_day_of_the_record_it_is_the_day_itself(client, told):
    assert "Suspended" in text(client, RECORDED, number="trc-0007", day=days_ago(5))


def test_a_certificate_that_was_not_on_record_yet_was_never_issued_then(client, told):
    words = text(client, RECORDED, number="TRC-0007", day=days_ago(200), known=days_ago(150))

    assert "We have never given this number to anybody." in words.partition("Said today")[0]


def test_the_name_is_the_one_that_was_read_then_and_reading_it_is_entered(client, told, auditor):
    naming.rename(told.holder, "Mio Tanaka", by=None)

    words = text(client, RECORDED, number="TRC-0007", day=days_ago(5), known=days_ago(3))

    assert words.index("Mio Watanabe") < words.index("Said today") < words.index("Mio Tanaka")
    (entry,) = reads()
    assert (entry.subject_kind, entry.subject_id) == ("certification.certificate", str(told.pk))
    assert (entry.actor_id, entry.about_id) == (str(auditor.pk), str(told.holder_id))


def test_a_certificate_that_changed_hands_is_told_under_whom_it_was_read(client, told):
    corrections.give_to(told, UserFactory(full_name="Ben Ode"), reason="The wrong one", by=StaffFactory(), on=clock.today())

    then = lookup.by_number_as_recorded("TRC-0007", known=clock.now() - timedelta(days=3), day=days_ago(3))
    assert then.name.full_name == "Mio Watanabe"
    words = text(client, RECORDED, number="TRC-0007", day=days_ago(5), known=days_ago(3))
    assert words.index("Mio Watanabe") < words.index("Said today") < words.index("Ben Ode")
    assert "A certificate was given to the person it was meant for" in words

    log.forget(told.__class__.objects.get(pk=told.pk).holder)
    assert "Erased, or not on record" in text(client, RECORDED, number="TRC-0007", day=days_ago(5), known=days_ago(3))


def test_what_is_on_record_now_is_said_alike_by_both_ways_of_asking(told):
    now = clock.now()
    for count in (0, 1, 5, 20, 300, 2000):
        assert lookup.by_number_as_recorded("TRC-0007", known=now, day=days_ago(count)) == lookup.by_number(
            "TRC-0007", on=clock.today(), as_of=days_ago(count)
        )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"number": "TRC-0007"}, "Choose a day."),
        ({"number": "", "day": "2026-05-03"}, "Type the number of the certificate."),
        ({"number": "TRC-0007", "day": "03.05.2026"}, "is not a day of the calendar. Choose the day again."),
        ({"number": "TRC-0007", "day": FUTURE}, "This day is in the future. Choose today or an earlier day."),
        ({"number": "TRC-0007", "day": "2026-05-03", "known": FUTURE}, "This day is in the future. Choose today or an earlier day."),
        ({"number": "TRC-0007", "day": "2026-05-03", "known": "2026-05-02"}, "This is before the day asked about"),
        ({"number": "TRC-0007", "day": "1900-01-01"}, "Nothing on record reaches back before 1950"),
        ({"number": "T" * 41, "day": "2026-05-03"}, "at most 40 characters"),
    ],
)
def test_a_question_that_cannot_be_meant_is_answered_in_words(client, auditor, asked, words):
    assert words in text(client, RECORDED, status=400, **asked)


@pytest.mark.parametrize(("number", "kind"), [("TRC-9999", Kind.NEVER_ISSUED), ("§§", Kind.MALFORMED), ("TRC-7K4M9RX", Kind.SLIP)])
def test_a_number_that_was_never_issued_is_answered_in_words_and_is_no_entry(client, auditor, number, kind):
    words = text(client, RECORDED, number=number, day="2026-05-03")

    assert all(kind.label in part for part in words.split("Said today"))
    assert "Nothing was recorded in between" in words
    assert reads() == []


def test_a_day_that_lay_ahead_is_refused_by_the_lookup_too(db):
    with pytest.raises(ValueError, match="days gone by"):
        lookup.by_number_as_recorded("TRC-0007", known=clock.now(), day=clock.today() + timedelta(days=1))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_comparison_asks_as_much_for_one_row_as_for_three(client, told, rows, django_assert_num_queries):
    office, today = StaffFactory(), clock.today()
    for _ in range(rows):
        row = sanctions.impose(told, kind=SanctionKind.CONDITIONS, first_day=today, decided_on=today, by=office, public_note="So.")
        sanctions.void(row, by=office, reason="Quashed")

    with django_assert_num_queries(19):
        client.get(RECORDED, {"number": "TRC-0007", "day": days_ago(5)})


# What is entered


def test_every_action_is_shown_with_how_a_person_is_forgotten_from_it(client, auditor):
    words = text(client, reverse("ledger_actions"))

    assert [name for name in ACTIONS if name not in words] == []
    assert "The details are emptied" in words
    assert "The details name nobody and are kept" in words


def test_the_ledgers_triggers_stand_after_all_this(db):
    assert guards.standing(connection) == guards.expected(connection.vendor)
