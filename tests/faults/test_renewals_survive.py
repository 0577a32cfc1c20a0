"""The power goes again and again while coaches renew; afterwards each has one new term, one document and one letter."""

import hashlib
import random
import time

import pytest

from accounts import mail
from tests.faults.house import PATIENCE, free_port, wait_until

COACHES = 200
KILLS = 6
A_ROUND = 25  # renewals before the power goes
AT_ONCE = 2  # effects that the supervisor's worker carries out side by side
NEW_TERMS = "certification_term WHERE granted = 'renewed' AND voided_at IS NULL"


def switch_on(house):
    """Site, worker, scheduler and supervisor, and somebody who renews: the process that does."""
    port = free_port()
    house.start("-m", "tests.faults.up", "--port", port)
    return house.start("-m", "tests.faults.renew", port)


def killed_while_renewing(house, moment: float) -> int:
    """Run until some more have renewed, and a moment longer; answers the number of new terms when everything was killed."""
    before = house.count(NEW_TERMS)
    switch_on(house)
    wait_until(lambda: house.count(NEW_TERMS) >= min(before + A_ROUND, COACHES))
    time.sleep(moment)
    house.kill()
    return house.count(NEW_TERMS)


def killed_while_delivering(house, moment: float) -> None:
    """Run until some effect is done, a moment longer, and then until a worker has a document in its hands."""
    before, held = house.done(), in_hands(house)
    switch_on(house)
    wait_until(lambda: house.done() > before)
    time.sleep(moment)
    wait_until(lambda: not in_hands(house) <= held or house.done() >= 2 * COACHES)
    house.kill()


def in_hands(house) -> set[tuple[object, ...]]:
    """The documents that were claimed and are not made, each with the number of its try; they take a worker longest."""
    making = "kind = 'certification.deliver_certificate' AND done_at IS NULL AND claimed_until IS NOT NULL"
    return set(house.ask(f"SELECT id, tries FROM outbox_outboxmessage WHERE {making}"))


@pytest.mark.faults
def test_when_everything_is_killed_during_renewals_each_coach_ends_with_one_term_one_document_and_one_letter(house):
    moments = random.Random(20261123)
    house.run("manage.py", "migrate", "--run-syncdb", "-v", "0")
    house.run("-m", "tests.faults.seed", COACHES)

    met = []
    for _ in range(KILLS // 2):
        met.append(killed_while_renewing(house, moments.uniform(0, 1.5)))
        killed_while_delivering(house, moments.uniform(0, 1.5))
    left = 2 * COACHES - house.done()
    renewing = switch_on(house)
    assert renewing.wait(2 * PATIENCE) == 0
    house.wait_until_done(2 * COACHES)
    wait_until(lambda: house.count("audit_unsealed") == 0)
    house.kill()

    assert 0 < met[0] < COACHES, "no kill met anybody who renewed"
    assert left > 0, "every kill came too late to prove anything"
    assert house.ask("SELECT max(tries) FROM outbox_outboxmessage")[0][0] > 1, "no kill met a worker at work"
    terms = dict(house.ask(f"SELECT id, certificate_id FROM {NEW_TERMS}"))
    assert len(terms) == len(set(terms.values())) == COACHES
    _each_term_has_one_document(house, terms)
    _each_term_has_one_letter(house, terms)
    house.run("manage.py", "check_invariants")
    house.run("manage.py", "verify_ledger")


def _each_term_has_one_document(house, terms) -> None:
    rows = house.ask("SELECT term_id, file, sha256 FROM certification_certificatedocument")
    folder = house.folder / "documents"
    files = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.*")}

    assert sorted(term for term, _, _ in rows) == sorted(terms)
    assert {file: digest for _, file, digest in rows} == files


def _each_term_has_one_letter(house, terms) -> None:
    letters = house.letters()

    assert set(letters) == {mail.message_id(f"term:{term}:mail") for term in terms}
    assert len(letters) - COACHES <= KILLS * AT_ONCE, "more repeats than letters that were on their way when the power went"
