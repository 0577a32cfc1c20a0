"""A bar on a new certificate: dated, without a reason, and nothing else changes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit import log
from certification import corrections, holds, issuing, renewals, rules
from certification.facts import Standing
from certification.models import AlreadyVoided, Certificate, Hold
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import TODAY, CertificateFactory, SchemeFactory, ready_to_renew

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def office():
    return StaffFactory()


@pytest.fixture
def person():
    return UserFactory(full_name="Mei Lin", email="mei@example.org")


def place(person, office, first=0, last=None):
    return holds.place(person, first_day=TODAY + first * DAY, last_day=None if last is None else TODAY + last * DAY, by=office)


def against(on=TODAY):
    return issuing.reasons_against(issuing.NewHolder("mei@example.org", "Mei Lin"), SchemeFactory(), on=on)


def test_a_bar_is_placed_on_the_record_and_says_until_when_it_holds(person, office):
    hold = place(person, office, last=9)

    assert against() == ["A new certificate is barred for this person until December 2, 2026."]
    assert against(TODAY + 9 * DAY) != []
    assert against(TODAY + 10 * DAY) == []
    (entry,) = [entry for entry in log.history(person) if entry.action == "certification.hold_placed"]
    assert (entry.actor_id, entry.detail.facts["hold"]) == (str(office.pk), hold.pk)


def test_a_bar_carries_no_reason_anywhere(person, office):
    place(person, office)

    assert not [field.name for field in Hold._meta.get_fields() if "reason" in field.name or "note" in field.name]
    assert set(log.history(person).last().detail.facts) == {"hold", "first_day", "last_day"}


def test_an_earlier_first_day_is_no_way_around_a_bar(person, office):
    place(person, office, first=5)

    with pytest.raises(issuing.CannotIssue, match="barred for this person at present"):
        issuing.issue(issuing.NewHolder("mei@example.org", "Mei Lin"), scheme=SchemeFactory(), by=office, on=TODAY)

    assert not Certificate.objects.exists()


def test_what_the_person_holds_can_be_renewed_all_the_same(office):
    certificate = ready_to_renew()
    place(certificate.holder, office)

    renewals.renew(certificate, by=certificate.holder, on=TODAY)

    assert rules.standing(certificate.spans(), [], on=TODAY) is Standing.ACTIVE


def test_a_certificate_is_not_given_to_a_person_who_is_barred_from_a_new_one(person, office):
    place(person, office)
    certificate = CertificateFactory()

    with pytest.raises(corrections.CannotCorrect, match="barred for this person"):
        corrections.give_to(certificate, person, reason="Mix-up", by=office, on=TODAY)

    assert Certificate.objects.get().holder == certificate.holder


def test_lifting_keeps_the_days_it_held(person, office):
    hold = place(person, office)

    left = holds.lift(hold, by=office, on=TODAY + 5 * DAY)

    assert (left.first_day, left.last_day, left.replaces) == (TODAY, TODAY + 4 * DAY, hold)
    assert against(TODAY + 4 * DAY) != []
    assert against(TODAY + 5 * DAY) == []
    assert [entry.action for entry in log.history(person)][-1] == "certification.hold_lifted"


def test_a_bar_lifted_before_it_begins_or_on_its_first_day_leaves_none(person, office):
    assert holds.lift(place(person, office, first=3), by=office, on=TODAY) is None
    assert holds.lift(place(person, office), by=office, on=TODAY) is None
    assert against() == []


def test_a_bar_is_lifted_once(person, office):
    hold = place(person, office)
    holds.lift(hold, by=office, on=TODAY + DAY)

    with pytest.raises(AlreadyVoided):
        holds.lift(hold, by=office, on=TODAY + DAY)


def test_what_has_ended_is_not_lifted(person, office):
    with pytest.raises(holds.CannotHold, match="ended already"):
        holds.lift(place(person, office, last=1), by=office, on=TODAY + 2 * DAY)


@pytest.mark.parametrize(("first", "last"), [(0, None), (9, 9), (5, 20), (-5, 3)])
def test_two_bars_do_not_share_a_day(person, office, first, last):
    place(person, office, first=3, last=9)

    with pytest.raises(holds.CannotHold, match="End that one first"):
        place(person, office, first=first, last=last)

    assert Hold.objects.count() == 1


def test_bars_one_after_the_other_are_fine_and_the_wrong_way_round_is_refused(person, office):
    place(person, office, first=0, last=2)
    place(person, office, first=3)

    with pytest.raises(holds.CannotHold, match="The last day is before the first day"):
        place(UserFactory(), office, first=0, last=-1)


@pytest.mark.parametrize("change", [{"last_day": TODAY}, {"first_day": TODAY}])
def test_a_recorded_bar_cannot_be_rewritten_or_deleted(person, office, change):
    hold = place(person, office, first=-3, last=30)

    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        hold.delete()

    assert Hold.objects.get().span == hold.span
