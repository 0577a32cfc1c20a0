"""Editions and clauses in the admin: drafts are edited and reviewed, published wording is only read."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.admin.widgets import Button
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import EditView, IndexView, PreviewRevisionView, SnippetViewSet

from cms.access import Kept, KeptAndReviewed
from cms.facts import LONGEST
from cms.models import Clause, CrisisLine, Edition

register_permission_policy(Clause, Kept(Clause), exact_class=True)
register_permission_policy(Edition, KeptAndReviewed(Edition), exact_class=True)


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


class EditionForm(WagtailAdminModelForm):
    """A draft words each clause of its own text once."""

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(without_nul(data) if data else data, *args, **kwargs)

    def clean(self) -> Any:
        data = super().clean()
        posted = self.formsets["wordings"].forms
        forms = [form for form in posted if form.is_valid() and not form.cleaned_data.get("DELETE")]
        chosen = [(form, form.cleaned_data["clause"]) for form in forms if form.cleaned_data.get("clause")]
        spoken_of = {form.instance.pk for form in posted}
        untold = [wording.clause_id for wording in self.instance.wordings.all() if wording.pk not in spoken_of]
        times = Counter([*(clause.pk for _, clause in chosen), *untold])
        for form, clause in chosen:
            if clause.text_id != self.instance.text_id:
                form.add_error("clause", f"{clause.pk} is a clause of “{clause.text}”, and this is an edition of “{self.instance.text}”.")
            elif clause.cites_id:
                form.add_error("clause", f"{clause.pk} is taught from {clause.cites_id} and has no wording of its own.")
            elif times[clause.pk] > 1:
                form.add_error("clause", f"{clause.pk} is chosen more than once. An edition says one thing of a clause.")
        for form in forms:
            if len(form.cleaned_data.get("body") or "") > LONGEST:
                form.add_error("body", f"A wording has at most {LONGEST:,} characters.")
        if any(form.errors for form in forms):
            raise ValidationError("Not yet: look at the wordings marked below.")
        return data

    def save(self, commit: bool = True) -> Edition:
        """Numbers all wordings as the form orders them: Wagtail numbers those that were changed, from 0, whatever the others bear."""
        edition: Edition = super().save(commit=False)
        told = {form.instance.clause_id: place for place, form in enumerate(self.formsets["wordings"].ordered_forms)}
        wordings = sorted(edition.wordings.all(), key=lambda wording: (told.get(wording.clause_id, len(told)), wording.position))
        for place, wording in enumerate(wordings, 1):
            wording.position = place
        if commit:
            edition.save()
        return edition


def without_nul(data: QueryDict) -> QueryDict:
    """What was posted without NUL: Wagtail's chooser asks the database for a refused value once more, and PostgreSQL breaks on one."""
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [str(value).replace("\x00", "") for value in values])
    return clean


class EditionIndex(IndexView):
    """The list says what state an edition is in, in our words: Wagtail would call an approved draft live."""

    list_display = ["name", "text", "in_force_on", "weight", "demonstration", StatusTagColumn("status_string", label="Status")]


class EditionEdit(EditView):
    """The editor leads to what the draft changes, where a reviewer reads it and a piece finds its clause."""

    def get_header_more_buttons(self) -> list[Any]:
        address = reverse("edition_difference", args=[self.object.pk])
        return [*super().get_header_more_buttons(), Button("Difference", address, icon_name="resubmit", priority=5)]


class EditionRevision(PreviewRevisionView):
    """An old revision is read by who may read editions; Wagtail's own view asks nobody."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policy_registry.get_by_type(Edition).user_has_any_permission(request.user, ["view", "change", "publish"]):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class EditionViewSet(SnippetViewSet):
    model = Edition
    icon = "doc-full"
    menu_label = "Editions"
    menu_order = 220
    add_to_admin_menu = True
    index_view_class = EditionIndex
    edit_view_class = EditionEdit
    revisions_view_class = EditionRevision
    list_filter = ["text", "state"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("name", required_on_save=True),
            InlinePanel("wordings", [FieldPanel("clause"), FieldPanel("body", required_on_save=True)], heading="Wording", label="Wording"),
        ],
        base_form_class=EditionForm,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return Edition.objects.select_related("text")


class ChosenNowhere(SnippetChooserViewSet):
    """No field picks one, so there is no window to pick it in, nor to make one there without the rest of the form."""

    def get_urlpatterns(self) -> list[Any]:
        return []


class CrisisLineViewSet(SnippetViewSet):
    """Lines to call: kept by the office, which sees on its first page whose check is due."""

    model = CrisisLine
    icon = "help"
    menu_label = "Crisis lines"
    menu_order = 223
    add_to_admin_menu = True
    chooser_viewset_class = ChosenNowhere
    list_display = ["name", "country", "kind", "phone", "hours", "checked_on"]
    list_filter = ["country", "kind"]
    list_per_page = 100
    panels = [
        FieldPanel("country"),
        FieldPanel("kind"),
        FieldPanel("name"),
        FieldPanel("phone"),
        FieldPanel("link"),
        FieldPanel("languages"),
        FieldPanel("hours"),
        FieldPanel("source"),
        FieldPanel("checked_on"),
    ]
