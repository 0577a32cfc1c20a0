"""The contact sheet: every picture of every screen, with what was found, as a page and as pictures."""

from html import escape
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw

from tests.screens.camera import Shot

ROWS = 6
HEIGHT = 620
MARGIN = 24
SCALE = 0.4


def write(shots: list[Shot], folder: Path) -> None:
    (folder / "index.html").write_text(_page(shots))
    rows = [list(group) for _, group in groupby(shots, key=lambda shot: shot.screen.name)]
    for number in range(0, len(rows), ROWS):
        _picture(rows[number : number + ROWS]).save(folder / f"sheet-{number // ROWS + 1}.png")


def _page(shots: list[Shot]) -> str:
    parts = []
    for name, group in groupby(shots, key=lambda shot: shot.screen.name):
        figures = "".join(
            f'<figure><a href="{shot.path.name}"><img src="{shot.path.name}" alt="{escape(shot.title)}" loading="lazy"></a>'
            f"<figcaption>{escape(shot.title)}{''.join(f'<p>{escape(text)}</p>' for text in shot.findings)}</figcaption></figure>"
            for shot in group
        )
        parts.append(f"<section><h2>{escape(name)}</h2><div>{figures}</div></section>")
    style = (
        "body{font:15px/1.5 system-ui;margin:2rem;background:#ddd}div{display:flex;gap:1rem;align-items:start;flex-wrap:wrap}"
        "figure{margin:0}img{height:26rem;max-width:32rem;object-fit:cover;object-position:top;box-shadow:0 1px 6px #0006}"
        "p{color:#a00;max-width:28rem}"
    )
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Screens</title><style>{style}</style>"
    return f"{head}<h1>{len(parts)} screens, {len(shots)} pictures</h1>{''.join(parts)}</html>"


def _picture(rows: list[list[Shot]]) -> Image.Image:
    strips = [_strip(row) for row in rows]
    sheet = Image.new("RGB", (max(strip.width for strip in strips), sum(strip.height for strip in strips)), "#bbb")
    top = 0
    for strip in strips:
        sheet.paste(strip, (0, top))
        top += strip.height
    return sheet


def _strip(row: list[Shot]) -> Image.Image:
    small = [_small(shot.path) for shot in row]
    strip = Image.new("RGB", (sum(image.width + MARGIN for image in small) + MARGIN, HEIGHT + 2 * MARGIN), "#bbb")
    left = MARGIN
    for shot, image in zip(row, small, strict=True):
        strip.paste(image, (left, 2 * MARGIN - 6))
        ImageDraw.Draw(strip).text((left, 10), shot.title + (f"  [{len(shot.findings)} found]" if shot.findings else ""), fill="#000")
        left += image.width + MARGIN
    return strip


def _small(path: Path) -> Image.Image:
    with Image.open(path) as image:
        scale = SCALE if image.width > 600 else SCALE * 1.6
        small = image.convert("RGB").resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.LANCZOS)
    return small.crop((0, 0, small.width, min(small.height, HEIGHT)))
