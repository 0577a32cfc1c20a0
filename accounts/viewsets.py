"""People in Wagtail's admin: found by name, made with an invitation, never deleted; what is on record is changed elsewhere."""

from typing import Any, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.users.views import users as wagtail

from accounts import changes, invitations, naming, people, roles
from accounts.facts import GRANTED
from accounts.forms import PersonCreationForm, PersonEditForm
from accounts.models import User


def _roles(person: User) -> str:
    held = roles.offices_of(person).roles
    return ", ".join(role.label for role in GRANTED if role in held)


class IndexView(wagtail.IndexView):
    @cached_property
    def columns(self) -> list[Column]:
        """Roles in the place of Wagtail's flag; no boxes to tick, as nothing is done to many people at once."""
        kept = [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]
        return [Column("roles", accessor=_roles, label="Roles") if column.name == "is_superuser" else column for column in kept]

    def get_base_queryset(self) -> QuerySet[User]:
        """Everybody but those who were forgotten, about whom nothing is left to do."""
        return User.objects.filter(erased_at=None).select_related("roles").prefetch_related("names", "wagtail_userprofile")

    def search_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        if not self.is_searching:
            return queryset
        named = people.search(self.search_query, limit=100).people
        return queryset.filter(Q(pk__in=named) | Q(email__icontains=self.search_query))


class CreateView(wagtail.CreateView):
    @transaction.atomic
    def save_instance(self) -> User:
        """The account, its name, and the letter with which the person chooses a password."""
        by = cast(User, self.request.user)
        user = super().save_instance()
        naming.rename(user, self.form.cleaned_data["full_name"], by=by)
        invitations.invite(user, by=by)
        return user


class EditView(wagtail.EditView):
    """What is on record, and the ways to the screens where it is changed. A form that is sent here changes nothing."""

    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = roles.offices_of(self.object).roles
        return {
            **super().get_context_data(**kwargs),
            "held_roles": [role for role in GRANTED if role in held],
            "person": self.object,
            "against_address": changes.against_office(self.object, by=cast(User, self.request.user)),
            "is_self": self.editing_self,
        }


class UserViewSet(wagtail.UserViewSet):
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonEditForm if for_update else PersonCreationForm


class GroupViewSet(ViewSet):
    """No screen at all: groups follow from roles, and what a group may do is written in migrations. A screen would be a way around both."""
