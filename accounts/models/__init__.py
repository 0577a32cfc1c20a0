"""People, and what hangs on their account alone."""

from accounts.models.devices import AddressCode, AuthenticatorApp, RecoveryCode, RecoveryCodes
from accounts.models.people import Name, NameQuerySet, NameSlip, NameWord, User, UserManager
from accounts.models.sessions import Session

__all__ = [
    "AddressCode",
    "AuthenticatorApp",
    "Name",
    "NameQuerySet",
    "NameSlip",
    "NameWord",
    "RecoveryCode",
    "RecoveryCodes",
    "Session",
    "User",
    "UserManager",
]
