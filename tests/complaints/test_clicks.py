"""Two clicks in the same instant: one complaint, one code."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from audit import clock
from complaints import intake, receipts
from complaints.facts import Source
from complaints.models import Case, Letter, Paper, Receipt, Step
from complaints.rules.gathered import Sending
from tests.complaints.telling import answers, receipt_of, told
from tests.factories import cms as texts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*acts):
    """Run every act in a connection of its own, all starting together; what each answered."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("again", range(3))
def test_five_clicks_on_send_are_one_case_with_one_code(again):
    texts.texts()
    code = receipts.derived(f"form-{again}")

    def send():
        return intake.submit(answers(), source=Source.WEB, at=clock.now(), code=code, sending=Sending())[0].pk

    found = at_once(*[send] * 5)

    assert len(set(found)) == 1
    assert (Case.objects.count(), Receipt.objects.count(), Step.objects.count(), Paper.objects.count()) == (1, 1, 1, 3)


def test_of_two_new_codes_at_once_one_opens():
    case, _ = told()
    receipt = receipt_of(case)

    codes = at_once(*[lambda: receipts.replace(receipt, at=clock.now())] * 2)

    assert sorted(code is None for code in codes) == [False, True]
    assert Receipt.objects.filter(case=case, replaced_at=None).count() == 1


def test_a_wish_to_stop_that_is_sent_twice_at_once_stands_once():
    case, _ = told()
    receipt = receipt_of(case)

    at_once(*[lambda: intake.ask_to_withdraw(receipt, "", pressed=False, at=clock.now()).pk] * 2)

    assert Step.objects.filter(case=case, name="withdraw").count() == 1
    assert not Letter.objects.exists()
