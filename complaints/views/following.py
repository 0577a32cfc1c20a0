"""/complaints/follow-up/: coming back with the code. One address for everything; each deed is a form that says which it is.

Wrong, mistyped, ended, replaced and erased codes get the same answer by the same statements. Nobody is locked out: after many tries the
page asks to wait. What was typed when the quarter of an hour was over is still there after the code was given again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import limits
from accounts.models import User
from audit import clock
from complaints import evidence, gathering, intake, papers, receipts, running, visits
from complaints.crypto import LostKey, Unopened
from complaints.evidence import InMemory, NotShown
from complaints.facts import AWAITED, EvidenceState, PaperKind, Party, Seat, State
from complaints.forms import plain
from complaints.machine import StepRefused
from complaints.models import Assignment, Case, Evidence, Letter
from complaints.papers import Erased, NotYours
from complaints.rules.guards import GUARDS
from complaints.states import step
from complaints.views.guarding import private
from complaints.visits import Visit

SAME_ANSWER = (
    "This code opens nothing. Please look at it once more: it has five groups of five, and the letters I, L, O and U are never in it. "
    "If it was replaced, only the new one opens. It also ends one year after a complaint is closed."
)
OVER = "You were away for more than a quarter of an hour, so the page was closed. Give your code again; what you wrote is still here."
NOT_FROM_HERE = "Please send that once more: the page was not the newest one. What you wrote is still here."
PRESSED = (("no", "No"), ("yes", "Yes, somebody pressed me"))

# Where a case stands, in the words for whoever complained.
WHERE = {
    State.SUBMITTED: "It has arrived. Somebody of our office will read it soon.",
    State.TRIAGE: "Somebody has read it. We are deciding whether to look into it.",
    State.NEEDS_INFO: "We asked you something and wait for your answer. Our own time stands still meanwhile.",
    State.ADMITTED: "We are looking into it. The coach will be told what there is to answer to.",
    State.NOTICE_SERVED: "The coach was told and has time to answer.",
    State.INVESTIGATION: "Somebody is looking into it, and hears both sides.",
    State.CASE_REVIEW: "Two people are deciding whether a panel hears it.",
    State.PANEL_SET: "A panel of three people hears it. You can say why one of them should not.",
    State.HEARING: "The panel hears it.",
    State.DELIBERATION: "The panel is deciding.",
    State.COUNTERSIGN: "The panel has decided. The decision is being checked before it is sent.",
    State.DECIDED: "It is decided. There is time to appeal.",
    State.APPEALED: "There is an appeal. Three other people look at it.",
    State.SANCTION_ACTIVE: "It is decided, and what was decided holds.",
    State.BREACH_REVIEW: "It is decided. We are looking at whether the coach did what was asked.",
    State.DISMISSAL_REVIEW: "Somebody else is looking at whether it was right to close it.",
    State.MERGED: "We look into it together with another complaint about the same event. What you wrote stays yours alone.",
    State.CLOSED: "It is closed.",
}
READS = {
    Seat.TAKER: "the person who takes complaints in",
    Seat.SECOND_INTAKE: "a second person who takes complaints in",
    Seat.INVESTIGATOR: "the person who looks into it",
    Seat.CASE_REVIEWER: "two people who decide whether a panel hears it",
    Seat.DISMISSAL_REVIEWER: "the person who looks at the closing again",
    Seat.CHAIR: "the panel",
    Seat.PANEL_MEMBER: "the panel",
    Seat.APPEAL_CHAIR: "the three people who hear the appeal",
    Seat.APPEAL_MEMBER: "the three people who hear the appeal",
}
SAID = {
    "sent": "Sent. We have your message.",
    "files": "We have your files. Each is looked at and cleaned before anybody opens it.",
    "code": "Your new code was made.",
    "mail": "From now on one line goes to that address when a message waits.",
    "no-mail": "No e-mail goes to you any more. Your letters wait here.",
    "withdraw": "We have your wish to stop, and answer it here.",
    "review": "Somebody who had no part in the closing will look at it.",
    "challenge": "We have what you say about this person. It is decided within a few days.",
    "answered": "Thank you. Your answer has arrived.",
    "again": "You are back.",
}


class Held(InMemory):
    """Takes files of a visit alone: what a stranger sends is not even read."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.is_open = visits.of(request, at=clock.real(), on=clock.today()) is not None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_open:
            super().receive_data_chunk(raw_data, start)


def complaint_follow_up(request: HttpRequest) -> HttpResponse:
    """The page of one complaint, for whoever holds its code."""
    visit = visits.of(request, at=clock.real(), on=clock.today())
    if request.method != "POST":
        return page(request, visit) if visit else code_form(request)
    act = request.POST.get("act", "")
    if act == "open":
        return let_in(request)
    if visit is None:
        return code_form(request, problem=OVER if cookie_is_there(request) or act in ACTS else "")
    if not visits.is_own_form(visit, request.POST.get("token", "")):
        return page(request, visit, act=act, problems=[NOT_FROM_HERE])
    if act not in ACTS:
        return page(request, visit)
    try:
        return ACTS[act](request, visit)
    except StepRefused as refusal:
        return page(request, visit, act=act, problems=refusal.reasons)
    except (Erased, LostKey, Unopened):
        return visits.end(render(request, "complaints/not_opened.html", status=410))


complaint_follow_up = private(complaint_follow_up)
complaint_follow_up.upload_handler = Held


def cookie_is_there(request: HttpRequest) -> bool:
    return visits.cookie_name() in request.COOKIES


# With the code


def kept_words(request: HttpRequest) -> dict[str, str]:
    """What was typed on a page that is over, to travel through the page that asks for the code."""
    act, words = request.POST.get("kept_act", "") or request.POST.get("act", ""), request.POST.get("words", "")
    return {"act": act, "words": words} if act in ACTS and words else {}


def code_form(request: HttpRequest, *, problem: str = "", typed: str = "", wait: int = 0) -> HttpResponse:
    context = {"problem": problem, "typed": typed[: receipts.LONGEST], "kept": kept_words(request)}
    response = render(request, "complaints/enter_code.html", context)
    if wait:
        limits.told(response, limits.Verdict(allowed=False, wait_seconds=wait))
    return visits.end(response) if cookie_is_there(request) else response


def let_in(request: HttpRequest) -> HttpResponse:
    """The code as it was typed; whatever is wrong with it, the answer is the same."""
    typed, place, on = request.POST.get("code", "")[: receipts.LONGEST], limits.address(request), clock.today()
    verdict = receipts.may_try(typed, place, at=clock.now())
    if not verdict.allowed:
        wait = limits.wait_in_words(verdict.wait_seconds)
        words = f"Many codes were tried in a short time. Please wait {wait}; what you typed is still here."
        return code_form(request, problem=words, typed=typed, wait=verdict.wait_seconds)
    receipt = receipts.find(typed, on=on)
    if receipt is None:
        return code_form(request, problem=SAME_ANSWER, typed=typed)
    receipts.opened(typed, place)
    at = clock.real()
    kept = kept_words(request)
    visit = Visit(receipt, at, at)
    if kept:
        return page(request, visit, act=kept["act"], words=kept["words"], problems=[])
    return visits.begin(redirect("complaint_follow_up"), receipt, at=at)


# The page


def page(request: HttpRequest, visit: Visit, *, act: str = "", words: str | None = None, problems: list[str] | None = None) -> HttpResponse:
    """Everything of one complaint; a deed that was refused stands open, with what was typed and every reason."""
    case, on = visit.receipt.case, clock.today()
    try:
        open_now, sitting = can(case, on=on), panel(case)
        on_top: list[str] = []
        if problems and not is_on_the_page(act, open_now, sitting):
            act, on_top, problems = "write", problems, []
        context = {
            **standing(case, on=on),
            "thread": thread(visit),
            "files": files(case),
            "can": open_now,
            "panel": sitting,
            "on_top": on_top,
            "mail": intake.contact_of(case)["mail"],
            "token": visit.token,
            "case": case,
            "said": SAID.get(visit.said, "") if request.method == "GET" else "",
            "act": act,
            "words": words if words is not None else request.POST.get("words", ""),
            "problems": problems or [],
            "pressed": PRESSED,
            "chosen": request.POST.get("pressed", ""),
            "typed_mail": request.POST.get("mail", ""),
            "before_you_send": evidence.BEFORE_YOU_SEND,
            "most": evidence.MOST,
        }
    except (Erased, LostKey, Unopened):
        return visits.end(render(request, "complaints/not_opened.html", status=410))
    return visits.keep(render(request, "complaints/follow_up.html", context), visit, at=clock.real())


def is_on_the_page(act: str, open_now: Mapping[str, bool], sitting: Sequence[User]) -> bool:
    """Whether the form of a deed is there, to say in it why it was refused; else that is said at the top, and words are kept below."""
    if act == "challenge":
        return open_now["challenge"] and bool(sitting)
    return bool(open_now.get(act, act in ACTS))


def standing(case: Case, *, on: date) -> dict[str, Any]:
    """Where it stands, until when, and who can read it."""
    state = case.where
    names = [name.value for name in AWAITED.get(state, ())]
    running_clocks = {row.name: row for row in case.clocks.filter(name__in=names, ended=None)}
    due = next((running_clocks[name].due_at for name in names if name in running_clocks and running_clocks[name].due_at), None)
    seats = [Seat(seat) for seat in Assignment.objects.open().filter(case=case).order_by("pk").values_list("seat", flat=True)]
    return {
        "where": WHERE.get(state, ""),
        "due_on": due.astimezone(running.zone()).date() if due else None,
        "ours": state not in (State.NEEDS_INFO, State.CLOSED, State.DECIDED, State.NOTICE_SERVED),
        "readers": list(dict.fromkeys(READS[seat] for seat in seats if seat in READS)),
    }


def thread(visit: Visit) -> list[dict[str, Any]]:
    """Letters between the office and whoever complained, the newest first, each with its words."""
    between = Letter.objects.filter(case=visit.receipt.case).filter(to=Party.COMPLAINANT.value) | Letter.objects.filter(
        case=visit.receipt.case, written_by=Party.COMPLAINANT.value
    )
    letters = list(between.order_by("-pk"))
    sheets = {
        sheet.of: sheet
        for sheet in visit.receipt.case.papers.filter(
            kind=PaperKind.LETTER.value, party=Party.COMPLAINANT.value, of__in=[one.uid for one in letters]
        )
    }
    told = [one for one in letters if one.uid in sheets]
    texts = papers.read_for_complainant([sheets[one.uid] for one in told], receipt=visit.receipt)
    return [
        {"own": one.written_by == Party.COMPLAINANT.value, "on": one.posted_on, "words": text}
        for one, text in zip(told, texts, strict=True)
    ]


def files(case: Case) -> list[dict[str, Any]]:
    """Files that whoever complained sent: name, state in words, and why one was refused."""
    rows = Evidence.objects.filter(case=case, party=Party.COMPLAINANT.value).select_related("case").order_by("pk")
    states = {EvidenceState.PENDING: "is being looked at", EvidenceState.ACCEPTED: "we have it", EvidenceState.REFUSED: "not taken"}
    return [
        {
            "name": evidence.name_of(row),
            "state": states[EvidenceState(row.state)],
            "why": evidence.words(row),
            "uid": row.uid,
            "shown": row.state == EvidenceState.ACCEPTED,
        }
        for row in rows
    ]


def panel(case: Case) -> list[User]:
    """Who sits, where whoever complained is told: while a panel is being set."""
    if case.where is not State.PANEL_SET:
        return []
    seats = [Seat.CHAIR.value, Seat.PANEL_MEMBER.value]
    return [row.person for row in Assignment.objects.open().filter(case=case, seat__in=seats).select_related("person").order_by("pk")]


def can(case: Case, *, on: date) -> dict[str, bool]:
    """Which of the steps of a complainant can be taken now; the machine asks everything again."""
    facts = gathering.facts(case, on=on, values={}, wants="")
    state = case.where
    by_rule: Callable[[str], bool] = lambda name: state in step(name).before and not GUARDS[name](facts, {}, on=on)  # noqa: E731
    asked = case.steps.filter(name="withdraw", asked=True, taken_at=None, void_at=None).exists()
    return {
        "answer": state is State.NEEDS_INFO,
        "review": by_rule("ask_dismissal_review"),
        "challenge": by_rule("challenge_member"),
        "withdraw": state in step("withdraw").before and not asked and not case.own_motion,
        "asked_to_withdraw": asked,
    }


# What can be done


def done(visit: Visit, said: str) -> HttpResponse:
    return visits.keep(redirect("complaint_follow_up"), visit, at=clock.real(), said=said)


def words_of(request: HttpRequest) -> str:
    return plain(request.POST.get("words", ""), lines=True)


def version_of(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def write(request: HttpRequest, visit: Visit) -> HttpResponse:
    intake.write(visit.receipt, words_of(request), at=clock.now())
    return done(visit, "sent")


def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    intake.answer(visit.receipt, words_of(request), version=version_of(request), at=clock.now())
    return done(visit, "answered")


def review(request: HttpRequest, visit: Visit) -> HttpResponse:
    intake.ask_review(visit.receipt, words_of(request), version=version_of(request), at=clock.now())
    return done(visit, "review")


def challenge(request: HttpRequest, visit: Visit) -> HttpResponse:
    place = request.POST.get("member", "")
    sitting = panel(visit.receipt.case)
    member = sitting[int(place)].pk if place.isdecimal() and len(place) < 3 and int(place) < len(sitting) else None
    intake.challenge(visit.receipt, member, words_of(request), version=version_of(request), at=clock.now())
    return done(visit, "challenge")


def withdraw(request: HttpRequest, visit: Visit) -> HttpResponse:
    pressed = {"yes": True, "no": False}.get(request.POST.get("pressed", ""))
    intake.ask_to_withdraw(visit.receipt, words_of(request), pressed=pressed, at=clock.now())
    return done(visit, "withdraw")


def mail(request: HttpRequest, visit: Visit) -> HttpResponse:
    typed = request.POST.get("mail", "").strip()
    try:
        address = forms.EmailField(required=False, max_length=254).clean(typed)
    except forms.ValidationError:
        raise StepRefused(
            ["This does not look like an e-mail address. Look at it once more, or leave it empty to get no e-mail."]
        ) from None
    intake.change_mail(visit.receipt, address)
    return done(visit, "mail" if address else "no-mail")


def send_files(request: HttpRequest, visit: Visit) -> HttpResponse:
    sent = request.FILES.getlist("files")
    if not sent:
        raise StepRefused(["Choose a file first."])
    rows = intake.add_files(visit.receipt, sent, at=clock.now())
    refused = [f"{evidence.name_of(row)}: {evidence.words(row)}" for row in rows if row.refused_for]
    return page(request, visit, act="files", problems=refused) if refused else done(visit, "files")


def show_file(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The cleaned copy of a file that whoever complained sent; one of another case is not there."""
    try:
        uid = UUID(request.POST.get("file", ""))
        one = Evidence.objects.select_related("case").get(uid=uid, case=visit.receipt.case)
        return evidence.answer(evidence.open_for_complainant(one, receipt=visit.receipt))
    except (ValueError, Evidence.DoesNotExist, NotYours, NotShown):
        raise StepRefused(["This file cannot be opened here. Load the page again."]) from None


def new_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The old code opens nothing from now on; the new one is shown once, and the visit goes on with it."""
    code = receipts.replace(visit.receipt, at=clock.now())
    receipt = receipts.find(code, on=clock.today()) if code else None
    if code is None or receipt is None:
        return code_form(request, problem="Your code was replaced a moment ago. Only the new one opens.")
    response = render(request, "complaints/new_code.html", {"code": code, "groups": code.split("-")})
    return visits.begin(response, receipt, at=clock.real())


def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    return visits.end(redirect(reverse("complaints")))


Act = Callable[[HttpRequest, Visit], HttpResponse]
ACTS: dict[str, Act] = {
    "write": write,
    "answer": answer,
    "review": review,
    "challenge": challenge,
    "withdraw": withdraw,
    "mail": mail,
    "files": send_files,
    "file": show_file,
    "code": new_code,
    "leave": leave,
}
