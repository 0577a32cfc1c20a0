"""One's inbox: the list, which says of no message what it is; one message; and its paper."""

from datetime import datetime
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts import factors, inbox
from accounts.access import ANSWERED, IN_MY, View, factor_within
from accounts.models import Message, User
from audit import clock

PAGE = 25


def opens(view: View) -> View:
    """A view that is only read. POST is what the page sends that asks for a second factor."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "GET" and not (request.method == "POST" and ANSWERED in request.POST):
            return HttpResponseNotAllowed(["GET"])
        return login_required(view)(request, *args, **kwargs)

    return guarded


@opens
def my_messages(request: HttpRequest) -> HttpResponseBase:
    """What came on which day, the newest first. With ?titles=shown what each is about, after a second factor."""
    if request.GET.get("titles") == "shown":
        return _with_titles(request)
    return _listed(request, titled=False)


@factor_within(IN_MY)
def _with_titles(request: HttpRequest) -> HttpResponseBase:
    return _listed(request, titled=True)


def _listed(request: HttpRequest, *, titled: bool) -> HttpResponse:
    person = cast(User, request.user)
    found = Message.objects.of(person)
    page = Paginator(found.defer(None) if titled else found, PAGE).get_page(request.GET.get("page"))
    titles = inbox.titles(page.object_list, by=person, at=clock.now(), factor_at=_factor_at(request)) if titled else {}
    rows = [{"message": message, "title": titles.get(message.pk, "")} for message in page.object_list]
    return render(request, "accounts/my_messages.html", {"page_obj": page, "rows": rows, "titled": titled})


@opens
def message(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """One message, for its person alone."""
    found = _own(request, uid)
    return _confidential(request, found) if inbox.is_confidential(found) else _shown(request, found)


def _shown(request: HttpRequest, found: Message) -> HttpResponse:
    opened = inbox.read(found, by=cast(User, request.user), at=clock.now(), factor_at=_factor_at(request))
    context = {"letter": found, "opened": opened, "has_paper": bool(inbox.PRESSES) and not opened.is_gone}
    return render(request, "accounts/message.html", context)


_confidential = factor_within(IN_MY)(_shown)


@opens
def message_pdf(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The same as a PDF, made now and kept nowhere. Its name says the day and nothing else."""
    found = _own(request, uid)
    return _confidential_paper(request, found) if inbox.is_confidential(found) else _paper(request, found)


def _paper(request: HttpRequest, found: Message) -> HttpResponseBase:
    try:
        content = inbox.pdf(found, by=cast(User, request.user), at=clock.now(), factor_at=_factor_at(request))
    except inbox.Gone:
        raise Http404("its words are kept no longer") from None
    except inbox.NoPaper:
        messages.warning(request, "The PDF cannot be made at the moment, and that is on our side. You can read the message here.")
        return redirect("message", found.uid)
    name = f"message-{found.posted_on.isoformat()}.pdf"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


_confidential_paper = factor_within(IN_MY)(_paper)


def _own(request: HttpRequest, uid: UUID) -> Message:
    return get_object_or_404(Message, uid=uid, person=cast(User, request.user))


def _factor_at(request: HttpRequest) -> datetime | None:
    """When the second factor was given, on the clock that a demonstration moves."""
    age = factors.age(request, at=clock.real())
    return None if age is None else clock.now() - age
