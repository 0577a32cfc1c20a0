"""Editions and clauses in the admin: drafts are edited and reviewed, published wording is only read."""

from typing import Any

from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import Clause, Edition


class KeptPolicy(ModelPermissionPolicy):
    """Made by the importer and kept for good: nobody adds or removes one by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "delete") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


for model in (Clause, Edition):
    register_permission_policy(model, KeptPolicy(model), exact_class=True)


class ClauseViewSet(SnippetViewSet):
    model = Clause
    icon = "list-ol"
    menu_label = "Clauses"
    menu_order = 221
    add_to_admin_menu = True
    list_display = ["id", "title", "section", "kind", "critical"]
    list_filter = ["text", "section", "kind", "critical"]
    list_per_page = 100
    panels = [FieldPanel("title"), FieldPanel("short"), FieldPanel("kind"), FieldPanel("critical")]


class EditionViewSet(SnippetViewSet):
    model = Edition
    icon = "doc-full"
    menu_label = "Editions"
    menu_order = 220
    add_to_admin_menu = True
    list_display = ["name", "text", "state", "in_force_on", "weight", "demonstration"]
    list_filter = ["text", "state"]
    panels = [FieldPanel("name"), InlinePanel("wordings", [FieldPanel("clause"), FieldPanel("body")], heading="Wording")]
