"""People, and what hangs on their account alone."""

from accounts.models.limits import Tries
from accounts.models.people import Name, NameQuerySet, NameSlip, NameWord, User, UserManager

__all__ = ["Name", "NameQuerySet", "NameSlip", "NameWord", "Tries", "User", "UserManager"]
