"""What must hold of people's offices, beyond the constraints."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q
from django_otp_webauthn.models import WebAuthnCredential

from accounts import guards, proposals, roles, rules
from accounts.facts import ProposalState
from accounts.models import AuthenticatorApp, Message, Name, NameWord, Proposal, RecoveryCodes, Session, User
from audit.invariants import invariant

# What ties a person to an account: the model, and the field that leads to the person.
TIES: dict[type[Model], str] = {
    Name: "user",
    NameWord: "person",
    Session: "user",
    AuthenticatorApp: "user",
    RecoveryCodes: "user",
    WebAuthnCredential: "user",
    Message: "person",
}


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


@invariant("Proposals, signatures and tombstones refuse change")
def guards_stand() -> Iterator[str]:
    for name in sorted(set(guards.NAMES) - guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("Who was forgotten has no name, no device, no log-in and no message")
def forgotten_people_stay_so() -> Iterator[str]:
    forgotten = User.objects.exclude(erased_at=None).order_by("pk")
    for model, path in TIES.items():
        for pk in forgotten.filter(Exists(model._default_manager.filter(**{path: OuterRef("pk")}))).values_list("pk", flat=True):
            yield f"account {pk} was forgotten and has a row of {model._meta.verbose_name} still"


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
