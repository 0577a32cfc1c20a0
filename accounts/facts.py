"""The words that the rules about people's offices speak of. No database, no clock, no request."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Long enough for a second person who is away for some days, short enough that nobody signs what is forgotten.
PROPOSAL_LIFE = timedelta(days=7)
# Whatever takes two site administrators can be done while two are there.
FEWEST_ADMINISTRATORS = 2


class SiteRole(StrEnum):
    """What somebody may be on this site: the closed list. Case roles are appointments to cases and no part of it."""

    COACH = "coach"
    STAFF = "staff"
    AUTHOR = "author"
    AUDITOR = "auditor"
    SITE_ADMINISTRATOR = "site_administrator"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def sentence(self) -> str:
        """What the role opens and what it keeps shut, for the person who grants it."""
        return SENTENCES[self]


SENTENCES = {
    SiteRole.COACH: "Holds a certificate, and is a coach by that alone: nobody grants it.",
    SiteRole.STAFF: (
        "Works in the office: issues, corrects and renews certificates, sees the records of coaches, and reviews what authors submit."
    ),
    SiteRole.AUTHOR: (
        "Writes pages, courses, questions and drafts of the texts, and submits what is reviewed first. Sees no records of coaches."
    ),
    SiteRole.AUDITOR: "Reads who did what and who holds which role, and changes nothing. Holds no other role.",
    SiteRole.SITE_ADMINISTRATOR: (
        "Looks after accounts, roles and settings, and may change every page. Sees no records of coaches and opens no complaint."
    ),
}

GRANTED = (SiteRole.STAFF, SiteRole.AUTHOR, SiteRole.AUDITOR, SiteRole.SITE_ADMINISTRATOR)
TAKES_TWO = frozenset({SiteRole.AUDITOR, SiteRole.SITE_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Offices:
    """What one person holds: site roles, and whether a case role as well."""

    roles: frozenset[SiteRole] = frozenset()
    has_case_role: bool = False


@dataclass(frozen=True, slots=True)
class InWagtail:
    """What Wagtail asks of a person: groups by name, and two flags."""

    groups: frozenset[str]
    is_staff: bool
    is_superuser: bool


class Mailbox(StrEnum):
    """Which of the two mailboxes of a change of address speaks."""

    OLD = "old"
    NEW = "new"


class ProposalState(StrEnum):
    """Where a proposal stands. That its days are over is never stored: it follows from the instant."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    VOID = "void"
