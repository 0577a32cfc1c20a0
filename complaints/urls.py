"""Addresses of complaints, of casework, and of who is appointed to it."""

from django.urls import path

from complaints.views import desk, following, people, public, sending

urlpatterns = [
    path("complaints/", public.complaints, name="complaints"),
    path("complaints/policy/", public.complaint_policy, name="complaint_policy"),
    path("complaints/new/", sending.complaint_new, name="complaint_new"),
    path("complaints/follow-up/", following.complaint_follow_up, name="complaint_follow_up"),
    path("casework/new/", desk.casework_new, name="casework_new"),
    path("casework/interests/", people.my_interests, name="my_interests"),
    path("casework/interests/<uuid:interest>/end/", people.end_interest, name="end_interest"),
    path("casework/interests/<uuid:interest>/take-back/", people.take_back_interest, name="take_back_interest"),
    path("staff/appointments/", people.appointments_held, name="appointments"),
    path("staff/appointments/new/", people.propose_appointment, name="propose_appointment"),
    path("staff/appointments/<uuid:appointment>/end/", people.end_appointment, name="end_appointment"),
    path("staff/appointments/interests/<uuid:uid>/", people.interests_of, name="interests_of"),
]
