"""Saved views at the desk."""

import pytest
from django.test import Client

from otklik.cases.models import SavedView
from tests.making import logged_in, make_case, make_user

pytestmark = pytest.mark.django_db


def operator(code: str = "gorod-kamyshin") -> Client:
    return logged_in(make_user(("operator", code)))


def test_the_filter_of_the_page_becomes_a_tab_without_the_words_looked_for():
    client = operator()
    answer = client.post("/desk/views/save/?tab=all&importance=3&text=Непридуманова", {"name": "Важные"})
    assert answer["Location"] == "/desk/?tab=all&importance=3"
    page = client.get("/desk/?tab=all&importance=3").content.decode()
    assert '>Важные</a>' in page
    assert 'class="tab tab-saved here"' in page
    assert "Непридуманова" not in SavedView.objects.get().query


def test_the_desk_opens_with_the_chosen_view_and_every_address_still_means_what_it_says():
    make_case()
    client = operator()
    client.post("/desk/views/save/?tab=all&state=closed", {"name": "Закрытые", "first": "1"})
    opened = client.get("/desk/").context["filters"]
    assert (opened.tab, opened.state) == ("all", "closed")
    assert client.get("/desk/?tab=triage").context["filters"].tab == "triage"
    view = SavedView.objects.get()
    client.post(f"/desk/views/{view.pk}/", {"act": "not_first"})
    assert client.get("/desk/").context["filters"].tab != "all"


def test_they_are_looked_after_on_their_own_page():
    client = operator()
    assert "Пока ничего не сохранено" in client.get("/desk/views/").content.decode()
    client.post("/desk/views/save/?tab=open", {"name": "Открытые у нас", "shared": "1"})
    view = SavedView.objects.get()
    client.post(f"/desk/views/{view.pk}/", {"act": "rename", "name": "Новое имя"})
    assert "Новое имя" in client.get("/desk/views/").content.decode()
    assert "Новое имя" in operator().get("/desk/").content.decode()
    told = operator().post(f"/desk/views/{view.pk}/", {"act": "delete"}, follow=True).content.decode()
    assert "изменить его может он сам" in told
    client.post(f"/desk/views/{view.pk}/", {"act": "delete"})
    assert not SavedView.objects.exists()


def test_a_wrong_name_is_said_beside_the_field_and_strangers_find_nothing():
    client = operator()
    answer = client.post("/desk/views/save/?tab=open", {"name": "  "})
    assert answer.status_code == 422
    assert "Назовите вид" in answer.content.decode()
    client.post("/desk/views/save/?tab=open", {"name": "Моё"})
    view = SavedView.objects.get()
    assert operator("gorod-volzhskiy").post(f"/desk/views/{view.pk}/", {"act": "delete"}).status_code == 404
