"""Addresses of settings."""

from django.urls import path

from otklik.faces.settings import (
    duty_pages,
    erasure_pages,
    import_pages,
    journal_page,
    organisation_pages,
    region_pages,
    rule_pages,
    staff_pages,
    word_pages,
)

app_name = "settings"
urlpatterns = [
    path("", staff_pages.front, name="front"),
    path("staff/", staff_pages.staff, name="staff"),
    path("staff/invite/", staff_pages.invite, name="invite"),
    path("staff/<int:user_id>/", staff_pages.person, name="person"),
    path("staff/<int:user_id>/role/", staff_pages.give_role, name="give_role"),
    path("staff/<int:user_id>/role/<int:assignment_id>/end/", staff_pages.take_role, name="take_role"),
    path("staff/<int:user_id>/password/", staff_pages.reset_password, name="reset_password"),
    path("staff/<int:user_id>/active/", staff_pages.set_active, name="set_active"),
    path("organisations/", organisation_pages.organisations, name="organisations"),
    path("organisations/add/", organisation_pages.organisation, name="add_organisation"),
    path("organisations/<int:organisation_id>/", organisation_pages.organisation, name="organisation"),
    path("duty/", duty_pages.duty, name="duty"),
    path("duty/<int:territory_id>/", duty_pages.duty_of, name="duty_of"),
    path("region/", region_pages.region, name="region"),
    path("centres/", region_pages.centres, name="centres"),
    path("centres/<int:territory_id>/", region_pages.centre, name="centre"),
    path("themes/", rule_pages.themes, name="themes"),
    path("policies/", rule_pages.policies, name="policies"),
    path("policies/<int:policy_id>/", rule_pages.policy, name="policy"),
    path("calendar/<str:area>/<int:year>/", rule_pages.calendar_year, name="calendar_year"),
    path("erasure/", erasure_pages.erasure, name="erasure"),
    path("erasure/<int:erasure_id>/", erasure_pages.erasing_page, name="erasing"),
    path("erasure/<int:erasure_id>/drop/", erasure_pages.drop_erasure, name="drop_erasure"),
    path("journal/", journal_page.journal, name="journal"),
    path("imports/", import_pages.imports, name="imports"),
    path("imports/words/", word_pages.words, name="words"),
    path("imports/words/<int:word_id>/", word_pages.word, name="word"),
    path("imports/<int:run_id>/", import_pages.import_run, name="import"),
    path("imports/<int:run_id>/progress/", import_pages.import_progress, name="import_progress"),
    path("imports/<int:run_id>/again/", import_pages.import_again, name="import_again"),
    path("imports/<int:run_id>/accept/", import_pages.import_accept, name="import_accept"),
    path("imports/<int:run_id>/rejected.<slug:kind>", import_pages.import_rejected, name="import_rejected"),
]
