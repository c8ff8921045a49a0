"""Addresses of the portal."""

from django.urls import path

from otklik.faces.portal import case_page, front, report

app_name = "portal"
urlpatterns = [
    path("", front.front, name="front"),
    path("find/", front.find, name="find"),
    path("privacy/", front.privacy, name="privacy"),
    path("report/", report.report, name="report"),
    path("report/photos/", report.photos, name="photos"),
    path("report/guess/", report.guess, name="guess"),
    path("report/places/", report.search_places, name="places"),
    path("report/near/", report.place_near, name="near"),
    path("c/<str:token>/", case_page.case, name="case"),
    path("c/<str:token>/accepted/", case_page.accepted, name="accepted"),
    path("c/<str:token>/fixed/", case_page.fixed, name="fixed"),
    path("c/<str:token>/not-fixed/", case_page.not_fixed, name="not_fixed"),
    path("c/<str:token>/photo/<int:file_id>/", case_page.photo, name="photo"),
]
