"""People with a name and a password."""

import factory
from django.contrib.auth.models import Group

from accounts import people
from accounts.models import Name, User

PASSWORD = "a quiet harbor at dawn"


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")

    @classmethod
    def _create(cls, model_class, *args, **fields):
        password = fields.pop("password", PASSWORD)
        return model_class.objects.create_user(fields.pop("email"), password, **fields)

    @factory.post_generation
    def full_name(self, create, extracted, **kwargs):
        """UserFactory(full_name="…"); full_name=False leaves the person without a name."""
        if extracted is not False:
            people.keep(Name.objects.create(user=self, full_name=extracted or f"Person {self.pk}", **kwargs))


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda number: f"office{number}@example.org")
    is_staff = True

    @factory.post_generation
    def in_the_office(self, create, extracted, **kwargs):
        self.groups.add(Group.objects.get_or_create(name="Staff")[0])
