"""Who may add, remove and publish what has a review: the permission policies of Wagtail's admin, and the question they share."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from wagtail.models import Workflow
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import User


def may_publish_alone(user: User | AnonymousUser, workflow: Workflow | None, thing: Any = None) -> bool:
    """Whether no review stands between this person and publishing: none is asked for, or the person could give every approval in it."""
    tasks = workflow.tasks.filter(active=True).specific() if workflow else []
    return all(task.get_actions(thing, user) for task in tasks)


class Reviewed(ModelPermissionPolicy):
    """Where a workflow asks for approval, whoever may approve may publish and nobody else; elsewhere the rights of the groups count."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action != "publish" or not (workflow := self.model.get_default_workflow()):
            allowed: bool = super().user_has_permission(user, action)
            return allowed
        return user.is_active and may_publish_alone(user, workflow)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class Kept(ModelPermissionPolicy):
    """Made by the importer and kept for good: nobody adds or removes one by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in ("add", "delete") and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class KeptAndReviewed(Kept, Reviewed):
    """Editions: imported, reviewed, kept."""
