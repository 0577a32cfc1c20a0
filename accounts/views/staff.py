"""The office's screens about people: who holds which role, and what waits for a signature."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions, people, proposals, recoveries, roles
from accounts.access import STEP_UP, administrators, factor_within, may_administer, office_holders, role_readers
from accounts.facts import GRANTED, TAKES_TWO, ProposalState, SiteRole
from accounts.forms import RoleReasonForm, WithdrawProposalForm
from accounts.models import Proposal, Roles, User
from audit import clock
from audit.models import Entry

FOUND = 20  # people a search lists at most
ENDED = 20  # proposals that have ended
LOOKED_AT = 200  # of them, until so many are found that the person may read
PROPOSED = "Proposed, with your signature. It takes effect when another site administrator signs."
REFUSED = "Not {}: something needs another look"
asks = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@role_readers
@require_safe
def roles_held(request: HttpRequest) -> HttpResponse:
    """Each role with its sentence and its holders; and the way to a person by name or address."""
    q = request.GET.get("q", "").strip()[:120]
    rows = list(Roles.objects.select_related("person").prefetch_related("person__names").order_by("person__email"))
    offices = [(role, [row.person for row in rows if role in row.offices.roles]) for role in GRANTED]
    context = {"offices": offices, "coach": SiteRole.COACH, "q": q, "found": _find(q) if q else []}
    return render(request, "accounts/roles.html", context)


def _find(q: str) -> list[User]:
    named = people.search(q, limit=FOUND).people
    return list(User.objects.filter(Q(pk__in=named) | Q(email__icontains=q)).prefetch_related("names").order_by("email")[:FOUND])


@never_cache
@role_readers
@require_safe
def person_roles(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One person: each role, held or not, and what was decided about them."""
    person = _person(uid)
    held = roles.offices_of(person).roles
    context = {
        "person": person,
        "rows": [(role, role in held, role in TAKES_TWO) for role in GRANTED],
        "has_case_role": roles.offices_of(person).has_case_role,
        "decides": may_administer(request.user) and person != request.user,
        "history": list(_decided(person)),
    }
    return render(request, "accounts/person_roles.html", context)


def _person(uid: UUID) -> User:
    return get_object_or_404(User.objects.select_related("roles").prefetch_related("names"), uid=uid)


def _decided(person: User) -> Iterator[dict[str, Any]]:
    about = Entry.objects.filter(about_id=str(person.pk), action__in=[actions.ROLE_GRANTED.name, actions.ROLE_WITHDRAWN.name])
    entries = list(about.select_related("detail").order_by("-pk"))
    actors = User.objects.prefetch_related("names").in_bulk([int(entry.actor_id) for entry in entries if entry.actor_id])
    for entry in entries:
        facts = entry.detail.facts
        yield {
            "at": entry.at,
            "is_granted": entry.action == actions.ROLE_GRANTED.name,
            "role": SiteRole(facts["role"]) if facts else None,
            "reason": facts.get("reason", ""),
            "by": actors.get(int(entry.actor_id)) if entry.actor_id else None,
            "proposal": facts.get("proposal", ""),
        }


def _person_and_role(uid: UUID, role: str) -> tuple[User, SiteRole]:
    if role not in [one.value for one in GRANTED]:
        raise Http404("no such role")
    return _person(uid), SiteRole(role)


@never_cache
@administrators
@asks
@factor_within(STEP_UP, to="grant a role")
def grant_role(request: HttpRequest, uid: UUID, role: str) -> HttpResponseBase:
    """Grant a role, or propose it where it takes two signatures."""
    return _decide(request, *_person_and_role(uid, role), grants=True)


@never_cache
@administrators
@asks
@factor_within(STEP_UP, to="withdraw a role")
def withdraw_role(request: HttpRequest, uid: UUID, role: str) -> HttpResponseBase:
    """Withdraw a role, or propose it where it takes two signatures."""
    return _decide(request, *_person_and_role(uid, role), grants=False)


def _decide(request: HttpRequest, person: User, role: SiteRole, *, grants: bool) -> HttpResponseBase:
    form = RoleReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _decided_on(request, person, role, grants=grants, reason=form.cleaned_data["reason"])
        except (roles.CannotChangeRole, proposals.CannotSign) as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
    done = "proposed" if role in TAKES_TWO else "granted" if grants else "withdrawn"
    context = {
        "form": form,
        "person": person,
        "role": role,
        "grants": grants,
        "takes_two": role in TAKES_TWO,
        "refused": REFUSED.format(done),
    }
    return render(request, "accounts/decide_role.html", {**context, "back": reverse("person_roles", args=[person.uid])})


def _decided_on(request: HttpRequest, person: User, role: SiteRole, *, grants: bool, reason: str) -> HttpResponseBase:
    if role in TAKES_TWO:
        made = roles.propose(person, role, grants=grants, by=request.user, reason=reason, at=clock.now())
        messages.success(request, PROPOSED)
        return redirect("proposal", made.uid)
    act = roles.grant if grants else roles.withdraw
    act(person, role, by=request.user, reason=reason)
    messages.success(request, f"{'Granted' if grants else 'Withdrawn'}: {role.label}. An e-mail tells {person.get_full_name()}.")
    return redirect("person_roles", person.uid)


@never_cache
@administrators
@asks
@factor_within(STEP_UP, to="propose to reset a second step")
def reset_factors(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Propose to reset the second factors of a person who lost them all."""
    person = _person(uid)
    form = RoleReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = recoveries.propose(person, by=request.user, reason=form.cleaned_data["reason"], at=clock.now())
        except proposals.CannotSign as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, PROPOSED)
            return redirect("proposal", made.uid)
    context = {"form": form, "person": person, "back": reverse("person_roles", args=[person.uid])}
    return render(request, "accounts/reset_factors.html", context)


@never_cache
@office_holders
@require_safe
def proposals_waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a signature, and what has ended, the latest first; of both, what the person may read."""
    at = clock.now()
    known = (
        Proposal.objects.filter(proposals.open_to(request.user)).select_related("made_by").prefetch_related("made_by__names", "signatures")
    )
    waiting = [_row(one, request.user) for one in known.waiting(at=at).order_by("expires_at") if proposals.may_read(one, request.user)]
    over = known.exclude(pk__in=Proposal.objects.waiting(at=at).values("pk")).order_by(Coalesce("ended_at", "expires_at").desc(), "-pk")
    readable = (one for one in over[:LOOKED_AT] if proposals.may_read(one, request.user))
    ended = [_row(one, request.user) for one in islice(readable, ENDED)]
    context = {"mine": [row for row in waiting if row["is_mine"]], "others": [row for row in waiting if not row["is_mine"]], "ended": ended}
    return render(request, "accounts/proposals.html", context)


def _row(one: Proposal, person: User) -> dict[str, Any]:
    signers = {signature.person_id for signature in one.signatures.all()}
    is_mine = person.pk not in signers and proposals.may_sign(one, person)
    words = "Not signed in time; ended" if one.state == ProposalState.OPEN.value else one.state.capitalize()
    return {
        "proposal": one,
        "says": "" if one.forgotten_at else proposals.headline(one),
        "signed": len(signers),
        "is_mine": is_mine,
        "words": words,
        "ended_at": one.ended_at or one.expires_at,
    }


def _readable(request: HttpRequest, uid: UUID) -> Proposal:
    found = Proposal.objects.filter(kind__in=proposals.KINDS).select_related("made_by", "about")
    one = get_object_or_404(found, uid=uid)
    if not proposals.may_read(one, request.user):
        raise Http404("no such proposal")
    return one


@never_cache
@office_holders
@asks
def proposal(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """One proposal, with its document as it will be done. POST signs what was read."""
    one = _readable(request, uid)
    if request.method == "POST":
        return _sign(request, one)
    return render(request, "accounts/proposal.html", _shown(one, request.user, []))


@factor_within(STEP_UP, to="sign")
def _sign(request: HttpRequest, one: Proposal) -> HttpResponseBase:
    try:
        signed = proposals.sign(one, shown=request.POST.get("shown", ""), by=request.user, at=clock.now())
    except proposals.CannotSign as refusal:
        one.refresh_from_db()
        return render(request, "accounts/proposal.html", _shown(one, request.user, refusal.reasons), status=409)
    messages.success(request, _signed(signed))
    return redirect("proposal", one.uid)


def _signed(one: Proposal) -> str:
    if one.state == ProposalState.DONE.value:
        return "Signed, and done."
    left = one.needed - one.signatures.count()
    return f"Signed. It waits for {left} more signature{'' if left == 1 else 's'}."


def _shown(one: Proposal, person: User, reasons: list[str]) -> dict[str, Any]:
    signatures = list(one.signatures.select_related("person").prefetch_related("person__names").order_by("number"))
    is_waiting = Proposal.objects.waiting(at=clock.now()).filter(pk=one.pk).exists()
    has_signed = person.pk in {signature.person_id for signature in signatures}
    return {
        "proposal": one,
        "kind": proposals.KINDS[one.kind],
        "words": proposals.reading(one, person),
        "signatures": signatures,
        "left": one.needed - len(signatures),
        "is_waiting": is_waiting,
        "is_over": not is_waiting and one.state == ProposalState.OPEN.value,
        "void": proposals.why_void(one, [signature.person for signature in signatures]) if is_waiting else "",
        "has_signed": has_signed,
        "signs": is_waiting and not has_signed and proposals.may_sign(one, person),
        "withdraws": is_waiting and (person.pk == one.made_by_id or proposals.may_sign(one, person)),
        "shown": proposals.digest_of(one),
        "reasons": reasons,
    }


@never_cache
@office_holders
@asks
@factor_within(STEP_UP, to="withdraw a proposal")
def withdraw_proposal(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Take a proposal back, with a reason."""
    one = _readable(request, uid)
    form = WithdrawProposalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            proposals.withdraw(one, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except proposals.CannotWithdraw as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "Withdrawn. Nothing was done.")
            return redirect("proposals")
    context = {"form": form, "proposal": one, "kind": proposals.KINDS[one.kind], "back": reverse("proposal", args=[uid])}
    return render(request, "accounts/withdraw_proposal.html", context)
