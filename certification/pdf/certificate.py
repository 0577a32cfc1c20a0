"""One certificate: the size of its name, its page, its file."""

import hashlib
import io
import json
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import segno
from django.template.loader import render_to_string
from django.utils import translation
from fontTools.ttLib import TTFont

from accounts import printable
from certification.pdf import press
from certification.pdf.finish import Finisher

Facts = dict[str, Any]

ATTACHMENT = "certificate.json"
QR_MASK = 2  # fixed: searching for the best of eight takes longer than laying out the page
WIDTHS = (126, 146, 166, 186, 206, 226, 246)  # millimeters; each has its class in the style sheet
FULL_WIDTH = WIDTHS[-1]
LONG_WORD = 15  # letters; longer words are set smaller before they are broken
ROOM = 1.12  # letters of a second font make a line up to a tenth higher than asked for
TRIAL_PAGES = """
@page {{ size: {width}mm {height}pt; margin: 0 }}
@page word {{ size: {width}mm {line:.2f}pt; margin: 0 }}
.trial {{ width: {width}mm }}
.word {{ page: word; break-before: page }}
"""
INK, IVORY = "#16201e", "#fefcf7"
# Scripts written without spaces, in which a line may end inside what looks like one word.
UNSPACED = [(0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xAC00, 0xD7FF), (0x20000, 0x3FFFF)]

BETRAYED = [("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("THAI", "th"), ("KHMER", "km"), ("MYANMAR", "my")]


class Size(NamedTuple):
    """A step of the name's size: its class in the style sheet, lines, and height of a line in points."""

    css: str
    lines: int
    line_height: float


SIZES = [Size("name-1", 1, 57.4), Size("name-2", 2, 42), Size("name-3", 3, 33), Size("name-4", 4, 25.7)]


def render(facts: Facts) -> bytes:
    """The PDF that states `facts`. The same facts give the same bytes.

    Raises press.NotSet for a name the fonts cannot set, and press.PDFsWait where Pango is not installed.
    """
    if refusal := printable.refusal(facts["name"]) or printable.refusal(facts["latin_name"]):
        raise press.NotSet(refusal)
    with press.at_work() as machine, translation.override("en"):
        return _printed(machine, page(machine, facts), facts)


def page(machine: press.Press, facts: Facts) -> str:
    """The certificate as HTML."""
    address = f"{facts['site_url']}/v/{facts['code']}/"
    set_at = setting(machine, facts)
    context = {
        "facts": facts,
        "face": face(facts["name"]),
        "size": set_at.size.css,
        "width": set_at.width,
        "first_day": date.fromisoformat(facts["first_day"]),
        "last_day": date.fromisoformat(facts["last_day"]),
        "edition_from": date.fromisoformat(facts["edition_from"]) if facts["edition_from"] else None,
        "address": address,
        "qr": qr_code(address),
    }
    return render_to_string("certification/pdf/certificate.html", context)


def _printed(machine: press.Press, html: str, facts: Facts) -> bytes:
    source = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1).encode()
    made_at = datetime.fromisoformat(facts["made_at"])
    attachment = machine.weasyprint.Attachment(
        string=source,
        name=ATTACHMENT,
        description="The facts this certificate states",
        relationship="Source",
        created=made_at,
        modified=made_at,
    )
    return machine.weasyprint.HTML(string=html, url_fetcher=machine.fetcher).write_pdf(
        stylesheets=[machine.style],
        font_config=machine.fonts,
        pdf_variant="pdf/a-3a",
        pdf_identifier=hashlib.sha256(source).hexdigest()[:32].encode(),
        attachments=[attachment],
        finisher=Finisher(facts["name"], language=facts["language"], spell_out=not has_right_to_left(facts["name"])),
    )


def face(name: str) -> str:
    """EB Garamond where it has every letter of the name and a place for every mark; otherwise Noto Sans for the whole name."""
    is_serif = all(ord(char) in _serif_letters() for char in name) and all(_bears(*pair) for pair in pairwise(name))
    return "serif" if is_serif else "sans"


def _bears(letter: str, mark: str) -> bool:
    """EB Garamond knows where a mark goes on a to z, with a first mark or without, but not on ɔ, nor on a second loose mark."""
    return not unicodedata.combining(mark) or unicodedata.normalize("NFD", letter)[0].isascii()


@cache
def _serif_letters() -> frozenset[int]:
    with TTFont(press.FONTS_CONF.parent / "serif/EBGaramond_500Medium.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


class Setting(NamedTuple):
    """How a name stands on the page: its size, and the width in millimeters that breaks its lines evenly."""

    size: Size
    width: int


def setting(machine: press.Press, facts: Facts) -> Setting:
    """The largest size at which the name needs no more lines than that size has room for; the smallest when none will do.

    A name of several lines is then drawn in from both sides as far as it goes without another line, so that no word is left alone.
    """
    size = next((size for size in SIZES if _fits(machine, facts, size)), SIZES[-1])
    if size.lines == 1:
        return Setting(size, FULL_WIDTH)
    lines = next((lines for lines in range(2, size.lines) if _fits(machine, facts, size, lines=lines)), size.lines)
    return Setting(size, next((width for width in WIDTHS if _fits(machine, facts, size, lines=lines, width=width)), FULL_WIDTH))


def _fits(machine: press.Press, facts: Facts, size: Size, *, lines: int | None = None, width: int = FULL_WIDTH) -> bool:
    """Set the name on a scratch page just high enough, and each long word on a line of its own: does anything run over?"""
    words = list(long_words(facts["name"]))
    pages = TRIAL_PAGES.format(width=width, height=round((lines or size.lines) * size.line_height * ROOM, 2), line=size.line_height * ROOM)
    html = render_to_string("certification/pdf/trial.html", {"facts": facts, "face": face(facts["name"]), "size": size.css, "words": words})
    sheets = [machine.style, machine.weasyprint.CSS(string=pages)]
    trial = machine.weasyprint.HTML(string=html, url_fetcher=machine.fetcher).render(stylesheets=sheets, font_config=machine.fonts)
    return len(trial.pages) == 1 + len(words)


def long_words(name: str) -> Iterator[str]:
    """Words that should not be broken to win a larger size."""
    for word in name.split():
        if len(word) > LONG_WORD and not any(first <= ord(char) <= last for char in word for first, last in UNSPACED):
            yield word


def has_right_to_left(name: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL"} for char in name)


def direction_of(name: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction of its own."""
    strong = (unicodedata.bidirectional(char) for char in name)
    return "rtl" if next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L" else "ltr"


def language_of(name: str) -> str:
    """The language of a name whose holder did not say: as far as the letters alone betray it, else "und", undetermined."""
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in name}
    return next((language for script, language in BETRAYED if script in scripts), "und")


def qr_code(address: str) -> str:
    """A QR code as a PNG inside an address of its own."""
    buffer = io.BytesIO()
    code = segno.make(address, error="m", boost_error=False, micro=False, mask=QR_MASK)
    code.save(buffer, kind="png", scale=8, border=4, dark=INK, light=IVORY)
    return press.data_uri("image/png", buffer.getvalue())
