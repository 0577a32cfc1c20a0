"""Reads which characters the certificate's fonts can set and writes them down for accounts/printable.py."""

import hashlib
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from fontTools.ttLib import TTFont

from accounts.printable import COVERAGE

FONTS = Path(__file__).resolve().parents[2] / "fonts"
SUMS = FONTS / "SHA256SUMS"


def coverage() -> str:
    """The text of the generated file: the digest of the fonts it was read from, then ranges of code points."""
    points: set[int] = set()
    for path in [*FONTS.glob("core/*.ttf"), *FONTS.glob("cjk/*.ttf")]:
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    digest = hashlib.sha256(SUMS.read_bytes()).hexdigest()
    ranges = textwrap.fill(" ".join(spans(points)), width=120)
    return f"# Written by manage.py write_coverage from fonts/SHA256SUMS {digest}\n{ranges}\n"


def spans(points: Iterable[int]) -> Iterator[str]:
    """Neighbors drawn together: 41 42 43 50 become "41-43" and "50", in hexadecimal digits."""
    first = last = None
    for point in sorted(points):
        if last is not None and point == last + 1:
            last = point
            continue
        if first is not None:
            yield span(first, last)
        first = last = point
    if first is not None:
        yield span(first, last)


def span(first: int, last: int | None) -> str:
    return f"{first:X}" if first == last else f"{first:X}-{last:X}"


class Command(BaseCommand):
    help = "Write accounts/printable.txt anew, after a font was changed. The fonts' digests stand in certification/fonts/SHA256SUMS."

    def handle(self, *args: Any, **options: Any) -> None:
        COVERAGE.write_text(coverage(), encoding="ascii")
        self.stdout.write(f"{COVERAGE.name} written")
