"""The first two site administrators of a new installation."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Roles, User
from outbox.models import OutboxMessage
from tests.factories.accounts import AdministratorFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_who_has_no_account_gets_one_with_an_invitation(capsys):
    UserFactory(email="first@example.org")

    call_command("appoint_first", "First@example.org", "second@example.org")

    assert "second@example.org is a site administrator." in capsys.readouterr().out
    second = User.objects.get(email="second@example.org")
    assert not second.has_usable_password()
    assert [message.subject_id for message in OutboxMessage.objects.filter(kind="accounts.invitation")] == [str(second.pk)]
    assert Roles.objects.administrators().count() == 2


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["one@example.org"], "Name two people"),
        (["one@example.org", "one@example.org"], "Name two people"),
        (["one@example.org", "nobody"], "Not an e-mail address: nobody"),
    ],
)
def test_a_refused_command_says_why_and_leaves_nothing(addresses, words):
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("appoint_first", *addresses)

    assert "Nobody was appointed." in str(refusal.value)
    assert not User.objects.exists()


def test_with_two_there_it_does_nothing():
    AdministratorFactory.create_batch(2)

    with pytest.raises(CommandError, match="by two signatures"):
        call_command("appoint_first", "third@example.org")

    assert not User.objects.filter(email="third@example.org").exists()
