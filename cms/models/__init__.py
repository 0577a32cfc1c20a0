"""The texts as data (texts.py), their wordings (editions.py) and the pages of the site (pages.py)."""

from cms.models.editions import Edition, Wording
from cms.models.pages import CodePage, HomePage, PlainPage, Promise, TextPage
from cms.models.texts import Clause, Text

__all__ = ["Clause", "CodePage", "Edition", "HomePage", "PlainPage", "Promise", "Text", "TextPage", "Wording"]
