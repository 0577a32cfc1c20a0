"""What must hold of the texts in the whole database."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import F, Q

from audit.invariants import invariant
from cms import guards
from cms.models import Edition, Wording


@invariant("Every wording belongs to a clause of the text of its edition, and says something")
def wordings_are_at_home() -> Iterator[str]:
    away = ~Q(clause__text=F("edition__text")) | Q(clause__cites__isnull=False) | Q(body="")
    for edition, clause in Wording.objects.filter(away).values_list("edition_id", "clause_id").order_by("pk"):
        yield f"edition {edition} words {clause}, which is not its to word, or with no words"


@invariant("Every piece of a published edition has its clause")
def published_editions_are_whole() -> Iterator[str]:
    for edition in Edition.objects.published().order_by("pk"):
        if edition.placement.get("unplaced"):
            yield f"edition {edition.pk} is published, and a piece of it has no clause"


@invariant("Published wording refuses change, and clauses stay what they are")
def triggers_stand() -> Iterator[str]:
    for name in sorted(set(guards.refusals(connection.vendor)) - guards.standing(connection)):
        yield f"the trigger {name} is gone"
