"""A spreadsheet of coaches: a verdict for every row, all of them or none, and again is no change."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts import erasures
from accounts.models import User
from audit import clock
from certification import corrections
from certification.management.commands import import_coaches
from certification.models import Certificate, Hold, Term
from outbox.models import OutboxMessage
from tests.factories.accounts import StaffFactory, UserFactory
from tests.factories.certification import CertificateFactory, SanctionFactory, SchemeFactory

pytestmark = pytest.mark.django_db

HEAD = "number,name,latin_name,email,first_issued,term_from,term_to,sanctions,language\n"
MIO = "abc-17,渡辺 澪,Watanabe Mio,mio@example.org,2020-03-01,2026-03-01,2028-02-29,suspension 2026-04-01 2026-04-30,ja\n"
INES = "ABC-18,Inês d'Ávila,,ines@example.org,2021-05-04,2025-05-04,2027-05-03,,\n"


@pytest.fixture
def run(tmp_path, capsys):
    SchemeFactory()

    def run(text, *options):
        path = tmp_path / "coaches.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("import_coaches", str(path), *options)
        return capsys.readouterr().out

    return run


def test_coaches_come_in_with_names_terms_and_sanctions_and_get_no_letter(run):
    out = run(HEAD + MIO + INES)

    mio = Certificate.objects.get(number="ABC-17")
    assert "line 2: ABC-17: add" in out
    assert "added 2, no change 0" in out
    assert (mio.holder.name.full_name, mio.holder.name.latin_name, mio.holder.has_usable_password()) == ("渡辺 澪", "Watanabe Mio", False)
    assert str(mio.terms.get()) == "2026-03-01 to 2028-02-29"
    assert str(mio.sanctions.get()) == "suspension from 2026-04-01"
    assert not OutboxMessage.objects.exists()


def test_a_day_before_the_term_is_kept_and_what_it_means_is_said(run, client):
    out = run(HEAD + MIO + INES.replace("2021-05-04", "2025-05-04"))

    assert "1 were first issued before their term here begins" in out
    assert "the registry answers for no day before term_from" in out
    assert str(Certificate.objects.get(number="ABC-17").issued_on) == "2020-03-01"
    assert "not certified" in client.get("/registry/ABC-17/?as_of=2025-01-01").content.decode().lower()


def test_a_revocation_without_a_last_day_comes_in(run):
    run(HEAD + INES.replace(",,\n", ",revocation 2026-01-01,\n"))

    assert [str(row) for row in Certificate.objects.get().sanctions.all()] == ["revocation from 2026-01-01"]


def test_the_public_reads_the_first_day_of_the_record_and_the_office_the_one_of_the_list(run, client):
    run(HEAD + MIO)

    page = client.get("/registry/ABC-17/").content.decode()

    assert "March 1, 2026" in page.split("First certified")[1].split("</dd>")[0]
    assert "2020" not in page.split("<main")[1].split("</main")[0]


def test_the_same_file_again_changes_nothing(run):
    run(HEAD + MIO + INES)

    assert "added 0, no change 2" in run("\ufeff" + HEAD + MIO + INES)
    assert Certificate.objects.count() == 2


def renamed(certificate, office):
    corrections.rename(certificate.holder, "Inês Berg", reason="Married", by=office)


def moved_to_another_address(certificate, office):
    User.objects.filter(pk=certificate.holder_id).update(email="ines.berg@example.org")


def both(certificate, office):
    renamed(certificate, office)
    moved_to_another_address(certificate, office)


def given_to_another(certificate, office):
    corrections.give_to(certificate, UserFactory(full_name="Anna Berg"), reason="Mix-up", by=office, on=clock.today())


def given_on_and_renamed(certificate, office):
    given_to_another(certificate, office)
    corrections.rename(User.objects.get(email="ines@example.org"), "Inês Berg", reason="Married", by=office)


@pytest.mark.parametrize("corrected", [renamed, moved_to_another_address, both, given_to_another, given_on_and_renamed])
def test_the_same_file_again_changes_nothing_whatever_the_office_corrected_meanwhile(run, corrected):
    run(HEAD + MIO + INES)
    certificate = Certificate.objects.get(number="ABC-18")
    corrected(certificate, StaffFactory())
    holder = User.objects.get(pk=Certificate.objects.get(pk=certificate.pk).holder_id)
    before = holder.pk, holder.email, holder.name

    out = run(HEAD + MIO + INES)

    assert "added 0, no change 2" in out
    assert "line 2: ABC-17: no change\n" in out
    assert "line 3: ABC-18: no change; its name, address or holder was changed here since, and stays as it is here" in out
    holder = User.objects.get(pk=Certificate.objects.get(pk=certificate.pk).holder_id)
    assert (holder.pk, holder.email, holder.name) == before


def test_another_name_in_the_file_is_refused_and_overwrites_nothing(run, capsys):
    run(HEAD + INES)

    with pytest.raises(CommandError):
        run(HEAD + INES.replace("d'Ávila", "Berg"))

    assert "ABC-18 is here with another name; an import never overwrites" in capsys.readouterr().out


def test_a_line_about_somebody_who_is_forgotten_says_so_and_asks_for_it_to_be_taken_out(run, capsys):
    run(HEAD + MIO + INES)
    ines = Certificate.objects.get(number="ABC-18").holder
    erasures.erase(ines, by=ines, at=clock.now())

    with pytest.raises(CommandError):
        run(HEAD + MIO + INES)

    said = capsys.readouterr().out
    assert "ABC-18 was held by somebody who is forgotten here; an import brings nobody back, so take the line out" in said
    assert "somebody else" not in said
    run(HEAD + MIO)


def test_a_number_under_the_address_of_somebody_else_is_refused(run, capsys):
    run(HEAD + MIO + INES)

    with pytest.raises(CommandError):
        run(HEAD + INES.replace("ines@", "mio@"))

    assert "ABC-18 is held by somebody else here" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(run):
    assert "2 would be added" in run(HEAD + MIO + INES, "--dry-run")
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (INES.replace("ines@example.org", "nowhere"), "email: nowhere is no address"),
        (INES.replace("2025-05-04", "May 4"), "May 4 is no day"),
        (INES.replace("2027-05-03", "2024-05-03"), "the term ends before it begins"),
        (INES.replace("Inês", "🌸"), "cherry blossom"),
        (INES.replace("ABC-18", ""), "number: nothing stands here"),
        (INES.replace("ABC-18", "ABC-17"), "ABC-17 stands in line 2 too"),
        (INES.replace(",,\n", ",banned 2024-01-01,\n"), "sanctions: banned 2024-01-01"),
        (INES.replace(",,\n", ",revocation 2026-01-01 2026-12-31,\n"), "a revocation has no end"),
        (INES.replace(",,\n", ",suspension 2025-06-01 2025-06-30; revocation 2026-01-01 soon,\n"), "a revocation has no end"),
        (INES.replace("\n", ",more\n"), "more cells than columns"),
        (INES.replace("2027-05-03", "9999-12-31"), "9999-12-31 is no day between 1950 and 2199"),
        (INES.replace("2021-05-04", "0001-01-01"), "0001-01-01 is no day between 1950 and 2199"),
        (INES.replace("ABC-18", "ABC/18"), "capital letters, digits and single hyphens"),
        (INES.replace("ABC-18", "A" * 33), "32 at most"),
        (INES.replace(",,\n", ",,<b>\n"), "language: This is not the mark of a language"),
    ],
)
def test_one_bad_row_keeps_all_of_them_out_and_is_named_with_its_line(run, capsys, row, words):
    with pytest.raises(CommandError, match="1 of 2 rows refused, the first in line 3"):
        run(HEAD + MIO + row)

    assert words in capsys.readouterr().out
    assert not User.objects.filter(email__contains="mio").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("number,name\n1,2\n", "the columns email, first_issued, term_from, term_to are missing"),
        (HEAD.replace("language", "shoe size") + MIO, "the columns shoe_size are unknown"),
        (HEAD.replace("language", "name") + MIO, "the columns name are there twice"),
        (HEAD, "no row"),
        ("", "missing"),
        (HEAD + "A" * 200_000, "this is no table of coaches: field larger than"),
        (HEAD.encode() + b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_coaches_is_refused_in_words(run, text, words):
    with pytest.raises(CommandError, match=words):
        run(text)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(run, monkeypatch):
    monkeypatch.setattr(import_coaches, "LARGEST", 10)

    with pytest.raises(CommandError, match="larger than"):
        run(HEAD + MIO)


def test_a_number_that_somebody_else_holds_is_refused(run, capsys):
    run(HEAD + INES)

    with pytest.raises(CommandError):
        run(HEAD + INES.replace("ines@", "another@").replace("Inês", "Anna"))

    assert "ABC-18 is held by somebody else here" in capsys.readouterr().out


def test_an_address_of_somebody_with_another_name_is_not_taken_over(run, capsys):
    UserFactory(email="ines@example.org", full_name="Anna Berg")

    with pytest.raises(CommandError):
        run(HEAD + INES)

    assert "ines@example.org belongs to somebody with another name here" in capsys.readouterr().out
    assert not Certificate.objects.exists()


def test_a_person_who_is_barred_or_suspended_gets_no_certificate_by_an_import(run, capsys):
    person = UserFactory(email="ines@example.org", full_name="Inês d'Ávila")
    Hold.objects.create(holder=person, first_day=date(2026, 1, 1))
    other = CertificateFactory(holder=person, scheme=SchemeFactory(prefix="SUP", name="Supervisor"))
    SanctionFactory(certificate=other)

    with pytest.raises(CommandError):
        run(HEAD + INES)

    out = capsys.readouterr().out
    assert "A new certificate is barred for this person" in out
    assert f"A suspension of {other.number}" in out
    assert Certificate.objects.get() == other


@pytest.mark.parametrize("row", [MIO.replace("2028-02-29", "2029-02-28"), MIO.replace("2026-04-30", "2026-05-30")])
def test_other_days_for_a_certificate_that_is_here_are_refused_and_change_nothing(run, capsys, row):
    run(HEAD + MIO)

    with pytest.raises(CommandError):
        run(HEAD + row)

    assert "ABC-17 is here with other days" in capsys.readouterr().out
    assert str(Term.objects.get()) == "2026-03-01 to 2028-02-29"


def test_the_scheme_is_loaded_once(capsys):
    call_command("load_scheme")
    call_command("load_scheme")

    assert capsys.readouterr().out == "scheme: added\nscheme: no change\n"
