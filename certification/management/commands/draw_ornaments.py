"""Draws the certificate's frame, seal and watermark from circles and waves, and writes them beside its template."""

from collections.abc import Iterator
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

FOLDER = Path(__file__).resolve().parents[3] / "templates/certification/pdf"
WIDTH, HEIGHT = 297, 210  # A4 landscape, millimeters; so are all lengths below
PINE, OCHRE, SAND, IVORY = "#1d4a44", "#b08a50", "#f4ecdd", "#fefcf7"
MARGIN, BAND_OUTSIDE, BAND_INSIDE, LINE_INSIDE = 8.5, 10, 16.4, 17.9
STRANDS = 4
CORNER = 7.4


def wave(length: float, half_waves: int, amplitude: float, shift: float) -> str:
    """A sine along the x axis, crest to trough, as a path; `shift` of a half wave beyond each end, to be hidden by the corners."""
    half = length / half_waves
    reach = half * 0.3642  # the handle that brings a Bezier curve nearest to a sine
    sign = -1 if shift >= 1 else 1
    start = -half * (shift % 1)
    path = f"M{start:.2f} {sign * amplitude:.2f}C{start + reach:.2f} {sign * amplitude:.2f}"
    for step in range(1, half_waves + (2 if shift % 1 else 1)):
        x, sign = start + step * half, -sign
        path += f"{' ' if step == 1 else 'S'}{x - reach:.2f} {sign * amplitude:.2f} {x:.2f} {sign * amplitude:.2f}"
    return path


def side(length: float, half_waves: int, transform: str) -> Iterator[str]:
    """Strands twisted into a band, along one side of the frame."""
    amplitude = (BAND_INSIDE - BAND_OUTSIDE) / 2
    yield f'<g transform="{transform}">'
    for strand in range(STRANDS):
        color = PINE if strand % 2 else OCHRE
        yield f'<path d="{wave(length, half_waves, amplitude, strand * 2 / STRANDS)}" stroke="{color}"/>'
    yield "</g>"


def rosette(x: float, y: float, *, radius: float, petals: int, distance: float) -> Iterator[str]:
    """Circles whose centers stand on a circle: the figure of an engraver's lathe."""
    for petal in range(petals):
        turn = 2 * pi * petal / petals
        yield f'<circle cx="{x + distance * cos(turn):.2f}" cy="{y + distance * sin(turn):.2f}" r="{radius:.2f}"/>'


def box(inset: float, *, fill: str = "none", stroke: str, width: float) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{WIDTH - 2 * inset:.2f}" height="{HEIGHT - 2 * inset:.2f}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'
    )


def corner(x: float, y: float) -> Iterator[str]:
    left, top = x - CORNER / 2, y - CORNER / 2
    yield f'<rect x="{left:.2f}" y="{top:.2f}" width="{CORNER}" height="{CORNER}" fill="{IVORY}" stroke="{PINE}" stroke-width="0.25"/>'
    yield f'<g stroke="{OCHRE}">'
    yield from rosette(x, y, radius=CORNER / 4.4, petals=12, distance=CORNER / 4.4)
    yield f'</g><circle cx="{x}" cy="{y}" r="0.5" fill="{PINE}" stroke="none"/>'


def divider(x: float, y: float) -> Iterator[str]:
    """A small flower between two fine lines."""
    yield f'<g stroke="{OCHRE}" stroke-width="0.2">'
    yield f'<path d="M{x - 27} {y}H{x - 4}M{x + 4} {y}H{x + 27}"/>'
    yield from rosette(x, y, radius=1.05, petals=8, distance=1.05)
    yield "</g>"


def frame() -> Iterator[str]:
    middle = (BAND_OUTSIDE + BAND_INSIDE) / 2
    across, down = WIDTH - 2 * middle, HEIGHT - 2 * middle
    yield box(MARGIN, fill=IVORY, stroke=PINE, width=0.5)
    yield f'<g stroke="{SAND}" stroke-width="0.22">'
    yield from rosette(WIDTH / 2, 101, radius=17, petals=72, distance=58)
    yield "</g>"
    yield '<g stroke-width="0.2">'
    yield from side(across, 80, f"translate({middle} {middle})")
    yield from side(across, 80, f"translate({middle} {HEIGHT - middle})")
    yield from side(down, 54, f"translate({middle} {middle}) rotate(90)")
    yield from side(down, 54, f"translate({WIDTH - middle} {middle}) rotate(90)")
    yield "</g>"
    yield from divider(WIDTH / 2, 58.4)
    yield box(LINE_INSIDE, stroke=OCHRE, width=0.3)
    yield '<g stroke-width="0.2">'
    for x in (middle, WIDTH - middle):
        for y in (middle, HEIGHT - middle):
            yield from corner(x, y)
    yield "</g>"


def seal() -> Iterator[str]:
    yield f'<g stroke="{OCHRE}" stroke-width="0.18">'
    yield from rosette(0, 0, radius=5.95, petals=36, distance=5.95)
    yield f'</g><g stroke="{PINE}" stroke-width="0.22">'
    yield from rosette(0, 0, radius=1.15, petals=36, distance=13.4)
    yield '<circle r="12.1"/><circle r="14.7"/></g>'
    yield f'<circle r="4.4" fill="{IVORY}" stroke="{PINE}" stroke-width="0.3"/>'
    yield f'<g stroke="{PINE}" stroke-width="0.2">'
    yield from rosette(0, 0, radius=1.9, petals=8, distance=1.9)
    yield "</g>"


def drawing(view: str, size: str, parts: Iterator[str]) -> str:
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{view}" fill="none">\n{body}\n</svg>\n'


def ornaments() -> dict[str, str]:
    """The text of each drawing by its file name."""
    return {
        "frame.svg": drawing(f"0 0 {WIDTH} {HEIGHT}", f'width="{WIDTH}mm" height="{HEIGHT}mm"', frame()),
        "seal.svg": drawing("-15 -15 30 30", 'width="30mm" height="30mm"', seal()),
    }


class Command(BaseCommand):
    help = "Draw the certificate's ornaments anew."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in ornaments().items():
            (FOLDER / name).write_text(text, encoding="ascii")
            self.stdout.write(f"{name} drawn")
