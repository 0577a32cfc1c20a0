"""What people can tick on the complaint form, in the words of a client, and what the office reads beside each standard.

Sections SC, CF and PS of the Code have one option each. The guiding principles and the text on therapy and coaching have none: nobody is
judged by them alone. An option is a way in, not a verdict: intake maps the story to standards.
"""

from dataclasses import dataclass

from complaints.facts import CaseClass, Outcome, Worded


class Group(Worded):
    """Headings of the form, in its order."""

    SAFETY = "safety", "I was not safe"
    CLOSENESS = "closeness", "The coach came too close"
    MONEY = "money", "It was about money or a contract"
    PRIVACY = "privacy", "Something private got out"
    RESPECT = "respect", "I was not treated with respect"
    LIMITS = "limits", "The coach did what a coach does not do"
    ENDING = "ending", "It ended, or I was sent to somebody else"
    AROUND = "around", "It was not in a session"
    UNSURE = "unsure", "None of these, or I do not know"


class Interim(Worded):
    """The question that intake asks itself about the time until a decision. Never an automatic answer."""

    NONE = "none", "Nothing is asked by default"
    ASK = "ask", "Could a promise of the coach meet the risk?"
    ONGOING = "ongoing", "Does it go on, or was it lately? Then an interim order is asked for"
    COMPULSORY = "compulsory", "An interim order is always asked for"


@dataclass(frozen=True, slots=True)
class Option:
    """`words`: what is ticked; `examples`: for instance, never a closed list. `other_klass`: the class where `other_if` holds.

    `lightest`, `heaviest`: the usual range of outcomes. `report`: an agency outside may have to be told (T57). `care`: what never to ask.
    """

    code: str
    clause: str
    group: Group
    words: str
    klass: CaseClass
    lightest: Outcome
    heaviest: Outcome
    examples: str = ""
    other_klass: CaseClass | None = None
    other_if: str = ""
    evidence: tuple[str, ...] = ()
    interim: Interim = Interim.NONE
    report: bool = False
    care: str = ""


A, B, C, D = CaseClass
O1, O2, O3, O4, O5, O6, O7 = list(Outcome)[1:]

OPTIONS = (
    # I was not safe
    Option(
        "body-in-danger", "SC-01", Group.SAFETY, "My body was in danger from what I was doing, the coach knew, and we just went on",
        B, O2, O6,
        examples="For example: drinking or drugs that I could not stop, or hurting myself badly. There are other ways too.",
        other_klass=A, other_if="harm followed",
        evidence=("messages", "dates of sessions", "what the coach was told", "referrals offered"), interim=Interim.ASK,
    ),
    Option(
        "wanted-to-die", "SC-02", Group.SAFETY, "I said that I wanted to die, and the coach kept coaching me or did nothing", A, O2, O7,
        evidence=("messages", "steps taken for safety", "referral to crisis help", "note of a supervision"), interim=Interim.COMPULSORY,
    ),
    Option(
        "under-18", "SC-09", Group.SAFETY, "The client was younger than 18", A, O5, O7,
        examples="A parent or guardian can complain.",
        evidence=("what the coach knew of the age", "booking", "who paid"), interim=Interim.COMPULSORY, report=True,
    ),
    Option(
        "coach-was-drunk-or-high", "SC-10", Group.SAFETY, "The coach was drunk or on drugs in a session", B, O4, O7,
        other_klass=A, other_if="it happened again and again",
        evidence=("dates", "who saw it", "recordings lawfully held"), interim=Interim.ONGOING,
    ),
    Option(
        "left-in-crisis", "PS-05", Group.SAFETY, "The session ended while I was in a very bad state and not safe", B, O2, O6,
        other_klass=A, other_if="harm followed",
        evidence=("times of the session", "messages afterwards", "plan for safety"), interim=Interim.ASK,
    ),
    Option(
        "did-not-report-abuse", "CF-04", Group.SAFETY, "The coach knew that a child or an old person was being hurt and told nobody",
        A, O4, O7,
        examples="It was still going on at that time.",
        evidence=("what was known, and when", "reference of a report"), interim=Interim.COMPULSORY, report=True,
    ),
    # The coach came too close
    Option(
        "romance-or-sex", "PS-07", Group.CLOSENESS, "There was love, flirting or sex between the coach and a client", A, O6, O7,
        examples="Touch, talk, messages and pictures count too.",
        evidence=("messages", "dates", "who saw it"), interim=Interim.COMPULSORY,
        care="Never ask for intimate pictures. Never ask about other partners.",
    ),
    Option(
        "outside-the-sessions", "PS-06", Group.CLOSENESS, "The coach became my friend, or was in my life outside the sessions", B, O2, O6,
        examples="For example: meeting privately, writing all the time, following me online.",
        other_klass=C, other_if="it was slight",
        evidence=("messages", "social media", "events"), interim=Interim.ASK,
    ),
    # Money or a contract
    Option(
        "money-dealings", "PS-08", Group.MONEY, "The coach and I had money or business together besides the coaching", B, O4, O7,
        examples="For example: a loan, an investment, a job, a large gift.",
        other_klass=A, other_if="the loss was large, or the client depended on the coach",
        evidence=("transfers", "contracts"), interim=Interim.ASK,
    ),
    Option(
        "tied-by-contract", "PS-11", Group.MONEY, "A contract kept me from stopping or from coming less often", C, O2, O4,
        examples="For example: a fixed number of sessions, or money paid ahead that I did not get back.",
        evidence=("contract", "terms", "bills"), interim=Interim.ASK,
    ),
    Option(
        "time-and-money", "PS-01", Group.MONEY, "The coach wasted my time or my money, or was rude to me", D, O1, O3,
        examples="For example: sessions that did not take place and were not paid back.",
        other_klass=C, other_if="it happened again and again",
        evidence=("bookings", "bills", "messages"),
    ),
    # Something private got out
    Option(
        "told-others", "CF-01", Group.PRIVACY, "The coach told others about me, or put my story somewhere", B, O3, O7,
        other_klass=A, other_if="it led to danger",
        evidence=("screenshots", "who learned what", "written consent, if any"), interim=Interim.ASK,
        care="Reporting the abuse of a child or an elder is never a breach of this. A letter of a lawyer is not a court order.",
    ),
    Option(
        "release-form", "CF-02", Group.PRIVACY, "The coach spoke to somebody for me without my signature, or would not although I asked",
        C, O2, O4,
        examples="For example: to my doctor or my therapist.",
        evidence=("signed release", "what was asked for"),
    ),
    Option(
        "notes-not-safe", "CF-03", Group.PRIVACY, "The coach's notes about me could be read by others, or were wrong", C, O2, O5,
        other_klass=B, other_if="somebody did read them",
        evidence=("what happened", "where the notes are kept", "who could open them"), interim=Interim.ASK,
        care="Ask only for the person's own record and with their release; never for the files of other clients.",
    ),
    # Respect
    Option(
        "treated-worse", "PS-02", Group.RESPECT, "I was treated worse because of who I am", B, O3, O6,
        examples="The Code names race, gender, social class, gender identity and religious belief. If it was another reason, tick this.",
        evidence=("words used", "how others were treated", "how it was refused"),
        care="Disability, age, orientation and origin are not named by the Code: map them to PS-01 or PS-03.",
    ),
    Option(
        "beliefs-mocked", "PS-03", Group.RESPECT, "The coach made fun of what I believe, or pushed me to believe something else", C, O2, O4,
        evidence=("messages", "own account"),
    ),
    Option(
        "not-my-goals", "PS-04", Group.RESPECT, "We worked on what the coach wanted, not on what I wanted", D, O1, O3,
        other_klass=C, other_if="the client was harmed by it", evidence=("plan", "messages"),
    ),
    Option(
        "pushed-or-shamed", "SC-04", Group.RESPECT, "The coach pushed me to live through it again, or made me feel ashamed", C, O2, O5,
        other_klass=B, other_if="it happened again and again, or did harm",
        evidence=("own account", "recordings lawfully held", "notes to the client"),
    ),
    # What a coach does not do
    Option(
        "coached-while-drunk", "SC-03", Group.LIMITS, "The coach held a session although I was drunk or on drugs", C, O2, O4,
        examples="Or never spoke with me about it later.",
        evidence=("date", "messages before and after", "the next session"),
    ),
    Option(
        "beyond-their-skills", "SC-05", Group.LIMITS, "The coach took on something that a coach is not trained for", B, O2, O6,
        evidence=("advertising", "bills", "records of training"), interim=Interim.ASK,
    ),
    Option(
        "got-no-help", "SC-06", Group.LIMITS, "The coach did not know what to do and asked nobody for help", C, O2, O5,
        evidence=("dates of supervision, without names of clients",), interim=Interim.ASK,
    ),
    Option(
        "named-a-disorder", "SC-07", Group.LIMITS, "The coach told me what disorder I have, or tested me for one", B, O2, O6,
        evidence=("messages", "forms", "words of a website"), interim=Interim.ASK,
    ),
    Option(
        "medicine", "SC-08", Group.LIMITS, "The coach told me to start, stop or change a medicine for my mind or mood", B, O4, O7,
        other_klass=A, other_if="the person followed advice to start or stop",
        evidence=("messages", "dates", "what came of it"), interim=Interim.ONGOING,
    ),
    Option(
        "out-of-date", "PS-12", Group.LIMITS, "The coach works with ways that are out of date or do harm", D, O1, O3,
        evidence=("records of training",),
    ),
    # Endings and referrals
    Option(
        "dropped", "PS-10", Group.ENDING, "The coach just stopped, gave no reason, and named nobody else to go to", C, O2, O5,
        other_klass=B, other_if="the client was at risk",
        evidence=("last messages", "list of referrals"), interim=Interim.ASK,
        care="To let a client go with an explanation and a referral keeps to the Code.",
    ),
    Option(
        "sent-to-strangers", "PS-09", Group.ENDING, "The coach sent me to somebody they had not checked, or was paid for it", D, O1, O4,
        other_klass=C, other_if="harm followed, or a fee was not told",
        evidence=("words of the referral", "note of the check"),
        care="Crisis lines and emergency services count as checked.",
    ),
)  # fmt: skip

OFF_CODE = (
    Option("pretends", "", Group.AROUND, "Somebody says that they are certified here, and I think they are not", B, O3, O7),
    Option("mark-while-suspended", "", Group.AROUND, "The coach still says “I am certified”, but is suspended at this time", B, O4, O7),
    Option("retaliated", "", Group.AROUND, "The coach made me pay for complaining, or threatened me", B, O4, O7),
    Option("lied-to-us", "", Group.AROUND, "The coach lied to the people who looked into a complaint", B, O4, O7),
    Option(
        "something-else",
        "",
        Group.UNSURE,
        "Something else, or I do not know",
        D,
        O1,
        O3,
        examples="Tell us in your own words. That is enough.",
    ),
)

ALL = (*OPTIONS, *OFF_CODE)
BY_CODE = {option.code: option for option in ALL}
BY_CLAUSE = {option.clause: option for option in OPTIONS}
RANGES = {option.clause: (option.lightest, option.heaviest) for option in OPTIONS}


def grouped() -> list[tuple[Group, list[Option]]]:
    """The options under their headings, in the order of the form."""
    return [(group, [option for option in ALL if option.group is group]) for group in Group]
