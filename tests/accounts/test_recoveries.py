"""Who lost every second factor is helped by two, and by nobody alone."""

import pytest
from django.urls import reverse

from accounts import proposals, recoveries
from accounts.models import Proposal, User
from tests.accounts.signing import NOON, sign
from tests.factories.accounts import AdministratorFactory, AuditorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reset(monkeypatch):
    """Whose factors were reset, by whom, when."""
    done = []
    monkeypatch.setattr(proposals, "KINDS", dict(proposals.KINDS))
    proposals.KINDS.pop(recoveries.KIND, None)

    def act(person, *, by, at):
        if not person.is_active:
            raise NothingToReset
        done.append((person, by, at))

    recoveries.carry(act, refusals=(NothingToReset,))
    return done


class NothingToReset(ValueError):
    reasons = ("There is nothing to reset.",)


def test_two_site_administrators_reset_what_a_person_lost(reset):
    first, second = AdministratorFactory.create_batch(2)
    person = UserFactory(full_name="Mira Okonkwo", email="mira@example.org")

    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)
    assert reset == []
    sign(proposal, second)

    assert reset == [(person, [first, second], NOON)]
    assert "Every second factor of Mira Okonkwo (mira@example.org) is reset" in proposal.document


def test_what_the_act_refuses_is_told_to_the_last_signer(reset):
    first, second = AdministratorFactory.create_batch(2)
    person = UserFactory(is_active=False)
    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)

    with pytest.raises(proposals.CannotSign, match="There is nothing to reset"):
        sign(proposal, second)
    assert Proposal.objects.get().state == "open"


def test_a_site_administrator_does_not_sign_their_own_recovery(reset):
    lost, *_ = AdministratorFactory.create_batch(3)

    with pytest.raises(proposals.CannotSign, match="about you"):
        recoveries.propose(lost, by=lost, reason="Lost the telephone", at=NOON)
    assert reset == []


def test_alone_it_cannot_be_proposed_and_the_words_say_what_to_do(reset):
    alone = AdministratorFactory()

    with pytest.raises(proposals.CannotSign, match=r"manage\.py appoint_first"):
        recoveries.propose(UserFactory(), by=alone, reason="Lost the telephone", at=NOON)


def test_the_form_proposes_it_and_leads_to_the_signature(client, reset):
    first, second = AdministratorFactory.create_batch(2)
    person = UserFactory()
    client.force_login(first)
    address = reverse("reset_factors", args=[person.uid])
    assert address in client.get(reverse("person_roles", args=[person.uid])).content.decode()
    assert 'href="#id_reason"' in client.post(address, {"reason": ""}).content.decode()

    answer = client.post(address, {"reason": "Lost the telephone"})

    assert answer["Location"] == reverse("proposal", args=[Proposal.objects.get().uid])
    again = client.post(address, {"reason": "Lost the telephone"}).content.decode()
    assert "waits for a signature already" in again
    sign(Proposal.objects.get(), second)
    assert [done[0] for done in reset] == [User.objects.get(pk=person.pk)]


def test_an_auditor_reads_it_and_cannot_propose_it(client, reset):
    first, _ = AdministratorFactory.create_batch(2)
    person = UserFactory()
    proposal = recoveries.propose(person, by=first, reason="Lost the telephone", at=NOON)
    client.force_login(AuditorFactory())

    assert client.get(reverse("proposal", args=[proposal.uid])).status_code == 200
    assert client.post(reverse("reset_factors", args=[person.uid]), {"reason": "x"}).status_code == 403
