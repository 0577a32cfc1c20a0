import pytest

from cms import loading
from cms.models import Clause, Edition, Wording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_indexes")]


def test_the_shipped_texts_have_every_id():
    loading.load_texts()

    ids = set(Clause.objects.values_list("pk", flat=True))
    expected = {f"GP-{n:02}" for n in range(17)} | {f"SC-{n:02}" for n in range(1, 11)} | {f"CF-{n:02}" for n in range(1, 5)}
    expected |= {f"PS-{n:02}" for n in range(13)} | {f"TP-{n}" for n in range(1, 8)} | {f"TC-{n:02}" for n in range(1, 16)}
    assert ids == expected | {"CE-00", "CE-00.1", "CE-00.2", "CE-00.3", "CE-00.4"}


def test_the_demonstration_editions_word_fifty_two_pieces():
    loading.load_texts()

    counts = {e.text_id: e.wordings.count() for e in Edition.objects.all()}
    assert counts == {"principles": 17, "code": 28, "therapy": 7}
    assert sum(counts.values()) == 52
    assert Edition.objects.filter(demonstration=True, state="published").count() == 3


def test_loading_again_changes_nothing():
    loading.load_texts()
    before = list(Clause.objects.values_list()), list(Edition.objects.values_list()), list(Wording.objects.values_list())

    assert loading.load_texts() == 0
    assert before == (list(Clause.objects.values_list()), list(Edition.objects.values_list()), list(Wording.objects.values_list()))


def test_loading_again_keeps_an_edited_title():
    loading.load_texts()
    Clause.objects.filter(pk="PS-07").update(title="No romance")

    loading.load_texts()

    assert Clause.objects.get(pk="PS-07").title == "No romance"


def test_the_demonstration_wording_of_a_therapy_paragraph_is_its_claims_in_order():
    loading.load_texts()

    claims = Clause.objects.filter(cites="TP-5").order_by("position")
    assert [c.pk for c in claims] == ["TC-07", "TC-08", "TC-09"]
    assert Wording.objects.get(clause="TP-5").body == " ".join(c.claim for c in claims)


def test_eight_clauses_are_critical():
    loading.load_texts()

    critical = set(Clause.objects.filter(critical=True).values_list("pk", flat=True))
    assert critical == {"SC-01", "SC-02", "SC-09", "CF-01", "CF-04", "PS-05", "PS-07", "PS-10"}
