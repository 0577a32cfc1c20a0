"""A worker is killed again and again, without a word; no effect is lost, and none happens twice."""

import random
import time

import pytest

from accounts import mail
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
