"""Chromium, one screen at a time: the picture, and what is wrong with it."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Browser, Error, Page, Playwright

from bin import environment
from tests.screens import site

WIDTHS = (1280, 320)
SCHEMES = ("light", "dark")
AXE = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}


@dataclass
class Screen:
    """One line of screens.yaml. `shows` is the name of the address in the picture, where steps lead elsewhere than to `url`.

    `wagtails` are rules of axe that Wagtail's own markup breaks there; ours breaks none.
    """

    name: str
    url: str
    who: str = ""
    status: int = 200
    rtl: bool = False
    tampered: bool = False
    shows: str = ""
    moved: int = 0
    wagtails: list[str] = field(default_factory=list)
    steps: list[dict] = field(default_factory=list)


@dataclass
class Shot:
    screen: Screen
    width: int
    scheme: str
    rtl: bool
    path: Path
    findings: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.screen.name} {self.width} {self.scheme}{' rtl' if self.rtl else ''}"


def chromium(playwright: Playwright) -> Browser:
    """CHROMIUM from the environment, the system's, or Playwright's own."""
    path = environment.browser()
    args = ["--disable-background-networking", "--font-render-hinting=none"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path, args=args)


def shots(screen: Screen, folder: Path) -> Iterator[Shot]:
    """The pictures a screen wants."""
    for rtl in (False, True) if screen.rtl else (False,):
        for width in WIDTHS:
            for scheme in SCHEMES if not rtl else ("light",):
                name = f"{screen.name}-{width}-{scheme}{'-rtl' if rtl else ''}.png"
                yield Shot(screen, width, scheme, rtl, folder / name)


def photograph(browser: Browser, base: str, shot: Shot, cookie: str | None) -> None:
    """Take the picture and note the findings in the shot."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, color_scheme=shot.scheme, timezone_id="America/New_York", reduced_motion="reduce"
    )
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: _note_console(shot, message.text) if message.type == "error" else None)
    page.on("request", lambda request: _note_stranger(shot, base, request.url))
    try:
        with site.moved(shot.screen.moved), site.tampered() if shot.screen.tampered else nullcontext():
            _open(page, base, shot)
        shot.findings += [*_overflow(page), *_axe(page, but=shot.screen.wagtails)]
    except Error as error:
        shot.findings.append(str(error).splitlines()[0])
    page.screenshot(path=shot.path, full_page=True)
    context.close()


def _open(page: Page, base: str, shot: Shot) -> None:
    answers = [page.goto(base + site.address(shot.screen.url))]
    for step in shot.screen.steps:
        for verb, what in step.items():
            _do(page, base, verb, what)
            page.wait_for_load_state()
    if answers[0].status != shot.screen.status:
        shot.findings.append(f"answered {answers[0].status}, not {shot.screen.status}")
    shown = resolve(urlsplit(page.url).path).view_name
    if shot.screen.shows and shown != shot.screen.shows:
        shot.findings.append(f"shows {shown}, not {shot.screen.shows}")
    if shot.rtl:
        page.evaluate("document.documentElement.dir = 'rtl'")
    page.evaluate("document.fonts.ready")


def _do(page: Page, base: str, verb: str, what: str | dict) -> None:
    if verb == "open":
        page.goto(base + site.address(what))
    elif verb == "wait":
        page.frame_locator("iframe >> nth=0").locator(what).first.wait_for()
    elif verb == "fill":
        for selector, text in what.items():
            page.fill(selector, _last_group(page) if text == "{last group}" else site.address(text))
    elif verb == "upload":
        for selector, text in what.items():
            page.set_input_files(selector, {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()})
    elif verb == "check":
        page.locator(what).first.check()
    elif verb == "answer":
        _answer(page, what)
    elif verb == "pause":
        page.wait_for_timeout(float(what) * 1000)
    elif verb == "click":
        page.locator(what).first.click()
    else:
        raise ValueError(f"screens.yaml: {verb} is no step")


def _last_group(page: Page) -> str:
    """Of the code that the page shows, what is to be typed again."""
    return page.locator("[data-code] span").last.inner_text()


def _answer(page: Page, form: str) -> None:
    """Give some answer to the question of the form, whichever kind was drawn."""
    places = page.locator(f"{form} select")
    for number in range(places.count()):
        places.nth(number).select_option(index=number + 1)
    if not places.count():
        page.locator(f"{form} input:not([type=hidden])").first.check()


def _overflow(page: Page) -> list[str]:
    wide = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= width) return null;
          const out = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1).pop();
          return out ? out.outerHTML.slice(0, 120) : 'the page';
        }"""
    )
    return [f"wider than the window: {wide}"] if wide else []


def _axe(page: Page, *, but: list[str]) -> list[str]:
    violations = [found for found in Axe().run(page, options=AXE).response["violations"] if found["id"] not in but]
    return [f"axe {found['id']}: {found['help']}: {found['nodes'][0]['html'][:160]}" for found in violations]


def _note_console(shot: Shot, text: str) -> None:
    if "Failed to load resource" not in text or shot.screen.status == 200:
        shot.findings.append(f"console: {text[:200]}")


def _note_stranger(shot: Shot, base: str, url: str) -> None:
    if urlsplit(url).scheme in {"http", "https"} and not url.startswith(base):
        shot.findings.append(f"asked elsewhere: {url[:120]}")
