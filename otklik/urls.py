"""Every page has its face; the root only joins them."""

from django.urls import include, path

from otklik.api.hooks import hook
from otklik.api.open311.door import open311
from otklik.faces.language import choose

urlpatterns = [
    path("accounts/", include("otklik.faces.accounts_urls")),
    path("desk/", include("otklik.faces.desk.urls")),
    path("task/", include("otklik.faces.task.urls")),
    path("region/", include("otklik.faces.region.urls")),
    path("map/", include("otklik.faces.maps.urls")),
    path("hooks/<slug:channel_name>/<str:account_code>/", hook, name="hook"),
    path("open311/v2/<path:resource>", open311, name="open311"),
    path("language/", choose, name="language"),
    path("settings/", include("otklik.faces.settings.urls")),
    path("", include("otklik.faces.portal.urls")),
]
handler404 = "otklik.faces.failures.not_found"
handler403 = "otklik.faces.failures.forbidden"
handler500 = "otklik.faces.failures.broken"
