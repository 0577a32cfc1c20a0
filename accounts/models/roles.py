"""Who holds which office on this site."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.facts import GRANTED, Offices, SiteRole
from accounts.models.people import User


def _none_of(*names: str) -> Q:
    return Q(**dict.fromkeys(names, False))


OFFICES = [*(role.value for role in GRANTED), "holds_case_role"]
BESIDES_AUDITOR = [name for name in OFFICES if name != SiteRole.AUDITOR]


class RolesQuerySet(models.QuerySet["Roles"]):
    def administrators(self) -> "RolesQuerySet":
        """Site administrators who may log in."""
        return self.filter(site_administrator=True, person__is_active=True)

    def watching(self) -> "RolesQuerySet":
        """Site administrators and auditors who may log in."""
        return self.filter(Q(site_administrator=True) | Q(auditor=True), person__is_active=True).order_by("pk")


class Roles(models.Model):
    """The offices of one person; a person without any has no row. Written by accounts/roles.py alone."""

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="roles", primary_key=True)
    staff = models.BooleanField(default=False)
    author = models.BooleanField(default=False)
    auditor = models.BooleanField(default=False)
    site_administrator = models.BooleanField(default=False)
    holds_case_role = models.BooleanField(default=False, help_text="Is appointed to a case (accounts.roles.note_case_role).")

    objects = RolesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(auditor=False) | _none_of(*BESIDES_AUDITOR), name="auditor_holds_no_other_office"),
            models.CheckConstraint(
                condition=Q(site_administrator=False) | Q(holds_case_role=False), name="site_administrator_holds_no_case_role"
            ),
            models.CheckConstraint(condition=~_none_of(*OFFICES), name="a_row_of_roles_holds_an_office"),
        ]

    def __str__(self) -> str:
        return f"roles of {self.person_id}"

    @property
    def offices(self) -> Offices:
        return Offices(frozenset(role for role in GRANTED if getattr(self, role.value)), self.holds_case_role)

    @classmethod
    def columns(cls, offices: Offices) -> dict[str, Any]:
        """The columns that say these offices."""
        return {**{role.value: role in offices.roles for role in GRANTED}, "holds_case_role": offices.has_case_role}
