"""The texts as data (texts.py) and the pages of the site (pages.py)."""

from cms.models.texts import Clause, Edition, Text, Wording

__all__ = ["Clause", "Edition", "Text", "Wording"]
