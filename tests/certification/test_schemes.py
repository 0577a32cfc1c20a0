"""The rules a board votes on: bounds in three places, changed on the record, nothing granted before is rewritten."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from audit import log
from certification import guards, reminders, renewals, rules, schemes
from certification.facts import NUMBERS, Effect, Policy, SanctionFact, SanctionKind
from certification.models import Certificate, Scheme, Statement, Term
from outbox.models import OutboxMessage
from tests.certification.test_rules import GRANT, TERM, facts
from tests.factories.accounts import StaffFactory
from tests.factories.certification import (
    TODAY,
    CertificateFactory,
    SanctionFactory,
    SchemeFactory,
    completed,
    edition_in_force,
    ready_to_renew,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def scheme():
    return SchemeFactory()


@pytest.fixture
def office():
    return StaffFactory(full_name="Ada Min")


def change(scheme, office, **given):
    reason = given.pop("reason", "The board voted on May 4")
    seen = given.pop("seen", schemes.fingerprint(Scheme.objects.get(pk=scheme.pk)))
    return schemes.change(scheme, given, seen=seen, reason=reason, by=office)


@pytest.mark.parametrize("name", NUMBERS)
def test_each_number_has_its_unit_its_reason_its_effect_and_its_bounds(name):
    words, field = NUMBERS[name], Scheme._meta.get_field(name)

    assert all([words.unit, words.reason.endswith("."), words.effect.endswith(".")])
    assert all(part in field.help_text for part in (words.unit, words.reason, words.effect, str(words.least), str(words.most)))
    assert words.least <= field.default <= words.most


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, words in NUMBERS.items() for value in (words.least, words.most)])
def test_the_bounds_themselves_are_allowed(scheme, office, name, value):
    given = {"reminder_days": [], name: value}

    assert getattr(change(scheme, office, **given), name) == value


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, words in NUMBERS.items() for value in (words.least - 1, words.most + 1)]
)
def test_beyond_the_bounds_the_form_the_act_and_the_database_refuse(scheme, office, name, value):
    with pytest.raises(ValidationError):
        Scheme(name="x", prefix="XX", **{name: value}).full_clean()
    with pytest.raises(schemes.CannotChange):
        change(scheme, office, **{name: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.filter(pk=scheme.pk).update(**{name: value})

    assert getattr(Scheme.objects.get(pk=scheme.pk), name) == getattr(scheme, name)


@pytest.mark.parametrize("days", [{}, "90", 90, ["90"], [1.5], [True], [90, 90], [365], [-366], [None], list(range(21))])
def test_reminders_that_are_no_days_are_refused(scheme, office, days):
    with pytest.raises(schemes.CannotChange):
        change(scheme, office, reminder_days=days)

    assert Scheme.objects.get().reminder_days == scheme.reminder_days


@pytest.mark.parametrize("days", [{}, "90", 90, ["90"], [1.5], [True], [90, 90], [365], [-366], [None]])
def test_the_database_refuses_them_too(scheme, days):
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.filter(pk=scheme.pk).update(reminder_days=days)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scheme.objects.create(name="Other", prefix="XX", reminder_days=days)


@pytest.mark.parametrize("days", [[], [364], [-365], [180, 0, -30]])
def test_the_database_takes_days_within_a_year(scheme, days):
    Scheme.objects.filter(pk=scheme.pk).update(reminder_days=days)

    assert Scheme.objects.get().reminder_days == days


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I will keep to the Code.", "{code_version} and {code_date} is missing"),
        ("Version {code_version}.", "{code_date} is missing"),
        ("Version {code_version} of {code_date}, {name}.", "other braces have no meaning"),
        ("", "cannot be blank"),
    ],
)
def test_a_statement_names_the_edition_and_its_day(scheme, office, text, words):
    with pytest.raises(schemes.CannotChange) as refusal:
        change(scheme, office, statement_text=text)
    assert words in " ".join(refusal.value.reasons)

    if "braces" not in words:
        with pytest.raises(IntegrityError), transaction.atomic():
            Scheme.objects.update(statement_text=text)


def test_the_constraints_read_as_sentences():
    names = {constraint.name for constraint in Scheme._meta.constraints}

    assert names == {
        "a_scheme_has_a_name",
        "a_term_lasts_one_to_ten_years",
        "renewal_opens_within_the_last_year_of_a_term",
        "late_renewal_ends_within_a_year",
        "a_review_counts_a_month_to_five_years",
        "older_reviews_count_a_year_at_most",
        "a_statement_names_the_edition_and_its_day",
    }
    assert {name for name in guards.expected(connection.vendor) if name.startswith(guards.REMINDERS)}


def test_a_change_is_on_the_record_with_what_was_before(scheme, office):
    change(scheme, office, late_period_days=60, term_years=3, reason=" The board voted on May 4 ")

    (entry,) = log.history(scheme)
    assert (entry.action, entry.actor_id) == ("certification.scheme_changed", str(office.pk))
    assert entry.detail.facts == {
        "changes": {"term_years": [2, 3], "late_period_days": [90, 60]},
        "reason": "The board voted on May 4",
    }
    assert (Scheme.objects.get().late_period_days, Scheme.objects.get().term_years) == (60, 3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"late_period_days": 60, "reason": "  "}, "Give a reason"),
        ({"late_period_days": 90}, "Nothing is different"),
        ({"late_period_days": 60, "seen": "other"}, "Somebody changed these rules meanwhile"),
        ({"window_opens_days": 60}, "A reminder 180 days before the end comes before the renewal opens."),
        ({"late_period_days": 20}, "A reminder 30 days after the end comes when it is too late to renew."),
        ({"name": ""}, "Name: "),
    ],
)
def test_a_refused_change_says_why_and_leaves_no_trace(scheme, office, given, words):
    before = Scheme.objects.values().get()

    with pytest.raises(schemes.CannotChange) as refusal:
        change(scheme, office, **given)

    assert words in " ".join(refusal.value.reasons)
    assert Scheme.objects.values().get() == before
    assert not log.history(scheme).exists()


def test_of_two_who_change_the_rules_at_once_the_second_looks_again(scheme, office):
    seen = schemes.fingerprint(scheme)
    change(scheme, office, late_period_days=60, seen=seen)

    with pytest.raises(schemes.CannotChange, match="Somebody changed these rules meanwhile"):
        change(scheme, office, late_period_days=30, seen=seen)

    assert Scheme.objects.get().late_period_days == 60


def test_nothing_granted_signed_or_sent_before_is_rewritten(scheme, office):
    certificate = ready_to_renew()
    renewals.renew(certificate, by=certificate.holder, on=TODAY)
    tables = (Term, Certificate, Statement, OutboxMessage, User)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    change(
        scheme,
        office,
        name="Coach",
        term_years=5,
        window_opens_days=100,
        late_period_days=40,
        review_valid_days=100,
        material_grace_days=10,
        reminder_days=[60, 0, -20],
        statement_text="Edition {code_version} of {code_date}: I keep to it.",
    )

    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_term_granted_after_the_change_is_as_long_as_it_says_now(scheme, office):
    certificate = ready_to_renew()
    change(scheme, office, term_years=3)

    term = renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert (term.first_day, term.last_day) == (TODAY + 31 * DAY, (TODAY + 30 * DAY).replace(year=2029))


def test_trying_a_change_changes_nothing(scheme, office):
    schemes.tried(scheme, {"term_years": 3}, seen=schemes.fingerprint(scheme), reason="A vote", by=office)

    assert Scheme.objects.get().term_years == 2
    assert not log.history(scheme).exists()


@pytest.mark.parametrize(
    ("on", "policy", "found"),
    [
        (TERM.last_day - 190 * DAY, {"window_opens_days": 200}, {Effect.OPENS}),
        (TERM.last_day - 170 * DAY, {"window_opens_days": 100}, {Effect.CLOSES}),
        (TERM.last_day - 170 * DAY, {"window_opens_days": 170}, set()),
        (TERM.last_day + 61 * DAY, {"late_period_days": 60}, {Effect.TOO_LATE}),
        (TERM.last_day + 60 * DAY, {"late_period_days": 60}, set()),
        (TERM.last_day + 91 * DAY, {"late_period_days": 91}, {Effect.IN_TIME}),
        (TERM.last_day, {"review_valid_days": 30}, {Effect.REVIEW_FADES}),
        (TERM.last_day + 370 * DAY, {"review_valid_days": 500}, {Effect.REVIEW_COUNTS}),
        (TERM.last_day, {"term_years": 5}, set()),
    ],
)
def test_whom_other_numbers_touch(on, policy, found):
    assert rules.effects(facts(), Policy(**policy), on=on) == found


def test_who_cannot_renew_at_all_is_touched_by_nothing():
    revoked = facts(sanctions=(SanctionFact(SanctionKind.REVOCATION, GRANT - DAY),))

    assert rules.effects(revoked, Policy(window_opens_days=1, late_period_days=0, review_valid_days=30), on=GRANT) == set()


def ending(days, **fields):
    last = TODAY + days * DAY
    return CertificateFactory(term__first_day=last - 729 * DAY, term__last_day=last, **fields)


def touched(scheme, **given):
    found = schemes.touched(scheme, given, on=TODAY)
    return {name: getattr(found, name) for name in found.__slots__ if getattr(found, name)}


def test_the_screen_counts_whom_a_change_touches_today(scheme):
    edition_in_force()
    for days in (200, 190, 170, 100, 20, -30, -70, -80, -100, -400):
        ending(days)
    completed(ending(10).holder, TODAY - 40 * DAY)
    suspended = ending(-75)
    SanctionFactory(certificate=suspended, first_day=TODAY - 74 * DAY, last_day=TODAY - 50 * DAY)
    revoked = ending(-75)
    SanctionFactory(certificate=revoked, kind=SanctionKind.REVOCATION)
    before = list(Scheme.objects.values())

    assert touched(scheme, window_opens_days=195) == {"opens": 1}
    assert touched(scheme, window_opens_days=150) == {"closes": 1}
    assert touched(scheme, late_period_days=60) == {"too_late": 2}
    assert touched(scheme, late_period_days=40) == {"too_late": 3}
    assert touched(scheme, late_period_days=100) == {"in_time": 1}
    assert touched(scheme, review_valid_days=30) == {"review_fades": 1}
    assert touched(scheme, term_years=4) == {}
    assert list(Scheme.objects.values()) == before


def test_the_screen_counts_the_letters_that_would_leave(scheme):
    ending(20)
    ending(170)
    ending(300)
    reminders.remind(on=TODAY)

    assert touched(scheme, reminder_days=[180, 90, 60, 30, 25, 14, 3, 0, -30]) == {"letters": 1}
    assert touched(scheme, reminder_days=[]) == {}
    assert touched(scheme, reminder_days=[175, 28]) == {"letters": 2}
    assert OutboxMessage.objects.filter(kind="certification.reminder").count() == 2


def test_counting_takes_the_same_statements_for_one_and_for_three(scheme, django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            completed(ending(-70).holder)
        with django_assert_num_queries(13):
            schemes.touched(scheme, {"late_period_days": 60, "review_valid_days": 300, "window_opens_days": 200}, on=TODAY)


def test_a_scheme_without_reminders_reminds_nobody(scheme, office):
    ending(20)
    change(scheme, office, reminder_days=[])

    assert reminders.remind(on=TODAY) == 0
    assert reminders.unreached(on=TODAY) == []
