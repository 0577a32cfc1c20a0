"""Inviting people from a table: each row judged, nothing written before a yes, nobody invited twice."""

import io
import re
import time
import zipfile
from collections import Counter
from io import StringIO

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from accounts import invitations, invitees, uploads
from accounts.invitees import Row, Unreadable, Verdict
from accounts.models import Name, Session, User
from accounts.views import invite as views
from audit import log
from audit.models import Entry
from outbox import delivery
from outbox.models import OutboxMessage
from tests.factories.accounts import AdministratorFactory, StaffFactory, UserFactory

HEAD = "name,email\n"
MIRA = "Mira Okonkwo,mira@example.org\n"
BERK = "Berk Özdemir,Berk@Example.org\n"


def table(text: str, *, encoding: str = "utf-8", name: str = "people.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(encoding), content_type="text/csv")


def judged(text: str) -> list[Row]:
    rows = invitees.read(text.encode(), "people.csv")
    invitees.judge(rows)
    return rows


def nothing_is_written() -> bool:
    return not (Entry.objects.filter(action__in=["accounts.invited", "accounts.people_invited"]).exists() or OutboxMessage.objects.exists())


@pytest.fixture
def staff(client):
    staff = StaffFactory()
    client.force_login(staff)
    return staff


def look(client, text, **more):
    return client.post(reverse("invite_people"), {"file": table(text, **more)})


def sealed_in(page) -> str:
    return re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]


# Reading


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + MIRA + BERK).encode(),
        (HEAD + MIRA + BERK).encode("utf-8-sig"),
        (HEAD + MIRA + BERK).encode("utf-16"),
        b"\xfe\xff" + (HEAD + MIRA + BERK).encode("utf-16-be"),
        (HEAD + MIRA + BERK).replace(",", ";").encode(),
        (HEAD + MIRA + BERK).replace(",", "\t").encode("utf-16"),
        (HEAD + MIRA + BERK).replace("\n", "\r\n").encode(),
        (HEAD + "\n ,\n" + MIRA + ",,\n\n" + BERK + "\n\n").encode(),
        ("E-mail, Full name \n" + "mira@example.org,Mira Okonkwo\nberk@example.org, Berk Özdemir ").encode(),
        ('"name","email"\n"Mira Okonkwo","mira@example.org"\n"Berk Özdemir","berk@example.org"').encode(),
        ("name,email,,\nMira Okonkwo,mira@example.org,,\nBerk Özdemir,berk@example.org,,\n").encode(),
    ],
)
def test_a_table_is_read_as_any_spreadsheet_saves_it(data):
    rows = invitees.read(data, "people.CSV")

    assert [(row.name, row.email) for row in rows] == [("Mira Okonkwo", "mira@example.org"), ("Berk Özdemir", "berk@example.org")]
    assert [row.reasons for row in rows] == [[], []]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "It is empty"),
        (b"\n\n  \n", "It is empty"),
        (b"name,email\n", "no row below the heading"),
        (b"name\nMira\n", "Line 1 has no column email"),
        (b"Mira Okonkwo,mira@example.org\n", "Line 1 has no column name, email"),
        (b"name,email,phone,\xe2\x80\xa6\nA,a@example.org,1,2\n", "cannot be used here: phone, …"),
        (b"name,email,E-mail\nA,a@example.org,b@example.org\n", "names a column more than once: email"),
        (b'name,email\n"Mira,mira@example.org\n', "quotation mark in it does not close"),
        (b'name,email\n"Mira" O,mira@example.org\n', "quotation mark in it does not close"),
        (b"name,email\n" + b"x" * 200_000 + b",a@example.org\n", "a cell is longer than any name"),
        ("name,email\nBerk Özdemir,b@example.org\n".encode("cp1252"), "cannot be read as UTF-8"),
        (b"name,email\nMira\x00,a@example.org\n", "more than text"),
        ("name,email\n".encode("utf-16")[:-1], "cannot be read as UTF-8 or UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "cannot be read as UTF-8"),
        (b"<html><body>name,email", "It is a web page or a drawing, not a table as CSV"),
        (b"name,email\n" + b"A,a@example.org\n" * 2001, "more than 2000 rows"),
        (b"name,email\n" + b" " * invitees.LARGEST, "larger than 1 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data, words):
    with pytest.raises(Unreadable) as refusal:
        invitees.read(data, "people.csv")

    assert words in str(refusal.value)


@pytest.mark.parametrize("name", ["people.xlsx", "people", "people.csv.exe", "people.txt"])
def test_a_file_of_another_kind_is_refused_with_the_way_out(name):
    with pytest.raises(Unreadable, match=r"We take a table as CSV\. Please open it in the spreadsheet program"):
        invitees.read((HEAD + MIRA).encode(), name)


def test_a_workbook_that_calls_itself_a_table_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")

    with pytest.raises(Unreadable, match=r"It is a workbook or another archive\. Please open it in the spreadsheet program"):
        invitees.read(file.getvalue(), "people.csv")


def test_nobody_who_sends_something_to_be_read_sends_a_table():
    assert not uploads.look((HEAD + MIRA).encode(), "people.csv").accepted


@given(some.binary(max_size=300) | some.text(max_size=200).map(lambda text: ("name,email\n" + text).encode(errors="replace")))
def test_whatever_is_sent_it_is_read_or_refused_in_words(data):
    rows, reasons = read_or_refused(data)

    assert bool(rows) != bool(reasons)
    assert all(reason.endswith((".", "”, and send that.")) for reason in reasons)
    assert all(list(invitees._against(row)) for row in rows if "@" not in row.email)


def read_or_refused(data: bytes) -> tuple[list[Row], list[str]]:
    try:
        return invitees.read(data, "people.csv"), []
    except Unreadable as refusal:
        return [], refusal.reasons


# Judging


@pytest.mark.django_db
def test_each_row_has_its_verdict():
    UserFactory(email="here@example.org")
    invited = UserFactory(email="invited@example.org", password=None, full_name="Ines Vited")
    invitations.invite(invited, by=None)
    UserFactory(email="imported@example.org", password=None, full_name="Imre Ported")
    UserFactory(email="other@example.org", password=None, full_name="Somebody Else")
    UserFactory(email="closed@example.org", is_active=False)

    rows = judged(
        HEAD
        + MIRA
        + "Whoever,here@example.org\nInes Vited,INVITED@example.org\nImre Ported,imported@example.org\nOtto Ther,other@example.org\n"
        + "Cleo Sed,closed@example.org\n"
    )

    assert [row.verdict for row in rows] == [
        Verdict.NEW,
        Verdict.HERE,
        Verdict.INVITED,
        Verdict.WAITING,
        Verdict.REFUSED,
        Verdict.REFUSED,
    ]
    assert rows[4].reasons == ["The address belongs to somebody with another name here."]
    assert rows[5].reasons == ["This account is closed. A site administrator can open it."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",a@example.org", "A name is needed."),
        ("Mira,", "There is no e-mail address."),
        ("Mira,mira at example.org", "it should look like name@example.org"),
        (f"Mira,{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org", "it should look like"),
        ("Mira \U0001f338,a@example.org", "cherry blossom"),
        ("123,a@example.org", "A name has letters"),
        (f"{'M' * 121},a@example.org", "120 characters at most"),
        ("=HYPERLINK(1),a@example.org", "The name begins with “=”, as a formula does."),
        ("@SUM(1),a@example.org", "as a formula does"),
        ("Mira,=1@example.org", "The e-mail address begins with “=”"),
        ("Mira,a@example.org,more", "more cells than there are columns"),
    ],
)
def test_a_row_that_is_not_usable_says_why(row, words):
    (found,) = judged(f"{HEAD}{row}\n")

    assert found.verdict is Verdict.REFUSED
    assert words in " ".join(found.reasons)


@pytest.mark.django_db
def test_a_language_that_is_none_and_a_formula_among_latin_letters_are_refused():
    (row,) = judged("name,email,latin_name,language\n渡辺 澪,a@example.org,+Mio,not a mark\n")

    assert len(row.reasons) >= 2
    assert "as a formula does" in row.reasons[0]
    assert "mark of a language" in row.reasons[-1]


@pytest.mark.django_db
def test_of_two_rows_with_one_address_the_second_is_refused_and_names_the_first():
    first, second = judged(HEAD + MIRA + "Mira O,MIRA@example.org\n")

    assert first.verdict is Verdict.NEW
    assert second.reasons == ["The address stands in line 2 too."]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_judging_asks_as_much_for_three_rows_as_for_one(number, django_assert_num_queries):
    for one in range(number):
        invitations.invite(UserFactory(email=f"p{one}@example.org", password=None), by=None)
    rows = invitees.read((HEAD + "".join(f"Person,p{one}@example.org\n" for one in range(number))).encode(), "people.csv")

    with django_assert_num_queries(3):
        invitees.judge(rows)
    assert {row.verdict for row in rows} == {Verdict.INVITED}


# Inviting


@pytest.mark.django_db
def test_those_who_can_be_invited_are_and_the_same_table_again_invites_nobody():
    staff, text = (
        StaffFactory(),
        "name,email,latin_name,language\n渡辺 澪,mio@example.org,Mio Watanabe,ja\n" + "Mira Okonkwo,mira@example.org,,\n",
    )

    assert invitees.invite(judged(text), by=staff) == Counter({Verdict.NEW: 2})
    assert invitees.invite(judged(text), by=staff) == Counter({Verdict.INVITED: 2})

    mio = User.objects.get(email="mio@example.org")
    assert (mio.name.full_name, mio.name.latin_name, mio.name.language) == ("渡辺 澪", "Mio Watanabe", "ja")
    assert not mio.has_usable_password()
    assert log.history(mio).get(action="accounts.invited").actor_id == str(staff.pk)
    assert Entry.objects.get(action="accounts.people_invited").detail.facts == {"invited": 2}
    delivery.sweep()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["mio@example.org", "mira@example.org"]


@pytest.mark.django_db
def test_what_was_judged_before_somebody_else_was_quicker_invites_nobody_twice():
    rows, again = judged(HEAD + MIRA + BERK), judged(HEAD + MIRA)
    invitees.invite(again, by=None)
    UserFactory(email="berk@example.org")

    assert invitees.invite(rows, by=None) == Counter({Verdict.INVITED: 1, Verdict.HERE: 1})

    assert Entry.objects.filter(action="accounts.invited").count() == 1


@pytest.mark.django_db
def test_a_break_on_the_way_invites_nobody(monkeypatch):
    rows, invite, calls = judged(HEAD + MIRA + BERK), invitations.invite, []

    def breaks_at_the_second(person, *, by):
        calls.append(person)
        if len(calls) == 2:
            raise OSError("the disk is full")
        invite(person, by=by)

    monkeypatch.setattr(invitations, "invite", breaks_at_the_second)
    with pytest.raises(OSError, match="disk"):
        invitees.invite(rows, by=None)

    assert not User.objects.filter(email__in=["mira@example.org", "berk@example.org"]).exists()
    assert nothing_is_written()


# The screens


@pytest.mark.django_db
def test_a_table_is_looked_at_and_nothing_is_written(client, staff):
    page = look(client, HEAD + MIRA + "Mira \U0001f338,x@example.org\n")

    text = page.content.decode()
    assert "1 will be invited, 1 not usable. Nothing is written yet." in text
    assert "cherry blossom" in text
    assert "Invite 1 person" in text
    assert not User.objects.filter(email="mira@example.org").exists()
    assert nothing_is_written()
    assert "mira" not in str(dict(client.session))
    assert page["Cache-Control"].count("no-store")


@pytest.mark.django_db
def test_what_was_looked_at_is_invited_once_however_often_it_is_sent(client, staff):
    sealed = sealed_in(look(client, HEAD + MIRA + BERK))

    first = client.post(reverse("invite_people"), {"sealed": sealed}, follow=True)
    second = client.post(reverse("invite_people"), {"sealed": sealed}, follow=True)

    assert "Done: 2 invited." in first.content.decode()
    assert "Done: 0 invited, 2 invited already." in second.content.decode()
    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 2
    assert Entry.objects.filter(action="accounts.people_invited").count() == 1
    assert first.redirect_chain == [(reverse("invite_people"), 302)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil", [lambda sealed: sealed[:-1], lambda sealed: "x" + sealed, lambda sealed: "", lambda sealed: "\u2028é:1:2"]
)
def test_a_table_that_was_changed_after_it_was_looked_at_invites_nobody(client, staff, spoil):
    answer = client.post(reverse("invite_people"), {"sealed": spoil(sealed_in(look(client, HEAD + MIRA)))})

    assert answer.status_code == 409
    assert "Please send the file again" in answer.content.decode()
    assert nothing_is_written()


@pytest.mark.django_db
def test_a_table_that_somebody_else_looked_at_invites_nobody(client, staff):
    sealed = views.seal(judged(HEAD + MIRA), by=AdministratorFactory().pk)

    assert client.post(reverse("invite_people"), {"sealed": sealed}).status_code == 409
    assert nothing_is_written()


@pytest.mark.django_db
def test_a_table_that_was_looked_at_long_ago_invites_nobody(client, staff, monkeypatch):
    sealed, now = sealed_in(look(client, HEAD + MIRA)), time.time()
    monkeypatch.setattr(time, "time", lambda: now + views.WAITS + 60)

    assert views.unseal(sealed, by=staff.pk) is None


@pytest.mark.django_db
@pytest.mark.parametrize("data", [b"x" * (10 * 1024 * 1024), b"\x00\xff" * 40])
def test_a_large_or_binary_file_comes_back_with_words(client, staff, data):
    page = client.post(reverse("invite_people"), {"file": SimpleUploadedFile("people.csv", data)})

    assert page.status_code == 200
    assert "errors-title" in page.content.decode()
    assert nothing_is_written()


@pytest.mark.django_db
def test_no_file_at_all_comes_back_with_words(client, staff):
    assert "Please choose a file" in client.post(reverse("invite_people"), {}).content.decode()


@pytest.mark.django_db
def test_what_stands_in_a_cell_cannot_write_into_the_page(client, staff):
    page = look(client, HEAD + "<script>alert(1)</script>,<b>@example.org\n").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_verdicts_asks_as_much_for_three_rows_as_for_one(client, staff, number, django_assert_num_queries):
    text = HEAD + "".join(f"Person {'ABC'[one]},p{one}@example.org\n" for one in range(number))
    look(client, text)

    with django_assert_num_queries(5):
        look(client, text)


@pytest.mark.django_db
def test_the_largest_table_travels_in_the_page(client, staff):
    """Longer than any real one: 2000 different people with names in two scripts."""
    rows = "".join(f"渡辺 澪 {one:05},p{one}.{one * 7919 % 10007}@example.org,Mio Watanabe {one:05},ja\n" for one in range(2000))
    page = look(client, "name,email,latin_name,language\n" + rows.replace("0", "a").replace("1", "b"))

    assert page.status_code == 200
    assert len(sealed_in(page)) < 500_000


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [StaffFactory, AdministratorFactory])
def test_one_person_is_invited_by_a_form(client, factory):
    client.force_login(factory())

    answer = client.post(
        reverse("invite_person"), {"full_name": "Mira Okonkwo", "email": "Mira@Example.org", "latin_name": "", "language": ""}
    )

    assert answer.url == reverse("invite_person")
    assert User.objects.get(email="mira@example.org").name.full_name == "Mira Okonkwo"
    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Please fill this in"),
        ({"email": "nothing"}, "it should look like"),
        ({"full_name": "Mira \U0001f338", "email": "a@example.org"}, "cherry blossom"),
        ({"full_name": "Mira", "email": "a@example.org", "language": "no mark!"}, "mark of a language"),
        ({"full_name": "Mira", "email": "here@example.org"}, "logs in here already"),
        ({"full_name": "Mira", "email": "invited@example.org"}, "was invited already"),
        ({"full_name": "Mira", "email": "closed@example.org"}, "This account is closed"),
    ],
)
def test_one_person_who_cannot_be_invited_comes_back_with_words(client, staff, form, words):
    UserFactory(email="here@example.org")
    UserFactory(email="closed@example.org", is_active=False)
    invitations.invite(UserFactory(email="invited@example.org", password=None), by=staff)
    before = OutboxMessage.objects.count(), User.objects.count(), Name.objects.count()

    page = client.post(reverse("invite_person"), form).content.decode()

    assert words in page
    assert all(f'value="{typed}"' in page for typed in form.values())
    assert (OutboxMessage.objects.count(), User.objects.count(), Name.objects.count()) == before


@pytest.mark.django_db
def test_nobody_else_invites(client):
    client.force_login(UserFactory(), factor=True)

    assert look(client, HEAD + MIRA).status_code == 403
    assert client.get(reverse("invite_person")).status_code == 403
    assert Session.objects.count() == 1


# The command


@pytest.fixture
def file(tmp_path):
    def write(text, name="people.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.django_db
def test_the_command_says_what_would_become_of_each_row_then_does_it_then_finds_it_done(file):
    path, said = file(HEAD + MIRA + BERK), [StringIO(), StringIO(), StringIO()]
    call_command("invite", path, "--dry-run", stdout=said[0])
    assert nothing_is_written()
    call_command("invite", path, stdout=said[1])
    call_command("invite", path, stdout=said[2])

    assert said[0].getvalue().splitlines() == [
        "line 2: mira@example.org: Will be invited",
        "line 3: berk@example.org: Will be invited",
        "dry run: 2 will be invited; nothing was written",
    ]
    assert said[1].getvalue().splitlines()[-1] == "2 invited"
    assert said[2].getvalue().splitlines()[-1] == "0 invited, 2 invited already"
    assert OutboxMessage.objects.filter(kind="accounts.invitation").count() == 2


@pytest.mark.django_db
def test_the_command_invites_the_others_and_names_the_first_row_that_is_not_usable(file):
    path = file(HEAD + MIRA + "Nobody,\n")

    with pytest.raises(CommandError, match="1 of 2 rows not usable, the first in line 3; nobody was invited: this was a dry run"):
        call_command("invite", path, "--dry-run", stdout=StringIO())
    assert nothing_is_written()
    with pytest.raises(CommandError, match="the others were looked after as listed"):
        call_command("invite", path, stdout=StringIO())
    assert User.objects.filter(email="mira@example.org").exists()


@pytest.mark.django_db
def test_the_command_refuses_what_is_no_table(file, tmp_path):
    for path, words in [
        (str(tmp_path / "nothing.csv"), "No such file"),
        (file("a,b\n1,2\n"), "has no column"),
        (file(HEAD, "x.txt"), "We take"),
    ]:
        with pytest.raises(CommandError, match=words) as refusal:
            call_command("invite", path, stdout=StringIO())
        assert "Nobody was invited." in str(refusal.value)
