"""The three machines as one table: complaints/states/table.py, a row a step. The shape of a row: complaints/states/parts.py."""

from complaints.states.parts import AnyState, Choice, Field, FieldKind, Hand, Letter, Only, Second, Starts, Transition
from complaints.states.table import TRANSITIONS, step, steps_from

__all__ = [
    "TRANSITIONS",
    "AnyState",
    "Choice",
    "Field",
    "FieldKind",
    "Hand",
    "Letter",
    "Only",
    "Second",
    "Starts",
    "Transition",
    "step",
    "steps_from",
]
