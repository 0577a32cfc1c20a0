"""/complaints/new/: one address for all steps. Earlier answers travel as hidden fields; nothing is stored until the complaint is sent.

No step is in the address, none in a session. A refused step comes back as it was typed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from accounts import limits
from accounts.limits import Limit
from audit import clock
from certification import search
from certification.models import Certificate
from cms.models import CrisisLine
from complaints import clocks, intake, options, receipts, running, visits
from complaints.clocks import DEADLINES
from complaints.facts import ClockName, Level, Source
from complaints.forms import FIELDS, FORMS, LEVELS, MINOR, RELATIONS, STEPS, StepForm, WhoForm, answers_in, hidden, is_too_much, plain
from complaints.machine import StepRefused
from complaints.rules.gathered import Sending
from complaints.views.guarding import private

FROM_PLACE = Limit("complaint-place", 20, timedelta(hours=1))  # a shelter or a clinic is one place to us
FROM_ANYWHERE = Limit("complaint", 100, timedelta(hours=1))
SALT = "complaints.new"
SHOWN_AGAIN = timedelta(minutes=15)  # in which a second click, or a slip when the last group is typed, shows the code once more
FOUND = 12  # people of the registry that one name shows
TRAP = "address_2"
LONG = (
    "This is more text than we can take at once. Shorten your own words; you can write more afterwards. "
    "Nothing was sent, and nothing is lost."
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What makes a form this form: sent twice it is one complaint. Signed; holds nothing about anybody."""

    nonce: str
    began: datetime

    def __str__(self) -> str:
        return signing.dumps([self.nonce, self.began.timestamp()], salt=SALT)

    @property
    def code(self) -> str:
        """The receipt code of the complaint that this form becomes."""
        return receipts.derived(self.nonce)


def ticket_of(text: str) -> Ticket | None:
    try:
        nonce, began = signing.loads(text, salt=SALT)
        return Ticket(str(nonce), datetime.fromtimestamp(float(began), tz=UTC))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def new_ticket() -> Ticket:
    return Ticket(secrets.token_hex(16), clock.real())


@private
def complaint_new(request: HttpRequest) -> HttpResponse:
    """The complaint, from the first question to the code."""
    if request.method != "POST":
        return first_page(request)
    if request.POST.get("step") == "kept":
        return code_was_kept(request)
    return step(request, source=Source.WEB)


def first_page(request: HttpRequest, *, desk: bool = False) -> HttpResponse:
    about = request.GET.get("about", "")[:40]
    answers = {"entry": [about]} if about and names_of([about]) else {}
    return show(request, "danger", answers, new_ticket(), desk=desk)


def step(request: HttpRequest, *, source: Source, desk: bool = False) -> HttpResponse:
    """A step was answered, or one was asked for: look at it, and show the next one."""
    answers = answers_in(request.POST)
    ticket = ticket_of(request.POST.get("ticket", "")) or new_ticket()
    here = request.POST.get("step", "")
    here = here if here in STEPS else STEPS[0]
    go = request.POST.get("go", "next")
    if is_too_much(answers):
        return show(request, "words", answers, ticket, problem=LONG, desk=desk)
    if go == "back":
        return show(request, STEPS[max(0, STEPS.index(here) - 1)], answers, ticket, desk=desk)
    if go.startswith("to:") and go[3:] in STEPS:
        return show(request, go[3:], answers, ticket, desk=desk)
    form = bound(here, answers)
    if here == "who" and (go == "look" or is_to_be_looked_up(form)):
        return look_up(request, answers, ticket, desk=desk)
    if not form.is_valid():
        return show(request, here, answers, ticket, form=form, desk=desk)
    if here == "check":
        return send(request, answers, ticket, source=source, desk=desk)
    return show(request, STEPS[STEPS.index(here) + 1], answers, ticket, desk=desk)


# Showing


def show(
    request: HttpRequest,
    here: str,
    answers: Mapping[str, list[str]],
    ticket: Ticket,
    *,
    form: StepForm | None = None,
    problem: str = "",
    wait: int = 0,
    desk: bool = False,
) -> HttpResponse:
    """A step, with all other answers in hidden fields; `problem`: why it is shown again, beside what the form itself says."""
    given = {name: values for name, values in answers.items() if name in FIELDS[here]}
    form = form or FORMS[here](
        initial={name: values if name == "options" else values[0] for name, values in given.items()},
        today=clock.today(),
        answers=answers,
        **known_by(here, answers),
    )
    context: dict[str, Any] = {
        "form": form,
        "here": here,
        "number": STEPS.index(here) + 1,
        "of": len(STEPS),
        "carried": hidden(answers, but=here),
        "ticket": str(ticket),
        "trap": TRAP,
        "problem": problem,
        "wait": wait,
        "desk": desk,
        "source": request.POST.get("source", ""),
        "in_danger": answers.get("danger") == ["yes"],
    }
    if here == "danger":
        context["countries"] = lines_by_country()
        context["about"] = next(iter(names_of(answers.get("entry", []))), None)
    if here == "check":
        context["rows"] = in_words(answers)
    response = render(request, f"complaints/steps/{here}.html", context)
    if wait:
        limits.told(response, limits.Verdict(allowed=False, wait_seconds=wait))
    return response


def bound(here: str, answers: Mapping[str, list[str]]) -> StepForm:
    """A step as it was filled in."""
    return FORMS[here](MultiValueDict(answers), today=clock.today(), answers=answers, **known_by(here, answers))


def known_by(here: str, answers: Mapping[str, list[str]]) -> dict[str, Any]:
    return {"found": names_of(answers.get("entry", []))} if here == "who" else {}


def lines_by_country() -> list[tuple[str, list[CrisisLine]]]:
    """Lines to call that somebody checked, by country."""
    found: dict[str, list[CrisisLine]] = {}
    for line in CrisisLine.objects.exclude(checked_on=None):
        found.setdefault(line.country, []).append(line)
    return list(found.items())


# The coach


def names_of(numbers: list[str]) -> list[tuple[str, str]]:
    """Certificates that have these numbers, as the list of choices shows them: number and words."""
    rows = (
        Certificate.objects.filter(number__in=[number for number in numbers if number])
        .select_related("holder")
        .prefetch_related("holder__names")
    )
    return [(row.number, f"{row.holder.get_full_name()}, certificate {row.number}") for row in rows if row.holder.name]


def is_to_be_looked_up(form: StepForm) -> bool:
    """A name was typed that was not looked up yet, and nothing was chosen."""
    if not form.is_valid():
        return False
    told = form.cleaned_data
    return bool(told["coach"]) and not told.get("entry") and not told["not_sure"] and told["looked"] != told["coach"]


def look_up(request: HttpRequest, answers: dict[str, list[str]], ticket: Ticket, *, desk: bool) -> HttpResponse:
    """The same search as the registry's. Nobody who is looked up is told, and nothing of it is kept."""
    typed = plain((answers.get("coach") or [""])[0], lines=False)
    verdict = limits.take(limits.SEARCH, limits.address(request), at=clock.now())
    found = search.find(typed, on=clock.today(), limit=FOUND).certificates if typed and verdict.allowed else ()
    choices = names_of([certificate.number for certificate in found])
    answers = {**answers, "looked": [typed], "coach": [typed]}
    kept = {name: values for name, values in answers.items() if name in FIELDS["who"] and name != "entry"}
    form = WhoForm(initial={name: values[0] for name, values in kept.items()}, today=clock.today(), answers=answers, found=choices)
    problem = ""
    if not verdict.allowed:
        problem = (
            f"Many names were looked up in a short time. Go on without our list, or wait {limits.wait_in_words(verdict.wait_seconds)}."
        )
    elif typed and not choices:
        problem = "Nobody in our registry is found by this name. Go on with the name as you wrote it, or try another spelling."
    elif not typed:
        problem = "Write a name first, or tick “I am not sure who it was”."
    return show(request, "who", answers, ticket, form=form, problem=problem, desk=desk)


# Sending


def send(request: HttpRequest, answers: dict[str, list[str]], ticket: Ticket, *, source: Source, desk: bool) -> HttpResponse:
    """All of it once more, and in. A second click finds the complaint that the first one made."""
    cleaned: dict[str, Any] = {}
    for name in STEPS:
        form = bound(name, answers)
        if not form.is_valid():
            return show(request, name, answers, ticket, form=form, problem="Nothing was sent yet: this page needs another look.", desk=desk)
        cleaned |= form.cleaned_data
    by = request.user if desk else None
    at = clock.now()
    seconds = int((clock.real() - ticket.began).total_seconds())
    wait = 0 if desk or intake.is_there(ticket.code) else seconds_to_wait(request)
    sending = Sending(honeypot=request.POST.get(TRAP, ""), seconds=seconds, wait=wait)
    try:
        intake.submit(cleaned, source=source, at=at, by=by, code=ticket.code, sending=sending)
    except StepRefused as refusal:
        return show(request, "check", answers, ticket, problem=" ".join(refusal.reasons), wait=wait, desk=desk)
    receipt = receipts.find(ticket.code, on=clock.today())
    if receipt is None or receipt.made_at + SHOWN_AGAIN < at:
        return render(request, "complaints/sent_before.html", {"desk": desk})
    return show_code(request, ticket, desk=desk)


def seconds_to_wait(request: HttpRequest) -> int:
    """What the limiter asks for: of a place first, so that a flood from one keeps nobody else out."""
    for limit, who in ((FROM_PLACE, limits.address(request)), (FROM_ANYWHERE, "all")):
        verdict = limits.take(limit, who, at=clock.now())
        if not verdict.allowed:
            return verdict.wait_seconds
    return 0


def show_code(request: HttpRequest, ticket: Ticket, *, problem: str = "", desk: bool = False) -> HttpResponse:
    context = {"code": ticket.code, "groups": ticket.code.split("-"), "ticket": str(ticket), "problem": problem, "desk": desk}
    return render(request, "complaints/code.html", context)


def code_was_kept(request: HttpRequest, *, desk: bool = False) -> HttpResponse:
    """The last group was typed again: what happens now. A slip shows the code once more, as long as it was only just made."""
    ticket = ticket_of(request.POST.get("ticket", ""))
    receipt = receipts.find(ticket.code, on=clock.today()) if ticket else None
    if ticket is None or receipt is None:
        return first_page(request, desk=desk)
    typed, last = receipts.normalize(request.POST.get("last_group", "")), ticket.code.split("-")[-1]
    if typed not in (last, receipts.normalize(ticket.code)):
        if receipt.made_at + SHOWN_AGAIN < clock.now():
            return render(request, "complaints/sent_before.html", {"desk": desk})
        words = (
            f"The last group is {last}. You typed something else. Please look at the code once more, and write it down." if desk else SLIP
        )
        return show_code(request, ticket, problem=words, desk=desk)
    case = receipt.case
    context = {
        "desk": desk,
        "in_danger": case.danger,
        "dates": [
            (name, clocks.due_day(clocks.start(name, at=case.recorded_at, danger=case.danger), running.zone()))
            for name in (ClockName.TAKE, ClockName.ACKNOWLEDGE)
        ],
        "hard": DEADLINES[ClockName.ACKNOWLEDGE].hard,
        "triage": DEADLINES[ClockName.TRIAGE].days,
    }
    response = render(request, "complaints/now.html", context)
    return response if desk else visits.begin(response, receipt, at=clock.real())


SLIP = "That is not the last group of the code. Please look at it once more, and write the whole code down before you go on."


# Looking it over

LABELS = {"relation": dict(RELATIONS), "minor": dict(MINOR), "level": dict(LEVELS)}


def in_words(answers: Mapping[str, list[str]]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Everything that was answered, page by page: step, its title, and pairs of question and answer."""
    told = {name: [plain(value, lines=True) for value in values] for name, values in answers.items()}
    first = {name: values[0] for name, values in told.items() if values}
    who = next((words for _, words in names_of(told.get("entry", []))), "") or first.get("coach", "")
    ticked = [options.BY_CODE[code].words for code in told.get("options", []) if code in options.BY_CODE]
    when = [first[name] for name in ("conduct_from", "conduct_until") if first.get(name)]
    contact = [first[name] for name in ("name", "mail", "phone") if first.get(name)]
    naming = first.get("level") == Level.OPEN.value and first.get("consents_to_naming")
    pages = {
        "danger": [("Somebody is in danger now", {"yes": "Yes", "no": "No"}.get(first.get("danger", ""), "Not said"))],
        "who": [("The coach", who or "Not sure who it was")],
        "what": [("What happened", "\n".join(ticked) or "Nothing ticked")],
        "when": [("When", "\n".join(filter(None, [" to ".join(when), first.get("when_words", "")])) or "Not said")],
        "words": [("In your own words", first.get("narrative", "").strip() or "Nothing written")],
        "you": [
            ("You are", LABELS["relation"].get(first.get("relation", ""), "Not said yet")),
            ("Somebody younger than 18", LABELS["minor"].get(first.get("minor", ""), "Not said yet")),
        ],
        "level": [
            ("Who may know who you are", LABELS["level"].get(first.get("level", ""), "Not said yet")),
            ("How to reach you", "\n".join(contact) or "By the code alone"),
            ("Letters for you on this site", {"yes": "Yes", "no": "No"}.get(first.get("wants_updates", ""), "Not said yet")),
            *([("A decision may say your name", {"yes": "Yes", "no": "No"}[naming])] if naming in ("yes", "no") else []),
        ],
    }  # fmt: skip
    return [(name, FORMS[name].title, rows) for name, rows in pages.items()]
