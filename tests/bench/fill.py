"""python -m tests.bench.fill: a scheme, courses of 10 and of 200 lessons with a coach in both, a course with a final quiz.

Prints what a reader needs to get there, as JSON.
"""

import json

import django

LESSONS = {10: 2, 200: 20}  # lessons: modules
QUIZ = "bench-quiz"
QUESTIONS = 10


def main() -> None:
    from django.conf import settings
    from django.test import Client

    from audit import clock
    from courses import enrollments
    from courses.models import LessonPage
    from tests.factories.accounts import UserFactory
    from tests.factories.certification import SchemeFactory
    from tests.factories.courses import course

    SchemeFactory()
    coach = UserFactory(email="bench@example.org", full_name="Ada Reader")
    paths = {}
    for lessons, modules in LESSONS.items():
        page = course(name=f"bench-{lessons}", lessons=lessons, checks=modules)
        enrollments.start(coach, page, at=clock.now())
        middle = LessonPage.objects.descendant_of(page).order_by("path")[lessons // 2]
        paths[lessons] = f"{page.get_absolute_url()}{middle.get_parent().slug}/{middle.slug}/"
    course(name=QUIZ, final=QUESTIONS)
    client = Client()
    client.force_login(coach)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    print(json.dumps({"lessons": paths, "cookie": f"{cookie.key}={cookie.value}"}))


if __name__ == "__main__":
    django.setup()
    main()
