"""The main job as a coach does it, screen by screen. Knows labels and buttons, and nothing of the code behind them."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.journeys.answering import pass_check, press, sit_final

Code = Callable[[], str]  # a code of the person's app that was not used yet


def log_in(page: Page, email: str, password: str, *, code: Code) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/my/")


def show_that_it_is_you(page: Page, *, code: Code) -> None:
    """Give the second step again, where the page asks for it."""
    if page.get_by_role("heading", name="Please confirm that it is you").count():
        page.get_by_label("Code").fill(code())
        press(page.get_by_role("button", name="Go on"))


def finish_course(page: Page) -> None:
    """From /my/ through the lessons and checks that are left to the final quiz, passed."""
    page.goto("/learn/code-of-ethics-review/")
    for _ in range(80):
        if "/quiz/" in page.url:
            break
        if page.get_by_role("button", name=re.compile("Begin the check|Go on with the check")).count():
            pass_check(page)
            page.goto("/learn/code-of-ethics-review/")
        elif page.get_by_role("button", name="Mark as read and go on").count():
            press(page.get_by_role("button", name="Mark as read and go on"))
        else:
            press(page.locator("main a.button, main form button.button").first)
    sit_final(page)
    expect(page.locator("h1")).not_to_contain_text("Not yet")


def sign(page: Page, *, name: str, code: Code) -> None:
    page.goto("/my/renewal/statement/")
    show_that_it_is_you(page, code=code)
    page.get_by_label("I have read the statement").check()
    page.get_by_label("Your full name").fill(name)
    press(page.get_by_role("button", name="Sign the statement"))
    show_that_it_is_you(page, code=code)
    expect(page.get_by_text("your statement is signed")).to_be_visible()


def renew(page: Page) -> None:
    page.goto("/my/renewal/")
    page.get_by_role("button", name="Renew my certificate").click()
    expect(page.get_by_text("Renewed: your certificate is valid until")).to_be_visible()


def download(page: Page, folder: Path, *, made: Callable[[], object]) -> Path:
    """The newest certificate as a file; `made` is called until the page offers it."""
    for _ in range(60):
        made()
        page.goto("/my/certificates/")
        newest = page.locator("tbody tr").first
        if newest.get_by_role("link", name="Download PDF").count():
            break
    with page.expect_download() as waiting:
        newest.get_by_role("link", name="Download PDF").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def read_publicly(browser: Browser, address: str, *, scripts: bool = True) -> str:
    """What a stranger's own browser shows at an address: the words of the page."""
    stranger = browser.new_context(timezone_id="America/New_York", java_script_enabled=scripts)
    page = stranger.new_page()
    page.goto(address)
    words = page.locator("main").inner_text()
    stranger.close()
    return words
