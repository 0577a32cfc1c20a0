"""Questions in the admin: written, previewed, reviewed, published; each publication freezes a version."""

from typing import Any

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.access import Reviewed
from courses.models import Question

register_permission_policy(Question, Reviewed(Question), exact_class=True)


class QuestionChooserViewSet(SnippetChooserViewSet):
    def get_urlpatterns(self) -> list[Any]:
        """A question is written on its own page: the chooser has no form for one, and its address for that would break."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class QuestionViewSet(SnippetViewSet):
    model = Question
    chooser_viewset_class = QuestionChooserViewSet
    icon = "help"
    menu_label = "Questions"
    menu_order = 210
    add_to_admin_menu = True
    list_display = ["key", "stem", "type", "section", "clauses", BooleanColumn("critical"), "live"]
    list_filter = ["type", "module", "section", "critical", "level"]
    search_fields = ["key", "stem", "clauses"]
    search_backend_name = None  # the index of SQLite cannot be asked for single fields
    list_per_page = 50
    copy_view_enabled = True
    panels = [
        FieldPanel("stem"),
        FieldPanel("type"),
        FieldPanel("options"),
        MultiFieldPanel([FieldPanel("clauses"), FieldPanel("critical")], heading="What it asks about"),
        MultiFieldPanel([FieldPanel("module"), FieldPanel("section")], heading="Where it is drawn for"),
        MultiFieldPanel([FieldPanel("level"), FieldPanel("difficulty")], heading="How hard it is"),
    ]
