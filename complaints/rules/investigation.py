"""Guards from the notice to the question of a panel: T16 to T25."""

from datetime import date, timedelta

from complaints.facts import CaseClass, Level, Plea, Prospect
from complaints.rules import periods
from complaints.rules.filled import day, each, listed, many, said_yes, text
from complaints.rules.gathered import CaseFacts, Values
from complaints.rules.gravity import gravest
from complaints.rules.intake import Reasons, against_files, against_identifying

CHANNELS = 2  # of delivery, tried before silence counts


def against_serve_notice(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T16. Particulars that tell nobody who complained, unless they agreed; an address that was checked."""
    shielded = facts.level is not Level.OPEN
    return listed(
        (not facts.charges, "No allegation is part of the particulars. Choose at least one."),
        (
            shielded and not said_yes(values, "identifies_nobody"),
            "Check that no name, date, place or phrase tells who complained; a second person checks it after you.",
        ),
        (not said_yes(values, "address_verified"), "Check the address of the coach first: a notice in wrong hands harms both sides."),
    ) + against_identifying(facts, text(values, "particulars"))


def against_extend_response(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T17. Asked for before the day was over, and once."""
    asked, due = day(values, "asked_on"), facts.response_due_on
    return listed(
        (facts.response_extended, "The time was made longer once already."),
        (asked is not None and due is not None and asked > due, f"It was asked for after the time to answer ended on {due}."),
        (asked is not None and asked > on, "It was asked for on a day that has not come yet."),
    )


def against_respond(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T18. A word to each allegation; files that passed the checks."""
    explains = Plea.EXPLAIN in each(values, "pleas").values()
    return listed((explains and not text(values, "words"), "You want to explain something. Please write it down.")) + against_files(facts)


def against_response_timeout(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T19. The time is over and the coach was tried in two ways. Silence admits nothing."""
    due = facts.response_due_on
    return listed(
        (due is None, "No notice was served, so nothing is waited for."),
        (due is not None and on <= due, f"The coach has time to answer until {due}."),
        (facts.channels_tried < CHANNELS, "The notice was tried in one way alone. Send it in a second way, for instance by post."),
    )


def against_submit_report(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T21. A sheet for each allegation, an index, and fourteen days for the coach to read the bundle."""
    ready = facts.disclosed_on and facts.disclosed_on + timedelta(days=periods.BUNDLE_DAYS)
    return listed(
        (ready is None, "The coach has not got the bundle yet. Send it, and wait 14 days for comments."),
        (ready is not None and on < ready, f"The coach has time for the bundle until {ready}."),
        (not said_yes(values, "index_complete"), "Put everything that was gathered into the index of the evidence."),
    )


def against_return_for_work(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T22. Once, and with questions."""
    return listed(
        (facts.returned_for_work, "It went back for work once already. Decide on what is there."),
        (not [line for line in many(values, "questions") if str(line).strip()], "Write at least one question."),
    )


def against_no_case(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T24. No realistic prospect of a finding; in class A with a note on safety."""
    return listed(
        (
            not said_yes(values, "no_prospect"),
            "Close it only where there is no realistic prospect of a finding. In doubt, let a panel hear it.",
        ),
        (
            gravest(facts) is CaseClass.A and not text(values, "safety_note"),
            "In class A write down why people are safe without a hearing.",
        ),
    )


def against_refer_panel(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T25. One allegation that a panel could find proven; in class A doubt is enough."""
    enough = {Prospect.REALISTIC.value} | ({Prospect.DOUBT.value} if gravest(facts) is CaseClass.A else set())
    return listed(
        (
            not enough & set(each(values, "prospects").values()),
            "A panel could find none of it proven by what you say. Where that is so, two reviewers close the case.",
        )
    )
