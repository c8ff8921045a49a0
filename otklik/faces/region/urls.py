"""Addresses of the region's pages."""

from django.urls import path

from otklik.faces.region import events, views

app_name = "region"
urlpatterns = [
    path("", views.network, name="network"),
    path("how/", views.how, name="how"),
    path("events/", events.events, name="events"),
    path("cases/<slug:figure>/", views.cases, name="cases"),
    path("<slug:code>/", views.place, name="place"),
    path("<slug:code>/cases/<slug:figure>/", views.cases, name="place_cases"),
]
