"""The texts as data (texts.py), their wordings (editions.py), the pages of the site (pages.py), and lines to call (crisis.py)."""

from cms.models.crisis import CrisisLine
from cms.models.editions import Edition, Wording
from cms.models.pages import CodePage, HomePage, PlainPage, Promise, TextPage
from cms.models.texts import Clause, Text

__all__ = ["Clause", "CodePage", "CrisisLine", "Edition", "HomePage", "PlainPage", "Promise", "Text", "TextPage", "Wording"]
