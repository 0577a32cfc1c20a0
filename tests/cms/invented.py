"""An invented official text of the same shape as a real one, and copies of it that were altered on the way."""

import re

INTRO = "Gardeners of this society may grow what they like. These ideas are what good gardens rest on."
CLIENTS = [f"Gardeners tend bed number {n} together with the people whose bed it is." for n in range(1, 13)]
PRACTICE = [f"We keep tool number {n} sharp and lend it “gladly” to our neighbors’ children." for n in range(1, 5)]
OPENING = "Each gardener holding this society's badge keeps the rules below. Breaking them is a reason to look at the badge again."
SCOPE = [f"Gardeners leave plant number {n} to those who were trained for it." for n in range(1, 11)]
CONFIDENTIALITY = ["Gardeners keep what grows behind the hedge confidential."] + [
    f"Gardeners lock gate number {n} behind them when they go." for n in range(2, 5)
]
STANDARDS = "Gardeners and owners are equals. The owner knows the garden best."
NUMBERS = [f"Gardeners water row number {n} before the sun is high." for n in range(1, 13)]
PARAGRAPHS = [f"A gardener and a tree doctor differ in way number {n}. Both may be of help." for n in range(1, 8)]


def bullets(items):
    return "\n\n".join(f"  • {item}" for item in items)


TEXT = "\n\n".join(
    [
        INTRO,
        "Principles concerning our work with clients",
        bullets(CLIENTS),
        "Principles concerning our coaching practice",
        bullets(PRACTICE) + "\u00a0\n",
        OPENING,
        "Scope of Coaching Practice",
        bullets(SCOPE) + "\n",
        bullets(CONFIDENTIALITY),
        "Practice Standards",
        STANDARDS,
        "\n\n".join(f"  {n}. {item}" for n, item in enumerate(NUMBERS, 1)),
        "Therapy vs Coaching",
        "\n\n".join(PARAGRAPHS),
    ]
)
BORDER = f"  • {CONFIDENTIALITY[0]}"


def before(line: str, words: str, text: str = TEXT) -> str:
    assert text.count(line) == 1
    return text.replace(line, words + line)


SAME = {
    "byte order mark and CRLF": "\ufeff" + TEXT.replace("\n", "\r\n"),
    "a Confidentiality heading": before(BORDER, "Confidentiality:\n\n"),
    "both titles": "Guiding Principles\n\n" + before(OPENING, "Code of Ethics\n\n"),
    "trailing newlines": TEXT + "\n\n\n",
    "no-break spaces and straight quotes": TEXT.translate({0x20: "\u00a0", 0x2019: "'", 0x201C: '"', 0x201D: '"'}),
    "other bullet signs": TEXT.replace("•", "–"),
    "a page break inside the scope list": before(f"  • {SCOPE[4]}", "\n"),
    "a page break inside the principles": before(f"  • {CLIENTS[4]}", "\n"),
}
NO_BORDER = re.sub(r"\n\n\n(?=  • Gardeners keep what)", "\n\n", TEXT)
ONE_MISSING = TEXT.replace(f"  • {CLIENTS[2]}\n\n", "")
STRAY_PARAGRAPH = before(f"  • {CLIENTS[4]}", "A stray line.\n\n")
STRAY_ITEM = before(PARAGRAPHS[3], "  • A stray item.\n\n")
WRONG_NUMBER = TEXT.replace("  4. ", "  5. ")
