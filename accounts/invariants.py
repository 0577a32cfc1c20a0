"""What must hold of people's offices, beyond the constraints."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Q

from accounts import guards, proposals, roles, rules
from accounts.facts import ProposalState
from accounts.models import Proposal, User
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


@invariant("Proposals and signatures refuse change and removal")
def guards_stand() -> Iterator[str]:
    for name in sorted(set(guards.NAMES) - guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("What took several signatures has them, of different people, under the same words")
def what_is_done_was_signed() -> Iterator[str]:
    for proposal in Proposal.objects.prefetch_related("signatures").order_by("pk").iterator(chunk_size=500):
        signatures = list(proposal.signatures.all())
        if not proposal.forgotten_at and not _fits_its_digests(proposal):
            yield f"proposal {proposal.pk} does not fit its digests"
        if any(signature.digest != proposals.digest_of(proposal) for signature in signatures):
            yield f"a signature under proposal {proposal.pk} is for something else"
        signers = {signature.person_id for signature in signatures}
        if proposal.state == ProposalState.DONE.value and (len(signers) != proposal.needed or proposal.about_id in signers):
            yield f"proposal {proposal.pk} was done without the signatures it needs"


def _fits_its_digests(proposal: Proposal) -> bool:
    payload, document = rules.digest(rules.canonical(proposal.payload)), rules.digest(proposal.document)
    return (payload, document) == (proposal.payload_digest, proposal.document_digest)
