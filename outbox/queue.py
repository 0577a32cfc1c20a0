"""Putting effects into the outbox, and the handlers that carry them out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from outbox.models import OutboxMessage

Handler = Callable[[OutboxMessage], None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that carries out messages of `kind`. It gets the OutboxMessage and must bear being run twice."""

    def register(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        return handler

    return register


def put(kind: str, subject_id: Any, *, key: str, due_at: datetime | None = None) -> OutboxMessage:
    """Note an effect in the caller's transaction. The same key again is the same effect: nothing is added.

    Raises LookupError when no handler is registered for `kind`.
    """
    if kind not in HANDLERS:
        raise LookupError(f"nothing handles {kind}")
    moment = {} if due_at is None else {"due_at": due_at}
    message, _ = OutboxMessage.objects.get_or_create(key=key, defaults={"kind": kind, "subject_id": str(subject_id), **moment})
    return message
