"""Coming back with the code: the same answer for whatever does not open, fifteen minutes, and everything without an account."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import clock
from audit.models import Entry
from complaints import intake, notices, papers, receipts, visits
from complaints.facts import CaseRole, Closure, PaperKind, Party, Seat, State
from complaints.models import Assignment, Case, Evidence, Letter, Receipt, Step
from complaints.views import following
from outbox.models import OutboxMessage
from tests.complaints import office
from tests.complaints.telling import CANARIES, forget_tries, receipt_of, told
from tests.logins import Client

pytestmark = pytest.mark.django_db

BACK = "/complaints/follow-up/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def case(db) -> Case:
    return told()[0]


def enter(client, code, **other):
    return client.post(BACK, {"act": "open", "code": code, **other})


def code_of(case: Case) -> str:
    """A code that opens this case: the old one is kept nowhere, so a new one is made."""
    return receipts.replace(receipt_of(case), at=clock.now()) or ""


def come_back(client, case: Case):
    return enter(client, code_of(case))


def token_on(page) -> str:
    return page.content.decode().split('name="token" value="')[1].split('"')[0]


def do(client, act, **given):
    """What the browser sends from the newest page."""
    page = client.get(BACK)
    return client.post(BACK, {"act": act, "token": token_on(page), "version": page.context["case"].version, **given})


def asks_for_the_code(page) -> bool:
    """The foot of every page leads to the code, so its words alone show nothing."""
    return 'id="id_code"' in page.content.decode() and "Where it stands" not in words(page)


def words(page) -> str:
    return " ".join(page.content.decode().split())


# The code


def test_the_code_opens_the_page_however_it_was_typed(client, case):
    code = code_of(case)

    answer = enter(client, f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'i')} ")

    assert answer.status_code == 302
    assert "Somebody of our office will read it soon" in words(client.get(BACK))


def test_a_wrong_an_ended_a_replaced_and_an_erased_code_get_the_same_answer_by_the_same_statements(client):
    ended, erased, replaced = told()[0], told()[0], told()[0]
    ended_code, erased_code = code_of(ended), code_of(erased)
    old = code_of(replaced)
    code_of(replaced)
    receipts.end(ended, closed_on=clock.today() - timedelta(days=800))
    papers.destroy_key(erased, by=None, at=clock.now())
    seen = set()
    for code in (receipts.make(), "nonsense", "", ended_code, erased_code, old, "x" * 500):
        forget_tries()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = enter(client, code)
        text = answer.content.decode().replace(f'value="{code[:200]}"', 'value=""')
        seen.add((answer.status_code, text, len(asked), tuple(query["sql"][:40] for query in asked)))

    assert len(seen) == 1
    ((status, text, _, _),) = seen
    assert status == 200
    assert "This code opens nothing" in text


def test_a_wrong_code_stays_in_its_field_to_be_mended(client):
    code = receipts.make()
    assert f'value="{code}"' in enter(client, code).content.decode()


def test_many_tries_are_asked_to_wait_and_lock_nobody_out_elsewhere(client, case):
    code = code_of(case)
    for _ in range(10):
        enter(client, receipts.make())
    refused = enter(client, code)

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert f'value="{code}"' in refused.content.decode()
    assert enter(Client(REMOTE_ADDR="198.51.100.7"), code).status_code == 302


def test_a_file_that_a_stranger_sends_is_not_even_read(client, db):
    answer = client.post(BACK, {"act": "files", "token": "x", "files": SimpleUploadedFile("a.pdf", PDF)})

    assert asks_for_the_code(answer)
    assert not Evidence.objects.exists()


# The visit


def test_the_visit_is_a_cookie_of_the_browser_session_for_this_site_alone(client, case, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = come_back(client, case).cookies["__Host-visit"]

    assert cookie["samesite"] == "Strict"
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert not cookie["domain"]


def test_nothing_of_the_case_and_no_code_stands_in_the_cookie(client, case):
    value = come_back(client, case).cookies["visit"].value
    told_in_it = str(signing.loads(value, salt=visits.SALT))

    assert case.number not in told_in_it
    assert str(case.uid) not in told_in_it


def test_a_quarter_of_an_hour_without_a_click_ends_the_visit_and_a_click_begins_it_anew(client, case):
    come_back(client, case)
    for minutes in (14, 28):
        with clock.moved(timedelta(minutes=minutes)):
            assert "Where it stands" in words(client.get(BACK))
    with clock.moved(timedelta(minutes=44)):
        assert asks_for_the_code(client.get(BACK))


def test_a_visit_ends_after_eight_hours_whatever_is_clicked(client, case):
    come_back(client, case)
    for minutes in range(14, 8 * 60, 14):
        with clock.moved(timedelta(minutes=minutes)):
            client.get(BACK)
    with clock.moved(timedelta(hours=8, minutes=1)):
        assert asks_for_the_code(client.get(BACK))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "forged",
        signing.dumps(["x", 0, 0, ""], salt="another"),
        signing.dumps(["x"], salt=visits.SALT),
        signing.dumps(["x", 1e300, "y", 3], salt=visits.SALT),
        "\u202e",
    ],
)
def test_a_forged_cookie_opens_nothing(client, case, value):
    client.cookies["visit"] = value.encode("ascii", "ignore").decode()

    assert asks_for_the_code(client.get(BACK))


def test_a_replaced_code_ends_every_visit_that_it_opened(client, case):
    come_back(client, case)
    receipts.replace(receipt_of(case), at=clock.now())

    assert asks_for_the_code(client.get(BACK))


def test_a_form_without_the_token_of_its_visit_does_nothing_and_keeps_the_words(client, case):
    come_back(client, case)
    refused = client.post(BACK, {"act": "write", "token": "forged", "words": "The words are still here."})

    assert "was not the newest one" in words(refused)
    assert "The words are still here." in words(refused)
    assert not Letter.objects.exists()


def test_words_that_were_sent_too_late_are_there_after_the_code_was_given_again(client, case):
    code = code_of(case)
    enter(client, code)
    page = client.get(BACK)
    with clock.moved(timedelta(minutes=20)):
        late = client.post(BACK, {"act": "write", "token": token_on(page), "words": "Slow <words> of mine"})
        assert "what you wrote is still here" in words(late)
        back = enter(client, code, kept_act="write", words="Slow <words> of mine")
        assert "Slow &lt;words&gt; of mine</textarea>" in words(back)
        sent = client.post(BACK, {"act": "write", "token": token_on(back), "words": "Slow <words> of mine"})
    assert sent.status_code == 302
    assert Letter.objects.count() == 1


def test_leaving_takes_the_cookie_back(client, case):
    come_back(client, case)
    do(client, "leave")

    assert asks_for_the_code(client.get(BACK))


# What stands there


def test_the_page_says_where_it_stands_until_when_and_who_can_read_it(client, case):
    come_back(client, case)
    page = words(client.get(BACK))
    assert "Nobody can read it yet" in page
    assert (clock.today() + timedelta(days=5)).strftime("%Y-%m-%d") in page

    person = office.appointed(CaseRole.INTAKE)
    Assignment.objects.create(case=case, person=person, seat=Seat.TAKER.value, round=1, assigned_at=clock.now())
    page = words(client.get(BACK))
    assert "the person who takes complaints in" in page
    assert person.get_full_name() not in page


def test_letters_are_read_in_order_and_that_they_were_read_is_on_no_record(client, case):
    letter = Letter.objects.create(
        case=case, code="L-01", written_by=Party.OFFICE.value, to=Party.COMPLAINANT.value, posted_on=clock.today()
    )
    papers.write(case, PaperKind.LETTER, "We have read it <b>twice</b>.", by=None, party=Party.COMPLAINANT, of=letter.uid)
    other = Letter.objects.create(case=case, code="L-07", written_by=Party.OFFICE.value, to=Party.RESPONDENT.value, posted_on=clock.today())
    papers.write(case, PaperKind.LETTER, "For the coach alone.", by=None, party=Party.RESPONDENT, of=other.uid)
    come_back(client, case)
    before = Entry.objects.count()

    page = words(client.get(BACK))

    assert "We have read it &lt;b&gt;twice&lt;/b&gt;." in page
    assert "For the coach alone" not in page
    assert Entry.objects.count() == before
    assert Letter.objects.get(pk=letter.pk).read_on is None


def test_a_page_asks_as_much_for_three_letters_as_for_one(client, case):
    come_back(client, case)
    counts = []
    for _ in range(2):
        for n in range(len(counts) * 2 + 1):
            do(client, "write", words=f"Message {n}")
        client.get(BACK)
        with CaptureQueriesContext(connection) as asked:
            client.get(BACK)
        counts.append(len(asked))

    assert counts[0] == counts[1]


# What can be done


def test_a_message_is_sent_and_stands_in_the_thread(client, case):
    come_back(client, case)
    answer = do(client, "write", words="It was by the\r\nold lighthouse.")

    assert answer.status_code == 302
    page = words(client.get(BACK))
    assert "Sent. We have your message." in page
    assert "It was by the old lighthouse." in page
    assert "Sent. We have" not in words(client.get(BACK))


@pytest.mark.parametrize(("typed", "says"), [("", "Write a few words first"), ("x" * 20_001, "longer than 20,000")])
def test_a_refused_message_comes_back_with_the_words_and_the_reason(client, case, typed, says):
    come_back(client, case)
    refused = do(client, "write", words=typed)

    assert says in words(refused)
    assert typed in refused.content.decode()


def test_questions_are_answered_once_and_the_case_goes_back_to_triage(client, case):
    Case.objects.filter(pk=case.pk).update(state=State.NEEDS_INFO.value)
    come_back(client, case)

    do(client, "answer", words="It was in May, on a Sunday.")

    assert Case.objects.get(pk=case.pk).where is State.TRIAGE
    assert "It was in May, on a Sunday." in words(client.get(BACK))


def test_an_answer_where_nothing_was_asked_is_refused_and_kept(client, case):
    come_back(client, case)
    refused = do(client, "answer", words="Nobody asked me this.")

    assert Case.objects.get(pk=case.pk).where is State.SUBMITTED
    assert not Letter.objects.exists()
    assert refused.status_code == 200


def closed(case: Case, *, ago: int = 3) -> None:
    on = clock.today() - timedelta(days=ago)
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED.value, closure=Closure.DISMISSED.value, closed_on=on)


def test_a_dismissal_is_reviewed_once_when_asked_for_within_thirty_days(client, case):
    closed(case, ago=30)
    come_back(client, case)
    assert "Ask for a review" in words(client.get(BACK))

    do(client, "review", words="The dates were overlooked.")

    assert Case.objects.get(pk=case.pk).where is State.DISMISSAL_REVIEW


def test_after_thirty_days_no_review_is_offered_and_one_that_is_asked_for_is_refused_with_the_reason(client, case):
    closed(case, ago=31)
    come_back(client, case)
    assert "Ask for a review</h2>" not in words(client.get(BACK))

    refused = do(client, "review", words="The dates were overlooked.")
    assert "The time to ask for a review ended" in words(refused)
    assert Case.objects.get(pk=case.pk).where is State.CLOSED


def test_a_member_of_the_panel_is_challenged_by_place_and_never_by_a_number_of_an_account(client, case):
    member = office.appointed(CaseRole.PANEL_MEMBER)
    Assignment.objects.create(case=case, person=member, seat=Seat.CHAIR.value, round=1, assigned_at=clock.now(), attested_at=clock.now())
    Case.objects.filter(pk=case.pk).update(state=State.PANEL_SET.value)
    named = {"values": {"panel": [member.pk]}, "made_at": clock.now(), "taken_at": clock.now()}
    Step.objects.create(case=case, machine="case", name="appoint_panel", after="PANEL_SET", version=1, **named)
    come_back(client, case)

    page = client.get(BACK).content.decode()
    assert member.get_full_name() in page
    assert 'name="member" value="0"' in page
    do(client, "challenge", member="0", words="This person knows the coach well.")

    assert Step.objects.get(case=case, name="challenge_member").values["member"] == member.pk


@pytest.mark.parametrize("member", ["", "7", "-1", "1e9", "99999999999999", "x"])
def test_a_challenge_of_nobody_is_refused(client, case, member):
    Case.objects.filter(pk=case.pk).update(state=State.PANEL_SET.value)
    come_back(client, case)
    do(client, "challenge", member=member, words="This person knows the coach well.")

    assert not Step.objects.filter(name="challenge_member", taken_at__isnull=False).exists()


def test_a_wish_to_stop_asks_whether_somebody_pressed_and_then_stands(client, case):
    come_back(client, case)
    refused = do(client, "withdraw", words="Please stop.")
    assert "Please stop." in words(refused)

    do(client, "withdraw", words="Please stop.", pressed="no")
    page = words(client.get(BACK))
    assert "You asked us to stop" in page
    assert Case.objects.get(pk=case.pk).where is State.SUBMITTED


def test_an_address_is_changed_and_taken_back(client, case):
    come_back(client, case)
    assert "does not look like" in words(do(client, "mail", mail="nobody@"))
    do(client, "mail", mail="new@canary.example.org")
    assert intake.contact_of(case)["mail"] == "new@canary.example.org"
    do(client, "mail", mail="")
    assert intake.contact_of(case)["mail"] == ""


def test_a_new_code_is_shown_once_and_the_old_one_opens_nothing(client, case):
    come_back(client, case)
    page = do(client, "code")
    assert 'dir="ltr" data-code' in page.content.decode()
    shown = "-".join(
        part.split("<")[0].rstrip("-") for part in page.content.decode().split("data-code>")[1].split("</code>")[0].split("<span>")[1:]
    )

    assert receipts.find(shown, on=clock.today()).case == case
    assert "Where it stands" in words(client.get(BACK))
    assert shown not in words(client.get(BACK))
    assert Receipt.objects.filter(case=case, replaced_at=None).count() == 1


# Files


def test_a_refused_file_refuses_itself_alone_and_says_what_to_do(client, case):
    come_back(client, case)
    sent = [
        SimpleUploadedFile("good.txt", b"It was on a Sunday."),
        SimpleUploadedFile("bad.html", b"<script>alert(1)</script>"),
        SimpleUploadedFile("polyglot.pdf", b"%PDF-1.4 PK\x03\x04 <script>alert(1)</script>"),
        SimpleUploadedFile("empty.txt", b""),
    ]
    page = client.get(BACK)
    answer = client.post(BACK, {"act": "files", "token": token_on(page), "files": sent})

    assert [row.refused_for == "" for row in Evidence.objects.order_by("pk")] == [True, False, False, False]
    assert "bad.html" in words(answer)
    assert "print it to PDF" in words(answer)
    assert "<script>alert" not in answer.content.decode()


def test_no_file_is_asked_for_in_words(client, case):
    come_back(client, case)
    assert "Choose a file first" in words(do(client, "files"))


def test_a_file_of_another_case_is_not_there(client, case):
    other = told()[0]
    intake.add_files(receipt_of(other), [SimpleUploadedFile("theirs.txt", b"Of somebody else.")], at=clock.now())
    one = Evidence.objects.get()
    Evidence.objects.filter(pk=one.pk).update(state="accepted")
    come_back(client, case)

    for uid in (str(one.uid), "not-a-uid", ""):
        answer = do(client, "file", file=uid)
        assert "cannot be opened here" in words(answer)
        assert b"Of somebody else" not in answer.content


# The line by e-mail


def test_a_letter_of_the_office_sends_one_line_and_nothing_else(client, case, mailoutbox):
    letter = Letter.objects.create(
        case=case, code="L-01", written_by=Party.OFFICE.value, to=Party.COMPLAINANT.value, posted_on=clock.today()
    )
    notices.message_waits(OutboxMessage(kind="complaints.message_waits", subject_id=str(letter.pk), key="k"))

    (mail,) = mailoutbox
    assert mail.to == [CANARIES["mail"]]
    assert mail.subject == "You have a message"
    assert mail.body == "You have a message in the association's portal.\n"


def test_whoever_wants_no_updates_and_whose_case_is_erased_gets_none(client, mailoutbox):
    quiet, erased = told(wants_updates="no")[0], told()[0]
    papers.destroy_key(erased, by=None, at=clock.now())
    for case in (quiet, erased):
        letter = Letter.objects.create(case=case, written_by=Party.OFFICE.value, to=Party.COMPLAINANT.value, posted_on=clock.today())
        notices.message_waits(OutboxMessage(kind="complaints.message_waits", subject_id=str(letter.pk), key=f"k{case.pk}"))

    assert mailoutbox == []


def test_after_the_key_is_gone_the_page_closes_kindly(client, case):
    come_back(client, case)
    papers.destroy_key(case, by=None, at=clock.now())

    assert asks_for_the_code(client.get(BACK))


def test_every_state_of_a_case_has_its_words():
    assert set(following.WHERE) == set(State) - {State.ERASED}
