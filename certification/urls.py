"""Addresses of the coach and of the office (contract.md)."""

from django.urls import path

from certification.views import attempts, my, staff

urlpatterns = [
    path("my/", my.dashboard, name="dashboard"),
    path("my/renewal/", my.renewal, name="renewal"),
    path("my/renewal/statement/", my.statement, name="statement"),
    path("my/certificates/", my.certificates, name="certificates"),
    path("my/certificates/<str:number>/give-back/", my.give_back, name="give_back"),
    path("my/certificates/<str:verify_code>.pdf", my.certificate_document, name="certificate_document"),
    path("staff/", staff.office, name="office"),
    path("staff/issue/", staff.issue, name="issue"),
    path("staff/certificates/", staff.roster, name="roster"),
    path("staff/certificates/<str:number>/", staff.certificate_record, name="certificate_record"),
    path("staff/certificates/<str:number>/invite/", staff.invite, name="invite"),
    path("staff/certificates/<str:number>/reinstate/", staff.reinstate, name="reinstate"),
    path("staff/certificates/<str:number>/requirement/", staff.requirement_met, name="requirement_met"),
    path("staff/certificates/<str:number>/name/", staff.change_name, name="change_name"),
    path("staff/certificates/<str:number>/holder/", staff.give_to, name="give_to"),
    path("staff/certificates/<str:number>/terms/<int:term>/dates/", staff.correct_term, name="correct_term"),
    path("staff/certificates/<str:number>/terms/<int:term>/void/", staff.void_term, name="void_term"),
    path("staff/attempts/<int:run>/", staff.grant_attempts, name="grant_attempts"),
    path("staff/attempts/<int:run>/<int:grant>/back/", attempts.take_back_attempts, name="take_back_attempts"),
    path("staff/editions/<int:edition>/publish/", staff.publish_edition, name="publish_edition"),
    path("staff/undelivered/", staff.undelivered, name="undelivered"),
]
