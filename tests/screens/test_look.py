"""What holds for the look without opening a browser: contrast, direction, weight, and a list of screens that can be read."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

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
    assert {screen.who.removesuffix(" an hour ago") for screen in screens} <= people | {"", "admin", "newcomer"}
    assert all(screen.url.startswith("/") for screen in screens)
    assert {verb for screen in screens for step in screen.steps for verb in step} <= {"fill", "check", "answer", "click"}
