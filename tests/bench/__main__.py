"""python -m tests.bench: what pages, an attempt, a certificate and sealed cases cost, as ratios to floors beside them, into var/bench.json.

BENCH_COACHES (100000) is the larger registry, BENCH_REQUESTS (600) the requests for each page and repetition. Nothing is judged here.
"""

import contextlib
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.bench import processes, table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bin"))
import services  # noqa: E402

COACHES = int(os.environ.get("BENCH_COACHES", "100000"))
FILLING = "tests.bench.filling"
SMALL = min(1_000, COACHES // 10)
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "600"))
REPETITIONS, CLIENTS, WORKERS, WARM_UP = 3, 4, 2, 40
HTTPS = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https"}  # as from the web server in front


@dataclass
class Site:
    """One database, and the server in front of it."""

    database: str
    port: int = 0


@dataclass
class Page:
    """What is asked for: addresses with a number in them are asked for numbers drawn from the whole registry."""

    name: str
    site: Site
    path: str
    coaches: int = 0
    cookie: str = ""
    runs: list[dict[str, float]] = field(default_factory=list)

    def paths(self, count: int, *, seed: int) -> list[str]:
        chance = Random(seed)
        return [self.path.format(number=f"SYN-{chance.randint(1, self.coaches):07d}") if self.coaches else self.path for _ in range(count)]


def main() -> int:
    if not Path("/proc/self/stat").exists():
        print("CPU time is read from Linux's /proc, which is not here. Nothing was measured.")
        return 0
    load_before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="attest-bench-") as name, running(Path(name)) as (small, large, roots):
        told = ask("tests.bench.fill", small)
        say(f"Filling {SMALL:,} coaches")
        manage("synthesize", "--coaches", str(SMALL), site=small, DJANGO_SETTINGS_MODULE=FILLING)
        copy_database(small)
        say(f"Filling {COACHES:,} coaches")
        manage("synthesize", "--coaches", str(COACHES), site=large, DJANGO_SETTINGS_MODULE=FILLING)
        for site in (small, large):
            query(site, "VACUUM ANALYZE")
        with servers(Path(name), [small, large]) as started:
            pages = pages_of(small, large, told)
            measure(pages, [*roots, *started])
            say("Attempts")
            attempt = ask("tests.bench.attempt", small, str(small.port), str(REPETITIONS), *map(str, [*roots, *started]))
        say("Certificates")
        certificate = ask("tests.bench.paper", small, str(REPETITIONS))
        say("Sealed cases")
        sealed = ask("tests.bench.sealed", small, str(REPETITIONS))
    found = {
        "coaches": [SMALL, COACHES],
        "conditions": conditions(load_before),
        "pages": {page.name: page.runs for page in pages},
        "attempt": attempt,
        "certificate": certificate,
        "sealed": sealed,
    }
    found["ratios"] = table.ratios(found)
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=1))
    print("\n".join(["", *table.lines(found), "", f"{found['conditions']}", f"Written to {target.relative_to(ROOT)}"]))
    return 0


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[Site, Site, list[int]]]:
    """PostgreSQL of this run alone with a migrated database; answers both sites and the process to watch."""
    folder.chmod(0o711)
    watched: list[subprocess.Popen[bytes]] = []
    try:
        url = services.start_postgresql(folder, watched)
        os.environ |= environment(folder)
        small, large = Site(f"{url}_small"), Site(f"{url}_large")
        query(Site(url), "CREATE DATABASE postgres_small")
        say("Migrating")
        manage("migrate", "-v0", site=small)
        manage("createcachetable", site=small)
        manage("collectstatic", "--noinput", "-v0", site=small)
        yield small, large, [process.pid for process in watched]
    finally:
        end(watched)


@contextlib.contextmanager
def servers(folder: Path, sites: list[Site]) -> Iterator[list[int]]:
    """gunicorn in front of each database; answers the processes to watch."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for site in sites:
            site.port = services.free_port()
            log = f"gunicorn-{site.port}.log"
            command = ["env", f"DATABASE_URL={site.database}", sys.executable, "-m", "gunicorn", "--chdir", str(ROOT)]
            command += ["--workers", str(WORKERS), "--bind", f"127.0.0.1:{site.port}", "--log-level", "warning", "config.wsgi:application"]
            started.append(services.leashed(command, "TERM", folder, log))
            services.wait_for(site.port, started[-1], folder / log, b"")
        yield [process.pid for process in started]
    finally:
        end(started)


def end(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        process.wait()


def environment(folder: Path) -> dict[str, str]:
    return {
        "BENCH_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "LEDGER_KEY": secrets.token_hex(32),
        "FIELD_KEYS": secrets.token_hex(32),
        "LIMITER_KEY": secrets.token_hex(32),
        "CASE_KEYS": secrets.token_hex(32),
        "RECEIPT_PEPPER": secrets.token_hex(32),
        "TRUSTED_PROXIES": "1",
        "LEDGER_ANCHORS": "/nowhere/anchors",
        "SITE_URL": "https://registry.example.org",
        "ASSOCIATION_NAME": "Association of Examples",
        "ALLOWED_HOSTS": "127.0.0.1",
        "BROKER_URL": "memory://",
        "EMAIL_URL": "dummymail://",
    }


def pages_of(small: Site, large: Site, told: dict) -> list[Page]:
    """In the order they are asked for within a repetition."""
    sizes = [(small, SMALL), (large, COACHES)]
    return [
        Page("empty view", small, "/bench/empty/"),
        *(Page(f"lookup, {coaches:,}", site, "/bench/lookup/{number}/", coaches) for site, coaches in sizes),
        *(Page(f"registry page, {coaches:,}", site, "/registry/{number}/", coaches) for site, coaches in sizes),
        *(Page(f"registry JSON, {coaches:,}", site, "/api/v1/registry/{number}", coaches) for site, coaches in sizes),
        *(Page(f"lesson page, {lessons} lessons", small, path, cookie=told["cookie"]) for lessons, path in told["lessons"].items()),
    ]


def measure(pages: list[Page], roots: list[int]) -> None:
    """Every page once, then every page again: what slows the machine for a while slows all of them."""
    for page in pages:
        load(page, page.paths(WARM_UP, seed=0))
    for repetition in range(1, REPETITIONS + 1):
        say(f"Pages, {repetition} of {REPETITIONS}")
        for page in pages:
            before = processes.cpu_seconds(roots)
            run = load(page, page.paths(REQUESTS, seed=repetition))
            page.runs.append({"cpu_us": (processes.cpu_seconds(roots) - before) / REQUESTS * 1e6, **run})


def load(page: Page, paths: list[str]) -> dict[str, float]:
    headers = HTTPS | ({"Cookie": page.cookie} if page.cookie else {})
    asked = json.dumps({"port": page.site.port, "paths": paths, "headers": headers, "clients": CLIENTS})
    return json.loads(python("-m", "tests.bench.load", text=asked))


def ask(module: str, site: Site, *arguments: str) -> dict:
    return json.loads(python("-m", module, *arguments, DATABASE_URL=site.database).splitlines()[-1])


def manage(*command: str, site: Site, **settings: str) -> None:
    python("manage.py", *command, DATABASE_URL=site.database, **settings)


def python(*command: str, text: str = "", **settings: str) -> str:
    """Run a Python of ours and return what it printed. Raises CalledProcessError, after its own words."""
    told = {**os.environ, **settings}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=told, input=text, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def copy_database(source: Site) -> None:
    """Nobody is connected to the source: every command before this one has ended."""
    query(Site(source.database.removesuffix("_small")), "CREATE DATABASE postgres_large TEMPLATE postgres_small")


def query(site: Site, statement: str) -> None:
    import psycopg

    with psycopg.connect(site.database.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(statement)


def conditions(load_before: tuple[float, float, float]) -> dict[str, object]:
    return {
        "processors": os.cpu_count(),
        "load_average_before_and_after": [round(load_before[0], 1), round(os.getloadavg()[0], 1)],
        "python": platform.python_version(),
        "workers": WORKERS,
        "clients": CLIENTS,
        "requests": REQUESTS,
        "repetitions": REPETITIONS,
    }


def say(words: str) -> None:
    print(f"{words} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
