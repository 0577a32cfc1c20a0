from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from wagtail.models import WorkflowContentType

from audit import log
from cms import code
from cms.models import Clause, Edition, Wording
from tests.factories import cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts", "no_indexes")]
DAY = cms.DAY


def test_an_edition_is_in_force_from_its_day_on():
    first = cms.texts()
    second = cms.published(on=DAY)

    assert code.edition_in_force(on=DAY - timedelta(days=1)) == first
    assert code.edition_in_force(on=DAY) == second
    assert code.edition_in_force("therapy", on=DAY).text_id == "therapy"


def test_before_the_first_edition_none_is_in_force():
    cms.texts()

    assert code.edition_in_force(on=date(2014, 12, 31)) is None


def test_a_draft_is_never_in_force():
    first = cms.texts()
    cms.draft()

    assert code.edition_in_force(on=date(2040, 1, 1)) == first


def test_editions_after_come_oldest_first_and_only_those_in_force_by_the_day():
    first = cms.texts()
    second = cms.published("second", on=DAY)
    third = cms.published("third", on=DAY + timedelta(days=10), changes={"PS-01": "Other words."})

    assert code.editions_after(first, on=DAY + timedelta(days=10)) == [second, third]
    assert code.editions_after(first, on=DAY + timedelta(days=9)) == [second]
    assert code.editions_after(third, on=date(2040, 1, 1)) == []


def test_publishing_writes_the_ledger():
    cms.texts()
    edition = cms.published(weight="material")

    entry = log.history(edition).get(action="cms.edition_published")
    assert entry.detail.facts["weight"] == "material"
    assert entry.detail.facts["in_force_on"] == DAY.isoformat()


def test_an_edition_is_not_published_twice():
    cms.texts()
    edition = cms.published()

    with pytest.raises(code.NotPublishable) as refusal:
        code.publish(edition, weight="minor", in_force_on=DAY + timedelta(days=1), by=None)

    assert refusal.value.reasons == ["This edition is published already; its wording is frozen."]


def test_a_refusal_names_every_reason():
    cms.texts()
    edition = cms.draft(retired=tuple(Clause.objects.values_list("pk", flat=True)))
    Edition.objects.filter(pk=edition.pk).update(placement={"unplaced": [{"body": "Lost."}]})

    with pytest.raises(code.NotPublishable) as refusal:
        code.publish(edition, weight="", in_force_on=date(2015, 1, 1), by=None)

    assert len(refusal.value.reasons) == 4
    assert not Edition.objects.filter(state="published").exclude(demonstration=True).exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda e: Wording.objects.filter(edition=e, clause="PS-07").update(body="Changed."),
        lambda e: Wording.objects.filter(edition=e, clause="PS-07").delete(),
        lambda e: Wording.objects.create(edition=e, clause=cms.clause(), body="Added."),
        lambda e: Edition.objects.filter(pk=e.pk).update(in_force_on=DAY),
        lambda e: Edition.objects.filter(pk=e.pk).update(state="draft", in_force_on=None, weight=""),
        lambda e: Edition.objects.filter(pk=e.pk).delete(),
        lambda e: Clause.objects.filter(pk="PS-07").update(id="PS-99"),
    ],
    ids=["change a wording", "remove a wording", "add a wording", "move its day", "make it a draft", "remove it", "rename a clause"],
)
def test_the_database_keeps_a_published_edition_as_it_is(harm):
    edition = cms.texts()

    with pytest.raises(DatabaseError), transaction.atomic():
        harm(edition)

    assert edition.wordings.count() == 28


def test_a_draft_may_change_and_go():
    cms.texts()
    edition = cms.draft()
    Wording.objects.filter(edition=edition, clause="PS-07").update(body="Changed.")

    edition.delete()

    assert not Wording.objects.filter(edition__name="second").exists()


@pytest.fixture
def unreviewed():
    """An association that asks for no review of editions."""
    WorkflowContentType.objects.all().delete()
    cms.texts()


def test_what_was_saved_last_is_published_though_no_row_says_so_yet(unreviewed):
    draft = cms.draft(changes={"PS-07": "In the rows."})
    draft.wordings.set([reworded(w) for w in draft.in_order() if w.clause_id != "SC-10"])
    draft.name = "Renamed"
    draft.save_revision()
    assert Wording.objects.get(edition=draft, clause="PS-07").body == "In the rows."

    edition = code.publish(draft, weight="minor", in_force_on=DAY, by=None)

    assert edition.name == "Renamed"
    assert edition.bodies()["PS-07"] == "Saved last."
    assert "SC-10" not in edition.bodies()
    assert list(edition.wordings.values_list("position", flat=True)) == list(range(1, 28))


def reworded(wording: Wording) -> Wording:
    wording.body = "Saved last." if wording.clause_id == "PS-07" else wording.body
    return wording


def test_with_the_digest_of_what_was_shown_nothing_else_is_published(unreviewed):
    draft = cms.draft()
    seen = draft.digest()
    draft.wordings.set([reworded(w) for w in draft.in_order()])
    draft.save_revision()

    with pytest.raises(code.NotPublishable) as refusal:
        code.publish(draft, weight="minor", in_force_on=DAY, by=None, seen=seen)

    assert refusal.value.reasons == ["The draft was changed since this page was opened. Read it again as it stands now."]
    newest = Edition.objects.get(pk=draft.pk).newest()
    assert code.publish(draft, weight="minor", in_force_on=DAY, by=None, seen=newest.digest()).digest() == newest.digest()


@pytest.mark.parametrize("harm", ["another word", "another order", "another name"])
def test_the_digest_tells_any_change(harm):
    cms.texts()
    draft = cms.draft()
    before, wordings = draft.digest(), draft.in_order()
    if harm == "another word":
        wordings[3].body += " And more."
    elif harm == "another order":
        wordings[2].position, wordings[3].position = wordings[3].position, wordings[2].position
    else:
        draft.name = "Other"
    draft.wordings.set(wordings)

    assert draft.digest() != before


def test_a_draft_that_was_withdrawn_meanwhile_is_not_published():
    cms.texts()
    draft = cms.draft()
    Edition.objects.get(pk=draft.pk).delete()

    with pytest.raises(code.NotPublishable, match="This draft was withdrawn a moment ago"):
        code.publish(draft, weight="minor", in_force_on=DAY, by=None)
