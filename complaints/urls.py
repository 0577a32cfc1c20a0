"""/complaints/ for whoever complains, /casework/new/ for intake that types a complaint in."""

from django.urls import path

from complaints.views import desk, following, public, sending

urlpatterns = [
    path("complaints/", public.complaints, name="complaints"),
    path("complaints/policy/", public.complaint_policy, name="complaint_policy"),
    path("complaints/new/", sending.complaint_new, name="complaint_new"),
    path("complaints/follow-up/", following.complaint_follow_up, name="complaint_follow_up"),
    path("casework/new/", desk.casework_new, name="casework_new"),
]
