"""Addresses of the radar and of the wall."""

from django.urls import path

from otklik.faces.region import bursts
from otklik.faces.region.wall import wall

urlpatterns = [
    path("bursts/", bursts.bursts, name="bursts"),
    path("bursts/<int:burst_id>/", bursts.burst, name="burst"),
    path("bursts/<int:burst_id>/silence/", bursts.silence, name="burst_silence"),
    path("bursts/<int:burst_id>/listen/", bursts.listen, name="burst_listen"),
    path("bursts/<int:burst_id>/problem/", bursts.make_problem, name="burst_problem"),
    path("wall/", wall, name="wall"),
]
