"""python -m tests.bench.sealed: sealing and opening a file of 25 MiB against plain AES-GCM of the same bytes, and wrapping 10,000 keys of
cases anew against doing the same in memory; CPU milliseconds, as JSON."""

import json
import os
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

EACH = 5
FILE = 25 * 1024 * 1024
KEYS = 10_000


def milliseconds(make: Callable[[], Any]) -> float:
    taken = []
    for _ in range(EACH):
        start = time.process_time()
        make()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def of_a_file() -> dict[str, float]:
    """Sealed and opened as evidence is, and by the cipher alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from complaints import crypto

    data, key, place = os.urandom(FILE), crypto.new_key(), crypto.place(uuid4(), "complaints_evidence", "original", uuid4())
    bare, nonce = AESGCM(key), os.urandom(12)
    plain, sealed = bare.encrypt(nonce, data, b""), crypto.seal(key, data, place=place)
    return {
        "seal": milliseconds(lambda: crypto.seal(key, data, place=place)),
        "seal_floor": milliseconds(lambda: bare.encrypt(nonce, data, b"")),
        "open": milliseconds(lambda: crypto.unseal(key, sealed, place=place)),
        "open_floor": milliseconds(lambda: bare.decrypt(nonce, plain, b"")),
    }


def of_keys() -> dict[str, float]:
    """All keys wrapped anew, in the database and in memory; the database's own processes are counted by the clock of the wall."""
    from django.conf import settings

    from complaints import crypto, rotation

    settings.CASE_KEYS = f"{secrets.token_hex(32)},{settings.CASE_KEYS}"
    cases, key = [uuid4() for _ in range(KEYS)], crypto.new_key()
    wrapped = [(*crypto.wrap(key, case), case) for case in cases]
    start, cpu = time.perf_counter(), time.process_time()
    done = rotation.rotate()
    took, used = time.perf_counter() - start, time.process_time() - cpu
    if done != KEYS:
        raise SystemExit(f"{done} keys were wrapped anew, and not {KEYS}")
    start = time.process_time()
    for sealed, version, case in wrapped:
        crypto.wrap(crypto.unwrap(sealed, case, version), case)
    return {"rotate": took * 1000, "rotate_cpu": used * 1000, "rotate_floor": (time.process_time() - start) * 1000}


def fill() -> None:
    """10,000 cases with a key each, once."""
    from audit import clock
    from complaints import crypto
    from complaints.facts import Level, Relation, Source, State
    from complaints.models import Case, CaseKey

    told = {"state": State.CLOSED, "source": Source.WEB, "level": Level.OPEN, "relation": Relation.PUBLIC}
    today = clock.today()
    cases = [Case(**told, received_on=today, closed_on=today, closure="dismissed") for _ in range(KEYS)]
    keys = []
    for case in Case.objects.bulk_create(cases, batch_size=1000):
        wrapped, version = crypto.wrap(crypto.new_key(), case.uid)
        keys.append(CaseKey(case=case, wrapped=wrapped, version=version))
    CaseKey.objects.bulk_create(keys, batch_size=1000)


def main(repetitions: int) -> list[dict[str, float]]:
    fill()
    of_a_file()  # warm up
    return [{**of_a_file(), **of_keys()} for _ in range(repetitions)]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]))))
