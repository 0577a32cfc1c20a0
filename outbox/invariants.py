"""What must hold of the outbox, beyond its constraints."""

from collections.abc import Iterator
from datetime import timedelta

from audit import clock
from audit.invariants import invariant
from outbox.delivery import LEASE, MAX_TRIES
from outbox.models import WAITING, OutboxMessage
from outbox.queue import HANDLERS

LONG = timedelta(days=1)  # the sweep runs every ten seconds; retries move due_at ahead


@invariant("Every effect that is due happens or is given up")
def nothing_lies_about() -> Iterator[str]:
    for pk in OutboxMessage.objects.filter(WAITING, due_at__lt=clock.now() - LONG).values_list("pk", flat=True):
        yield f"message {pk} has been due for more than a day"


@invariant("Every effect that waits has a handler")
def everything_can_be_handled() -> Iterator[str]:
    for pk in OutboxMessage.objects.filter(WAITING).exclude(kind__in=HANDLERS).values_list("pk", flat=True):
        yield f"message {pk} is of a kind that nothing handles"


@invariant("What has happened or was given up was tried")
def nothing_ends_untried() -> Iterator[str]:
    for pk in OutboxMessage.objects.exclude(WAITING).filter(tries=0).values_list("pk", flat=True):
        yield f"message {pk} ended without a try"


@invariant("No worker holds an effect for longer than the lease")
def claims_end() -> Iterator[str]:
    for pk in OutboxMessage.objects.filter(claimed_until__gt=clock.now() + LEASE).values_list("pk", flat=True):
        yield f"message {pk} is claimed for longer than the lease"


@invariant("No effect is tried more often than agreed")
def tries_end() -> Iterator[str]:
    for pk in OutboxMessage.objects.filter(tries__gt=MAX_TRIES).values_list("pk", flat=True):
        yield f"message {pk} was tried more often than agreed"
