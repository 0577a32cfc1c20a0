"""What the registry says, in words: each standing, each day, and what leaves no trace."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification import corrections, numbers
from certification.facts import SanctionKind
from certification.models import CertificateDocument
from registry import lookup, sentences
from registry.facts import Answer, Kind
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, TermFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def days(count):
    return TODAY + timedelta(days=count)


def certificate(first=-365, last=364, **fields):
    return CertificateFactory(term__first_day=days(first), term__last_day=days(last), **fields)


def ask(subject, day=None):
    return lookup.by_number(subject.number, on=TODAY, as_of=day)


def voided(sanction):
    type(sanction).objects.void(sanction)


def test_an_active_certificate_says_until_when():
    answer = ask(certificate(holder=UserFactory(full_name="渡辺 澪", full_name__latin_name="Watanabe Mio", full_name__language="ja")))

    assert (answer.kind, answer.since, answer.until) == (Kind.ACTIVE, days(-365), days(364))
    assert (answer.name.full_name, answer.name.latin_name, answer.name.language) == ("渡辺 澪", "Watanabe Mio", "ja")
    assert sentences.headline(answer) == "Certified since November 23, 2025, active until November 22, 2027."


def lines(answer):
    return [(line.what, line.first_day, line.last_day) for line in answer.history]


def test_terms_that_follow_on_one_another_are_one_time_and_each_has_its_line():
    subject = certificate(-730, -1)
    TermFactory(certificate=subject, first_day=TODAY, last_day=days(729))

    answer = ask(subject)
    assert (answer.since, answer.until) == (days(-730), days(729))
    assert lines(answer) == [("Certificate renewed", TODAY, days(729)), ("Certificate granted", days(-730), days(-1))]


def test_a_renewal_granted_early_is_told_at_once_and_the_line_says_that_it_is_one():
    subject = certificate(-640, 90)
    TermFactory(certificate=subject, first_day=days(91), last_day=days(820))

    assert ask(subject).until == days(820)
    assert lines(ask(subject)) == [("Certificate granted, and renewed", days(-640), days(820))]


def test_a_certificate_granted_again_after_a_gap_says_so():
    subject = certificate(-900, -171)
    TermFactory(certificate=subject, first_day=days(-100), last_day=days(629))

    assert [what for what, _, _ in lines(ask(subject))] == ["Certificate granted again", "Certificate granted"]


def test_a_lapsed_certificate_says_when_it_ended():
    answer = ask(certificate(-770, -40))

    assert (answer.kind, answer.since, answer.until, answer.certified.last_day) == (Kind.LAPSED, days(-39), None, days(-40))
    assert "ended on October 14, 2026 and was not renewed" in sentences.headline(answer)


def test_the_history_tells_since_when_a_certificate_has_lapsed():
    subject = certificate(-770, -40)

    assert lines(ask(subject)) == [("Lapsed", days(-39), None), ("Certificate granted", days(-770), days(-40))]
    assert [what for what, _, _ in lines(ask(subject, days(-50)))] == ["Certificate granted"]
    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day=days(-20))
    assert [what for what, _, _ in lines(ask(subject))] == ["Revoked", "Certificate granted"]


def test_a_gap_between_two_terms_is_lapsed():
    subject = certificate(-900, -171)
    TermFactory(certificate=subject, first_day=days(-100), last_day=days(629))

    answer = ask(subject, days(-120))
    assert (answer.kind, answer.since, answer.until) == (Kind.LAPSED, days(-170), days(-101))


def test_a_suspension_with_a_last_day_says_both_days():
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=days(-10), last_day=days(50), clause_ids=["PS-10"])

    answer = ask(subject)
    assert (answer.kind, answer.since, answer.until) == (Kind.SUSPENDED, days(-10), days(50))
    assert answer.notes[0].clause_ids == ("PS-10",)
    assert answer.history[0].what == "Suspended"


def test_an_interim_order_names_no_last_day_and_its_history_says_what_the_standing_says():
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=days(-10), last_day=days(8), interim=True)

    answer = ask(subject)
    assert (answer.kind, answer.since, answer.until) == (Kind.SUSPENDED, days(-10), None)
    assert lines(answer)[0] == ("Suspended", days(-10), None)
    past = ask(subject, days(-5))
    assert (past.kind, [line.what for line in past.history]) == (Kind.ACTIVE, ["Certificate granted"])


def test_a_final_suspension_reaches_back_over_the_order_that_it_continues():
    subject = certificate()
    order = SanctionFactory(certificate=subject, first_day=days(-30), last_day=days(-6), interim=True)
    SanctionFactory(certificate=subject, first_day=days(-5), last_day=days(40), continues=order)

    answer = ask(subject)
    assert (answer.since, answer.until) == (days(-30), days(40))
    assert ask(subject, days(-20)).kind == Kind.SUSPENDED
    assert [(line.what, line.first_day) for line in answer.history if line.what == "Suspended"] == [("Suspended", days(-30))]


def test_a_revoked_certificate_is_found_and_says_since_when():
    subject = certificate()
    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day=days(-120))

    answer = ask(subject)
    assert (answer.kind, answer.since, answer.until) == (Kind.REVOKED, days(-120), None)
    assert ask(subject, days(-121)).kind == Kind.ACTIVE


def test_conditions_leave_the_standing_and_are_told():
    subject = certificate()
    SanctionFactory(certificate=subject, kind=SanctionKind.CONDITIONS, public_note="Supervision once a month.")

    answer = ask(subject)
    assert (answer.kind, answer.notes[0].text) == (Kind.ACTIVE, "Supervision once a month.")


def test_the_end_of_publication_takes_the_note_and_the_line_and_leaves_the_word():
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=days(-90), last_day=days(-30), published_until=days(-1))

    then = ask(subject, days(-60))
    assert (then.kind, then.notes) == (Kind.SUSPENDED, ())
    assert [line.what for line in then.history] == ["Certificate granted"]


@pytest.mark.parametrize("last_day", [days(-2), None])
def test_an_interim_order_that_is_over_leaves_no_trace(last_day):
    subject = certificate()
    before = [ask(subject, day) for day in (None, days(-5), days(-20))]
    order = SanctionFactory(certificate=subject, first_day=days(-10), last_day=last_day, interim=True)
    if last_day is None:
        voided(order)

    assert [ask(subject, day) for day in (None, days(-5), days(-20))] == before


def test_an_order_in_force_answers_for_today_alone():
    subject = certificate()
    SanctionFactory(certificate=subject, first_day=days(-10), interim=True)

    assert ask(subject).kind == ask(subject, TODAY).kind == Kind.SUSPENDED
    assert ask(subject, days(-1)).kind == Kind.ACTIVE


def test_what_lies_ahead_is_not_told():
    subject = certificate()
    before = ask(subject)
    SanctionFactory(certificate=subject, kind=SanctionKind.REVOCATION, first_day=days(1))
    SanctionFactory(certificate=subject, kind=SanctionKind.CONDITIONS, first_day=days(3))

    assert ask(subject) == before


def test_a_suspension_ahead_does_not_shorten_the_order_in_force():
    subject = certificate()
    order = SanctionFactory(certificate=subject, first_day=days(-10), last_day=days(8), interim=True)
    before = ask(subject)
    SanctionFactory(certificate=subject, first_day=days(9), last_day=days(64), continues=order)

    assert ask(subject) == before


def test_a_day_before_the_first_term_was_not_certified():
    answer = ask(certificate(-100, 629), days(-101))

    assert (answer.kind, answer.certified, answer.until) == (Kind.NOT_CERTIFIED, None, days(-101))


def test_of_a_certificate_that_begins_tomorrow_it_is_told_that_it_has_not_begun_and_nothing_else():
    subject = certificate(1, 730)

    assert ask(subject) == Answer(Kind.NOT_BEGUN, subject.number, TODAY, TODAY)
    assert lookup.by_code(subject.verify_code, on=TODAY).answer == ask(subject)


def test_a_number_whose_every_term_was_taken_back_is_ours_and_not_in_force():
    subject = certificate()
    document = CertificateDocument.objects.create(term=subject.terms.get(), facts={})
    corrections.void_term(subject.terms.get(), reason="Granted in error", by=StaffFactory())

    assert ask(subject) == Answer(Kind.WITHDRAWN, subject.number, TODAY, TODAY)
    found = lookup.by_code(document.verify_code, on=TODAY)
    assert (found.answer, found.is_document, found.replaced) == (ask(subject), True, True)


@pytest.mark.parametrize("sanction", [None, {}, {"interim": True}, {"kind": SanctionKind.REVOCATION}])
@pytest.mark.parametrize("begins", [1, None])
def test_no_case_shows_where_no_term_has_begun(sanction, begins):
    subject = certificate(begins, 730) if begins else CertificateFactory(term=False)
    before = ask(subject)
    if sanction is not None:
        SanctionFactory(certificate=subject, **sanction)

    assert ask(subject) == before


def test_a_day_ahead_is_refused():
    with pytest.raises(ValueError, match="days gone by"):
        ask(certificate(), days(1))


def test_a_number_with_a_slip_is_told_from_one_never_issued():
    number = numbers.make("TRC")
    subject = certificate(number=number)
    wrong = "2" if number[4] != "2" else "3"
    slipped = f"{number[:4]}{wrong}{number[5:]}"

    answer = lookup.by_number(slipped, on=TODAY)
    assert (answer.kind, answer.likely) == (Kind.SLIP, (subject.number,))
    assert lookup.by_number(numbers.make("TRC"), on=TODAY).kind == Kind.NEVER_ISSUED


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("DEMO-0001", Kind.ACTIVE),
        ("demo 0001", Kind.ACTIVE),
        ("ＤＥＭＯ\u2013０００１", Kind.ACTIVE),
        ("DEMO-0002", Kind.NEVER_ISSUED),
        ("DEMO-OOO1", Kind.NEVER_ISSUED),
        ("TRC-2222223", Kind.SLIP),
        ("", Kind.MALFORMED),
        ("-", Kind.MALFORMED),
        ("A" * 5000, Kind.MALFORMED),
        ("DEMO-0001\x00", Kind.MALFORMED),
        ("DEMO\u202e-0001", Kind.MALFORMED),
        ("DEMO-٠٠٠١", Kind.MALFORMED),
        ("DEMO-000%", Kind.MALFORMED),
        ("DEM_-0001", Kind.MALFORMED),
        ("'; DROP TABLE", Kind.MALFORMED),
        ("ДЕМО-0001", Kind.MALFORMED),
    ],
)
def test_whatever_is_typed_gets_an_answer(typed, kind):
    certificate(number="DEMO-0001")

    assert lookup.by_number(typed, on=TODAY).kind == kind


def test_look_alikes_and_a_missing_hyphen_are_put_right():
    certificate(number="DEMO-0001")

    assert lookup.by_number("DEMO-OOO1", on=TODAY).likely == ("DEMO-0001",)
    assert lookup.by_number("DEMO0001", on=TODAY).likely == ("DEMO-0001",)


def test_the_name_in_use_is_told_and_no_earlier_one():
    holder = UserFactory(full_name="Anna Nowak")
    subject = certificate(holder=holder)
    holder.names.update(replaced_at="2026-01-01T00:00Z")
    holder.names.create(full_name="Anna Kowalska")

    assert ask(subject).name.full_name == "Anna Kowalska"
    assert "Nowak" not in repr(ask(subject))


@pytest.mark.parametrize("rows", [1, 3])
def test_an_answer_takes_one_statement_and_a_miss_two(rows):
    subject = certificate(-365, -1)
    for row in range(rows):
        TermFactory(certificate=subject, first_day=days(500 * row), last_day=days(500 * row + 499))
        SanctionFactory(certificate=subject, first_day=days(-5 - row), last_day=days(-5))

    with CaptureQueriesContext(connection) as asked:
        answer = ask(subject)
    assert len(asked) == 1
    assert len([line for line in answer.history if line.what == "Suspended"]) == rows
    with CaptureQueriesContext(connection) as asked:
        lookup.by_number("DEMO-9999", on=TODAY)
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_answers_for_a_list_take_one_statement(count):
    subjects = [certificate() for _ in range(count)]

    with CaptureQueriesContext(connection) as asked:
        answers = lookup.of(subjects[::-1], on=TODAY)
    assert len(asked) == 1
    assert [answer.number for answer in answers] == [subject.number for subject in subjects[::-1]]


def test_a_code_leads_to_the_certificate_and_says_whether_the_document_is_in_use():
    subject = certificate()
    term = subject.terms.get()
    old = CertificateDocument.objects.create(term=term, facts={}, replaced_at="2026-02-01T00:00Z")
    new = CertificateDocument.objects.create(term=term, facts={})

    with CaptureQueriesContext(connection) as asked:
        document = lookup.by_code(new.verify_code.lower(), on=TODAY)
    assert (document.is_document, document.replaced, document.answer) == (True, False, ask(subject))
    assert len(asked) == 2
    assert lookup.by_code(old.verify_code, on=TODAY).replaced
    assert lookup.by_code(subject.verify_code, on=TODAY).answer == ask(subject)
    assert lookup.by_code(numbers.make_code(), on=TODAY).answer.kind == Kind.NEVER_ISSUED
    assert lookup.by_code("\x00not-a-code", on=TODAY).answer.kind == Kind.MALFORMED
