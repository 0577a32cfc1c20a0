"""People in Wagtail's admin: found by name, made with an invitation, never deleted."""

from typing import Any, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from wagtail.users.views import users as wagtail

from accounts import invitations, naming, people
from accounts.forms import PersonCreationForm, PersonEditForm
from accounts.models import User


class IndexView(wagtail.IndexView):
    def get_base_queryset(self) -> QuerySet[User]:
        return User.objects.prefetch_related("names", "wagtail_userprofile")

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


class UserViewSet(wagtail.UserViewSet):
    index_view_class = IndexView
    add_view_class = CreateView

    def get_form_class(self, for_update: bool = False) -> Any:
        return PersonEditForm if for_update else PersonCreationForm
