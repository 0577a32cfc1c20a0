"""The page that shows the way of a complaint is the table, nothing older and nothing else."""

import re

from django.conf import settings
from django.core.management import call_command

from complaints.facts import State
from complaints.management.commands import draw_complaint_machine
from complaints.states import TRANSITIONS, step
from complaints.states.diagram import page, way, who, within

PAGE = settings.BASE_DIR / "docs" / "complaint-machine.md"


def test_the_page_in_the_docs_is_the_table_of_today():
    assert PAGE.read_text() == page(), "write it again: manage.py draw_complaint_machine"


def test_every_step_has_its_line_and_every_change_of_state_its_arrow():
    told = page()
    arrows = dict(re.findall(r"^    (\S+ --> \S+): (.+)$", told, re.MULTILINE))

    assert [row.id for row in TRANSITIONS if f"\n| {row.id} `{row.name}` | " not in told] == []
    for row in TRANSITIONS:
        for before in row.before or ("[*]",):
            for after in row.after:
                assert before == after or f"{row.id} {row.name}" in arrows[f"{before} --> {after}"]
    assert sum(len(steps.split(", ")) for steps in arrows.values()) == sum(
        before != after for row in TRANSITIONS for before in row.before or ("[*]",) for after in row.after
    )
    assert re.findall(r"^    (\S+) --> \[\*\]$", told, re.MULTILINE) == [State.ERASED, "SUPERSEDED", "R_GRANTED"]


def test_who_from_where_and_by_when_are_in_words():
    assert who(step("withdraw")) == "the person who complains asks; intake or second intake or taker + deputy registrar or registrar"
    assert who(step("dismiss")) == "taker + second intake (the second in class A and B, or where somebody is in danger)"
    assert who(step("erase")) == "the calendar asks; deputy registrar or registrar + the auditor"
    assert who(step("recuse")) == "whoever works on the case"
    assert way(step("recuse")) == "any open → same"
    assert way(step("submit")) == "(start) → SUBMITTED"
    assert way(step("overturn_dismissal")) == "DISMISSAL_REVIEW → TRIAGE or CASE_REVIEW"
    assert within(step("take")).startswith("3 d, grave 24 h; starts: ")
    assert within(step("response_timeout")).startswith("30 d (+14)")
    assert within(step("standing_changed")) == "–"


def test_the_command_writes_the_page(tmp_path, monkeypatch):
    place = tmp_path / "docs" / "complaint-machine.md"
    place.parent.mkdir()
    monkeypatch.setattr(draw_complaint_machine, "PAGE", place)

    call_command("draw_complaint_machine", verbosity=0)

    assert place.read_text() == page()
