"""The office's screens: issue, find, correct, record; for the office alone."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.models import Roles, User
from accounts.rules import SiteRole
from audit import clock, log
from audit.models import Entry
from certification import actions, roster
from certification.facts import in_words
from certification.models import Certificate, CertificateDocument, Hold, Term
from cms.models import Edition, Text
from courses import enrollments
from courses.models import Accommodation
from outbox.models import OutboxMessage
from outbox.queue import HANDLERS
from tests.accounts import signing
from tests.factories import cms
from tests.factories.accounts import AdministratorFactory, AuthorFactory, StaffFactory, UserFactory
from tests.factories.certification import (
    CertificateFactory,
    SanctionFactory,
    SchemeFactory,
    TermFactory,
    completed,
    edition_in_force,
    review_course,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    person = StaffFactory(full_name="Anna Shcherbakova")
    client.force_login(person)
    return person


@pytest.fixture
def certificate():
    today = clock.today()
    return CertificateFactory(
        holder__full_name="Jürgen Käßmann",
        issued_on=today - timedelta(days=300),
        term__first_day=today - timedelta(days=300),
        term__last_day=today + timedelta(days=430),
    )


def text_of(answer):
    return " ".join(answer.content.decode().split())


def confirmed(client, address, form, **how):
    """Send a form, see what it does, and send it again with the button that confirms."""
    shown = re.search(r'name="confirm" value="(\w+)"', client.post(address, form).content.decode())
    return client.post(address, {**form, "confirm": shown[1] if shown else ""}, **how)


def addresses(certificate):
    at = f"/staff/certificates/{certificate.number}/"
    term = certificate.terms.get().pk
    acts = ["invite", "reinstate", "requirement", "name", "holder", f"terms/{term}/dates", f"terms/{term}/void"]
    person = f"/staff/people/{certificate.holder.uid}/"
    hold = Hold.objects.get_or_create(holder=certificate.holder, first_day=clock.today())[0].pk
    about = ["", "invite/", "hold/", f"holds/{hold}/lift/"]
    lists = ["", "issue/", "certificates/", "people/", "people/?q=kassmann", "people/not-invited/", "undelivered/"]
    return [*(f"/staff/{path}" for path in lists), at, *(f"{at}{act}/" for act in acts), *(f"{person}{path}" for path in about)]


@pytest.mark.parametrize(
    ("who", "status"),
    [("stranger", 302), ("the coach", 403), ("another coach", 403), ("an author", 403), ("staff", 200), ("a site administrator", 403)],
)
def test_the_offices_screens_open_for_the_office_and_for_nobody_else(client, certificate, who, status):
    others = {
        "stranger": lambda: None,
        "the coach": lambda: certificate.holder,
        "another coach": lambda: CertificateFactory().holder,
        "an author": AuthorFactory,
        "staff": StaffFactory,
        "a site administrator": AdministratorFactory,
    }
    person = others[who]()
    if person:
        client.force_login(person)
    asked = {address: client.get(address).status_code for address in addresses(certificate)}
    nobody = UserFactory()
    asked["name"] = client.get(f"/staff/people/{nobody.uid}/name/").status_code

    assert asked == dict.fromkeys(asked, status)


@pytest.mark.parametrize("who", ["stranger", "the coach", "an author"])
def test_nobody_else_can_send_a_form_to_the_office(client, certificate, who):
    if who != "stranger":
        client.force_login(certificate.holder if who == "the coach" else AuthorFactory())
    form = {
        "reason": "x",
        "full_name": "Other",
        "first_day": "2026-05-04",
        "last_day": "2026-05-05",
        "requirement": "review",
        "email": "a@b.c",
    }
    places = addresses(certificate)
    before = [list(table.objects.values()) for table in (Certificate, Term, Hold, OutboxMessage)]

    assert {client.post(address, form).status_code for address in places} <= {302, 403}
    assert [list(table.objects.values()) for table in (Certificate, Term, Hold, OutboxMessage)] == before


def test_an_issued_certificate_brings_an_account_a_number_and_an_invitation(client, office):
    scheme = SchemeFactory()
    form = {"email": "New.Person@example.org", "full_name": "Inês d'Ávila", "scheme": scheme.pk, "first_day": clock.today().isoformat()}

    page = text_of(confirmed(client, "/staff/issue/", form, follow=True))

    certificate = Certificate.objects.get()
    person = User.objects.get(email="new.person@example.org")
    assert certificate.number in page
    assert (certificate.holder, person.name.full_name, person.has_usable_password()) == (person, "Inês d'Ávila", False)
    assert sorted(OutboxMessage.objects.values_list("kind", flat=True)) == ["accounts.invitation", "certification.deliver_certificate"]


def test_whoever_has_a_password_is_not_said_to_be_invited(client, office):
    person = UserFactory(full_name="Mei Lin")
    form = {"email": person.email, "full_name": "Mei Lin", "scheme": SchemeFactory().pk, "first_day": clock.today().isoformat()}

    page = text_of(confirmed(client, "/staff/issue/", form, follow=True))

    assert f"{person.email} has a password already and is told by e-mail." in page
    assert "invitation is on its way" not in page
    assert not OutboxMessage.objects.filter(kind="accounts.invitation").exists()


def test_a_second_click_on_issue_leads_to_the_certificate_that_the_first_one_issued(client, office):
    form = {"email": "mei@example.org", "full_name": "Mei Lin", "scheme": SchemeFactory().pk, "first_day": clock.today().isoformat()}
    form["confirm"] = re.search(r'name="confirm" value="(\w+)"', text_of(client.post("/staff/issue/", form)))[1]
    first = client.post("/staff/issue/", form)

    second = client.post("/staff/issue/", form, follow=True)

    assert second.redirect_chain == [(first.url, 302)]
    assert "is issued already; it was not issued a second time." in text_of(second)
    assert (Certificate.objects.count(), Term.objects.count()) == (1, 1)
    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 1
    other = client.post("/staff/issue/", {**form, "full_name": "Mei Wang"})
    assert "belongs to Mei Lin" in text_of(other)


@pytest.mark.parametrize("ahead", [0, 20])
def test_before_a_certificate_is_issued_the_office_reads_what_the_public_will_and_nothing_is_there(client, office, ahead):
    first = clock.today() + timedelta(days=ahead)
    form = {"email": "new@example.org", "full_name": "Inês d'Ávila", "scheme": SchemeFactory().pk, "first_day": first.isoformat()}
    tables = (Certificate, Term, User, OutboxMessage, Entry)
    before = [table.objects.count() for table in tables]

    page = text_of(client.post("/staff/issue/", form))

    assert "Nothing has been changed yet." in page
    assert '<td data-label="Now">Not certified</td>' in page
    assert f'<td data-label="After the change">Active since {in_words(first)}, until ' in page
    assert "Inês d&#x27;Ávila</span>" in page
    assert ("until then it reads that the certificate has not begun" in page) == bool(ahead)
    assert [table.objects.count() for table in tables] == before
    other = client.post("/staff/issue/", {**form, "full_name": "Inês Ávila", "confirm": re.search(r'value="(\w{16})"', page)[1]})
    assert "Nothing has been changed yet." in text_of(other)
    assert [table.objects.count() for table in tables] == before


def test_a_number_that_begins_anew_is_shown_as_it_reads_now(client, office, certificate):
    Term.objects.void(certificate.terms.get())
    form = {"email": certificate.holder.email, "full_name": "Jürgen Käßmann", "scheme": certificate.scheme_id}

    page = text_of(client.post("/staff/issue/", {**form, "first_day": clock.today().isoformat()}))

    assert '<td data-label="Now"><span dir="auto">Jürgen Käßmann</span></td>' in page
    assert certificate.terms.current().count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"full_name": "Mei 🌸"}, "cherry blossom"),
        ({"email": "not an address"}, "This is not a whole e-mail address"),
        ({"first_day": "soon"}, "This is not a day of the calendar. Choose the day again."),
        ({"full_name": ""}, "Please fill this in."),
    ],
)
def test_a_refused_issue_keeps_what_was_typed_and_makes_nothing(client, office, changes, words):
    form = {"email": "new@example.org", "full_name": "Mei Lin", "scheme": SchemeFactory().pk, "first_day": "2026-11-23", **changes}

    answer = client.post("/staff/issue/", form)

    assert answer.status_code == 200
    assert words in text_of(answer)
    assert all(value in text_of(answer) for value in (form["email"], form["full_name"]) if value)
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_same_person_is_not_certified_twice_under_a_scheme(client, office, certificate):
    holder = certificate.holder
    form = {"email": holder.email, "full_name": "Jurgen Kassmann", "scheme": certificate.scheme_id, "first_day": "2026-11-23"}

    answer = client.post("/staff/issue/", form)

    assert f"already holds {certificate.number}" in text_of(answer)
    assert Certificate.objects.count() == 1


def test_a_name_is_changed_after_seeing_what_the_public_will_read(client, office, certificate):
    address, form = f"/staff/certificates/{certificate.number}/name/", {"full_name": "Jürgen Weiß", "reason": "Married"}

    shown = text_of(client.post(address, form))
    assert "What the public reads" in shown
    assert "Jürgen Weiß" in shown
    assert certificate.holder.name.full_name == "Jürgen Käßmann"

    confirmed(client, address, form)

    assert User.objects.get(pk=certificate.holder.pk).name.full_name == "Jürgen Weiß"
    assert OutboxMessage.objects.filter(kind="certification.deliver_certificate").count() == 1


def test_the_dates_of_a_term_are_corrected_and_the_earlier_row_stays(client, office, certificate):
    term, last = certificate.terms.get(), clock.today() + timedelta(days=60)
    address = f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/"
    form = {"first_day": term.first_day.isoformat(), "last_day": last.isoformat(), "reason": "Typed the wrong year"}

    confirmed(client, address, form)

    moved = certificate.terms.current().get()
    assert (moved.last_day, moved.replaces_id, certificate.terms.count()) == (last, term.pk, 2)
    assert [entry.action for entry in log.history(certificate)] == ["certification.term_corrected"]
    page = text_of(client.get(f"/staff/certificates/{certificate.number}/"))
    assert page.count("Corrected since") == 1
    assert "Taken back" not in page


def test_before_a_renewal_granted_early_is_taken_back_the_office_reads_how_far_the_public_answer_shrinks(client, office, certificate):
    held = certificate.terms.get()
    ahead = TermFactory(certificate=certificate, first_day=held.last_day + timedelta(days=1), last_day=held.last_day + timedelta(days=730))

    page = text_of(client.post(f"/staff/certificates/{certificate.number}/terms/{ahead.pk}/void/", {"reason": "Clicked twice"}))

    since = f"Active since {in_words(held.first_day)}, until"
    assert f"{since} {in_words(ahead.last_day)}" in page
    assert f"{since} {in_words(held.last_day)}" in page


def test_after_a_change_of_name_the_old_one_is_shown_nowhere_and_the_old_code_says_that_it_was_replaced(client, office, certificate):
    document = CertificateDocument.objects.create(term=certificate.terms.get(), facts={"name": "Jürgen Käßmann"})
    document.file.save("old.pdf", ContentFile(b"%PDF Kassmann"))
    confirmed(client, f"/staff/certificates/{certificate.number}/name/", {"full_name": "Jürgen Weiß", "reason": "Married"})

    uid, number = certificate.holder.uid, certificate.number
    places = ["/registry/", f"/registry/{number}/", document.get_absolute_url(), document.download_url, f"/api/v1/registry/{number}"]
    places += [
        "/registry/?q=jurgen",
        f"/staff/certificates/{number}/",
        "/staff/certificates/",
        f"/staff/people/{uid}/",
        "/staff/people/?q=jurgen",
    ]
    pages = {place: client.get(place).content.decode() for place in places}
    client.force_login(certificate.holder)
    pages |= {place: client.get(place).content.decode() for place in ("/my/", "/my/certificates/", "/my/renewal/")}

    assert [place for place, page in pages.items() if "Käßmann" in page or "Kassmann" in page] == []
    assert "no longer in use" in pages[document.get_absolute_url()]
    assert "Nobody found" in text_of(client.get("/registry/?q=kassmann"))


@pytest.mark.parametrize("confirm", ["yes", "0" * 16])
def test_what_was_changed_after_it_was_shown_is_shown_again_and_not_done(client, office, certificate, confirm):
    address = f"/staff/certificates/{certificate.number}/name/"

    page = text_of(client.post(address, {"full_name": "Jürgen Weiß", "reason": "Married", "confirm": confirm}))

    assert "Nothing has been changed yet." in page
    assert certificate.holder.name.full_name == "Jürgen Käßmann"


def test_dates_the_wrong_way_round_are_refused_in_words(client, office, certificate):
    term = certificate.terms.get()
    address = f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/"

    answer = confirmed(client, address, {"first_day": "2026-05-04", "last_day": "2026-05-03", "reason": "x"})

    assert "A term ends after it begins." in text_of(answer)
    assert Term.objects.get() == term


def test_a_term_granted_in_error_is_taken_back(client, office, certificate):
    address = f"/staff/certificates/{certificate.number}/terms/{certificate.terms.get().pk}/void/"

    assert "Not certified" in text_of(client.post(address, {"reason": "Wrong person clicked"}))
    confirmed(client, address, {"reason": "Wrong person clicked"})

    assert not certificate.terms.current().exists()


def test_a_certificate_is_given_to_the_person_it_was_meant_for(client, office, certificate):
    meant, address = UserFactory(), f"/staff/certificates/{certificate.number}/holder/"

    assert "No account has this e-mail address" in text_of(client.post(address, {"email": "nobody@example.org", "reason": "x"}))
    confirmed(client, address, {"email": meant.email, "reason": "Two people of one name"})

    assert Certificate.objects.get().holder == meant


def test_a_requirement_met_otherwise_needs_a_reason_and_is_recorded_once(client, office, certificate):
    address, form = f"/staff/certificates/{certificate.number}/requirement/", {"requirement": "review", "reason": "Live session"}

    assert client.post(address, {**form, "reason": ""}).status_code == 200
    client.post(address, form)

    assert "recorded already" in text_of(client.post(address, form))
    assert certificate.requirements_met.get().by == office


def test_the_office_opens_more_attempts(client, office, certificate):
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())

    page = f"/staff/attempts/{run.pk}/"
    form = client.get(page).context["form"]
    data = {"attempts": "2", "reason": "We talked", "until": form["until"].value().isoformat(), "key": form["key"].value()}

    for _click in range(2):
        assert client.post(page, data).url == f"/staff/certificates/{certificate.number}/"

    grant = Accommodation.objects.get()
    assert (grant.attempts, grant.ends_on) == (2, clock.today() + timedelta(days=90))
    client.post(page, {**data, "key": client.get(page).context["form"]["key"].value()})
    assert Accommodation.objects.count() == 2


@pytest.mark.parametrize(
    ("until", "words"),
    [("", "Please fill this in."), ("2020-01-01", "today or later"), ("soon", "This is not a day of the calendar. Choose the day again.")],
)
def test_attempts_are_opened_up_to_a_day(client, office, certificate, until, words):
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())

    answer = client.post(f"/staff/attempts/{run.pk}/", {"attempts": "2", "reason": "We talked", "until": until})

    assert words in text_of(answer)
    assert "We talked" in text_of(answer)
    assert not Accommodation.objects.exists()


def test_attempts_opened_by_mistake_are_taken_back_with_a_reason(client, office, certificate):
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())
    until = clock.today() + timedelta(days=9)
    grant = enrollments.extend(run, attempts=2, reason="We talked", by=office, at=clock.now(), until=until)
    page = f"/staff/attempts/{run.pk}/"
    back = f"{page}{grant.pk}/back/"
    assert f'href="{back}">Take back…</a>' in text_of(client.get(page))

    assert "Please fill this in." in text_of(client.post(back, {"reason": ""}))
    text = text_of(client.post(back, {"reason": "Meant for somebody else"}, follow=True))

    grant.refresh_from_db()
    assert grant.taken_back_at
    assert "Taken back on" in text
    assert ">Take back</a>" not in text
    assert client.get(f"/staff/attempts/{run.pk + 1}/{grant.pk}/back/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_what_was_opened_is_listed_at_the_same_cost(client, office, certificate, rows, django_assert_num_queries):
    run = enrollments.start(certificate.holder, review_course(), at=clock.now())
    for _ in range(rows):
        enrollments.extend(run, attempts=1, reason="We talked", by=StaffFactory(), at=clock.now())
    client.get(f"/staff/attempts/{run.pk}/")

    with django_assert_num_queries(9):
        client.get(f"/staff/attempts/{run.pk}/")


def test_a_lapsed_certificate_is_reinstated(client, office):
    edition_in_force()
    today = clock.today()
    lapsed = CertificateFactory(term__first_day=today - timedelta(days=900), term__last_day=today - timedelta(days=171))
    address = f"/staff/certificates/{lapsed.number}/reinstate/"
    assert "review of the Code of Ethics is not yet done" in text_of(client.post(address, {"reason": "Asked"}))

    completed(lapsed.holder, today)
    signed(lapsed.holder, today)
    client.post(address, {"reason": "Asked"})

    assert lapsed.terms.last().first_day == today


def test_while_the_holder_can_renew_the_office_does_not_reinstate(client, office):
    edition_in_force()
    today = clock.today()
    late = CertificateFactory(term__first_day=today - timedelta(days=770), term__last_day=today - timedelta(days=41))
    completed(late.holder, today)
    signed(late.holder, today)
    address = f"/staff/certificates/{late.number}/reinstate/"

    assert "the holder renews without the office" in text_of(client.post(address, {"reason": "Asked"}))
    assert late.terms.count() == 1
    assert address not in text_of(client.get(f"/staff/certificates/{late.number}/"))


def test_a_suspension_whose_cap_is_reached_is_a_task_and_goes_on(client, office, certificate):
    today = clock.today()
    SanctionFactory(certificate=certificate, first_day=today - timedelta(days=400), cap_day=today)
    SanctionFactory(first_day=today - timedelta(days=9), cap_day=today + timedelta(days=1))

    page = text_of(client.get("/staff/"))

    assert page.count("Due for another look since") == 1
    assert f"Suspension of {certificate.number}" in page
    assert "Suspended" in text_of(client.get(f"/registry/{certificate.number}/"))


def test_what_a_list_kept_before_says_is_told_apart_from_the_record_here(client, office, certificate):
    assert "From the list kept before" not in text_of(client.get(f"/staff/certificates/{certificate.number}/"))

    Certificate.objects.update(issued_on=certificate.terms.get().first_day - timedelta(days=500))

    assert "From the list kept before. The record here begins on" in text_of(client.get(f"/staff/certificates/{certificate.number}/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_record_asks_as_much_for_one_entry_as_for_three(client, office, certificate, rows, django_assert_num_queries):
    for _ in range(rows):
        log.record(actions.GIVEN_BACK, certificate, by=StaffFactory())
        SanctionFactory(certificate=certificate, kind="conditions")
    client.get(f"/staff/certificates/{certificate.number}/")

    with django_assert_num_queries(21):
        client.get(f"/staff/certificates/{certificate.number}/")


def test_the_record_speaks_of_its_holder_and_not_to_them(client, office, certificate):
    today = clock.today()
    edition_in_force()
    completed(certificate.holder, today - timedelta(days=301))
    signed(certificate.holder, today)
    SanctionFactory(certificate=certificate, first_day=today - timedelta(days=5))
    page = text_of(client.get(f"/staff/certificates/{certificate.number}/"))
    steps = page[page.index("<h1>") : page.index('<h2 id="terms">')]

    assert f"The review of {in_words(today - timedelta(days=301))} does not count this time: it was completed before the current" in steps
    assert "It can be used from" in steps
    assert re.findall(r"\b[Yy]ou(?:r|rs)?\b", steps) == []
    client.force_login(certificate.holder)
    assert "You can take courses meanwhile." in text_of(client.get("/my/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_what_did_not_get_through_is_listed_with_whom_it_is_for(client, office, certificate, rows, django_assert_num_queries):
    for n in range(rows):
        lost = {"gave_up_at": clock.now(), "last_error": "TimeoutError", "tries": 20}
        OutboxMessage.objects.create(kind="certification.reminder", subject_id=str(certificate.terms.get().pk), key=f"a{n}", **lost)
        OutboxMessage.objects.create(kind="accounts.invitation", subject_id=str(office.pk), key=f"b{n}", **lost)
        entry = log.record(actions.GIVEN_BACK, certificate, by=office, about=certificate.holder)
        OutboxMessage.objects.create(kind="certification.given_back", subject_id=str(entry.pk), key=f"c{n}", **lost)
        OutboxMessage.objects.create(kind="something.else", subject_id="x", key=f"d{n}", **lost)
    client.get("/staff/undelivered/")

    with django_assert_num_queries(9):
        page = text_of(client.get("/staff/undelivered/"))

    assert page.count("E-mail: reminder of the renewal</th>") == rows
    assert page.count("The mail server did not answer in time.<details") == page.count(": TimeoutError</code></details>") == 4 * rows
    assert page.count(f"/staff/people/{certificate.holder.uid}/") == 2 * rows
    assert page.count(f"/staff/people/{office.uid}/") == rows
    assert page.count("Not known") == rows


def test_everything_that_can_stay_undelivered_has_words_for_the_office():
    """Kinds that tests register stand under no app."""
    known = {kind for kind in HANDLERS if kind.partition(".")[0] in ("accounts", "certification")}

    assert known <= set(roster.EFFECTS)


def test_an_error_without_words_of_its_own_says_who_can_look_it_up(client, office, certificate):
    lost = {"gave_up_at": clock.now(), "last_error": "KeyError", "tries": 20}
    OutboxMessage.objects.create(kind="accounts.invitation", subject_id=str(office.pk), key="b", **lost)

    page = text_of(client.get("/staff/undelivered/"))
    assert "An error that the operator can look up in the site’s log." in page
    assert "KeyError" in page


GRAVE = 'class="button button--grave" type="submit"'


@pytest.mark.parametrize(
    ("act", "said", "confirms"),
    [
        ("terms/{term}/void/", "is taken back as if it had never been granted", "Take the term back"),
        ("terms/{term}/dates/", "The holder gets an e-mail with the new days", "Correct the dates"),
        ("holder/", "who no longer holds it once you have confirmed", "Give it to this person"),
    ],
)
def test_a_grave_correction_names_whom_it_is_about_says_what_happens_and_looks_grave(client, office, certificate, act, said, confirms):
    other = UserFactory(email="ines@example.org")
    term = certificate.terms.get()
    address = f"/staff/certificates/{certificate.number}/{act.format(term=term.pk)}"
    days = {"first_day": term.first_day.isoformat(), "last_day": (term.last_day - timedelta(days=1)).isoformat()}

    first = text_of(client.get(address))
    then = text_of(client.post(address, {"reason": "A slip", "email": other.email, **days}))

    for page in (first, then):
        assert f"<bdi>{certificate.number}, {certificate.holder.get_full_name()}</bdi>" in page
        assert said in page
    assert GRAVE not in first
    assert then.count(GRAVE) == 1
    assert f">{confirms}</button>" in then


def test_about_oneself_there_is_no_button_but_whom_to_ask(client, office):
    own = CertificateFactory(holder=office)

    page = text_of(client.get(f"/staff/certificates/{own.number}/requirement/")).partition("<main")[2].partition("</main>")[0]
    assert "Ask somebody else who works in the office" in page
    assert "<button" not in page
    assert "nobody decides about themselves" in text_of(client.post(f"/staff/certificates/{own.number}/requirement/", REQUIREMENT))


REQUIREMENT = {"requirement": "review", "reason": "By a live session"}


def test_a_draft_is_published_after_seeing_whom_it_touches(client, office):
    edition_in_force()
    coach = CertificateFactory()
    completed(coach.holder, clock.today())
    signed(coach.holder, clock.today())
    draft = Edition.objects.create(text=Text.objects.get(slug="code"), name="Second", slug="second", live=False)
    address, form = (
        f"/staff/editions/{draft.pk}/publish/",
        {"seen": draft.digest(), "weight": "material", "in_force_on": clock.today().isoformat()},
    )

    shown = text_of(client.post(address, form))

    assert "1 coach has signed the statement for an older edition" in shown
    assert "and 1 coach would have to do the review again" in shown
    assert "stops counting 60 days after the new edition is in force" in shown
    assert f'<dt>Who they are</dt><dd><a href="/staff/people/{coach.holder.uid}/">' in shown
    assert "The draft holds no wording" in text_of(confirmed(client, address, form))
    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_the_roster_leads_to_issuing_a_certificate(client, office):
    assert 'href="/staff/issue/"' in text_of(client.get("/staff/certificates/"))


def test_the_offices_first_page_counts_what_waits_for_ones_own_signature(client):
    both = AdministratorFactory()
    Roles.objects.filter(person=both).update(staff=True)
    client.force_login(User.objects.get(pk=both.pk))
    assert "Nothing waits for yours." in text_of(client.get("/staff/"))

    at = clock.now()
    waits = signing.proposed(UserFactory(), SiteRole.AUDITOR, at=at)
    signing.proposed(UserFactory(), SiteRole.AUDITOR, by=both, at=at)  # signed already
    signing.proposed(both, SiteRole.SITE_ADMINISTRATOR, grants=False, at=at)  # about oneself
    signing.proposed(UserFactory(), SiteRole.AUDITOR, at=at - timedelta(days=8))  # over
    page = text_of(client.get("/staff/"))

    assert "1 decision waits for yours." in page
    assert client.get(reverse("proposals")).content.decode().partition("Waiting for others")[0].count(str(waits.uid)) == 1
    client.force_login(StaffFactory())
    assert "Nothing waits for yours." in text_of(client.get("/staff/"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_offices_first_page_asks_as_much_for_one_signature_as_for_three(client, rows, django_assert_num_queries):
    both = AdministratorFactory()
    Roles.objects.filter(person=both).update(staff=True)
    for _ in range(rows):
        signing.proposed(UserFactory(), SiteRole.AUDITOR, at=clock.now())

    for person, number in ((StaffFactory(), 12), (User.objects.get(pk=both.pk), 13)):
        client.force_login(person)
        client.get("/staff/")
        with django_assert_num_queries(number):
            client.get("/staff/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_roster_asks_as_much_for_one_row_as_for_three(client, office, rows, django_assert_num_queries):
    for _ in range(rows):
        CertificateFactory()

    with django_assert_num_queries(6):
        assert client.get("/staff/certificates/").content.count(b'<th scope="row"') == rows


def test_the_roster_is_filtered_by_standing_and_goes_on_after_a_number(client, office, certificate):
    lapsed = CertificateFactory(term__first_day=clock.today() - timedelta(days=900), term__last_day=clock.today() - timedelta(days=1))

    page = text_of(client.get("/staff/certificates/?standing=lapsed"))

    assert lapsed.number in page
    assert certificate.number not in page
    assert certificate.number not in text_of(client.get(f"/staff/certificates/?after={certificate.number}"))
    assert certificate.number in text_of(client.get("/staff/certificates/?q=kassmann"))


def test_what_was_given_up_is_listed_and_tried_again(client, office):
    message = OutboxMessage.objects.create(
        kind="certification.term_granted", subject_id="1", key="lost", gave_up_at=clock.now(), last_error="Timeout", tries=20
    )
    assert "E-mail: a term was granted" in text_of(client.get("/staff/undelivered/"))

    client.post("/staff/undelivered/", {"message": message.pk})

    message.refresh_from_db()
    assert message.gave_up_at is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first_day": "9999-12-31"}, "Choose a day up to 2199."),
        ({"first_day": "0001-01-01"}, "Choose a day from 1950 on."),
        ({"language": "<b>"}, "This is not the mark of a language"),
    ],
)
def test_days_out_of_all_time_and_marks_of_no_language_are_refused(client, office, changes, words):
    form = {"email": "new@example.org", "full_name": "Inês d'Ávila", "scheme": SchemeFactory().pk, "first_day": "2026-11-23"}

    assert words in text_of(client.post("/staff/issue/", {**form, **changes}))
    assert not Certificate.objects.exists()


def test_a_term_is_not_moved_beyond_the_calendar_that_its_pages_reckon_with(client, office, certificate):
    term = certificate.terms.get()
    form = {"first_day": term.first_day.isoformat(), "last_day": "9999-12-31", "reason": "A slip"}

    page = text_of(confirmed(client, f"/staff/certificates/{certificate.number}/terms/{term.pk}/dates/", form))

    assert "Choose a day up to 2199." in page
    assert Term.objects.get() == term


@pytest.mark.parametrize("message", ["9" * 5000, "9" * 30, "²", "x", ""])
def test_what_is_no_message_is_not_tried_again(client, office, message):
    assert client.post("/staff/undelivered/", {"message": message}).status_code == 404


def test_an_edition_does_not_come_into_force_on_a_day_gone_by(client, office):
    cms.texts()
    draft = cms.draft(changes={"PS-07": "New words."})
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    page = text_of(client.post(f"/staff/editions/{draft.pk}/publish/", {"weight": "material", "in_force_on": yesterday, "confirm": "yes"}))

    assert "This day is in the past." in page
    assert Edition.objects.get(pk=draft.pk).state == "draft"


def test_a_day_gone_by_and_a_kind_not_chosen_are_both_said(client, office):
    cms.texts()
    draft = cms.draft(changes={"PS-07": "New words."})
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    page = text_of(client.post(f"/staff/editions/{draft.pk}/publish/", {"in_force_on": yesterday}))

    assert "This day is in the past." in page
    assert "Choose whether the change is minor or material." in page


def test_a_draft_of_the_principles_is_published_and_touches_nobody(client, office):
    cms.texts()
    draft = cms.draft(text="principles")
    address = f"/staff/editions/{draft.pk}/publish/"
    form = {"weight": "minor", "in_force_on": clock.today().isoformat(), "seen": draft.digest()}

    assert address in text_of(client.get("/staff/"))
    assert "0 coaches have signed" in text_of(client.post(address, form))
    confirmed(client, address, form)

    assert Edition.objects.get(pk=draft.pk).state == "published"
