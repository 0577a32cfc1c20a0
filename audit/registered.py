"""The closed list of actions. Each app registers its own in `<app>/actions.py` with what becomes of a person's details."""

from dataclasses import dataclass
from enum import Enum


class Forget(Enum):
    """What happens to the details of an action when a person is forgotten."""

    EMPTY = "the details are emptied"
    KEEP = "the details name nobody and are kept"


@dataclass(frozen=True, slots=True)
class Action:
    """A thing that can be done, its sentence for readers of the ledger, and its forget rule."""

    name: str
    sentence: str
    forget: Forget


ACTIONS: dict[str, Action] = {}


def register(name: str, sentence: str, *, forget: Forget) -> Action:
    """Add an action to the closed list, or raise ValueError when the name is taken."""
    if name in ACTIONS:
        raise ValueError(f"the action {name} is registered twice")
    ACTIONS[name] = Action(name, sentence, forget)
    return ACTIONS[name]
