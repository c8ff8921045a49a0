"""Addresses of the reports."""

from django.urls import path

from otklik.faces.region import (
    reports,
    reports_asking,
    reports_federal,
    reports_forms,
    reports_law,
    reports_meetings,
    reports_morning,
    reports_orders,
)

urlpatterns = [
    path("reports/", reports.reports, name="reports"),
    path("reports/morning/", reports_morning.morning, name="morning"),
    path("reports/morning/renew/", reports_morning.renew, name="morning_renew"),
    path("reports/morning/give/", reports_morning.give, name="morning_give"),
    path("reports/morning/choice/", reports_morning.choice, name="morning_choice"),
    path("reports/morning/photo/", reports_morning.photo, name="morning_photo"),
    path("reports/morning/<slug:report_form>/", reports_morning.file, name="morning_file"),
    path("reports/appeals/", reports_law.appeals, name="report_appeals"),
    path("reports/federal/", reports_federal.federal, name="report_federal"),
    path("reports/federal/back/", reports_federal.back, name="report_federal_back"),
    path("reports/orders/", reports_orders.orders, name="orders"),
    path("reports/orders/<int:order_id>/<slug:order_act>/", reports_orders.act, name="order_act"),
    path("reports/meetings/", reports_meetings.meetings, name="meetings"),
    path("reports/meetings/<int:meeting_id>/", reports_meetings.meeting, name="meeting"),
    path("reports/meetings/<int:meeting_id>/give/", reports_meetings.give, name="meeting_give"),
    path("reports/meetings/<int:meeting_id>/minutes/<slug:report_form>/", reports_meetings.minutes, name="minutes"),
    path("reports/forms/", reports_forms.forms_page, name="report_forms"),
    path("reports/forms/<int:form_id>/", reports_forms.form_file, name="report_form_file"),
    path("reports/forms/<int:form_id>/remove/", reports_forms.remove, name="report_form_remove"),
    path("reports/regular/", reports_asking.regular, name="report_regular"),
    path("reports/new/<slug:report_kind>/", reports_asking.new, name="report_new"),
    path("reports/making/<int:making_id>/", reports.making, name="report_making"),
    path("reports/making/<int:making_id>/all/", reports.together, name="report_together"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/<slug:report_form>/", reports.file, name="report_file"),
]
