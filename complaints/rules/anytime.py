"""Guards of what can happen while a case is open, and of a case of the association's own: T53, T55 to T57, T62."""

from datetime import date

from complaints.facts import Level, Seat, Source, UnmaskGround
from complaints.rules.filled import day, listed, many, said_yes, text
from complaints.rules.gathered import CaseFacts, Values
from complaints.rules.gravity import is_report_asked
from complaints.rules.intake import Reasons, against_files

LEVELS = [Level.ANONYMOUS, Level.CONFIDENTIAL, Level.OPEN]
OWN_SOURCES = {Source.SELF_REPORT, Source.PRESS, Source.COURT, Source.OTHER_BODY, Source.AUDIT}


def against_standing_changed(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T53. The certificate ended, the conduct fell into the time of it, and it is not on record yet."""
    return listed(
        (facts.left_under_complaint, "It is on record already."),
        (facts.certificate_ended_on is None or facts.certificate_ended_on > on, "The certificate has not ended."),
        (facts.certified_then is not True, "The coach was not certified when it happened."),
    )


def against_recuse(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T55. For oneself; a registrar can name somebody else in whom a conflict was found."""
    person = values.get("person")
    registrar = facts.hand in {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
    return listed(
        (
            person is not None and person != facts.by and not registrar,
            "Only the registrar names somebody else. Step back yourself, or tell the registrar.",
        ),
        (
            person is not None and person not in {row.person for row in facts.now_in(*Seat, on=on)},
            "This person has no seat in the case.",
        ),
    )


def against_unmask(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T56. The person was asked first; they agree or a law asks for it; the level only rises."""
    wanted = values.get("level")
    level = Level(str(wanted)) if wanted in set(Level) else None
    asked = day(values, "asked_on")
    return listed(
        (level is not None and LEVELS.index(level) <= LEVELS.index(facts.level), "The level can only rise."),
        (asked is None or asked > on, "Ask the person first, and write down when."),
        (
            values.get("reason") == UnmaskGround.CONSENT and not said_yes(values, "agreed"),
            "The person did not agree. Without that, only a law or a court can ask for it.",
        ),
        (
            bool(set(many(values, "people")) - {row.person for row in facts.now_in(*Seat, on=on)}),
            "Somebody on the list has no seat in the case. A name is told to people, never to a team.",
        ),
    )


def against_log_external_report(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T57. Where a child, an elder or a life may be at risk: yes or no, never a blank, and to whom."""
    report = said_yes(values, "report")
    reported = day(values, "reported_on")
    return listed(
        (not is_report_asked(facts), "Nobody is said to be in danger or abused, so nothing is to be decided here."),
        (values.get("report") not in {True, False}, "Yes or no: this cannot stay blank."),
        (report and not text(values, "agency"), "To which agency?"),
        (report and reported is None, "On which day?"),
        (report and not text(values, "reported_time"), "At what time?"),
        (report and not text(values, "reference"), "What is their reference? Ask for it."),
        (reported is not None and reported > on, "The day of the report has not come yet."),
    )


def against_open_own_motion(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T62. From a source of the list, about a coach of the registry, with evidence."""
    begins, ends = day(values, "conduct_from"), day(values, "conduct_until")
    entry = text(values, "entry")
    return listed(
        (
            values.get("source") not in OWN_SOURCES,
            "Say how we learned of it: from the coach, the press, a court, another body or an audit.",
        ),
        (bool(entry) and entry not in facts.entries, "No certificate has this number."),
        (not many(values, "files"), "Attach the evidence."),
        (begins is not None and begins > on, "It begins on a day that has not come yet."),
        (ends is not None and begins is not None and ends < begins, "It ends before it begins. Please look at the two days."),
    ) + against_files(facts)
