"""Which edition of a text is in force, and the one act that freezes a draft. Who is touched by it is certification's to count."""

from datetime import date

from django.db import transaction

from accounts.models import User
from audit import log
from cms import actions
from cms.facts import State, Weight
from cms.models import Edition


class NotPublishable(Exception):
    """The draft cannot be published; `reasons` lists every one as a sentence."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def edition_in_force(text: str = "code", *, on: date) -> Edition | None:
    """The edition of a text that holds on a day: the published one that came into force last."""
    return Edition.objects.in_force(on=on).filter(text=text).first()


def editions_after(edition: Edition, *, on: date) -> list[Edition]:
    """Published editions of the same text that came into force after this one and by `on`, oldest first."""
    later = Edition.objects.in_force(on=on).filter(text=edition.text_id)
    return list(later.filter(in_force_on__gt=edition.in_force_on).order_by("in_force_on")) if edition.in_force_on else []


def unpublishable(edition: Edition, *, weight: str, in_force_on: date) -> list[str]:
    """Every reason why this draft cannot be published with this weight and day, as sentences; empty when it can."""
    if edition.state != State.DRAFT:
        return ["This edition is published already; its wording is frozen."]
    latest = Edition.objects.published().filter(text=edition.text_id).order_by("-in_force_on").first()
    unplaced = len(edition.placement.get("unplaced", []))
    reasons = {
        "Choose whether the change is minor or material.": weight not in Weight.values and latest is not None,
        f"{unplaced} pieces of the imported text have no clause yet.": unplaced > 0,
        "The draft holds no wording.": not edition.wordings.exists(),
        "A review of the draft is under way; it ends first.": edition.workflow_in_progress,
        "The draft was edited after it was approved; approve the newest wording first.": edition.live and edition.has_unpublished_changes,
    }
    if latest and latest.in_force_on and in_force_on <= latest.in_force_on:
        reasons[f"The edition “{latest.name}” comes into force on {latest.in_force_on:%B %-d, %Y}; choose a later day."] = True
    return [words for words, holds in reasons.items() if holds]


@transaction.atomic
def publish(edition: Edition, *, weight: str, in_force_on: date, by: User | None) -> Edition:
    """Freeze a draft and let it come into force on a day. Raises NotPublishable with every reason."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if reasons := unpublishable(edition, weight=weight, in_force_on=in_force_on):
        raise NotPublishable(reasons)
    moved = Edition.objects.filter(pk=edition.pk, state=State.DRAFT).update(
        state=State.PUBLISHED, weight=weight, in_force_on=in_force_on, live=True, has_unpublished_changes=False
    )
    if not moved:
        raise NotPublishable(["Somebody published this edition a moment ago."])
    log.record(actions.EDITION_PUBLISHED, edition, by=by, text=edition.text_id, name=edition.name, weight=weight, in_force_on=in_force_on)
    edition.refresh_from_db()
    return edition
