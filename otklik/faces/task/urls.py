"""Addresses of the executor's page."""

from django.urls import path

from otklik.faces.task import page

app_name = "task"
urlpatterns = [path("<str:token>/", page.task, name="task")]
