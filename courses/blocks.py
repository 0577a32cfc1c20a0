"""What a lesson and a question are made of in the editor."""

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


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=400)
    correct = blocks.BooleanBlock(required=False, help_text="In an ordering question leave this empty: the order here is the right one.")
    rationale = blocks.TextBlock(rows=2, help_text="Why it is right or wrong; shown after the answer.")

    class Meta:
        icon = "radio-full"


class OptionBlocks(blocks.StreamBlock):
    option = OptionBlock()
