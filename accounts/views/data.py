"""One's own data: what is kept, a copy of it, and being forgotten; and the office's list of people who ask for that."""

from typing import cast
from uuid import UUID

from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import erasures, exports, limits, personal, proposals
from accounts.access import STEP_UP, administrators, factor_within, office
from accounts.forms import ErasureReasonForm, ForgetForm
from accounts.models import ErasureRequest, Export, User
from audit import clock

asks = require_http_methods(["GET", "HEAD", "POST"])
MANY_COPIES = "Several copies were asked for in a short time. Please wait {wait}, then ask for another one."
PROPOSED = "Proposed, with your signature. It is done once another site administrator signs; an e-mail tells the person."


@never_cache
@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What is kept, in words; the copy and its state; the way to be forgotten."""
    person = cast(User, request.user)
    export = exports.current(person, at=clock.now())
    context = {
        "parts": personal.told(),
        "export": export,
        "ends": export.made_at + exports.LIFE if export and export.made_at else None,
        "waiting": erasures.waiting(person),
    }
    return render(request, "accounts/my_data.html", context)


@never_cache
@asks
@factor_within(STEP_UP, to="ask for a copy of your data")
def ask_for_copy(request: HttpRequest) -> HttpResponseBase:
    """Have a copy made; a letter tells when it is ready."""
    person, at = cast(User, request.user), clock.now()
    if request.method != "POST":
        return render(request, "accounts/ask_for_copy.html", {"export": exports.current(person, at=at)})
    verdict = limits.take(limits.COPY, str(person.pk), at=at)
    if not verdict.allowed:
        messages.warning(request, MANY_COPIES.format(wait=limits.wait_in_words(verdict.wait_seconds)))
        return limits.told(render(request, "accounts/ask_for_copy.html", {"export": exports.current(person, at=at)}), verdict)
    try:
        exports.ask(person, at=at)
    except exports.NotExported as refusal:
        for reason in refusal.reasons:
            messages.info(request, reason)
    else:
        messages.success(request, exports.BEING_MADE)
    return redirect("my_data")


@never_cache
@require_safe
@factor_within(STEP_UP, to="download the copy of your data")
def download_copy(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The file, for its person alone and for seven days."""
    person = cast(User, request.user)
    export = get_object_or_404(Export, uid=uid, person=person)
    if export.made_at is None or exports.is_over(export, at=clock.now()):
        messages.info(request, "That copy is not there. You can ask for another one.")
        return redirect("my_data")
    try:
        file = export.file.open("rb")
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    exports.fetched(export, by=person)
    name = f"my-data-{slugify(str(clock.day_of(export.made_at)))}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@never_cache
@login_required
@asks
def be_forgotten(request: HttpRequest) -> HttpResponseBase:
    """What goes, what stays and why, and what speaks against it. POST does it."""
    if request.method == "POST":
        return _forget(request)
    return _forget_page(request, ForgetForm())


def _forget_page(request: HttpRequest, form: ForgetForm, *, status: int = 200) -> HttpResponse:
    person = cast(User, request.user)
    context = {
        "form": form,
        "against": erasures.against(person, at=clock.now()),
        "waiting": erasures.waiting(person),
        "parts": personal.told(),
    }
    return render(request, "accounts/be_forgotten.html", context, status=status)


@factor_within(STEP_UP, to="erase your account")
def _forget(request: HttpRequest) -> HttpResponseBase:
    """Say good-bye to whom was forgotten, and log out. A wrong word or a reason against leaves everything as it was."""
    form = ForgetForm(request.POST)
    if not form.is_valid():
        return _forget_page(request, form)
    person = cast(User, request.user)
    try:
        erasures.erase(person, by=person, at=clock.now())
    except erasures.NotErased:
        return _forget_page(request, form, status=409)
    auth.logout(request)
    return render(request, "accounts/forgotten.html")


@never_cache
@require_POST
@login_required
def stay(request: HttpRequest) -> HttpResponse:
    """The person does not want what the office noted."""
    person = cast(User, request.user)
    if erasures.take_back(person, by=person, at=clock.now()):
        messages.success(request, "Thank you. Nothing was done, and the office sees that you said no.")
    return redirect("my_data")


@never_cache
@office
@require_safe
def erasure_requests(request: HttpRequest) -> HttpResponse:
    """Who asked to be forgotten and has not said yes or no yet, the longest first."""
    waiting = ErasureRequest.objects.filter(ended_at=None).select_related("person", "asked_by")
    rows = waiting.prefetch_related("person__names", "asked_by__names").order_by("asked_at", "pk")
    return render(request, "accounts/erasure_requests.html", {"rows": rows})


@never_cache
@office
@asks
def note_erasure(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Note that a person asks to be forgotten; a letter asks the person for a yes."""
    person, at = _person(uid), clock.now()
    form = ErasureReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erasures.ask(person, reason=form.cleaned_data["reason"], by=cast(User, request.user), at=at)
        except erasures.NotErased as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"Noted. An e-mail asks {person.get_full_name()} to say yes or no.")
            return redirect("erasure_requests")
    against = [] if form.is_bound else erasures.against(person, at=at)
    context = {"form": form, "person": person, "against": against, "back": reverse("erasure_requests")}
    return render(request, "accounts/note_erasure.html", context)


@never_cache
@office
@asks
def withdraw_erasure(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Take a note back: it was a mistake, or the person told the office so."""
    person = _person(uid)
    noted = erasures.waiting(person)
    if request.method == "POST":
        if erasures.take_back(person, by=cast(User, request.user), at=clock.now()):
            messages.success(request, "Taken back. Nothing was done.")
        return redirect("erasure_requests")
    if noted is None:
        raise Http404("nothing waits")
    return render(request, "accounts/withdraw_erasure.html", {"person": person, "noted": noted})


@never_cache
@administrators
@asks
@factor_within(STEP_UP, to="propose to erase an account")
def propose_erasure(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Propose to forget a person who cannot log in: two site administrators sign."""
    person, at = _person(uid), clock.now()
    form = ErasureReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = erasures.propose(person, by=cast(User, request.user), reason=form.cleaned_data["reason"], at=at)
        except (erasures.NotErased, proposals.CannotSign) as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, PROPOSED)
            return redirect("proposal", made.uid)
    against = [] if form.is_bound else erasures.against(person, at=at)
    context = {"form": form, "person": person, "against": against, "back": reverse("person_roles", args=[person.uid])}
    return render(request, "accounts/propose_erasure.html", context)


def _person(uid: UUID) -> User:
    """Somebody who was not forgotten yet."""
    return get_object_or_404(User.objects.prefetch_related("names"), uid=uid, erased_at=None)
