"""Two people at the same draft, or at the same text, at the same moment: on a real server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from audit.models import Entry
from certification import editions
from cms import code, importing
from cms.models import Clause, Edition
from cms.models.editions import Frozen
from tests.cms import invented
from tests.factories import cms
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = cms.DAY


def together(*acts):
    """What each of these acts answers, or refuses with, when all begin at the same moment."""
    gate = Barrier(len(acts))

    def one(act):
        gate.wait()
        try:
            return act()
        except Exception as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def publish(draft: Edition, *, on=DAY, seen: str | None = None):
    return lambda: code.publish(Edition.objects.get(pk=draft.pk), weight="minor", in_force_on=on, by=None, seen=seen)


def refusals(answers) -> list[list[str]]:
    return [answer.reasons for answer in answers if isinstance(answer, code.NotPublishable)]


def test_of_two_drafts_for_one_day_one_is_published_and_the_other_told_why_not():
    cms.texts()
    drafts = [cms.draft("red", changes={"PS-07": "Red."}), cms.draft("blue", changes={"PS-07": "Blue."})]

    answers = together(*(publish(draft) for draft in drafts))

    [won] = Edition.objects.published().filter(demonstration=False)
    assert refusals(answers) == [[f"The edition “{won.name}” comes into force on March 2, 2026; choose a later day."]]
    assert sum(isinstance(answer, Edition) for answer in answers) == 1


def test_of_two_drafts_for_two_days_none_slips_in_before_the_other():
    cms.texts()
    late, early = cms.draft("late"), cms.draft("early")

    together(publish(late, on=DAY + timedelta(days=9)), publish(early))

    order = [entry.detail.facts["in_force_on"] for entry in Entry.objects.filter(action="cms.edition_published").order_by("pk")]
    assert order == sorted(order)
    assert len(order) in (1, 2)


def test_one_draft_is_published_once_however_often_the_button_is_pressed():
    cms.texts()
    draft, clerk = cms.draft(), UserFactory()

    def press():
        return editions.publish(Edition.objects.get(pk=draft.pk), weight="minor", in_force_on=DAY, by=clerk, seen=draft.digest())

    answers = together(*[press] * 5)

    assert refusals(answers) == [["This edition is published already; its wording is frozen."]] * 4
    assert Entry.objects.filter(action__in=["cms.edition_published", "certification.edition_published"]).count() == 2


@pytest.mark.parametrize("round_", range(5))
def test_what_is_saved_while_it_is_published_is_either_shown_or_refused(round_):
    cms.texts()
    draft = cms.draft(changes={"PS-07": "As shown."})
    seen = draft.digest()

    def save():
        mine = Edition.objects.get(pk=draft.pk)
        wordings = mine.in_order()
        for wording in wordings:
            wording.body = "Slipped in." if wording.clause_id == "PS-07" else wording.body
        mine.wordings.set(wordings)
        mine.save()
        return mine.save_revision()

    published, saved = together(publish(draft, seen=seen), save)

    after = Edition.objects.get(pk=draft.pk)
    if isinstance(published, Edition):
        assert isinstance(saved, Frozen)
        assert after.digest() == seen
    else:
        assert any("changed since this page was opened" in reason for reason in published.reasons)
        assert after.state == "draft"


def test_one_file_imported_twice_at_once_makes_its_drafts_once():
    cms.texts()

    answers = together(*[lambda: importing.import_text(invented.TEXT.encode(), by=None, on=DAY)] * 3)

    assert sorted(len(done.editions) for done in answers) == [0, 0, 3]
    assert Edition.objects.drafts().count() == 3


def test_two_files_imported_at_once_get_two_names():
    cms.texts()
    texts = [invented.TEXT, invented.TEXT.replace("bed number", "patch number")]

    answers = together(*(lambda text=text: importing.import_text(text.encode(), by=None, on=DAY) for text in texts))

    assert {edition.name for done in answers for edition in done.editions} == {"Import of 2026-03-02", "Import of 2026-03-02 (2)"}


def with_a_piece_to_place() -> Edition:
    cms.texts()
    for edition in importing.import_text(invented.TEXT.encode(), name="a", by=None, on=DAY).editions:
        code.publish(cms.approved(edition), weight="minor", in_force_on=DAY, by=None)
    text = invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night.")
    return importing.import_text(text.encode(), name="b", by=None, on=DAY).editions[0]


def test_one_piece_is_placed_once():
    draft = with_a_piece_to_place()

    answers = together(*[lambda: importing.assign(draft, 0, clause=None, by=None)] * 3)

    assert sum(isinstance(answer, importing.NotPlaceable) for answer in answers) == 2
    assert Clause.objects.filter(pk__startswith="SC-").count() == 11


def test_a_draft_is_withdrawn_or_published_and_nobody_sees_an_error():
    cms.texts()
    draft = cms.draft()

    answers = together(publish(draft), lambda: importing.withdraw(Edition(pk=draft.pk), by=None))

    gone = not Edition.objects.filter(pk=draft.pk).exists()
    refused = [answer for answer in answers if isinstance(answer, (code.NotPublishable, importing.NotWithdrawable))]
    assert len(refused) == 1
    assert isinstance(refused[0], code.NotPublishable) is gone
