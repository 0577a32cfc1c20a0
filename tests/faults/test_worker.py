"""A worker is killed again and again, without a word; no effect is lost, and none happens twice."""

import random
import time

import pytest

from accounts import mail
from outbox import tasks
from tests.faults.house import wait_until

MESSAGES = 200
KILLS = 6
AT_WORK = "outbox_outboxmessage WHERE done_at IS NULL AND claimed_until IS NOT NULL"
ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
WORKER = ["-m", "celery", "-A", "config", "worker", "-P", "threads", "-c", "4", *ALONE, "-l", "ERROR"]


@pytest.mark.faults
def test_a_worker_that_is_killed_again_and_again_loses_no_effect_and_repeats_none(house):
    moments = random.Random(20261123)
    beat = ["-B", "-s", house.folder / "beat"]
    house.run("manage.py", "migrate", "--run-syncdb", "-v", "0")
    house.run("-m", "tests.faults.put", MESSAGES)

    for _ in range(KILLS):
        before = house.done()
        house.start(*WORKER, *beat)
        wait_until(lambda before=before: house.done() > before)
        time.sleep(moments.uniform(0, 0.8))
        house.kill(amid=AT_WORK)
    left = MESSAGES - house.done()
    house.start(*WORKER, *beat)
    house.wait_until_done(MESSAGES)
    house.kill()

    keys = [f"effect:{number}" for number in range(MESSAGES)]
    assert left > 0, "every kill came too late to prove anything"
    assert house.ask("SELECT max(tries) FROM outbox_outboxmessage")[0][0] > 1, "no kill met a worker at work"
    assert house.count("outbox_outboxmessage WHERE gave_up_at IS NOT NULL OR claimed_until IS NOT NULL") == 0
    assert sorted(key for (key,) in house.ask("SELECT key FROM effects_row")) == sorted(keys[0::2])
    assert set(house.letters()) == {mail.message_id(key) for key in keys[1::2]}
    assert len(house.letters()) - MESSAGES // 2 <= KILLS * 4, "more repeats than workers that were killed between letter and note"


@pytest.mark.faults
def test_an_effect_that_hangs_costs_the_worker_its_life_and_nobody_else_an_effect(house):
    house.env["FAULTS_HANGS"] = "5"
    house.run("manage.py", "migrate", "--run-syncdb", "-v", "0")
    house.run("-m", "tests.faults.put", 4, "faults.hang")
    house.run("-m", "tests.faults.put", 40)

    ended = []
    while house.done() < 40:
        worker = house.start(*WORKER, "-B", "-s", house.folder / "beat")
        wait_until(lambda worker=worker: worker.poll() is not None or house.done() == 40)
        ended.append(worker.poll())
    house.kill()

    assert ended[0] == tasks.EX_TEMPFAIL, "four hanging handlers hold all four threads, until the worker ends"
    assert house.count("effects_row") == 20
    assert len(set(house.letters())) == 20
    assert house.count("outbox_outboxmessage WHERE kind = 'faults.hang' AND done_at IS NULL AND tries > 0") == 4
