"""People, and what hangs on their account alone."""

from accounts.models.people import Name, NameQuerySet, NameSlip, NameWord, User, UserManager
from accounts.models.proposals import Proposal, Signature
from accounts.models.roles import Roles

__all__ = ["Name", "NameQuerySet", "NameSlip", "NameWord", "Proposal", "Roles", "Signature", "User", "UserManager"]
