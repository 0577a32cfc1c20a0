"""Addresses of the coach and of the office (contract.md)."""

from django.urls import path

from certification.views import attempts, my, people, staff

urlpatterns = [
    path("my/", my.dashboard, name="dashboard"),
    path("my/renewal/", my.renewal, name="renewal"),
    path("my/renewal/statement/", my.statement, name="statement"),
    path("my/certificates/", my.certificates, name="certificates"),
    path("my/certificates/<str:number>/give-back/", my.give_back, name="give_back"),
    path("my/certificates/<str:verify_code>.pdf", my.certificate_document, name="certificate_document"),
    path("staff/", staff.office, name="office"),
    path("staff/issue/", staff.issue, name="issue"),
    path("staff/people/", people.people, name="people"),
    path("staff/people/not-invited/", people.not_invited, name="not_invited"),
    path("staff/people/<uuid:uid>/", people.person_record, name="person_record"),
    path("staff/people/<uuid:uid>/name/", people.person_name, name="person_name"),
    path("staff/people/<uuid:uid>/invite/", people.person_invite, name="person_invite"),
    path("staff/people/<uuid:uid>/hold/", people.place_hold, name="place_hold"),
    path("staff/people/<uuid:uid>/holds/<int:hold>/lift/", people.lift_hold, name="lift_hold"),
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
