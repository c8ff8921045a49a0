"""The pages: portal, desk, task, region, settings. Pages and templates, no rules: a view asks or calls a gate.

How to add a page
=================
1. A view in `faces/<face>/views/<page>.py`, an address in `faces/<face>/urls.py` (each face has its
   namespace: `desk:queue`). GET runs inside `acting(request.actor, read_only=True)`, opened by the
   middleware, so a page that only shows writes nothing. POST is not wrapped: call a gate, and where the form
   has to be shown again, read inside `with acting(request.actor, read_only=True):`.
2. A template in `faces/templates/<face>/`. A page of staff begins with `{% extends "base.html" %}`, a
   public one with `{% extends "public.html" %}`. Blocks: `title` (of the window), `heading` (the h1),
   `lead` (a line under it), `actions` (buttons beside it), `content`, `scripts` (own
   `<script src="{% static 'js/….js' %}" defer>`). `{% block main %}` takes the whole width without heading.
3. No inline script, style or handler: pages go out with a strict content security policy. A script is a
   file in `frontend/static/js/`, what it needs stands in `data-…` attributes.
4. Parts: `{% field form.name %}` (label, control, hint and error beside it), `{% include "parts/alert.html"
   with kind="danger" text=… %}`, `parts/empty.html` (icon, title, text, link, label),
   `parts/pagination.html` (page: a Django `Page`), `parts/failure.html` (failure: a `Failure`).
   A dangerous button carries `data-confirm="Что произойдёт?"`; `static/js/interface.js` asks first.
5. Tags of `{% load otklik_tags %}`: `{% icon "search" %}` (names in `frontend/icons.txt`),
   `{% time_left case.control_at now %}`, `{{ number|case_number }}`, `{% state_badge case %}`,
   `{% importance_badge case.importance case.importance_reason %}`, `{{ moment|local }}`,
   `{{ moment|local_day }}`, `{% counted 5 "case" %}` («5 карточек»), `{{ text|marked:spans }}`.
6. Words go through gettext, the source language is Russian. A count goes through ngettext, or
   `{% blocktranslate count n=… %}…{% plural %}…{% endblocktranslate %}`, and its three forms stand in
   `otklik/locale/ru/LC_MESSAGES/django.po`; a test finds the ones that were forgotten.
7. Look at it: 1280 and 360 px, light and dark, keyboard only, empty, full, and with an error. The test over
   all addresses (`tests/faces/test_interface.py`) takes a new page by itself if it needs no arguments;
   otherwise give it an example there.
"""
