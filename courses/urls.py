"""Courses, at /learn/."""

from django.urls import path

from courses.views import learn, quiz

CHECK = "<slug:course>/<slug:module>/check/"

urlpatterns = [
    path("", learn.courses, name="courses"),
    path("<slug:course>/", learn.course, name="course"),
    path("<slug:course>/quiz/", quiz.quiz, name="quiz"),
    path("<slug:course>/quiz/<int:attempt>/<int:position>/", quiz.quiz_question, name="quiz_question"),
    path("<slug:course>/quiz/<int:attempt>/all/", quiz.quiz_all, name="quiz_all"),
    path("<slug:course>/quiz/<int:attempt>/review/", quiz.quiz_review, name="quiz_review"),
    path("<slug:course>/quiz/<int:attempt>/result/", quiz.quiz_result, name="quiz_result"),
    path("<slug:course>/quiz/<int:attempt>/again/<str:clause>/", quiz.quiz_again, name="quiz_again"),
    path(CHECK, quiz.check, name="check"),
    path(f"{CHECK}<int:attempt>/<int:position>/", quiz.check_question, name="check_question"),
    path(f"{CHECK}<int:attempt>/result/", quiz.check_result, name="check_result"),
    path("<slug:course>/<slug:module>/", learn.module, name="module"),
    path("<slug:course>/<slug:module>/<slug:lesson>/", learn.lesson, name="lesson"),
]
