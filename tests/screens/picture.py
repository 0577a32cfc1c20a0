"""python -m tests.screens.picture: the README's picture, four coaches and the four standings the public may read."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.screens import camera, site

TARGET = Path(__file__).parents[2] / "docs" / "images" / "registry.png"
NUMBERS = ["DEMO-0001", "DEMO-0004", "DEMO-0006", "DEMO-0007"]
WIDTH, HEIGHT, GAP = 636, 500, 8
HEAD = 116  # of the page, the same for all: left out
COLORS = 128


def draw(browser: Browser, base: str) -> Image.Image:
    picture = Image.new("RGB", (2 * WIDTH + GAP, 2 * HEIGHT + GAP), "#dfd4c1")
    for place, number in enumerate(NUMBERS):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEAD + HEIGHT}, color_scheme="light")
        page.goto(f"{base}/registry/{number}/")
        page.evaluate("document.fonts.ready")
        part = Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": HEAD, "width": WIDTH, "height": HEIGHT})))
        picture.paste(part, ((place % 2) * (WIDTH + GAP), (place // 2) * (HEIGHT + GAP)))
        page.close()
    return picture.quantize(COLORS, dither=Image.Dither.NONE)


def main() -> None:
    with site.running() as base, sync_playwright() as playwright:
        picture = draw(camera.chromium(playwright), base)
    TARGET.parent.mkdir(exist_ok=True)
    picture.save(TARGET, optimize=True)
    print(f"{TARGET}: {TARGET.stat().st_size // 1000} kB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        site.choose_database(folder)
        import django

        django.setup()
        main()
