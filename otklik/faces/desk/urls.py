"""Addresses of the desk."""

from django.urls import path

from otklik.faces.desk.views import alarms, answers, calls, case, exports, moves, notes, pickers, queue, tasks
from otklik.faces.desk.views import map as map_views

app_name = "desk"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("changes/", queue.changes, name="changes"),
    path("filters/", queue.filters, name="filters"),
    path("export/<str:kind>/", exports.export, name="export"),
    path("map/", map_views.queue_map, name="map"),
    path("map/points/", map_views.map_points, name="map_points"),
    path("call/", calls.call, name="call"),
    path("call/places/", calls.places, name="call_places"),
    path("alarms/", alarms.alarms, name="alarms"),
    path("alarms/bell/", alarms.bell, name="bell"),
    path("alarms/<int:alarm_id>/confirm/", alarms.confirm, name="confirm_alarm"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/photo/<int:file_id>/", case.photo, name="photo"),
    path("case/<str:number>/organisations/", pickers.organisations, name="organisations"),
    path("case/<str:number>/themes/", pickers.themes, name="themes"),
    path("case/<str:number>/places/", pickers.places, name="places"),
    path("case/<str:number>/elsewhere/", pickers.places_elsewhere, name="elsewhere"),
    path("mentions/seen/", notes.seen_all, name="seen_all"),
    path("case/<str:number>/note/", notes.note, name="note"),
    path("case/<str:number>/seen/", notes.seen, name="seen"),
    path("case/<str:number>/colleagues/", notes.colleagues, name="colleagues"),
    path("case/<str:number>/take/", moves.take, name="take"),
    path("case/<str:number>/triage/", moves.triage, name="triage"),
    path("case/<str:number>/assign/", moves.assign, name="assign"),
    path("case/<str:number>/co-executor/", moves.co_executor, name="co_executor"),
    path("case/<str:number>/redirect/", moves.redirect, name="redirect"),
    path("case/<str:number>/hand-over/", moves.hand_over, name="hand_over"),
    path("case/<str:number>/pause/", moves.pause, name="pause"),
    path("case/<str:number>/resume/", moves.resume, name="resume"),
    path("case/<str:number>/aside/", moves.aside, name="aside"),
    path("case/<str:number>/close/", moves.close, name="close"),
    path("case/<str:number>/reopen/", moves.reopen, name="reopen"),
    path("case/<str:number>/contacts/", moves.reveal, name="reveal"),
    path("case/<str:number>/task/<int:assignment_id>/link/", tasks.link, name="link"),
    path("case/<str:number>/task/<int:assignment_id>/revoke/", tasks.revoke, name="revoke"),
    path("case/<str:number>/task/<int:assignment_id>/print/", tasks.print_page, name="print_task"),
    path("case/<str:number>/word/", tasks.word, name="word"),
    path("case/<str:number>/draft/", answers.draft, name="draft"),
    path("case/<str:number>/answer/<int:answer_id>/approve/", answers.approve, name="approve"),
    path("case/<str:number>/answer/<int:answer_id>/return/", answers.send_back, name="return"),
    path("case/<str:number>/answer/<int:answer_id>/publish/", answers.publish, name="publish"),
    path("case/<str:number>/answer/<int:answer_id>/by-hand/", answers.by_hand, name="by_hand"),
]
