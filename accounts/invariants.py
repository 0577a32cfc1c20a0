"""What must hold of people's offices, beyond the constraints."""

from collections.abc import Iterator

from django.db.models import Q

from accounts import roles, rules
from accounts.models import User
from audit.invariants import invariant


@invariant("What Wagtail lets people do follows from their roles alone")
def wagtail_follows() -> Iterator[str]:
    anything = (
        Q(is_staff=True) | Q(is_superuser=True) | Q(groups__isnull=False) | Q(user_permissions__isnull=False) | Q(roles__isnull=False)
    )
    people = User.objects.filter(pk__in=User.objects.filter(anything).values("pk")).select_related("roles")
    for person in people.prefetch_related("groups", "user_permissions").order_by("pk"):
        wanted = rules.in_wagtail(roles.offices_of(person))
        found = rules.InWagtail(frozenset(group.name for group in person.groups.all()), person.is_staff, person.is_superuser)
        if found != wanted:
            yield f"account {person.pk} has groups or flags that its roles do not give"
        if person.user_permissions.all():
            yield f"account {person.pk} has a permission of its own"
