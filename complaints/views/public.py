"""What a complaint is and how it is dealt with: pages for everybody. Every period on them comes from complaints/clocks.py and the rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints import options, receipts
from complaints.clocks import DEADLINES
from complaints.facts import ClockName, DismissalReason
from complaints.rules import intake as rules
from complaints.rules import periods
from complaints.views.guarding import hush

# What is waited for, as the policy tells it, and the clause of ISO/IEC 17024:2012 that asks for it.
PERIODS = (
    (ClockName.TAKE, "Somebody of our office takes the complaint, after saying that nothing connects them with either side", "9.9"),
    (ClockName.ACKNOWLEDGE, "A person answers you for the first time", "9.9"),
    (ClockName.INFO, "You answer our questions, if we have any; our own time stands still meanwhile", "9.9"),
    (ClockName.TRIAGE, "We decide whether to look into it", "9.9"),
    (ClockName.DISMISSAL_WINDOW, "If we do not look into it, you can ask for a review", "9.8"),
    (ClockName.DISMISSAL_REVIEW, "Somebody who had no part in it answers that", "9.8"),
    (ClockName.INTERIM_QUESTION, "Where somebody may be at risk, we decide whether the coach must stop meanwhile", "9.5"),
    (ClockName.NOTICE, "The coach gets a letter with what to answer to, and not your words", "9.9"),
    (ClockName.RESPONSE, "The coach answers", "9.9"),
    (ClockName.INVESTIGATION, "One trained person looks into it and writes a report", "9.9"),
    (ClockName.CASE_REVIEW, "Two others, one of them no coach, decide whether a panel hears it", "9.9"),
    (ClockName.PANEL, "Three people are drawn by lot: at least one is no coach, at least one is", "4.3"),
    (ClockName.CHALLENGE, "You and the coach can say why one of the three should not sit", "4.3"),
    (ClockName.HEARING, "The panel hears it", "9.9"),
    (ClockName.DECISION, "The panel decides by two of three votes, in writing and with reasons", "4.2"),
    (ClockName.COUNTERSIGN, "The registrar checks the procedure and signs too", "9.5"),
    (ClockName.APPEAL_WINDOW, "The coach can appeal; you can, where nothing was proven or you find it too mild", "9.8"),
    (ClockName.APPEAL, "Three fresh people decide the appeal", "9.8"),
)


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """What it is, who may complain, what happens, who reads it, and what it is not."""
    return hush(render(request, "complaints/complaints.html", {"deadlines": named(), "years": periods.LATE_AFTER_YEARS}))


@require_safe
def complaint_policy(request: HttpRequest) -> HttpResponse:
    """The whole procedure in plain words."""
    context = {
        "deadlines": named(),
        "rows": [(words, in_words(name), DEADLINES[name].why, clause) for name, words, clause in PERIODS],
        "options": options.grouped(),
        "dismissals": list(DismissalReason),
        "rounds": rules.MOST_ROUNDS,
        "years": periods.LATE_AFTER_YEARS,
        "reopen_years": periods.REOPEN_YEARS,
        "deemed": periods.DEEMED_AFTER,
        "cap": periods.INTERIM_CAP,
        "code_years": receipts.OPENS_FOR,
    }
    return hush(render(request, "complaints/policy.html", context))


def named() -> dict[str, object]:
    """Deadlines by the name of their clock, for templates."""
    return {name.value: DEADLINES[name] for name in ClockName}


def in_words(name: ClockName) -> str:
    """How long, as people say it: 30 days, two weeks more once."""
    deadline = DEADLINES[name]
    parts = [f"{deadline.days} days" if deadline.days is not None else f"{deadline.hours} hours"]
    if deadline.hard:
        parts.append(f"{deadline.hard} at the very latest")
    if deadline.grave_hours:
        parts.append(f"{deadline.grave_hours} hours where somebody may be in danger")
    elif deadline.grave_days:
        parts.append(f"{deadline.grave_days} where it is grave")
    if deadline.longer:
        parts.append(f"{deadline.longer} more, {'once' if deadline.times == 1 else 'at most twice'}")
    return "; ".join(parts)
