"""Inviting people: one by a form, many by a table, which is looked at first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitees
from accounts.access import may_administer, may_work_in_office, only
from accounts.forms import InviteeForm, TableForm
from accounts.invitees import Row, Verdict

SEALED = "accounts.invitees"
WAITS = 60 * 60  # seconds in which a table that was looked at can be confirmed
CHANGED = "This table was looked at more than an hour ago, or by somebody else, or something of it is missing. Please send the file again."
TOO_LARGE = f"It is larger than {invitees.LARGEST // 1024 // 1024} MB. Please make it smaller or send it in parts."
asks = require_http_methods(["GET", "HEAD", "POST"])
inviting = only(may_work_in_office, may_administer)


@never_cache
@inviting
@asks
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite one person, who gets an account where there is none."""
    form = InviteeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = Row(
            1, form.cleaned_data["full_name"], form.cleaned_data["email"], form.cleaned_data["latin_name"], form.cleaned_data["language"]
        )
        invitees.judge([row])
        if row.is_to_invite and invitees.invite([row], by=request.user)[row.verdict]:
            messages.success(request, "The invitation is on its way.")
            return redirect("invite_person")
        form.add_error(None, row.reasons or [ALREADY.get(row.verdict, ALREADY[Verdict.INVITED])])
    return render(request, "accounts/invite_person.html", {"form": form, "works_in_office": may_work_in_office(request.user)})


ALREADY = {
    Verdict.INVITED: "This person was invited already. To send another e-mail, find the person under People.",
    Verdict.HERE: "Whoever has this address logs in here already. Nothing was sent.",
}


@never_cache
@inviting
@asks
def invite_people(request: HttpRequest) -> HttpResponse:
    """Invite the people of a table. It is looked at first, nothing is written; the rows travel in the page until they are confirmed."""
    if "sealed" in request.POST:
        return _confirmed(request)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if request.method == "POST" and form.is_valid():
        try:
            rows = _looked_at(form.cleaned_data["file"])
        except invitees.Unreadable as refusal:
            form.add_error("file", refusal.reasons)
        else:
            return _verdicts(request, rows)
    return render(request, "accounts/invite_people.html", {"form": form, "rows_at_most": invitees.ROWS, "columns": invitees.COLUMNS})


def _looked_at(file: UploadedFile) -> list[Row]:
    if (file.size or 0) > invitees.LARGEST:
        raise invitees.Unreadable([TOO_LARGE])
    rows = invitees.read(file.read(), file.name or "")
    invitees.judge(rows)
    return rows


def _verdicts(request: HttpRequest, rows: Sequence[Row]) -> HttpResponse:
    verdicts = Counter(row.verdict for row in rows)
    context = {
        "rows": rows,
        "count": sum(row.is_to_invite for row in rows),
        "refused": verdicts[Verdict.REFUSED],
        "summary": invitees.summary(verdicts, done=False),
        "sealed": seal(rows, by=request.user.pk),
    }
    return render(request, "accounts/invite_verdicts.html", context)


def _confirmed(request: HttpRequest) -> HttpResponse:
    rows = unseal(request.POST["sealed"], by=request.user.pk)
    if rows is None:
        form = TableForm({})
        form.errors.clear()
        form.add_error("file", CHANGED)
        context = {"form": form, "rows_at_most": invitees.ROWS, "columns": invitees.COLUMNS}
        return render(request, "accounts/invite_people.html", context, status=409)
    invitees.judge(rows)
    done = invitees.invite(rows, by=request.user)
    messages.success(request, f"Done: {invitees.summary(done, done=True)}.")
    return redirect("invite_people")


def seal(rows: Sequence[Row], *, by: int) -> str:
    """The rows that can be invited, as they travel in the page: signed for whoever looked at them, so that they cannot be changed."""
    kept: dict[str, Any] = {"by": by, "rows": [(row.line, *row.values) for row in rows if row.is_to_invite]}
    return signing.dumps(kept, salt=SEALED, compress=True)


def unseal(sealed: str, *, by: int) -> list[Row] | None:
    """The rows again; None where they were sealed for somebody else, changed, or too long ago."""
    try:
        kept = signing.loads(sealed, salt=SEALED, max_age=WAITS)
    except signing.BadSignature:
        return None
    return [Row(*row) for row in kept["rows"]] if kept["by"] == by else None
