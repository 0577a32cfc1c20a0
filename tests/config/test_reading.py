"""What the environment may say, and the words for what it may not."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.reading import Told
from config.surfaces import Surface

SECRET = "hunter2"


def refusal(ask, **said) -> str:
    told = Told(said)
    ask(told)
    with pytest.raises(ImproperlyConfigured) as refused:
        told.refuse()
    return str(refused.value)


def accepted(ask, **said):
    told = Told(said)
    answer = ask(told)
    told.refuse()
    return answer


def test_what_is_set_to_nothing_is_not_set():
    assert accepted(lambda told: told("SECRET_KEY", "default"), SECRET_KEY="  ") == "default"


def test_a_secret_may_begin_with_any_sign():
    assert accepted(lambda told: told("SECRET_KEY"), SECRET_KEY="$HOME") == "$HOME"


@pytest.mark.parametrize(("said", "surface"), [("", Surface.ALL), ("public", Surface.PUBLIC), (" Sealed ", Surface.SEALED)])
def test_one_of_a_closed_list_is_read_whatever_its_letters(said, surface):
    assert accepted(lambda told: told.one_of("SURFACE", Surface, Surface.ALL), SURFACE=said) is surface


def test_what_is_not_on_the_closed_list_is_refused_with_the_list():
    assert "SURFACE is none of: all, public, sealed" in refusal(lambda told: told.one_of("SURFACE", Surface, Surface.ALL), SURFACE="open")


@pytest.mark.parametrize(
    ("said", "on"), [("on", True), ("1", True), ("TRUE", True), ("yes", True), ("off", False), ("", False), ("*", False)]
)
def test_a_switch_is_on_where_it_says_so(said, on):
    assert accepted(lambda told: told.switch("DEBUG"), DEBUG=said) is on


def test_names_are_read_without_the_spaces_around_them():
    assert accepted(lambda told: told.names("ALLOWED_HOSTS", []), ALLOWED_HOSTS=" a.example.org, b.example.org,") == [
        "a.example.org",
        "b.example.org",
    ]


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Europe/Berlin"])
def test_a_time_zone_is_read(zone):
    assert accepted(lambda told: told.zone("TIME_ZONE", "UTC"), TIME_ZONE=zone) == zone


@pytest.mark.parametrize("zone", ["Mars/Olympus", "localtime", "../../etc/passwd", "/etc/localtime", "America", "New York"])
def test_a_time_zone_that_is_none_is_refused(zone):
    assert f"TIME_ZONE={zone} is no time zone" in refusal(lambda told: told.zone("TIME_ZONE", "UTC"), TIME_ZONE=zone)


@pytest.mark.parametrize(
    ("said", "site"), [("https://a.example.org/", "https://a.example.org"), ("http://127.0.0.1:8000", "http://127.0.0.1:8000")]
)
def test_the_address_of_the_site_is_read_without_its_slash(said, site):
    assert accepted(lambda told: told.site("SITE_URL", ""), SITE_URL=said) == site


@pytest.mark.parametrize(
    "address",
    [
        "a.example.org",
        "ftp://a.example.org",
        "https://",
        "https://a.example.org/registry",
        "https://a.example.org:port",
        "https://u:p@a.example.org",
        "https://[::1",
    ],
)
def test_an_address_that_codes_could_not_be_printed_under_is_refused(address):
    assert "SITE_URL is no address of a site" in refusal(lambda told: told.site("SITE_URL", ""), SITE_URL=address)


@pytest.mark.parametrize("sender", ["office@example.org", "The office <office@example.org>"])
def test_a_sender_is_read(sender):
    assert accepted(lambda told: told.sender("DEFAULT_FROM_EMAIL", ""), DEFAULT_FROM_EMAIL=sender) == sender


@pytest.mark.parametrize("sender", ["office", "@example.org", "office@", "office@example.org\nBcc: eve@example.org"])
def test_a_sender_that_is_none_is_refused(sender):
    assert "DEFAULT_FROM_EMAIL" in refusal(lambda told: told.sender("DEFAULT_FROM_EMAIL", ""), DEFAULT_FROM_EMAIL=sender)


def database(told):
    return told.database("DATABASE_URL", Path("/home/c++ and more/50%/site.sqlite3"))


def test_the_embedded_database_may_lie_in_a_folder_of_any_name():
    assert accepted(database)["NAME"] == "/home/c++ and more/50%/site.sqlite3"


def test_a_database_is_read_from_its_address():
    found = accepted(database, DATABASE_URL=f"postgres://ana:{SECRET}@127.0.0.1:5432/attest?sslmode=require")

    assert (found["ENGINE"], found["NAME"], found["HOST"], found["PORT"]) == ("django.db.backends.postgresql", "attest", "127.0.0.1", 5432)
    assert (found["PASSWORD"], found["OPTIONS"]) == (SECRET, {"sslmode": "require"})


@pytest.mark.parametrize(
    "address",
    ["attest", "mysql://ana:hunter2@127.0.0.1/attest", "postgres://ana:hunter2@127.0.0.1:port/attest", "postgres://ana:hunter2@127.0.0.1"],
)
def test_a_database_that_cannot_be_meant_is_refused_without_its_password(address):
    words = refusal(database, DATABASE_URL=address)

    assert "DATABASE_URL" in words
    assert SECRET not in words


@pytest.mark.parametrize("address", ["redis://127.0.0.1:6379/0", "rediss://:hunter2@cache.example.org/1", "dbcache://cache"])
def test_a_cache_is_read(address):
    assert accepted(lambda told: told.cache("CACHE_URL"), CACHE_URL=address)["LOCATION"]


@pytest.mark.parametrize("address", ["memory", "tcp://127.0.0.1", "redis://127.0.0.1:port/0"])
def test_a_cache_that_cannot_be_meant_is_refused(address):
    assert "CACHE_URL cannot be read" in refusal(lambda told: told.cache("CACHE_URL"), CACHE_URL=address)


def test_a_broker_is_read_and_what_is_none_refused():
    assert accepted(lambda told: told.queue("BROKER_URL")) == "filesystem://localhost"
    assert accepted(lambda told: told.queue("BROKER_URL"), BROKER_URL="redis://127.0.0.1/1") == "redis://127.0.0.1/1"
    assert "BROKER_URL cannot be read" in refusal(lambda told: told.queue("BROKER_URL"), BROKER_URL="tcp://127.0.0.1")


def mail(told):
    return told.mail("EMAIL_URL", Path("/srv/var/mail"))


@pytest.mark.parametrize(
    ("address", "port", "security"),
    [
        ("smtp://mail.example.org", 25, {}),
        ("smtp+tls://ana:hunter2@mail.example.org", 587, {"EMAIL_USE_TLS": True}),
        ("smtp+ssl://ana:hunter2@mail.example.org", 465, {"EMAIL_USE_SSL": True}),
        ("smtp+tls://mail.example.org:2525", 2525, {"EMAIL_USE_TLS": True}),
    ],
)
def test_a_mail_server_is_read_with_its_usual_port(address, port, security):
    found = accepted(mail, EMAIL_URL=address)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert {name: value for name, value in found.items() if "_USE_" in name} == security


@pytest.mark.parametrize(("said", "folder"), [({}, "/srv/var/mail"), ({"EMAIL_URL": "filemail:///srv/letters"}, "/srv/letters")])
def test_letters_are_kept_as_files_where_nothing_is_said_or_a_folder(said, folder):
    found = accepted(mail, **said)

    assert (found["EMAIL_BACKEND"].split(".")[-2], found["EMAIL_FILE_PATH"]) == ("filebased", folder)


@pytest.mark.parametrize("address", ["smtps://mail.example.org", "mail.example.org", "smtp://", "smtp://mail.example.org:port"])
def test_a_mail_server_that_cannot_be_meant_is_refused(address):
    assert "EMAIL_URL" in refusal(mail, EMAIL_URL=address)


@pytest.mark.parametrize(
    ("said", "folder"), [("", "/var/here"), ("/srv/attest", "/srv/attest"), ("file:///srv/our%20files", "/srv/our files")]
)
def test_a_folder_is_read(said, folder):
    assert accepted(lambda told: told.folder("STORAGE_URL", Path("/var/here")), STORAGE_URL=said) == Path(folder)


@pytest.mark.parametrize("said", ["s3://key:hunter2@bucket", "files", "file://files", "https://storage.example.org/bucket"])
def test_storage_elsewhere_is_refused_in_words(said):
    words = refusal(lambda told: told.folder("STORAGE_URL", Path("/var/here")), STORAGE_URL=said)

    assert "storage on other machines is not supported" in words
    assert SECRET not in words


def test_everything_that_is_wrong_is_named_at_once():
    words = refusal(
        lambda told: (told.zone("TIME_ZONE", ""), told.site("SITE_URL", ""), told.cache("CACHE_URL"), mail(told)),
        TIME_ZONE="x",
        SITE_URL="x",
        CACHE_URL="x",
        EMAIL_URL="x",
    )

    assert re.findall(r"^- ([A-Z_]+)", words, re.MULTILINE) == ["TIME_ZONE", "SITE_URL", "CACHE_URL", "EMAIL_URL"]


@pytest.mark.parametrize(("said", "number"), [("", 30), ("45", 45), ("5", 5)])
def test_a_whole_number_within_its_bounds_is_taken(said, number):
    told = Told({"OFFICE_IDLE_MINUTES": said})

    assert told.whole("OFFICE_IDLE_MINUTES", 30, least=5, most=240) == number
    assert told.reasons == []


@pytest.mark.parametrize("said", ["4", "241", "-30", "3e1", "half an hour", "٣٠"])
def test_any_other_is_refused_in_words(said):
    told = Told({"OFFICE_IDLE_MINUTES": said})

    assert told.whole("OFFICE_IDLE_MINUTES", 30, least=5, most=240) == 30
    assert told.reasons == ["OFFICE_IDLE_MINUTES is no whole number from 5 to 240"]
