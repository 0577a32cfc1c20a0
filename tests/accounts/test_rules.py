"""Who may hold which office, who may sign what and what exactly is signed; how long a log-in lasts and a factor counts."""

import itertools
import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts import rules
from accounts.facts import GRANTED, TAKES_TWO, InWagtail, Offices, SiteRole

AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AUDITOR, ADMINISTRATOR, STAFF, AUTHOR = (SiteRole.AUDITOR, SiteRole.SITE_ADMINISTRATOR, SiteRole.STAFF, SiteRole.AUTHOR)
EVERY = [Offices(frozenset(held), case) for n in range(5) for held in itertools.combinations(GRANTED, n) for case in (False, True)]


def test_the_list_of_roles_is_closed_and_each_has_its_sentence():
    assert [role.value for role in SiteRole] == ["coach", "staff", "author", "auditor", "site_administrator"]
    assert all(role.sentence.endswith(".") for role in SiteRole)
    assert set(GRANTED) == set(SiteRole) - {SiteRole.COACH}


@pytest.mark.parametrize(
    ("held", "groups", "is_staff", "is_superuser"),
    [
        ((), set(), False, False),
        ((STAFF,), {"Staff", "Moderators"}, True, False),
        ((AUTHOR,), {"Authors"}, True, False),
        ((STAFF, AUTHOR), {"Staff", "Moderators", "Authors"}, True, False),
        ((AUDITOR,), set(), True, False),
        ((ADMINISTRATOR,), set(), True, True),
        ((ADMINISTRATOR, AUTHOR), {"Authors"}, True, True),
    ],
)
def test_wagtails_groups_and_flags_follow_from_the_roles(held, groups, is_staff, is_superuser):
    assert rules.in_wagtail(Offices(frozenset(held))) == InWagtail(frozenset(groups), is_staff, is_superuser)


def test_a_case_role_opens_nothing_in_wagtail():
    assert rules.in_wagtail(Offices(has_case_role=True)) == InWagtail(frozenset(), False, False)


@pytest.mark.parametrize(
    "offices", EVERY, ids=lambda offices: "+".join([*sorted(offices.roles), *["case"] * offices.has_case_role]) or "none"
)
def test_an_auditor_holds_nothing_else_and_a_site_administrator_no_case_role(offices):
    reasons = rules.conflicts(offices)

    assert ("An auditor holds no other role." in reasons) == (
        AUDITOR in offices.roles and (len(offices.roles) > 1 or offices.has_case_role)
    )
    assert ("A site administrator holds no case role." in reasons) == (ADMINISTRATOR in offices.roles and offices.has_case_role)


@pytest.mark.parametrize(
    ("role", "offices", "words"),
    [
        (SiteRole.COACH, Offices(), "a coach is who holds a certificate"),
        (STAFF, Offices(frozenset({STAFF})), "holds this role already"),
        (AUDITOR, Offices(frozenset({STAFF})), "An auditor holds no other role. Withdraw the role “Staff” first."),
        (AUDITOR, Offices(frozenset({STAFF, AUTHOR})), "An auditor holds no other role. Withdraw the roles “Author” and “Staff” first."),
        (STAFF, Offices(frozenset({AUDITOR})), "An auditor holds no other role. Withdraw the role “Auditor” first."),
        (AUDITOR, Offices(has_case_role=True), "An auditor holds no other role. The appointment to a case has to end first."),
        (ADMINISTRATOR, Offices(has_case_role=True), "no case role. The appointment to a case has to end first."),
        (STAFF, Offices(has_case_role=True), ""),
        (STAFF, Offices(frozenset({AUTHOR, ADMINISTRATOR})), ""),
    ],
)
def test_what_stands_against_granting_a_role(role, offices, words):
    assert words in " ".join(rules.against_granting(role, offices))
    assert bool(rules.against_granting(role, offices)) == bool(words)


@pytest.mark.parametrize(("others", "words"), [(0, "Two site administrators"), (1, "Two site administrators"), (2, "")])
def test_two_site_administrators_remain(others, words):
    reasons = rules.against_withdrawing(ADMINISTRATOR, Offices(frozenset({ADMINISTRATOR})), other_administrators=others)

    assert (words in " ".join(reasons), bool(reasons)) == (True, bool(words))


def test_a_role_that_is_not_held_is_not_withdrawn():
    assert rules.against_withdrawing(STAFF, Offices(), other_administrators=5) == ["The person does not hold this role."]


@pytest.mark.parametrize("role", [STAFF, AUTHOR, AUDITOR, ADMINISTRATOR])
@pytest.mark.parametrize("is_administrator", [True, False])
@pytest.mark.parametrize("is_self", [True, False])
def test_a_site_administrator_decides_alone_on_others_staff_and_authors(role, is_administrator, is_self):
    reasons = rules.against_deciding(role, is_administrator=is_administrator, is_self=is_self)

    assert (reasons == []) == (is_administrator and not is_self and role not in TAKES_TWO)


SEATS = some.lists(some.frozensets(some.integers(0, 3)), max_size=4)


@given(SEATS)
def test_signers_are_seated_when_some_order_of_seats_fits_them(fits):
    slow = any(
        all(seat in open_to for seat, open_to in zip(order, fits, strict=True)) for order in itertools.permutations(range(4), len(fits))
    )

    assert rules.are_seated(fits) == slow


def test_who_fits_both_seats_leaves_the_other_its_own():
    both, chair = frozenset({0, 1}), frozenset({0})

    assert rules.are_seated([both, chair])
    assert not rules.are_seated([chair, chair])


PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["a", "b", "é"]), inner, max_size=3),
    max_leaves=8,
)


@given(some.dictionaries(some.sampled_from(["person", "role", "ä", "zz"]), PLAIN))
def test_a_payload_has_one_spelling_whatever_its_order_and_form(payload):
    turned = {unicodedata.normalize("NFD", key): payload[key] for key in reversed(payload)}
    spelling = rules.canonical(payload)

    assert rules.canonical(turned) == spelling
    assert rules.canonical(json.loads(spelling)) == spelling


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"share": 0.5}, TypeError),
        ({"deep": [{"share": 1e3}]}, TypeError),
        ({1: "a"}, TypeError),
        ({"when": object()}, TypeError),
        ({"pair": ("a", "b")}, TypeError),
        ({"text": "a\x00b"}, ValueError),
        ({"text": "\ud800"}, ValueError),
        ({"é": 1, "e\u0301": 2}, ValueError),
    ],
)
def test_what_has_no_single_form_is_not_signed(payload, error):
    with pytest.raises(error):
        rules.canonical(payload)


def test_another_act_other_facts_or_other_words_are_another_signature():
    digests = {
        rules.signed_digest(*parts)
        for parts in itertools.product(["grant", "take"], [rules.digest("a"), rules.digest("b")], [rules.digest("c"), rules.digest("d")])
    }

    assert len(digests) == 8


OFFICE = rules.limits(rules.SessionSettings(), works_in_office=True)
COACH = rules.limits(rules.SessionSettings(), works_in_office=False)


@pytest.mark.parametrize(
    ("limits", "begun", "seen", "is_over"),
    [
        (OFFICE, timedelta(hours=1), timedelta(minutes=30) - SECOND, False),
        (OFFICE, timedelta(hours=1), timedelta(minutes=30), True),
        (OFFICE, timedelta(hours=8) - SECOND, timedelta(0), False),
        (OFFICE, timedelta(hours=8), timedelta(0), True),
        (COACH, timedelta(days=14) - SECOND, timedelta(days=14) - SECOND, False),
        (COACH, timedelta(days=20), timedelta(days=14), True),
        (COACH, timedelta(days=30), timedelta(0), True),
    ],
)
def test_a_log_in_ends_without_a_click_and_in_any_case(limits, begun, seen, is_over):
    assert rules.is_over(limits, begun_at=AT - begun, seen_at=AT - seen, at=AT) is is_over


def test_office_people_are_logged_out_sooner():
    assert OFFICE.idle < COACH.idle
    assert OFFICE.absolute < COACH.absolute


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (OFFICE, "after 30 minutes without a click, and after 8 hours in any case"),
        (COACH, "after 14 days without a click, and after 30 days in any case"),
        (rules.Limits(timedelta(minutes=90), timedelta(days=1)), "after 90 minutes without a click, and after 1 day in any case"),
    ],
)
def test_how_long_a_log_in_lasts_is_said_in_words(limits, words):
    assert rules.in_words(limits) == words


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5) + SECOND, False), (-SECOND, False), (None, False)],
)
def test_a_factor_counts_for_so_many_minutes(ago, counts):
    assert rules.counts(None if ago is None else AT - ago, minutes=5, at=AT) is counts


@pytest.mark.parametrize(("wrong", "seconds"), [(0, 0), (1, 1), (2, 2), (3, 4), (8, 128), (13, 4096), (14, 4096), (1000, 4096)])
def test_each_wrong_code_in_a_row_doubles_the_wait_up_to_a_good_hour(wrong, seconds):
    assert rules.wait_after(wrong) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("others", "may"), [(0, True), (1, True), (2, False), (3, False)])
def test_glass_is_broken_only_where_two_others_are_missing(others, may):
    assert rules.may_break_glass(others_with_a_device=others) is may


@pytest.mark.parametrize(("by", "about", "holds"), [(7, 7, True), (7, 8, False), (None, 7, False), (7, None, False), (None, None, False)])
def test_nobody_decides_about_themselves(by, about, holds):
    assert rules.has_conflict(by=by, about=about) is holds


def test_the_refusal_says_who_can_do_it():
    assert "Ask somebody else who works in the office, or an administrator" in rules.SOMEBODY_ELSE


@pytest.mark.parametrize(
    ("held", "by_staff", "by_administrator"),
    [
        (Offices(), 0, 0),
        (Offices(frozenset({SiteRole.STAFF})), 1, 0),
        (Offices(frozenset({SiteRole.AUTHOR})), 1, 0),
        (Offices(has_case_role=True), 1, 0),
        (Offices(frozenset({SiteRole.AUDITOR})), 1, 1),
        (Offices(frozenset({SiteRole.SITE_ADMINISTRATOR, SiteRole.STAFF})), 1, 1),
    ],
)
def test_for_whose_lost_mailbox_the_office_speaks(held, by_staff, by_administrator):
    def against(**who):
        return rules.against_new_address(held, **{"is_administrator": False, "is_staff": False, "is_own": False, **who})

    assert len(against(is_staff=True)) == by_staff
    assert len(against(is_administrator=True)) == by_administrator
    assert "Staff and site administrators do this." in against()
    assert any("under Security, where both mailboxes" in reason for reason in against(is_administrator=True, is_own=True))


def test_a_site_administrator_closes_accounts_and_never_the_own_one():
    assert rules.against_blocking(is_administrator=True, is_own=False) == []
    assert len(rules.against_blocking(is_administrator=True, is_own=True)) == 1
    assert len(rules.against_blocking(is_administrator=False, is_own=True)) == 2
