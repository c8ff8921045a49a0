"""Addresses of the curator: official pages and their plan, samples of answers, requests of the ЦУР."""

from django.urls import path

from otklik.faces.region import asks_pages, pages_plan, pages_registry, samples_check, samples_pages

urlpatterns = [
    path("pages/", pages_registry.pages, name="pages"),
    path("pages/add/", pages_registry.page, name="add_page"),
    path("pages/import/", pages_registry.load_sheet, name="pages_import"),
    path("pages/template.xlsx", pages_registry.sheet_template, name="pages_template"),
    path("pages/duty/", pages_registry.duties, name="pages_duty"),
    path("pages/plan/", pages_plan.plan, name="pages_plan"),
    path("pages/plan/add/", pages_plan.post, name="add_post"),
    path("pages/plan/<int:post_id>/", pages_plan.post, name="planned_post"),
    path("pages/plan/<int:post_id>/published/", pages_plan.published, name="post_published"),
    path("pages/plan/<int:post_id>/drop/", pages_plan.drop, name="drop_post"),
    path("pages/<int:page_id>/", pages_registry.page, name="official_page"),
    path("pages/<int:page_id>/close/", pages_registry.close, name="close_page"),
    path("samples/", samples_pages.samples, name="samples"),
    path("samples/checklist/", samples_pages.checklist, name="checklist"),
    path("samples/examples/", samples_pages.examples, name="examples"),
    path("samples/examples/<int:example_id>/away/", samples_pages.put_away, name="example_away"),
    path("samples/<int:sampled_id>/", samples_check.sampled, name="sampled"),
    path("samples/<int:sampled_id>/decide/", samples_check.decide, name="sampled_decide"),
    path("samples/<int:sampled_id>/learn/", samples_check.learn, name="sampled_learn"),
    path("samples/<slug:code>/", samples_pages.of_place, name="samples_of"),
    path("asks/", asks_pages.asks, name="asks"),
    path("asks/new/", asks_pages.new, name="new_ask"),
    path("asks/<int:ask_id>/", asks_pages.ask, name="ask"),
    path("asks/<int:ask_id>/cancel/", asks_pages.cancel, name="cancel_ask"),
    path("asks/parts/<int:part_id>/decide/", asks_pages.decide, name="ask_decide"),
    path("asks/parts/<int:part_id>/reply/", asks_pages.reply_for, name="ask_reply_for"),
    path("asks/parts/<int:part_id>/link/", asks_pages.link, name="ask_link"),
    path("asks/parts/<int:part_id>/link/revoke/", asks_pages.revoke_link, name="ask_link_revoke"),
    path("asks/files/<int:ask_file_id>/", asks_pages.file, name="ask_file"),
]
