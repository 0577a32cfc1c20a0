"""`manage.py appoint_first`: the first two site administrators of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import invitations, roles
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Make the people with these addresses site administrators, until there are two: nobody acts alone on what takes two. "
        "Who has no account yet gets one and an invitation. Later ones are appointed in the office, by two signatures."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="+", metavar="EMAIL")

    def handle(self, *args: Any, addresses: list[str], **options: Any) -> None:
        """All or nothing; CommandError with every reason."""
        addresses = [address.strip().lower() for address in addresses]
        wrong = [address for address in addresses if not _is_address(address)]
        if wrong:
            raise CommandError(f"Not an e-mail address: {', '.join(wrong)}. Nobody was appointed.")
        try:
            with transaction.atomic():
                people = [_account(address) for address in addresses]
                roles.appoint_first(people)
        except roles.CannotChangeRole as refusal:
            raise CommandError("\n".join([*refusal.reasons, "Nobody was appointed."])) from None
        for person in people:
            self.stdout.write(f"{person.email} is a site administrator.")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _account(address: str) -> User:
    person, is_new = User.objects.get_or_create(email=address)
    if is_new:
        person.set_unusable_password()
        person.save(update_fields=["password"])
        invitations.invite(person, by=None)
    return person
