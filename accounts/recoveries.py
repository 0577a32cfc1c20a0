"""Helping a person who lost every second factor: two site administrators sign, and the devices are reset."""

from datetime import datetime

from accounts import devices, proposals, roles
from accounts.models import Proposal, User

KIND = "accounts.reset_factors"


def propose(person: User, *, by: User, reason: str, at: datetime) -> Proposal:
    """Propose to reset a person's second factors and sign it first. Raises CannotSign."""
    if reasons := roles.against_alone(person, by=by):
        raise proposals.CannotSign(reasons)
    return proposals.make(KIND, {"person": person.pk, "reason": reason}, about=person, by=by, at=at)


def _carry_out(payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    signers = [signature.person for signature in proposal.signatures.select_related("person").order_by("-number")]
    devices.reset(User.objects.get(pk=payload["person"]), by=signers, at=at)


@proposals.kind(
    KIND,
    title="Reset a person’s second factor",
    signers=roles.TWO_ADMINISTRATORS,
    act=_carry_out,
    refusals=(devices.NotReset,),
    readers=[roles.is_auditor],
)
def document(payload: proposals.Payload) -> str:
    """What the signers read."""
    person = User.objects.get(pk=payload["person"])
    return (
        f"Every second factor of {person.get_full_name()} ({person.email}) is reset: codes, passkeys and recovery codes stop working, "
        "and every open session ends. The person enrolls a new one, confirmed through the address above.\n\n"
        "Sign only after speaking to the person, by telephone or face to face.\n\n"
        f"Reason: {payload['reason']}"
    )
