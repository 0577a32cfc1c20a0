"""Prints in a process of its own, so that its surroundings can be chosen: `python -m tests.certification.printing WHAT`.

names     every name of the corpus: a line with its id and the digest of its certificate
letter    a letter that our fonts lack, on our press: the digest of the sheet
unpinned  the same letter, where WeasyPrint was left to the fonts of the host
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import yaml

CORPUS = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))["names"]
PRINTED = [entry for entry in CORPUS if entry["expect"] == "ok"]
REFUSED = [entry for entry in CORPUS if entry["expect"] == "refuse"]
LETTER = "<html lang=en><title>A letter</title><p>\U0001d4d0"


def facts(entry: dict[str, Any]) -> dict[str, Any]:
    from accounts import printable

    return {
        "version": 1,
        "name": printable.clean(entry["name"]),
        "latin_name": entry["latin_name"] or "",
        "language": entry["lang"],
        "dir": entry["dir"],
        "number": "TRC-7K4M9RX",
        "scheme": "Certified Trauma Recovery Coach",
        "first_day": "2026-11-24",
        "last_day": "2028-11-23",
        "code": "7K2MZ-94PTW-3RAH7-KQ2MZ-X94PT-W",
        "site_url": "https://registry.example.org",
        "issuer": "Institute of Trauma Recovery Coaches",
        "edition": "First edition",
        "edition_from": "2026-01-01",
        "made_at": "2026-11-24T09:30:00+00:00",
    }


def names() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from certification.pdf import certificate

    for entry in PRINTED:
        print(entry["id"], hashlib.sha256(certificate.render(facts(entry))).hexdigest())


def letter() -> None:
    from certification.pdf import press

    machine = press.start()
    print_letter(machine.weasyprint.HTML(string=LETTER).write_pdf(stylesheets=[machine.style], font_config=machine.fonts, **fixed()))


def unpinned() -> None:
    import weasyprint

    print_letter(weasyprint.HTML(string=LETTER).write_pdf(**fixed()))


def fixed() -> dict[str, Any]:
    return {"pdf_identifier": b"0123456789abcdef"}


def print_letter(pdf: bytes) -> None:
    print(hashlib.sha256(pdf).hexdigest())


if __name__ == "__main__":
    {"names": names, "letter": letter, "unpinned": unpinned}[sys.argv[1]]()
