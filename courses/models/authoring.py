"""The forms of these pages in the editor, where they ask for more or less than Wagtail's own."""

from typing import Any

from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm

from courses.models.fields import check_clauses_exist


class CopyWithoutAlias(CopyForm):
    """A copy that stands for itself. An alias would share the key on which records hang."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.data.get("alias"):
            self.add_error("new_title", "Records hang on the pages of a course: it cannot be an alias. Copy it without that.")
        return cleaned


class ModuleForm(WagtailAdminPageForm):
    """A quiz is published once it has the questions it asks for; a draft may wait for them."""

    def _post_clean(self) -> None:
        """Where the page has the numbers that were typed."""
        super()._post_clean()
        if self.errors or self.is_deferred_validation:
            return
        field = "blueprint" if self.instance.blueprint else "draw"
        for words in self.instance.shortage():
            self.add_error(field, f"{words}. Save it as a draft until its questions are in use.")


class OnClauses:
    """It stands on clauses that there are."""

    cleaned_data: dict[str, Any]

    def clean_clauses(self) -> str:
        clauses: str = self.cleaned_data["clauses"]
        check_clauses_exist(clauses)
        return clauses


class LessonForm(OnClauses, WagtailAdminPageForm):
    pass


class QuestionForm(OnClauses, WagtailAdminModelForm):
    pass
