"""The office's look: Wagtail's admin in the site's colors."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel, BaseSettingsPanel, NameEmailSettingsPanel
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from accounts import access

# No person's groups, account or log-in changes in a crowd: each goes through a verb that knows the rules and the ledger.
for action in (AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction):
    action.models = []


def _is_not_offered(panel: BaseSettingsPanel) -> bool:
    return False


# A name is recorded by the office and never split, so Wagtail's two fields would say "changed" and change nothing. A portrait would be
# kept as it came, with the place where it was taken: no module looks at it (accounts/uploads.py), and nobody needs it.
for panel in (AvatarSettingsPanel, NameEmailSettingsPanel):
    panel.is_active = _is_not_offered


class AdministratorsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may_administer(request.user)


@hooks.register("register_settings_menu_item")
def who_holds_what() -> MenuItem:
    return AdministratorsItem("Roles", reverse("roles"), icon_name="group", order=601)


@hooks.register("register_admin_menu_item")
def what_waits() -> MenuItem:
    return AdministratorsItem("Signatures", reverse("proposals"), icon_name="pick", order=160)


@hooks.register("insert_global_admin_css")
def colors() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("office/admin.css"))
