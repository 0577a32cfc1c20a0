"""Shortcuts for acts that take two site administrators."""

from datetime import UTC, datetime

from accounts import proposals, roles
from accounts.models import Proposal
from tests.factories.accounts import AdministratorFactory

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def proposed(person, role, *, by=None, grants=True, at=NOON) -> Proposal:
    """A proposal about a role with its first signature; a second site administrator is there."""
    by = by or AdministratorFactory()
    AdministratorFactory()
    return roles.propose(person, role, grants=grants, by=by, reason="Needed", at=at)


def sign(proposal, by, *, at=NOON) -> Proposal:
    return proposals.sign(proposal, shown=proposals.digest_of(proposal), by=by, at=at)


def grant_by_two(person, role) -> Proposal:
    return sign(proposed(person, role), AdministratorFactory())
