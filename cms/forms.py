"""What is asked in the admin when an official text comes in."""

from typing import Any

from django import forms

from cms.models import Clause, Edition
from cms.reading import LARGEST


class ImportForm(forms.Form):
    file = forms.FileField(label="The official text", help_text="A plain text file in UTF-8.")
    name = forms.CharField(label="Name of the draft edition", max_length=60)
    confirm = forms.BooleanField(label="The border before Confidentiality that was guessed is right", required=False)
    accept_counts = forms.BooleanField(label="The text really has other counts", required=False)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(f"The file has {file.size:,} bytes; a text has at most {LARGEST:,}.")
        return file


class PlaceForm(forms.Form):
    """Which clause a piece is; empty: a new one."""

    index = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    clause = forms.ModelChoiceField(Clause.objects.none(), required=False, empty_label="A new clause", label="This is")

    def __init__(self, *args: Any, edition: Edition, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Clause.objects.filter(section=section, cites=None).exclude(wordings__edition=edition)
        self.fields["clause"].queryset = free  # type: ignore[attr-defined]
