"""The forms of these pages in the editor, where they ask for more or less than Wagtail's own."""

from typing import Any

from wagtail.admin.forms.pages import CopyForm


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
