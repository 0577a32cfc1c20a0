"""Every address of the site and what it answers whom: reading the table, finding the addresses, asking them.

The table is matrix.txt. A line names an address (its URL name; an unnamed one by its pattern), a method and one answer a column:

    200 …     the status; 200/503 either
    login     sent to the log-in
    home      sent to the start of Wagtail's admin, told that this is not theirs
    open      answered in any other way: only for groups of Wagtail's addresses (a name ending in *), each of which is walked
    shut      home, 403 or 404: likewise; 405 is both, where Wagtail looks at the method first

Of several lines that fit an address the longest name counts.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from inspect import unwrap
from pathlib import Path
from typing import Any

from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.logins import Client

TABLE = Path(__file__).with_name("matrix.txt")
METHODS = ("GET", "POST")
REFUSED = {"home", "403", "404"}


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the site: its name with its namespaces, the arguments it takes, and the module of its view."""

    name: str
    pattern: str
    takes: tuple[str, ...]
    module: str


def addresses() -> list[Address]:
    """Every pattern of the site, in the order in which they are tried."""
    return list(_walk(get_resolver(), (), "", ()))


def _walk(resolver: URLResolver, names: tuple[str, ...], before: str, takes: tuple[str, ...]) -> Iterator[Address]:
    for part in resolver.url_patterns:
        pattern, taken = before + str(part.pattern), (*takes, *part.pattern.converters, *part.pattern.regex.groupindex)
        if isinstance(part, URLResolver):
            yield from _walk(part, (*names, part.namespace) if part.namespace else names, pattern, taken)
        elif isinstance(part, URLPattern):
            name = ":".join((*names, part.name)) if part.name else pattern
            view = unwrap(getattr(part.callback, "view_class", part.callback))
            yield Address(name, pattern, tuple(dict.fromkeys(taken)), view.__module__)


def table() -> tuple[list[str], dict[tuple[str, str], list[str]]]:
    """The columns, and for each name and method the expected answers."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    columns = lines[0][2:]
    return columns, {(name, method): answers for name, method, *answers in lines[1:]}


def line_for(name: str, method: str, lines: dict[tuple[str, str], list[str]]) -> str | None:
    """The name of the line that fits an address: its own, or the longest group it belongs to."""
    groups = [group for group, of in lines if of == method and (group == name or (group.endswith("*") and fnmatchcase(name, group)))]
    return max(groups, key=lambda group: (group == name, len(group)), default=None)


def path_to(address: Address, arguments: dict[str, Any], literal: dict[str, str]) -> str:
    """An address that exists; raises LookupError where the walk does not know an argument."""
    if address.name in literal:
        return literal[address.name]
    if missing := [name for name in address.takes if name not in arguments]:
        raise LookupError(f"{address.name}: the walk has no {', '.join(missing)}")
    try:
        return reverse(address.name, kwargs={name: arguments[name] for name in address.takes})
    except NoReverseMatch:
        raise LookupError(f"{address.name}: {address.pattern} cannot be built") from None


class Visitor:
    """A stranger or a person at a browser, office people with their second factor; every request is undone."""

    def __init__(self, person: Any = None, *, factor: bool | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        if person is not None:
            self.client.force_login(person, factor=factor)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> str:
        """What the address answers, in the words of the table. `form` is what a POST carries."""
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic(), override_settings(LIMITER_KEY=secrets.token_hex(32)):  # a Redis counts what is undone, too
            answer = self.client.post(path, form or {}) if method == "POST" else self.client.get(path)
            word = word_for(answer)
            transaction.set_rollback(True)
        return word


def word_for(answer: HttpResponse) -> str:
    """An answer in the words of the table."""
    if answer.status_code not in (301, 302):
        return str(answer.status_code)
    if answer["Location"].startswith((reverse("login"), "/admin/login/")):
        return "login"
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    if re.search("do(es)? not have permission", " ".join(told)) and answer["Location"] == reverse("wagtailadmin_home"):
        return "home"
    return str(answer.status_code)


def fits(expected: str, found: str) -> bool:
    """Whether an answer is the expected one. Nothing expects that the site breaks."""
    if found == "405":
        return expected in ("405", "open", "shut")
    if expected == "open":
        return found not in REFUSED | {"login"} and not found.startswith("5")
    return found in REFUSED if expected == "shut" else found in expected.split("/")
