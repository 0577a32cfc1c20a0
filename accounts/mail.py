"""The one call to Django's mail. Notices stand in `templates/<app>/email/`; handlers of the outbox send them."""

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context, TemplateDoesNotExist, loader
from django.utils.crypto import salted_hmac

from accounts.models import User

SUBJECT = "Subject: "


class Unsendable(ValueError):
    """The notice cannot be a letter: its address or its subject would break the head of the message."""


def send(to: User | str, template: str, context: dict[str, Any], *, key: str) -> str:
    """Send `<template>.txt`, and `<template>.html` where there is one, to one address; answers the Message-ID.

    `template` is the path without its ending: "certification/email/term_granted". The text begins with a line "Subject: …" and an
    empty line. `site_name`, `site_url` and `recipient` join the context. The same `key` gives the same Message-ID, so that a
    repeat after a crash can be told from a second letter. Raises Unsendable.
    """
    address = _address(to)
    context = {**_site(), "recipient": to, **context}
    subject, text = _subject_and_text(_plain(f"{template}.txt", context))
    headers = {"Message-ID": message_id(key), "Auto-Submitted": "auto-generated"}
    letter = EmailMultiAlternatives(subject, text, to=[address], headers=headers)
    if html := _html(f"{template}.html", context):
        letter.attach_alternative(html, "text/html")
    letter.send()
    return headers["Message-ID"]


def written(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a letter that is kept in an inbox instead of being sent. Raises Unsendable."""
    return _subject_and_text(_plain(f"{template}.txt", {**_site(), **context}))


def _site() -> dict[str, Any]:
    return {"site_name": settings.ASSOCIATION_NAME, "site_url": settings.SITE_URL}


def message_id(key: str) -> str:
    """The Message-ID of the letter sent under `key`: keyed, because the key may hold what strangers should not guess."""
    digest = salted_hmac("accounts.mail", key, algorithm="sha256").hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>"


def _address(to: User | str) -> str:
    address = to.email if isinstance(to, User) else to
    try:
        validate_email(address)
    except ValidationError:
        raise Unsendable("not one e-mail address") from None
    return address


def _plain(name: str, context: dict[str, Any]) -> str:
    """The text part. It is no HTML, so nothing in it is escaped."""
    rendered: str = loader.get_template(name).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    return rendered


def _html(name: str, context: dict[str, Any]) -> str:
    try:
        found = loader.get_template(name)
    except TemplateDoesNotExist:
        return ""
    return found.render(context)


def _subject_and_text(letter: str) -> tuple[str, str]:
    first, _, rest = letter.partition("\n")
    second, _, text = rest.partition("\n")
    subject = first.removeprefix(SUBJECT).strip()
    if not first.startswith(SUBJECT) or not subject or second.strip() or _breaks_a_line(subject):
        raise Unsendable("a notice begins with one line 'Subject: …' and an empty line")
    return subject, text.strip() + "\n"


def _breaks_a_line(subject: str) -> bool:
    """Controls and separators; the joiners that some names are written with are no such thing."""
    return any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in subject)
