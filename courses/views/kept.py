"""An answer that is sent after the log-in has ended waits in the session, and is filled in again once its person is back."""

import re
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from courses.forms import AnswerForm

PLACE = "answer_that_waits"
FIELD = re.compile(r"q\d{1,3}-(choice|place-\d{1,2})")
MOST = 20_000  # characters: a whole quiz with all its answers has fewer
WAITS = "You were logged out meanwhile, so this is not saved yet. Log in: what you answered waits, and is filled in again."
LOST = "You were logged out meanwhile, and nothing was saved. Log in and answer once more."
FILLED_IN = "This was not saved when you were logged out. It is filled in again as you sent it: look it over and save it."

View = Callable[..., HttpResponse]


def keeps_answers(view: View) -> View:
    """Asks for a log-in, as login_required does; what is sent without one is kept meanwhile, and whoever sent it is told.

    Nothing is ever saved by this: the page opens filled in for whoever may open it, and that person sends it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.warning(request, WAITS if keep(request) else LOST)
        return redirect_to_login(request.get_full_path())

    return guarded


def keep(request: HttpRequest) -> bool:
    """Keep the answers of a form for the page they were sent to; answers whether there were any, and few enough."""
    fields = {name: values for name, values in request.POST.lists() if FIELD.fullmatch(name) and any(values)}
    if not fields or sum(len(value) for values in fields.values() for value in values) > MOST:
        return False
    request.session[PLACE] = {"path": request.path, "fields": fields}
    return True


def take(request: HttpRequest) -> QueryDict:
    """What waits for this page, once; empty when nothing does."""
    data = QueryDict(mutable=True)
    if request.method != "POST" and request.session.get(PLACE, {}).get("path") == request.path:
        for name, values in request.session.pop(PLACE)["fields"].items():
            data.setlist(name, values)
    return data


def choice_in(data: QueryDict, form: AnswerForm) -> list[str]:
    """The answer to a form's question among what waited; empty when there is none that fits it."""
    waiting = AnswerForm(data, question=form.question, order=form.order, position=form.position)
    return waiting.choice() if data and waiting.is_valid() else []
