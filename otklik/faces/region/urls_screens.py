"""Addresses of the screens of figures."""

from django.urls import path

from otklik.faces.region import compare, executors_page, flows_page, slices_page, themes, views

urlpatterns = [
    path("themes/", themes.themes, name="themes"),
    path("flows/", flows_page.flows_page, name="flows"),
    path("flows/<int:from_id>/<int:to_id>/", views.flow_cases, name="flow_cases"),
    path("compare/", compare.compare, name="compare"),
    path("executors/", executors_page.executors, name="executors"),
    path("slices/", slices_page.slices, name="slices"),
    path("slices/<int:slice_id>/remove/", slices_page.remove, name="slice_remove"),
]
