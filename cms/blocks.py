"""What prose is made of in the editor."""

import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import markdown
from wagtail import blocks


class ProseBlocks(blocks.StreamBlock):
    heading = blocks.CharBlock(max_length=120, icon="title", template="cms/blocks/heading.html")
    text = blocks.RichTextBlock(features=["bold", "italic", "ol", "ul", "link"], icon="pilcrow")
    remember = blocks.RichTextBlock(features=["bold", "italic", "link"], icon="pin", label="Note", template="cms/blocks/remember.html")


def from_markdown(text: str, *, place: str) -> list[dict[str, Any]]:
    """StreamField data of ProseBlocks: `##` opens a heading, `>` a note, the rest is text. `place` makes the block ids stable."""
    data: list[dict[str, Any]] = []
    for part in re.split(r"\n{2,}", text.strip()):
        mark, words = part.partition(" ")[::2]
        kind = {"##": "heading", ">": "remember"}.get(mark, "text")
        value = words if kind == "heading" else markdown.markdown(words if kind == "remember" else part)
        data.append({"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"{place}/{len(data)}"))})
    return data
