"""Courses, quizzes and completions."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "Courses, quizzes and completions"

    def ready(self) -> None:
        from courses import invariants, kept, publishing  # noqa: F401
