"""Addresses of practices."""

from django.urls import path

from otklik.faces.region import effects_page, practice_acts, practice_pages, sending_pages

urlpatterns = [
    path("practices/", practice_pages.practice_list, name="practices"),
    path("practices/new/", practice_pages.practice_new, name="practice_new"),
    path("practices/effects/", effects_page.practice_effects, name="practice_effects"),
    path("practices/needs/<int:need_id>/aside/", practice_acts.need_aside, name="need_aside"),
    path("practices/<int:practice_id>/", practice_pages.practice, name="practice"),
    path("practices/<int:practice_id>/change/", practice_pages.practice_change, name="practice_change"),
    path("practices/<int:practice_id>/take/", practice_pages.practice_take, name="practice_take"),
    path("practices/<int:practice_id>/file/", practice_pages.practice_file, name="practice_file"),
    path(
        "practices/<int:practice_id>/praktika.<slug:paper_form>", practice_pages.practice_paper, name="practice_paper"
    ),
    path("practices/<int:practice_id>/send/", sending_pages.ask_practice, name="sending_practice"),
    path("practices/<int:practice_id>/offer/", practice_acts.offer, name="practice_offer"),
    path("practices/<int:practice_id>/confirm/", practice_acts.confirm, name="practice_confirm"),
    path("practices/<int:practice_id>/return/", practice_acts.give_back, name="practice_return"),
    path("practices/<int:practice_id>/retire/", practice_acts.retire, name="practice_retire"),
    path("practices/<int:practice_id>/tasks/<int:todo_id>/done/", practice_acts.task_done, name="practice_task_done"),
    path("practices/<int:practice_id>/takings/<int:taking_id>/", practice_acts.in_use, name="practice_in_use"),
]
