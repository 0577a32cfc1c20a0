"""A log-in that ended while somebody was thinking takes no answer away, and saves none for anybody else."""

import pytest

from accounts.models import Session, User
from audit import clock
from courses import attempts
from courses.models import Answer, Attempt, MakeUp
from tests.courses.test_attempts import critical_course, right_choice, sit_missing_the_critical_one
from tests.courses.test_quiz import started_check, started_final
from tests.factories.accounts import UserFactory
from tests.factories.courses import key_of

pytestmark = pytest.mark.django_db
PASSWORD = "four words of mine"


def log_in(client, person: User, path: str):
    person.set_password(PASSWORD)
    person.save()
    return client.post("/accounts/login/", {"username": person.email, "password": PASSWORD, "next": path})


def end_of_the_session(client) -> None:
    Session.objects.all().delete()


def body(answer) -> str:
    return answer.content.decode()


def saved() -> int:
    return Answer.objects.filter(attempt__module__quiz="final").count()


def test_the_log_in_says_that_nothing_is_saved_yet_and_the_question_opens_filled_in(client):
    attempt = started_final(client)
    path, chosen = attempt.address("question", 1), key_of(attempt)[1][0]
    end_of_the_session(client)

    away = client.post(path, {"q1-choice": chosen})
    assert away.url == f"/accounts/login/?next={path}"
    assert "so this is not saved yet" in body(client.get(away.url))
    assert saved() == 0

    back = log_in(client, attempt.enrollment.person, path)
    text = body(client.get(back.url))
    assert "It is filled in again as you sent it" in text
    assert f'value="{chosen}"' in text[: text.index("checked")][-400:]
    assert saved() == 0
    client.post(path, {"q1-choice": chosen})
    assert Answer.objects.get(attempt=attempt).choice == [chosen]
    assert "filled in again" not in body(client.get(path))


def test_a_whole_page_of_answers_waits(client):
    attempt = started_final(client)
    path, key = attempt.address("all"), key_of(attempt)
    end_of_the_session(client)

    client.post(path, {f"q{n}-choice": choice for n, choice in key.items()})
    text = body(client.get(log_in(client, attempt.enrollment.person, path).url))

    assert text.count(" checked") == 4
    assert "It is filled in again as you sent it" in text
    assert saved() == 0


def test_what_was_saved_before_stays_under_what_waits(client):
    attempt = started_final(client)
    key = key_of(attempt)
    attempts.save(attempt, {1: key[1]}, at=clock.now())
    end_of_the_session(client)

    client.post(attempt.address("all"), {"q2-choice": key[2]})
    text = body(client.get(log_in(client, attempt.enrollment.person, attempt.address("all")).url))

    assert text.count(" checked") == 2


def test_somebody_else_who_logs_in_there_gets_nothing_of_it_and_saves_nothing(client):
    attempt = started_final(client)
    path, chosen = attempt.address("question", 1), key_of(attempt)[1][0]
    end_of_the_session(client)
    client.post(path, {"q1-choice": chosen})

    back = log_in(client, UserFactory(), path)

    assert client.get(back.url).status_code == 404
    assert client.post(path, {"q1-choice": chosen}).status_code == 404
    assert saved() == 0
    own = started_final(client)
    assert " checked" not in body(client.get(own.address("question", 1)))


def test_answers_to_a_check_and_to_what_is_put_right_wait_too(client):
    attempt = started_check(client)
    path, chosen = attempt.address("question", 1), key_of(attempt)[1][0]
    end_of_the_session(client)
    client.post(path, {"q1-choice": chosen})
    assert " checked" in body(client.get(log_in(client, attempt.enrollment.person, path).url))
    assert not Answer.objects.exists()
    client.post("/accounts/logout/")

    passed = sit_missing_the_critical_one(critical_course())
    client.force_login(passed.enrollment.person)
    path = passed.address("again", "CF-04")
    client.get(path)
    end_of_the_session(client)
    client.post(path, {"q1-choice": right_choice(MakeUp.objects.get())})
    assert " checked" in body(client.get(log_in(client, passed.enrollment.person, path).url))
    assert MakeUp.objects.get().choice is None


@pytest.mark.parametrize("data", [{}, {"q1-choice": ""}, {"points": "20"}, {"q1-choice": "x" * 20_001}, {"q1-choice-x": "y"}])
def test_what_cannot_be_kept_is_said_to_be_lost_and_leaves_nothing(client, data):
    attempt = started_final(client)
    end_of_the_session(client)

    away = client.post(attempt.address("question", 1), data)

    assert "nothing was saved" in body(client.get(away.url))
    assert "answer_that_waits" not in client.session


def test_what_waits_and_is_no_answer_to_the_question_is_not_filled_in(client):
    attempt = started_final(client)
    path = attempt.address("question", 1)
    end_of_the_session(client)
    client.post(path, {"q1-choice": "forged"})

    text = body(client.get(log_in(client, attempt.enrollment.person, path).url))

    assert " checked" not in text
    assert "forged" not in text
    assert Attempt.objects.get(pk=attempt.pk).is_open


def test_looking_at_a_question_without_a_log_in_keeps_nothing(client):
    attempt = started_final(client)
    end_of_the_session(client)

    assert client.get(attempt.address("question", 1)).url.startswith("/accounts/login/")
    assert not Session.objects.exists()
