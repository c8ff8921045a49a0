"""Addresses of the executor's page."""

from django.urls import path
from django.views.decorators.gzip import gzip_page

from otklik.faces.task import page

app_name = "task"
urlpatterns = [path("<str:token>/", gzip_page(page.task), name="task")]
