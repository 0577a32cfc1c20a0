"""The texts as data (texts.py) and the pages of the site (pages.py)."""

from cms.models.pages import CodePage, HomePage, PlainPage, Promise, TextPage
from cms.models.texts import Clause, Edition, Text, Wording

__all__ = ["Clause", "CodePage", "Edition", "HomePage", "PlainPage", "Promise", "Text", "TextPage", "Wording"]
