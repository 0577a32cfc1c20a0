"""The power goes while keys of cases are wrapped anew; afterwards every case opens, and the older key can go."""

import pytest

from complaints import crypto
from tests.faults.house import PATIENCE

CASES, KILLS = 5000, 3
OLD, NEW = "5" * 64, "6" * 64
REWRAPPED = f"(SELECT count(*) AS n FROM complaints_casekey WHERE version = '{crypto.version_of(NEW)}') AS rewrapped"


@pytest.mark.faults
def test_when_a_rotation_is_killed_every_case_opens_and_the_next_one_goes_on(house):
    house.env["FAULTS_CASE_KEYS"] = OLD
    house.run("manage.py", "migrate", "--run-syncdb", "-v", "0")
    house.run("-m", "tests.faults.cases", "fill", CASES)
    house.env["FAULTS_CASE_KEYS"] = f"{NEW},{OLD}"

    met = [0]
    for _ in range(KILLS):
        house.start("manage.py", "rotate_keys")
        house.kill(amid=f"{REWRAPPED} WHERE n > {met[-1]}")
        met.append(int(str(house.ask(f"SELECT n FROM {REWRAPPED}")[0][0])))
    house.run("-m", "tests.faults.cases", "read")
    assert met == sorted(set(met)), "each went on where the one before was killed"
    assert met[-1] < CASES, "every kill came too late to prove anything"
    assert [count % 500 for count in met] == [0] * (KILLS + 1), "a batch is done whole or not at all"

    assert house.start("manage.py", "rotate_keys").wait(PATIENCE) == 0
    house.env["FAULTS_CASE_KEYS"] = NEW
    house.run("-m", "tests.faults.cases", "read")
    house.run("manage.py", "check_invariants")
