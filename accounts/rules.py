"""What a board could vote on in accounts: how long a log-in lasts, a factor counts and a wrong code waits. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEP_UP = 5  # minutes: signing, acts of two persons, exports, unmasking, changes of devices and roles
IN_MY = 15  # minutes: letters of a case and evidence, read by their own person
FILES_MORE = 10  # minutes: a form with files cannot be carried through the step-up page, so its sending has time

ADDRESS_CODE_LIFE = timedelta(minutes=15)
ADDRESS_CODE_TRIES = 5
PENDING_LIFE = timedelta(minutes=10)  # from the password to the second factor

LONGEST_WAIT_AT = 13  # wrong codes in a row, from which on each costs 4096 seconds, a little more than an hour
TOLD_AT = 5  # wrong codes in a row, at which the person is told by mail
RECOVERY_CODES = 10
DEVICES = 5  # of a kind

SIGNERS_TO_RESET = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a log-in lasts without a click, and at all."""

    idle: timedelta
    absolute: timedelta


OFFICE = Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=8))
COACH = Limits(idle=timedelta(days=14), absolute=timedelta(days=30))


def limits(*, works_in_office: bool) -> Limits:
    """Who works for the association is logged out sooner."""
    return OFFICE if works_in_office else COACH


def is_over(limits: Limits, *, begun_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """Whether a log-in that began and was last used then has ended by `at`."""
    return at - seen_at >= limits.idle or at - begun_at >= limits.absolute


def counts(given_at: datetime | None, *, minutes: int, at: datetime) -> bool:
    """Whether a factor given then still counts: for so many minutes, the last instant included. One from the future counts for nothing."""
    return given_at is not None and timedelta(0) <= at - given_at <= timedelta(minutes=minutes)


def wait_after(wrong_in_a_row: int) -> timedelta:
    """How long no code is looked at after so many wrong ones: 1, 2, 4, 8 … seconds, a good hour at most."""
    return timedelta(seconds=2 ** (min(wrong_in_a_row, LONGEST_WAIT_AT) - 1)) if wrong_in_a_row > 0 else timedelta(0)


def may_break_glass(*, others_with_a_device: int) -> bool:
    """Only where too few other administrators are left to do it by two signatures."""
    return others_with_a_device < SIGNERS_TO_RESET
