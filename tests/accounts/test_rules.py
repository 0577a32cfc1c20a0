"""Who may hold which office, who may sign what, and what exactly is signed."""

import itertools
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from accounts import rules
from accounts.facts import GRANTED, TAKES_TWO, InWagtail, Offices, SiteRole

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
        ((STAFF,), {"Staff"}, True, False),
        ((AUTHOR,), {"Authors"}, True, False),
        ((STAFF, AUTHOR), {"Staff", "Authors"}, True, False),
        ((AUDITOR,), set(), True, False),
        ((ADMINISTRATOR,), set(), True, True),
        ((ADMINISTRATOR, AUTHOR), {"Authors"}, True, True),
    ],
)
def test_wagtails_groups_and_flags_follow_from_the_roles(held, groups, is_staff, is_superuser):
    assert rules.in_wagtail(Offices(frozenset(held))) == InWagtail(frozenset(groups), is_staff, is_superuser)


def test_a_case_role_opens_nothing_in_wagtail():
    assert rules.in_wagtail(Offices(has_case_role=True)) == InWagtail(frozenset(), False, False)


@pytest.mark.parametrize("offices", EVERY, ids=str)
def test_an_auditor_holds_nothing_else_and_a_site_administrator_no_case_role(offices):
    reasons = rules.conflicts(offices)

    assert ("An auditor holds no other office." in reasons) == (
        AUDITOR in offices.roles and (len(offices.roles) > 1 or offices.has_case_role)
    )
    assert ("A site administrator holds no case role." in reasons) == (ADMINISTRATOR in offices.roles and offices.has_case_role)


@pytest.mark.parametrize(
    ("role", "offices", "words"),
    [
        (SiteRole.COACH, Offices(), "a coach is who holds a certificate"),
        (STAFF, Offices(frozenset({STAFF})), "holds this role already"),
        (AUDITOR, Offices(frozenset({STAFF})), "holds no other office"),
        (STAFF, Offices(frozenset({AUDITOR})), "holds no other office"),
        (AUDITOR, Offices(has_case_role=True), "holds no other office"),
        (ADMINISTRATOR, Offices(has_case_role=True), "no case role"),
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
