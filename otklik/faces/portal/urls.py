"""Addresses of the portal. Pages go out compressed: most of them are read over a telephone's line.

(Django pads compressed pages by a random length, so that what a visitor sends back cannot be guessed from sizes.)
"""

from django.urls import include, path
from django.views.decorators.gzip import gzip_page

from otklik.faces.portal import (
    case_page,
    elsewhere,
    embed,
    front,
    nearby,
    point,
    problems,
    promises,
    public_box,
    rating_formula,
    report,
    statistics,
)

app_name = "portal"
urlpatterns = [
    path("", gzip_page(front.front), name="front"),
    path("find/", gzip_page(front.find), name="find"),
    path("privacy/", gzip_page(front.privacy), name="privacy"),
    path("report/", gzip_page(report.report), name="report"),
    path("report/photos/", gzip_page(report.photos), name="photos"),
    path("report/guess/", gzip_page(report.guess), name="guess"),
    path("report/places/", gzip_page(report.search_places), name="places"),
    path("report/map/", gzip_page(point.point_map), name="point_map"),
    path("report/point/", gzip_page(point.point_check), name="point_check"),
    path("report/near/", gzip_page(report.place_near), name="near"),
    path("report/nearby/", gzip_page(nearby.near_report), name="nearby"),
    path("problems/", gzip_page(problems.problems), name="problems"),
    path("problems/box/", gzip_page(public_box.box), name="problem_points"),
    path("problems/<int:problem_id>/", gzip_page(problems.problem), name="problem"),
    path("problems/<int:problem_id>/same/", gzip_page(problems.same), name="same"),
    path("problems/<int:problem_id>/photo/<int:photo_id>/", problems.photo, name="problem_photo"),
    path("same/<str:token>/", gzip_page(problems.follow), name="followed"),
    path("embed/<slug:code>/", gzip_page(embed.embed), name="embed"),
    path("data/", include("otklik.faces.portal.urls_open_data")),
    path("promises/", gzip_page(promises.promises), name="promises"),
    path("rating/", gzip_page(rating_formula.formula), name="rating_formula"),
    path("statistics/", gzip_page(statistics.statistics), name="statistics"),
    path("statistics/<slug:code>/", gzip_page(statistics.statistics_of), name="statistics_of"),
    path("c/<str:token>/", gzip_page(case_page.case), name="case"),
    path("c/<str:token>/accepted/", gzip_page(case_page.accepted), name="accepted"),
    path("c/<str:token>/fixed/", gzip_page(case_page.fixed), name="fixed"),
    path("c/<str:token>/rate/", gzip_page(case_page.rate), name="rate"),
    path("c/<str:token>/not-fixed/", gzip_page(case_page.not_fixed), name="not_fixed"),
    path("c/<str:token>/more/", gzip_page(case_page.more), name="more"),
    path("c/<str:token>/elsewhere/", gzip_page(elsewhere.elsewhere), name="elsewhere"),
    path("c/<str:token>/photo/<int:file_id>/", case_page.photo, name="photo"),
]
