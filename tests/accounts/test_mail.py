"""What leaves through accounts/mail.py."""

import copy

import pytest

from accounts import mail
from accounts.models import User

LETTERS = {
    "app/email/granted.txt": "Subject: Good news, {{ name }}\n\nDear {{ name }},\n\nread {{ site_url }}/my/\n",
    "app/email/granted.html": "<p>Dear {{ name }}</p>",
    "app/email/plain.txt": "Subject: Plain\n\nText & nothing else.\n",
    "app/email/headless.txt": "Dear {{ name }}\n",
    "app/email/broken.txt": "Subject: Broken\n\nText.\n",
    "app/email/broken.html": "{% include 'app/email/missing.html' %}",
}


@pytest.fixture(autouse=True)
def letters(settings):
    engine = copy.deepcopy(settings.TEMPLATES[0])
    engine["APP_DIRS"] = False
    engine["OPTIONS"]["loaders"] = [("django.template.loaders.locmem.Loader", LETTERS)]
    settings.TEMPLATES = [engine]


def test_a_letter_has_a_subject_a_text_and_a_page(mailoutbox):
    mail.send(User(email="ana@example.org"), "app/email/granted", {"name": "Ana"}, key="term:1")

    (letter,) = mailoutbox
    assert letter.to == ["ana@example.org"]
    assert letter.subject == "Good news, Ana"
    assert letter.body == "Dear Ana,\n\nread http://testserver/my/\n"
    assert letter.alternatives[0].content == "<p>Dear Ana</p>"
    assert letter.alternatives[0].mimetype == "text/html"


def test_a_letter_without_a_page_is_text_alone(mailoutbox):
    mail.send("ana@example.org", "app/email/plain", {}, key="term:1")

    assert mailoutbox[0].alternatives == []
    assert mailoutbox[0].message().get_content_type() == "text/plain"


def test_the_text_is_not_escaped_and_the_page_is(mailoutbox):
    mail.send("ana@example.org", "app/email/granted", {"name": "O'Neil <b>"}, key="term:1")

    assert "Dear O'Neil <b>," in mailoutbox[0].body
    assert mailoutbox[0].alternatives[0].content == "<p>Dear O&#x27;Neil &lt;b&gt;</p>"


def test_a_repeat_carries_the_same_message_id_and_another_letter_another(mailoutbox):
    for key in ("term:1", "term:1", "term:2"):
        mail.send("ana@example.org", "app/email/plain", {}, key=key)

    first, repeat, other = (letter.message()["Message-ID"] for letter in mailoutbox)
    assert first == repeat == mail.message_id("term:1")
    assert other != first
    assert first.endswith("@testserver>")
    assert "term" not in first


def test_the_message_id_cannot_be_guessed_without_the_secret(settings):
    before = mail.message_id("term:1")
    settings.SECRET_KEY = "another"

    assert mail.message_id("term:1") != before


def test_a_letter_says_that_a_machine_sent_it(mailoutbox):
    mail.send("ana@example.org", "app/email/plain", {}, key="term:1")

    assert mailoutbox[0].message()["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", ["Ana\nBcc: all@example.org", "Ana\r\nBcc: all@example.org", "Ana\rBcc: x", "Ana\u2028x"])
def test_a_line_break_in_a_subject_is_refused(mailoutbox, name):
    with pytest.raises(mail.Unsendable):
        mail.send("ana@example.org", "app/email/granted", {"name": name}, key="term:1")

    assert mailoutbox == []


def test_a_name_written_with_joiners_may_stand_in_a_subject(mailoutbox):
    mail.send("ana@example.org", "app/email/granted", {"name": "می\u200cخواهم"}, key="term:1")

    assert "می\u200cخواهم" in mailoutbox[0].subject


@pytest.mark.parametrize("address", ["", "nobody", "ana@example.org\nBcc: x@example.org", "ana@example.org, x@example.org"])
def test_anything_but_one_address_is_refused_and_not_repeated_in_the_error(mailoutbox, address):
    with pytest.raises(mail.Unsendable) as refusal:
        mail.send(address, "app/email/plain", {}, key="term:1")

    assert mailoutbox == []
    assert str(refusal.value) == "not one e-mail address"


def test_a_notice_without_a_subject_is_refused(mailoutbox):
    with pytest.raises(mail.Unsendable):
        mail.send("ana@example.org", "app/email/headless", {"name": "Ana"}, key="term:1")

    assert mailoutbox == []


def test_a_page_that_lacks_a_part_is_an_error_and_not_a_letter_without_page(mailoutbox):
    with pytest.raises(Exception, match="missing"):
        mail.send("ana@example.org", "app/email/broken", {}, key="term:1")

    assert mailoutbox == []
