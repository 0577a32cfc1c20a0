"""The sealing step."""

import threading

import pytest
from django.db import connection, connections, transaction

from audit import chain, log, tasks
from audit.models import Entry, Seal, Unsealed


def test_sealing_links_what_waits_once(five):
    assert list(Seal.objects.order_by("number").values_list("number", "entry")) == [(n, e.pk) for n, e in enumerate(five, 1)]
    assert not Unsealed.objects.exists()
    assert chain.seal() == 0


def test_each_seal_carries_the_code_of_the_one_before(five):
    seals = list(Seal.objects.order_by("number"))

    assert [seal.previous for seal in seals] == [chain.BEGINNING, *(seal.mac for seal in seals[:-1])]


def test_a_chain_of_several_batches_is_one_chain(ana, noted, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 3)
    for turn in range(8):
        log.record(noted, ana, by=ana, turn=turn)

    assert chain.seal() == 8
    assert list(log.verify()) == []


def test_an_entry_with_a_smaller_number_that_comes_late_is_sealed_later(five, noted):
    late = Entry.objects.create(pk=five[0].pk - 1000, action=noted.name, subject_kind="x", subject_id="1", detail_digest="0" * 64)

    assert chain.seal() == 1
    assert Seal.objects.get(entry=late).number == 6


def test_the_codes_depend_on_the_key(five, settings):
    seal = Seal.objects.select_related("entry").get(number=1)

    assert chain.mac(seal, seal.entry, settings.LEDGER_KEY) == seal.mac
    assert chain.mac(seal, seal.entry, "another") != seal.mac


def test_of_several_keys_the_first_seals(ana, noted, settings):
    settings.LEDGER_KEY = "newest, older"
    log.record(noted, ana, by=ana)
    chain.seal()

    seal = Seal.objects.select_related("entry").get()
    assert seal.mac == chain.mac(seal, seal.entry, "newest")


def test_the_task_seals(ana, noted):
    log.record(noted, ana, by=ana)

    tasks.seal()

    assert Seal.objects.count() == 1


def test_sealing_with_nothing_to_do_asks_once_and_takes_no_lock(five, django_assert_num_queries):
    with django_assert_num_queries(1):
        chain.seal()


@pytest.mark.parametrize("entries", [1, 3])
def test_sealing_takes_the_same_number_of_statements_for_one_entry_and_for_three(ana, noted, entries, django_assert_num_queries):
    for _ in range(entries):
        log.record(noted, ana, by=ana)

    expected = 9 if connection.vendor == "postgresql" else 8
    with django_assert_num_queries(expected):
        chain.seal()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_neither_waits_for_sealing_nor_holds_it_up(ana, noted):
    first, sealed = threading.Event(), threading.Event()

    def slow_verb():
        with transaction.atomic():
            log.record(noted, ana, by=ana, turn="slow")
            first.set()
            assert sealed.wait(20)
        connections.close_all()

    verb = threading.Thread(target=slow_verb)
    verb.start()
    assert first.wait(20)
    quick = log.record(noted, ana, by=ana, turn="quick")
    assert chain.seal() == 1
    sealed.set()
    verb.join()

    assert chain.seal() == 1
    assert Seal.objects.get(number=1).entry_id == quick.pk
    assert Seal.objects.get(number=2).entry_id < quick.pk
    assert list(log.verify()) == []


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_sealing_steps_at_once_make_one_chain(ana, noted, monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 5)
    for turn in range(60):
        log.record(noted, ana, by=ana, turn=turn)
    sealed = []

    def run():
        sealed.append(chain.seal())
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sealed) == Seal.objects.count() == 60
    assert list(log.verify()) == []
