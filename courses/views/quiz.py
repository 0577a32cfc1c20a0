"""Checks and the final quiz: one question a page, saved one by one, graded on the server."""

from fractions import Fraction
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit import clock
from cms import rules as texts
from cms.models import Clause
from courses import attempts, enrollments, makeups, outline, papers, progress, rules
from courses.facts import SECTIONS
from courses.forms import AnswerForm
from courses.models import Attempt, CoursePage, MakeUp, ModulePage
from courses.views import kept
from courses.views.kept import keeps_answers
from courses.views.learn import find_course, settled

WHICH_COME = "Questions that you have not had yet come first; some that you had may be among them again."
form_page = require_http_methods(["GET", "HEAD", "POST"])


def find_attempt(request: HttpRequest, pk: int, course: str, *, final: bool) -> Attempt:
    """The reader's own attempt at this kind of quiz, or 404: other people's are not there, and a final is never shown as a check."""
    everybodys = Attempt.objects.select_related("module", "enrollment__course")
    wanted = everybodys if request.method == "POST" else everybodys.with_choices()
    found = get_object_or_404(wanted, pk=pk)
    run = found.enrollment
    if (run.person_id, run.course.slug, found.module.is_final) != (request.user.pk, course, final):
        raise Http404("There is no such attempt.")
    settled(request, [found])
    return found


def closed(request: HttpRequest, attempt: Attempt) -> HttpResponse | None:
    """For a closed attempt the way to its result; what was sent all the same is not taken, and that is said."""
    if attempt.is_open:
        return None
    if request.method == "POST":
        messages.warning(request, "These answers were handed in already and cannot be changed.")
    return redirect(attempt.address("result"))


def find_module(course: CoursePage, **lookup: Any) -> ModulePage:
    found = ModulePage.objects.child_of(course).live().filter(retired_at=None, **lookup).first()
    if found is None or not found.draw:
        raise Http404("There is no such quiz.")
    return found


@login_required
@form_page
def quiz(request: HttpRequest, course: str) -> HttpResponse:
    """Before the final quiz: what comes, and what stands before it. POST begins or goes on."""
    page = find_course(course)
    module = find_module(page, quiz=ModulePage.Quiz.FINAL)
    if request.method == "POST":
        return begin(request, page, module)
    summary = progress.summary(request.user, page, at=clock.now())
    if settled(request, summary.attempts):
        return redirect(request.path)
    mine = [attempt for attempt in summary.attempts if attempt.at_final and not attempt.is_open]
    context = {
        "course": page,
        "module": module,
        "summary": summary,
        "earlier": mine,
        "which": WHICH_COME if mine else "",
        "trail": _trail(page),
    }
    return render(request, "courses/quiz.html", context)


@login_required
@form_page
def check(request: HttpRequest, course: str, module: str) -> HttpResponse:
    """Before a check: how many questions, how many points. POST begins or goes on."""
    page = find_course(course)
    found = find_module(page, slug=module, quiz=ModulePage.Quiz.CHECK)
    if request.method == "POST":
        return begin(request, page, found)
    run = enrollments.current(request.user, page)
    mine = list(Attempt.objects.filter(enrollment=run, module=found).order_by("-number")) if run else []
    if settled(request, mine):
        return redirect(request.path)
    open_attempt = next((attempt for attempt in mine if attempt.is_open), None)
    passed = any(attempt.outcome == Attempt.Outcome.PASSED for attempt in mine)
    is_through = run is None and enrollments.is_through(request.user, page.path)
    context = {"course": page, "module": found, "open_attempt": open_attempt, "passed": passed, "is_through": is_through}
    return render(request, "courses/check.html", {**context, "trail": _trail(page)})


def begin(request: HttpRequest, course: CoursePage, module: ModulePage) -> HttpResponse:
    """Start the quiz, or go on with the open attempt: at the first question without an answer, or with all of a final on one page."""
    try:
        attempt = attempts.begin(request.user, course, module, at=clock.now())
    except (attempts.NotYet, enrollments.CannotEnroll) as refusal:
        messages.warning(request, str(refusal))
        return redirect(request.path)
    except rules.PoolTooSmall:
        words = f"This quiz has too few questions at the moment. Please tell the office, {settings.OFFICE_EMAIL}; nothing of yours is lost."
        messages.warning(request, words)
        return redirect(request.path)
    if "together" in request.POST and module.is_final:
        return redirect(attempt.address("all"))
    first = next((n for n in range(1, len(attempt.items) + 1) if n not in attempt.choices), None)
    return redirect(attempt.address("question", first) if first else attempt.address("review" if module.is_final else "result"))


@keeps_answers
@form_page
def quiz_question(request: HttpRequest, course: str, attempt: int, position: int) -> HttpResponse:
    """One question of the final quiz. Answers can be changed until they are handed in."""
    found = find_attempt(request, attempt, course, final=True)
    if away := closed(request, found):
        return away
    item, data = _item(found, position)
    if request.method == "POST":
        form = AnswerForm(request.POST, question=data, order=item["order"], position=position)
        if "pause" in request.POST and form.is_blank:
            return redirect(found.enrollment.course)
        if refused := _save(request, found, position, form):
            return refused
        if form.is_valid():
            return redirect(_after_answer(request, found, position))
    else:
        form = AnswerForm(question=data, order=item["order"], chosen=found.choices.get(position, []), position=position)
        (form,) = filled_in(request, [form])
    context = {**_place(found, position), "form": form, "question": data, "signpost": texts.speaks_of_harm(*papers.words(data))}
    return render(request, "courses/quiz_question.html", context)


@keeps_answers
@form_page
def check_question(request: HttpRequest, course: str, module: str, attempt: int, position: int) -> HttpResponse:
    """One question of a check; once answered, the reasons for every option."""
    found = find_attempt(request, attempt, course, final=False)
    item, data = _item(found, position)
    if (request.method == "POST" or position not in found.choices) and (away := closed(request, found)):
        return away
    if request.method == "POST":
        form = AnswerForm(request.POST, question=data, order=item["order"], position=position)
        if refused := _save(request, found, position, form):
            return refused
        if form.is_valid():
            return redirect(found.address("question", position))
        context = {**_place(found, position), "form": form, "signpost": texts.speaks_of_harm(*papers.words(data))}
        return render(request, "courses/check_question.html", {**context, "question": data})
    context = {**_place(found, position), "signpost": texts.speaks_of_harm(*papers.words(data))}
    if position in found.choices:
        shown = papers.reveal(data, item["order"], found.choices[position], position=position)
        lessons = [line for clause in data["clauses"] for line in outline.of(found.enrollment.course.path).on(clause)]
        context |= {"shown": shown, "lessons": list({line.id: line for line in lessons}.values())}
        context["signpost"] = texts.speaks_of_harm(*shown.words)
    (form,) = filled_in(request, [AnswerForm(question=data, order=item["order"], position=position)])
    return render(request, "courses/check_question.html", {**context, "form": form, "question": data})


def filled_in(request: HttpRequest, forms: list[AnswerForm]) -> list[AnswerForm]:
    """The forms of a page with what waited for it, where somebody was logged out while answering."""
    if not (data := kept.take(request)):
        return forms
    found = {form.position: choice for form in forms if (choice := kept.choice_in(data, form))}
    if found:
        messages.info(request, kept.FILLED_IN)
    return [form.choosing(found[form.position]) if form.position in found else form for form in forms]


def _item(attempt: Attempt, position: int) -> tuple[dict[str, Any], dict[str, Any]]:
    if not 1 <= position <= len(attempt.items):
        raise Http404("This question is not part of your paper.")
    return attempt.items[position - 1], attempt.questions(position)[position]


def _save(request: HttpRequest, attempt: Attempt, position: int, form: AnswerForm) -> HttpResponse | None:
    """Save a well-formed answer; where the verb refuses, say so and go where the attempt stands."""
    if not form.is_valid():
        return None
    try:
        attempts.answer(attempt, position, form.choice(), at=clock.now())
    except attempts.Refused as refusal:
        messages.warning(request, refusal.reason)
        return redirect(attempt.address("question", position) if attempt.is_open else attempt.address("result"))
    return None


def _after_answer(request: HttpRequest, attempt: Attempt, position: int) -> str:
    if "pause" in request.POST:
        return attempt.enrollment.course.get_absolute_url()
    return attempt.address("question", position + 1) if position < len(attempt.items) else attempt.address("review")


def _place(attempt: Attempt, position: int) -> dict[str, Any]:
    last = len(attempt.items)
    after = attempt.address("question", position + 1) if position < last else ""
    return {
        "attempt": attempt,
        "course": attempt.enrollment.course,
        "position": position,
        "total": last,
        "answered": len(attempt.choices),
        "before": attempt.address("question", position - 1) if position > 1 else "",
        "after": after,
        "ending": attempt.address("review" if attempt.module.is_final else "result"),
    }


def _trail(course: CoursePage) -> list[tuple[str, str]]:
    return [("/learn/", "Courses"), (course.get_absolute_url(), course.title)]


@keeps_answers
@form_page
def quiz_all(request: HttpRequest, course: str, attempt: int) -> HttpResponse:
    """All questions on one page, for those who prefer it. What is filled in is saved together."""
    found = find_attempt(request, attempt, course, final=True)
    if away := closed(request, found):
        return away
    questions = found.questions(*range(1, len(found.items) + 1))
    posted = request.POST if request.method == "POST" else None
    choices = {} if posted is not None else found.choices
    forms = [
        AnswerForm(posted, question=questions[n], order=item["order"], chosen=choices.get(n, []), position=n)
        for n, item in enumerate(found.items, start=1)
    ]
    if posted is not None:
        filled = [form for form in forms if not form.is_blank]
        valid = [form for form in filled if form.is_valid()]
        if len(valid) == len(filled):
            try:
                attempts.save(found, {form.position: form.choice() for form in valid}, at=clock.now())
            except attempts.Refused as refusal:
                messages.warning(request, refusal.reason)
            return redirect(found.address("review"))
    forms = filled_in(request, forms)
    context = {
        "attempt": found,
        "course": found.enrollment.course,
        "forms": forms,
        "signpost": texts.speaks_of_harm(*(text for data in questions.values() for text in papers.words(data))),
        "trail": _trail(found.enrollment.course),
    }
    return render(request, "courses/quiz_all.html", context)


@login_required
@form_page
def quiz_review(request: HttpRequest, course: str, attempt: int) -> HttpResponse:
    """Before handing in: what is answered, what is not answered yet. POST hands in; with questions left open it has to say so."""
    found = find_attempt(request, attempt, course, final=True)
    questions = [(n, found.address("question", n), n in found.choices) for n in range(1, len(found.items) + 1)]
    missing = [one for one in questions if not one[2]]
    asked = request.method == "POST" and found.is_open and 0 < len(missing) < len(questions) and "sure" not in request.POST
    if request.method == "POST" and not asked:
        return _hand_in(request, found, otherwise=found.address("question", 1))
    if not found.is_open:
        return redirect(found.address("result"))
    context = {
        "asked": asked,
        "attempt": found,
        "course": found.enrollment.course,
        "questions": questions,
        "missing": missing,
        "next_open": missing[0] if missing else None,
    }
    return render(request, "courses/quiz_review.html", {**context, "trail": _trail(found.enrollment.course)})


def _hand_in(request: HttpRequest, attempt: Attempt, *, otherwise: str) -> HttpResponse:
    try:
        attempts.submit(attempt, by=request.user, at=clock.now())
    except attempts.Refused as refusal:
        messages.warning(request, refusal.reason)
        return redirect(otherwise)
    return redirect(attempt.address("result"))


@login_required
@require_safe
def quiz_result(request: HttpRequest, course: str, attempt: int) -> HttpResponse:
    """How the final quiz went: by section and with lessons; the reasons of every answer once it is passed."""
    found = find_attempt(request, attempt, course, final=True)
    if found.is_open:
        return redirect(found.address("review"))
    page = found.enrollment.course
    passed = found.outcome == Attempt.Outcome.PASSED
    marked = papers.marked(found)
    summary = None if passed else progress.summary(request.user, page, at=clock.now())
    plan = summary.outline if summary else outline.of(page.path)
    waiting = progress.duties(found, marked) if passed else []
    sections = _by_section(marked, plan)
    words = [text for shown in marked for text in shown.words] if passed else []
    words += [line.title for section in sections for line in section["lessons"]] + [duty.title for duty in waiting]
    context = {
        "attempt": found,
        "course": page,
        "passed": passed,
        "points": rules.shown(found.points or Fraction(0)),
        "sections": sections,
        "shown": marked if passed else [],
        "signpost": texts.speaks_of_harm(*words),
        "summary": summary,
        "which": WHICH_COME,
        "waiting": [(duty, plan.on(duty.clause)) for duty in waiting],
        "trail": _trail(page),
    }
    return render(request, "courses/quiz_result.html", context)


def _by_section(marked: list[papers.Shown], plan: outline.Outline) -> list[dict[str, Any]]:
    """Points by section, and the lessons of what was missed there. Names no question and no key."""
    sections: dict[str, list[papers.Shown]] = {}
    for shown in marked:
        sections.setdefault(shown.section, []).append(shown)
    return [
        {
            "title": SECTIONS.get(section, section.replace("-", " ").capitalize()),
            "points": rules.shown(sum((shown.points for shown in there), start=Fraction(0))),
            "total": len(there),
            "lessons": list({line.id: line for shown in there if not shown.full for line in plan.on(shown.clauses[0])}.values()),
        }
        for section, there in sections.items()
    ]


@login_required
@form_page
def check_result(request: HttpRequest, course: str, module: str, attempt: int) -> HttpResponse:
    """How a check went, and where to go on. POST hands in."""
    found = find_attempt(request, attempt, course, final=False)
    page = found.enrollment.course
    if request.method == "POST":
        return _hand_in(request, found, otherwise=found.address("question", 1))
    plan = outline.of(page.path)
    here = next((one.quiz_url for one in plan.modules if one.id == found.module_id), "")
    context = {
        "attempt": found,
        "course": page,
        "module": found.module,
        "answered": len(found.choices),
        "total": len(found.items),
        "trail": _trail(page),
    }
    if not found.is_open:
        missed = [shown for shown in papers.marked(found) if not shown.full]
        lessons = {line.id: line for shown in missed for clause in shown.clauses for line in plan.on(clause)}
        context |= {
            "passed": found.outcome == Attempt.Outcome.PASSED,
            "points": rules.shown(found.points or Fraction(0)),
            "lessons": list(lessons.values()),
            "signpost": texts.speaks_of_harm(*(line.title for line in lessons.values())),
            "after": plan.after(here),
            "completed": found.enrollment.closed_at,
        }
    return render(request, "courses/check_result.html", context)


@keeps_answers
@form_page
def quiz_again(request: HttpRequest, course: str, attempt: int, clause: str) -> HttpResponse:
    """Putting a missed critical clause right: the lesson, and another question on it."""
    found = find_attempt(request, attempt, course, final=True)
    now = clock.now()
    last = found.makeups.filter(clause=clause).exclude(answered_at=None).select_related("version__voiding").order_by("number").last()
    if last is not None and request.method != "POST" and "next" not in request.GET:
        return _answered_again(request, found, last)
    try:
        makeup = makeups.ask(found, clause, at=now)
    except makeups.Refused as refusal:
        messages.info(request, refusal.reason)
        return redirect(found.address("result"))
    data = makeup.version.data
    form = AnswerForm(request.POST or None, question=data, order=makeup.order, position=makeup.number)
    if request.method == "POST" and form.is_valid():
        try:
            makeups.answer(makeup, form.choice(), by=request.user, at=now)
        except makeups.Refused as refusal:
            messages.info(request, refusal.reason)
        return redirect(found.address("again", clause))
    (form,) = filled_in(request, [form])
    return render(request, "courses/quiz_again.html", {**_again(found, clause, *papers.words(data)), "form": form, "question": data})


def _again(attempt: Attempt, clause: str, *words: str) -> dict[str, Any]:
    """What stands around a question to put right; `words` are those of the question."""
    page = attempt.enrollment.course
    lessons = outline.of(page.path).on(clause)
    title = Clause.objects.filter(pk=clause).values_list("title", flat=True).first() or clause
    return {
        "attempt": attempt,
        "course": page,
        "clause": title,
        "lessons": lessons,
        "signpost": texts.speaks_of_harm(title, *words),
        "trail": _trail(page),
    }


def _answered_again(request: HttpRequest, attempt: Attempt, makeup: MakeUp) -> HttpResponse:
    shown = papers.reveal(makeup.version.data, makeup.order, makeup.choice or [], void=makeup.is_void)
    left = makeups.outstanding(attempt)
    context = {"shown": shown, "right": makeup.right, "left": left, "onward": attempt.address("again", left[0]) if left else ""}
    return render(request, "courses/quiz_again.html", {**_again(attempt, makeup.clause, *shown.words), **context})
