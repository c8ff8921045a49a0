"""Addresses of open data, for people and for programs."""

from django.urls import path
from django.views.decorators.gzip import gzip_page

from otklik.faces.portal import open_data

urlpatterns = [
    path("", gzip_page(open_data.open_data), name="open_data"),
    path("index.json", gzip_page(open_data.index), name="open_data_index"),
    path("openapi.json", gzip_page(open_data.description), name="open_data_description"),
    path("<slug:open_paper>.<slug:open_form>", gzip_page(open_data.paper), name="open_data_paper"),
    path("<slug:open_month>/<slug:open_file>.<slug:open_form>", gzip_page(open_data.month_file), name="open_data_file"),
]
