"""Addresses of the exchange of experience: meetings, passports, questions."""

from django.urls import path

from otklik.faces.region import (
    exchange_acts,
    exchange_files,
    exchange_pages,
    lending_pages,
    passports_pages,
    question_pages,
    sending_pages,
    sheet_pages,
)

urlpatterns = [
    path("exchange/", exchange_pages.exchange, name="exchange"),
    path("exchange/plan/", exchange_pages.plan, name="exchange_plan"),
    path("exchange/file/", exchange_files.packet, name="exchange_packet"),
    path("exchange/review/", exchange_files.quarter, name="exchange_review"),
    path(
        "exchange/review/<slug:quarter>.<slug:paper_form>", exchange_files.quarter_paper, name="exchange_review_paper"
    ),
    path("exchange/templates/", lending_pages.lent, name="lent_templates"),
    path("exchange/templates/<int:lent_id>/take/", lending_pages.copy, name="lent_take"),
    path("exchange/templates/<int:lent_id>/withdraw/", lending_pages.withdraw, name="lent_withdraw"),
    path("exchange/taken/<int:taken_id>/answer/", exchange_acts.answer, name="taken_answer"),
    path("exchange/taken/<int:taken_id>/strike/", exchange_acts.strike, name="taken_strike"),
    path("exchange/templates/<int:lent_id>/send/", sending_pages.ask_template, name="sending_template"),
    path("exchange/templates/foreign/<int:foreign_id>/take/", lending_pages.copy_foreign, name="foreign_take"),
    path("exchange/templates/foreign/<int:foreign_id>/away/", lending_pages.put_away, name="foreign_away"),
    path("exchange/sendings/<int:sending_id>/", sending_pages.one, name="sending"),
    path("exchange/sendings/<int:sending_id>/decide/", sending_pages.decide, name="sending_decide"),
    path("exchange/sendings/<int:sending_id>/file/", sending_pages.signed, name="sending_file"),
    path("exchange/<int:exchange_id>/", exchange_pages.card, name="exchange_card"),
    path("exchange/<int:exchange_id>/move/", exchange_acts.move, name="exchange_move"),
    path("exchange/<int:exchange_id>/words/", exchange_acts.words, name="exchange_words"),
    path("exchange/<int:exchange_id>/questions/", exchange_acts.draw_questions, name="exchange_questions"),
    path("exchange/<int:exchange_id>/after/", exchange_acts.after, name="exchange_after"),
    path("exchange/<int:exchange_id>/finish/", exchange_acts.finish, name="exchange_finish"),
    path("exchange/<int:exchange_id>/take/", exchange_acts.take, name="exchange_take"),
    path("exchange/<int:exchange_id>/sheet/", exchange_acts.sheet, name="exchange_sheet"),
    path("exchange/<int:exchange_id>/sheet/read/", sheet_pages.read, name="exchange_sheet_read"),
    path("exchange/<int:exchange_id>/leaving/", exchange_acts.ask_leaving, name="leaving_ask"),
    path("exchange/<int:exchange_id>/leaving/decide/", exchange_acts.decide_leaving, name="leaving_decide"),
    path("exchange/<int:exchange_id>/photo/", exchange_files.photo, name="exchange_photo"),
    path("exchange/<int:exchange_id>/pack/", exchange_files.pack, name="exchange_pack"),
    path("exchange/<int:exchange_id>/signed/", exchange_files.signed, name="exchange_signed"),
    path("exchange/<int:exchange_id>/vstrecha.ics", exchange_files.calendar, name="exchange_calendar"),
    path(
        "exchange/<int:exchange_id>/paper/<slug:paper>.<slug:paper_form>", exchange_files.paper, name="exchange_paper"
    ),
    path("passports/", passports_pages.passport_list, name="passports"),
    path("passports/compare/", passports_pages.compare, name="passport_compare"),
    path("passports/<slug:code>/", passports_pages.passport, name="passport"),
    path("passports/<slug:code>/draft/", passports_pages.draft, name="passport_draft"),
    path("passports/<slug:code>/check/", passports_pages.check, name="passport_check"),
    path("passports/<slug:code>/check/<slug:field_code>/", passports_pages.field, name="passport_field"),
    path("passports/<slug:code>/propose/", passports_pages.propose, name="passport_propose"),
    path("passports/<slug:code>/decide/", passports_pages.decide, name="passport_decide"),
    path("passports/<slug:code>/passport.<slug:paper_form>", passports_pages.paper, name="passport_paper"),
    path("questions/", question_pages.question_list, name="questions"),
    path("questions/<int:question_id>/", question_pages.question, name="question"),
    path("questions/<int:question_id>/reply/", question_pages.reply, name="question_reply"),
    path("questions/<int:question_id>/close/", question_pages.close, name="question_close"),
    path("questions/reply/<int:reply_id>/helped/", question_pages.helped, name="question_helped"),
]
