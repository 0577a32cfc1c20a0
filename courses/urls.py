"""Courses, at /learn/."""

from django.urls import path

from courses.views import learn, quiz
from courses.views.moved import leads_on

CHECK = "<slug:course>/<slug:module>/check/"

urlpatterns = [
    path("", learn.courses, name="courses"),
    path("<slug:course>/", learn.course, name="course"),
    path("<slug:course>/quiz/", leads_on(quiz.quiz), name="quiz"),
    path("<slug:course>/quiz/<int:attempt>/<int:position>/", leads_on(quiz.quiz_question), name="quiz_question"),
    path("<slug:course>/quiz/<int:attempt>/all/", leads_on(quiz.quiz_all), name="quiz_all"),
    path("<slug:course>/quiz/<int:attempt>/review/", leads_on(quiz.quiz_review), name="quiz_review"),
    path("<slug:course>/quiz/<int:attempt>/result/", leads_on(quiz.quiz_result), name="quiz_result"),
    path("<slug:course>/quiz/<int:attempt>/again/<str:clause>/", leads_on(quiz.quiz_again), name="quiz_again"),
    path(CHECK, leads_on(quiz.check), name="check"),
    path(f"{CHECK}<int:attempt>/<int:position>/", leads_on(quiz.check_question), name="check_question"),
    path(f"{CHECK}<int:attempt>/result/", leads_on(quiz.check_result), name="check_result"),
    path("<slug:course>/<slug:module>/", learn.module, name="module"),
    path("<slug:course>/<slug:module>/<slug:lesson>/", learn.lesson, name="lesson"),
]
