"""The site in a thread, and Chromium to look at it. Mark such tests with `browser`."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from accounts.models import User
from tests.logins import Client
from tests.screens.camera import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, which the suite reports and does not pass over."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread
    with sync_playwright() as playwright:
        try:
            found = chromium(playwright)
        except Error as error:
            pytest.skip(f"no Chromium: {str(error).splitlines()[0]}")
        yield found
        found.close()


@pytest.fixture
def live_site(transactional_db, live_server, settings) -> str:
    """The address of the site, on the test database, as migrated. Passkeys belong to it."""
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def context(browser: Browser, live_site: str) -> Iterator[BrowserContext]:
    """One person's browser. Addresses are relative to the site."""
    made = browser.new_context(base_url=live_site, timezone_id="America/New_York", accept_downloads=True)
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def come_as(context: BrowserContext, live_site: str) -> Callable[..., None]:
    """Log a person in without typing; office people, and who is said to, with a second factor."""

    def log_in(user: User, *, factor: bool | None = None) -> None:
        client = Client()
        client.force_login(user, factor=factor)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_site}]
        )

    return log_in
