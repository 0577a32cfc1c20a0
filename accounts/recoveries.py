"""Helping a person who lost every second factor: two site administrators sign, and the factors are reset.

What resetting does belongs to whoever keeps the factors: `carry(act)` is called once when the site starts.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from accounts import proposals, roles
from accounts.models import Proposal, User

KIND = "accounts.reset_factors"
Act = Callable[..., object]


def carry(act: Act, *, refusals: tuple[type[Exception], ...] = ()) -> None:
    """Register what is done with the last signature: `act(person, by=[every signer in order], at=instant)`.

    `refusals`: what the act raises with `reasons` for the last signer to read. Until then nothing can be proposed. Raises ValueError
    the second time.
    """
    proposals.kind(
        KIND,
        title="Reset a person’s second factor",
        signers=roles.TWO_ADMINISTRATORS,
        act=partial(_carry_out, act),
        refusals=refusals,
        readers=[roles.is_auditor],
    )(document)


def is_carried() -> bool:
    """Whether there is something to reset."""
    return KIND in proposals.KINDS


def propose(person: User, *, by: User, reason: str, at: datetime) -> Proposal:
    """Propose to reset a person's second factors and sign it first. Raises CannotSign."""
    if reasons := roles.against_alone(person, by=by):
        raise proposals.CannotSign(reasons)
    return proposals.make(KIND, {"person": person.pk, "reason": reason}, about=person, by=by, at=at)


def document(payload: proposals.Payload) -> str:
    """What the signers read."""
    person = User.objects.get(pk=payload["person"])
    return (
        f"Every second factor of {person.get_full_name()} ({person.email}) is reset: codes, passkeys and recovery codes stop working, "
        "and every open session ends. The person enrolls a new one, confirmed through the address above.\n\n"
        "Sign only after speaking to the person, by telephone or face to face.\n\n"
        f"Reason: {payload['reason']}"
    )


def _carry_out(act: Act, payload: proposals.Payload, *, by: User, at: datetime, proposal: Proposal) -> None:
    signatures = proposal.signatures.select_related("person").order_by("number")
    act(User.objects.get(pk=payload["person"]), by=[signature.person for signature in signatures], at=at)
