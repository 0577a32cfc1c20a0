import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from cms import code, importing, reading
from cms.models import Clause, Edition, Wording
from tests.cms import invented
from tests.factories import cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts")]
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def texts():
    cms.texts()


def take(text: str, name: str = "2026", **options) -> importing.Imported:
    return importing.import_text(text.encode(), name=name, by=None, on=TODAY, **options)


def stored() -> tuple[int, int, int, int]:
    return Edition.objects.count(), Wording.objects.count(), Clause.objects.count(), Entry.objects.count()


def publish_all(done: importing.Imported, *, on: date = TODAY - timedelta(days=30)) -> None:
    for edition in done.editions:
        code.publish(edition, weight="material", in_force_on=on, by=None)


def test_fifty_two_pieces_are_placed_and_no_question_is_asked():
    done = take(invented.TEXT)

    assert done.pieces == 52
    assert done.unplaced == 0
    assert {e.text_id: e.wordings.count() for e in done.editions} == {"principles": 17, "code": 28, "therapy": 7}


def test_every_piece_of_the_first_import_lies_at_its_clause_by_position():
    take(invented.TEXT)

    said = dict(Wording.objects.filter(edition__name="2026").values_list("clause_id", "body"))
    assert said["GP-00"] == invented.INTRO
    assert said["GP-13"] == invented.PRACTICE[0]
    assert said["CE-00"] == invented.OPENING
    assert said["SC-10"] == invented.SCOPE[9]
    assert said["CF-01"] == invented.CONFIDENTIALITY[0]
    assert said["PS-00"] == invented.STANDARDS
    assert said["PS-07"] == invented.NUMBERS[6]
    assert said["TP-7"] == invented.PARAGRAPHS[6]
    assert set(Edition.objects.get(name="2026", text="code").placement["how"].values()) == {"by position"}


def test_an_import_publishes_nothing_and_overwrites_nothing():
    before = list(Wording.objects.order_by("pk").values_list())

    done = take(invented.TEXT)

    assert all(e.state == "draft" and not e.live for e in done.editions)
    assert list(Wording.objects.filter(edition__demonstration=True).order_by("pk").values_list()) == before
    assert code.edition_in_force(on=TODAY).demonstration


def test_the_same_file_again_is_no_change():
    take(invented.TEXT)
    before = stored()

    again = take(invented.TEXT, name="another name")

    assert again.editions == []
    assert stored() == before


@pytest.mark.parametrize("copy", invented.SAME.values(), ids=invented.SAME.keys())
def test_an_altered_copy_gives_the_same_pieces(copy):
    assert take(copy).pieces == 52
    assert take(invented.TEXT, name="original").editions == []


def test_a_guessed_border_waits_for_a_person():
    before = stored()
    with pytest.raises(importing.Refused) as refusal:
        take(invented.NO_BORDER)

    line = invented.NO_BORDER.split("\n").index(invented.BORDER) + 1
    assert refusal.value.reasons == [
        f"Line {line}: only the wording says that Confidentiality begins here. Confirm it (--confirm) or add the heading."
    ]
    assert stored() == before
    assert take(invented.NO_BORDER, confirm=True).pieces == 52


def test_other_counts_wait_for_a_person_and_then_for_their_clauses():
    before = stored()
    with pytest.raises(importing.Refused) as refusal:
        take(invented.ONE_MISSING)
    assert "How we work with clients: 11 found, 12 expected" in refusal.value.reasons[0]
    assert stored() == before

    assert take(invented.ONE_MISSING, accept_counts=True).unplaced == 11


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (invented.STRAY_PARAGRAPH, "a plain paragraph inside a list."),
        (invented.STRAY_ITEM, "a list item where no list belongs."),
        (invented.WRONG_NUMBER, "number 5 where 4 was due."),
    ],
)
def test_a_line_that_fits_nowhere_is_named_and_nothing_helps(text, words):
    before = stored()
    with pytest.raises(reading.Unreadable) as refusal:
        take(text, confirm=True, accept_counts=True)

    assert refusal.value.reasons[0].startswith("Line ")
    assert refusal.value.reasons[0].endswith(words)
    assert stored() == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (invented.TEXT.encode("utf-16"), "UTF-16"),
        (b"A line\nand \xff\xfe more", "Byte 11"),
        (b"%PDF-1.7\n\x00\x01", "Byte 9 is a null"),
        (b"a" * (reading.LARGEST + 1), "at most 2,097,152"),
    ],
    ids=["empty", "blank", "UTF-16", "Latin-1", "binary", "too large"],
)
def test_what_is_no_text_is_refused_in_words(data, words):
    with pytest.raises(reading.Unreadable, match=words):
        reading.read(data)


def test_a_later_text_matches_by_wording_wherever_its_clauses_moved():
    publish_all(take(invented.TEXT))
    first, second = (f"  • {item}" for item in invented.SCOPE[:2])
    text = invented.TEXT.replace(first, "@").replace(second, first).replace("@", second)
    text = text.replace(invented.NUMBERS[6], invented.NUMBERS[6].replace("before the sun is high", "before the sun is up"))

    done = take(text, name="2027")

    [edition] = done.editions
    said = dict(edition.wordings.values_list("clause_id", "body"))
    assert done.unplaced == 0
    assert said["SC-01"] == invented.SCOPE[0]
    assert "is up" in said["PS-07"]
    assert edition.placement["how"]["PS-07"] == "similar text"


def test_a_new_clause_is_left_to_a_person_and_gets_the_next_free_number():
    publish_all(take(invented.TEXT))
    text = invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night.")
    [edition] = take(text, name="2027").editions
    assert not edition.wordings.filter(clause="SC-10").exists()

    wording = importing.assign(edition, 0, clause=None, by=None)

    assert wording.clause_id == "SC-11"
    edition.refresh_from_db()
    assert edition.placement["unplaced"] == []
    code.publish(edition, weight="minor", in_force_on=TODAY, by=None)


def test_a_draft_with_pieces_without_a_clause_is_not_published():
    publish_all(take(invented.TEXT))
    [edition] = take(invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night."), name="2027").editions

    with pytest.raises(code.NotPublishable, match="have no clause yet"):
        code.publish(edition, weight="minor", in_force_on=TODAY, by=None)


def test_a_piece_goes_to_a_free_clause_of_its_section_only():
    publish_all(take(invented.TEXT))
    [edition] = take(invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night."), name="2027").editions

    for taken in ("SC-01", "PS-07"):
        with pytest.raises(importing.NotPlaceable):
            importing.assign(edition, 0, clause=Clause.objects.get(pk=taken), by=None)
    assert importing.assign(edition, 0, clause=Clause.objects.get(pk="SC-10"), by=None).clause_id == "SC-10"


def test_the_command_says_what_it_placed(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(invented.TEXT)
    out = io.StringIO()

    call_command("import_code", file, edition="2026", stdout=out)
    assert "pieces                                52  expected  52" in out.getvalue()
    assert out.getvalue().count("draft edition of") == 3

    call_command("import_code", file, stdout=out)
    assert out.getvalue().rstrip().endswith("no change")


@pytest.mark.parametrize("text", [invented.NO_BORDER, invented.ONE_MISSING, invented.STRAY_ITEM, ""])
def test_the_command_refuses_and_says_that_nothing_was_stored(tmp_path, text):
    file = tmp_path / "text.txt"
    file.write_text(text)
    before = stored()

    with pytest.raises(CommandError, match="Nothing was stored"):
        call_command("import_code", file, stderr=io.StringIO())

    assert stored() == before


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_code", tmp_path / "none.txt")


def test_a_text_that_only_moves_clauses_is_a_change():
    publish_all(take(invented.TEXT))
    first, second = (f"  • {item}" for item in invented.SCOPE[:2])
    moved = invented.TEXT.replace(first, "@").replace(second, first).replace("@", second)

    [edition] = take(moved, name="2027").editions

    assert [w.clause_id for w in edition.wordings.filter(clause__section="scope")][:3] == ["SC-02", "SC-01", "SC-03"]


def test_a_text_that_only_changes_its_quotes_is_no_change():
    take(invented.TEXT)

    assert take(invented.TEXT.replace("’", "'").replace("“", '"'), name="2027").editions == []


def test_an_older_text_that_was_replaced_is_a_change_again():
    publish_all(take(invented.TEXT))
    newer = take(invented.TEXT.replace(invented.SCOPE[9], f"{invented.SCOPE[9]} Ask first."), name="2027")
    publish_all(newer, on=TODAY)

    assert [edition.text_id for edition in take(invented.TEXT, name="2028").editions] == ["code"]


def test_two_texts_of_one_day_get_two_names():
    first = importing.import_text(invented.TEXT.encode(), by=None, on=TODAY)
    text = invented.TEXT.replace("bed number", "patch number")
    second = importing.import_text(text.encode(), by=None, on=TODAY)

    assert {edition.name for edition in first.editions} == {"Import of 2026-06-01"}
    assert [edition.name for edition in second.editions] == ["Import of 2026-06-01 (2)"]


@pytest.mark.parametrize(
    ("name", "words"), [("…", "needs a letter"), ("a" * 61, "at most 60 characters; this one has 61"), ("Demo 1", "already")]
)
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_stored(name, words, tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(invented.TEXT)
    before = stored()

    with pytest.raises(CommandError, match=words):
        call_command("import_code", file, edition=name, stderr=io.StringIO())

    assert stored() == before
