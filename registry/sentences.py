"""An answer of the registry in plain words: what it is, what it means for somebody who looks for a coach, what to do. Pure."""

from datetime import date

from certification.facts import ONE_DAY, Standing
from registry.facts import Answer, Kind


def day(value: date) -> str:
    return f"{value:%B} {value.day}, {value.year}"


def headline(answer: Answer) -> str:
    """The answer in one sentence, with its dates."""
    if answer.is_told and not answer.is_about_today:
        return _on_a_past_day(answer)
    return _today(answer)


def _today(answer: Answer) -> str:
    since, until = answer.since and day(answer.since), answer.until and day(answer.until)
    match answer.kind:
        case Kind.ACTIVE if again := _active_again(answer):
            return f"Active again since {day(again)}, after a suspension. Active until {until}."
        case Kind.ACTIVE:
            return f"Certified since {since}, active until {until}."
        case Kind.LAPSED:
            ended = answer.certified and answer.certified.last_day
            return f"Lapsed since {since}. The certificate ended on {day(ended) if ended else 'an earlier day'} and was not renewed."
        case Kind.SUSPENDED if until:
            return f"Suspended since {since}, until {until}."
        case Kind.SUSPENDED:
            return f"Suspended since {since}. No last day is set yet."
        case Kind.REVOKED:
            return f"Revoked since {since}."
        case Kind.NOT_CERTIFIED:
            return "Not certified today."
        case Kind.NOT_BEGUN:
            return "A certificate with this number is on record and has not begun."
        case Kind.WITHDRAWN:
            return "No certificate is in force under this number: it was withdrawn."
        case Kind.SLIP:
            return "One character of this number looks wrong, is missing or stands in the wrong place."
        case Kind.NEVER_ISSUED:
            return "We have never given this number to anybody. Please do not rely on it."
        case _:
            return "This cannot be a number of ours."


def _active_again(answer: Answer) -> date | None:
    """The day after a suspension within the time that is certified, as long as the history tells of it (docs/decisions/0154)."""
    ends = [
        line.last_day
        for line in answer.history
        if line.what == Standing.SUSPENDED.label and line.last_day and answer.since and answer.since <= line.last_day < answer.day
    ]
    return max(ends) + ONE_DAY if ends else None


def _on_a_past_day(answer: Answer) -> str:
    then = day(answer.day)
    if answer.kind == Kind.NOT_CERTIFIED:
        first = answer.first_certified
        return f"On {then} this certificate had not begun: its first day was {day(first) if first else 'a later one'}."
    if answer.kind == Kind.ACTIVE:
        return f"On {then} this certificate was active."
    return f"On {then} this certificate was {answer.kind.value}."


def meaning(answer: Answer) -> str:
    """What it means for a client."""
    if answer.is_told and not answer.is_about_today:
        now = answer.now or answer.kind
        return f"This is about that day alone. Today, {day(answer.asked_on)}, the certificate is {now.value}."
    if answer.is_told and answer.name is None:
        return NAMELESS.get(answer.kind, MEANINGS[answer.kind])
    return MEANINGS[answer.kind]


# Of a certificate whose holder is forgotten: of nobody is said what they do, or whom they answer to.
NAMELESS = {
    Kind.ACTIVE: (
        "This certificate ends on that day and is not renewed. We no longer keep whose it was. "
        "For work done while it was active, the Code of Ethics applied."
    ),
    Kind.LAPSED: (
        "Nobody is certified under this number today, and we no longer keep whose it was. That a certificate ended is not a penalty and "
        "says nothing about conduct. For work done while it was active, the Code of Ethics applied."
    ),
    Kind.SUSPENDED: (
        "Nobody is certified under this number at present, and we no longer keep whose it was. "
        "For work done while it was active, the Code of Ethics applied."
    ),
    Kind.REVOKED: (
        "We have withdrawn this certificate after a review. Nobody is certified under this number, and we no longer keep whose it was. "
        "If you were a client and it weighs on you, you need not carry that alone."
    ),
}
MEANINGS = {
    Kind.ACTIVE: (
        "This coach is certified today, studies the Code of Ethics again before every renewal, "
        "and answers to us for keeping to it in all work as a certified coach."
    ),
    Kind.LAPSED: (
        "This coach is not certified today. That a certificate ended is not a penalty and says nothing about conduct: "
        "coaches retire, pause or renew late. For work done while it was active, the Code of Ethics applied."
    ),
    Kind.SUSPENDED: (
        "This coach is not certified at present and may not present the work as that of a certified coach until the suspension ends. "
        "If you see this coach now, you may ask what it means for you, take a break, or look for somebody else."
    ),
    Kind.REVOKED: (
        "We have withdrawn this certificate after a review. This coach is not certified and may not use our name. "
        "The entry stays here so that nobody is misled. If you were a client and it weighs on you, you need not carry that alone."
    ),
    Kind.NOT_CERTIFIED: "No certificate was in force under this number on that day.",
    Kind.NOT_BEGUN: "Nobody is certified under this number today. From its first day on, its record stands here.",
    Kind.WITHDRAWN: (
        "This number is ours, and nobody is certified under it. What had been granted was taken back, or given back before it began. "
        "That is no penalty and says nothing about conduct."
    ),
    Kind.SLIP: (
        "The last character of each of our numbers is there to find slips, and here it does not fit the others. "
        "Please compare it with the certificate: our numbers avoid letters and digits that look alike."
    ),
    Kind.NEVER_ISSUED: (
        "If a certificate or a website shows this number, it does not come from us. Search by name, or write to the office."
    ),
    Kind.MALFORMED: "Our numbers are letters and digits with a hyphen, such as TRC-7K4M9RJ. Please compare it with the certificate.",
}


def advice(answer: Answer) -> tuple[str, ...]:
    """Questions a client may put to the coach; none where no coach is known or named any more, the day is gone by, or the certificate
    was withdrawn: nobody is sent to ask somebody who may have done harm.
    """
    if not (answer.is_told and answer.is_about_today and answer.name) or answer.kind == Kind.REVOKED:
        return ()
    return {Kind.ACTIVE: QUESTIONS_ACTIVE, Kind.SUSPENDED: QUESTIONS_SUSPENDED}.get(answer.kind, QUESTIONS_OTHERWISE)


QUESTIONS_ACTIVE = (
    "What does coaching with you include, and what would you refer to a therapist or a doctor?",
    "How do you keep what I tell you confidential, and when would you have to speak?",
    "What does it cost, and how can I end it at any time?",
)
QUESTIONS_OTHERWISE = (
    "You are not certified today. What does that mean for our work?",
    "Do you plan to be certified again, and when?",
    "Who else could help me in the meantime?",
)
QUESTIONS_SUSPENDED = (
    "You are not certified at present. What does that mean for our work?",
    "Who else could help me in the meantime?",
)
