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


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="It stays on the record.")


def find(kind: str, pk: int) -> Page | Question:
    if kind == "question":
        return get_object_or_404(Question, pk=pk)
    page = get_object_or_404(Page, pk=pk).specific
    if kind != "page" or not isinstance(page, (CoursePage, ModulePage, LessonPage)):
        raise Http404("Nothing of courses.")
    return page


@authors
def records(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What hangs on a page or question. POST says which it is to be, retired or in use: a double click is one click."""
    thing = find(kind, pk)
    if request.method == "POST":
        if request.POST.get("to") == "use":
            retiring.offer_again(thing, by=request.user)
            messages.success(request, "It is in use again.")
        else:
            retiring.retire(thing, by=request.user, at=clock.now())
            messages.success(request, "It is retired. Nothing that was done with it is lost.")
        return redirect("courses_records", kind, pk)
    versions = list(thing.versions.select_related("voiding").order_by("-number")) if isinstance(thing, Question) else []
    context = {"thing": thing, "records": protection.hanging(thing), "versions": versions}
    return render(request, "courses/editing/records.html", context)


@authors
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a bad version: first what it would do, then, with a reason, do it."""
    version = get_object_or_404(QuestionVersion.objects.select_related("question"), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        effect = voidings.void(version, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        messages.success(request, f"Withdrawn. {len(effect.gain)} gained the point, {len(effect.newly_passed)} passed by it.")
        return redirect("courses_records", "question", version.question_id)
    context = {"version": version, "effect": voidings.preview(version), "form": form}
    return render(request, "courses/editing/void.html", context)


def coverage_report(request: HttpRequest) -> HttpResponse:
    """Every clause with its lessons and questions; gaps first when asked for."""
    rows = coverage.rows()
    shown = [row for row in rows if row.gaps] if "gaps" in request.GET else rows
    return render(request, "courses/editing/coverage.html", {"rows": shown, "gaps": sum(bool(row.gaps) for row in rows), "all": len(rows)})
