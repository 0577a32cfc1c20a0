"""What a seat reads: by a table, and a name that is blacked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.facts import Level, PaperKind, Seat
from complaints.rules import sight

EVERYBODY = set(Seat)
INTAKE = {Seat.TAKER, Seat.SECOND_INTAKE}
REGISTRARS = {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
REVIEWERS = {Seat.CASE_REVIEWER, Seat.DISMISSAL_REVIEWER}
SEATS_OF = {
    PaperKind.CONTACT: {Seat.TAKER},
    PaperKind.NARRATIVE: EVERYBODY - REGISTRARS,
    PaperKind.ANSWERS: {*INTAKE, Seat.INVESTIGATOR},
    PaperKind.PARTICULARS: EVERYBODY,
    PaperKind.FACT_SHEET: EVERYBODY - INTAKE,
    PaperKind.REPORT: EVERYBODY - INTAKE,
    PaperKind.RESPONSE: EVERYBODY - REGISTRARS,
    PaperKind.LETTER: EVERYBODY - REGISTRARS,
    PaperKind.DECISION_FULL: EVERYBODY - INTAKE - REVIEWERS,
    PaperKind.DECISION_REDACTED: INTAKE | REVIEWERS,
    PaperKind.APPEAL: {Seat.APPEAL_CHAIR, Seat.APPEAL_MEMBER, *REGISTRARS},
    PaperKind.VOTE: set(),
    PaperKind.NOTE: set(),
}


@pytest.mark.parametrize(("kind", "seats"), SEATS_OF.items())
def test_which_papers_a_seat_reads(kind, seats):
    assert {seat for seat in Seat if sight.reads(seat, kind)} == seats


def test_who_opens_files():
    assert {seat for seat in Seat if sight.reads_copies(seat)} == EVERYBODY - REGISTRARS
    assert {seat for seat in Seat if sight.reads_originals(seat)} == {Seat.INVESTIGATOR}


@pytest.mark.parametrize("seat", list(Seat))
@pytest.mark.parametrize("level", list(Level))
def test_who_knows_the_name(seat, level):
    assert sight.knows_name(seat, level, told=True)
    assert sight.knows_name(seat, level, told=False) == (seat is Seat.TAKER or level is Level.OPEN)


def test_a_coach_is_not_named_to_case_reviewers_before_they_attest():
    assert {seat for seat in Seat if not sight.names_coach(seat)} == REVIEWERS


@given(st.sampled_from(["Hollis", "HOLLIS", "hollis"]), st.text(alphabet=" .,!", min_size=1, max_size=4))
def test_a_name_is_blacked_out_however_it_is_written(name, between):
    words = sight.masked(f"I,{between}{name}{between}was there with Hollister.", ["Hollis", "Umberquist"])

    assert words == f"I,{between}{sight.DARK}{between}was there with Hollister."


def test_where_no_name_was_given_nothing_is_blacked_out():
    assert sight.masked("I was there.", []) == "I was there."
