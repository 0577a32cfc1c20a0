"""What must hold of complaints in the whole database."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from audit.invariants import invariant
from certification.models import Sanction
from complaints import guards
from complaints.facts import InterimState, State
from complaints.models import Case, CaseKey, Decision, Erasure, Evidence, InterimOrder, Paper


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


@invariant("Each decision that holds has its sanction, by two signatures, and no sanction of a case is without a decision that holds")
def decisions_have_their_sanctions() -> Iterator[str]:
    holding = list(Decision.objects.filter(voided_at=None).exclude(first_day=None).select_related("case").order_by("pk"))
    rows: dict[tuple[str, bool], list[Sanction]] = defaultdict(list)
    for sanction in Sanction.objects.current().exclude(source_reference="").select_related("certificate").order_by("pk"):
        rows[sanction.source_reference, sanction.interim].append(sanction)
    for decision in holding:
        mine = rows.pop((str(decision.uid), False), [])
        if not mine:
            yield f"decision {decision.pk} holds and the registry has no sanction of it"
        for sanction in mine:
            if (sanction.first_day, sanction.last_day) != (decision.first_day, decision.last_day):
                yield f"decision {decision.pk} has other days than its sanction {sanction.pk}"
            if sanction.certificate.holder_id != decision.case.respondent_id:
                yield f"sanction {sanction.pk} binds somebody else than the coach of decision {decision.pk}"
    known = {str(uid) for uid in Decision.objects.values_list("uid", flat=True)}
    for (reference, interim), left in rows.items():
        if reference in known and not interim:
            yield from (f"sanction {sanction.pk} is of a decision that does not hold" for sanction in left)
    unsigned = Decision.objects.exclude(first_day=None).filter(Q(countersigner=None) | Q(signed_on=None) | Q(countersigner=F("chair")))
    for pk in unsigned.order_by("pk").values_list("pk", flat=True):
        yield f"decision {pk} has days and not two signatures"


@invariant("An interim order in force is a suspension with the same days, and none that was lifted is on record")
def orders_have_their_suspensions() -> Iterator[str]:
    for order in InterimOrder.objects.exclude(first_day=None).select_related("case").order_by("pk"):
        rows = list(Sanction.objects.current().filter(source_reference=str(order.uid), interim=True).order_by("pk"))
        if order.state == InterimState.IN_FORCE and not rows:
            yield f"order {order.pk} is in force and the registry has no suspension of it"
        if order.state == InterimState.LIFTED and rows:
            yield f"order {order.pk} was lifted and the registry still has its suspension"
        for sanction in rows if order.state == InterimState.IN_FORCE else []:
            if (sanction.first_day, sanction.last_day) != (order.first_day, order.last_day):
                yield f"order {order.pk} has other days than its suspension {sanction.pk}"


@invariant("A case that is closed says why and since when, and one that is open says neither")
def closed_cases_say_why() -> Iterator[str]:
    for pk in (
        Case.objects.filter(state=State.CLOSED.value).filter(Q(closure="") | Q(closed_on=None)).order_by("pk").values_list("pk", flat=True)
    ):
        yield f"case {pk} is closed and does not say why and since when"
    over = [State.CLOSED.value, State.ERASED.value, State.DISMISSAL_REVIEW.value]
    for pk in Case.objects.exclude(state__in=over).exclude(closed_on=None).order_by("pk").values_list("pk", flat=True):
        yield f"case {pk} is open and says why it was closed"
