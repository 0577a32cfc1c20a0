"""The words that the rules about complaints speak of. No database, no clock, no request.

Codes of states, steps, letters and outcomes are those of the association's complaint policy; every list here is closed.
"""

from enum import StrEnum


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
