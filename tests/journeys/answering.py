"""A coach who knows the Code: reads a question off the page and answers it from the shipped bank."""

from functools import cache
from typing import Any

import yaml
from django.conf import settings
from playwright.sync_api import Locator, Page


@cache
def bank() -> dict[str, dict[str, Any]]:
    """The shipped questions by stem, blanks folded."""
    text = (settings.BASE_DIR / "courses" / "content" / "questions.yaml").read_text(encoding="utf-8")
    return {" ".join(item["stem"].split()): item for item in yaml.safe_load(text)["items"]}


def press(found: Locator) -> None:
    """Click what leads to another page, and be there."""
    with found.page.expect_navigation():
        found.click()


def answer(page: Page, *, right: bool = True) -> dict[str, Any]:
    """Choose the right (or a wrong) answer to the question on the page; returns the question."""
    question = bank()[" ".join(page.locator("fieldset.question legend").inner_text().split())]
    texts = {option["key"]: option["text"] for option in question["options"]}
    if question["type"] == "ordering":
        for place, key in enumerate(question["correct_order"], start=1):
            step = page.locator("label.option", has=page.get_by_text(texts[key], exact=True))
            step.locator("select").select_option(str(place))
        return question
    wanted = question["correct"] if right else [next(key for key in texts if key not in question["correct"])]
    for key in wanted:
        page.get_by_label(texts[key], exact=True).check()
    return question


def pass_check(page: Page) -> None:
    """From the page before a check to its result, every answer right."""
    press(page.get_by_role("button", name="check").first)
    while page.locator("fieldset.question").count():
        answer(page)
        press(page.get_by_role("button", name="Answer"))
        press(page.locator("main a.button, main form button").first)


def sit_final(page: Page) -> None:
    """From the page before the final quiz to its result, every answer right."""
    press(page.get_by_role("button", name="quiz"))
    while page.locator("fieldset.question").count():
        answer(page)
        press(page.get_by_role("button", name="Save and go on"))
    press(page.get_by_role("button", name="Hand in"))
