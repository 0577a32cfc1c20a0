"""The admin's screens for the rules that a board votes on: which hold, what a change would touch, the change on the record."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts.access import administrators
from accounts.models import User
from audit import clock, log
from certification import actions, schemes
from certification.facts import NUMBERS, REMINDERS
from certification.forms import SchemeForm
from certification.models import Scheme
from certification.views.acts import by, does, is_confirmed, sent, what_is_shown
from courses.models import CoursePage


@never_cache
@administrators
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme with its numbers."""
    found = Scheme.objects.order_by("pk")
    rows = [(scheme, [(words.label, getattr(scheme, name), words.unit) for name, words in NUMBERS.items()]) for scheme in found]
    return render(request, "certification/admin/scheme_list.html", {"rows": rows})


@never_cache
@administrators
def scheme_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the rules of a scheme: first what is different and whom it touches, then the act."""
    scheme, on = get_object_or_404(Scheme, pk=pk), clock.today()
    form = SchemeForm(sent(request), initial=initial(scheme))
    course = CoursePage.objects.filter(key=scheme.review_course_key).values_list("title", flat=True).first()
    context: dict[str, Any] = {"scheme": scheme, "form": form, "changes": past(scheme), "review_course": course}
    if request.method == "POST" and form.is_valid():
        given, reason, seen = form.given, form.cleaned_data["reason"], form.cleaned_data["seen"]
        act = lambda: schemes.change(scheme, given, seen=seen, reason=reason, by=by(request))  # noqa: E731
        if is_confirmed(request, form):
            if does(form, act):
                messages.success(request, "Changed. The new rules apply from now on.")
                return redirect("scheme_rules", pk)
        elif does(form, lambda: schemes.tried(scheme, given, seen=seen, reason=reason, by=by(request))):
            context |= {"differences": differences(scheme, given), "touched": told(schemes.touched(scheme, given, on=on))}
            context["shown"] = what_is_shown(form)
    return render(request, "certification/admin/scheme_rules.html", context)


def initial(scheme: Scheme) -> dict[str, Any]:
    reminders = ", ".join(map(str, scheme.reminder_days))
    return {**schemes.rules_of(scheme), "reminder_days": reminders, "seen": schemes.fingerprint(scheme)}


TOUCHED = {
    "opens": "{} who cannot renew yet could renew at once.",
    "closes": "{} who can renew now would have to wait.",
    "too_late": "{} who can still renew late would newly be too late.",
    "in_time": "{} who are too late would be in time again.",
    "review_fades": "Of {} the completed review would stop counting.",
    "review_counts": "Of {} a completed review would count again.",
}


def told(touched: schemes.Touched) -> list[str]:
    """Whom a change touches, a sentence for each way in which it touches anybody."""
    counts = {words: getattr(touched, name) for name, words in TOUCHED.items()}
    sentences = [words.format(f"{count} coach{'' if count == 1 else 'es'}") for words, count in counts.items() if count]
    if touched.letters:
        sentences.append(f"{touched.letters} reminder{'' if touched.letters == 1 else 's'} would be sent within a quarter of an hour.")
    return sentences


def differences(scheme: Scheme, given: schemes.Given) -> list[tuple[str, str, str, str]]:
    """(label, now, after, unit) of each rule that is another; no unit where words are no number."""
    return [
        (schemes.label(name), shown(value), shown(given[name]), unit_of(name))
        for name, value in schemes.rules_of(scheme).items()
        if given[name] != value
    ]


def unit_of(name: str) -> str:
    """What a number counts, as a part of a sentence."""
    unit = NUMBERS[name].unit if name in NUMBERS else REMINDERS.unit if name == "reminder_days" else ""
    return unit[:1].lower() + unit[1:]


def shown(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def past(scheme: Scheme) -> list[dict[str, Any]]:
    """What was changed before, when, by whom and why; the newest first."""
    entries = [entry for entry in log.history(scheme) if entry.action == actions.SCHEME_CHANGED.name]
    people = User.objects.prefetch_related("names").in_bulk({int(entry.actor_id) for entry in entries if entry.actor_id})
    return [
        {
            "at": entry.at,
            "by": people[int(entry.actor_id)].get_full_name() if entry.actor_id else "",
            "reason": entry.detail.facts.get("reason", ""),
            "rules": [(schemes.label(name), shown(old), shown(new)) for name, (old, new) in entry.detail.facts.get("changes", {}).items()],
        }
        for entry in reversed(entries)
    ]
