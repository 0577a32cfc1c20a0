"""The log-in with a real browser: keyboard alone, refused and mended."""

import pytest

from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.browser


def test_a_person_logs_in_by_keyboard_alone(live_site, page):
    user = UserFactory()
    page.goto("/accounts/login/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/my/")

    page.goto("/accounts/password/change/")
    assert page.get_by_role("button", name="Log out").is_visible()


def test_a_refused_log_in_leads_to_the_field_and_keeps_the_address(live_site, page):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("not an address")
    page.get_by_label("Password").fill("x")
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("alert").get_by_role("link").click()

    assert page.evaluate("document.activeElement.id") == "id_username"
    assert page.get_by_label("E-mail address").input_value() == "not an address"


def test_a_session_given_to_the_browser_is_a_log_in(live_site, page, come_as):
    come_as(UserFactory())

    page.goto("/accounts/password/change/")

    assert page.get_by_role("heading", name="Change your password").is_visible()
