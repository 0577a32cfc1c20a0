"""The three machines as a page that people read: a diagram each, and every step in a line. Written from the table, never by hand."""

from complaints.clocks import DEADLINES
from complaints.facts import Actor, ClockName, Machine
from complaints.states.parts import OPEN, AnyState, Hand, Second, Transition
from complaints.states.table import TRANSITIONS

INTRO = """# The way of a complaint

Written by `manage.py draw_complaint_machine` from `complaints/states/`; a test says when it is out of date. Steps that keep the state
stand in the tables alone. ² takes two different people; a number above it as many. What speaks against each step: [rules.md](rules.md).
"""
TITLES = {
    Machine.CASE: "A case",
    Machine.INTERIM: "An interim order",
    Machine.REINSTATEMENT: "Coming back after a revocation",
}
SECOND = {
    Second.ALWAYS: "",
    Second.GRAVE_OR_DANGER: " (the second in class A and B, or where somebody is in danger)",
    Second.NOT_OPEN: " (the second unless the level is open)",
    Second.NOT_BY_CALENDAR: " (nobody where the case closed without a finding)",
}
SUPERSCRIPT = {2: "²", 3: "³", 4: "⁴"}


def page() -> str:
    """docs/complaint-machine.md, whole, with a line end at its end."""
    return "\n".join([INTRO, *(section(machine) for machine in Machine)])


def section(machine: Machine) -> str:
    rows = [row for row in TRANSITIONS if row.machine is machine]
    head = "| step | who | from → to | within | what it does |\n|---|---|---|---|---|"
    return f"## {TITLES[machine]}\n\n{diagram(rows)}\n\n{head}\n" + "\n".join(line(row) for row in rows) + "\n"


def diagram(rows: list[Transition]) -> str:
    """A Mermaid diagram of the steps that change the state: one arrow for all that lead the same way."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for before in row.before or ("[*]",):
            for after in row.after:
                if before != after:
                    arrows.setdefault((before, after), []).append(f"{row.id} {row.name}{marks(row)}")
    ends = sorted({after for _, after in arrows} - {before for before, _ in arrows})
    drawn = [f"    {before} --> {after}: {', '.join(steps)}" for (before, after), steps in arrows.items()]
    drawn += [f"    {state} --> [*]" for state in ends]
    return "\n".join(["```mermaid", "stateDiagram-v2", *drawn, "```"])


def marks(row: Transition) -> str:
    return SUPERSCRIPT.get(len(row.signers), "")


def line(row: Transition) -> str:
    cells = [f"{row.id} `{row.name}`", who(row), way(row), within(row), row.does]
    return "| " + " | ".join(cells) + " |"


def who(row: Transition) -> str:
    """Who asks, takes and signs, in words."""
    parts = [f"{named(row.asked_by)} asks"] if row.asked_by else []
    parts += [named(row.by)] if row.by else []
    signers = " + ".join(named(hands) for hands in row.signers)
    parts += [f"{signers}{SECOND[row.second]}"] if signers else []
    return "; ".join(parts) if row.asked_by else " or ".join(parts)


def named(hands: frozenset[Hand]) -> str:
    if len(hands) > 6:
        return "whoever works on the case"
    return " or ".join(sorted(hand.label if isinstance(hand, Actor) else hand.label.lower() for hand in hands))


def way(row: Transition) -> str:
    before = "(start)" if not row.before else "any open" if row.before == OPEN else ", ".join(row.before)
    return f"{before} → {_listed(row.after) or 'same'}"


def _listed(states: tuple[AnyState, ...]) -> str:
    return " or ".join(states)


def within(row: Transition) -> str:
    """The time that the step has, and the clocks that it starts."""
    told = [length(row.within)] if row.within else []
    told += [f"starts: {start.clock.label}, {length(start.clock)}" for start in row.starts]
    return "; ".join(told) or "–"


def length(clock: ClockName) -> str:
    deadline = DEADLINES[clock]
    usual = f"{deadline.hours} h" if deadline.hours else f"{deadline.days} d" if deadline.days else f"its day + {deadline.grace} d"
    more = f" (+{deadline.longer})" if deadline.longer else ""
    grave = f"{deadline.grave_hours} h" if deadline.grave_hours else f"{deadline.grave_days} d" if deadline.grave_days else ""
    return usual + more + (f", grave {grave}" if grave else "")
