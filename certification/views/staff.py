"""The office's screens: /staff/."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import invitations, proposals
from accounts.access import may_administer
from accounts.access import office as for_office
from accounts.models import ErasureRequest, User
from accounts.rules import SOMEBODY_ELSE
from audit import clock
from certification import corrections, editions, issuing, reminders, renewals, requirements
from certification import dashboard as board
from certification import roster as people_and_certificates
from certification.facts import Requirement, Standing, Unmet, in_words
from certification.forms import AttemptsForm, GiveToForm, IssueForm, NameForm, PublishForm, ReasonForm, RequirementForm, TermForm
from certification.gathering import gather, review_courses
from certification.gathering import reviewed as reviewed_edition
from certification.models import Certificate, Sanction, Scheme, Term
from certification.views.acts import asks, is_confirmed, sent, what_is_shown
from certification.views.acts import by as _by
from certification.views.acts import does as _does
from certification.views.acts import page as _form
from certification.views.attempts import opened
from cms import code
from cms.models import CrisisLine, Edition
from cms.models.pages import difference
from courses import enrollments
from courses.models import Enrollment
from courses.rules import GRANTED_DAYS
from outbox import queue
from outbox.models import OutboxMessage

PAGE = 50
TOLD_BY_NAME = 20  # of those whom a new edition touches


@never_cache
@for_office
@require_GET
def office(request: HttpRequest) -> HttpResponse:
    """Where the office starts."""
    on = clock.today()
    context = {
        "today": on,
        "drafts": Edition.objects.filter(state="draft").select_related("text").order_by("-recorded_at", "-pk")[:6],
        "undelivered": OutboxMessage.objects.undelivered().count(),
        "unreached": len(reminders.unreached(on=on)),
        "erasures": ErasureRequest.objects.filter(ended_at=None).count(),
        "to_sign": proposals.waiting_for(_by(request), at=clock.now()),
        "behind": editions.behind(on=on),
        "crisis_lines": CrisisLine.objects.to_check(on=on).count(),
        "look_again": Sanction.objects.to_look_at(on=on).select_related("certificate"),
        "schemes": Scheme.objects.order_by("pk") if may_administer(request.user) else [],
    }
    return render(request, "certification/office.html", context)


@never_cache
@for_office
@require_GET
def roster(request: HttpRequest) -> HttpResponse:
    """All certificates, page by page in the order of their numbers; or those a search finds."""
    on, q, standing, after = clock.today(), *(request.GET.get(name, "").strip() for name in ("q", "standing", "after"))
    if q:
        people = people_and_certificates.find(q, on=on).rows
        rows, more = [certificate for row in people for certificate in row.certificates], False
    else:
        found = Certificate.objects.with_standing(on=on).select_related("holder", "scheme").prefetch_related("holder__names")
        found = found.filter(number__gt=after).order_by("number")
        found = found.filter(standing=standing) if standing in set(Standing) else found
        rows = list(found[: PAGE + 1])
        rows, more = rows[:PAGE], len(rows) > PAGE
    context = {"rows": rows, "q": q, "chosen": standing, "standings": list(Standing), "next": rows[-1].number if more else ""}
    return render(request, "certification/roster.html", context)


def _certificate(number: str) -> Certificate:
    return get_object_or_404(Certificate.objects.select_related("holder", "scheme").prefetch_related("holder__names"), number=number)


@never_cache
@for_office
@require_GET
def certificate_record(request: HttpRequest, number: str) -> HttpResponse:
    """Everything on record about one certificate, and what can be done."""
    certificate, on = _certificate(number), clock.today()
    facts = gather(certificate)
    reviewed = reviewed_edition(review_courses([certificate]).get(certificate.scheme.review_course_key))
    card = board.card(certificate, facts, "/learn/", on=on, reviewed=reviewed, for_office=True)
    context = {
        "certificate": certificate,
        "card": card,
        "terms": (rows := list(certificate.terms.order_by("-recorded_at", "-pk"))),
        "replaced": {row.replaces_id for row in rows},
        "sanctions": certificate.sanctions.order_by("-recorded_at", "-pk"),
        "runs": Enrollment.objects.filter(person=certificate.holder, closed_at=None).select_related("course"),
        "can_reinstate": card.standing is Standing.LAPSED and {Unmet.LATE_PERIOD_OVER, Unmet.GIVEN_BACK} & set(card.waits),
        "history": people_and_certificates.history(certificate),
        "log_in": people_and_certificates.log_in_of(certificate.holder),
        "is_own": certificate.holder_id == request.user.pk,
        "earliest": min((span.first_day for span in facts.terms), default=None),
    }
    return render(request, "certification/certificate_record.html", context)


@never_cache
@for_office
@asks
def issue(request: HttpRequest) -> HttpResponseBase:
    """A first certificate: the account is made and the person invited."""
    form = IssueForm(sent(request), initial={"first_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = issuing.NewHolder(*(given[name] for name in ("email", "full_name", "latin_name", "family_name_first", "language")))
        act = lambda: issuing.issue(new, scheme=given["scheme"], by=_by(request), on=given["first_day"])  # noqa: E731
        if not is_confirmed(request, form):
            return _before_issuing(request, form, act)
        made: list[Certificate] = []
        if _does(form, lambda: made.append(act())):
            follows = f"An invitation is on its way to {new.email}."
            if made[0].holder.has_usable_password():
                follows = f"{new.email} has a password already and is told by e-mail."
            messages.success(request, f"Issued {made[0].number}. {follows}")
            return redirect("certificate_record", made[0].number)
        if found := issuing.issued_on(new, given["scheme"], on=given["first_day"], day=clock.today()):
            messages.info(request, f"{found.number} is issued already; it was not issued a second time.")
            return redirect("certificate_record", found.number)
    return _form(request, form, **ISSUE, button="Show what the public will read")


ISSUE = {
    "title": "Issue a certificate",
    "words": "You see what the public will read before anything happens. Then the certificate is issued and the person gets an e-mail.",
    "confirm": "Issue the certificate",
    "back": "/staff/",
}


def _before_issuing(request: HttpRequest, form: IssueForm, act: Callable[[], Certificate]) -> HttpResponse:
    """Try it and show what the public would read; one that begins later as on its first day."""
    readings: list[tuple[corrections.Reading, corrections.Reading]] = []
    if not _does(form, lambda: readings.append(corrections.preview_of_issuing(act, on=clock.today()))):
        return _form(request, form, **ISSUE, button="Show what the public will read")
    before, after = readings[0]
    first_day = form.cleaned_data["first_day"]
    shown = {"before": before, "after": after, "begins": first_day if first_day > clock.today() else None, "shown": what_is_shown(form)}
    return _form(request, form, **ISSUE, **shown, button="Show it again")


@never_cache
@for_office
@asks
def invite(request: HttpRequest, number: str) -> HttpResponseBase:
    """Send the holder a link to choose a password."""
    certificate, form = _certificate(number), forms.Form(sent(request))
    if request.method == "POST" and form.is_valid() and _does(form, lambda: invitations.invite(certificate.holder, by=_by(request))):
        messages.success(request, "The invitation is on its way.")
        return redirect("certificate_record", number)
    words = f"An e-mail with a link to choose a password goes to {certificate.holder.email}."
    return _form(request, form, **_whose(certificate), title="Invite the holder", words=words, button="Send the invitation")


def _record(number: str) -> str:
    return f"/staff/certificates/{number}/"


@never_cache
@for_office
@asks
def reinstate(request: HttpRequest, number: str) -> HttpResponseBase:
    """Grant a term to a lapsed certificate."""
    certificate, form = _certificate(number), ReasonForm(sent(request))
    by, on = _by(request), clock.today()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _does(form, lambda: renewals.reinstate(certificate, by=by, on=on, reason=reason)):
            messages.success(request, "Reinstated. The new certificate is being made.")
            return redirect("certificate_record", number)
    words = (
        "A new term begins today. For that the coach needs a review completed after the last term ended, and a signed statement; if one of "
        "them is missing, you are told here and nothing is changed. Both can then not be used for another renewal."
    )
    return _form(request, form, **_whose(certificate), title="Reinstate the certificate", words=words, button="Reinstate the certificate")


@never_cache
@for_office
@asks
def requirement_met(request: HttpRequest, number: str) -> HttpResponseBase:
    """A requirement met by another route."""
    certificate, form = _certificate(number), RequirementForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kind = Requirement(given["requirement"])
        if _does(form, lambda: requirements.record_met(certificate, requirement=kind, reason=given["reason"], by=_by(request))):
            messages.success(request, "Recorded. It counts for the next renewal.")
            return redirect("certificate_record", number)
    words = "For a requirement that the coach met in another way, such as a live session with staff. It counts for one renewal."
    return _form(request, form, **_whose(certificate), title="Record a requirement as met", words=words, button="Record it as met")


@never_cache
@for_office
@asks
def grant_attempts(request: HttpRequest, run: int) -> HttpResponseBase:
    """More attempts at the final quiz, after a talk with the person."""
    enrollment = get_object_or_404(Enrollment.objects.select_related("person", "course"), pk=run)
    usual = clock.today() + timedelta(days=GRANTED_DAYS)
    form = AttemptsForm(sent(request), initial={"until": usual})
    held = Certificate.objects.filter(holder=enrollment.person).first()
    back = _record(held.number) if held else "/staff/"
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        act = lambda: enrollments.extend(enrollment, **given, by=_by(request), at=clock.now())  # noqa: E731
        if _does(form, act):
            messages.success(request, "The attempts were opened.")
            return redirect(back)
    context = {
        "form": form,
        "title": f"Open more attempts at “{enrollment.course.title}”",
        "about": ", ".join([*([held.number] if held else []), enrollment.person.get_full_name()]),
        "is_own": enrollment.person_id == request.user.pk,
        "somebody_else": SOMEBODY_ELSE,
        "words": f"Talk with the person first. Usually {GRANTED_DAYS} days are given in which the attempts can be begun.",
        "button": "Open the attempts",
        "back": back,
        "run": enrollment,
        "opened": opened(enrollment),
    }
    return render(request, "certification/attempts.html", context)


def _whose(certificate: Certificate) -> dict[str, Any]:
    """What the page of an act says of the certificate it is about, and where it leads back to."""
    return {"person": certificate.holder, "number": certificate.number, "back": _record(certificate.number)}


def _correct(request: HttpRequest, certificate: Certificate, form: forms.Form, act: Callable[[], object], **said: Any) -> HttpResponseBase:
    """Try a correction and show what the public would read; do it when that is confirmed by the button that `confirm` names."""
    context = {**_whose(certificate), **said, "button": "Show what changes"}
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, **context)
    readings: list[tuple[corrections.Reading, corrections.Reading]] = []
    if not _does(form, lambda: readings.append(corrections.preview(certificate, act, on=clock.today()))):
        return _form(request, form, **context)
    if not is_confirmed(request, form):
        before, after = readings[0]
        shown = {"before": before, "after": after, "shown": what_is_shown(form), "button": "Show what changes again"}
        return _form(request, form, **{**context, **shown})
    if not _does(form, act):
        return _form(request, form, **context)
    messages.success(request, "Corrected. New documents are being made where they are needed.")
    return redirect("certificate_record", certificate.number)


@never_cache
@for_office
@asks
def change_name(request: HttpRequest, number: str) -> HttpResponseBase:
    """A change of name, or a name that was wrong."""
    certificate = _certificate(number)
    name = certificate.holder.name
    fields = ("full_name", "latin_name", "family_name_first", "language")
    form = NameForm(sent(request), initial={field: getattr(name, field) for field in fields} if name else {})
    act = lambda: corrections.rename(certificate.holder, **form.cleaned_data, by=_by(request))  # noqa: E731
    words = (
        "A new document is made, and the holder gets an e-mail. The public no longer reads the old name; whoever checks the code on the "
        "old document reads that it was replaced."
    )
    return _correct(request, certificate, form, act, title="Change the name", words=words, confirm="Change the name")


@never_cache
@for_office
@asks
def correct_term(request: HttpRequest, number: str, term: int) -> HttpResponseBase:
    """Wrong dates."""
    certificate = _certificate(number)
    row = get_object_or_404(Term.objects.current(), pk=term, certificate=certificate)
    form = TermForm(sent(request), initial={"first_day": row.first_day, "last_day": row.last_day})
    act = lambda: corrections.move_term(row, **form.cleaned_data, by=_by(request))  # noqa: E731
    words = f"The term on record: {in_words(row.first_day)} to {in_words(row.last_day)}. The holder gets an e-mail with the new days."
    return _correct(
        request, certificate, form, act, title="Correct the dates of a term", words=words, confirm="Correct the dates", grave=True
    )


@never_cache
@for_office
@asks
def void_term(request: HttpRequest, number: str, term: int) -> HttpResponseBase:
    """A term granted in error."""
    certificate = _certificate(number)
    row = get_object_or_404(Term.objects.current(), pk=term, certificate=certificate)
    form = ReasonForm(sent(request))
    act = lambda: corrections.void_term(row, **form.cleaned_data, by=_by(request))  # noqa: E731
    days = f"{in_words(row.first_day)} to {in_words(row.last_day)}"
    words = (
        f"The term from {days} is taken back as if it had never been granted. The review and the statement it used can be used again. "
        "The holder gets an e-mail."
    )
    title = "Take back a term granted in error"
    return _correct(request, certificate, form, act, title=title, words=words, confirm="Take the term back", grave=True)


@never_cache
@for_office
@asks
def give_to(request: HttpRequest, number: str) -> HttpResponseBase:
    """A certificate issued to the wrong person."""
    certificate, form = _certificate(number), GiveToForm(sent(request))
    act = lambda: corrections.give_to(  # noqa: E731
        certificate, form.cleaned_data["email"], reason=form.cleaned_data["reason"], by=_by(request), on=clock.today()
    )
    words = (
        f"For a certificate that was issued to the wrong person. It is now recorded for {certificate.holder.get_full_name()}, who no "
        "longer holds it once you have confirmed. Both get an e-mail."
    )
    title = "Give the certificate to the right person"
    return _correct(request, certificate, form, act, title=title, words=words, confirm="Give it to this person", grave=True)


@never_cache
@for_office
@asks
def publish_edition(request: HttpRequest, edition: int) -> HttpResponseBase:
    """Publish a draft: first what it says and whom each choice touches, then the act. Nothing but what was shown is published."""
    draft = get_object_or_404(Edition.objects.select_related("text", "latest_revision"), pk=edition)
    if draft.is_published:
        messages.info(request, f"“{draft.name}” is published already, from {board.day(draft.in_force_on)} on.")
        return redirect("office")
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"in_force_on": clock.today()})
    is_chosen = request.method == "POST" and form.is_valid()
    day = (form.cleaned_data.get("in_force_on") if form.is_bound else None) or clock.today()
    if day < clock.today():
        form.add_error(
            "in_force_on", "This day is in the past. Choose today or a later day: nobody can be held to an edition before it is published."
        )
        is_chosen, day = False, clock.today()
    publishes = is_chosen and is_confirmed(request, form)
    seen = request.POST.get("seen", "")
    if publishes and _does(form, lambda: editions.publish(draft, **form.cleaned_data, by=_by(request), seen=seen)):
        messages.success(request, f"Published: {draft.newest().name}.")
        return redirect("office")
    newest, before = draft.newest(), code.latest(draft.text_id)
    touched = editions.touched(draft, in_force_on=day)
    context = {
        "edition": draft,
        "name": newest.name,
        "touched": touched,
        "holders": list(User.objects.filter(pk__in=touched.holders).prefetch_related("names").order_by("pk")[: TOLD_BY_NAME + 1]),
        "told_by_name": TOLD_BY_NAME,
        "grace": ", ".join(str(days) for days in sorted({scheme.material_grace_days for scheme in Scheme.objects.all()})),
        "form": form,
        "shown": what_is_shown(form) if is_chosen and not form.errors else "",
        "behind": editions.behind(on=day, coming=day) if draft.text_id == "code" else [],
        "waits_for": code.unready(draft),
        "seen": newest.digest(),
        "before": before,
        **difference(before, newest),
    }
    return render(request, "certification/publish_edition.html", context)


@never_cache
@for_office
@asks
def undelivered(request: HttpRequest) -> HttpResponseBase:
    """E-mails and documents that were not delivered; each can be tried again."""
    if request.method == "POST":
        pk = request.POST.get("message", "")
        message = get_object_or_404(OutboxMessage, pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        try:
            queue.retry(message, by=_by(request))
            messages.success(request, "The site is trying again now.")
        except queue.NotRetriable:
            messages.info(request, "It was delivered in the meantime, or is being tried at this moment.")
        return redirect("undelivered")
    return render(request, "certification/undelivered.html", {"rows": people_and_certificates.undelivered(limit=200)})
