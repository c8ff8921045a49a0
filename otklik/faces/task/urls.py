"""Addresses of the executor's page."""

from django.urls import path
from django.views.decorators.gzip import gzip_page

from otklik.faces.task import ask_page, list_page, page, worker

app_name = "task"
urlpatterns = [
    path("sw.js", gzip_page(worker.worker), name="worker"),
    path("list/<str:list_token>/", gzip_page(list_page.task_list), name="list"),
    path("list/<str:list_token>/<int:assignment_id>/", gzip_page(list_page.one_of_list), name="one_of_list"),
    path("ask/<str:ask_token>/", gzip_page(ask_page.ask), name="ask"),
    path("ask/<str:ask_token>/file/<int:ask_file_id>/", ask_page.ask_file, name="ask_file"),
    path("<str:token>/", gzip_page(page.task), name="task"),
]
