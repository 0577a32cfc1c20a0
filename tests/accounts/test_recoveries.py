"""Who lost every second factor is helped by two, and by nobody alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import devices, factors, proposals, recoveries
from accounts.models import Proposal, Session
from audit import clock
from tests.accounts.signing import NOON, sign
from tests.factories.accounts import AdministratorFactory, AuditorFactory, UserFactory
from tests.logins import Client, app_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Has an app, a sheet of recovery codes and an open session."""
    person = UserFactory(full_name="Mira Okonkwo", email="mira@example.org")
    app_of(person)
    Client().force_login(person)
    return person


def test_two_site_administrators_reset_what_a_person_lost(person):
    first, second = AdministratorFactory.create_batch(2)

    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)
    assert devices.has_any(person)
    sign(proposal, second)

    assert not devices.has_any(person)
    assert not Session.objects.filter(user=person).exists()
    assert "Every second factor of Mira Okonkwo (mira@example.org) is reset" in proposal.document


def test_a_site_administrator_does_not_sign_their_own_recovery():
    lost, *_ = AdministratorFactory.create_batch(3)

    with pytest.raises(proposals.CannotSign, match="about you"):
        recoveries.propose(lost, by=lost, reason="Lost the telephone", at=NOON)


def test_alone_it_cannot_be_proposed_and_the_words_say_what_to_do(person):
    alone = AdministratorFactory()

    with pytest.raises(proposals.CannotSign, match=r"manage\.py appoint_first"):
        recoveries.propose(person, by=alone, reason="Lost the telephone", at=NOON)
    assert devices.has_any(person)


def test_the_form_proposes_it_and_leads_to_the_signature(client, person):
    first, second = AdministratorFactory.create_batch(2)
    client.force_login(first)
    address = reverse("reset_factors", args=[person.uid])
    assert address in client.get(reverse("person_roles", args=[person.uid])).content.decode()
    assert 'href="#id_reason"' in client.post(address, {"reason": ""}).content.decode()

    answer = client.post(address, {"reason": "Lost the telephone"})

    assert answer["Location"] == reverse("proposal", args=[Proposal.objects.get().uid])
    again = client.post(address, {"reason": "Lost the telephone"}).content.decode()
    assert "waits for a signature already" in again
    sign(Proposal.objects.get(), second)
    assert not devices.has_any(person)


def test_a_signature_needs_a_second_factor_given_just_now(client, person):
    first, second = AdministratorFactory.create_batch(2)
    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)
    client.force_login(second)
    client.keep(**{factors.GIVEN: (clock.real() - timedelta(minutes=6)).isoformat()})

    answer = client.post(reverse("proposal", args=[proposal.uid]), {"shown": proposals.digest_of(proposal)})

    assert "accounts/step_up.html" in [template.name for template in answer.templates]
    assert proposal.signatures.count() == 1
    assert devices.has_any(person)


def test_an_auditor_reads_it_and_cannot_propose_it(client, person):
    first, _ = AdministratorFactory.create_batch(2)
    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)
    client.force_login(AuditorFactory())

    assert client.get(reverse("proposal", args=[proposal.uid])).status_code == 200
    assert client.post(reverse("reset_factors", args=[person.uid]), {"reason": "x"}).status_code == 403
