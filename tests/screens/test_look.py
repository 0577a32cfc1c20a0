"""What holds for the look without opening a browser: contrast, direction, weight, and a list of screens that can be read."""

import re
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from django.conf import settings
from django.urls import resolve

from tests.architecture import matrix
from tests.screens.camera import Screen

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
LIGHT = TOKENS.split("@media")[0]
DARK = TOKENS.split("@media")[1]

TEXT = [(ink, ground) for ink in ("ink", "ink-soft", "pine", "pine-deep", "clay") for ground in ("paper", "surface", "sunken")]
TEXT += [("on-pine", "pine"), ("on-pine", "pine-deep"), ("ink", "pine-wash"), ("ink", "clay-wash"), ("pine", "pine-wash")]
TEXT += [("on-grave", "grave"), ("on-grave", "grave-deep"), ("grave-deep", "grave-wash"), ("grave", "paper"), ("grave", "surface")]
TEXT += [(standing, f"{standing}-wash") for standing in ("active", "lapsed", "suspended", "revoked")]
CONTROLS = [(edge, ground) for edge in ("control", "focus", "clay") for ground in ("paper", "surface", "sunken")]


def colors(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", text))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(theme, ink, ground):
    assert contrast(colors(theme)[ink], colors(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_controls_stand_out_from_their_ground(theme, edge, ground):
    assert contrast(colors(theme)[edge], colors(theme)[ground]) >= 3


@pytest.mark.parametrize("sheet", sorted(CSS.rglob("*.css")), ids=lambda path: path.name)
def test_a_stylesheet_knows_neither_left_nor_right(sheet):
    """Pages run right to left, too: inline-start and inline-end."""
    found = re.findall(r"^\s*((?:margin|padding|border|inset)?-?(?:left|right)(?:-[a-z]+)?)\s*:", sheet.read_text(), re.MULTILINE)

    assert found == []


@pytest.mark.parametrize("sheet", sorted(CSS.rglob("*.css")), ids=lambda path: path.name)
def test_a_stylesheet_fetches_nothing_from_elsewhere_and_is_linked(sheet):
    text = sheet.read_text()
    linked = (Path(settings.BASE_DIR) / "templates/components/stylesheets.html").read_text()

    assert "//" not in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    assert "@import" not in text
    assert f"css/{sheet.relative_to(CSS)}" in linked


def test_the_stylesheets_stay_light():
    assert sum(path.stat().st_size for path in CSS.rglob("*.css")) < 60_000


def test_every_screen_on_the_list_can_be_read_and_has_a_name_of_its_own():
    lines = yaml.safe_load((Path(__file__).parent / "screens.yaml").read_text())["screens"]
    people = {person["id"] for person in yaml.safe_load((Path(settings.BASE_DIR) / "demo/people.yaml").read_text())["people"]}
    screens = [Screen(**line) for line in lines]

    assert len({screen.name for screen in screens}) == len(screens)
    assert {screen.who.removesuffix(" an hour ago") for screen in screens} <= people | {"", "admin", "newcomer", "renewer", "leaving"}
    assert all(screen.url.startswith(("/", "{link ")) for screen in screens)
    verbs = {"fill", "upload", "check", "answer", "click", "open", "wait", "pause"}
    assert {verb for screen in screens for step in screen.steps for verb in step} <= verbs


# Every address

HERE = Path(__file__).parent
MADE_OF_OURS = {f"wagtailsnippets_courses_question:{name}" for name in ("list", "edit", "preview_on_edit")}  # Wagtail's views, our words


def addresses_of_ours() -> set[str]:
    """The names of all addresses whose view is ours; an unnamed one by its pattern."""
    apps = {path.parent.name for path in Path(settings.BASE_DIR).glob("*/__init__.py")}
    return {address.name for address in matrix.addresses() if address.module.partition(".")[0] in apps} | MADE_OF_OURS


def pictured() -> set[str]:
    """What the pictures show: where steps lead on, the address that the screen says it shows."""
    names = set()
    for line in yaml.safe_load((HERE / "screens.yaml").read_text())["screens"]:
        screen = Screen(**line)
        if screen.shows:
            names.add(screen.shows)
        elif not any({"click", "open"} & set(step) for step in screen.steps) and screen.status < 400:
            url = re.sub(r"{[^}]*}", "1", re.sub(r"{uid [^}]*}", str(UUID(int=1)), screen.url))
            names.add(resolve(url.partition("?")[0]).view_name)
    return names


def excused() -> list[list[str]]:
    """Name and reason of each line."""
    lines = (HERE / "excused.txt").read_text().splitlines()
    return [line.split(maxsplit=1) for line in lines if not line.startswith("#")]


def test_every_address_of_ours_is_pictured_or_excused_with_a_reason():
    missing = addresses_of_ours() - pictured() - {name for name, *_ in excused()}

    assert not missing, "add a screen to screens.yaml (with shows, where steps lead there), or a line to excused.txt"


def test_an_excuse_has_a_reason_and_is_needed():
    lines = excused()

    assert lines == sorted(lines)
    assert all(len(line) == 2 for line in lines)
    assert {name for name, _ in lines} <= addresses_of_ours() - pictured()
