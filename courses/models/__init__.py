"""Course content and a person's way through it."""

from courses.models.content import CatalogPage, CoursePage, LessonPage, ModulePage, Question, QuestionVersion
from courses.models.progress import Accommodation, Answer, Attempt, Completion, Enrollment, LessonMark, MakeUp, Voiding

__all__ = [
    "Accommodation",
    "Answer",
    "Attempt",
    "CatalogPage",
    "Completion",
    "CoursePage",
    "Enrollment",
    "LessonMark",
    "LessonPage",
    "MakeUp",
    "ModulePage",
    "Question",
    "QuestionVersion",
    "Voiding",
]
