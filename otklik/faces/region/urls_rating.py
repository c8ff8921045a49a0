"""Addresses of the rating."""

from django.urls import path

from otklik.faces.region import rating, rating_acts, rating_change

urlpatterns = [
    path("rating/", rating.newest, name="rating"),
    path("rating/change/", rating_change.change, name="rating_change"),
    path("rating/disputes/<int:dispute_id>/", rating_acts.decide, name="rating_decide"),
    path("rating/<slug:month>/", rating.month, name="rating_month"),
    path("rating/<slug:month>/disputes/", rating_acts.disputes, name="rating_disputes"),
    path("rating/<slug:month>/flags/", rating.flags, name="rating_flags"),
    path("rating/<slug:month>/<slug:code>/", rating.place, name="rating_place"),
    path("rating/<slug:month>/<slug:code>/left-out/", rating.left_out_page, name="rating_left_out"),
]
