"""Every action of the ledger says how a person is forgotten from it: in the code, on paper, and so that forgetting does it."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from audit import log
from audit.registered import ACTIONS, Action, Forget, register
from tests.factories.accounts import UserFactory

OURS = sorted(name for name in ACTIONS if not name.startswith("tests."))


def rows() -> list[str]:
    return [line for line in (settings.BASE_DIR / "docs" / "ledger.md").read_text().splitlines() if line.startswith("| `")]


def test_the_paper_lists_every_action_with_its_sentence_and_its_rule():
    printed = StringIO()
    call_command("list_actions", stdout=printed)

    assert rows() == [line for line in printed.getvalue().splitlines() if not line.startswith("| `tests.")]
    assert len(rows()) == len(OURS)


def test_no_action_is_registered_without_saying_how_a_person_is_forgotten():
    with pytest.raises(TypeError, match="forget"):
        register("tests.careless", "Somebody did not think of it")

    assert "tests.careless" not in ACTIONS


@pytest.mark.parametrize("name", OURS)
def test_an_action_says_what_it_is_and_what_becomes_of_a_person(name):
    action = ACTIONS[name]

    assert isinstance(action, Action)
    assert isinstance(action.forget, Forget)
    assert action.sentence[:1].isupper()
    assert not action.sentence.endswith(".")


@pytest.mark.django_db
@pytest.mark.parametrize("name", OURS)
def test_forgetting_a_person_does_with_each_action_what_it_says(name):
    person, action = UserFactory(), ACTIONS[name]
    entry = log.record(action, person, by=None, word="something")

    log.forget(person)

    entry.detail.refresh_from_db()
    assert entry.detail.facts == ({} if action.forget is Forget.EMPTY else {"word": "something"})
