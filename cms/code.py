"""Which edition of a text is in force, and the one act that freezes a draft. Who is touched by it is certification's to count."""

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from wagtail.models import TaskState

from accounts.models import Roles, User
from audit import log
from cms import actions
from cms.facts import State, Weight
from cms.models import Clause, Edition, Text, Wording

APPROVED_ALONE = (
    "The person who saved this wording last also approved it. Somebody else has to approve it: "
    "in the editor, submit the draft for review again."
)


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


def latest(text: str) -> Edition | None:
    """The published edition of a text that comes into force last, be that in the future."""
    return Edition.objects.published().filter(text=text).order_by("-in_force_on").first()


def misnamed(name: str, *, text: str, but: Edition | None = None) -> list[str]:
    """Why this cannot be the name of an edition of a text, as sentences; `but` is the edition that bears it."""
    longest = Edition._meta.get_field("name").max_length or 0
    if len(name) > longest:
        return [f"The name of an edition has at most {longest} characters; this one has {len(name)}."]
    if not slugify(name):
        return [f"The name “{name}” needs a letter from a to z or a digit, because the edition's address is made of it."]
    if Edition.objects.filter(text=text, slug=slugify(name)).exclude(pk=but.pk if but else None).exists():
        return [f"There is an edition “{name}” already. Give this one another name."]
    return []


def unready(edition: Edition) -> list[str]:
    """Every reason why this draft cannot be published whatever is chosen for it, as sentences; empty when it can."""
    if edition.is_published:
        return ["This edition is published already; its wording is frozen."]
    newest = edition.newest()
    unplaced = len(edition.placement.get("unplaced", []))
    wordings, is_reviewed, review = list(newest.wordings.all()), edition.has_workflow, edition.review
    stray = Counter(wording.clause_id for wording in wordings)
    own = set(Clause.objects.filter(text=edition.text_id, cites=None, pk__in=stray).values_list("pk", flat=True))
    reasons = {
        f"{unplaced} of the imported pieces {'has' if unplaced == 1 else 'have'} no clause yet.": unplaced > 0,
        "The draft holds no wording.": not stray,
        f"Worded twice: {', '.join(sorted(pk for pk, n in stray.items() if n > 1))}.": any(n > 1 for n in stray.values()),
        f"Not clauses of this text: {', '.join(sorted(set(stray) - own))}.": not own.issuperset(stray),
        "A clause has no words.": any(not wording.body.strip() for wording in wordings),
        "A review of the draft is under way; it ends first.": review == "in progress",
        "The review asked for changes; make them and submit the draft again.": is_reviewed and review == "needs changes",
        "No review has approved this wording yet: in the editor, submit the draft for review.": is_reviewed
        and not review
        and not edition.is_approved,
        APPROVED_ALONE: is_reviewed and edition.is_approved and approved_alone(edition) and bool(other_reviewers(edition)),
    }
    return [*(words for words, holds in reasons.items() if holds), *misnamed(newest.name, text=edition.text_id, but=edition)]


def approved_alone(edition: Edition) -> bool:
    """Whether who saved the newest wording gave the last approval, too, so that nobody else has read it."""
    approval = TaskState.objects.for_instance(edition).filter(status=TaskState.STATUS_APPROVED).order_by("-finished_at", "-pk").first()
    newest = edition.latest_revision
    return bool(approval and newest and newest.user_id and approval.finished_by_id == newest.user_id)


def other_reviewers(edition: Edition) -> int:
    """How many people could approve a draft besides who saved its newest wording."""
    saved_by = edition.latest_revision.user_id if edition.latest_revision else None
    may = Q(staff=True) | Q(site_administrator=True)
    return Roles.objects.filter(may, person__is_active=True).exclude(person_id=saved_by).count()


def unpublishable(edition: Edition, *, weight: str, in_force_on: date, seen: str | None = None) -> list[str]:
    """Every reason why this draft cannot be published with this weight and day, as sentences; empty when it can.

    `seen` is the digest of what the publisher was shown (Edition.digest); without it nobody claims to have been shown anything.
    """
    reasons = unready(edition)
    if edition.is_published:
        return reasons
    before = latest(edition.text_id)
    if weight not in Weight.values and (before or weight):
        reasons.append("Choose whether the change is minor or material.")
    if before and before.in_force_on and in_force_on <= before.in_force_on:
        reasons.append(f"The edition “{before.name}” comes into force on {before.in_force_on:%B %-d, %Y}; choose a later day.")
    if seen is not None and seen != edition.newest().digest():
        reasons.append("The draft was changed since this page was opened. Read it again as it stands now.")
    return reasons


@transaction.atomic
def publish(edition: Edition, *, weight: str, in_force_on: date, by: User | None, seen: str | None = None) -> Edition:
    """Freeze what a draft says and let it come into force on a day. Raises NotPublishable with every reason.

    With `seen`, exactly that is frozen or nothing is. One edition of a text is published at a time, so the day of the one before stands
    fast while it is asked; whoever saves the draft meanwhile is told that it is frozen (Edition.hold).
    """
    Text.objects.select_for_update().get(pk=edition.text_id)
    draft = Edition.objects.select_for_update().filter(pk=edition.pk).first()
    if draft is None:
        raise NotPublishable(["This draft was withdrawn a moment ago."])
    if reasons := unpublishable(draft, weight=weight, in_force_on=in_force_on, seen=seen):
        raise NotPublishable(reasons)
    newest = draft.newest()
    alone = {"approved_alone": True} if approved_alone(draft) else {}
    write(draft, newest)
    Edition.objects.filter(pk=draft.pk).update(
        name=newest.name, slug=slugify(newest.name), state=State.PUBLISHED, weight=weight, in_force_on=in_force_on,
        live=True, has_unpublished_changes=False, go_live_at=None, expire_at=None,
    )  # fmt: skip
    draft.revisions.update(approved_go_live_at=None)
    edition = Edition.objects.get(pk=draft.pk)
    facts = {"text": edition.text_id, "name": edition.name, "weight": weight, "in_force_on": in_force_on, **alone}
    log.record(actions.EDITION_PUBLISHED, edition, by=by, **facts)
    return edition


def write(edition: Edition, newest: Edition) -> None:
    """Let the rows say what the draft as it was saved last says."""
    said = [Wording(edition=edition, clause_id=w.clause_id, body=w.body, position=n) for n, w in enumerate(newest.in_order(), 1)]
    Wording.objects.filter(edition=edition).delete()
    Wording.objects.bulk_create(said)
