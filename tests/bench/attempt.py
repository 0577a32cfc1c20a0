"""python -m tests.bench.attempt: whole attempts at a final quiz, through every middleware and no server; prints JSON.

An attempt is start, answer, hand in and result. Its time is set against the lookup with template, asked by the same client.
"""

import json
import statistics
import time
from contextlib import nullcontext

import django

from tests.bench.fill import QUESTIONS, QUIZ

EACH = 5  # attempts of each kind in a repetition
FLOOR = 50  # lookups
KINDS = ("one_page", "page_by_page")


class Visitor:
    """A coach ready for the final, and what the visits cost: seconds, and statements where they are counted."""

    def __init__(self, *, counts: bool = False) -> None:
        from django.test import Client

        from audit import clock
        from courses.models import CoursePage
        from tests.factories.courses import ready_for_the_final

        self.run = ready_for_the_final(CoursePage.objects.get(slug=QUIZ), at=clock.now())
        self.client = Client(SERVER_NAME="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
        self.client.get("/healthz")  # a client loads every middleware with its first request, which a server does once
        self.counts, self.seconds, self.statements = counts, 0.0, 0

    def visit(self, path: str, data: dict | None = None) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        captured = CaptureQueriesContext(connection) if self.counts else nullcontext()
        start = time.perf_counter()
        with captured:
            answer = self.client.get(path) if data is None else self.client.post(path, data, follow=True)
        self.seconds += time.perf_counter() - start
        self.statements += len(captured) if self.counts else 0
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    def log_in(self) -> None:
        from tests.factories.accounts import PASSWORD

        self.client.logout()
        self.visit("/accounts/login/", {"username": self.run.person.email, "password": PASSWORD})

    def attempt(self, kind: str) -> None:
        """From the start of the quiz to its result. Raises RuntimeError where that is not a pass."""
        from courses.models import Attempt
        from tests.factories.courses import key_of

        self.visit(f"/learn/{QUIZ}/quiz/", {})
        attempt = Attempt.objects.get(enrollment=self.run, submitted_at=None)
        answers = {position: {f"q{position}-choice": choice} for position, choice in key_of(attempt).items()}
        if kind == "one_page":
            self.visit(attempt.address("all"))
            self.visit(attempt.address("all"), {name: choice for answer in answers.values() for name, choice in answer.items()})
        else:
            for position, answer in answers.items():
                self.visit(attempt.address("question", position), answer)
        self.visit(attempt.address("review"), {})
        attempt.refresh_from_db()
        if attempt.outcome != Attempt.Outcome.PASSED:
            raise RuntimeError(f"the attempt ended as {attempt.outcome!r}")


def statements(kind: str) -> dict[str, int]:
    visitor = Visitor(counts=True)
    visitor.log_in()
    log_in = visitor.statements
    visitor.attempt(kind)
    return {"log_in": log_in, "attempt": visitor.statements - log_in}


def milliseconds(kind: str) -> float:
    """Of an attempt, without the log-in: the median of a few."""
    taken = []
    for _ in range(EACH):
        visitor = Visitor()
        visitor.client.force_login(visitor.run.person)
        visitor.attempt(kind)
        taken.append(visitor.seconds * 1000)
    return statistics.median(taken)


def floor() -> float:
    """Milliseconds of a lookup with template."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1", HTTP_X_FORWARDED_PROTO="https")
    taken = []
    for number in range(1, FLOOR + 1):
        start = time.perf_counter()
        client.get(f"/bench/lookup/SYN-{number:07d}/")
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main(repetitions: int) -> dict:
    counted = {kind: statements(kind) for kind in KINDS}  # also warms up
    runs = [{"floor": floor(), **{kind: milliseconds(kind) for kind in KINDS}} for _ in range(repetitions)]
    return {"questions": QUESTIONS, "statements": counted, "ms": runs}


if __name__ == "__main__":
    import sys

    django.setup()
    print(json.dumps(main(int(sys.argv[1]))))
