"""What the certificate can print, against the corpus of names and the fonts themselves."""

import hashlib
import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ValidationError

from accounts import printable
from certification.management.commands import write_coverage

CORPUS = yaml.safe_load((Path(__file__).parents[1] / "certification/names.yaml").read_text(encoding="utf-8"))["names"]
PRINTED = [entry for entry in CORPUS if entry["expect"] == "ok"]
REFUSED = [entry for entry in CORPUS if entry["expect"] == "refuse"]


def code_points(characters: list[str]) -> list[str]:
    return [re.search(r"U\+[0-9A-F]+", character)[0] for character in characters]


def test_the_corpus_is_whole():
    assert (len(PRINTED), len(REFUSED)) == (58, 10)


@pytest.mark.parametrize("entry", PRINTED, ids=lambda entry: entry["id"])
def test_a_name_the_fonts_can_set_is_taken(entry):
    assert printable.unprintable(entry["name"]) == []
    assert printable.unprintable(entry["latin_name"] or "") == []
    printable.validate_printable(entry["name"])


@pytest.mark.parametrize("entry", REFUSED, ids=lambda entry: entry["id"])
def test_a_refusal_names_its_characters_and_no_others(entry):
    assert code_points(printable.unprintable(entry["name"])) == entry["bad"]
    with pytest.raises(ValidationError) as refused:
        printable.validate_printable(entry["name"])
    assert re.findall(r"U\+[0-9A-F]+", refused.value.messages[0]) == entry["bad"]


def test_the_refusal_says_what_to_do():
    assert printable.refusal("Ana 🌸 López") == (
        "A certificate cannot show “🌸” (cherry blossom, U+1F338) in a name. Please leave it out, or write the name with other characters."
    )


def test_a_character_without_a_name_is_described():
    assert printable.unprintable("Io\u0378na") == ["U+0378 (not assigned)"]
    assert printable.unprintable("Kim \ue000 Park") == ["U+E000 (private use)"]
    assert printable.unprintable("Mo\u0007rris") == ["U+0007 (a control character)"]


def test_styled_letters_are_answered_with_plain_ones():
    assert printable.refusal("𝓐𝓷𝓷𝓪 Ruiz").endswith(
        "Please leave them out, or write the name with other characters. Did you mean “Anna Ruiz”?"
    )


def test_no_suggestion_that_would_be_refused_in_turn():
    assert "Did you mean" not in printable.refusal("𝓐🌸")


@pytest.mark.parametrize("name", ["\u200cپریسا", "پریسا\u200c", "An\u200cna", "Ana \u200d"])
def test_a_joiner_stands_only_between_letters_that_join(name):
    assert len(printable.unprintable(name)) == 1


def test_a_name_is_composed_and_its_spaces_are_plain():
    assert printable.clean(" Ana\u00a0Sofía  de\u202fla Cruz ") == "Ana Sofía de la Cruz"
    assert printable.clean(unicodedata.normalize("NFD", "Nguyễn Thị Hà")) == "Nguyễn Thị Hà"


def test_the_121st_character_is_one_too_many():
    printable.validate_printable("a" * 120)
    with pytest.raises(ValidationError, match="120 characters at most; this one has 121"):
        printable.validate_printable("a" * 121)


def test_the_form_field_cleans_and_refuses():
    field = printable.NameField()
    assert field.clean("  Jürgen  Käßmann ") == "Jürgen Käßmann"
    with pytest.raises(ValidationError, match="cherry blossom"):
        field.clean("Ana 🌸 López")


def test_the_fonts_are_the_ones_whose_digests_are_kept():
    lines = write_coverage.SUMS.read_text().splitlines()
    kept = {path: digest for digest, path in (line.split("  ") for line in lines)}
    found = {str(path.relative_to(write_coverage.FONTS)): path for path in write_coverage.FONTS.rglob("*.ttf")}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in found.items()} == kept


def test_the_coverage_was_read_from_these_fonts():
    assert printable.COVERAGE.read_text() == write_coverage.coverage()
