"""WeasyPrint under our conditions: our fonts alone, nothing fetched, one sheet at a time, and no warning overlooked."""

import base64
import io
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FONTS_CONF = Path(__file__).resolve().parents[1] / "fonts/fonts.conf"
SHEETS = Path(__file__).resolve().parents[2] / "templates/certification/pdf"
ORNAMENTS = ("frame.svg", "seal.svg")


class PDFsWait(RuntimeError):
    """This machine cannot make PDFs yet; what asked for one is tried again later."""


class NotSet(ValueError):
    """A PDF was laid out, but not as it should be: a glyph is missing, or a rule of the style sheet was not understood."""


class Press(NamedTuple):
    """What every PDF of a process shares."""

    weasyprint: Any
    fonts: Any
    style: Any
    fetcher: Any


logger = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()  # Pango's font map bears no second thread


@contextmanager
def at_work() -> Iterator[Press]:
    """The press, for one thread at a time. Raises PDFsWait without Pango, and NotSet when WeasyPrint warned of anything."""
    with _one_at_a_time:
        press, warnings = start(), Warnings()
        journal = logging.getLogger("weasyprint")
        journal.addHandler(warnings)
        try:
            yield press
        finally:
            journal.removeHandler(warnings)
        if warnings.said:
            raise NotSet("; ".join(warnings.said))


class Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@cache
def start() -> Press:
    """Load WeasyPrint, the fonts and the style sheet: once a process, on first use, so that the site starts without Pango."""
    weasyprint = with_our_fonts()
    logging.getLogger("weasyprint").setLevel(logging.WARNING)  # a missing glyph is told there and nowhere else
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=True)
    style = weasyprint.CSS(string=style_sheet(), font_config=fonts, url_fetcher=fetcher)
    return Press(weasyprint, fonts, style, fetcher)


def with_our_fonts() -> Any:
    """Import WeasyPrint. It reads fontconfig's settings while it is imported, so whoever imported it before has spoiled them."""
    if "weasyprint" in sys.modules and os.environ.get("FONTCONFIG_FILE") != str(FONTS_CONF):
        raise RuntimeError("weasyprint was imported before certification.pdf.press could choose the fonts")
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)
    os.environ.pop("FONTCONFIG_SYSROOT", None)
    if reason := missing():
        raise PDFsWait(reason)
    import weasyprint
    import weasyprint.text.fonts
    import weasyprint.urls

    return weasyprint


@cache
def missing() -> str:
    """What keeps this process from making PDFs, logged once; empty where nothing does. WeasyPrint itself says it at length, each time."""
    try:
        with redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: F401
    except OSError as problem:
        reason = f"PDFs wait: install Pango (see docs/operations.md). {problem}"
        logger.error("%s", reason)
        return reason
    return ""


def style_sheet() -> str:
    """The certificate's style sheet with its ornaments inside, because nothing is fetched."""
    css = (SHEETS / "certificate.css").read_text(encoding="utf-8")
    for name in ORNAMENTS:
        css = css.replace(f'url("{name}")', f'url("{data_uri("image/svg+xml", (SHEETS / name).read_bytes())}")')
    return css


def data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
