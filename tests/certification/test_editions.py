"""Publishing an edition: what is shown is what is published, and the numbers shown are the coaches who then miss something."""

import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit import clock, log
from certification import editions, gathering, requirements, rules
from certification.facts import Requirement, Unmet
from certification.forms import PublishForm
from certification.models import Certificate
from certification.views.acts import what_is_shown
from cms import code
from cms.models import Edition
from tests.factories import cms
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, completed, ready_to_renew, signed

pytestmark = pytest.mark.django_db
GRACE = 60


@pytest.fixture
def draft():
    cms.texts()
    return cms.draft(changes={"PS-07": "Shown."})


@pytest.fixture
def office(client):
    user = StaffFactory(email="office@example.org")
    client.force_login(user)
    return user


def address(draft: Edition) -> str:
    return f"/staff/editions/{draft.pk}/publish/"


def page_of(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def form(draft: Edition, **changes) -> dict:
    """What the button that publishes sends, after these choices were shown."""
    data = {"weight": "minor", "in_force_on": clock.today().isoformat(), "seen": draft.newest().digest(), **changes}
    return {"confirm": what_is_shown(PublishForm(data)), **data}


def test_the_screen_shows_what_is_published(client, office, draft):
    draft.wordings.set([w for w in draft.in_order() if w.clause_id != "SC-10"])
    draft.save_revision().publish()

    page = page_of(client.get(address(draft)))

    assert "Shown." in page
    assert 'id="sc-10"' in page
    assert "No longer part of the text" in page
    assert "Nothing but what is shown here changes." in page


def test_a_draft_that_was_changed_after_it_was_shown_is_not_published_and_shown_anew(client, office, draft):
    stale = form(draft)
    draft.wordings.set([reworded(w) for w in draft.in_order()])
    draft.save()
    cms.approved(draft)

    page = page_of(client.post(address(draft), stale))

    assert "The draft was changed since this page was opened. Read it again as it stands now." in page
    assert "Changed meanwhile." in page
    assert Edition.objects.get(pk=draft.pk).state == "draft"
    client.post(address(draft), form(Edition.objects.get(pk=draft.pk)))
    assert code.edition_in_force(on=clock.today()).bodies()["PS-07"] == "Changed meanwhile."


def reworded(wording):
    wording.body = "Changed meanwhile." if wording.clause_id == "PS-07" else wording.body
    return wording


@pytest.mark.parametrize("forged", [{"seen": ""}, {"seen": "0" * 64}, {"weight": "huge"}, {"weight": ""}, {"in_force_on": "yesterday"}])
def test_a_forged_form_publishes_nothing(client, office, draft, forged):
    answer = client.post(address(draft), form(draft, **forged))

    assert answer.status_code == 200
    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_a_form_without_a_word_of_what_was_shown_publishes_nothing(client, office, draft):
    data = form(draft)
    del data["seen"]

    client.post(address(draft), data)

    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_the_button_stands_only_after_the_choice_was_made(client, office, draft):
    assert 'name="confirm"' not in page_of(client.get(address(draft)))

    data = form(draft)
    del data["confirm"]
    assert 'name="confirm"' in page_of(client.post(address(draft), data))
    assert 'name="confirm"' not in page_of(client.post(address(draft), data | {"in_force_on": "1999-01-01"}))


@pytest.mark.parametrize(
    "changed",
    [{"confirm": "yes"}, {"confirm": "0" * 16}, {"weight": "material"}, {"in_force_on": (clock.today() + timedelta(days=1)).isoformat()}],
)
def test_a_weight_and_a_day_that_were_not_shown_are_shown_with_whom_they_touch_and_not_published(client, office, draft, changed):
    ready_to_renew(on=clock.today())

    page = page_of(client.post(address(draft), form(draft) | changed))

    assert Edition.objects.get(pk=draft.pk).state == "draft"
    assert "and 1 coach would have to do the review again" in page
    client.post(address(draft), form(draft) | changed | {"confirm": re.search(r'name="confirm" value="(\w+)"', page)[1]})
    published = Edition.objects.get(pk=draft.pk)
    assert (published.state, published.weight) == ("published", changed.get("weight", "minor"))


def test_pressing_twice_says_that_it_is_published(client, office, draft):
    data = form(draft)

    answers = [client.post(address(draft), data, follow=True) for _ in range(2)]

    assert "Published: second." in page_of(answers[0])
    assert "“second” is published already" in page_of(answers[1])
    assert log.history(draft).filter(action="certification.edition_published").count() == 1


def test_two_drafts_for_one_day_are_not_both_published(client, office, draft):
    other = cms.draft("other", changes={"PS-08": "Other words."})
    client.post(address(draft), form(draft))

    page = page_of(client.post(address(other), form(other)))

    assert "The edition “second” comes into force on" in page
    assert "choose a later day." in page


def test_what_stands_in_the_way_is_said_before_anybody_chooses(client, office, draft):
    Edition.objects.filter(pk=draft.pk).update(live=False)

    page = page_of(client.get(address(draft)))

    assert "It cannot be published yet" in page
    assert "No review has approved this wording yet" in page
    client.post(address(draft), form(draft))
    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_only_the_office_publishes(client, draft):
    assert client.post(address(draft), form(draft)).status_code == 302
    client.force_login(CertificateFactory().holder)
    assert client.post(address(draft), form(draft)).status_code == 403
    assert client.post("/staff/editions/99999/publish/", {}).status_code == 403

    assert Edition.objects.get(pk=draft.pk).state == "draft"


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_screen_asks_as_much_for_one_change_as_for_three(client, office, drafts, django_assert_num_queries):
    cms.texts()
    draft = cms.draft("wide", changes={cms.clause(13 + n).pk: "One more duty." for n in range(drafts)})
    for _ in range(drafts):
        ready_to_renew(on=clock.today())
    client.get(address(draft))

    with django_assert_num_queries(30):
        client.get(address(draft))


def test_editions_of_other_texts_touch_nobody(draft):
    ready_to_renew(on=clock.today())

    assert editions.touched(cms.draft("other", text="therapy"), in_force_on=clock.today()) == editions.Touched(0, 0)


TODAY, DAY = clock.today(), timedelta(days=1)
weights = st.sampled_from(["minor", "material"])
days = st.integers(min_value=-500, max_value=0)
a_coach = st.fixed_dictionaries(
    {
        "left": st.integers(min_value=-120, max_value=700),
        "completed": st.none() | days,
        "purpose": st.sampled_from(["own", "own", "own", "assigned"]),
        "signed": st.none() | days,
        "otherwise": st.sampled_from([None, None, None, Requirement.REVIEW, Requirement.STATEMENT]),
    }
)


def missing(what: Unmet, on: date) -> set[int]:
    """Who misses something for a renewal on a day: asked of the rules as they are asked when somebody renews."""
    certificates = list(Certificate.objects.select_related("scheme"))
    facts = gathering.gather_all(certificates)
    return {one.pk for one in certificates if what in rules.missing_requirements(facts[one.pk], on=on)}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    coaches=st.lists(a_coach, min_size=1, max_size=4),
    ahead=st.integers(min_value=0, max_value=90),
    weight=st.sampled_from(["minor", "material"]),
)
def test_the_numbers_shown_are_the_coaches_who_then_miss_something(coaches, ahead, weight):
    with transaction.atomic():
        cms.texts()
        draft, clerk = cms.draft(), UserFactory()
        for told in coaches:
            coach(told, clerk)
        begins, over = TODAY + timedelta(days=ahead), TODAY + timedelta(days=ahead + GRACE)
        unsigned, unreviewed, still = missing(Unmet.STATEMENT, begins), missing(Unmet.REVIEW, over), missing(Unmet.REVIEW, over - DAY)

        shown = editions.touched(draft, in_force_on=begins)
        editions.publish(draft, weight=weight, in_force_on=begins, by=clerk, seen=draft.digest())

        assert len(missing(Unmet.STATEMENT, begins) - unsigned) == shown.sign_again
        assert len(missing(Unmet.REVIEW, over) - unreviewed) == (shown.lose_review if weight == "material" else 0)
        assert missing(Unmet.REVIEW, over - DAY) == still, "nobody loses a review within the days of grace"
        transaction.set_rollback(True)


def coach(told: dict, clerk) -> None:
    """A coach with a term that ends so many days from today, and what is ready for the next."""
    last_day = TODAY + timedelta(days=told["left"])
    certificate = CertificateFactory(term__first_day=last_day - timedelta(days=729), term__last_day=last_day)
    if told["completed"] is not None:
        completed(certificate.holder, TODAY + timedelta(days=told["completed"]), purpose=told["purpose"])
    if told["signed"] is not None:
        signed(certificate.holder, TODAY + timedelta(days=told["signed"]))
    if told["otherwise"]:
        requirements.record_met(certificate, requirement=told["otherwise"], reason="A live session", by=clerk)


def test_a_coach_with_everything_ready_is_counted_in_both(draft):
    cms.texts()
    ready_to_renew(on=clock.today())

    assert editions.touched(draft, in_force_on=clock.today()) == editions.Touched(sign_again=1, lose_review=1)


def test_the_record_keeps_the_numbers(draft):
    ready_to_renew(on=clock.today())

    editions.publish(draft, weight="material", in_force_on=clock.today(), by=UserFactory(), seen=draft.digest())

    facts = log.history(draft).get(action="certification.edition_published").detail.facts
    assert (facts["weight"], facts["sign_again"], facts["lose_review"]) == ("material", 1, 1)
