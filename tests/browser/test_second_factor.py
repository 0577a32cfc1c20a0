"""The second step in a real browser: a passkey of a virtual authenticator, an app, a recovery code; with and without scripts."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts import devices, factors
from accounts.models import AddressCode, Session
from accounts.sessions import SessionStore
from audit import clock
from tests.factories.accounts import PASSWORD, StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, completed, edition_in_force
from tests.logins import app_of, fresh_code_of

pytestmark = pytest.mark.browser


def authenticator(page: Page) -> None:
    """A device with a fingerprint reader that always recognizes its owner."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def listen(page: Page) -> list[str]:
    """What the page complains about: refused scripts, errors. That this site has no home page yet is none."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" and "404" not in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def type_password(page: Page, person, *, after: str = "") -> None:
    page.goto(f"/accounts/login/{after}")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()


def confirm_address(page: Page, person) -> None:
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the e-mail").fill(AddressCode.objects.get(user=person).code)
    page.get_by_role("button", name="Go on").click()


def keep_codes(page: Page) -> list[str]:
    """Make recovery codes, type one of them again; answers all."""
    page.get_by_role("button", name="Show me ten codes").click()
    codes = page.locator("main code").all_inner_texts()
    page.get_by_label("Type one of the codes again").fill(codes[7])
    page.get_by_role("button", name="I kept them").click()
    return codes


def test_a_passkey_is_made_and_logs_in_without_a_password_up_to_the_admin(live_site, page):
    person = StaffFactory()
    said = listen(page)
    authenticator(page)

    type_password(page, person, after="?next=/admin/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm_address(page, person)
    page.get_by_role("button", name="Make the passkey").click()
    keep_codes(page)
    page.wait_for_url("**/admin/")

    page.goto("/accounts/security/")
    page.get_by_role("button", name="Log out", exact=True).first.click()
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_role("button", name="Use a passkey instead").click()

    page.wait_for_url("**/admin/")
    expect(page.get_by_role("navigation").first).to_be_visible()
    assert [device.kind for device in devices.of(person)] == ["passkey"]
    assert said == []


def test_a_passkey_is_the_second_step_after_the_password(live_site, page):
    person = UserFactory()
    said = listen(page)
    authenticator(page)
    type_password(page, person)
    page.goto("/accounts/security/passkey/")
    confirm_address(page, person)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/accounts/security/codes/")
    page.get_by_role("button", name="Log out", exact=True).click()

    type_password(page, person, after="?next=/accounts/password/change/")
    page.get_by_role("button", name="Use my passkey").click()

    page.wait_for_url("**/accounts/password/change/")
    assert said == []


def test_somebody_elses_passkey_is_refused_in_words(live_site, page):
    other, person = UserFactory(), UserFactory()
    authenticator(page)
    type_password(page, other)
    page.goto("/accounts/security/passkey/")
    confirm_address(page, other)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url("**/accounts/security/codes/")
    page.get_by_role("button", name="Log out", exact=True).click()
    app_of(person)
    devices.WebAuthnCredential.objects.create(user=person, name="Elsewhere", credential_id=b"e" * 16, public_key=b"k", aaguid="")

    type_password(page, person)
    page.get_by_role("button", name="Use my passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    assert page.url.startswith(f"{live_site}/accounts/verify/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_app_and_a_recovery_code_reach_the_admin(browser, live_site, scripts):
    person = StaffFactory()
    context = browser.new_context(base_url=live_site, timezone_id="America/New_York", java_script_enabled=scripts)
    context.set_default_timeout(15_000)
    page = context.new_page()

    type_password(page, person, after="?next=/admin/")
    page.get_by_role("link", name="Add an authenticator app").click()
    confirm_address(page, person)
    page.get_by_text("No camera at hand?").click()
    secret = page.locator(".key").inner_text().replace(" ", "")
    page.get_by_label("The six digits").fill(f"{devices.totp(secret, at=clock.real()).token():06}")
    page.get_by_role("button", name="Add this app").click()
    codes = keep_codes(page)
    page.wait_for_url("**/admin/")

    page.goto("/accounts/security/")
    page.get_by_role("button", name="Log out", exact=True).first.click()
    type_password(page, person, after="?next=/admin/")
    type_code(page, fresh_code_of(person))
    page.wait_for_url("**/admin/")

    page.goto("/accounts/security/")
    page.get_by_role("button", name="Log out", exact=True).first.click()
    type_password(page, person, after="?next=/admin/")
    type_code(page, codes[0].lower())
    page.wait_for_url("**/admin/")
    context.close()


def test_without_scripts_the_page_for_a_passkey_says_so(browser, live_site):
    person = UserFactory()
    context = browser.new_context(base_url=live_site, java_script_enabled=False)
    page = context.new_page()
    type_password(page, person)
    expect(page.get_by_role("button", name="Use a passkey instead")).to_have_count(0)
    page.goto("/accounts/security/passkey/")
    confirm_address(page, person)

    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Make the passkey")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("kind", ["code", "passkey"])
def test_a_statement_that_was_filled_in_survives_the_question_who_signs(live_site, page, come_as, kind):
    edition_in_force()
    today = clock.today()
    term = {"term__first_day": today - timedelta(days=700), "term__last_day": today + timedelta(days=29)}
    person = CertificateFactory(**term).holder
    completed(person, today - timedelta(days=1))
    said = listen(page)
    authenticator(page)
    come_as(person, factor=True)
    if kind == "passkey":
        page.goto("/accounts/security/passkey/")
        page.get_by_role("button", name="Make the passkey").click()
        page.wait_for_url("**/accounts/security/codes/")
    page.goto("/my/renewal/statement/")
    page.get_by_label("I have read the statement").check()
    page.get_by_label("Your full name").fill(person.get_full_name())
    grow_old(person)

    page.get_by_role("button", name="Sign the statement").click()
    expect(page.get_by_role("heading", name="Please confirm that it is you")).to_be_visible()
    if kind == "passkey":
        page.get_by_role("button", name="Use my passkey").click()
    else:
        type_code(page, fresh_code_of(person))

    expect(page.get_by_text("your statement is signed")).to_be_visible()
    assert said == []


def grow_old(person) -> None:
    """The factor of every session of this person was given an hour ago."""
    for row in Session.objects.filter(user=person):
        store = SessionStore(row.session_key)
        store[factors.GIVEN] = (clock.real() - timedelta(hours=1)).isoformat()
        store.save()


def test_at_a_bare_address_the_page_says_where_passkeys_are_to_be_had(browser, live_site):
    context = browser.new_context(base_url=re.sub("localhost", "127.0.0.1", live_site))
    page = context.new_page()
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Use a passkey instead").click()

    expect(page.get_by_role("alert")).to_contain_text("http://localhost")
    context.close()
