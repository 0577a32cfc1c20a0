"""One letter of a person's inbox on A4, made when it is asked for and kept nowhere."""

import re
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts import inbox, printable
from certification.pdf import press

INSTEAD = "?"  # for a character that no font of ours has: the words around it are worth more than a refusal


@inbox.press
def render(letter: inbox.Letter) -> bytes:
    """The PDF of a letter; paragraphs are parted by an empty line. Raises inbox.NoPaper where Pango is not installed."""
    whole = f"{letter.title}\n{letter.words}\n{letter.to}"
    context: dict[str, Any] = {
        "title": printable.replaced(letter.title, INSTEAD),
        "paragraphs": [part for part in re.split(r"\n\s*\n", printable.replaced(letter.words, INSTEAD)) if part.strip()],
        "to": printable.replaced(letter.to, INSTEAD),
        "day": letter.day,
        "issuer": settings.ASSOCIATION_NAME,
        "instead": INSTEAD if printable.replaced(whole, "") != printable.replaced(whole, INSTEAD) else "",
    }
    try:
        with translation.override("en"):
            return _set(render_to_string("certification/pdf/letter.html", context))
    except press.PDFsWait as wait:
        raise inbox.NoPaper from wait


def _set(page: str) -> bytes:
    with press.at_work() as machine:
        html = machine.weasyprint.HTML(string=page, url_fetcher=machine.fetcher)
        made: bytes = html.write_pdf(stylesheets=[_style(machine)], font_config=machine.fonts, pdf_variant="pdf/ua-1")
    return made


@cache
def _style(machine: press.Press) -> Any:
    css = (press.SHEETS / "letter.css").read_text(encoding="utf-8")
    return machine.weasyprint.CSS(string=css, font_config=machine.fonts, url_fetcher=machine.fetcher)
