"""Synthetic coaches: as many as asked for, the same for the same seed, and no contradiction in the record."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from certification.models import Certificate, Scheme, Term
from demo import synthetic

DAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_coaches_are_added_until_there_are_enough():
    Scheme.objects.get_or_create(prefix="TRC", defaults={"name": "Coach"})

    assert synthetic.write(30, seed=1, on=DAY) == 30
    assert synthetic.write(50, seed=1, on=DAY) == 20
    assert synthetic.write(50, seed=1, on=DAY) == 0
    assert Certificate.objects.count() == 50
    assert Term.objects.count() >= 50


def test_the_same_seed_draws_the_same_coaches():
    assert list(synthetic.draw(40, seed=7, on=DAY)) == list(synthetic.draw(40, seed=7, on=DAY))
    assert list(synthetic.draw(40, seed=7, on=DAY)) != list(synthetic.draw(40, seed=8, on=DAY))


@pytest.mark.parametrize("number", [0, -3, 10_000_000, 10**20])
def test_a_number_of_coaches_that_cannot_be_is_refused(number):
    with pytest.raises(CommandError, match=r"from 1 to 9999999\. Nothing was added"):
        call_command("synthesize", coaches=number)
