"""Freezing questions: what Wagtail publishes becomes an immutable version. The project's only signal receiver."""

import hashlib
import json
from typing import Any

from django.dispatch import receiver
from wagtail.signals import published

from courses.models import Question, QuestionVersion


def digest(data: dict[str, Any]) -> str:
    """SHA-256 of the canonical form of a question's content."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def freeze(question: Question) -> QuestionVersion:
    """The version of what the question says now: the latest one if nothing changed, otherwise a new one."""
    data = question.content()
    sha256 = digest(data)
    latest = question.versions.last()
    if latest and latest.sha256 == sha256:
        return latest
    return QuestionVersion.objects.create(question=question, number=latest.number + 1 if latest else 1, sha256=sha256, data=data)


@receiver(published, sender=Question)
def freeze_what_was_published(instance: Question, **_: Any) -> None:
    freeze(instance)
