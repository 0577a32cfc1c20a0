"""A handler whose doings can be read, and told to go wrong."""

import pytest

from accounts.models import User
from outbox import queue
from outbox.models import OutboxMessage


class Effect:
    """What the handler did, and what it shall do next."""

    def __init__(self):
        self.seen = []
        self.error = None

    def __call__(self, message):
        self.seen.append(message.key)
        if self.error:
            raise self.error


@pytest.fixture
def effect(monkeypatch):
    """A handler of the kind "tests.effect"."""
    effect = Effect()
    monkeypatch.setitem(queue.HANDLERS, "tests.effect", effect)
    return effect


@pytest.fixture
def message(db, effect):
    return OutboxMessage.objects.get(pk=queue.put("tests.effect", 7, key="one"))


@pytest.fixture
def clerk(db):
    return User.objects.create_user("clerk@example.org")
