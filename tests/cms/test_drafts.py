"""A draft in the editor: what may be changed in it, and what is told to whoever tries more."""

import pytest
from django.db import DatabaseError, transaction

from cms import code
from cms.models import Clause, Edition, Wording
from tests.cms.editing import author, form_of, place_of, row, url
from tests.factories import cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_indexes")]


@pytest.fixture
def draft():
    """A draft that nobody approved yet, as an import leaves it."""
    cms.texts()
    edition = cms.draft()
    Edition.objects.filter(pk=edition.pk).update(live=False)
    return Edition.objects.get(pk=edition.pk)


@pytest.fixture
def editor(client, draft):
    client.force_login(author())
    return client


def save(editor, draft: Edition, data) -> str:
    """What the editor answers, in one line of text."""
    answer = editor.post(url("edit", draft), data, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def bodies(draft: Edition) -> dict[str, str]:
    return Edition.objects.get(pk=draft.pk).newest().bodies()


def test_an_author_changes_a_word(editor, draft):
    save(editor, draft, form_of(draft, reworded={"PS-07": "Other words."}))

    assert bodies(draft)["PS-07"] == "Other words."
    assert code.edition_in_force(on=cms.DAY).bodies()["PS-07"] != "Other words."


def test_a_clause_of_another_text_is_refused_in_words(editor, draft):
    data = form_of(draft)
    data[f"wordings-{place_of(data, 'PS-07')}-clause"] = "GP-01"

    page = save(editor, draft, data)

    assert "GP-01 is a clause of “Guiding principles”, and this is an edition of “Code of Ethics”." in page
    assert "GP-01" not in bodies(draft)


def test_a_teaching_claim_is_refused_in_words(editor, draft):
    data = form_of(draft)
    data[f"wordings-{place_of(data, 'PS-07')}-clause"] = "CE-00.1"

    assert "CE-00.1 is taught from CE-00 and has no wording of its own." in save(editor, draft, data)


def test_a_clause_chosen_twice_is_refused_in_words(editor, draft):
    data = form_of(draft)
    data[f"wordings-{place_of(data, 'PS-07')}-clause"] = "PS-08"

    page = save(editor, draft, data)

    assert "PS-08 is chosen more than once. An edition says one thing of a clause." in page
    assert "PS-07" in bodies(draft)


def test_a_new_row_for_a_clause_that_is_there_is_refused(editor, draft):
    data = form_of(draft)
    data |= {**row(28, "PS-08", "Said again."), "wordings-TOTAL_FORMS": 29}

    assert "PS-08 is chosen more than once" in save(editor, draft, data)


def test_two_clauses_may_change_places_and_one_may_take_the_place_of_one_that_goes(editor, draft):
    data = form_of(draft)
    seven, eight, nine, ten = (place_of(data, f"PS-{n:02}") for n in (7, 8, 9, 10))
    data |= {f"wordings-{seven}-clause": "PS-08", f"wordings-{eight}-clause": "PS-07"}
    data |= {f"wordings-{nine}-clause": "PS-10", f"wordings-{ten}-DELETE": "on"}
    before = bodies(draft)

    save(editor, draft, data)

    after = bodies(draft)
    assert (after["PS-07"], after["PS-08"]) == (before["PS-08"], before["PS-07"])
    assert after["PS-10"] == before["PS-09"]
    assert "PS-09" not in after


@pytest.mark.parametrize("field", ["name", "wordings-3-body", "wordings-3-clause"])
def test_what_is_left_empty_is_refused_in_words_and_comes_back(editor, draft, field):
    data = form_of(draft, reworded={"PS-07": "Typed just now."}) | {field: ""}

    page = save(editor, draft, data)

    assert "This field is required." in page
    assert "Typed just now." in page
    assert bodies(draft)["PS-07"] != "Typed just now."


def test_a_wording_as_long_as_a_book_is_refused(editor, draft):
    page = save(editor, draft, form_of(draft, reworded={"PS-07": "word " * 2001}))

    assert "A wording has at most 10,000 characters." in page
    assert not bodies(draft)["PS-07"].startswith("word")


def test_a_clause_of_nobody_and_a_row_of_somebody_else_change_nothing(editor, draft):
    foreign = Wording.objects.filter(edition__text="principles").first()
    data = form_of(draft)
    before = bodies(draft)

    for forged in (
        {"wordings-3-clause": "XX-99"},
        {"wordings-3-clause": "\x00"},
        {"wordings-3-id": foreign.pk, "wordings-3-body": "Mine."},
    ):
        assert editor.post(url("edit", draft), data | forged).status_code in (200, 302, 400, 404)
    foreign.refresh_from_db()

    assert foreign.edition_id != draft.pk
    assert foreign.body != "Mine."
    assert set(bodies(draft)) == set(before)


def test_a_clause_that_somebody_else_worded_meanwhile_is_not_worded_again(editor, draft):
    clause = cms.clause(13)
    data = form_of(draft) | row(28, clause.pk, "My words.") | {"wordings-TOTAL_FORMS": 29}
    save(editor, draft, form_of(draft) | row(28, clause.pk, "Their words.") | {"wordings-TOTAL_FORMS": 29})

    assert "PS-13 is chosen more than once" in save(editor, draft, data)
    assert bodies(draft)["PS-13"] == "Their words."


def test_clauses_are_put_in_another_order_within_their_section(editor, draft):
    data = form_of(draft)
    one, two = place_of(data, "SC-01"), place_of(data, "SC-02")
    data |= {f"wordings-{one}-ORDER": two + 1, f"wordings-{two}-ORDER": one + 1}

    save(editor, draft, data)

    assert [pk for pk in bodies(draft) if pk.startswith("SC")][:3] == ["SC-02", "SC-01", "SC-03"]


def test_a_clause_put_behind_those_of_another_section_stays_in_its_own(editor, draft):
    data = form_of(draft)
    data[f"wordings-{place_of(data, 'SC-01')}-ORDER"] = 99

    save(editor, draft, data)

    order = list(bodies(draft))
    assert order.index("SC-10") < order.index("SC-01") < order.index("CF-01")
    assert [part["section"].slug for part in Edition.objects.get(pk=draft.pk).newest().parts()] == [
        "code-opening", "scope", "confidentiality", "standards-opening", "standards"
    ]  # fmt: skip


def test_a_new_clause_is_worded_at_the_end_of_its_section(editor, draft):
    clause = cms.clause(13)
    data = form_of(draft) | row(28, clause.pk, "A new duty.") | {"wordings-TOTAL_FORMS": 29}

    save(editor, draft, data)

    assert list(bodies(draft).items())[-1] == ("PS-13", "A new duty.")


@pytest.mark.parametrize("apart", [1, 100])
def test_a_new_clause_is_worded_where_the_form_puts_it_however_the_draft_was_numbered(editor, draft, apart):
    """An import numbers wordings by their sections, in hundreds."""
    for wording in draft.wordings.all():
        Wording.objects.filter(pk=wording.pk).update(position=wording.position * apart)
    data = form_of(draft) | row(28, cms.clause(13).pk, "A new duty.") | {"wordings-TOTAL_FORMS": 29}
    last = place_of(data, "PS-12")
    data |= {f"wordings-{last}-ORDER": 29, "wordings-28-ORDER": 28}

    save(editor, draft, data)

    assert list(bodies(draft))[-2:] == ["PS-13", "PS-12"]


@pytest.mark.parametrize("clause", ["GP-01", "CE-00.1"])
def test_the_database_itself_keeps_a_wording_in_its_text(draft, clause):
    with pytest.raises(DatabaseError), transaction.atomic():
        Wording.objects.create(edition=draft, clause_id=clause, body="Stray.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Wording.objects.filter(edition=draft, clause="PS-07").update(clause=clause)

    assert draft.wordings.count() == 28


@pytest.mark.parametrize(
    "harm",
    [
        lambda: Clause.objects.filter(pk="TC-01").delete(),
        lambda: Clause.objects.filter(pk="PS-07").update(text="therapy", position=999),
        lambda: Edition.objects.filter(text="code").update(text="therapy"),
    ],
    ids=["remove a clause", "move a clause", "move an edition"],
)
def test_the_database_itself_keeps_clauses_and_editions_in_their_text(draft, harm):
    with pytest.raises(DatabaseError), transaction.atomic():
        harm()


def test_an_old_revision_with_a_stray_clause_is_not_published(draft):
    draft.wordings.add(
        Wording(clause_id="GP-01", body="Stray."), Wording(clause_id="PS-07", body="Again."), Wording(clause_id="PS-01", body=" ")
    )
    draft.save_revision()

    assert code.unready(Edition.objects.get(pk=draft.pk))[:3] == [
        "Worded twice: PS-01, PS-07.",
        "Not clauses of this text: GP-01.",
        "A clause has no words.",
    ]
