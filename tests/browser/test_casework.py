"""Somebody of intake decides a complaint by keyboard, and axe finds nothing on the way."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from audit import clock
from complaints.facts import CaseRole
from tests.complaints import office
from tests.complaints.way import LONG, WHY, Way

pytestmark = pytest.mark.browser

MOST = 12


class Hands:
    """A keyboard that counts what is done with it: a link followed, a choice made, a text written, a button pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.found = page, 0, []

    def press(self, selector: str, key: str = "Enter") -> None:
        self.page.locator(selector).first.focus()
        self.actions += 1
        if key != "Enter":
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def write(self, selector: str, words: str) -> None:
        self.page.locator(selector).focus()
        self.page.keyboard.type(words)
        self.actions += 1

    def look(self) -> None:
        self.found += [one["id"] for one in Axe().run(self.page).response["violations"]]


def test_intake_takes_attests_and_dismisses_in_at_most_twelve_actions_by_keyboard(page, come_as):
    way = Way(klass="D", start=clock.today() - timedelta(days=2))
    officer = office.appointed(CaseRole.INTAKE)
    come_as(officer, factor=True)
    page.goto("/casework/")
    hands = Hands(page)
    hands.look()

    hands.press(f"main a[href$='/{way.case.number}/']")
    expect(page.get_by_role("heading", name="What you can do now")).to_be_visible()
    hands.look()
    hands.press("main a[href$='/steps/take/']")
    expect(page.get_by_role("heading", name="Take this complaint")).to_be_visible()
    hands.look()
    hands.press("main input[name=no_conflict][value=yes]", "Space")
    hands.write("#id_reason_text", WHY)
    hands.press("main button[value=look]")
    expect(page.get_by_role("heading", name="Not done yet: take this complaint")).to_be_visible()
    hands.press("main button[value=take]")
    expect(page.get_by_text(LONG)).to_be_visible()
    hands.look()
    hands.press("main a[href$='/steps/dismiss/']")
    hands.press("main input[value=other_body]", "Space")
    hands.write("#id_reason_text", WHY * 3)
    hands.press("main button[value=look]")
    expect(page.get_by_role("heading", name="We cannot take the complaint on")).to_be_visible()
    hands.look()
    hands.press("main button[value=take]")
    expect(page.get_by_role("status")).to_contain_text("Done")

    assert way.fresh().closure == "dismissed"
    assert hands.actions <= MOST
    assert hands.found == []
