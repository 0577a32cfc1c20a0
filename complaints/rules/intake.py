"""Guards from submitting to admitting: T01 to T14. Each answers every reason against; none: the step may be taken."""

from datetime import date, timedelta

from complaints.facts import CaseClass, CaseRole, Closure, Level, Risk, State, Yes
from complaints.rules import periods
from complaints.rules.filled import day, listed, many, said_yes, text
from complaints.rules.gathered import CaseFacts, Sending, Values
from complaints.rules.gravity import UNKNOWN_FROM, class_of
from complaints.rules.people import EXCLUDES

FEWEST_SECONDS = 3  # that a person needs to fill in the form
FEWEST_CHARACTERS = 40  # of a story without a ticked option
MOST_ROUNDS = 2  # of questions in a case
REVIEWED = {Closure.DISMISSED, Closure.NO_CASE}

Reasons = list[str]


def against_submit(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T01. What the public sends; intake types in what came by phone or post."""
    sending = facts.sending or Sending()
    from_public = facts.hand is not CaseRole.INTAKE
    named = text(values, "coach") or text(values, "entry") or said_yes(values, "not_sure")
    told = many(values, "options") or len(text(values, "narrative")) >= FEWEST_CHARACTERS
    ends, begins = day(values, "conduct_until"), day(values, "conduct_from")
    return listed(
        (from_public and bool(sending.honeypot), "This field stays empty: it is there to stop machines. Please empty it and send again."),
        (
            from_public and sending.seconds < FEWEST_SECONDS,
            "That was faster than a person can write. Please look at it once more and send again.",
        ),
        (
            sending.wait > 0,
            f"Many people write to us right now. Please wait {sending.wait} seconds and send again; your text is still here.",
        ),
        (not named, "Name the coach as well as you can, or tick that you are not sure."),
        (not told, f"Tick what happened, or tell us in {FEWEST_CHARACTERS} characters or more."),
        (values.get("level") not in set(Level), "Choose who may know who you are."),
        (not said_yes(values, "truth"), "Tick that what you wrote is true as far as you know."),
        (begins is not None and begins > on, "It begins on a day that has not come yet."),
        (ends is not None and begins is not None and ends < begins, "It ends before it begins. Please look at the two days."),
    )


def against_acknowledge(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T02. Once: a second first answer says nothing."""
    return listed((facts.acknowledged_on is not None, f"The first answer was sent on {facts.acknowledged_on} already."))


def against_take(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T03. The word on conflicts comes before the story is opened; the second factor is asked for by the table."""
    return listed(
        (not said_yes(values, "no_conflict"), "First say that you know neither side; if you do, choose “I have a part in this”."),
        (facts.by in facts.excluded, "You had a part in this case or know one side, so somebody else takes it."),
    )


def against_decline_conflict(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T04. The kind of conflict is the reason of the step; nothing more is asked."""
    return []


def against_ask_info(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T05. Two rounds of questions a case, then a decision on what is there."""
    return listed(
        (facts.rounds_of_questions >= MOST_ROUNDS, "The person was asked twice already. Decide on what is there."),
        (not [line for line in many(values, "questions") if str(line).strip()], "Write at least one question."),
    )


def against_answer(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T06. By whoever holds the code; wrong, expired, locked and erased codes get the same answer."""
    sending = facts.sending or Sending()
    return listed(
        (not sending.code_is_valid, "We cannot open a complaint with this code. Look at it again, or wait an hour and try once more."),
        *_against_files(facts),
    )


def against_info_timeout(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T07. Fourteen days have passed, and a reminder went out on the seventh."""
    due = facts.asked_on and facts.asked_on + timedelta(days=periods.ANSWER_DAYS)
    return listed(
        (due is None, "No question is open."),
        (due is not None and on <= due, f"The person has time to answer until {due}."),
        (facts.reminded_on is None, "No reminder was sent yet; send it first, so that nobody is passed over by a lost message."),
    )


def against_merge_duplicate(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T08. The same event with the same coach. A like story of somebody else is linked, never merged: that it happened twice matters."""
    other = facts.other
    return listed(
        (other is None, "No case has this number. Look at it again."),
        (other is not None and not other.same_respondent, "The other case is about somebody else, so the two are not joined."),
        (
            other is not None and other.state in {State.MERGED, State.CLOSED, State.ERASED},
            "The other case is not open. Choose one that is, or go on with this one by itself.",
        ),
        (
            not said_yes(values, "same_incident"),
            "A like story with another client is linked, not joined. Join only what tells of the same event.",
        ),
    )


def against_dismiss(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T10. The reason and its hundred characters are the table's; here what the record says against the reason."""
    klass = class_of(facts.allegations, facts.risk)
    ended = day(values, "coaching_ended_on") or facts.conduct_ends
    late = facts.received_on is not None and periods.is_out_of_time(ended, received_on=facts.received_on, klass=klass)
    reason = values.get("reason")
    standards = [row for row in facts.allegations if row.clause]
    return listed(
        (
            reason == "out_of_time" and klass is CaseClass.A,
            "A complaint of class A is never too late. Choose another reason, or take it on.",
        ),
        (
            reason == "out_of_time" and klass is not CaseClass.A and not late,
            "By the days on record it is not too late: three years from the end of the coaching are not over.",
        ),
        (
            reason == "not_certified_at_time" and facts.certified_then is True,
            "The registry says that the coach was certified then. Choose another reason, or take it on.",
        ),
        (
            reason == "principle_only" and bool(standards),
            "A standard of the Code is ticked too, so it does not rest on a principle alone. Choose another reason, or take it on.",
        ),
        (
            reason == "too_little_detail" and not facts.rounds_of_questions and facts.level is not Level.ANONYMOUS,
            "Nobody has asked the person yet. Ask first; then say that there is too little.",
        ),
    )


def against_ask_dismissal_review(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T11. Of a dismissal or of “no case”, within 30 days, once."""
    until = facts.closed_on and facts.closed_on + timedelta(days=periods.DISMISSAL_REVIEW_DAYS)
    return listed(
        (facts.closure not in REVIEWED, "A review can be asked for where a complaint was not taken on, or no case was found."),
        (facts.dismissal_reviews > 0, "The closing was reviewed once already, and that was final. New facts are a new complaint."),
        (until is not None and on > until, f"The time to ask for a review ended on {until}. New facts are a new complaint."),
    )


def against_uphold_dismissal(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T12. By somebody who had no part in the closing."""
    return _against_earlier(facts)


def against_overturn_dismissal(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T13. By somebody who had no part in the closing; back to where it was closed, with others."""
    return _against_earlier(facts) + listed(
        (facts.closed_from not in {State.TRIAGE, State.CASE_REVIEW}, "It is not on record where the case was closed."),
    )


def against_admit(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T14. One coach of the registry, certified then, in time, a numbered standard, a class that fits the risks, particulars."""
    risk = {question: Yes(str(values[question])) for question in Risk if values.get(question) in set(Yes)}
    given = values.get("klass")
    klass = CaseClass(str(given)) if given in set(CaseClass) else None
    least = class_of((), risk)
    ended = day(values, "coaching_ended_on") or facts.conduct_ends
    entry = text(values, "entry")
    return listed(
        (
            bool(entry) and entry not in facts.entries,
            "This number is not among the certificates found for the coach. Choose one, so that nobody is mistaken for another.",
        ),
        (facts.respondent is None, "It is not yet known who the coach is. Match one certificate of the registry first."),
        (
            not said_yes(values, "certified_then"),
            "The coach was not certified when it happened, so this is not ours to decide. Close it with that reason.",
        ),
        (
            facts.certified_then is False and said_yes(values, "certified_then"),
            "The registry says that the coach was not certified on those days.",
        ),
        (
            klass is not None
            and facts.received_on is not None
            and periods.is_out_of_time(ended, received_on=facts.received_on, klass=min(klass, least)),
            "It came more than three years after the coaching ended, and is not of class A. Close it with that reason.",
        ),
        (
            not [clause for clause in many(values, "clauses") if str(clause)[:3] in {"SC-", "CF-", "PS-"}],
            "Map it to at least one numbered standard; principles alone are no ground.",
        ),
        (len(risk) < len(Risk), "Answer every question of the risk form; “not known” is an answer."),
        (
            klass is not None and least is CaseClass.A and klass is not CaseClass.A,
            "Somebody under 18, sexual contact or a risk to a life makes it class A.",
        ),
        (
            sum(answer is Yes.UNKNOWN for answer in risk.values()) >= UNKNOWN_FROM and day(values, "extra_contact_on") is None,
            "Three answers or more are not known. Try once more to reach the person, and write down when.",
        ),
        *_identifies(facts, text(values, "particulars")),
    )


def _identifies(facts: CaseFacts, particulars: str) -> list[tuple[bool, str]]:
    """Whether particulars name what would tell who complained, unless the level is open."""
    written = particulars.casefold()
    found = [word for word in facts.shielded if len(word) > 1 and word.casefold() in written]
    told = "The particulars hold words that would tell who complained. Say it without names, dates, places and phrases of theirs."
    return [(facts.level is not Level.OPEN and bool(found), told)]


def against_identifying(facts: CaseFacts, particulars: str) -> Reasons:
    """Why particulars cannot be sent so: they hold a word that would tell who complained."""
    return listed(*_identifies(facts, particulars))


def _against_files(facts: CaseFacts) -> list[tuple[bool, str]]:
    sending = facts.sending or Sending()
    return [
        (sending.files_refused > 0, f"{sending.files_refused} of the files cannot be taken. Take them out, or print them to PDF."),
        (sending.files_pending > 0, f"{sending.files_pending} of the files are still being checked. Wait a moment and send again."),
    ]


def against_files(facts: CaseFacts) -> Reasons:
    """Why what comes with files cannot be sent yet."""
    return listed(*_against_files(facts))


def _against_earlier(facts: CaseFacts) -> Reasons:
    earlier = frozenset().union(*(people for step, people in facts.actors.items() if step in EXCLUDES))
    return listed((facts.by in earlier, "You had a part in the case, so somebody else reviews the closing."))
