"""What speaks against each step of a panel, from its draw to the countersigned decision."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.facts import Actor, CaseClass, Defect, Level, Outcome, Party, Seat, State
from complaints.rules.gathered import AllegationFact, Challenge, VoteFact
from complaints.rules.guards import against
from tests.complaints.guarding import (
    CHAIR,
    COACH,
    DAY,
    DIGEST,
    DROP,
    LAY,
    MEMBER,
    REGISTRAR,
    SEATS,
    WHY,
    before,
    check,
    decision,
    facts,
    table,
)

SET = {"state": State.PANEL_SET, "by": REGISTRAR, "hand": Seat.REGISTRAR}


@table(
    "appoint_panel",
    facts(**SET),
    {"reason": "drawn", "panel": (CHAIR, MEMBER, LAY), "chair": CHAIR},
    ({}, {"panel": (CHAIR, LAY)}, "A panel has 3 different members."),
    ({}, {"panel": (CHAIR, LAY, LAY)}, "A panel has 3 different members."),
    ({}, {"panel": (CHAIR, MEMBER, 88)}, "Somebody on the list was not drawn."),
    ({}, {"panel": (CHAIR, MEMBER, 21)}, "One member is lay."),
    ({}, {"panel": (CHAIR, LAY, 20)}, "One member takes the coach's seat."),
    ({}, {"panel": (CHAIR, MEMBER, 22)}, "Somebody on the list had a part in the case"),
    ({}, {"panel": (CHAIR, LAY, 23)}, "Not everybody has said yet"),
    ({}, {"chair": 20}, "The chair is one of the members."),
    ({}, {"chair": MEMBER}, "The chair is not trained to chair."),
)
def test_a_panel_is_three_from_the_draw_with_a_lay_seat_a_coachs_seat_and_no_conflict(row):
    check(row)


CHALLENGED = (Challenge(LAY, Party.RESPONDENT, DAY),)


@table(
    "challenge_member",
    facts(state=State.PANEL_SET, by=COACH, hand=Actor.RESPONDENT, panel_named_on=DAY - timedelta(days=7)),
    {"member": LAY, "words": "We have been neighbors for years."},
    ({"panel_named_on": None}, {}, "No panel is named yet."),
    ({"on": DAY + timedelta(days=1)}, {}, "The time to say that somebody should not sit ended on 2026-05-20."),
    ({}, {"member": 88}, "This person does not sit on the panel."),
    ({"challenges": CHALLENGED}, {}, "You have said so about this person already."),
)
def test_a_member_is_challenged_within_seven_days_of_the_names(row):
    check(row)


@table(
    "rule_on_challenge",
    facts(state=State.PANEL_SET, by=CHAIR, hand=Seat.CHAIR, challenges=CHALLENGED),
    {"reason": "upheld", "member": LAY},
    ({"challenges": ()}, {}, "No challenge of this person is open."),
    ({"challenges": (Challenge(CHAIR, Party.RESPONDENT, DAY),)}, {"member": CHAIR}, "It is about yourself."),
    ({"by": REGISTRAR, "hand": Seat.REGISTRAR}, {}, "The chair decides; the registrar only where"),
)
def test_the_chair_rules_on_a_challenge_and_the_registrar_on_one_of_the_chair(row):
    check(row)


OPENED = {"way": "video", "same_bundle": True, "adjustments": "A break each half hour."}


@table(
    "open_hearing",
    facts(state=State.PANEL_SET, by=CHAIR, hand=Seat.CHAIR, panel_named_on=DAY - timedelta(days=21)),
    OPENED,
    ({"panel_named_on": None}, {}, "The panel is not named yet."),
    ({"seats": before(Seat.PANEL_MEMBER)}, {}, "The panel is not complete: 1 of 3 members."),
    ({"seats": tuple(replace(row, lay=False) for row in SEATS)}, {}, "No lay member sits."),
    ({"seats": tuple(replace(row, coach=False) for row in SEATS)}, {}, "Nobody takes the coach's seat."),
    ({"seats": tuple(replace(row, attested=row.person != LAY) for row in SEATS)}, {}, "Not every member has said"),
    ({"seats": tuple(replace(row, conflicted=row.person == LAY) for row in SEATS)}, {}, "A conflict of a member came to light."),
    ({"on": DAY - timedelta(days=14)}, {}, "Both sides can still challenge a member until 2026-05-06."),
    ({"challenges": CHALLENGED}, {}, "A challenge is not decided yet."),
    ({"challenges": (replace(CHALLENGED[0], ruled_on=DAY, upheld=True),)}, {}, "A member whose challenge was upheld still sits."),
    ({"on": DAY - timedelta(days=1)}, {}, "Both sides have 21 days of notice, so it opens on 2026-05-20"),
    ({}, {"same_bundle": False}, "The panel and the coach have the same bundle"),
    ({"klass": CaseClass.A}, {}, "In class A the coach puts no question directly"),
)
def test_a_hearing_opens_with_a_complete_panel_notice_and_the_same_bundle(row):
    check(row)


@table(
    "close_evidence",
    facts(state=State.HEARING, by=CHAIR, hand=Seat.CHAIR, evidence=frozenset({1, 2}), disclosed=frozenset({1})),
    {"relied_on": (1,), "last_word": True},
    ({}, {"relied_on": (1, 3)}, "Something on the list is not evidence of this case."),
    ({}, {"relied_on": (1, 2)}, "Something on the list was never shown to the coach."),
    ({}, {"last_word": False}, "The coach has the last word."),
)
def test_nothing_is_relied_on_that_the_coach_has_not_seen(row):
    check(row)


@table(
    "replace_member",
    facts(state=State.HEARING, by=REGISTRAR, hand=Seat.REGISTRAR),
    {"reason": "incapacity", "member": MEMBER, "go_on_with_two": True},
    ({}, {"member": 88}, "This person does not sit on the panel."),
    ({"klass": CaseClass.B}, {}, "Only in class C and D two members can go on."),
    ({"seats": before(Seat.CHAIR)}, {}, "Two members would have to be left."),
    ({}, {"member": LAY}, "No lay member would be left."),
)
def test_two_members_go_on_only_in_a_lighter_case_and_with_a_lay_one(row):
    check(row)


BOTH = {1: "proven", 2: "not_proven"}


@table(
    "cast_vote",
    facts(state=State.DELIBERATION, by=LAY, hand=Seat.PANEL_MEMBER),
    {"findings": BOTH, "outcome": "O2"},
    ({"votes": (VoteFact(LAY, True, {1: True}, Outcome.REMEDIATION),)}, {}, "Your vote is sealed already"),
    ({"allegations": ()}, {}, "No allegation is to be voted on."),
    ({}, {"findings": {1: "not_proven", 2: "not_proven"}}, "You found nothing proven, so nothing more than advice"),
    ({}, {"outcome": "O0"}, "You found something proven."),
    ({}, {"immediate": True}, "Only a suspension or a revocation can hold at once."),
)
def test_a_member_votes_once_and_what_follows_fits_what_was_found(row):
    check(row)


def votes(*outcomes, proven=True, immediate=0):
    people = ((CHAIR, False), (MEMBER, False), (LAY, True))
    return tuple(
        VoteFact(person, lay, {1: proven, 2: False}, outcome, immediate=number < immediate)
        for number, ((person, lay), outcome) in enumerate(zip(people, outcomes, strict=True))
    )


TALLY = {"state": State.DELIBERATION, "by": CHAIR, "hand": Seat.CHAIR}
O2, O3, O4, O5, O6, O7 = (
    Outcome.REMEDIATION,
    Outcome.REPRIMAND,
    Outcome.ADMONISHMENT,
    Outcome.CONDITIONS,
    Outcome.SUSPENSION,
    Outcome.REVOCATION,
)
REASONED = {"reasons_each": {1: "x" * 20, 2: "x" * 20}}
PUBLIC = {"summary": "A session was held although the client was drunk.", "beyond_range": WHY}
SUSPENDED = {**REASONED, **PUBLIC, "outcome": "O6", "days": 90}
REVOKED = {**REASONED, **PUBLIC, "outcome": "O7", "bar": "5", "why_not_less": WHY}


@table(
    "tally",
    facts(**TALLY, votes=votes(O6, O6, O6), shielded=("Odile",)),
    SUSPENDED,
    ({"votes": votes(O6, O6, O6)[:2]}, {}, "1 of 3 votes are not in yet."),
    ({"seats": before(Seat.PANEL_MEMBER)}, {}, "2 of 3 votes are not in yet."),
    ({"votes": votes(O4, O4, O6)}, {}, "The votes say O4"),
    ({}, {"beyond_range": DROP}, "This is outside the usual range"),
    ({"votes": votes(O6, O6, O6, immediate=2)}, {}, "Whether it holds at once is as the panel voted"),
    ({"votes": votes(O6, O6, O6, immediate=2)}, {"immediate": True}, "Write down the risk during the time to appeal, for which"),
    ({"votes": votes(O7, O7, O7)}, {**REVOKED, "days": DROP, "why_not_less": " "}, "Say why a suspension is not enough."),
    ({"votes": votes(O2, O2, O2)}, {"outcome": "O2", "days": DROP}, "Say what the coach has to do, and by when."),
    ({}, {"days": DROP}, "For how many days is the certificate suspended?"),
    ({"votes": votes(O4, O4, O4)}, {"outcome": "O4"}, "Only a suspension has days."),
    ({"votes": votes(O5, O5, O5)}, {"outcome": "O5"}, "For how many months do the conditions hold?"),
    ({"votes": votes(O7, O7, O7)}, {"outcome": "O7"}, "When may the coach apply again?"),
    ({"votes": votes(O7, O7, O7), "klass": CaseClass.A}, {"outcome": "O7", "bar": "3"}, "In class A the coach applies again after five"),
    ({}, {"summary": ""}, "Write what the public reads."),
    ({"votes": votes(O3, O3, O3)}, {"outcome": "O3", "days": DROP}, "The public reads nothing of this outcome."),
    ({}, {"summary": "word " * 61}, "What the public reads has 61 words; 60 are enough."),
    ({}, {"summary": "Odile was drunk."}, "What the public reads holds words that would tell who complained."),
)
def test_a_decision_says_what_the_votes_say_and_explains_what_is_unusual(row):
    check(row)


@pytest.mark.parametrize(
    ("cast", "values"),
    [
        (votes(O7, O7, O7), REVOKED),
        (votes(O7, O4, O7), REVOKED),
        (votes(O4, O4, O6), {**REASONED, "outcome": "O4", "summary": "A session was held."}),
        (votes(O2, O2, O2), {**REASONED, "outcome": "O2", "obligations": (("course", DAY, ""),)}),
        (votes(*[Outcome.NOT_PROVEN] * 3, proven=False), {**REASONED, "outcome": "O0"}),
        (votes(O6, O6, O6, immediate=2), {**SUSPENDED, "immediate": True, "risk_meanwhile": WHY}),
    ],
)
def test_what_the_votes_bear_is_tallied(cast, values):
    assert against("tally", facts(**TALLY, votes=cast), {**values, "reason_text": WHY}, on=DAY) == []


def test_a_decision_cannot_revoke_where_no_lay_member_wants_it():
    given = facts(**TALLY, votes=votes(O7, O7, O6))

    assert any(reason.startswith("The votes say O6") for reason in against("tally", given, {**REVOKED, "reason_text": WHY}, on=DAY))


def test_nothing_is_decided_on_the_untested_word_of_somebody_unknown():
    charges = (AllegationFact(1, "SC-03", anonymous_only=True), AllegationFact(2, "PS-11"))
    given = facts(**TALLY, votes=votes(O6, O6, O6), allegations=charges, level=Level.ANONYMOUS)

    assert any(reason.startswith("The votes say O0") for reason in against("tally", given, {**SUSPENDED, "reason_text": WHY}, on=DAY))


SIGNING = {"state": State.COUNTERSIGN, "by": REGISTRAR, "hand": Seat.REGISTRAR, "signed_by": (CHAIR,)}
UNSIGNED = decision(signers=(CHAIR,))


@table(
    "return_defect",
    facts(state=State.COUNTERSIGN, by=REGISTRAR, hand=Seat.REGISTRAR, decision=UNSIGNED),
    {"reason": "notice"},
    ({"decision": None}, {}, "There is no decision to send back."),
    ({}, {"reason": "too_mild"}, "Choose the fault of procedure from the list."),
    ({}, {"outcome": "O4"}, "The outcome is the panel's."),
)
def test_a_registrar_sends_back_faults_of_procedure_and_touches_no_outcome(row):
    check(row)


CHECKED = {"digest": DIGEST, "checked": tuple(defect.value for defect in Defect)}


@table(
    "countersign",
    facts(**SIGNING, decision=UNSIGNED),
    CHECKED,
    ({"decision": None}, {}, "There is no decision to sign."),
    ({}, {"digest": "b" * 64}, "What you read is not what stands here now."),
    ({"decision": decision(signers=())}, {}, "The chair has not signed it."),
    ({"by": CHAIR}, {}, "The chair cannot countersign."),
    ({"actors": {"refer_panel": frozenset({REGISTRAR})}}, {}, "You had another part in this case"),
    ({}, {"checked": CHECKED["checked"][:4]}, "Check all five points"),
)
def test_a_registrar_countersigns_the_same_words_and_is_neither_chair_nor_had_another_part(row):
    check(row)


def test_the_registrar_who_appointed_the_panel_may_countersign():
    actors = {"appoint_panel": frozenset({REGISTRAR}), "replace_member": frozenset({REGISTRAR})}
    given = facts(**SIGNING, decision=UNSIGNED, actors=actors, excluded=frozenset({REGISTRAR}))

    assert against("countersign", given, {**CHECKED, "reason_text": WHY}, on=DAY) == []
