"""Addresses of complaints, of casework, and of who is appointed to it."""

from django.urls import path

from complaints.views import casework, desk, following, people, public, sending, steps

urlpatterns = [
    path("complaints/", public.complaints, name="complaints"),
    path("complaints/policy/", public.complaint_policy, name="complaint_policy"),
    path("complaints/new/", sending.complaint_new, name="complaint_new"),
    path("complaints/follow-up/", following.complaint_follow_up, name="complaint_follow_up"),
    path("casework/new/", desk.casework_new, name="casework_new"),
    path("casework/interests/", people.my_interests, name="my_interests"),
    path("casework/interests/<uuid:interest>/end/", people.end_interest, name="end_interest"),
    path("casework/interests/<uuid:interest>/take-back/", people.take_back_interest, name="take_back_interest"),
    path("casework/", casework.casework, name="casework"),
    path("casework/<str:number>/", casework.case, name="case"),
    path("casework/<str:number>/attest/", casework.attest, name="attest"),
    path("casework/<str:number>/evidence/<uuid:uid>/", casework.evidence_copy, name="evidence_copy"),
    path("casework/<str:number>/evidence/<uuid:uid>/original/", casework.evidence_original, name="evidence_original"),
    path("casework/<str:number>/steps/<slug:name>/", steps.case_step, name="case_step"),
    path("staff/appointments/", people.appointments_held, name="appointments"),
    path("staff/appointments/new/", people.propose_appointment, name="propose_appointment"),
    path("staff/appointments/<uuid:appointment>/end/", people.end_appointment, name="end_appointment"),
    path("staff/appointments/interests/<uuid:uid>/", people.interests_of, name="interests_of"),
]
