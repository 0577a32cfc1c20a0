"""Somebody tells us something: the form walked page by page, and answers for the verb, with words that stand nowhere else."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.utils import timezone

from accounts import limits
from audit import clock
from complaints import intake
from complaints.facts import Source
from complaints.models import Case, Receipt
from complaints.rules.gathered import Sending
from tests.factories import cms as texts

CANARIES = {
    "narrative": "The quokka sang to me about the zeppelin of lavender, and I was afraid of it for weeks.",
    "coach": "Wrenfeather Oddlington",
    "when_words": "when the jacaranda bloomed",
    "name": "Hollis Umberquist",
    "mail": "umberquist@canary.example.org",
    "phone": "+1 555 0173 846",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CODE = re.compile(r"<span>([0-9A-Z]{5})-?</span>")

PAGES: list[dict[str, Any]] = [
    {"danger": "no"},
    {"coach": CANARIES["coach"], "not_sure": "on"},
    {"options": ["told-others", "something-else"]},
    {"conduct_from": "2026-05-03", "when_words": CANARIES["when_words"]},
    {"narrative": CANARIES["narrative"]},
    {"relation": "former-client", "minor": "no"},
    {"level": "confidential", "name": CANARIES["name"], "mail": CANARIES["mail"], "phone": CANARIES["phone"], "wants_updates": "yes"},
    {"truth": "on"},
]


def answers(**other: Any) -> dict[str, Any]:
    """Cleaned data of all pages together."""
    told: dict[str, Any] = {
        "danger": "no",
        "coach": CANARIES["coach"],
        "entry": "",
        "not_sure": False,
        "options": ["told-others"],
        "conduct_from": None,
        "conduct_until": None,
        "when_words": CANARIES["when_words"],
        "narrative": CANARIES["narrative"],
        "relation": "former-client",
        "minor": "no",
        "level": "confidential",
        "name": CANARIES["name"],
        "mail": CANARIES["mail"],
        "phone": CANARIES["phone"],
        "wants_updates": "yes",
        "consents_to_naming": "no",
        "truth": True,
    }
    return {**told, **other}


def told(**other: Any) -> tuple[Case, str]:
    """A complaint, and its code."""
    texts.texts()
    return intake.submit(answers(**other), source=Source.WEB, at=clock.now(), sending=Sending())


def receipt_of(case: Case) -> Receipt:
    return Receipt.objects.select_related("case").get(case=case, replaced_at=None)


def carried(page: str) -> dict[str, Any]:
    """The hidden fields of the form on a page, as a browser would send them."""
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page):
        found.setdefault(name, []).append(unescape(value))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def next_page(client: Any, page: Any, given: dict[str, Any], *, go: str = "next", path: str = "/complaints/new/") -> Any:
    """What the browser sends from a page, with what was filled in."""
    return client.post(path, {**carried(page.content.decode()), **given, "go": go})


def walk(client: Any, pages: list[dict[str, Any]] | None = None, *, begin: str = "/complaints/new/", path: str = "/complaints/new/") -> Any:
    """From the first page to the answer to the last one that is given, at the pace of a person."""
    page = client.get(begin)
    with later(seconds=20):
        for given in pages if pages is not None else PAGES:
            page = next_page(client, page, given, path=path)
    return page


def later(**by: int) -> Any:
    """So much later than it is by now, moved or not."""
    return clock.moved(clock.real() - timezone.now() + timedelta(**by))


def code_on(page: Any) -> str:
    return "-".join(CODE.findall(page.content.decode()))


def forget_tries() -> None:
    """Let the limiter begin anew."""
    limits.Tries.objects.all().delete()
