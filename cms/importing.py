"""An official text becomes a draft edition of each text that it changes. Publishes nothing and overwrites nothing."""

from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import chain, count

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from audit import log
from cms import actions, code, rules
from cms.facts import SECTIONS, Kind, Section, position
from cms.models import Clause, Edition, Text, Wording
from cms.reading import EXPECTED, Reading, read

TEXTS = ("principles", "code", "therapy")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a text was not stored, as a sentence, and the answer that helps: "confirm", "accept_counts" or "name"."""

    words: str
    answer: str


class Refused(Exception):
    """The text was read but not stored; `objections` says why and what would help, `counts` what was found."""

    def __init__(self, objections: list[Objection], counts: dict[str, int]) -> None:
        super().__init__("\n".join(objection.words for objection in objections))
        self.objections = objections
        self.counts = counts


@dataclass(slots=True)
class Imported:
    """What an import made: draft editions (none: no change), the counts found, and notes with their lines.

    `known` are the editions that have a wording of the file already, `waiting` the earlier drafts beside which a new one now stands.
    """

    counts: dict[str, int]
    notes: list[str]
    editions: list[Edition] = field(default_factory=list)
    known: list[Edition] = field(default_factory=list)
    waiting: list[Edition] = field(default_factory=list)
    unplaced: int = 0

    @property
    def pieces(self) -> int:
        return sum(self.counts.values())


def import_text(
    data: bytes, *, name: str = "", source: str = "", by: User | None, on: date, confirm: bool = False, accept_counts: bool = False
) -> Imported:
    """Read a file and keep a draft of every text that differs from what is known.

    Raises reading.Unreadable for lines that fit nowhere, Refused for a guessed border without `confirm`, unexpected counts without
    `accept_counts`, or a name that is taken or cannot be one. Without a name the draft is called after the day.
    """
    reading = read(data)
    if refused := objections(reading, confirm=confirm, accept_counts=accept_counts):
        raise Refused(refused, reading.counts)
    return store(reading, name=name, source=source, digest=sha256(data).hexdigest(), by=by, on=on)


def free_name(on: date) -> str:
    """A name for what is imported on a day that no edition bears."""
    first = f"Import of {on.isoformat()}"
    taken = set(Edition.objects.filter(slug__startswith=slugify(first)).values_list("slug", flat=True))
    return next(name for name in chain([first], (f"{first} ({n})" for n in count(2))) if slugify(name) not in taken)


def objections(reading: Reading, *, confirm: bool, accept_counts: bool) -> list[Objection]:
    """Why the reading waits for a person's word."""
    reasons = []
    if reading.guess and not confirm:
        words = f"Line {reading.guess}: only the wording says that Confidentiality begins here. Confirm it, or add the heading to the file."
        reasons.append(Objection(words, "confirm"))
    differing = [
        f"{SECTIONS[section].title}: {n} found, {EXPECTED[section]} expected"
        for section, n in reading.counts.items()
        if n != EXPECTED[section]
    ]
    if differing and not accept_counts:
        reasons.append(Objection(f"The counts differ ({'; '.join(differing)}). If that is right, accept the counts.", "accept_counts"))
    return reasons


@transaction.atomic
def store(reading: Reading, *, name: str, source: str, digest: str, by: User | None, on: date) -> Imported:
    """Keep a draft of each text that the reading changes, all or none; two imports at once take turns. Raises Refused for the name."""
    list(Text.objects.select_for_update().order_by("pk"))
    name = name or free_name(on)
    done = Imported(reading.counts, reading.notes)
    for text in TEXTS:
        sections = [SECTIONS[slug] for slug in EXPECTED if SECTIONS[slug].text == text]
        bodies = [body for section in sections for body in reading.bodies(section.slug)]
        if not bodies:
            continue
        if known := already(text, bodies, digest):
            done.known.append(known)
            continue
        if reasons := code.misnamed(name, text=text):
            raise Refused([Objection(words, "name") for words in reasons], reading.counts)
        done.waiting += Edition.objects.drafts().filter(text=text).order_by("-recorded_at", "-pk")
        edition = draft(text, sections, reading, name=name)
        edition.source_name, edition.source_digest, edition.recorded_by = source[:200], digest, by
        edition.save()
        edition.save_revision(user=by)
        log.record(actions.EDITION_IMPORTED, edition, by=by, text=text, digest=digest, pieces=len(bodies))
        done.editions.append(edition)
        done.unplaced += len(edition.placement["unplaced"])
    return done


def already(text: str, bodies: list[str], digest: str) -> Edition | None:
    """The newest published edition of the text, or a draft, that came from this file or has the same pieces in the same order."""
    drafts = Edition.objects.drafts().filter(text=text).order_by("-recorded_at", "-pk")
    said = [rules.normalized(body) for body in bodies]
    for edition in filter(None, [code.latest(text), *drafts]):
        if edition.source_digest == digest or [rules.normalized(body) for body in pieces(edition)] == said:
            return edition
    return None


def pieces(edition: Edition) -> list[str]:
    """What an edition says as it is saved, in order, with the pieces that wait for their clause."""
    placed = [(w.clause.part.order, w.position, w.body) for w in edition.newest().in_order()]
    unplaced = [(SECTIONS[row["section"]].order, row["position"], row["body"]) for row in edition.placement.get("unplaced", [])]
    return [body for *_, body in sorted([*placed, *unplaced])]


def draft(text: str, sections: list[Section], reading: Reading, *, name: str) -> Edition:
    """A draft edition with every piece at its clause, and the pieces that a person has to place."""
    base = code.latest(text)
    edition: Edition = Edition.objects.create(text_id=text, name=name, slug=slugify(name), live=False, has_unpublished_changes=True)
    how: dict[str, str] = {}
    unplaced = []
    for section in sections:
        for order, placed in enumerate(place(section, reading.bodies(section.slug), base), position(section, 1)):
            if placed.clause is None:
                unplaced.append({"section": section.slug, "position": order, "body": placed.body})
                continue
            Wording.objects.create(edition=edition, clause_id=placed.clause, body=placed.body, position=order)
            how[placed.clause] = placed.how
    edition.placement = {"how": how, "unplaced": unplaced, "base": base.pk if base else None}
    return edition


def place(section: Section, bodies: list[str], base: Edition | None) -> list[rules.Placed]:
    """Each piece of a section with its clause (content.md, 1.3, rule 7)."""
    known = dict(base.wordings.filter(clause__section=section.slug).values_list("clause_id", "body")) if base else {}
    if (base is None or base.demonstration) and len(bodies) == len(known):
        return rules.match_by_position(bodies, list(known))
    if not known or len(bodies) == len(known) == 1:
        clauses = list(known) or [new_clause(section, body).pk for body in bodies]
        return rules.match_by_position(bodies, clauses)
    return rules.match_by_wording(bodies, known)


def next_id(section: Section) -> tuple[str, int]:
    """The next free id of a section's series and its number; retired ids are not given again."""
    numbers = [
        int(pk.partition("-")[2])
        for pk in Clause.objects.filter(pk__startswith=f"{section.prefix}-", cites=None).values_list("pk", flat=True)
    ]
    number = max(numbers, default=section.first - 1) + 1
    return (f"{section.prefix}-{number}" if section.prefix == "TP" else f"{section.prefix}-{number:02}"), number


def new_clause(section: Section, body: str) -> Clause:
    """A clause for a piece that no clause fits."""
    pk, number = next_id(section)
    words = body.split()
    title = " ".join(words[:6]) + ("…" if len(words) > 6 else "")
    return Clause.objects.create(
        pk=pk, text_id=section.text, section=section.slug, title=title[:120], kind=Kind.STATEMENT, position=position(section, number)
    )


class NotPlaceable(Exception):
    """The piece or the clause is not free; `reasons` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


LOCKED = "The draft is locked, by its review or by somebody who works on it. Please try again afterwards."


def is_locked(edition: Edition, *, by: User | None) -> bool:
    """Whether a review or a person keeps this user from changing the draft."""
    lock = edition.get_lock()
    return bool(lock and by and lock.for_user(by))


@transaction.atomic
def assign(edition: Edition, index: int, *, clause: Clause | None, by: User | None) -> Wording:
    """Give the unplaced piece `index` its clause, or a new one where `clause` is None. Raises NotPlaceable."""
    Text.objects.select_for_update().get(pk=edition.text_id)
    edition = Edition.objects.select_for_update().filter(pk=edition.pk).first() or Edition()
    unplaced = edition.placement.get("unplaced", [])
    if edition.is_published or not 0 <= index < len(unplaced):
        raise NotPlaceable(["This piece was placed already."])
    if is_locked(edition, by=by):
        raise NotPlaceable([LOCKED])
    piece = unplaced[index]
    section = SECTIONS[piece["section"]]
    newest = edition.newest()
    if clause and (clause.section != section.slug or clause.pk in {wording.clause_id for wording in newest.wordings.all()}):
        raise NotPlaceable([f"{clause.pk} is worded already in this edition, or belongs to another section."])
    clause = clause or new_clause(section, piece["body"])
    newest.wordings.add(Wording(clause=clause, body=piece["body"], position=piece["position"]))
    how = edition.placement.get("how", {}) | {clause.pk: "by hand"}
    newest.placement = {**edition.placement, "how": how, "unplaced": unplaced[:index] + unplaced[index + 1 :]}
    newest.save()
    newest.save_revision(user=by)
    log.record(actions.PIECE_PLACED, edition, by=by, clause=clause.pk)
    return Wording.objects.get(edition=edition, clause=clause)


class NotWithdrawable(Exception):
    """The draft stays; `reasons` says why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def withdraw(edition: Edition, *, by: User | None) -> None:
    """Take away a draft that nobody will publish; clauses that were made for it keep their ids. Raises NotWithdrawable."""
    found = Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if found is None:
        raise NotWithdrawable(["This draft was withdrawn already."])
    if found.is_published:
        raise NotWithdrawable(["This edition is published; it stays. A change comes as a new edition."])
    if is_locked(found, by=by):
        raise NotWithdrawable([LOCKED])
    log.record(actions.EDITION_WITHDRAWN, edition, by=by, text=edition.text_id, name=edition.name, digest=edition.source_digest)
    found.delete()
