"""What can be ticked on the form: every standard of the Code, nothing that nobody is judged by, in words that a client would use."""

import re

import pytest
import yaml
from django.conf import settings

from complaints import options
from complaints.facts import CaseClass, Outcome
from complaints.models import Allegation
from complaints.options import Group, Interim

CODE = yaml.safe_load((settings.BASE_DIR / "cms" / "content" / "code_of_ethics.yaml").read_text())
STANDARDS = [clause["id"] for clause in CODE["clauses"] if clause["id"][:2] in {"SC", "CF", "PS"} and clause["id"] != "PS-00"]

# The table of the association's policy: clause, class, class in another case, usual outcomes.
POLICY = """
SC-01 B A O2-O6 | SC-02 A - O2-O7 | SC-03 C - O2-O4 | SC-04 C B O2-O5 | SC-05 B - O2-O6 | SC-06 C - O2-O5 | SC-07 B - O2-O6
SC-08 B A O4-O7 | SC-09 A - O5-O7 | SC-10 B A O4-O7 | CF-01 B A O3-O7 | CF-02 C - O2-O4 | CF-03 C B O2-O5 | CF-04 A - O4-O7
PS-01 D C O1-O3 | PS-02 B - O3-O6 | PS-03 C - O2-O4 | PS-04 D C O1-O3 | PS-05 B A O2-O6 | PS-06 B C O2-O6 | PS-07 A - O6-O7
PS-08 B A O4-O7 | PS-09 D C O1-O4 | PS-10 C B O2-O5 | PS-11 C - O2-O4 | PS-12 D - O1-O3
"""
ROWS = [row.split() for line in POLICY.strip().splitlines() for row in line.split("|")]

# Words that a client of twelve would stumble over.
HARD = re.compile(
    r"\b(allegation|allege|clause|jurisdiction|respondent|pursuant|confidentiality|referral|disclos|breach|conduct|financial|"
    r"psychotropic|competence|decompensat|adjunct|coercion|boundar)",
    re.IGNORECASE,
)


def test_every_standard_of_the_code_has_one_option_and_nothing_else_has():
    assert sorted(option.clause for option in options.OPTIONS) == sorted(STANDARDS)
    assert len(STANDARDS) == 26


def test_principles_and_the_text_on_therapy_are_no_grounds():
    assert not [option for option in options.ALL if option.clause[:2] in {"GP", "TC", "TP", "CE"} or option.clause == "PS-00"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in ROWS])
def test_class_and_usual_outcomes_are_those_of_the_policy(row):
    clause, klass, other, usual = row
    option = options.BY_CLAUSE[clause]

    assert option.klass == klass
    assert (option.other_klass or "-") == other
    assert f"{option.lightest}-{option.heaviest}" == usual
    assert bool(option.other_if) == (other != "-")


def test_what_asks_for_an_interim_order_by_default():
    always = {option.clause for option in options.OPTIONS if option.interim is Interim.COMPULSORY}

    assert always == {"SC-02", "SC-09", "CF-04", "PS-07"}
    assert {option.clause for option in options.OPTIONS if option.report} == {"SC-09", "CF-04"}
    assert {option.clause for option in options.OPTIONS if option.interim is Interim.ONGOING} == {"SC-08", "SC-10"}


@pytest.mark.parametrize("option", [pytest.param(option, id=option.code) for option in options.ALL])
def test_an_option_is_short_and_in_plain_words(option):
    told = f"{option.words}. {option.examples}"

    assert HARD.findall(told) == []
    assert all(len(sentence.split()) <= 22 for sentence in re.split(r"[.!?:]", told))
    assert sum(len(word) for word in re.findall(r"[\w'’]+", told)) / len(re.findall(r"[\w'’]+", told)) < 5.2
    assert len(option.code) <= Allegation._meta.get_field("option").max_length


def test_physical_danger_shows_examples_and_says_that_there_are_others():
    assert "There are other ways too." in options.BY_CLAUSE["SC-01"].examples


def test_whoever_finds_nothing_that_fits_can_say_so():
    (_, last), code = options.grouped()[-1], options.BY_CODE

    assert last == [code["something-else"]]
    assert "I do not know" in code["something-else"].words
    assert {"pretends", "mark-while-suspended", "retaliated", "lied-to-us"} <= set(code)


def test_the_form_shows_every_option_once_under_a_heading():
    shown = [option for _, found in options.grouped() for option in found]

    assert sorted(option.code for option in shown) == sorted(code for code in options.BY_CODE)
    assert len(options.BY_CODE) == len(options.ALL) == 31
    assert all(found for _, found in options.grouped())
    assert [group for group, _ in options.grouped()] == list(Group)


def test_every_standard_says_what_is_usually_asked_for():
    assert [option.clause for option in options.OPTIONS if not option.evidence] == []
    assert isinstance(options.RANGES["PS-07"][0], Outcome)
    assert options.BY_CLAUSE["PS-07"].klass is CaseClass.A
    assert "intimate pictures" in options.BY_CLAUSE["PS-07"].care
