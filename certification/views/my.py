"""The coach's screens: /my/."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import access, factors
from accounts.models import User
from audit import clock
from certification import dashboard as board
from certification import documents as certificate_documents
from certification import renewals, rules, statements, terms
from certification.facts import ONE_DAY, Span, in_words
from certification.forms import GiveBackForm, StatementForm
from certification.gathering import gather
from certification.models import Certificate, CertificateDocument, Term
from cms import code
from courses import attempts, progress
from courses.models import CoursePage


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user


@never_cache
@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponseBase:
    """Each certificate: where it stands, what is missing, what happens when."""
    person = _person(request)
    cards, ways = _with_ways(person, board.cards(person, on=clock.today()))
    over = [attempts.settle(attempt, at=clock.now()) for way in ways for attempt in way.attempts]
    if any(over):
        return redirect("dashboard")
    context = {"cards": cards, "ways": ways, "today": clock.today(), "works_in_office": access.may_work_in_office(person)}
    return render(request, "certification/dashboard.html", context)


def _with_ways(person: User, cards: list[board.Card]) -> tuple[list[board.Card], list[progress.Summary]]:
    """The cards, and how far the person has come in each review course that one of them still asks for.

    A course that is being brought up to a new edition is asked of nobody. A card whose review waits for the office, because every attempt
    is used, says so.
    """
    asking = [card for card in cards if not (card.items[0].is_met or card.is_revoked or card.is_course_behind)]
    keys = {card.certificate.scheme.review_course_key for card in asking}
    ways = [progress.summary(person, course, at=clock.now()) for course in CoursePage.objects.filter(key__in=keys)] if keys else []
    stuck = {way.course.key for way in ways if way.state is progress.State.WITH_THE_OFFICE}
    return [card.with_the_office() if _waits_for(card, stuck) else card for card in cards], ways


def _waits_for(card: board.Card, courses: set[str]) -> bool:
    """Whether the review that this card lacks is one of these courses."""
    return not card.items[0].is_met and card.certificate.scheme.review_course_key in courses


def _card(request: HttpRequest) -> board.Card | None:
    """The certificate meant by ?certificate=, else the one to be renewed next; None for who holds none. Raises Http404 for another's."""
    number = request.GET.get("certificate", "")
    card = board.find(board.cards(_person(request), on=clock.today()), number)
    if card is None and number:
        raise Http404("no such certificate")
    return card


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renewal(request: HttpRequest) -> HttpResponseBase:
    """Review, statement, renew: in this order, each when it can be done."""
    card = _card(request)
    if card is None:
        return redirect("dashboard")
    if request.method != "POST":
        ((card,), ways) = _with_ways(_person(request), [card])
        return render(request, "certification/renewal.html", {"card": card, "ways": ways, "today": clock.today()})
    if card.is_renewed:
        return _renewed_already(request, card.latest)
    try:
        term = renewals.renew(card.certificate, by=_person(request), on=clock.today())
    except renewals.NotEligible as refusal:
        if granted := renewals.renewed_on(card.certificate, on=clock.today()):  # by the same click, sent twice
            return _renewed_already(request, granted.span)
        ((card,), ways) = _with_ways(_person(request), [card])
        context = {"card": card, "ways": ways, "missing": refusal.missing, "today": clock.today()}
        return render(request, "certification/renewal.html", context, status=409)
    messages.success(request, f"Renewed: your certificate is valid until {in_words(term.last_day)}.")
    return redirect("certificates")


def _renewed_already(request: HttpRequest, span: Span | None) -> HttpResponseBase:
    until = f" It is valid until {in_words(span.last_day)}." if span and span.last_day else ""
    messages.info(request, f"This certificate is renewed already.{until}")
    return redirect("certificates")


@never_cache
@access.factor_within(access.STEP_UP, to="sign your statement")
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponseBase:
    """The statement on its own page, signed with the name and a second factor given just now."""
    card, person = _card(request), _person(request)
    if card is None:
        return redirect("dashboard")
    edition = code.edition_in_force(on=clock.today())
    form = StatementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _sign(request, card, form):
        messages.success(request, "Thank you: your statement is signed.")
        return HttpResponseRedirect(_renewal_of(card))
    context = {
        "card": card,
        "form": form,
        "edition": edition,
        "text": statements.text_of(card.certificate.scheme, edition, card.review_route) if edition else "",
        "signed": statements.waiting(person, edition) if edition else None,
        "review_first": statements.REVIEW_FIRST,
        "revoked": statements.REVOKED,
        "back": _renewal_of(card),
    }
    return render(request, "certification/statement.html", context)


def _sign(request: HttpRequest, card: board.Card, form: StatementForm) -> bool:
    at = clock.now()
    age = factors.age(request, at=clock.real())
    try:
        statements.sign(
            card.certificate,
            typed_name=form.cleaned_data["typed_name"],
            reauthenticated_at=None if age is None else at - age,
            at=at,
        )
    except statements.NotSigned as refusal:
        for field, sentence in refusal.reasons.items():
            form.add_error(field if field in form.fields else None, sentence)
        return False
    return True


def _renewal_of(card: board.Card) -> str:
    return f"/my/renewal/?certificate={card.certificate.number}"


@never_cache
@login_required
@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    """The documents to download; one that is still being made says so."""
    person = _person(request)
    documents = {document.term_id: document for document in CertificateDocument.objects.of(person).filter(replaced_at=None)}
    held = Term.objects.current().filter(certificate__holder=person).select_related("certificate__scheme").order_by("-first_day", "-pk")
    made = {term for term, document in documents.items() if document.file}
    missing = [term.pk for term in held if term.pk not in made]
    delayed = certificate_documents.delayed(missing) if missing else set()
    rows = [{"term": term, "document": documents.get(term.pk), "is_delayed": term.pk in delayed} for term in held]
    running = {term.certificate.number for term in held if term.last_day >= clock.today() and not term.given_back}
    return render(request, "certification/certificates.html", {"rows": rows, "running": sorted(running)})


@login_required
@require_GET
def certificate_document(request: HttpRequest, verify_code: str) -> HttpResponseBase:
    """The file, for its holder and the office while it is in use; for everybody else there is no such thing."""
    document = get_object_or_404(CertificateDocument.objects.select_related("term__certificate"), verify_code=verify_code)
    certificate = document.term.certificate
    if certificate.holder_id != request.user.pk and not access.may_work_in_office(request.user):
        raise Http404("no such document")
    told = {"number": certificate.number, "is_own": certificate.holder_id == request.user.pk}
    if document.replaced_at or document.term.voided_at:
        return render(request, "certification/certificate_document.html", {**told, "is_over": True}, status=410)
    if not document.file:
        told["is_delayed"] = bool(certificate_documents.delayed([document.term_id]))
        return render(request, "certification/certificate_document.html", told, status=202)
    response = FileResponse(
        document.file.open("rb"), content_type="application/pdf", as_attachment=True, filename=f"{certificate.number}.pdf"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give a certificate back, after saying so twice."""
    certificate = get_object_or_404(Certificate.objects.select_related("scheme"), number=number, holder=_person(request))
    form = GiveBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            terms.surrender(certificate, by=_person(request), on=clock.today())
        except terms.CannotGiveBack as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, "You gave the certificate back. Today is its last day.")
            return redirect("dashboard")
    facts, on = gather(certificate), clock.today()
    is_barred = bool(rules.barred(facts, on=on + ONE_DAY))
    context: dict[str, Any] = {"form": form, "certificate": certificate, "stays_suspended": is_barred}
    return render(request, "certification/give_back.html", context)
