"""People, and what hangs on their account alone."""

from accounts.models.devices import AddressCode, AuthenticatorApp, RecoveryCode, RecoveryCodes
from accounts.models.inbox import Message, MessageQuerySet
from accounts.models.life import AddressChange, ErasureRequest, Export
from accounts.models.limits import Tries
from accounts.models.people import Name, NameQuerySet, NameSlip, NameWord, User, UserManager
from accounts.models.proposals import Proposal, Signature
from accounts.models.roles import Roles
from accounts.models.sessions import Session

__all__ = [
    "AddressChange",
    "AddressCode",
    "AuthenticatorApp",
    "ErasureRequest",
    "Export",
    "Message",
    "MessageQuerySet",
    "Name",
    "NameQuerySet",
    "NameSlip",
    "NameWord",
    "Proposal",
    "RecoveryCode",
    "RecoveryCodes",
    "Roles",
    "Session",
    "Signature",
    "Tries",
    "User",
    "UserManager",
]
