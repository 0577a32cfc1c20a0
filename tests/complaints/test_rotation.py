"""Keys of cases are wrapped anew while everything goes on; whoever is killed leaves nothing half done, and the command says what may go."""

import io

import pytest
from django.core.management import CommandError, call_command

from audit import clock
from audit.models import Entry
from complaints import crypto, papers, rotation
from complaints.models import CaseKey, Paper
from config.surfaces import Surface
from tests.factories.complaints import STORY, case_with_story

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = "5" * 64, "6" * 64, "7" * 64


def rotate():
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


@pytest.fixture
def three_versions(settings):
    """Two cases under each of three keys; the newest first."""
    made = []
    for keys in (FIRST, f"{SECOND},{FIRST}", f"{THIRD},{SECOND},{FIRST}"):
        settings.CASE_KEYS = keys
        made += [case_with_story()[0] for _ in range(2)]
    return made


def readable():
    return [papers.read_for_machine([paper]) for paper in Paper.objects.all()] == [[STORY]] * Paper.objects.count()


def test_the_counts_tell_how_many_keys_each_version_wraps(three_versions):
    assert rotation.counts() == {crypto.version_of(text): 2 for text in (THIRD, SECOND, FIRST)}
    assert list(rotation.counts()) == crypto.versions()
    assert rotation.droppable() == []


def test_all_are_wrapped_by_the_first_and_then_the_others_may_go(three_versions, settings):
    sealed = list(Paper.objects.values_list("sealed", flat=True))

    said = rotate()

    assert "Keys of cases: 4 wrapped anew, none left under an older key." in said
    assert f"key 3 of 3 of CASE_KEYS ({crypto.version_of(FIRST)}) wraps nothing any more and may go." in said
    assert rotation.droppable() == [crypto.version_of(SECOND), crypto.version_of(FIRST)]
    assert list(map(bytes, Paper.objects.values_list("sealed", flat=True))) == list(map(bytes, sealed))
    settings.CASE_KEYS = THIRD
    assert readable()
    assert "Keys of cases: 0 wrapped anew" in rotate()


def test_an_interrupted_rotation_keeps_whole_batches_and_goes_on(three_versions, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    calls, wrap = [], crypto.wrap

    def wrap_until_stopped(key, case):
        calls.append(case)
        if len(calls) == 4:  # the first of the second batch
            raise KeyboardInterrupt
        return wrap(key, case)

    monkeypatch.setattr(crypto, "wrap", wrap_until_stopped)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate()
    monkeypatch.setattr(crypto, "wrap", wrap)

    assert list(rotation.counts().values()) == [5, 1, 0]
    assert readable()
    assert rotation.rotate() == 1
    assert list(rotation.counts().values()) == [6, 0, 0]
    assert readable()


def test_a_missing_key_is_named_and_the_rest_is_not_changed(three_versions, settings):
    settings.CASE_KEYS = f"{THIRD},{SECOND}"

    with pytest.raises(CommandError, match=f"a key that CASE_KEYS does not hold .{crypto.version_of(FIRST)}") as refusal:
        rotate()

    assert "Put that key back" in str(refusal.value)
    settings.CASE_KEYS = f"{THIRD},{SECOND},{FIRST}"
    assert readable()
    assert rotation.counts()[crypto.version_of(FIRST)] == 2


def test_a_key_that_was_changed_in_the_database_is_told_from_a_missing_one(three_versions):
    first = CaseKey.objects.order_by("pk").first()
    CaseKey.objects.filter(pk=first.pk).update(wrapped=b"x" * 60)

    with pytest.raises(CommandError, match="it was changed or moved"):
        rotate()


def test_keys_that_were_destroyed_are_passed_over(three_versions):
    papers.destroy_key(three_versions[0], by=None, at=clock.now())

    assert rotation.rotate() == 3
    assert CaseKey.objects.get(case=three_versions[0]).wrapped is None


def test_a_rotation_is_on_the_record_where_it_did_something(three_versions):
    rotation.rotate()
    rotation.rotate()

    (entry,) = Entry.objects.filter(action="complaints.case_keys_rotated")
    assert entry.detail.facts == {"keys": 4, "version": crypto.version_of(THIRD)}


def test_where_the_public_is_served_alone_the_command_says_where_to_run_it(settings):
    settings.SURFACE, settings.CASE_KEYS = Surface.PUBLIC, ""

    said = rotate()

    assert "CASE_KEYS: not here (SURFACE=public)" in said
    assert "accounts.AuthenticatorApp.secret: 0 encrypted anew" in said


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_asks_as_many_statements_for_one_key_as_for_three(count, settings, django_assert_num_queries):
    settings.CASE_KEYS = FIRST
    for _ in range(count):
        case_with_story()
    settings.CASE_KEYS = f"{SECOND},{FIRST}"

    with django_assert_num_queries(9):
        rotation.rotate()
