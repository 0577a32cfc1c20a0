"""The words this app counts in: the three texts, their sections, the kinds of clauses and of editions. No database."""

from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    """What a clause does to a coach."""

    STATEMENT = "statement", "statement"
    DUTY = "duty", "duty"
    PROHIBITION = "prohibition", "prohibition"
    ASPIRATION = "aspiration", "aspiration"


class State(models.TextChoices):
    """A draft may change; a published edition is frozen."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"


class Weight(models.TextChoices):
    """What a new edition asks of coaches: a new statement, or the review again after a while (domain.md, section 1)."""

    MINOR = "minor", "minor"
    MATERIAL = "material", "material"


class CrisisKind(models.TextChoices):
    """Whom a crisis line is for."""

    TALK = "talk", "somebody to talk to, now"
    CHILD = "child", "a child who is being hurt"
    ELDER = "elder", "an older person who is being hurt"
    VIOLENCE = "violence", "violence at home or sexual violence"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text. `order` places it; clauses of a `teaching` section cite a clause and have no wording of their own."""

    slug: str
    text: str
    title: str
    order: int
    prefix: str
    first: int = 1
    teaching: bool = False


SECTIONS = {
    section.slug: section
    for section in (
        Section("principles-opening", "principles", "Why the principles matter", 0, "GP", first=0),
        Section("client-work", "principles", "How we work with clients", 1, "GP"),
        Section("practice", "principles", "How we run our practice", 2, "GP", first=13),
        Section("code-opening", "code", "How the Code binds", 0, "CE", first=0),
        Section("code-facts", "code", "What follows from the opening", 1, "CE", teaching=True),
        Section("scope", "code", "Scope of practice", 2, "SC"),
        Section("confidentiality", "code", "Confidentiality", 3, "CF"),
        Section("standards-opening", "code", "Practice standards: the opening", 4, "PS", first=0),
        Section("standards", "code", "Practice standards", 5, "PS"),
        Section("paragraphs", "therapy", "Therapy and coaching", 0, "TP"),
        Section("different-help", "therapy", "Two kinds of help", 1, "TC", teaching=True),
        Section("fit", "therapy", "Who fits where", 2, "TC", teaching=True),
        Section("role", "therapy", "What each role does", 3, "TC", teaching=True),
        Section("moving", "therapy", "Moving between the two", 4, "TC", teaching=True),
    )
}
# Characters of a wording: a clause is a paragraph, and two of them are compared word by word wherever both are shown.
LONGEST = 10_000
TEXT_TITLES = {"principles": "Guiding principles", "code": "Code of Ethics", "therapy": "Therapy or coaching"}


def position(section: Section, number: int) -> int:
    """Where a clause stands in its text: by section, then by its number, so that a new clause moves no other."""
    return section.order * 100 + number
