"""The embedded default's keys."""

import stat
from concurrent.futures import ThreadPoolExecutor

from config.keys import embedded_key


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    key = embedded_key(tmp_path / "keys", "secret_key")

    assert len(bytes.fromhex(key)) == 32
    assert embedded_key(tmp_path / "keys", "secret_key") == key
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "secret_key").stat().st_mode) == 0o600


def test_of_many_that_start_at_once_all_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: embedded_key(tmp_path / "keys", "ledger_key"), range(40)))

    assert len(keys) == 1


def test_a_key_that_was_cut_off_by_a_kill_is_made_again(tmp_path):
    (tmp_path / "ledger_key").touch()
    (tmp_path / "ledger_key.new").write_text("half")

    assert len(bytes.fromhex(embedded_key(tmp_path, "ledger_key"))) == 32
