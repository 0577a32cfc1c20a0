import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from cms import code, importing, reading
from cms.models import Clause, Edition, Wording
from tests.cms import invented
from tests.factories import cms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shipped_texts", "no_indexes")]
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
        code.publish(cms.approved(edition), weight="material", in_force_on=on, by=None)


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
    assert refusal.value.objections == [
        importing.Objection(
            f"Line {line}: only the wording says that Confidentiality begins here. Confirm it, or add the heading to the file.", "confirm"
        )
    ]
    assert refusal.value.counts == reading.EXPECTED
    assert stored() == before
    assert take(invented.NO_BORDER, confirm=True).pieces == 52


def test_other_counts_wait_for_a_person_and_then_for_their_clauses():
    before = stored()
    with pytest.raises(importing.Refused) as refusal:
        take(invented.ONE_MISSING)
    assert "How we work with clients: 11 found, 12 expected" in str(refusal.value)
    assert stored() == before

    assert take(invented.ONE_MISSING, accept_counts=True).unplaced == 11


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (invented.STRAY_PARAGRAPH, "a plain paragraph inside a list."),
        (invented.STRAY_ITEM, "a list item where no list belongs."),
        (invented.WRONG_NUMBER, "number 5 where 4 was due."),
        (invented.TEXT.replace(invented.SCOPE[4], "word " * 2500), "12,501 characters; a clause has at most 10,000."),
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
        (invented.TEXT.encode("utf-16-be"), "Byte 0 is a null"),
        (invented.TEXT.encode("utf-32"), "UTF-32"),
        (b"\xef\xbb\xbf", "empty"),
        (b"A line\nand \xff\xfe more", "Byte 11"),
        (b"%PDF-1.7\n\x00\x01", "Byte 9 is a null"),
        (b"a" * (reading.LARGEST + 1), "at most 2,097,152"),
    ],
    ids=["empty", "blank", "UTF-16", "UTF-16 without a mark", "UTF-32", "only a mark", "Latin-1", "binary", "too large"],
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
    code.publish(cms.approved(edition), weight="minor", in_force_on=TODAY, by=None)


def test_a_draft_with_pieces_without_a_clause_is_not_published():
    publish_all(take(invented.TEXT))
    [edition] = take(invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night."), name="2027").editions

    with pytest.raises(code.NotPublishable, match="1 of the imported pieces has no clause yet"):
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
    assert "Code of Ethics: the draft “2026” says this already" in out.getvalue()
    assert out.getvalue().rstrip().endswith("no change")


def test_the_command_tells_of_an_earlier_draft_and_of_pieces_without_a_clause(tmp_path):
    publish_all(take(invented.TEXT))
    for name, words in (("2027", "Nobody here sells bulbs at night."), ("2028", "Nobody here sells seeds at noon.")):
        file, out = tmp_path / f"{name}.txt", io.StringIO()
        file.write_text(invented.TEXT.replace(invented.SCOPE[9], words))
        call_command("import_code", file, edition=name, stdout=out)

    assert "still there: the earlier draft “2027” of Code of Ethics: /admin/editions/" in out.getvalue()
    assert "1 piece waits in the admin for a person to say which clause it is." in out.getvalue()


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        (invented.NO_BORDER, [], "--confirm"),
        (invented.NO_BORDER, ["--confirm"], ""),
        (invented.ONE_MISSING, [], "--accept-counts"),
        (invented.ONE_MISSING, ["--accept-counts"], ""),
        (invented.STRAY_ITEM, ["--confirm", "--accept-counts"], "Line "),
        (invented.TEXT, ["--edition", "demo-1"], "--edition NAME"),
    ],
    ids=["a guess", "a guess confirmed", "other counts", "other counts accepted", "a stray item", "a name that is taken"],
)
def test_the_command_says_which_option_helps(tmp_path, text, options, told):
    file = tmp_path / "text.txt"
    file.write_text(text)
    out = io.StringIO()

    if told:
        with pytest.raises(CommandError, match=told):
            call_command("import_code", str(file), *options, stderr=out)
        assert not Edition.objects.drafts().exists()
    else:
        call_command("import_code", str(file), *options, stdout=out)
        assert Edition.objects.drafts().count() == 3


@pytest.mark.parametrize("copy", invented.SAME.values(), ids=invented.SAME.keys())
def test_the_command_takes_an_altered_copy_without_a_question(tmp_path, copy):
    file, out = tmp_path / "text.txt", io.StringIO()
    file.write_bytes(copy.encode())

    call_command("import_code", file, stdout=out)

    assert "pieces                                52  expected  52" in out.getvalue()
    assert "different" not in out.getvalue()


@pytest.mark.parametrize(("path", "words"), [("/dev/zero", "at most 2,097,152 bytes"), ("/dev/null", "empty"), (".", "Is a directory")])
def test_the_command_reads_no_more_than_a_text_can_be(path, words):
    before = stored()

    with pytest.raises(CommandError, match=words) as refusal:
        call_command("import_code", path, stderr=io.StringIO())

    assert str(refusal.value).endswith("Nothing was stored.")
    assert stored() == before


def test_the_other_counts_come_as_a_table_of_expected_and_found(tmp_path):
    file, err = tmp_path / "text.txt", io.StringIO()
    file.write_text(invented.ONE_MISSING)

    with pytest.raises(CommandError):
        call_command("import_code", file, stderr=err)

    assert "How we work with clients              11  expected  12  different" in err.getvalue()
    assert "pieces                                51  expected  52" in err.getvalue()


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


def test_the_same_file_is_no_change_beside_a_newer_draft_either():
    take(invented.TEXT)
    newer = take(invented.TEXT.replace("bed number", "patch number"), name="newer")
    before = stored()

    again = take(invented.TEXT, name="again")

    assert [(edition.text_id, edition.name) for edition in again.known] == [("principles", "2026"), ("code", "2026"), ("therapy", "2026")]
    assert (again.editions, again.waiting) == ([], [])
    assert [edition.text_id for edition in newer.editions] == ["principles"]
    assert stored() == before


def test_what_is_in_force_is_no_change_beside_a_draft():
    publish_all(take(invented.TEXT))
    take(invented.TEXT.replace("bed number", "patch number"), name="draft")

    assert take(invented.TEXT, name="again").editions == []


def test_an_import_beside_an_earlier_draft_tells_of_it_and_leaves_it_as_it_is():
    first = take(invented.TEXT).editions[1]
    bodies = first.bodies()

    second = take(invented.TEXT.replace("plant number", "shrub number"), name="second")

    assert [edition.pk for edition in second.waiting] == [first.pk]
    assert [edition.text_id for edition in second.known] == ["principles", "therapy"]
    assert Edition.objects.get(pk=first.pk).bodies() == bodies
    assert second.editions[0].bodies()["SC-01"] == "Gardeners leave shrub number 1 to those who were trained for it."


def test_a_draft_that_was_reworded_by_hand_is_still_the_one_of_its_file():
    draft = take(invented.TEXT).editions[1]
    draft.wordings.set([reworded(wording) for wording in draft.in_order()])
    draft.save_revision()

    assert take(invented.TEXT, name="again").editions == []


def reworded(wording: Wording) -> Wording:
    wording.body = f"{wording.body} By hand."
    return wording


def test_a_new_text_is_matched_against_the_edition_that_comes_last_though_it_is_not_in_force_yet():
    publish_all(take(invented.TEXT))
    ahead = take(invented.TEXT.replace(invented.SCOPE[9], f"{invented.SCOPE[9]} Ask first."), name="ahead")
    publish_all(ahead, on=TODAY + timedelta(days=30))

    [draft] = take(invented.TEXT.replace(invented.SCOPE[9], f"{invented.SCOPE[9]} Ask twice."), name="later").editions

    assert draft.placement["how"]["SC-10"] == "similar text"
    assert draft.placement["base"] == code.latest("code").pk == ahead.editions[0].pk


def test_the_office_publishes_the_name_that_the_draft_bears_at_last():
    draft = take(invented.TEXT, name="").editions[1]
    assert draft.slug == "import-of-2026-06-01"
    draft.name = "Edition 2026"

    edition = code.publish(cms.approved_as(draft), weight="material", in_force_on=TODAY, by=None)

    assert (edition.name, edition.slug) == ("Edition 2026", "edition-2026")


@pytest.mark.parametrize(("name", "words"), [("…", "needs a letter"), ("Demo 1", "There is an edition “Demo 1” already")])
def test_a_draft_renamed_to_what_cannot_be_a_name_is_not_published(name, words):
    draft = take(invented.TEXT).editions[1]
    draft.name = name

    with pytest.raises(code.NotPublishable, match=words):
        code.publish(cms.approved_as(draft), weight="material", in_force_on=TODAY, by=None)


def test_a_withdrawn_draft_is_gone_and_its_file_may_come_again():
    draft = take(invented.TEXT).editions[1]

    importing.withdraw(draft, by=None)

    assert not Edition.objects.filter(pk=draft.pk).exists()
    assert Entry.objects.get(action="cms.edition_withdrawn").detail.facts["name"] == "2026"
    assert [edition.text_id for edition in take(invented.TEXT).editions] == ["code"]
    with pytest.raises(importing.NotWithdrawable, match="withdrawn already"):
        importing.withdraw(draft, by=None)


def test_a_published_edition_is_not_withdrawn():
    frozen = code.edition_in_force(on=TODAY)

    with pytest.raises(importing.NotWithdrawable, match="it stays"):
        importing.withdraw(frozen, by=None)

    assert code.edition_in_force(on=TODAY) == frozen


def test_the_id_of_a_clause_of_a_withdrawn_draft_is_not_given_again():
    publish_all(take(invented.TEXT))
    [draft] = take(invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells bulbs at night."), name="2027").editions
    importing.assign(draft, 0, clause=None, by=None)
    importing.withdraw(draft, by=None)

    [draft] = take(invented.TEXT.replace(invented.SCOPE[9], "Nobody here sells seeds at noon."), name="2028").editions

    assert importing.assign(draft, 0, clause=None, by=None).clause_id == "SC-12"


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
