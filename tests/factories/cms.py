"""Editions and clauses in named states."""

from datetime import date

from cms import code, loading
from cms.models import Clause, Edition, Text, Wording
from tests.factories.indexes import unindexed

DAY = date(2026, 3, 2)


@unindexed()
def texts() -> Edition:
    """The shipped clauses and demonstration editions; returns that of the Code."""
    loading.load_texts()
    return Edition.objects.get(text="code", demonstration=True)


def draft(name: str = "second", *, text: str = "code", changes: dict[str, str] | None = None, retired: tuple[str, ...] = ()) -> Edition:
    """A draft that was approved, with the wording of the newest published edition, but for `changes` and without the `retired` clauses."""
    base = Edition.objects.published().filter(text=text).order_by("-in_force_on")[0]
    edition = Edition.objects.create(text_id=text, name=name, slug=name, live=True)
    bodies = {w.clause_id: w.body for w in base.wordings.all()} | (changes or {})
    Wording.objects.bulk_create(
        Wording(edition=edition, clause_id=pk, position=place, body=body)
        for place, (pk, body) in enumerate(bodies.items(), 1)
        if pk not in retired
    )
    return edition


def approved(edition: Edition) -> Edition:
    """The edition with what was saved last approved, as the last step of a review does it."""
    return approved_as(Edition.objects.get(pk=edition.pk).newest())


def approved_as(edition: Edition) -> Edition:
    """The edition approved as it stands in memory, its name included."""
    edition.save_revision(clean=False).publish()
    return Edition.objects.get(pk=edition.pk)


def published(name: str = "second", *, on: date = DAY, weight: str = "minor", changes: dict[str, str] | None = None, **kw) -> Edition:
    """A published edition of the Code (texts() first)."""
    return code.publish(
        draft(name, changes=changes or {"PS-07": "New words for this clause."}, **kw), weight=weight, in_force_on=on, by=None
    )


def clause(number: int = 13, *, section: str = "standards") -> Clause:
    """A clause that no edition words yet."""
    return Clause.objects.create(
        id=f"PS-{number:02}", text_id="code", section=section, title=f"Clause {number}", kind="duty", position=500 + number
    )


def clauses(*ids: str) -> None:
    """Clauses of the Code by their ids, without a wording."""
    text, _ = Text.objects.get_or_create(slug="code", defaults={"title": "Code of Ethics"})
    there = set(Clause.objects.values_list("pk", flat=True))
    Clause.objects.bulk_create(
        Clause(id=pk, text=text, section="scope", title=f"Clause {pk}", position=place)
        for place, pk in enumerate(ids, len(there) + 1000)
        if pk not in there
    )
