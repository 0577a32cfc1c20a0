"""Pages of a course that speak of suicide say whom to call."""

import pytest
from django.core.management import call_command
from wagtail.models import Site

from courses.models import CoursePage, LessonPage

pytestmark = pytest.mark.django_db
SIGNPOST = "please call your local emergency number"


@pytest.mark.long
def test_the_lesson_and_the_course_that_speak_of_suicide_say_whom_to_call(client):
    call_command("load_texts", verbosity=0)
    call_command("load_courses", verbosity=0)
    Site.clear_site_root_paths_cache()

    for page in (LessonPage.objects.get(key="b-2"), CoursePage.objects.get(key="code-of-ethics-review")):
        assert client.get(page.get_url()).content.decode().count(SIGNPOST) == 1
    assert SIGNPOST not in client.get(LessonPage.objects.get(key="b-1").get_url()).content.decode()
