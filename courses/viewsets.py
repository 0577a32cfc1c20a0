"""Questions in the admin: written, previewed, reviewed, published; each publication freezes a version."""

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import Question


class QuestionViewSet(SnippetViewSet):
    model = Question
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
