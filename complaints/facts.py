"""The words that the rules about complaints speak of. No database, no clock, no request.

Codes of states, steps, letters and outcomes are those of the association's complaint policy; every list here is closed.
"""

from enum import StrEnum
from typing import Self


class Machine(StrEnum):
    """Three things that move by steps."""

    CASE = "case"
    INTERIM = "interim"
    REINSTATEMENT = "reinstatement"


class State(StrEnum):
    """Where a case stands."""

    SUBMITTED = "SUBMITTED"
    TRIAGE = "TRIAGE"
    NEEDS_INFO = "NEEDS_INFO"
    ADMITTED = "ADMITTED"
    NOTICE_SERVED = "NOTICE_SERVED"
    INVESTIGATION = "INVESTIGATION"
    CASE_REVIEW = "CASE_REVIEW"
    PANEL_SET = "PANEL_SET"
    HEARING = "HEARING"
    DELIBERATION = "DELIBERATION"
    COUNTERSIGN = "COUNTERSIGN"
    DECIDED = "DECIDED"
    APPEALED = "APPEALED"
    SANCTION_ACTIVE = "SANCTION_ACTIVE"
    BREACH_REVIEW = "BREACH_REVIEW"
    DISMISSAL_REVIEW = "DISMISSAL_REVIEW"
    MERGED = "MERGED"
    CLOSED = "CLOSED"
    ERASED = "ERASED"


class InterimState(StrEnum):
    """Where an interim measure stands."""

    NONE = "NONE"
    PROPOSED = "PROPOSED"
    IN_FORCE = "IN_FORCE"
    LIFTED = "LIFTED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"


class ReinstatementState(StrEnum):
    """Where an application for reinstatement stands."""

    NONE = "NONE"
    R_APPLIED = "R_APPLIED"
    R_PANEL = "R_PANEL"
    R_GRANTED = "R_GRANTED"
    R_REFUSED = "R_REFUSED"


class CaseRole(StrEnum):
    """What somebody can be appointed to: the closed list. The roles of the site are another one (accounts.facts.SiteRole)."""

    INTAKE = "intake"
    INVESTIGATOR = "investigator"
    CASE_REVIEWER = "case_reviewer"
    PANEL_MEMBER = "panel_member"
    APPEAL_PANEL = "appeal_panel"
    REGISTRAR = "registrar"
    DEPUTY_REGISTRAR = "deputy_registrar"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Seat(StrEnum):
    """The part that somebody plays in one case. `ROLE_OF_SEAT` says which appointment it takes."""

    TAKER = "taker"
    SECOND_INTAKE = "second_intake"
    INVESTIGATOR = "investigator"
    CASE_REVIEWER = "case_reviewer"
    DISMISSAL_REVIEWER = "dismissal_reviewer"
    DECIDER = "decider"
    CHAIR = "chair"
    PANEL_MEMBER = "panel_member"
    REGISTRAR = "registrar"
    DEPUTY_REGISTRAR = "deputy_registrar"
    APPEAL_CHAIR = "appeal_chair"
    APPEAL_MEMBER = "appeal_member"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


ROLE_OF_SEAT = {
    Seat.TAKER: CaseRole.INTAKE,
    Seat.SECOND_INTAKE: CaseRole.INTAKE,
    Seat.INVESTIGATOR: CaseRole.INVESTIGATOR,
    Seat.CASE_REVIEWER: CaseRole.CASE_REVIEWER,
    Seat.DISMISSAL_REVIEWER: CaseRole.CASE_REVIEWER,
    Seat.DECIDER: CaseRole.PANEL_MEMBER,
    Seat.CHAIR: CaseRole.PANEL_MEMBER,
    Seat.PANEL_MEMBER: CaseRole.PANEL_MEMBER,
    Seat.REGISTRAR: CaseRole.REGISTRAR,
    Seat.DEPUTY_REGISTRAR: CaseRole.DEPUTY_REGISTRAR,
    Seat.APPEAL_CHAIR: CaseRole.APPEAL_PANEL,
    Seat.APPEAL_MEMBER: CaseRole.APPEAL_PANEL,
}


class Source(StrEnum):
    """How a case came in."""

    WEB = "web"
    PHONE = "phone"
    POST = "post"
    SELF_REPORT = "self_report"
    PRESS = "press"
    COURT = "court"
    OTHER_BODY = "other_body"
    AUDIT = "audit"


class Level(StrEnum):
    """Who may know who complained. It can only rise, and only by a grant (T56)."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    OPEN = "open"


class Relation(StrEnum):
    """What the person who complains is to the coach."""

    CLIENT = "client"
    FORMER_CLIENT = "former-client"
    PROSPECTIVE_CLIENT = "prospective-client"
    FAMILY_MEMBER = "family-member"
    COLLEAGUE = "colleague"
    PUBLIC = "public"
    OTHER_BODY = "other-body"
    SELF = "self"


class CaseClass(StrEnum):
    """How grave it is if it is true: A safety, sexual or grave exploitation; B serious; C moderate; D minor."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Outcome(StrEnum):
    """What a panel can decide."""

    NOT_PROVEN = "O0"
    ADVICE = "O1"
    REMEDIATION = "O2"
    REPRIMAND = "O3"
    ADMONISHMENT = "O4"
    CONDITIONS = "O5"
    SUSPENSION = "O6"
    REVOCATION = "O7"


class Closure(StrEnum):
    """Why a case is closed."""

    DISMISSED = "dismissed"
    NO_CASE = "no_case"
    NOT_PROVEN = "not_proven"
    ADVICE = "advice"
    REMEDIATION = "remediation"
    REPRIMAND = "reprimand"
    ADMONISHMENT = "admonishment"
    CONDITIONS = "conditions"
    SUSPENSION = "suspension"
    REVOCATION = "revocation"
    QUASHED = "quashed"
    WITHDRAWN = "withdrawn"


class ConflictKind(StrEnum):
    """Why somebody may have no part in a case."""

    KIN = "kin"
    CLIENT = "client"
    SUPERVISION = "supervision"
    TRAINING = "training"
    BUSINESS = "business"
    COMPETITION = "competition"
    FRIENDSHIP = "friendship"
    DISPUTE = "dispute"
    EARLIER_ROLE = "earlier-role"
    WITNESS = "witness"


class DismissalReason(StrEnum):
    """Why a complaint is not taken on (T10)."""

    NOT_CERTIFIED_AT_TIME = "not_certified_at_time"
    OUT_OF_TIME = "out_of_time"
    NO_STANDARD_ENGAGED = "no_standard_engaged"
    PRINCIPLE_ONLY = "principle_only"
    TOO_LITTLE_DETAIL = "too_little_detail"
    OTHER_BODY = "other_body"
    ALREADY_DECIDED = "already_decided"


class AppealGround(StrEnum):
    """What an appeal can rest on (T38)."""

    WEIGHT_OF_EVIDENCE = "weight_of_evidence"
    PROCEDURE = "procedure"
    NEW_EVIDENCE = "new_evidence"
    SANCTION = "sanction"


class Defect(StrEnum):
    """What a registrar can send a decision back for (T36)."""

    QUORUM = "quorum"
    NOTICE = "notice"
    DISCLOSURE = "disclosure"
    VOTE_COUNT = "vote_count"
    LETTER = "letter"


class Party(StrEnum):
    """Whose words, and for whose eyes."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    OFFICE = "office"


class Channel(StrEnum):
    """How a letter goes besides the portal."""

    POST = "post"
    COURIER = "courier"
    PHONE = "phone"


class PaperKind(StrEnum):
    """What a sealed paper is."""

    NARRATIVE = "narrative"
    CONTACT = "contact"
    ANSWERS = "answers"
    PARTICULARS = "particulars"
    NOTE = "note"
    FACT_SHEET = "fact_sheet"
    REPORT = "report"
    RISK = "risk"
    RESPONSE = "response"
    QUESTION = "question"
    LETTER = "letter"
    VOTE = "vote"
    DECISION_FULL = "decision_full"
    DECISION_REDACTED = "decision_redacted"
    APPEAL = "appeal"
    STEP_VALUES = "step_values"


class Purpose(StrEnum):
    """What a person reads confidential words for, as the ledger says it."""

    TRIAGE = "triage"
    REVIEW = "review"
    INVESTIGATION = "investigation"
    HEARING = "hearing"
    DECISION = "decision"
    APPEAL = "appeal"
    SIGNATURE = "signature"
    LETTER = "letter"
    OWN = "own"


class EvidenceState(StrEnum):
    """Where a file stands that somebody sent."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Worded(StrEnum):
    """A closed list whose members carry the words that people read: `CODE = "code", "The words"`."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Actor(Worded):
    """Who acts without a seat in the case. Whoever works on it has a `Seat`, or at its beginning a `CaseRole`."""

    COMPLAINANT = "complainant", "the person who complains"
    RESPONDENT = "respondent", "the coach"
    FORMER_COACH = "former_coach", "the former coach"
    SYSTEM = "system", "the calendar"
    POOL_CHAIR = "pool_chair", "the chair of the panel pool"
    AUDITOR = "auditor", "the auditor"


class ClockName(Worded):
    """What is waited for. How many days each has: complaints/clocks.py."""

    ACKNOWLEDGE = "acknowledge", "first answer to the person who complains"
    TAKE = "take", "somebody takes the complaint"
    TRIAGE = "triage", "decision on what becomes of the complaint"
    DISMISSAL = "dismissal", "last day for a dismissal"
    INFO = "info", "answer to our questions"
    DISMISSAL_WINDOW = "dismissal_window", "time to ask for a review of the closing"
    DISMISSAL_REVIEW = "dismissal_review", "review of the closing"
    NOTICE = "notice", "notice to the coach"
    RESPONSE = "response", "answer of the coach"
    INVESTIGATION = "investigation", "report of the investigation"
    REWORK = "rework", "report with the questions of the reviewers answered"
    CASE_REVIEW = "case_review", "decision of the case reviewers"
    PANEL = "panel", "appointment of the panel"
    CHALLENGE = "challenge", "time to challenge a member of the panel"
    RULING = "ruling", "ruling on a challenge"
    HEARING = "hearing", "hearing"
    VOTES = "votes", "votes of the panel"
    DECISION = "decision", "decision of the panel"
    COUNTERSIGN = "countersign", "countersignature of the registrar"
    REPLACE = "replace", "replacement of a member of the panel"
    APPEAL_WINDOW = "appeal_window", "time to appeal"
    APPEAL = "appeal", "decision on the appeal"
    OBLIGATION = "obligation", "what the coach has to do"
    DISCHARGE = "discharge", "closing after the last item is done"
    BREACH = "breach", "decision on what was not done in time"
    WITHDRAWAL = "withdrawal", "answer to the wish to withdraw"
    REDRAW = "redraw", "somebody else takes the seat"
    UNMASK = "unmask", "answer to the wish to know who complained"
    EXTERNAL_REPORT = "external_report", "decision whether to report to an agency"
    HOLD_REVIEW = "hold_review", "look at the legal hold again"
    ERASURE = "erasure", "erasure after the time of keeping"
    INTERIM_QUESTION = "interim_question", "question whether the coach may go on meanwhile"
    INTERIM_DECISION = "interim_decision", "decision on the interim order"
    INTERIM_HEARING = "interim_hearing", "hearing of the coach after an emergency order"
    INTERIM_REVIEW = "interim_review", "review of the interim order"
    REFERRAL = "referral", "three people for the application"
    REINSTATEMENT = "reinstatement", "decision on the application"


class LetterCode(Worded):
    """Letters of a case. An e-mail about any of them says only that a message waits."""

    RECEIVED = "L-01", "We received your complaint"
    QUESTIONS = "L-02", "We have a question"
    DISMISSED = "L-03", "We cannot take the complaint on"
    CLOSING_UPHELD = "L-04", "The closing was reviewed and stays"
    CLOSING_OVERTURNED = "L-05", "The closing was reviewed and the case goes on"
    ADMITTED = "L-06", "We take the complaint on"
    NOTICE = "L-07", "A complaint about you, and how to answer it"
    RESPONSE_RECEIVED = "L-08", "The coach has answered"
    RESPONSE_THANKS = "L-09", "We received your answer"
    PROGRESS = "L-10", "Where the case stands"
    NO_CASE = "L-12", "The case is closed without a hearing"
    REFERRED = "L-13", "The case goes to a panel"
    PANEL_NAMES = "L-14", "Who sits on the panel, and when it hears the case"
    DECISION_RESPONDENT = "L-15", "The decision of the panel"
    DECISION_COMPLAINANT = "L-16", "The outcome of your complaint"
    APPEAL_OPENED = "L-17", "An appeal was filed"
    APPEAL_DISMISSED = "L-18", "The appeal was decided: the decision stays"
    APPEAL_ALLOWED = "L-19", "The appeal was decided: the decision changes"
    DISCHARGED = "L-20", "Everything that was asked is done"
    OVERDUE = "L-21", "Something is overdue"
    NEW_DATE = "L-22", "A new date"
    WITHDRAWN = "L-23", "The complaint was withdrawn"
    IDENTITY = "L-25", "Who may know your name"
    REOPENED = "L-26", "The case is open again"
    INTERIM_IMPOSED = "L-30", "An interim order"
    INTERIM_REFUSED = "L-32", "No interim order"
    INTERIM_REVIEWED = "L-33", "The interim order was looked at again"
    APPLICATION_RECEIVED = "L-40", "We received your application"
    REINSTATED = "L-41", "You are certified again"
    NOT_REINSTATED = "L-42", "Not yet certified again"


class Yes(Worded):
    """An answer of the risk form."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Risk(Worded):
    """The risk form: eight questions. The first three make a case one of class A."""

    MINOR = "minor", "Is somebody under 18 concerned?"
    SEXUAL = "sexual", "Was there sexual or romantic contact?"
    VIOLENCE = "violence", "Is somebody at risk of suicide, self-harm or violence now?"
    OTHER_CLIENTS = "other_clients", "Does the coach still see other clients at a like risk?"
    IMPAIRED = "impaired", "Is the coach impaired at work?"
    MONEY = "money", "Does the coach have money or property of a client?"
    PRESSURE = "pressure", "Are there threats, stalking or pressure?"
    EARLIER = "earlier", "Was an earlier case proven?"


class Plea(Worded):
    """What the coach says of an allegation."""

    ADMIT = "admit", "It is so"
    DENY = "deny", "It is not so"
    EXPLAIN = "explain", "I want to explain"


class Prospect(Worded):
    """Whether a panel could find an allegation proven."""

    REALISTIC = "realistic", "A panel could find it proven"
    DOUBT = "doubt", "I am in doubt"
    NONE = "none", "No realistic prospect"


class Finding(Worded):
    """What the panel finds of an allegation, on the balance of probabilities."""

    PROVEN = "proven", "Proven: more likely than not"
    NOT_PROVEN = "not_proven", "Not proven"


class Bar(Worded):
    """How long somebody whose certificate was revoked waits before applying again."""

    THREE_YEARS = "3", "Three years"
    FIVE_YEARS = "5", "Five years"
    PERMANENT = "permanent", "For good"


class HearingWay(Worded):
    PAPERS = "papers", "On papers"
    VIDEO = "video", "By video"
    IN_PERSON = "in_person", "In person"
    MIXED = "mixed", "Mixed"


class HeardHow(Worded):
    """How a coach was heard on an interim order."""

    IN_WRITING = "in_writing", "In writing"
    VIDEO = "video", "By video"
    IN_PERSON = "in_person", "In person"
    DECLINED = "declined", "The coach declined in writing"


class ObligationKind(Worded):
    """What a decision can ask of a coach."""

    COURSE = "course", "Ethics review course, begun after the decision"
    MODULE = "module", "Module on therapy and coaching"
    SUPERVISION = "supervision", "Hours of supervision"
    STATEMENT = "statement", "Written statement"
    APOLOGY = "apology", "Letter of apology"
    CONDITION = "condition", "Condition of practice"


class UnmaskGround(Worded):
    CONSENT = "consent", "The person agrees"
    LEGAL_DUTY = "legal_duty", "A law or a court asks for it"


class PoolRank(StrEnum):
    """Who speaks for the pool of panel members: its chair, and the second, who acts where the chair is in a conflict."""

    FIRST = "first"
    SECOND = "second"


class SeatEnd(StrEnum):
    """Why somebody no longer has a seat in a case."""

    DONE = "done"
    CONFLICT = "conflict"
    CHALLENGED = "challenged"
    REPLACED = "replaced"
    REMITTED = "remitted"
    REOPENED = "reopened"


class ExclusionWhy(StrEnum):
    """Why somebody takes no new seat in a case or in one linked to it. All but the first bar the seat they have as well."""

    TOOK_PART = "took_part"
    DECLARED = "declared"
    FOUND = "found"
    CHALLENGED = "challenged"
    REPLACED = "replaced"


class Against(StrEnum):
    """Why a person may not take a seat. The sentences name no relation: what it is stays with whoever declared it."""

    RESPONDENT = "respondent"
    CANNOT_LOG_IN = "cannot_log_in"
    NOT_APPOINTED = "not_appointed"
    UNTRAINED = "untrained"
    NOT_DECLARED = "not_declared"
    INTEREST = "interest"
    ATTESTED = "attested"
    BARRED = "barred"
    TOOK_PART = "took_part"
    OTHER_SEAT = "other_seat"
    INVESTIGATED = "investigated"
    JUDGED = "judged"

    @property
    def sentence(self) -> str:
        return AGAINST[self]


AGAINST = {
    Against.RESPONDENT: "The case is about this person.",
    Against.CANNOT_LOG_IN: "This account may not log in.",
    Against.NOT_APPOINTED: "This person is not appointed to the role that the seat takes.",
    Against.UNTRAINED: "This person is not trained for the role yet.",
    Against.NOT_DECLARED: "This person has not declared their interests within the last year.",
    Against.INTEREST: "The register of interests says that this person and the respondent have to do with each other.",
    Against.ATTESTED: "This person has declared a conflict in this case or in one linked to it.",
    Against.BARRED: "This person was taken out of this case or of one linked to it.",
    Against.TOOK_PART: "This person has had a part in this case or in one linked to it, and takes no new one.",
    Against.OTHER_SEAT: "This person has another seat in this case.",
    Against.INVESTIGATED: "This person has investigated a case about the respondent within the last twelve months.",
    Against.JUDGED: "This person has sat on a panel about the respondent within the last twelve months.",
}


CONFLICT_WORDS = {
    ConflictKind.KIN: "Family, or partner",
    ConflictKind.CLIENT: "One is or was the other’s client",
    ConflictKind.SUPERVISION: "One supervises or supervised the other, or both have or had the same supervisor",
    ConflictKind.TRAINING: "Trained the coach, or taught a course that the coach took",
    ConflictKind.BUSINESS: "Business partners, employer and employee, or refer clients to each other",
    ConflictKind.COMPETITION: "Competitors in the same town or field",
    ConflictKind.FRIENDSHIP: "Close friends",
    ConflictKind.DISPUTE: "Public dispute",
    ConflictKind.EARLIER_ROLE: "Had a part in an earlier case about the coach",
    ConflictKind.WITNESS: "Witness of something the coach did",
}


# Where a case stands, for those who work on it; whose turn it is; and the clocks that run meanwhile, of which the first is shown.
STATE_WORDS = {
    State.SUBMITTED: "Waits to be taken",
    State.TRIAGE: "Being looked at by intake",
    State.NEEDS_INFO: "Waits for answers",
    State.ADMITTED: "Taken on; notice to be served",
    State.NOTICE_SERVED: "Waits for the coach’s answer",
    State.INVESTIGATION: "Under investigation",
    State.CASE_REVIEW: "With the case reviewers",
    State.PANEL_SET: "A panel is being appointed",
    State.HEARING: "Being heard",
    State.DELIBERATION: "The panel votes",
    State.COUNTERSIGN: "Waits for the registrar’s signature",
    State.DECIDED: "Decided; time to appeal",
    State.APPEALED: "Under appeal",
    State.SANCTION_ACTIVE: "What was decided holds",
    State.BREACH_REVIEW: "Something asked for was not done in time",
    State.DISMISSAL_REVIEW: "The closing is being reviewed",
    State.MERGED: "Joined with another case",
    State.CLOSED: "Closed",
    State.ERASED: "Erased",
}
TURN = {
    State.SUBMITTED: "Intake",
    State.TRIAGE: "The taker",
    State.NEEDS_INFO: "The person who complained",
    State.ADMITTED: "The taker",
    State.NOTICE_SERVED: "The coach",
    State.INVESTIGATION: "The investigator",
    State.CASE_REVIEW: "The case reviewers",
    State.PANEL_SET: "The registrar, then the chair",
    State.HEARING: "The chair",
    State.DELIBERATION: "The panel",
    State.COUNTERSIGN: "The registrar",
    State.DECIDED: "Either side, to appeal",
    State.APPEALED: "The appeal panel",
    State.SANCTION_ACTIVE: "The coach",
    State.BREACH_REVIEW: "The registrar",
    State.DISMISSAL_REVIEW: "The reviewer of the closing",
}
AWAITED = {
    State.SUBMITTED: (ClockName.ACKNOWLEDGE, ClockName.TAKE),
    State.TRIAGE: (ClockName.TRIAGE,),
    State.NEEDS_INFO: (ClockName.INFO,),
    State.ADMITTED: (ClockName.NOTICE,),
    State.NOTICE_SERVED: (ClockName.RESPONSE,),
    State.INVESTIGATION: (ClockName.INVESTIGATION, ClockName.REWORK),
    State.CASE_REVIEW: (ClockName.CASE_REVIEW,),
    State.PANEL_SET: (ClockName.HEARING,),
    State.HEARING: (ClockName.HEARING,),
    State.DELIBERATION: (ClockName.DECISION,),
    State.COUNTERSIGN: (ClockName.COUNTERSIGN,),
    State.DECIDED: (ClockName.APPEAL_WINDOW,),
    State.APPEALED: (ClockName.APPEAL,),
    State.BREACH_REVIEW: (ClockName.BREACH,),
    State.DISMISSAL_REVIEW: (ClockName.DISMISSAL_REVIEW,),
    State.CLOSED: (ClockName.DISMISSAL_WINDOW,),
}
