"""Retiring content on which records hang: it is asked and offered no more, and what was done with it stays."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import log
from courses import actions
from courses.models import CoursePage, LessonPage, ModulePage, Question

Content = CoursePage | ModulePage | LessonPage | Question


@transaction.atomic
def retire(thing: Content, *, by: User, at: datetime) -> None:
    """Take content out of use; retired already, nothing happens. Open attempts keep their questions; earlier marks and completions stay."""
    if type(thing).objects.filter(pk=thing.pk, retired_at=None).update(retired_at=at):
        log.record(actions.CONTENT_RETIRED, thing, by=by, key=thing.key, retired=True)


@transaction.atomic
def offer_again(thing: Content, *, by: User) -> None:
    """Bring retired content back into use; in use already, nothing happens."""
    if type(thing).objects.filter(pk=thing.pk, retired_at__isnull=False).update(retired_at=None):
        log.record(actions.CONTENT_RETIRED, thing, by=by, key=thing.key, retired=False)
