"""Courses and lessons: open to everybody; marking a lesson as read asks for a log-in."""

from collections.abc import Iterable
from functools import cache

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from audit import clock
from cms import rules as texts
from cms.models import Clause
from courses import attempts, enrollments, outline, progress, reading
from courses.models import Attempt, CatalogPage, Completion, CoursePage, Enrollment, LessonPage

# What the page of a lesson shows; a page of the tree has three times as many columns.
SHOWN = [
    "path",
    "title",
    "digest",
    "minutes",
    "objectives",
    "clauses",
    "content_warning",
    "offers_leaving",
    "body",
    "activity",
    "retired_at",
]


def find_course(slug: str) -> CoursePage:
    """The published course at this address, or 404."""
    found = CoursePage.objects.live().filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such course.")
    return found


def settled(request: HttpRequest, found: Iterable[Attempt]) -> bool:
    """Whether the days of an attempt among these are over and nobody knew yet: it is handed in, and its person is told."""
    over = [attempt for attempt in found if attempts.settle(attempt, at=clock.now())]
    for attempt in over:
        messages.info(request, f"This attempt was open until {date_format(localtime(attempt.closes_at), 'F j, Y')}. {attempts.AS_IT_STOOD}")
    return bool(over)


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """The list of courses, with where the reader stands in each."""
    offered = list(CoursePage.objects.live().filter(retired_at=None).order_by("path"))
    minutes = outline.minutes_of(offered)
    for course in offered:
        course.minutes = minutes[course.pk]
    if request.user.is_authenticated:
        under_way = set(Enrollment.objects.filter(person=request.user, closed_at=None).values_list("course_id", flat=True))
        done = dict(
            Completion.objects.filter(person=request.user).values("course").annotate(last=Max("completed_at")).values_list("course", "last")
        )
        for course in offered:
            course.is_under_way, course.completed_at = course.pk in under_way, done.get(course.pk)
    return render(request, "courses/courses.html", {"courses": offered, "catalog": CatalogPage.objects.live().first()})


@require_http_methods(["GET", "HEAD", "POST"])
def course(request: HttpRequest, course: str) -> HttpResponse:
    """One course: its outline, and how far the reader has come. POST takes it again."""
    page = find_course(course)
    if request.method == "POST":
        return take_again(request, page)
    if request.user.is_authenticated:
        summary = progress.summary(request.user, page, at=clock.now())
        if settled(request, summary.attempts):
            return redirect(page)
        context = {"summary": summary, "outline": summary.outline}
    else:
        context = {"outline": outline.of(page.path)}
    context |= {"trail": [("/learn/", "Courses")], "signpost": texts.speaks_of_harm(*_words(page, **context))}
    return render(request, "courses/course.html", {"course": page, **context})


def _words(page: CoursePage, outline: outline.Outline, summary: progress.Summary | None = None) -> list[str]:
    """What is read on the page of a course."""
    duties = [duty.title for duty in summary.to_put_right] if summary else []
    titles = [line.title for line in outline.lessons]
    return [page.title, page.subtitle, page.summary, page.content_warning, page.outcomes, *titles, *duties]


@login_required
def take_again(request: HttpRequest, page: CoursePage) -> HttpResponse:
    """Begin another run through the course, where its person asked for that, at the first lesson."""
    if "again" not in request.POST:
        return redirect(page)
    try:
        enrollments.start(request.user, page, at=clock.now(), again=True)
    except enrollments.CannotEnroll as refusal:
        messages.warning(request, str(refusal))
        return redirect(page)
    first = next(iter(outline.of(page.path).lessons), None)
    return redirect(first.url if first else page)


@require_safe
def module(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """A module has no page of its own: its place in the outline."""
    page = find_course(course)
    if not any(one.slug == module for one in outline.of(page.path).modules):
        raise Http404("There is no such part.")
    return redirect(f"{page.get_absolute_url()}#{module}")


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, course: str, module: str, lesson: str) -> HttpResponse:
    """One lesson; POST marks it as read and goes on."""
    page = _lessons().filter(slug=lesson, url_path__endswith=f"/{course}/{module}/{lesson}/").first()
    if page is None:
        raise Http404("There is no such lesson.")
    if request.method == "POST":
        return mark_read(request, page)
    plan, is_through = outline.of(page.path[: -2 * Page.steplen]), False
    if request.user.is_authenticated:
        marks, is_through = progress.at_lesson(request.user, plan.id, page)
        outline.mark(plan, marks)
    return render(request, "courses/lesson.html", {"lesson": page, "is_through": is_through, **_surroundings(page, plan)})


@cache
def _lessons() -> QuerySet[LessonPage]:
    """What the page of every lesson asks, put together once and never answered itself: published, and so are its module and its course."""
    published = LessonPage.objects.live().filter(Exists(_above(1)), Exists(_above(2)))
    return published.only(*SHOWN)


def _above(steps: int) -> QuerySet[Page]:
    """The published page so many steps above the one that is asked for."""
    there = Substr(OuterRef("path"), 1, Length(OuterRef("path")) - steps * Page.steplen)
    return Page.objects.filter(live=True, path=there)


def _surroundings(page: LessonPage, plan: outline.Outline) -> dict[str, object]:
    """What stands around a lesson: where it is, the clauses it teaches, the steps before and after."""
    part = next((module for module in plan.modules if any(line.id == page.pk for line in module.lessons)), None)
    line = next((line for line in part.lessons if line.id == page.pk), None) if part else None
    clauses = list(Clause.objects.filter(pk__in=page.clause_ids).only("title", "text", "cites")) if page.clause_ids else []
    return {
        "line": line,
        "part": part,
        "clauses": clauses,
        "signpost": texts.speaks_of_harm(*page.words, *(clause.title for clause in clauses)),
        "trail": [("/learn/", "Courses"), (plan.url, plan.title)],
        "before": plan.before(line.url) if line else None,
        "after": plan.after(line.url) if line else plan.whole,
    }


@login_required
def mark_read(request: HttpRequest, page: LessonPage) -> HttpResponse:
    """Mark the lesson in the reader's run, begun now if there is none, and go to the next step."""
    course = CoursePage.objects.get(path=page.path[: -2 * Page.steplen])
    now = clock.now()
    try:
        run = enrollments.start(request.user, course, at=now)
        reading.mark(run, page, at=now)
    except (enrollments.CannotEnroll, reading.Refused) as refusal:
        messages.warning(request, str(refusal))
        return redirect(course)
    plan = outline.of(course.path)
    here = next((line.url for line in plan.lessons if line.id == page.pk), "")
    return redirect(plan.after(here).url)
