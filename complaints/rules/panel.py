"""Guards of the panel, from its draw to the countersigned decision: T28 to T37."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import cast

from complaints.facts import Bar, CaseClass, Defect, Finding, Outcome, Seat
from complaints.rules import periods
from complaints.rules.deciding import quorum as members_needed
from complaints.rules.deciding import ranges_of, tally
from complaints.rules.filled import each, listed, many, number, said_yes, text
from complaints.rules.gathered import Candidate, CaseFacts, Values
from complaints.rules.gravity import PUBLIC, WITHOUT_FINDING, gravest, is_departure
from complaints.rules.intake import Reasons

SUMMARY_WORDS = 60
LIGHTER = {CaseClass.C, CaseClass.D}


def against_members(people: Sequence[object], chair: object, draw: Sequence[Candidate], *, needed: int = 3) -> Reasons:
    """Why these people cannot be a panel: its size, the lay seat, the coach's seat, conflicts, attestations, a chair who is trained."""
    drawn = {row.person: row for row in draw}
    members = [drawn[cast(int, person)] for person in people if person in drawn]
    chairs = drawn.get(cast(int, chair))
    return listed(
        (len(set(people)) != needed or len(people) != needed, f"A panel has {needed} different members."),
        (len(members) < len(people), "Somebody on the list was not drawn. Take the people of the draw, or draw again."),
        (not any(row.lay for row in members), "One member is lay. Draw again."),
        (not any(row.coach for row in members), "One member takes the coach's seat. Draw again."),
        (any(row.excluded for row in members), "Somebody on the list had a part in the case or knows one side. Draw again."),
        (not all(row.attested for row in members), "Not everybody has said yet whether they know either side."),
        (chair not in people, "The chair is one of the members."),
        (chair in people and chairs is not None and not chairs.trained, "The chair is not trained to chair. Choose another member."),
    )


def against_appoint_panel(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T28. Three from the draw; where two go on by agreement, nobody is named."""
    return against_members(many(values, "panel"), values.get("chair"), facts.draw, needed=members_needed(facts))


def against_challenge_member(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T29. Within seven days of the names, about somebody who sits, once by each side for each member."""
    named = facts.panel_named_on
    until = named and named + timedelta(days=periods.CHALLENGE_DAYS)
    sitting = {row.person for row in facts.panel(on=on)}
    again = [row for row in facts.challenges if row.member == values.get("member") and row.by.value == facts.hand]
    return listed(
        (named is None, "No panel is named yet."),
        (until is not None and on > until, f"The time to say that somebody should not sit ended on {until}."),
        (values.get("member") is not None and values.get("member") not in sitting, "This person does not sit on the panel."),
        (bool(again), "You have said so about this person already."),
    )


def against_rule_on_challenge(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T29a. By the chair; by the registrar where it is about the chair."""
    member = values.get("member")
    chairs = {row.person for row in facts.now_in(Seat.CHAIR, on=on)}
    return listed(
        (member not in {row.member for row in facts.challenges if row.ruled_on is None}, "No challenge of this person is open."),
        (member in chairs and facts.hand is Seat.CHAIR, "It is about yourself. The registrar decides."),
        (member not in chairs and facts.hand is not Seat.CHAIR, "The chair decides; the registrar only where it is about the chair."),
    )


def against_open_hearing(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T30. The panel is named and complete, nobody's challenge is open, 21 days of notice, the same bundle, and nobody is cornered."""
    panel, named = facts.panel(on=on), facts.panel_named_on
    ready = named and named + timedelta(days=periods.NOTICE_OF_HEARING)
    window = named and named + timedelta(days=periods.CHALLENGE_DAYS)
    needed = members_needed(facts)
    return listed(
        (named is None, "The panel is not named yet."),
        (len(panel) < needed, f"The panel is not complete: {len(panel)} of {needed} members."),
        (not any(row.lay for row in panel), "No lay member sits."),
        (needed == 3 and not any(row.coach for row in panel), "Nobody takes the coach's seat."),
        (not all(row.attested for row in panel), "Not every member has said whether they know either side."),
        (any(row.conflicted for row in panel), "A conflict of a member came to light. Replace the member first."),
        (window is not None and on <= window, f"Both sides can still challenge a member until {window}."),
        (any(row.ruled_on is None for row in facts.challenges), "A challenge is not decided yet."),
        (
            any(row.upheld and row.member in {member.person for member in panel} for row in facts.challenges),
            "A member whose challenge was upheld still sits. Draw somebody else.",
        ),
        (ready is not None and on < ready, f"Both sides have 21 days of notice, so it opens on {ready} at the earliest."),
        (not said_yes(values, "same_bundle"), "The panel and the coach have the same bundle; nothing is read that the coach has not seen."),
        (
            gravest(facts) is CaseClass.A and not said_yes(values, "no_direct_questions"),
            "In class A the coach puts no question directly to the person who complained. Arrange for the chair to ask.",
        ),
    )


def against_close_evidence(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T31. Nothing that the coach has not seen is relied on, and the coach spoke last."""
    relied = set(many(values, "relied_on"))
    return listed(
        (bool(relied - facts.evidence), "Something on the list is not evidence of this case."),
        (
            bool((relied & facts.evidence) - facts.disclosed),
            "Something on the list was never shown to the coach. Show it and hear the coach on it, or leave it out.",
        ),
        (not said_yes(values, "last_word"), "The coach has the last word."),
    )


def against_replace_member(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T33. Somebody who sits; two go on only in class C and D, and where both sides agreed in writing."""
    panel = facts.panel(on=on)
    two = said_yes(values, "go_on_with_two")
    left = [row for row in panel if row.person != values.get("member")]
    stepped_back = (
        {row.person for row in facts.seats if row.seat in {Seat.CHAIR, Seat.PANEL_MEMBER}} if len(panel) < members_needed(facts) else set()
    )
    return listed(
        (values.get("member") not in {row.person for row in panel} | stepped_back, "This person does not sit on the panel."),
        (two and gravest(facts) not in LIGHTER, "Only in class C and D two members can go on."),
        (two and len(left) != 2, "Two members would have to be left."),
        (two and not any(row.lay for row in left), "No lay member would be left. Draw somebody else."),
    )


def against_cast_vote(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T34. Once a member; what should follow fits what was found."""
    findings, outcome = each(values, "findings"), values.get("outcome")
    proven = Finding.PROVEN.value in findings.values()
    return listed(
        (facts.by in {vote.person for vote in facts.votes}, "Your vote is sealed already and cannot be changed."),
        (not facts.charges, "No allegation is to be voted on."),
        (
            bool(findings) and not proven and outcome not in WITHOUT_FINDING,
            "You found nothing proven, so nothing more than advice can follow.",
        ),
        (proven and outcome == Outcome.NOT_PROVEN, "You found something proven. Choose what should follow."),
        (
            said_yes(values, "immediate") and outcome not in {Outcome.SUSPENSION, Outcome.REVOCATION},
            "Only a suspension or a revocation can hold at once.",
        ),
    )


def against_tally(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T35. All votes are in, the decision says what they say, and what needs a reason has one."""
    members = {row.person for row in facts.panel(on=on)}
    missing = len(members) - len({vote.person for vote in facts.votes} & members)
    if missing or len(members) < members_needed(facts):
        return [f"{max(missing, members_needed(facts) - len(members))} of {members_needed(facts)} votes are not in yet."]
    result = tally([vote for vote in facts.votes if vote.person in members], facts.charges)
    outcome = values.get("outcome")
    return listed(
        (
            outcome != result.outcome,
            f"The votes say {result.outcome.value}: a finding takes two votes, a revocation two with a lay one, and nothing is found "
            "on the untested word of somebody unknown alone.",
        ),
        (
            outcome == result.outcome
            and is_departure(result.outcome, gravest(facts), ranges_of(facts, result.proven))
            and not text(values, "beyond_range"),
            "This is outside the usual range of the class or of the standards. Explain why.",
        ),
        (said_yes(values, "immediate") != result.immediate, "Whether it holds at once is as the panel voted: two votes or none."),
        (
            said_yes(values, "immediate") and not text(values, "risk_meanwhile"),
            "Write down the risk during the time to appeal, for which it holds at once.",
        ),
        (outcome == Outcome.REVOCATION and not text(values, "why_not_less"), "Say why a suspension is not enough."),
        (
            outcome in {Outcome.REMEDIATION, Outcome.CONDITIONS} and not many(values, "obligations"),
            "Say what the coach has to do, and by when.",
        ),
    ) + against_terms(facts, values)


def against_terms(facts: CaseFacts, values: Values) -> Reasons:
    """What is missing from the terms of an outcome: days, months, a bar, tasks, and what the public reads."""
    outcome = values.get("outcome")
    summary = text(values, "summary")
    found = [word for word in facts.shielded if len(word) > 1 and word.casefold() in summary.casefold()]
    return listed(
        (outcome == Outcome.SUSPENSION and number(values, "days") is None, "For how many days is the certificate suspended?"),
        (outcome != Outcome.SUSPENSION and number(values, "days") is not None, "Only a suspension has days. Leave them out."),
        (outcome == Outcome.CONDITIONS and number(values, "months") is None, "For how many months do the conditions hold?"),
        (outcome == Outcome.REVOCATION and not values.get("bar"), "When may the coach apply again?"),
        (
            outcome == Outcome.REVOCATION and gravest(facts) is CaseClass.A and values.get("bar") == Bar.THREE_YEARS,
            "In class A the coach applies again after five years at the earliest.",
        ),
        (outcome in PUBLIC and not summary, "Write what the public reads."),
        (outcome not in PUBLIC and bool(summary), "The public reads nothing of this outcome. Leave the summary out."),
        (len(summary.split()) > SUMMARY_WORDS, f"What the public reads has {len(summary.split())} words; {SUMMARY_WORDS} are enough."),
        (bool(found), "What the public reads holds words that would tell who complained. Say it without them."),
    )


def against_return_defect(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T36. A fault of procedure from the list. What was decided is not the registrar's to touch."""
    return listed(
        (facts.decision is None, "There is no decision to send back."),
        (values.get("reason") not in set(Defect), "Choose the fault of procedure from the list."),
        (bool({"outcome", "days", "bar"} & set(values)), "The outcome is the panel's. Leave it as it is."),
    )


def against_countersign(facts: CaseFacts, values: Values, *, on: date) -> Reasons:
    """T37. The same words as the chair signed, every point checked, and a registrar who is not the chair and had no other part in it."""
    decision = facts.decision
    chairs = {row.person for row in facts.now_in(Seat.CHAIR, on=on)}
    registrar = facts.hand in {Seat.REGISTRAR, Seat.DEPUTY_REGISTRAR}
    parts = {step for step in NOT_WITH_COUNTERSIGNING if facts.by in facts.actors.get(step, frozenset())}
    return listed(
        (decision is None or decision.void, "There is no decision to sign."),
        (
            decision is not None and values.get("digest") != decision.digest,
            "What you read is not what stands here now. Read it again before you sign.",
        ),
        (
            registrar and decision is not None and not set(decision.signers) & chairs,
            "The chair has not signed it. Send it back to the panel.",
        ),
        (registrar and facts.by in chairs, "The chair cannot countersign. Another registrar does it."),
        (registrar and bool(parts), "You had another part in this case, so another registrar countersigns."),
        (
            registrar and set(many(values, "checked")) != set(Defect),
            "Check all five points: quorum, notice, disclosure, count of the votes, letter.",
        ),
    )


# What bars a registrar from countersigning; appointing the panel or a member of it does not (the policy's own example).
NOT_WITH_COUNTERSIGNING = frozenset(
    {
        "take", "dismiss", "uphold_dismissal", "overturn_dismissal", "admit", "submit_report", "return_for_work", "no_case", "refer_panel",
        "impose", "impose_emergency", "refuse", "review", "cast_vote", "tally",
    }
)  # fmt: skip
