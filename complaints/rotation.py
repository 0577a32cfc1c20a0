"""Wrapping the keys of cases anew under the first of CASE_KEYS, so that an older one can be dropped. What was sealed stays as it is."""

from django.db import connection, transaction
from django.db.models import Count

from audit import log
from complaints import actions, crypto
from complaints.models import CaseKey

BATCH = 500
REWRAP = "UPDATE complaints_casekey SET wrapped = %s, version = %s WHERE case_id = %s"


def rotate() -> int:
    """Wrap anew what an older key wraps; answers how many. Raises crypto.LostKey and crypto.Unopened, which leave the rest as it is.

    A batch is one transaction with its rows held, so that it is done or not, whoever is killed; the next run goes on with what is left.
    """
    done, last = 0, 0
    while keys := _batch(last):
        done += len(keys)
        last = keys[-1].pk
    if done:
        log.record(actions.CASE_KEYS_ROTATED, CaseKey(pk=0), by=None, keys=done, version=crypto.current())
    return done


@transaction.atomic
def _batch(last: int) -> list[CaseKey]:
    """The next keys in their order that the first of CASE_KEYS does not wrap, wrapped by it now."""
    version = crypto.current()
    older = CaseKey.objects.select_for_update(of=("self",)).filter(pk__gt=last, destroyed_at=None).exclude(version=version)
    keys = list(older.select_related("case").order_by("pk")[:BATCH])
    fresh: list[tuple[bytes, str, int]] = []
    for held in keys:
        key = crypto.unwrap(bytes(held.wrapped or b""), held.case.uid, held.version)
        fresh.append((*crypto.wrap(key, held.case.uid), held.pk))
    if fresh:
        with connection.cursor() as cursor:  # bulk_update wrote a statement of 500 cases, at seven times the cost
            cursor.executemany(REWRAP, fresh)
    return keys


def counts() -> dict[str, int]:
    """How many keys of cases are wrapped under each version, those of CASE_KEYS in their order first; a version that is lost, too."""
    found = dict(CaseKey.objects.filter(destroyed_at=None).values_list("version").annotate(keys=Count("pk")).order_by("version"))
    known = {version: found.pop(version, 0) for version in crypto.versions()}
    return {**known, **found}


def droppable() -> list[str]:
    """The versions of CASE_KEYS that wrap nothing any more, but the first: those may go."""
    return [version for version, keys in counts().items() if not keys and version in crypto.versions()[1:]]


def which(version: str) -> str:
    """A version for whoever reads the setting: "key 2 of 3 of CASE_KEYS (9a0b1c2d3e4f)"; a lost one says so."""
    known = crypto.versions()
    if version not in known:
        return f"a key that CASE_KEYS does not hold ({version})"
    return f"key {known.index(version) + 1} of {len(known)} of CASE_KEYS ({version})"
