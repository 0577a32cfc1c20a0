"""Whoever installs this finds every setting in .env.example, with a sentence, and no setting that nothing reads."""

import re

from django.conf import settings

READ = re.compile(r'(?:\benv(?:\.\w+)?|os\.environ\.get)\(\s*"([A-Z][A-Z_]+)"')
LINE = re.compile(r"^#?\s?([A-Z][A-Z_]+)=")
WRITTEN_FOR_DJANGO = {"DJANGO_SETTINGS_MODULE"}


def read_by_the_code() -> set[str]:
    found: set[str] = set()
    for path in (settings.BASE_DIR / "config").rglob("*.py"):
        found |= set(READ.findall(path.read_text()))
    return found


def example() -> list[str]:
    return (settings.BASE_DIR / ".env.example").read_text().splitlines()


def test_the_example_lists_what_the_settings_read():
    listed = {match[1] for line in example() if (match := LINE.match(line))}

    assert listed - WRITTEN_FOR_DJANGO == read_by_the_code()


def test_every_setting_has_a_sentence_above_it():
    lines = example()
    bare = [line for before, line in zip(["", *lines], lines, strict=False) if LINE.match(line) and not re.match(r"# .+\.$", before)]

    assert bare == []
