"""CPU time of what runs below a process, from Linux's /proc: web workers and database processes, with the children they waited for."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: list[int]) -> float:
    """Seconds of CPU, user and system, of everything below `roots`; the roots, which only keep watch, do not count."""
    parents, ticks = _table()
    return sum(ticks[pid] for pid in ticks if pid not in roots and _is_below(pid, roots, parents)) / TICKS


def _table() -> tuple[dict[int, int], dict[int, int]]:
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()  # a name may hold blanks and brackets
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return parents, ticks


def _is_below(pid: int, roots: list[int], parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid in roots:
            return True
    return False
