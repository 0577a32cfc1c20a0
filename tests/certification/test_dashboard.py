"""What a coach is told about standing, requirements and dates: both what holds and what follows."""

import re
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import clock
from certification import dashboard, gathering, renewals, requirements, rules, terms
from certification.facts import (
    EditionFact,
    Policy,
    RenewalFacts,
    Requirement,
    ReviewFact,
    SanctionKind,
    Span,
    StatementFact,
    Unmet,
    in_words,
)
from certification.models import Certificate
from courses import completions, enrollments
from tests.courses.test_finals import missed_three_times
from tests.factories.accounts import StaffFactory
from tests.factories.certification import TODAY, CertificateFactory, SanctionFactory, completed, edition_in_force, review_course, signed
from tests.factories.courses import course

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def the_code():
    edition_in_force()
    review_course()


def ending(days):
    last = TODAY + days * DAY
    return CertificateFactory(term__first_day=last - 729 * DAY, term__last_day=last)


def suspend(certificate, first, last, **fields):
    last_day = None if last is None else TODAY + last * DAY
    return SanctionFactory(certificate=certificate, first_day=TODAY + first * DAY, last_day=last_day, **fields)


def card(certificate, on=TODAY):
    (found,) = dashboard.cards(certificate.holder, on=on)
    return found


def milestones(certificate, on=TODAY):
    return {(milestone.day - TODAY).days: milestone.sentence for milestone in card(certificate, on).milestones}


def test_an_interim_order_and_the_suspension_that_follows_are_both_told_with_their_days():
    """Like DEMO-0006: an order until the decision can no longer be appealed, then the suspension itself."""
    certificate = ending(60)
    order = suspend(certificate, -25, 8, interim=True)
    suspend(certificate, 9, 64, continues=order)

    assert card(certificate).headline == (
        "Suspended for now, until December 1, 2026, that day included, because what we decided can still be appealed. "
        "From December 2, 2026 on the suspension that we decided holds, until January 26, 2027, that day included. "
        "You can take courses meanwhile."
    )
    assert card(certificate, TODAY + 9 * DAY).headline == (
        "Suspended until January 26, 2027, that day included. You can take courses meanwhile."
    )


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(-5, 30)], "Suspended until December 23, 2026, that day included."),
        ([(-5, None)], "Suspended until its conditions are met."),
        ([(-5, 3), (4, None)], "From November 27, 2026 on the suspension that we decided holds, until its conditions are met."),
    ],
)
def test_a_suspension_is_told_with_its_end(spans, words):
    certificate = ending(60)
    for first, last in spans:
        suspend(certificate, first, last)

    assert words in card(certificate).headline


@pytest.mark.parametrize(
    ("last", "words"), [(8, "until December 1, 2026 at the latest, that day included"), (None, "until the review is over")]
)
def test_an_order_that_nothing_follows_yet_is_told_as_one_for_the_time_of_a_review(last, words):
    certificate = ending(60)
    suspend(certificate, -5, last, interim=True)

    assert card(certificate).headline == (
        f"Suspended for now, {words}, because a review is under way. Nothing is decided by that. You can take courses meanwhile."
    )


def test_a_term_that_ends_while_suspended_lapses_on_the_day_after_the_suspension():
    certificate = ending(60)
    order = suspend(certificate, -25, 8, interim=True)
    suspend(certificate, 9, 64, continues=order)

    told = milestones(certificate)

    assert told[9] == "The suspension that we decided begins and takes the place of the one for now."
    assert told[60] == "Last day of the term."
    assert told[64] == "Last day of the suspension."
    assert told[65].startswith("The suspension and the term are over: you can renew")
    assert told[154] == "Last day on which you can renew late. After it only the office can bring the certificate back."
    assert 61 not in told


def test_the_days_told_are_those_on_which_the_rules_change_their_answer():
    certificate = ending(60)
    order = suspend(certificate, -25, 8, interim=True)
    suspend(certificate, 9, 64, continues=order)
    facts = gathering.gather(certificate)
    words = {day: rules.standing(facts.terms, facts.sanctions, on=TODAY + day * DAY).value for day in (8, 9, 60, 61, 64, 65)}

    assert words == {8: "suspended", 9: "suspended", 60: "suspended", 61: "suspended", 64: "suspended", 65: "lapsed"}
    assert rules.lapses_on(facts) == TODAY + 65 * DAY
    assert Unmet.LATE_PERIOD_OVER not in rules.unmet(facts, on=TODAY + 154 * DAY)
    assert Unmet.LATE_PERIOD_OVER in rules.unmet(facts, on=TODAY + 155 * DAY)


def test_an_open_suspension_tells_no_day_on_which_the_certificate_lapses():
    certificate = ending(60)
    suspend(certificate, -5, None)

    assert rules.lapses_on(gathering.gather(certificate)) is None
    assert not [day for day, words in milestones(certificate).items() if "lapsed" in words]


def test_a_suspension_that_is_decided_and_lies_ahead_stands_among_the_dates_of_an_active_coach():
    certificate = ending(300)
    suspend(certificate, 9, 40)

    assert card(certificate).headline.startswith("Active until")
    assert {9: "A suspension begins.", 40: "Last day of the suspension."}.items() <= milestones(certificate).items()


def test_a_certificate_that_begins_on_a_later_day_is_not_called_renewed():
    certificate = CertificateFactory(term__first_day=TODAY + 9 * DAY)

    assert card(certificate).headline == "Begins on December 2, 2026."
    assert not card(certificate).is_renewed


@pytest.mark.parametrize("kind", [SanctionKind.SUSPENSION, SanctionKind.REVOCATION])
def test_a_suspended_or_revoked_coach_takes_courses_and_the_renewal_waits(kind, client):
    certificate = ending(20)
    SanctionFactory(certificate=certificate, kind=kind, first_day=TODAY - 3 * DAY)
    client.force_login(certificate.holder)
    course = review_course()

    at = clock.now() - 9 * DAY
    run = enrollments.start(certificate.holder, course, at=at)
    assert client.get(course.url).status_code == 200
    completions.record_otherwise(run, reason="Live session", by=StaffFactory(), at=at)
    signed(certificate.holder)

    waits = rules.unmet(gathering.gather(certificate), on=TODAY)
    assert waits == [Unmet.SUSPENDED if kind is SanctionKind.SUSPENSION else Unmet.REVOKED]


def test_another_route_is_told_with_the_day_on_which_it_was_recorded():
    certificate = ending(20)
    met = requirements.record_met(certificate, requirement=Requirement.REVIEW, reason="Live session", by=StaffFactory())

    item = card(certificate).items[0]

    day = met.recorded_at
    assert item.is_met
    assert item.text.startswith("Met by another route; the office recorded it on")
    assert str(day.year) in item.text


@pytest.mark.parametrize(("ago", "is_met"), [(5, True), (201, False)])
def test_after_the_late_period_page_and_reinstatement_ask_for_the_same_review(ago, is_met):
    """The office reinstates with a review completed since: the page does not call an older one done."""
    certificate = ending(-200)
    completed(certificate.holder, TODAY - ago * DAY)
    signed(certificate.holder)

    found = card(certificate)

    assert found.items[0].is_met is is_met
    if is_met:
        assert renewals.reinstate(certificate, by=StaffFactory(), on=TODAY, reason="Asked").first_day == TODAY
    else:
        assert "completed before the last term ended" in found.items[0].text
        with pytest.raises(renewals.NotEligible) as refusal:
            renewals.reinstate(certificate, by=StaffFactory(), on=TODAY, reason="Asked")
        assert refusal.value.missing == [Unmet.REVIEW]


@pytest.mark.parametrize("how", ["done", "recorded by the office"])
def test_what_is_done_before_the_renewal_opens_says_from_which_day_it_counts_and_is_not_called_done(how, client):
    certificate = ending(200)
    if how == "done":
        completed(certificate.holder)
        signed(certificate.holder)
    else:
        for requirement in Requirement:
            requirements.record_met(certificate, requirement=requirement, reason="Live session", by=StaffFactory())

    before, opened = card(certificate, TODAY + 19 * DAY), card(certificate, TODAY + 20 * DAY)

    assert [(item.is_met, item.counts_from) for item in before.items] == [(True, TODAY + 20 * DAY)] * 2
    assert all("It can be used from December 13, 2026, when the renewal opens." in item.text for item in before.items)
    assert [(item.is_met, item.counts_from) for item in opened.items] == [(True, None)] * 2
    assert opened.can_renew


def test_the_page_calls_a_review_that_is_early_neither_done_nor_missing(client):
    today = clock.today()
    certificate = CertificateFactory(term__first_day=today - 529 * DAY, term__last_day=today + 200 * DAY)
    completed(certificate.holder, today)
    client.force_login(certificate.holder)

    page = " ".join(client.get("/my/").content.decode().split())

    assert f"Counts from {in_words(today + 20 * DAY)}</span>" in page
    assert ">Done<" not in page
    assert ">Not yet<" not in page
    assert page.count(">Not due yet<") == 1


def test_a_review_that_is_over_before_the_renewal_opens_is_not_called_done():
    """Of the first weeks of a term: it stops counting half a year before it could be used."""
    certificate = ending(700)
    completed(certificate.holder)

    item = card(certificate).items[0]

    assert not item.is_met
    assert item.text == (
        "The review of November 23, 2026 will not count when the renewal opens on April 26, 2028: by then it was completed too long ago. "
        "It need not be done before April 26, 2028, when the renewal opens; done earlier, it counts if it is completed on "
        "April 27, 2027 or later."
    )
    assert not [words for words in milestones(certificate).values() if "completed review" in words]


def test_the_first_day_on_which_a_review_is_in_time_is_told_to_whoever_has_none():
    certificate = ending(700)

    assert card(certificate).items[0].text == (
        "Not yet completed for this renewal. It need not be done before April 26, 2028, when the renewal opens; done earlier, it counts "
        "if it is completed on April 27, 2027 or later."
    )
    assert card(certificate, date(2027, 4, 27)).items[0].text == "Not yet completed for this renewal."


def test_a_review_and_a_statement_that_a_coming_edition_overtakes_before_the_renewal_opens_are_not_called_done():
    certificate = ending(280)
    completed(certificate.holder)
    signed(certificate.holder)
    edition_in_force(TODAY + 9 * DAY, weight="material")

    review, statement = card(certificate).items

    assert (review.is_met, statement.is_met) == (False, False)
    assert "will not count when the renewal opens on March 3, 2027: by then the Code has changed in substance." in review.text
    assert statement.text == (
        "Signed on November 23, 2026. It will not count: a newer edition of the Code is in force when the renewal opens on March 3, 2027. "
        "That edition is signed for once it is in force."
    )


def test_what_the_page_calls_met_earns_the_renewal_on_the_first_day_on_which_it_is_open():
    """By facts alone: nothing else happens until that day."""
    certificate = Certificate(number="X-1", issued_on=TODAY)
    ends, agos, editions = [-200, -60, 0, 20, 179, 180, 181, 200, 400, 560, 700], [0, 3, 100, 364, 365, 366, 500], [None, -90, -20, 9, 100]
    for left, ago, edition in product(ends, agos, editions):
        last = TODAY + left * DAY
        facts = RenewalFacts(
            terms=(Span(last - 729 * DAY, last),),
            reviews=(ReviewFact(1, TODAY - ago * DAY, date(2020, 1, 1)),),
            statements=(StatementFact(1, TODAY - ago * DAY, date(2020, 1, 1)),),
            editions=(EditionFact(date(2020, 1, 1)), *([EditionFact(TODAY + edition * DAY, material=True)] if edition else [])),
        )

        items = dashboard.card(certificate, facts, "/learn/", on=TODAY).items

        first = rules.renewable_from(facts, on=TODAY)
        missing = {item.value for item in rules.unmet(facts, on=first)}
        assert {item.requirement.value for item in items if not item.is_met} == missing & {"review", "statement"}
        assert {item.counts_from for item in items if item.is_met} <= {first if first > TODAY else None}


def test_after_giving_back_an_earlier_review_brings_nothing_back():
    certificate = ending(20)
    completed(certificate.holder)
    signed(certificate.holder)
    terms.surrender(certificate, by=certificate.holder, on=TODAY)

    tomorrow = TODAY + DAY
    assert not card(certificate, tomorrow).items[0].is_met
    with pytest.raises(renewals.NotEligible) as refusal:
        renewals.reinstate(certificate, by=StaffFactory(), on=tomorrow, reason="Changed the mind")
    assert refusal.value.missing == [Unmet.REVIEW]

    completed(certificate.holder, tomorrow)
    assert renewals.reinstate(certificate, by=StaffFactory(), on=tomorrow, reason="Changed the mind").first_day == tomorrow


def test_a_reinstatement_without_a_reason_is_refused():
    certificate = ending(-200)
    completed(certificate.holder)
    signed(certificate.holder)

    with pytest.raises(renewals.NotEligible, match="Give a reason"):
        renewals.reinstate(certificate, by=StaffFactory(), on=TODAY, reason=" ")

    assert certificate.terms.count() == 1


def test_a_revoked_coach_is_told_since_when():
    certificate = ending(60)
    SanctionFactory(certificate=certificate, kind=SanctionKind.REVOCATION, first_day=TODAY - 3 * DAY)

    assert card(certificate).headline == "Revoked since November 20, 2026."
    assert card(certificate).milestones == []


def test_long_before_the_renewal_opens_nothing_is_called_due_and_the_day_is_told(client):
    today = clock.today()
    certificate = CertificateFactory(term__first_day=today - 129 * DAY, term__last_day=today + 600 * DAY)
    client.force_login(certificate.holder)

    opens = in_words(today + 420 * DAY)
    for path in ("/my/", "/my/renewal/"):
        page = " ".join(client.get(path).content.decode().split())
        main = page[page.index("<main") : page.index("</main>")]
        assert f"Nothing is due now. The renewal opens on {opens}." in main
        assert main.count(">Not due yet<") == 2
        assert 'class="is-next"' not in main
        assert 'class="button"' not in main
        assert "Go to the course" not in main
        assert "Renew your certificate" not in main
    assert f"You can renew here from {opens}" in main


def test_a_review_that_earned_an_earlier_renewal_is_told_as_such_and_from_when_a_new_one_counts(client):
    today = clock.today()
    certificate = CertificateFactory(term__first_day=today - 700 * DAY, term__last_day=today + 29 * DAY)
    completed(certificate.holder, today - 5 * DAY)
    signed(certificate.holder, today - 5 * DAY)
    renewals.renew(certificate, by=certificate.holder, on=today)
    client.force_login(certificate.holder)

    item = card(certificate, today + 40 * DAY).items[0]
    page = " ".join(client.get("/my/").content.decode().split())

    opens = card(certificate, today + 40 * DAY).opens_on
    in_time = in_words(rules.review_in_time_from(gathering.gather(certificate), on=today + 40 * DAY))
    assert item.text == (
        f"The last review, of {in_words(today - 5 * DAY)}, was used for an earlier renewal. The next renewal takes a new one. "
        f"It need not be done before {in_words(opens)}, when the renewal opens; done earlier, it counts if it is completed on "
        f"{in_time} or later."
    )
    assert f"You last completed it on {in_words(today - 5 * DAY)}." in page
    assert "<progress" not in page


@pytest.mark.parametrize(("left", "badge"), [(20, "Kept; the renewal waits"), (300, "Counts from")])
def test_a_review_done_while_suspended_is_kept_and_not_called_done(left, badge):
    certificate = ending(left)
    completed(certificate.holder)
    suspend(certificate, -3, 400)

    item = card(certificate).items[0]

    assert item.badge.startswith(badge)
    assert not item.is_done
    assert ("which waits until the suspension is over" in item.text) == (left == 20)


def test_where_every_attempt_is_used_the_office_comes_first_and_no_strong_button_leads_into_the_block(client):
    run = missed_three_times(page := course(final=4))
    today = clock.today()
    certificate = CertificateFactory(holder=run.person, term__first_day=today - 700 * DAY, term__last_day=today + 29 * DAY)
    certificate.scheme.review_course_key = page.key
    certificate.scheme.save()
    client.force_login(run.person)

    for path in ("/my/", "/my/renewal/"):
        main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
        assert main.count('class="button"') == 1
        assert main.index("Write to the office</a>") < main.index("Review of the Code of Ethics</strong>")
        assert "All attempts at its final quiz are used" in main
        assert f"The quiz itself has no deadline, but your certificate ends on {in_words(today + 29 * DAY)}." in main
        assert "Go on" not in main
        assert "Go to the course" not in main


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (
            29,
            "The quiz itself has no deadline, but your certificate ends on December 22, 2026. From the next day the registry says that "
            "it has lapsed. You can then still renew late, until March 22, 2027. After that day only the office can bring the "
            "certificate back.",
        ),
        (
            -10,
            "The quiz itself has no deadline, but the time to renew late has. You can still renew late, until February 11, 2027. After "
            "that day only the office can bring the certificate back.",
        ),
        (-200, "The quiz itself has no deadline. The certificate has ended, and the office tells you how it can be brought back."),
    ],
)
def test_who_waits_for_the_office_reads_what_the_days_of_the_certificate_do_meanwhile(left, words):
    assert card(ending(left)).ends == words


def test_no_day_is_told_while_a_suspension_stops_the_count():
    certificate = ending(29)
    suspend(certificate, -3, None)

    assert card(certificate).ends == ""
    assert card(certificate).still == ""


def test_who_is_suspended_or_revoked_reads_where_the_reasons_stand_and_whom_to_write_to(client):
    today = clock.today()
    for kind in ("suspension", "revocation"):
        certificate = CertificateFactory(term__first_day=today - 700 * DAY, term__last_day=today + 29 * DAY)
        SanctionFactory(certificate=certificate, kind=kind, first_day=today - DAY, last_day=None)
        client.force_login(certificate.holder)
        for path in ("/my/", "/my/renewal/"):
            main = client.get(path).content.decode().partition("<main")[2].partition("</main>")[0]
            assert "says why it was made and how you can object" in main
            assert "office@example.org" in main
            assert 'class="button button--small"' not in main


def test_one_button_stands_out_and_it_is_the_next_step(client):
    today = clock.today()
    certificate = CertificateFactory(term__first_day=today - 700 * DAY, term__last_day=today + 29 * DAY)
    client.force_login(certificate.holder)

    def strong():
        main = client.get("/my/").content.decode().partition("<main")[2].partition("</main>")[0]
        return re.findall(r'<a class="button(?: button--small)?"[^>]*>([^<]+)</a>', main)

    assert strong() == ["Go to the course"]
    completed(certificate.holder, today)
    assert strong() == ["Read and sign"]
    signed(certificate.holder, today)
    assert strong() == ["Renew now"]


def test_how_long_a_review_counts_is_not_told_past_the_last_day_on_which_anybody_can_renew():
    certificate = ending(-40)
    completed(certificate.holder)

    told = milestones(certificate)

    assert told[50] == "Last day on which you can renew late. After it only the office can bring the certificate back."
    assert not [words for words in told.values() if "completed review" in words]


def test_with_an_edition_published_for_a_coming_day_review_and_statement_are_told_with_their_last_days():
    certificate = ending(90)
    completed(certificate.holder)
    signed(certificate.holder)
    edition_in_force(date(2026, 12, 1), weight="material")

    review, statement = card(certificate).items

    assert review.text == (
        "Completed on November 23, 2026. It counts for a renewal until January 29, 2027, "
        "because a newer edition of the Code changes it in substance."
    )
    assert statement.text == (
        "Signed on November 23, 2026. It counts until November 30, 2026; from December 1, 2026 a newer edition of the Code is in force, "
        "to be signed for anew."
    )
    told = milestones(certificate)
    assert told[(date(2027, 1, 29) - TODAY).days] == "Last day on which your completed review counts for a renewal."
    assert told[(date(2026, 11, 30) - TODAY).days].startswith("Last day on which your signed statement counts")


def test_a_coming_edition_with_a_small_change_leaves_the_review_its_year():
    certificate = ending(90)
    completed(certificate.holder)
    edition_in_force(date(2026, 12, 1), weight="minor")

    assert card(certificate).items[0].text == "Completed on November 23, 2026. It counts for a renewal until May 22, 2027."
    assert (certificate.terms.get().last_day + 90 * DAY) == date(2027, 5, 22)


@settings(max_examples=150)
@given(
    left=st.integers(-150, 400),
    ago=st.integers(0, 500),
    coming=st.lists(st.tuples(st.integers(-200, 500), st.booleans()), max_size=3),
    suspended=st.lists(st.tuples(st.integers(-200, 300), st.none() | st.integers(0, 90)), max_size=2),
    grace=st.sampled_from([0, 1, 60]),
    given_back=st.booleans(),
)
def test_the_last_days_told_are_the_last_days_on_which_the_rules_take_them(left, ago, coming, suspended, grace, given_back):
    last = TODAY + left * DAY
    facts = RenewalFacts(
        terms=(Span(last - 729 * DAY, last, given_back),),
        suspended=tuple(
            Span(TODAY + begins * DAY, None if length is None else TODAY + (begins + length) * DAY) for begins, length in suspended
        ),
        reviews=(ReviewFact(1, TODAY - ago * DAY, date(2020, 1, 1)),),
        statements=(StatementFact(1, TODAY - ago * DAY, date(2020, 1, 1)),),
        editions=(EditionFact(date(2020, 1, 1)), *(EditionFact(TODAY + begins * DAY, material) for begins, material in coming)),
        policy=Policy(material_grace_days=grace),
    )
    first = rules.renewable_from(facts, on=TODAY)

    def review_counts(on):
        return rules.spendable_review(facts, on=on, after=rules.reviews_after(facts, on=on)) is not None

    def statement_counts(on):
        return rules.spendable_statement(facts, on=on) is not None

    for counts, until in (
        (review_counts, rules.review_counts_until(facts.reviews[0], facts)),
        (statement_counts, rules.statement_counts_until(facts.statements[0], facts)),
    ):
        if counts(first):
            days = [first + count * DAY for count in range(900)]
            assert [on for on in days if counts(on)] == [on for on in days if until is None or on <= until]
