"""python -m tests.bench.attempt PORT REPETITIONS PID…: whole attempts at a final quiz, asked of a server by one reader; prints JSON.

An attempt is start, answer, hand in and result. What it costs is set against the lookup with template, asked of the same server by the
same reader: CPU of everything below the processes PID, and milliseconds. Statements are counted apart, without a server.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import django

from tests.bench import processes
from tests.bench.fill import QUESTIONS, QUIZ

EACH = 5  # attempts of each kind in a repetition
FLOOR = 300  # lookups
KINDS = ("one_page", "page_by_page")
TOKEN = "t" * 32
Form = dict[str, str | list[str]]
Visit = Callable[[str, Form | None], None]


def ready() -> Any:
    """The run of a coach who may begin the final."""
    from audit import clock
    from courses.models import CoursePage
    from tests.factories.courses import ready_for_the_final

    return ready_for_the_final(CoursePage.objects.get(slug=QUIZ), at=clock.now())


def sit(run: Any, kind: str, visit: Visit) -> None:
    """From the start of the quiz to its result. Raises RuntimeError where that is not a pass."""
    from courses.models import Attempt
    from tests.factories.courses import key_of

    visit(f"/learn/{QUIZ}/quiz/", {"together": "1"} if kind == "one_page" else {})
    attempt = Attempt.objects.get(enrollment=run, submitted_at=None)
    answers: dict[int, Form] = {position: {f"q{position}-choice": choice} for position, choice in key_of(attempt).items()}
    if kind == "one_page":
        visit(attempt.address("all"), {name: choice for answer in answers.values() for name, choice in answer.items()})
    else:
        for position, answer in answers.items():
            visit(attempt.address("question", position), answer)
    visit(attempt.address("review"), {})
    attempt.refresh_from_db()
    if attempt.outcome != Attempt.Outcome.PASSED:
        raise RuntimeError(f"the attempt ended as {attempt.outcome!r}")


def statements(kind: str) -> dict[str, int]:
    """How many the log-in and an attempt take, through every middleware."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.factories.accounts import PASSWORD

    client, run = Client(SERVER_NAME="127.0.0.1", HTTP_X_FORWARDED_PROTO="https"), ready()
    counted: list[int] = []

    def visit(path: str, form: Form | None) -> None:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path) if form is None else client.post(path, form, follow=True)
        counted.append(len(asked))
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    visit("/accounts/login/", {"username": run.person.email, "password": PASSWORD})
    log_in = sum(counted)
    sit(run, kind, visit)
    return {"log_in": log_in, "attempt": sum(counted) - log_in}


class Reader:
    """Asks a server, logged in or not; `seconds` is how long its answers took."""

    def __init__(self, port: int, person: Any = None) -> None:
        from django.conf import settings
        from django.test import Client

        self.port, self.seconds, self.headers = port, 0.0, {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"}
        if person:
            client = Client()
            client.force_login(person)
            cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value, settings.CSRF_COOKIE_NAME: TOKEN}
            self.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def visit(self, path: str, form: Form | None = None) -> None:
        """Ask, and follow where the answer to a form leads. Raises RuntimeError where that is not a page."""
        start = time.perf_counter()
        status, onward = self._ask(path, form)
        if form is not None and status == 302:
            status, onward = self._ask(onward, None)
        self.seconds += time.perf_counter() - start
        if status != 200:
            raise RuntimeError(f"{path} answered {status} {onward}")

    def _ask(self, path: str, form: Form | None) -> tuple[int, str]:
        line, headers, body = HTTPConnection("127.0.0.1", self.port, timeout=60), dict(self.headers), None
        if form is not None:
            body = urlencode({"csrfmiddlewaretoken": TOKEN, **form}, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://127.0.0.1/"}
        line.request("GET" if body is None else "POST", path, body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, answer.getheader("Location", "")


def cost(acts: list[Callable[[], float]], roots: list[int]) -> dict[str, float]:
    """CPU milliseconds of each act on the side of the server, and the median of the milliseconds that the reader waited."""
    before = processes.cpu_seconds(roots)
    waited = [act() for act in acts]
    return {"cpu_ms": (processes.cpu_seconds(roots) - before) / len(acts) * 1000, "ms": statistics.median(waited) * 1000}


def attempts(kind: str, port: int, roots: list[int]) -> dict[str, float]:
    """What an attempt costs, without the log-in."""

    def one(run: Any, reader: Reader) -> float:
        sit(run, kind, reader.visit)
        return reader.seconds

    runs = [ready() for _ in range(EACH)]
    return cost([partial(one, run, Reader(port, run.person)) for run in runs], roots)


def lookups(port: int, roots: list[int]) -> dict[str, float]:
    """What a lookup with template costs."""

    def one(number: int) -> float:
        reader = Reader(port)
        reader.visit(f"/bench/lookup/SYN-{number % 10 + 1:07d}/")
        return reader.seconds

    return cost([partial(one, number) for number in range(FLOOR)], roots)


def main(port: int, repetitions: int, roots: list[int]) -> dict[str, Any]:
    counted = {kind: statements(kind) for kind in KINDS}
    for kind in KINDS:
        attempts(kind, port, roots)  # warms up
    runs = [{"floor": lookups(port, roots), **{kind: attempts(kind, port, roots) for kind in KINDS}} for _ in range(repetitions)]
    return {"questions": QUESTIONS, "statements": counted, "runs": runs}


if __name__ == "__main__":
    django.setup()
    port, repetitions, *pids = map(int, sys.argv[1:])
    print(json.dumps(main(port, repetitions, pids)))
