"""Synthetic coaches: as many as asked for, the same for the same seed, and no contradiction in the record."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from audit import clock
from audit.invariants import broken
from certification.models import Certificate, Sanction, Scheme, Term
from demo import synthetic
from tests.factories.accounts import UserFactory

DAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_coaches_are_added_until_there_are_enough():
    Scheme.objects.get_or_create(prefix="TRC", defaults={"name": "Coach"})

    assert synthetic.write(30, seed=1, on=DAY) == 30
    assert synthetic.write(50, seed=1, on=DAY) == 20
    assert synthetic.write(50, seed=1, on=DAY) == 0
    assert Certificate.objects.count() == 50
    assert Term.objects.count() >= 50


def test_every_invariant_holds_of_synthetic_coaches(scheme):
    """Of these hundred one is suspended and two are revoked."""
    synthetic.write(100, seed=2, on=clock.today())

    assert Sanction.objects.count() == 3
    assert list(broken()) == []


def test_the_same_seed_draws_the_same_coaches():
    assert list(synthetic.draw(40, seed=7, on=DAY)) == list(synthetic.draw(40, seed=7, on=DAY))
    assert list(synthetic.draw(40, seed=7, on=DAY)) != list(synthetic.draw(40, seed=8, on=DAY))


@pytest.mark.parametrize("number", [0, -3, 10_000_000, 10**20])
def test_a_number_of_coaches_that_cannot_be_is_refused(number):
    with pytest.raises(CommandError, match=r"from 1 to 9999999\. Nothing was added"):
        call_command("synthesize", coaches=number)


@pytest.fixture
def scheme(db):
    return Scheme.objects.get_or_create(prefix="TRC", defaults={"name": "Coach"})[0]


def test_synthetic_coaches_are_refused_where_days_are_real(scheme, settings):
    settings.DEMO_CLOCK_FILE = None

    with pytest.raises(CommandError, match=r"synthetic coaches have no place here\. Nothing was added"):
        call_command("synthesize", coaches=3)

    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["robin@coaching.org"], "1 account has an address outside"),
        (["robin@notexample.org", "RIN@EXAMPLE.CO"], "2 accounts have addresses outside"),
    ],
)
def test_synthetic_coaches_are_refused_beside_people_who_may_be_real(scheme, addresses, words):
    for address in addresses:
        UserFactory(email=address)

    with pytest.raises(CommandError, match=words) as refusal:
        call_command("synthesize", coaches=3)

    assert "Nothing was added" in str(refusal.value)
    assert not any(address.lower() in str(refusal.value).lower() for address in addresses)
    assert not Certificate.objects.exists()


def test_synthetic_coaches_come_beside_fictional_people(scheme, capsys):
    for address in ("a@example.org", "b@Example.COM", "c@site.test", "d@office.invalid"):
        UserFactory(email=address)

    call_command("synthesize", coaches=3)

    assert "3 synthetic coaches added, 3 there." in capsys.readouterr().out
