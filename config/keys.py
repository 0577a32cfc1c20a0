"""The embedded default's keys: made once under var/keys with mode 600, so that a first start asks for nothing."""

import os
import secrets
from pathlib import Path


def embedded_key(folder: Path, name: str) -> str:
    """The key called `name` in `folder`, 64 hexadecimal digits; made on first use, readable by the owner alone."""
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip() or _wait_for(path)
    with os.fdopen(handle, "w") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _wait_for(path: Path) -> str:
    """Another process created the file a moment ago and is about to write it."""
    for _ in range(10_000):
        if key := path.read_text().strip():
            return key
    raise RuntimeError(f"{path} is empty; remove it and start again")
