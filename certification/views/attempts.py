"""Attempts at a final quiz that the office opened, and taking them back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import office as for_office
from audit import clock
from certification.forms import ReasonForm
from certification.views.acts import page
from courses import enrollments
from courses.models import Accommodation, Enrollment


def opened(run: Enrollment) -> list[dict[str, Any]]:
    """What the office opened in a run, newest first, and whether it is in force today."""
    grants = (
        run.accommodations.filter(kind=Accommodation.Kind.ATTEMPTS)
        .select_related("by")
        .prefetch_related("by__names")
        .order_by("-recorded_at", "-pk")
    )
    return [{"grant": grant, "in_force": grant.is_in_force(on=clock.today())} for grant in grants]


@never_cache
@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_attempts(request: HttpRequest, run: int, grant: int) -> HttpResponseBase:
    """Close what is left of attempts that were opened by mistake."""
    found = get_object_or_404(
        Accommodation.objects.select_related("enrollment__person", "enrollment__course"),
        pk=grant,
        enrollment=run,
        kind=Accommodation.Kind.ATTEMPTS,
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            enrollments.take_back(found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except enrollments.CannotEnroll as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, "Taken back. What was begun with it stays.")
            return redirect("grant_attempts", run)
    many = "1 attempt" if found.attempts == 1 else f"{found.attempts} attempts"
    return page(
        request,
        form,
        person=found.enrollment.person,
        title="Take attempts back",
        words=f"{many} at “{found.enrollment.course.title}” can then no longer be begun. What was begun already stays.",
        button="Take the attempts back",
        grave=True,
        back=f"/staff/attempts/{run}/",
        back_label="Keep them open",
    )
