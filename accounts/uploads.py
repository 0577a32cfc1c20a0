"""Whether a file that somebody sends may be taken: by its name, by its content, and by opening it. Bytes in, a verdict in words out.

Three opinions have to agree, because each alone can be told a lie. Nothing is stored, sent or run here; a copy without anything hidden is
made in accounts/cleaning.py.
"""

import codecs
import io
import re
import threading
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

import pikepdf
import puremagic
from PIL import Image, ImageFile

LARGEST = 25 * 1024 * 1024  # bytes of one file
PIXELS = 50_000_000  # a large scan has 35 million
PAGES = 500
EXPANSION = 256 * 1024 * 1024  # bytes that a PDF may unfold to; a scanned book of 500 pages stays far below
LONGEST_NAME = 120
RUN_LENGTH = 64  # bytes that one may stand for in that packing; LZW has no such bound, and is not taken
NESTED = 40  # how deep the parts of a PDF lie in each other


class Kind(Enum):
    """What is taken."""

    PDF = "PDF"
    JPEG = "JPEG"
    PNG = "PNG"
    TXT = "plain text"
    CSV = "a table as CSV"


TO_READ = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.TXT)  # what people send for others to read; a table is for a program
SUFFIXES = {Kind.PDF: (".pdf",), Kind.JPEG: (".jpg", ".jpeg"), Kind.PNG: (".png",), Kind.TXT: (".txt",), Kind.CSV: (".csv",)}
CALLED = {Kind.PDF: {".pdf", ".fdf"}, Kind.JPEG: {".jpg", ".jpeg", ".jfif", ".jpe"}, Kind.PNG: {".png"}}  # by puremagic
BEGINNINGS = {Kind.PDF: b"%PDF-", Kind.JPEG: b"\xff\xd8\xff", Kind.PNG: b"\x89PNG\r\n\x1a\n"}


class Why(StrEnum):
    """Why a file is not taken, where a word has to be kept of it."""

    NAME = "name"
    KIND = "kind"
    EMPTY = "empty"
    SIZE = "size"
    ARCHIVE = "archive"
    PAGE = "page"
    CONTENT = "content"
    DAMAGED = "damaged"
    POINTS = "points"
    LETTERS = "letters"
    MORE = "more"
    EXPANSION = "expansion"
    LOCKED = "locked"
    PAGES = "pages"
    ACTIVE = "active"
    DEPTH = "depth"
    ATTACHED = "attached"
    COUNT = "count"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind of a file that may be taken; or every reason why not, each a sentence with the way out, and each as a word."""

    kind: Kind | None
    reasons: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.reasons


class Refused(Exception):
    """One reason, found while a file was opened."""

    def __init__(self, why: Why, words: str) -> None:
        super().__init__(words)
        self.why = why


PRINT_IT = "Please open it and print it to PDF, then send that."
SAVE_AS_CSV = "Please open it in the spreadsheet program, save it as “CSV UTF-8”, and send that."
AGAIN = "It may be damaged. Please save it anew and send that."
TOO_MANY_POINTS = f"It has more than {PIXELS // 1_000_000} million points. Please make it smaller."
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")


def look(data: bytes, name: str, *, kinds: Sequence[Kind] = TO_READ, largest: int = LARGEST, alone: bool = False) -> Verdict:
    """Whether a file of this name and content may be taken, where these kinds are. `alone`: nothing may be attached to it."""
    kind = _by_suffix(name, kinds)
    reasons = [*_about_name(name, kind, kinds), *_about_size(data, largest)]
    if not reasons and kind is not None:
        try:
            _one_file_and_no_other(data, kind)
            _by_content(data, kind)
            OPENED[kind](data)
            if alone and kind is Kind.PDF:
                _nothing_attached(data)
        except Refused as reason:
            reasons.append((reason.why, str(reason)))
    said = tuple(words for _, words in reasons)
    return Verdict(kind=None if reasons else kind, reasons=said, why=tuple(why for why, _ in reasons))


def plain_name(name: str) -> str:
    """The name as it may be shown: without folders, controls and characters that turn text around, and not endless."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    name = "".join(letter for letter in TURNED.sub("", name) if unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= LONGEST_NAME:
        return name or "file"
    return stem[: LONGEST_NAME - len(suffix) - 1] + dot + suffix if dot and len(suffix) < 10 else name[:LONGEST_NAME]


# By name and size


def _by_suffix(name: str, kinds: Sequence[Kind]) -> Kind | None:
    return next((kind for kind in kinds if name.lower().endswith(SUFFIXES[kind])), None)


def _about_name(name: str, kind: Kind | None, kinds: Sequence[Kind]) -> Iterator[tuple[Why, str]]:
    if TURNED.search(name) or any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):
        yield Why.NAME, "Its name holds invisible characters that make it look like another. Please give it a new name."
    if kind is None and tuple(kinds) == (Kind.CSV,):
        yield Why.KIND, f"We take {Kind.CSV.value}. {SAVE_AS_CSV}"
    elif kind is None:
        *others, last = (one.value for one in kinds)
        print_it = f" {PRINT_IT}" if Kind.PDF in kinds else ""
        yield Why.KIND, f"We take {', '.join(others)} and {last}.{print_it} Please send pictures from a phone as JPEG."


def _about_size(data: bytes, largest: int) -> Iterator[tuple[Why, str]]:
    if not data:
        yield Why.EMPTY, "It is empty. Please look whether it was saved."
    if len(data) > largest:
        yield Why.SIZE, f"It is larger than {largest // 1024 // 1024} MB. Please make it smaller or send it in parts."


# By content

LIES = re.compile(rb"<(?:script|html|iframe|\?php|!doctype)", re.IGNORECASE)
HIDDEN = re.compile(rb"%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")  # a document and two archives, found wherever in a file they begin


def _one_file_and_no_other(data: bytes, kind: Kind) -> None:
    """A picture that is an archive as well, a text that is a page: what one program shows, another would run."""
    way_out = SAVE_AS_CSV if kind is Kind.CSV else PRINT_IT
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused(
            Why.ARCHIVE, f"{'It is a workbook or another archive' if kind is Kind.CSV else 'An archive is hidden in it'}. {way_out}"
        )
    if kind in (Kind.JPEG, Kind.PNG) and LIES.search(data):
        raise Refused(Why.PAGE, f"A web page is hidden in it. {PRINT_IT}")
    if kind in (Kind.JPEG, Kind.PNG) and HIDDEN.search(data, 1):
        raise Refused(Why.ARCHIVE, f"A document or an archive is hidden in it. {PRINT_IT}")
    if kind in (Kind.TXT, Kind.CSV) and re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|html|!doctype|script|!--)", data, re.IGNORECASE):
        raise Refused(Why.PAGE, f"It is a web page or a drawing, not {kind.value}. {way_out}")


def _by_content(data: bytes, kind: Kind) -> None:
    """Text has no mark of its own, and a text that begins with BM is no picture."""
    if kind in (Kind.TXT, Kind.CSV):
        return
    try:
        found = puremagic.from_string(data)
    except puremagic.PureError:
        found = ""
    if found not in CALLED[kind] or not data.startswith(BEGINNINGS[kind]):
        raise Refused(Why.CONTENT, f"What is in it is not what its name says. {AGAIN}")


# By opening


_one_at_a_time = threading.Lock()


@contextmanager
def _whole_pictures_alone() -> Iterator[None]:
    """The library that prints PDFs tells Pillow, for the whole process, to pass over what is missing in a picture."""
    with _one_at_a_time:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _open_picture(data: bytes) -> None:
    """Its size is read before its points are: a small file can hold a picture that no memory holds."""
    try:
        with _whole_pictures_alone(), Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > PIXELS:
                raise Refused(Why.POINTS, TOO_MANY_POINTS)
            picture.load()
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused(Why.POINTS, TOO_MANY_POINTS) from None
    except Exception:  # whatever a decoder meets, it is the file's doing
        raise Refused(Why.DAMAGED, f"It cannot be opened as a picture. {AGAIN}") from None


def _open_text(data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(Why.LETTERS, f"Its letters cannot be read as UTF-8. Please save it as plain text in UTF-8. {PRINT_IT}") from None
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f" for letter in text):
        raise Refused(Why.MORE, f"It holds more than text. {PRINT_IT}")


def _open_table(data: bytes) -> None:
    try:
        text = table_text(data)
    except UnicodeDecodeError:
        raise Refused(Why.LETTERS, f"Its letters cannot be read as UTF-8 or UTF-16. {SAVE_AS_CSV}") from None
    if any(unicodedata.category(letter) == "Cc" and letter not in "\t\n\r" for letter in text):
        raise Refused(Why.MORE, f"It holds more than text. {SAVE_AS_CSV}")


def table_text(data: bytes) -> str:
    """The text of a table: UTF-8 with or without a mark, or UTF-16 with one, as spreadsheets save it. Raises UnicodeDecodeError."""
    return data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")


def _open_pdf(data: bytes) -> None:
    if unfolded(data) > EXPANSION:
        raise Refused(Why.EXPANSION, f"It unfolds to more than {EXPANSION // 1024 // 1024} MB. {PRINT_IT}")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Refused(Why.LOCKED, f"It is locked with a password. {PRINT_IT}")
            if not 0 < len(pdf.pages) <= PAGES:
                raise Refused(Why.PAGES, f"It has no page, or more than {PAGES}. Please send it in parts.")
            for part in pdf.objects:
                _passive(part, NESTED)
            if _drawn(pdf) > EXPANSION:
                raise Refused(Why.EXPANSION, f"Its pages unfold to more than {EXPANSION // 1024 // 1024} MB. {PRINT_IT}")
    except Refused:
        raise
    except pikepdf.PasswordError:
        raise Refused(Why.LOCKED, f"It is locked with a password. {PRINT_IT}") from None
    except Exception:
        raise Refused(Why.DAMAGED, f"It cannot be opened as a PDF. {AGAIN}") from None


def _drawn(pdf: pikepdf.Pdf) -> int:
    """How many bytes a reader goes through to draw every page: what several pages share counts for each of them."""
    total, sizes = 0, {}
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(stream, pikepdf.Stream):
                if stream.objgen not in sizes:
                    sizes[stream.objgen] = _size_drawn(stream)
                total += sizes[stream.objgen]
        if total > EXPANSION:
            break
    return total


def _size_drawn(stream: Any) -> int:
    raw = stream.read_raw_bytes()
    size = max(len(raw), _inflated(raw, 0, EXPANSION))
    return size * RUN_LENGTH if "/RunLengthDecode" in _filters(stream) else size


def _filters(stream: Any) -> list[str]:
    said = stream.get("/Filter")
    return [str(one) for one in said] if isinstance(said, pikepdf.Array) else [str(said)]


def _nothing_attached(data: bytes) -> None:
    """No file lies in it, in whatever way a PDF can carry one."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for part in pdf.objects:
            _carries_nothing(part, NESTED)


def _carries_nothing(part: Any, depth: int) -> None:
    if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
        keys = set(part.keys())
        if keys & {"/EF", "/EmbeddedFiles"} or part.get("/Type") == pikepdf.Name("/EmbeddedFile"):
            raise Refused(Why.ATTACHED, f"Another file is attached to it. Please send that one by itself. {PRINT_IT}")
        inner = [part.get(key) for key in keys]
    else:
        inner = list(part) if isinstance(part, pikepdf.Array) else []
    for one in inner:
        if depth and isinstance(one, pikepdf.Object) and not one.is_indirect:
            _carries_nothing(one, depth - 1)


def unfolded(data: bytes) -> int:
    """How many bytes the compressed parts of a PDF hold, counted before any reader unfolds them; stops once there are too many."""
    total = 0
    for start in re.finditer(rb"stream\r?\n", data):
        total += _inflated(data, start.end(), EXPANSION - total)
        if total > EXPANSION:
            break
    return total


def _inflated(data: bytes, start: int, most: int, depth: int = 3) -> int:
    """The size of one part, and of what is compressed in it again; a little more than `most` where it is larger."""
    reader, total, first = zlib.decompressobj(), 0, b""
    view, place = memoryview(data), start
    try:
        while not reader.eof and total <= most and (place < len(data) or reader.unconsumed_tail):
            piece = reader.unconsumed_tail or view[place : place + 65536]
            place += 0 if reader.unconsumed_tail else 65536
            out = reader.decompress(piece, 1 << 20)
            total += len(out)
            first = first or out
    except zlib.error:
        pass
    if depth and total <= most and first[:1] == b"\x78":
        total += _inflated(first, 0, most - total, depth - 1)
    return total


ACTIVE_KEYS = {"/JS", "/XFA", "/RichMedia", "/RichMediaContent"}
ACTIVE_DEEDS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Movie", "/Rendition", "/GoToE"}


def _passive(part: Any, depth: int) -> None:
    """Nothing in it runs, starts a program or sends a form. Names written in another spelling were read as what they mean."""
    if depth == 0:
        raise Refused(Why.DEPTH, f"Its parts lie too deep in each other. {PRINT_IT}")
    if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
        _no_deed(part)
        for key in part.keys():  # noqa: SIM118 - a stream has keys and cannot be walked
            _inside(part.get(key), depth)
    elif isinstance(part, pikepdf.Array):
        for one in part:
            _inside(one, depth)


def _inside(part: Any, depth: int) -> None:
    """What has a number of its own is looked at by itself."""
    if isinstance(part, pikepdf.Object) and not part.is_indirect:
        _passive(part, depth - 1)


def _no_deed(part: Any) -> None:
    deed = part.get("/S")
    if isinstance(part, pikepdf.Stream) and "/LZWDecode" in _filters(part):
        raise Refused(Why.DEPTH, f"It is packed in a way that is no longer used. {PRINT_IT}")
    if ACTIVE_KEYS & set(part.keys()) or (isinstance(deed, pikepdf.Name) and str(deed) in ACTIVE_DEEDS):
        raise Refused(Why.ACTIVE, f"It holds a program or a form that acts by itself. {PRINT_IT}")
    if part.get("/Subtype") == pikepdf.Name("/Image") and _points(part) > PIXELS:
        raise Refused(Why.POINTS, f"A picture in it has more than {PIXELS // 1_000_000} million points. Please make it smaller.")


def _points(part: Any) -> int:
    return int(part.get("/Width", 0)) * int(part.get("/Height", 0))


OPENED: dict[Kind, Callable[[bytes], None]] = {
    Kind.PDF: _open_pdf,
    Kind.JPEG: _open_picture,
    Kind.PNG: _open_picture,
    Kind.TXT: _open_text,
    Kind.CSV: _open_table,
}
