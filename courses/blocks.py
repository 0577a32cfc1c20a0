"""What a lesson and a question are made of in the editor, and how the words of a lesson are told apart from their markup."""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

from wagtail import blocks


class PairBlock(blocks.StructBlock):
    left = blocks.CharBlock(max_length=200)
    right = blocks.CharBlock(max_length=200)


class ComparisonBlock(blocks.StructBlock):
    left = blocks.CharBlock(max_length=60, label="Heading on the left")
    right = blocks.CharBlock(max_length=60, label="Heading on the right")
    rows = blocks.ListBlock(PairBlock())

    class Meta:
        icon = "table"
        template = "courses/blocks/comparison.html"


class LessonBlocks(blocks.StreamBlock):
    heading = blocks.CharBlock(max_length=120, icon="title", template="courses/blocks/heading.html")
    text = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link"], icon="pilcrow")
    comparison = ComparisonBlock()
    remember = blocks.RichTextBlock(features=["bold", "italic"], icon="pin", label="To remember", template="courses/blocks/remember.html")


WITH_MARKUP = {"text", "remember"}
IN_A_LINE = {"a", "b", "strong", "i", "em", "span"}


class Words(HTMLParser):
    """The words of rich text. Marks of the editor, and bold for strong, are none of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append("" if tag in IN_A_LINE else " ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, [])


def plain(text: str, *, with_markup: bool = False) -> str:
    """A text as it is read: without markup, with single spaces, each letter written in one way."""
    if with_markup:
        parser = Words()
        parser.feed(text)
        parser.close()
        text = "".join(parser.found)
    return " ".join(unicodedata.normalize("NFC", text).split())


def texts(value: Any, *, kind: str = "") -> Iterator[str]:
    """The texts in the stored value of a block, in order; ids are none."""
    if isinstance(value, str):
        yield plain(value, with_markup=kind in WITH_MARKUP)
    elif isinstance(value, dict) and "type" in value and "value" in value:
        yield from texts(value["value"], kind=value["type"])
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner, kind=kind)


def digest(body: Iterable[Any], *around: str) -> str:
    """SHA-256 of what a lesson says: the words of each block of its stored body, and the texts around it."""
    said = [[block["type"], *texts(block)] for block in body]
    return sha256(json.dumps([*map(plain, around), said], ensure_ascii=False).encode()).hexdigest()


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=400)
    correct = blocks.BooleanBlock(required=False, help_text="In an ordering question leave this empty: the order here is the right one.")
    rationale = blocks.TextBlock(rows=2, help_text="Why it is right or wrong; shown after the answer.")

    class Meta:
        icon = "radio-full"


class OptionBlocks(blocks.StreamBlock):
    option = OptionBlock()
