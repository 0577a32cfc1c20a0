"""Finding people: every spelling that the content lists finds its person, with the promised number of statements."""

from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import people
from accounts.models import Name, NameSlip, NameWord, User
from accounts.people import Stage

pytestmark = pytest.mark.django_db
LISTS = Path(__file__).parents[1] / "certification/names.yaml"
NAMES = [entry for entry in yaml.safe_load(LISTS.read_text())["names"] if entry["expect"] == "ok"]
SEARCHES = [(entry["id"], text) for entry in NAMES for text in entry["search_as"]]


def person(full_name: str, latin_name: str = "") -> User:
    user = User.objects.create_user(f"{User.objects.count()}@example.org")
    people.keep(Name.objects.create(user=user, full_name=full_name, latin_name=latin_name))
    return user


@pytest.fixture
def everybody() -> dict[str, User]:
    return {entry["id"]: person(entry["name"], entry["latin_name"] or "") for entry in NAMES}


def test_every_listed_spelling_finds_its_person(everybody):
    missed = [(who, text) for who, text in SEARCHES if everybody[who] not in people.find(text)]

    assert missed == []


def test_every_listed_spelling_with_words_turned_around_finds_its_person(everybody):
    turned = [(who, " ".join(reversed(text.split()))) for who, text in SEARCHES]

    assert [(who, text) for who, text in turned if everybody[who] not in people.find(text)] == []


def test_the_full_name_and_the_latin_name_find_their_person_first(everybody):
    for entry in NAMES:
        for text in filter(None, [entry["name"], entry["latin_name"]]):
            assert everybody[entry["id"]] in people.find(text), text


@pytest.mark.parametrize(
    "typed",
    ["zebrowsk lucja", "lucja zebrwska", "lucja zebrowskaa", "lucja zerbowska", "lucjazebrowska", "lucja zebro wska", "lxcja ZEBROWSKA"],
)
def test_one_typing_error_is_forgiven(typed):
    lucja = person("Łucja Żebrowska")
    person("Anna Nowak")

    assert people.find(typed) == [lucja]


def test_two_errors_in_one_word_are_not_guessed():
    person("Łucja Żebrowska")

    assert people.search("zabrowksa").stage == Stage.NOBODY


@pytest.mark.parametrize(
    ("typed", "stage"),
    [
        ("anna", Stage.WORDS),
        ("ann", Stage.BEGINNINGS),
        ("amna", Stage.TYPING_ERROR),
        ("an", Stage.TOO_SHORT),
        ("", Stage.TOO_SHORT),
        ("%%%", Stage.TOO_SHORT),
        ("\x00\u202e", Stage.TOO_SHORT),
        ("a" * 10_000, Stage.NOBODY),
        ("a_%' OR 1=1", Stage.NOBODY),
        ("word " * 500, Stage.NOBODY),
    ],
)
def test_the_dear_stage_comes_last_and_nothing_raises(typed, stage):
    person("Anna Nowak")

    assert people.search(typed).stage == stage


def test_one_east_asian_character_is_enough():
    assert people.find("澪") == []
    mio = person("渡辺 澪", "Watanabe Mio")

    assert people.find("澪") == [mio]


def test_more_than_twenty_are_cut_and_said():
    for number in range(22):
        person(f"Maria Marino{number}")

    found = people.search("mari")

    assert (len(found.people), found.more) == (20, True)
    assert len(set(found.people)) == 20


def test_a_new_name_takes_the_place_of_the_old():
    user = person("Anna Nowak")
    user.names.update(replaced_at="2026-01-01T00:00Z")
    people.keep(Name.objects.create(user=user, full_name="Anna Kowalska"))

    assert people.find("nowak") == []
    assert people.find("nwoak") == []
    assert people.find("anna kowalska") == [user]
    assert not NameSlip.objects.filter(word="nowak").exists()


def test_who_is_let_go_leaves_no_word_behind():
    people.let_go(person("Anna Nowak"))

    assert not NameWord.objects.exists()
    assert not NameSlip.objects.exists()


def test_a_word_that_another_person_bears_stays():
    person("Jan Nowak")
    people.let_go(person("Anna Nowak"))

    assert people.search("nwoak").people


@pytest.mark.parametrize(("typed", "statements"), [("nowak", 1), ("nowa", 2), ("nwoak", 4), ("nowak maria", 1), ("gibtesnicht", 3)])
def test_the_number_of_statements_follows_the_stage_alone(typed, statements):
    for name in ["Maria Nowak", "Anna Nowak", "Jan Nowak"]:
        person(name)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            people.search(typed)
        assert len(asked) == statements
