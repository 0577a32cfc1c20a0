"""Somebody complains, comes back and leaves: by keyboard, with and without scripts, and axe finds nothing on the way."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from complaints import intake
from complaints.models import Case, Evidence
from tests.complaints.telling import CANARIES
from tests.factories import cms as texts
from tests.factories.certification import CertificateFactory

pytestmark = pytest.mark.browser

ELSEWHERE = "https://www.wikipedia.org/"


def press(page: Page, selector: str, key: str) -> None:
    """With the keyboard alone: the control gets the focus, and a key does it."""
    page.locator(selector).first.focus()
    page.keyboard.press(key)


def type_in(page: Page, selector: str, text: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.type(text)


def go_on(page: Page) -> None:
    with page.expect_navigation():
        press(page, "main button[value=next]", "Enter")


def looked_at(page: Page) -> list[str]:
    """What axe finds; it needs scripts."""
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_stranger_complains_comes_back_and_leaves_by_keyboard(browser, live_site, scripts):
    texts.texts()
    CertificateFactory(holder__full_name="Solvei Brandquist", number="TRC-0008")
    context = browser.new_context(base_url=live_site, java_script_enabled=scripts)
    context.set_default_timeout(15_000)
    page = context.new_page()
    found: list[str] = []

    def look() -> None:
        found.extend(looked_at(page) if scripts else [])

    page.goto("/complaints/")
    look()
    press(page, "main .hero a.button", "Enter")
    page.wait_for_url("**/complaints/new/")
    look()
    press(page, "main input[value=no]", "Space")
    go_on(page)
    type_in(page, "#id_coach", "brandquist")
    with page.expect_navigation():
        press(page, "main button[value=look]", "Enter")
    expect(page.get_by_label("Solvei Brandquist, certificate TRC-0008")).to_be_visible()
    press(page, "main input[value='TRC-0008']", "Space")
    look()
    go_on(page)
    press(page, "main input[value=told-others]", "Space")
    look()
    go_on(page)
    look()
    go_on(page)
    type_in(page, "#id_narrative", CANARIES["narrative"])
    look()
    with page.expect_navigation():
        press(page, "main button[value=back]", "Enter")
    go_on(page)
    expect(page.locator("#id_narrative")).to_have_value(CANARIES["narrative"])
    go_on(page)
    press(page, "main input[value=former-client]", "Space")
    press(page, "main input[name=minor][value=no]", "Space")
    look()
    go_on(page)
    press(page, "main input[value=anonymous]", "Space")
    press(page, "main input[name=wants_updates][value=yes]", "Space")
    look()
    go_on(page)
    expect(page.locator("main")).to_contain_text("Solvei Brandquist")
    look()
    press(page, "#id_truth", "Space")
    page.wait_for_timeout(3_000)
    go_on(page)

    code = page.locator("[data-code]").inner_text().replace("\n", "")
    assert re.fullmatch(r"([0-9A-Z]{5}-){4}[0-9A-Z]{5}", code)
    expect(page.locator("[data-print]")).to_be_visible() if scripts else expect(page.locator("[data-print]")).to_be_hidden()
    look()
    assert context.cookies() == []
    type_in(page, "#id_last_group", code[-5:])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What happens now")).to_be_visible()
    look()

    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["sameSite"], cookie["httpOnly"], cookie["expires"]) == ("visit", "Strict", True, -1)
    press(page, "main .form__buttons a.button", "Enter")
    page.wait_for_url("**/complaints/follow-up/")
    look()
    page.set_input_files("#id_files", {"name": "note.txt", "mimeType": "text/plain", "buffer": b"It was on a Sunday."})
    press(page, "main form:has(#id_files) button", "Enter")
    expect(page.locator("main")).to_contain_text("We have your files")
    type_in(page, "#id_words_write", "It happened again.")
    press(page, "main form:has(#id_words_write) button", "Enter")
    expect(page.locator("main")).to_contain_text("It happened again.")
    press(page, "main form:has(input[value=leave]) button", "Enter")
    page.wait_for_url("**/complaints/")
    assert context.cookies() == []

    page.goto("/complaints/follow-up/")
    type_in(page, "#id_code", code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("It happened again.")
    context.close()

    case = Case.objects.get()
    assert case.level == "anonymous"
    assert intake.contact_of(case) == {"name": "", "mail": "", "phone": ""}
    assert Evidence.objects.get(case=case).refused_for == ""
    assert found == []


@pytest.mark.parametrize("how", ["the button", "Esc three times"])
def test_the_way_out_empties_the_form_and_leaves_no_page_to_go_back_to(context, page, how):
    texts.texts()
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
    page.goto("/complaints/")
    page.goto("/complaints/new/")
    page.locator("main input[value=yes]").check()

    if how == "the button":
        page.get_by_role("link", name="Leave this page now").click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_url(ELSEWHERE)

    page.go_back()
    assert page.url.endswith("/complaints/")


def test_without_scripts_the_way_out_is_a_plain_link(browser, live_site):
    texts.texts()
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
    page = context.new_page()
    page.goto("/complaints/new/")
    press(page, "[data-leave]", "Enter")
    page.wait_for_url(ELSEWHERE)
    expect(page.locator("[data-leave-keys]")).to_have_count(0)
    context.close()
