"""The embedded default's keys: made once under var/keys with mode 600, so that a first start asks for nothing."""

import fcntl
import os
import secrets
from pathlib import Path


def embedded_key(folder: Path, name: str) -> str:
    """The key called `name` in `folder`, 64 hexadecimal digits; made on first use, readable by the owner alone.

    Several processes may start at once, and any may be killed: one makes the key, and it is there whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _read(folder / name) or _make(folder / name)
    finally:
        os.close(lock)


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _make(path: Path) -> str:
    key, new = secrets.token_hex(32), path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    new.replace(path)
    return key
