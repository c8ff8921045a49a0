"""Addresses of the region's pages."""

from django.urls import include, path

from otklik.faces.region import (
    events,
    network,
    place_page,
    postponed_page,
    queue_pages,
    rechecks,
    views,
)

app_name = "region"
urlpatterns = [
    path("", network.network, name="network"),
    path("", include("otklik.faces.region.urls_screens")),
    path("how/", views.how, name="how"),
    path("rechecks/", rechecks.rechecks, name="rechecks"),
    path("rechecks/<int:recheck_id>/", rechecks.recheck, name="recheck"),
    path("returns/", rechecks.returns, name="returns"),
    path("events/", events.events, name="events"),
    path("postponed/", postponed_page.postponed, name="postponed"),
    path("queues/", queue_pages.queues, name="queues"),
    path("queues/<int:queue_id>/remind/", queue_pages.remind, name="queue_remind"),
    path("queues/<int:queue_id>/call/", queue_pages.call, name="queue_call"),
    path("cases/<slug:figure>/", views.cases, name="cases"),
    path("", include("otklik.faces.region.urls_exchange")),
    path("", include("otklik.faces.region.urls_practices")),
    path("", include("otklik.faces.region.urls_reports")),
    path("", include("otklik.faces.region.urls_curator")),
    path("", include("otklik.faces.region.urls_bursts")),
    path("", include("otklik.faces.region.urls_rating")),
    path("<slug:code>/", place_page.place, name="place"),
    path("<slug:code>/beside/", place_page.beside, name="beside"),
    path("<slug:code>/cases/<slug:figure>/", views.cases, name="place_cases"),
]
