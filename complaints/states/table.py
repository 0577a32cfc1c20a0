"""Every step of the three machines, in the order of the association's complaint policy."""

from complaints.facts import Machine
from complaints.states.anytime import ANYTIME_STEPS
from complaints.states.appeals import APPEAL_STEPS
from complaints.states.ending import ENDING_STEPS
from complaints.states.intake import INTAKE_STEPS
from complaints.states.interim import INTERIM_STEPS
from complaints.states.investigation import INVESTIGATION_STEPS
from complaints.states.panel import PANEL_STEPS
from complaints.states.parts import AnyState, Transition
from complaints.states.reinstatement import REINSTATEMENT_STEPS

CASE_STEPS = sorted(
    [*INTAKE_STEPS, *INVESTIGATION_STEPS, *PANEL_STEPS, *APPEAL_STEPS, *ENDING_STEPS, *ANYTIME_STEPS], key=lambda row: row.id
)
TRANSITIONS: tuple[Transition, ...] = (*CASE_STEPS, *INTERIM_STEPS, *REINSTATEMENT_STEPS)
BY_NAME = {row.name: row for row in TRANSITIONS}


def step(name: str) -> Transition:
    """The step of that name. Raises KeyError for a name that is none."""
    return BY_NAME[name]


def steps_from(machine: Machine, state: AnyState | None) -> list[Transition]:
    """The steps that can be taken from a state, in the order of the table; None: before there is a case."""
    rows = [row for row in TRANSITIONS if row.machine is machine]
    return [row for row in rows if (not row.before if state is None else state in row.before)]
