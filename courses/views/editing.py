"""The authors' own screens in the admin: records and retiring, withdrawing a bad version, coverage."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.admin import messages
from wagtail.models import Page

from accounts.access import authors
from audit import clock
from courses import coverage, protection, retiring, voidings
from courses.models import CoursePage, LessonPage, ModulePage, Question, QuestionVersion
from courses.models.content import LAST_FINAL


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="It stays on the record.")


def find(kind: str, pk: int) -> Page | Question:
    if kind == "question":
        return get_object_or_404(Question, pk=pk)
    if kind != "page":
        raise Http404("Nothing of courses.")
    return get_object_or_404(Page, pk=pk).specific


def can_be_retired(thing: Page | Question) -> bool:
    return isinstance(thing, (CoursePage, ModulePage, LessonPage, Question))


@authors
def records(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What hangs on a page or question. POST says which it is to be, retired or in use: a double click is one click."""
    thing = find(kind, pk)
    if request.method == "POST":
        if not can_be_retired(thing):
            raise Http404("Nothing of courses.")
        if request.POST.get("to") == "use":
            retiring.offer_again(thing, by=request.user)
            messages.success(request, "It is in use again.")
        else:
            _retire(request, thing)
        return redirect("courses_records", kind, pk)
    versions = list(thing.versions.select_related("voiding").order_by("-number")) if isinstance(thing, Question) else []
    records = protection.hanging(thing)
    context = {"thing": thing, "records": records, "versions": versions, "can_be_retired": can_be_retired(thing)}
    if isinstance(thing, ModulePage) and thing.completes_alone():
        context["stays"] = LAST_FINAL
    return render(request, "courses/editing/records.html", context)


def _retire(request: HttpRequest, thing: Page | Question) -> None:
    try:
        retiring.retire(thing, by=request.user, at=clock.now())
    except retiring.CannotRetire as refusal:
        messages.error(request, f"It is not retired. {refusal}")
    else:
        messages.success(request, "It is retired. Nothing that was done with it is lost.")
        if isinstance(thing, Question):
            _warn(request, thing, thing.module.shortage())


def _warn(request: HttpRequest, question: Question, lacking: list[str]) -> None:
    """Tell the author where a quiz has too few questions now."""
    if lacking:
        words = f"The quiz of “{question.module}” can no longer be taken: {'; '.join(lacking)}. Write another question for it."
        messages.warning(request, words)


@authors
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a bad version void: first what it would do, then, with a reason, do it."""
    version = get_object_or_404(QuestionVersion.objects.select_related("question__module"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            effect = voidings.void(version, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except voidings.CannotVoid as refusal:
            for reason in refusal.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"Declared void. {len(effect.gain)} gained the point, {len(effect.newly_passed)} passed by it.")
            _warn(request, version.question, effect.lacking)
            return redirect("courses_records", "question", version.question_id)
    effect = voidings.preview(version)
    context = {"version": version, "effect": effect, "form": form}
    if effect.is_about(request.user):
        context["another"] = voidings.ANOTHER_AUTHOR
    return render(request, "courses/editing/void.html", context)


def coverage_report(request: HttpRequest) -> HttpResponse:
    """Every clause with its lessons and questions; gaps first when asked for."""
    rows = coverage.rows()
    shown = [row for row in rows if row.gaps] if "gaps" in request.GET else rows
    return render(request, "courses/editing/coverage.html", {"rows": shown, "gaps": sum(bool(row.gaps) for row in rows), "all": len(rows)})
