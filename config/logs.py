"""What the log may say: which part went wrong, where, in which request, for which account's number. Never what somebody typed.

Nothing that came from outside is written: of other people's libraries only the template of a message, of an exception only its class and
its lines, of an address only the route. Patterns at the end catch what slipped through all the same. Needs neither Django nor settings,
as the web server uses it too.
"""

import os
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any
from uuid import uuid4

import structlog
from gunicorn import glogging

Line = MutableMapping[str, Any]
HERE = Path(__file__).resolve().parents[1]
OURS = ("accounts", "audit", "certification", "cms", "complaints", "config", "courses", "demo", "outbox", "registry")
INNERMOST = 6  # lines of a traceback that are told in any case; further out only our own are
PERSONAL_KEYS = re.compile(
    r"password|passphrase|token|secret|code|cookie|session|authorization|email|mail|address|ip$|name|phone|narrative|text|body|reason|query|q$",
    re.I,
)
IN_CONFIDENCE = ("/complaints/",)  # where whoever is logged in may be telling on somebody: that they were there is nobody's business
HARMLESS_KEYS = {"logger", "code_ref", "taskname"}
HIDDEN = "[hidden]"

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_request: ContextVar[Any] = ContextVar("request", default=None)


# The request a line belongs to


@contextmanager
def request(asked: Any = None, *, request_id: str = "") -> Iterator[str]:
    """Whatever is logged in here belongs to this request; answers its id, a new one where none is given."""
    request_id = request_id or uuid4().hex
    tokens = _request_id.set(request_id), _request.set(asked)
    try:
        yield request_id
    finally:
        _request_id.reset(tokens[0])
        _request.reset(tokens[1])


def request_id() -> str:
    """The id of the request that is being answered, or that caused the task at hand; empty outside of both."""
    return _request_id.get()


# From a record to a line


def what_happened(logger: Any, method: str, line: Line) -> Line:
    """Our own messages in full; of everybody else's the template without what would be filled in."""
    record = line["_record"]
    filled_in = line.pop("positional_args", None)
    if record.name.split(".")[0] in OURS and filled_in:
        line["event"] = _filled(str(line["event"]), filled_in)
    elif record.name.startswith(("django.request", "django.security", "django.server")):
        line["event"] = record.name
    elif record.name.startswith("gunicorn") and "Invalid request" in str(line["event"]):
        line["event"] = "Invalid request"
    if record.exc_info and isinstance(record.msg, BaseException):
        line["event"] = type(record.msg).__name__
    status = getattr(record, "status_code", None)
    if isinstance(status, int):
        line["status"] = status
    task = getattr(record, "data", None)
    if isinstance(task, dict) and "id" in task:
        line["task"], line["task_id"] = task.get("name"), task["id"]
    return line


def _filled(template: str, values: Any) -> str:
    try:
        return template % values
    except (TypeError, ValueError, KeyError):
        return template


def where_it_went_wrong(logger: Any, method: str, line: Line) -> Line:
    """The class of the exception and of what caused it, and the lines it came through: no words of it, no values, no source."""
    told = line.pop("exc_info", None)
    line.pop("stack_info", None)
    if told is True:
        told = sys.exc_info()
    error = told if isinstance(told, BaseException) else told[1] if told else None
    if error is None:
        return line
    line["error"] = " from ".join(type(one).__name__ for one in _chain(error))
    line["where"] = [_place(frame.f_code.co_filename, number, frame.f_code.co_name) for frame, number in _walk(error.__traceback__)]
    return line


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _walk(traceback: TracebackType | None) -> list[Any]:
    frames = list(walk_tb(traceback))
    ours = [told for told in frames[:-INNERMOST] if "site-packages" not in told[0].f_code.co_filename]
    return ours + frames[-INNERMOST:]


def _place(path: str, number: int, function: str) -> str:
    short = path.removeprefix(f"{HERE}/").rpartition("site-packages/")[2]
    return f"{short}:{number} {function}"


def whose_request(logger: Any, method: str, line: Line) -> Line:
    """The request's id and route and the account's number, where they are known by now; asking for them would ask the database."""
    if _request_id.get():
        line["request"] = _request_id.get()
    asked = _request.get() or getattr(line.get("_record"), "request", None)
    if asked is None or not hasattr(asked, "method"):
        return line
    match = getattr(asked, "resolver_match", None)
    line["asked"] = f"{asked.method} {match.route if match else _first_step(asked.path)}"
    if asked.path.startswith(IN_CONFIDENCE):
        return line
    if (user := getattr(asked, "_cached_user", None)) is not None and user.pk is not None:
        line["user"] = user.pk
    return line


def _first_step(path: str) -> str:
    """Of an address without a route, what is no secret: /v/… for /v/ABCD."""
    first = path.lstrip("/").split("/")[0]
    return f"/{first}/…" if re.fullmatch(r"[a-z_.-]{1,20}", first) else "/…"


def redact(logger: Any, method: str, line: Line) -> Line:
    """The net: fields with a personal name are hidden, and text loses what looks like an address, a token or a query."""
    for key, value in list(line.items()):
        if key.startswith("_") or key in HARMLESS_KEYS or isinstance(value, (bool, int, float)) or value is None:
            continue
        if PERSONAL_KEYS.search(key):
            line[key] = HIDDEN
        elif isinstance(value, str):
            line[key] = value if key in ("request", "task_id") else redacted(value)
        elif isinstance(value, list) and key == "where":
            continue
        else:
            line[key] = HIDDEN
    return line


PATTERNS = [
    (re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"), "[address]"),
    (re.compile(r"(/(?:v|accounts|documents)/)[^\s\"']+"), r"\1[hidden]"),
    (re.compile(r"\?[^\s\"']+"), "?[hidden]"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), "[place]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"), "[place]"),
    (re.compile(r"\b[A-Za-z0-9_-]{24,}\b"), HIDDEN),
    (re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]"), " "),
]


def redacted(text: str) -> str:
    """`text` without e-mail and network addresses, secret paths, queries, tokens and control characters."""
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text.replace("\n", " ")


def _name(logger: Any, method: str, line: Line) -> Line:
    record = line.get("_record")
    line["logger"] = record.name if record else "structlog"
    return line


# Settings


def formatter(*, readable: bool) -> structlog.stdlib.ProcessorFormatter:
    """The one formatter: a line of JSON, or a line that a developer reads."""
    last: Any = structlog.dev.ConsoleRenderer(colors=False, sort_keys=False) if readable else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[what_happened],
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name,
            where_it_went_wrong,
            whose_request,
            redact,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            last,
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def settings(*, readable: bool) -> dict[str, Any]:
    """LOGGING for Django: one handler, and none of Django's own, which would mail a whole request to administrators."""
    quiet = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "readable": readable}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {**quiet, "level": "WARNING"},
            "django.request": {**quiet, "level": "ERROR"},
            "django.security": {**quiet, "level": "ERROR"},
            "django.server": {**quiet, "level": "ERROR"},
            "django.db.backends": {**quiet, "level": "WARNING"},  # statements and their parameters are told at DEBUG
        },
    }


class WebServer(glogging.Logger):
    """Gunicorn's own words in the same form. There is no log of requests: it would say who read what."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter(readable=not os.getenv("DJANGO_SETTINGS_MODULE", "").endswith("production")))

    def access(self, *told: Any) -> None:
        """Nothing, whatever the server was told to do."""
