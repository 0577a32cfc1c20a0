"""The shipped content: clauses and the demonstration edition of each text. Loading again changes nothing."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from wagtail.models import Page, Site

from audit import log
from cms import actions
from cms.blocks import from_markdown
from cms.facts import SECTIONS, TEXT_TITLES, State, position
from cms.models import Clause, CodePage, CrisisLine, Edition, HomePage, PlainPage, Promise, Text, TextPage, Wording

CONTENT = Path(__file__).parent / "content"
DEMONSTRATION = "demo-1"
# Long ago, so that every history that a demonstration invents has a Code to stand on.
IN_FORCE_ON = date(2015, 1, 1)


def read_yaml(text: str) -> Any:
    """What a YAML text says, safely; seven times as fast where libyaml is there."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


@dataclass(frozen=True, slots=True)
class Shipped:
    """One clause as the content files give it; `body` is empty for a teaching claim, `claim` for all others."""

    clause: Clause
    body: str


def load_texts() -> int:
    """Add what is missing of the three texts and their demonstration editions; returns how many rows were added."""
    return sum(load_text(slug, shipped) for slug, shipped in shipped_texts().items())


@transaction.atomic
def load_text(slug: str, shipped: list[Shipped]) -> int:
    """Add one text. What is there stays as it is: a title that somebody edited, a newer edition."""
    text, new = Text.objects.get_or_create(slug=slug, defaults={"title": TEXT_TITLES[slug]})
    known = set(text.clauses.values_list("pk", flat=True))
    added = int(new)
    missing = [item.clause for item in shipped if item.clause.pk not in known]
    # Oldest first: a claim cites a clause of the same file.
    for clause in sorted(missing, key=lambda clause: clause.cites_id or ""):
        clause.save(force_insert=True)
    if not text.editions.filter(demonstration=True).exists():
        edition = make_demonstration(text, shipped)
        log.record(actions.TEXTS_LOADED, edition, by=None, text=slug, clauses=len(missing))
        added += 1
    return len(missing) + added


def make_demonstration(text: Text, shipped: list[Shipped]) -> Edition:
    edition: Edition = Edition.objects.create(text=text, name=DEMONSTRATION, slug=DEMONSTRATION, demonstration=True, live=True)
    pieces = [item for item in shipped if item.body]
    Wording.objects.bulk_create(
        Wording(edition=edition, clause=item.clause, body=item.body, position=place) for place, item in enumerate(pieces, 1)
    )
    # The demonstration editions are the first of their texts: they replace nothing and have no weight.
    Edition.objects.filter(pk=edition.pk).update(state=State.PUBLISHED, in_force_on=IN_FORCE_ON)
    return edition


def shipped_texts() -> dict[str, list[Shipped]]:
    """The content files as clauses in reading order, by text."""
    principles, code, therapy = (
        read_yaml((CONTENT / name).read_text(encoding="utf-8"))
        for name in ("guiding_principles.yaml", "code_of_ethics.yaml", "therapy_vs_coaching.yaml")
    )
    return {"principles": of_principles(principles), "code": of_code(code), "therapy": of_therapy(therapy)}


def of_principles(data: dict[str, Any]) -> list[Shipped]:
    opening = [own(data["intro"], "principles-opening")]
    return opening + [own(row, row["section"]) for row in data["clauses"]]


def of_code(data: dict[str, Any]) -> list[Shipped]:
    opening = own(data["preamble"], "code-opening")
    facts = [
        teaching({"title": fact["text"], "kind": "statement", **fact}, "code-facts", number, opening.clause)
        for number, fact in enumerate(data["preamble"]["facts"], 1)
    ]
    rest = [own(data["standards_preamble"], "standards-opening")] + [own(row, row["section"]) for row in data["clauses"]]
    return sorted([opening, *facts, *rest], key=lambda item: item.clause.position)


def of_therapy(data: dict[str, Any]) -> list[Shipped]:
    """The claims, and seven paragraphs whose demonstration wording is the texts of their claims in order."""
    told: dict[int, list[dict[str, Any]]] = {}
    for row in data["clauses"]:
        told.setdefault(row["paragraph"], []).append(row)
    paragraphs = {
        number: own(
            {
                "id": f"TP-{number}",
                "title": rows[0]["title"],
                "kind": "statement",
                "text": " ".join(row["text"] for row in rows),
            },
            "paragraphs",
        )
        for number, rows in sorted(told.items())
    }
    claims = [teaching(row, row["section"], number, paragraphs[row["paragraph"]].clause) for number, row in enumerate(data["clauses"], 1)]
    return [*paragraphs.values(), *claims]


def own(row: dict[str, Any], section: str) -> Shipped:
    """A clause with a wording of its own."""
    number = int(row["id"].partition("-")[2])
    return Shipped(make_clause(row, section, number), row["text"].strip())


def teaching(row: dict[str, Any], section: str, number: int, cites: Clause) -> Shipped:
    """A claim that is taught from another clause."""
    clause = make_clause(row, section, number)
    clause.cites, clause.claim = cites, row["text"].strip()
    return Shipped(clause, "")


def make_clause(row: dict[str, Any], section: str, number: int) -> Clause:
    part = SECTIONS[section]
    return Clause(
        pk=row["id"],
        text_id=part.text,
        section=section,
        title=row["title"],
        short=row.get("short", ""),
        kind=row["kind"],
        critical=row.get("critical", False),
        position=position(part, number),
    )


@transaction.atomic
def load_crisis_lines() -> int:
    """Add the lines that are shipped, where there are none at all; what somebody took away stays away. Answers how many were added."""
    if CrisisLine.objects.exists():
        return 0
    rows = read_yaml((CONTENT / "crisis_lines.yaml").read_text(encoding="utf-8"))
    return len(CrisisLine.objects.bulk_create([CrisisLine(**row) for row in rows]))


@transaction.atomic
def plant() -> int:
    """Make the pages that are missing and put the site's root on the home page; returns how many were made."""
    data = read_yaml((CONTENT / "pages.yaml").read_text(encoding="utf-8"))
    home, made = HomePage.objects.first(), 0
    if home is None:
        home, made = plant_home(data["home"]), 1
    for row in data["pages"]:
        if not home.get_children().filter(slug=row["slug"]).exists():
            home.add_child(instance=make_page(row))
            made += 1
    return made


def plant_home(row: dict[str, Any]) -> HomePage:
    """The home page in place of Wagtail's welcome page, which goes only while nobody has built on it."""
    root = Page.get_first_root_node()
    promises = [Promise(clause_id=promise.pop("clause"), sort_order=n, **promise) for n, promise in enumerate(row.pop("promises"))]
    home: HomePage = root.add_child(instance=HomePage(slug="front", promises=promises, **row))
    site = Site.objects.filter(is_default_site=True).first()
    welcome = site.root_page if site else None
    Site.objects.update_or_create(
        is_default_site=True, defaults={"root_page": home, **({} if site else {"hostname": "localhost", "site_name": ""})}
    )
    if welcome and welcome.specific_class is Page and welcome.is_leaf():
        welcome.delete()
    return home


def make_page(row: dict[str, Any]) -> Page:
    shared = {"slug": row["slug"], "title": row["title"], "show_in_menus": True, "introduction": row.get("introduction", "")}
    body = from_markdown(row["body"], place=row["slug"]) if "body" in row else []
    if row["kind"] == "text":
        return TextPage(**shared, body=body, text_id=row["text"])
    return {"code": CodePage, "plain": PlainPage}[row["kind"]](**shared, body=body)
