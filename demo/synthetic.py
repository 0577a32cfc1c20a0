"""Coaches by the hundred thousand, for measuring: seeded, plausible in shape, nobody's name. Written in bulk, past the verbs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import names
from accounts.models import Name, NameSlip, NameWord, User
from certification.facts import Granted, Policy, SanctionKind
from certification.models import Certificate, Sanction, Scheme, Term
from certification.rules import term_from

BATCH = 2_000
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"] + ["é", "ör", "ñi"]
# Domains at which nobody has an address: RFC 2606, sections 2 and 3.
NOBODYS = ["example.org", "example.com", "example.net", ".example", ".test", ".invalid", ".localhost"]
FORMER_TERMS = (0, 0, 0, 1, 1, 2, 3)
SUSPENDED, REVOKED = 0.004, 0.002


@dataclass(frozen=True, slots=True)
class Coach:
    """What is drawn for one synthetic coach; days as offsets from the day of the run."""

    number: str
    email: str
    name: str
    starts: tuple[date, ...]
    sanction: SanctionKind | None
    sanctioned_on: date


def real_people() -> int:
    """How many accounts have an address at which somebody could be."""
    fictional = Q()
    for domain in NOBODYS:
        fictional |= Q(email__iendswith=domain if domain.startswith(".") else f"@{domain}")
    return User.objects.exclude(fictional).count()


def draw(count: int, *, seed: int, on: date, after: int = 0) -> Iterator[Coach]:
    """`count` coaches, the same for the same seed and day; numbers go on after the first `after`."""
    chance = Random(seed)  # noqa: S311
    for n in range(after + 1, after + count + 1):
        name = " ".join("".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4)))).capitalize() for _ in range(2))
        latest = on - timedelta(days=chance.randrange(0, 900))
        starts = tuple(latest - timedelta(days=731 * back) for back in range(chance.choice(FORMER_TERMS), -1, -1))
        luck = chance.random()
        kind = SanctionKind.REVOCATION if luck < REVOKED else SanctionKind.SUSPENSION if luck < REVOKED + SUSPENDED else None
        yield Coach(f"SYN-{n:07d}", f"coach-{n:07d}@example.org", name, starts, kind, on - timedelta(days=chance.randrange(0, 300)))


def write(count: int, *, seed: int, on: date) -> int:
    """Add coaches until `count` synthetic ones are there; returns how many were added. Each batch is whole or not at all."""
    scheme = Scheme.objects.order_by("pk")[0]
    there = Certificate.objects.filter(number__startswith="SYN-").count()
    drawn = islice(draw(count, seed=seed, on=on), there, None)
    password = make_password(None)
    for batch in _batches(drawn):
        with transaction.atomic():
            _write(batch, scheme=scheme, password=password, on=on)
    return max(count - there, 0)


def _batches(coaches: Iterator[Coach]) -> Iterator[list[Coach]]:
    while batch := list(islice(coaches, BATCH)):
        yield batch


def _write(batch: list[Coach], *, scheme: Scheme, password: str, on: date) -> None:
    users = User.objects.bulk_create([User(email=coach.email, password=password) for coach in batch])
    Name.objects.bulk_create([Name(user=user, full_name=coach.name) for user, coach in zip(users, batch, strict=True)])
    words = [(user.pk, word) for user, coach in zip(users, batch, strict=True) for word in sorted(names.keys_of(coach.name))]
    NameWord.objects.bulk_create([NameWord(person_id=person, word=word) for person, word in words], batch_size=BATCH)
    slips = {(slip, word) for _, word in words for slip in names.slips(word)}
    NameSlip.objects.bulk_create([NameSlip(slip=slip, word=word) for slip, word in sorted(slips)], batch_size=BATCH, ignore_conflicts=True)
    certificates = Certificate.objects.bulk_create(
        [
            Certificate(number=coach.number, holder=user, scheme=scheme, issued_on=coach.starts[0])
            for user, coach in zip(users, batch, strict=True)
        ]
    )
    pairs = list(zip(certificates, batch, strict=True))
    Term.objects.bulk_create([term for certificate, coach in pairs for term in _terms(certificate, coach, scheme.policy)])
    Sanction.objects.bulk_create([_sanction(certificate, coach) for certificate, coach in pairs if coach.sanction])


def _terms(certificate: Certificate, coach: Coach, policy: Policy) -> Iterator[Term]:
    for place, start in enumerate(coach.starts):
        span = term_from(start, policy)
        following = coach.starts[place + 1] if place + 1 < len(coach.starts) else None
        last = min(span.last_day or start, following - timedelta(days=1)) if following else span.last_day
        yield Term(
            certificate=certificate,
            first_day=start,
            last_day=last,
            granted=Granted.IMPORTED,  # nobody was reviewed, signed or got a document
            recorded_at=_morning(start),
        )


def _sanction(certificate: Certificate, coach: Coach) -> Sanction:
    first = coach.sanctioned_on
    return Sanction(
        certificate=certificate,
        kind=coach.sanction,
        first_day=first,
        last_day=first + timedelta(days=120) if coach.sanction is SanctionKind.SUSPENSION else None,
        decided_on=first - timedelta(days=34),
        recorded_at=_morning(first - timedelta(days=34)),
    )


def _morning(day: date) -> datetime:
    """The first instant of a day in the association's zone: of today it has gone by."""
    return timezone.make_aware(datetime.combine(day, time()))
