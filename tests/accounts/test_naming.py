"""Names are dated rows; the one recorded last is in use."""

import pytest

from accounts import naming, people
from audit import log
from tests.factories.accounts import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_first_name_is_recorded_and_found():
    person, office = UserFactory(full_name=False), StaffFactory()

    name = naming.rename(person, "Łucja  Żebrowska ", by=office)

    assert person.name == name
    assert name.full_name == "Łucja Żebrowska"
    assert people.find("lucja zebrowska") == [person]


def test_a_change_keeps_the_earlier_name_as_a_row_and_finds_only_the_new_one():
    person, office = UserFactory(full_name="Mio Watanabe"), StaffFactory()

    naming.rename(person, "渡辺 澪", latin_name="Watanabe Mio", family_name_first=True, language="ja", by=office)

    assert [name.full_name for name in person.names.order_by("pk")] == ["Mio Watanabe", "渡辺 澪"]
    assert person.name.latin_name == "Watanabe Mio"
    assert log.history(person).count() == 1


def test_the_same_name_again_changes_nothing():
    person, office = UserFactory(full_name="Siân O'Dwyer"), StaffFactory()

    naming.rename(person, "Siân O'Dwyer", by=office)

    assert person.names.count() == 1
    assert not log.history(person).exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("Mei 🌸", "cherry"), ("  ", "needed"), ("!!!", "has letters"), ("ʻ", "has letters"), ("1 2", "has letters"), ("x" * 121, "120")],
)
def test_a_name_that_cannot_be_printed_is_refused_naming_its_characters(name, words):
    person, office = UserFactory(full_name="Mei Lin"), StaffFactory()

    with pytest.raises(naming.NameNotUsable) as refusal:
        naming.rename(person, name, by=office)

    assert words in " ".join(refusal.value.reasons)
    assert person.names.count() == 1
