"""Guards of coming back after a revocation: R1 to R4."""

from datetime import date

from complaints.facts import Bar, ReinstatementState, Seat
from complaints.rules import periods
from complaints.rules.filled import day, listed, many, text
from complaints.rules.gathered import CaseFacts, Values
from complaints.rules.intake import Reasons
from complaints.rules.panel import against_members

SUPERVISED_MONTHS = 12
REFERENCES = 2


def against_apply(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """R1. The bar over and a year after a refusal; both courses passed in the last six months; a statement; two references."""
    past = facts.reinstatement
    revoked, bar = past.revoked_on, past.bar
    begins = periods.bar_ends(revoked, bar) if revoked and bar else None
    again = periods.anniversary(past.refused_on, periods.REFUSED_YEARS) if past.refused_on else None
    since = periods.learned_from(on)
    return listed(
        (revoked is None or bar is None, "No certificate of yours was revoked."),
        (bar is Bar.PERMANENT, "The bar is for good, so there is no application."),
        (begins is not None and on < begins, f"You can apply from {begins} on."),
        (again is not None and on < again, f"A year has to pass after the last answer: you can apply from {again} on."),
        (_is_stale(past.course_passed_on, since, on), f"Pass the ethics review course; it counts if you passed it on {since} or later."),
        (_is_stale(past.module_passed_on, since, on), f"Pass the module on therapy and coaching; it counts from {since} on."),
        (not text(values, "statement"), "Write what has changed since."),
        (
            len({str(row).strip() for row in many(values, "references")} - {""}) < REFERENCES,
            "Name two different people who know your work.",
        ),
    )


def _is_stale(passed_on: date | None, since: date, on: date) -> bool:
    return passed_on is None or not since <= passed_on <= on


def against_refer(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """R2. Three fresh people."""
    return against_members(many(values, "panel"), values.get("chair"), facts.reinstatement.panel)


def against_grant(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """R3. Safe now, and twelve months under supervision set, which begin no earlier than today."""
    begins = day(values, "supervised_from")
    return listed(
        (not text(values, "safe_now"), "Say why it is safe now."),
        (begins is not None and begins < on, "The twelve months under supervision begin today or later."),
    )


def against_refuse_reinstatement(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """R4. By the panel; by the registrar alone where the bar is not over or something is missing."""
    past = facts.reinstatement
    registrar = facts.hand in {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
    begins = periods.bar_ends(past.revoked_on, past.bar) if past.revoked_on and past.bar else None
    over = past.bar is not Bar.PERMANENT and begins is not None and on >= begins
    return listed(
        (registrar and values.get("reason") == "not_safe", "Whether it is safe is for the three people to say."),
        (registrar and past.state is ReinstatementState.R_PANEL, "The application is with the three people, so they answer."),
        (not registrar and past.state is ReinstatementState.R_APPLIED, "The application is not with the three people yet."),
        (values.get("reason") == "bar_not_over" and over, f"The bar was over on {begins}."),
    )
