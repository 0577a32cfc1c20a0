"""What must hold of complaints in the whole database."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from audit.invariants import invariant
from complaints import guards
from complaints.models import Case, CaseKey, Erasure, Evidence, Paper


@invariant("What is sealed refuses change and removal")
def triggers_stand() -> Iterator[str]:
    for name in sorted(set(guards.expected(connection.vendor)) - guards.standing(connection)):
        yield f"the trigger {name} is gone"


@invariant("Whoever reads the words of a case needs its key, and of an erased case nothing is left")
def words_hang_on_their_key() -> Iterator[str]:
    key = CaseKey.objects.filter(case=OuterRef("case"))
    for model in (Paper, Evidence):
        for pk in model._default_manager.filter(~Exists(key)).values_list("pk", flat=True):
            yield f"{model._meta.verbose_name} {pk} belongs to a case without a key"
    gone = Exists(key.exclude(destroyed_at=None))
    for pk in Paper.objects.filter(gone).exclude(sealed=None).values_list("pk", flat=True):
        yield f"paper {pk} of an erased case still has its words"
    for pk in Evidence.objects.filter(gone).exclude(Q(sealed_name=None) & Q(sealed_digest=None)).values_list("pk", flat=True):
        yield f"file {pk} of an erased case still has its name"
    open_again = CaseKey.objects.filter(destroyed_at=None, case__uid__in=Erasure.objects.values("case_uid"))
    for pk in open_again.values_list("case_id", flat=True):
        yield f"case {pk} is on the list of erasures and has a key: run manage.py replay_erasures"
    unlisted = CaseKey.objects.exclude(destroyed_at=None).exclude(case__uid__in=Erasure.objects.values("case_uid"))
    for pk in unlisted.values_list("case_id", flat=True):
        yield f"case {pk} was erased and is not on the list of erasures"


@invariant("A case that was erased has no key")
def erased_cases_have_no_key() -> Iterator[str]:
    for pk in Case.objects.filter(state="ERASED", key__destroyed_at=None, key__isnull=False).values_list("pk", flat=True):
        yield f"case {pk} is erased, and its key is there"
