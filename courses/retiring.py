"""Retiring content on which records hang: it is asked and offered no more, and what was done with it stays."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import log
from courses import actions
from courses.models import CoursePage, LessonPage, ModulePage, Question
from courses.models.content import LAST_FINAL

Content = CoursePage | ModulePage | LessonPage | Question


class CannotRetire(Exception):
    """What cannot be retired yet; `reasons` are sentences for the author."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def retire(thing: Content, *, by: User, at: datetime) -> None:
    """Take content out of use; retired already, nothing happens. Open attempts keep their questions; earlier marks and completions stay.

    Raises CannotRetire for the last final quiz of a course that nothing else completes.
    """
    if isinstance(thing, ModulePage):
        CoursePage.objects.select_for_update(of=("self",)).ancestor_of(thing).get()  # two authors, each with one of two finals
        if ModulePage.objects.get(pk=thing.pk).completes_alone():
            raise CannotRetire([LAST_FINAL])
    if type(thing).objects.filter(pk=thing.pk, retired_at=None).update(retired_at=at):
        log.record(actions.CONTENT_RETIRED, thing, by=by, key=thing.key, retired=True)


@transaction.atomic
def offer_again(thing: Content, *, by: User) -> None:
    """Bring retired content back into use; in use already, nothing happens."""
    if type(thing).objects.filter(pk=thing.pk, retired_at__isnull=False).update(retired_at=None):
        log.record(actions.CONTENT_RETIRED, thing, by=by, key=thing.key, retired=False)
