"""What must hold of those who work on cases, beyond the constraints."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.models import Roles
from audit.invariants import invariant
from complaints import people_guards
from complaints.facts import ExclusionWhy
from complaints.models import Appointment, Assignment, Exclusion


@invariant("Appointments, interests, seats and exclusions refuse change")
def people_guards_stand() -> Iterator[str]:
    for name in sorted(set(people_guards.names(connection.vendor)) - people_guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("Nobody is appointed to one role twice on a day")
def appointments_do_not_overlap() -> Iterator[str]:
    other = Appointment.objects.current().filter(
        Q(last_day=None) | Q(last_day__gte=OuterRef("first_day")), person=OuterRef("person"), role=OuterRef("role"), pk__lt=OuterRef("pk")
    )
    later = other.filter(Q(first_day__lte=OuterRef("last_day")))
    for row in Appointment.objects.current().filter(Q(Exists(later)) | Q(Exists(other), last_day=None)).order_by("pk"):
        yield f"appointment {row.pk} shares a day with another of its person and role"


@invariant("Whoever is appointed to work on cases is noted to hold a case role")
def appointed_people_are_noted() -> Iterator[str]:
    noted = Roles.objects.filter(person=OuterRef("person"), holds_case_role=True)
    appointed = Appointment.objects.current().filter(last_day=None).exclude(Exists(noted))
    for person in appointed.order_by("person").values_list("person", flat=True).distinct():
        yield f"account {person} is appointed to work on cases and not noted to hold a case role"


@invariant("Nobody has a seat in a case that they were taken out of")
def who_is_out_stays_out() -> Iterator[str]:
    out = Exclusion.objects.exclude(why=ExclusionWhy.TOOK_PART.value).filter(case=OuterRef("case"), person=OuterRef("person"))
    for row in Assignment.objects.open().filter(Exists(out)).order_by("pk"):
        yield f"seat {row.pk} is held by somebody who was taken out of its case"
