"""Reading an official text: bytes in, the pieces of each section with their lines out. Stores nothing, knows no clause."""

import re
import unicodedata
from dataclasses import dataclass, field

from cms.facts import LONGEST

# Whole lines that open a section, without a trailing colon and without regard to case.
HEADINGS = {
    "guiding principles": "principles-opening",
    "principles concerning our work with clients": "client-work",
    "principles concerning our coaching practice": "practice",
    "code of ethics": "code-opening",
    "scope of coaching practice": "scope",
    "confidentiality": "confidentiality",
    "practice standards": "standards",
    "therapy vs coaching": "paragraphs",
    "therapy vs. coaching": "paragraphs",
}
# How many pieces the known text has, by section: fifty-two.
EXPECTED = {
    "principles-opening": 1,
    "client-work": 12,
    "practice": 4,
    "code-opening": 1,
    "scope": 10,
    "confidentiality": 4,
    "standards-opening": 1,
    "standards": 12,
    "paragraphs": 7,
}
LISTS = {"client-work", "practice", "scope", "confidentiality"}
BULLET = re.compile(r"[\u2022\u25cf\u00b7\u25e6\u25aa\u2023\u2043\u2013\u2014*-]\s+(?P<words>\S.*)")
NUMBER = re.compile(r"(?P<number>\d{1,2})[.)]\s+(?P<words>\S.*)")
LARGEST = 2 * 1024 * 1024  # bytes
TOO_LARGE = f"The file is larger than any text: at most {LARGEST:,} bytes are read. Is this the right file?"


class Unreadable(Exception):
    """The file is no text, or holds lines that fit nowhere; `reasons` says what and where."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or list item as written, its line, and how many blank lines stand before it."""

    line: int
    blanks: int
    words: str


@dataclass(slots=True)
class Reading:
    """The pieces of each section; `guess` is the line of a border that only the wording suggests."""

    pieces: dict[str, list[Piece]] = field(default_factory=lambda: {section: [] for section in EXPECTED})
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    guess: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        return {section: len(pieces) for section, pieces in self.pieces.items()}

    def bodies(self, section: str) -> list[str]:
        return [piece.words for piece in self.pieces[section]]


def decode(data: bytes) -> str:
    """The text of a file, or Unreadable with the byte that is in the way."""
    if len(data) > LARGEST:
        raise Unreadable([TOO_LARGE])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"\0\0\xfe\xff":
        raise Unreadable(["The file is written as UTF-16 or UTF-32 (byte 0). Save it as UTF-8 and try again."])
    if b"\0" in data:
        raise Unreadable([f"Byte {data.index(0)} is a null, which no text holds. Is this the right file?"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        raise Unreadable([f"Byte {refusal.start} cannot be read as UTF-8. Save the file as UTF-8 and try again."]) from refusal
    if not text.strip():
        raise Unreadable(["The file is empty."])
    return text


def clean(line: str) -> str:
    """A line without its indent, with single ordinary blanks, composed; its words stay as they are."""
    return " ".join(unicodedata.normalize("NFC", line).split())


def read(data: bytes) -> Reading:
    """Sort an official text into sections. Raises Unreadable with every line that fits nowhere."""
    reading = Reading()
    section, blanks = "principles-opening", 0
    for number, raw in enumerate(decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = clean(raw)
        if not line:
            blanks += 1
            continue
        if len(line) > LONGEST:
            reading.lost.append(f"Line {number}: {len(line):,} characters; a clause has at most {LONGEST:,}.")
            continue
        heading = HEADINGS.get(line.rstrip(":").casefold())
        section = heading or place(reading, section, Piece(number, blanks, line))
        blanks = 0
    if reading.lost:
        raise Unreadable(reading.lost)
    if not reading.pieces["confidentiality"]:
        part_confidentiality(reading)
    return reading


def place(reading: Reading, section: str, piece: Piece) -> str:
    """Put a line into its section, or among the lost; returns the section that goes on."""
    bullet, number = BULLET.fullmatch(piece.words), NUMBER.fullmatch(piece.words)
    if bullet or number:
        return place_item(reading, section, piece, bullet, number)
    if section == "practice" and reading.pieces["practice"]:
        section = "code-opening"  # the first plain paragraph after the principles opens the Code
    target = "standards-opening" if section == "standards" and not reading.pieces["standards"] else section
    if target in LISTS or target == "standards":
        reading.lost.append(f"Line {piece.line}: a plain paragraph inside a list.")
        return section
    reading.pieces[target].append(piece)
    return section


def place_item(reading: Reading, section: str, piece: Piece, bullet: re.Match[str] | None, number: re.Match[str] | None) -> str:
    """Put a list item into its section: bullets into lists, numbers that count up from one into the standards."""
    if bullet and section in LISTS:
        reading.pieces[section].append(Piece(piece.line, piece.blanks, bullet["words"]))
    elif number and section == "standards":
        if int(number["number"]) != len(reading.pieces["standards"]) + 1:
            reading.lost.append(f"Line {piece.line}: number {number['number']} where {len(reading.pieces['standards']) + 1} was due.")
        reading.pieces["standards"].append(Piece(piece.line, piece.blanks, number["words"]))
    else:
        reading.lost.append(f"Line {piece.line}: a list item where no list belongs.")
    return section


def part_confidentiality(reading: Reading) -> None:
    """Divide a scope list that runs on into confidentiality without a heading (content.md, 1.3, rule 5)."""
    scope = reading.pieces["scope"]
    gaps = [index for index, piece in enumerate(scope) if index and piece.blanks >= 2]
    said = next((index for index, piece in enumerate(scope) if index and "confidential" in piece.words.casefold()), None)
    if said is None and not gaps:
        return
    border = gaps[-1] if said is None else said
    sure = said in gaps if said is not None else len(gaps) == 1
    line = scope[border].line
    reading.pieces["scope"], reading.pieces["confidentiality"] = scope[:border], scope[border:]
    reading.notes.append(f"Line {line}: no heading before this list; taken as Confidentiality{'' if sure else ', a guess by its wording'}.")
    reading.guess = None if sure else line
