"""docs/privacy.md says of people's data what the apps say of themselves."""

from django.conf import settings

from accounts import personal

PAPER = (settings.BASE_DIR / "docs" / "privacy.md").read_text()


def test_the_paper_lists_what_each_app_keeps_in_the_same_words():
    *others, account = personal.parts()
    said = [
        f"| {part.title} | {kept.what} | {kept.why} | {kept.until} | {kept.becomes} |" for part in (account, *others) for kept in part.keeps
    ]

    assert [line for line in PAPER.splitlines() if line.startswith("| ")][1:] == said
    assert said


def test_whoever_tells_something_says_in_words_what_is_kept():
    assert [part.app for part in personal.parts() if bool(part.tells) != bool(part.keeps)] == []


def test_what_goes_says_so_and_what_stays_says_why():
    for part in personal.parts():
        for kept in part.keeps:
            assert kept.why.endswith(".")
            assert kept.becomes.startswith("Removed") == kept.goes, kept.what
