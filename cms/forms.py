"""What is asked in the admin when an official text, a document or a picture comes in, and how much of a file is taken in at all."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from accounts import cleaning, uploads
from cms.models import Clause, Edition
from cms.reading import LARGEST, TOO_LARGE

FILL_IN = {"required": "Please fill this in."}


class NoMoreThanAText(FileUploadHandler):
    """Lets so much of an upload through that its size can be told from a text's, and no more: a gigabyte fills no disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size: int) -> None:
        return None


class ImportForm(forms.Form):
    file = forms.FileField(
        label="The official text",
        help_text="A plain text file (.txt). If letters with accents come out wrong, save it again and choose “UTF-8” as its encoding.",
        allow_empty_file=True,
        error_messages={"required": "Please choose a file."},
    )
    name = forms.CharField(
        label="Name of the draft edition",
        help_text="Everybody reads it once the edition is published, such as “2027”.",
        max_length=60,
        error_messages=FILL_IN,
    )
    confirm = forms.BooleanField(
        label="I have looked at the line named above: the section on confidentiality begins there",
        help_text="The file has no heading for that section, so the site guessed where it begins.",
        required=False,
    )
    accept_counts = forms.BooleanField(
        label="I have looked at the numbers above: the text really has so many clauses",
        help_text="They are not the numbers that the site expected; a line may be missing or too many.",
        required=False,
    )

    ASKED_LATER: ClassVar[tuple[str, ...]] = ("confirm", "accept_counts")

    def ask_only_what_was_found(self) -> None:
        """The boxes about what the site guessed stand there once it has said what that is, or where one is ticked."""
        for name in self.ASKED_LATER:
            if name not in self.errors and not self.data.get(name):
                del self.fields[name]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return file


class PlaceForm(forms.Form):
    """Which clause a piece is; empty: a new one."""

    index = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    clause = forms.ModelChoiceField(Clause.objects.none(), required=False, empty_label="A new clause", label="This is")

    def __init__(self, *args: Any, edition: Edition, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded = [wording.clause_id for wording in edition.newest().wordings.all()]
        self.fields["clause"].queryset = Clause.objects.filter(section=section, cites=None).exclude(pk__in=worded)  # type: ignore[attr-defined]


class DocumentForm(BaseDocumentForm):
    """A document of the office. It is kept as it came: what makes a PDF readable aloud would not survive a cleaning."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            _accepted(file, (uploads.Kind.PDF, uploads.Kind.TXT))
        return file


class PictureForm(BaseImageForm):
    """A picture for a page. The public gets a clean copy: a photograph tells where and with which phone it was taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The file is looked at before Wagtail opens it, which breaks on half a picture. A form of titles alone has none."""
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            read = field.to_python
            field.to_python = lambda file: read(_clean_copy(file) if file else file)


def _clean_copy(file: Any) -> SimpleUploadedFile:
    data, kind = _accepted(file, (uploads.Kind.JPEG, uploads.Kind.PNG))
    return SimpleUploadedFile(file.name, cleaning.cleaned(data, kind), content_type=file.content_type)


def _accepted(file: Any, kinds: tuple[uploads.Kind, ...]) -> tuple[bytes, uploads.Kind]:
    """The content and its kind. Raises ValidationError with every reason against it."""
    file.seek(0)
    data = file.read()
    file.seek(0)
    verdict = uploads.look(data, file.name, kinds=kinds)
    if verdict.kind is None:
        raise forms.ValidationError(list(verdict.reasons))
    return data, verdict.kind
