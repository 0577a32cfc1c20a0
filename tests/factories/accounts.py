"""People with a name and a password, and people who hold an office."""

from typing import ClassVar

import factory

from accounts import people, roles
from accounts.facts import SiteRole
from accounts.models import Name, User
from outbox.models import OutboxMessage

PASSWORD = "a quiet harbor at dawn"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    roles: ClassVar[list[SiteRole]] = []

    @classmethod
    def _create(cls, model_class, *args, **fields):
        password, held = fields.pop("password", PASSWORD), fields.pop("roles")
        user = model_class.objects.create_user(fields.pop("email"), password, **fields)
        for role in held:
            roles.grant(user, role, by=None, reason="For a test.")
        OutboxMessage.objects.filter(kind="accounts.role_changed", subject_id__endswith=f":{user.pk}").delete()
        return user

    @factory.post_generation
    def full_name(self, create, extracted, **kwargs):
        """UserFactory(full_name="…"); full_name=False leaves the person without a name."""
        if extracted is not False:
            people.keep(Name.objects.create(user=self, full_name=extracted or f"Person {self.pk}", **kwargs))


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda number: f"office{number}@example.org")
    roles = [SiteRole.STAFF]


class AuthorFactory(UserFactory):
    email = factory.Sequence(lambda number: f"author{number}@example.org")
    roles = [SiteRole.AUTHOR]


class AuditorFactory(UserFactory):
    email = factory.Sequence(lambda number: f"auditor{number}@example.org")
    roles = [SiteRole.AUDITOR]


class AdministratorFactory(UserFactory):
    email = factory.Sequence(lambda number: f"administrator{number}@example.org")
    roles = [SiteRole.SITE_ADMINISTRATOR]
