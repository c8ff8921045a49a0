"""What the curator keeps of the small living centre: a page with a post, a plan, checked answers, a request."""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import Staff, acting, widened
from otklik.curating import ask_links, asking, checking, checklists, page_figures, pages, planning, sampling
from otklik.curating.models import AskFile, AskPart, PagePost, SampledAnswer
from otklik.files.documents import accept_document
from tests.making import SYSTEM, make_staff, organisation, place

LINK = "https://vk.com/wall-100_1"


def make_curator(home: str, coordinator: Staff) -> dict[str, list[str]]:
    """Make it and give the values of addresses."""
    now = timezone.now()
    judge = make_staff(("curator", home), name="Куратова Лия Юрьевна")
    values = _pages(judge, home) | _samples(judge, coordinator)
    said = asking.Asked(
        title="Пост о воде", text="Пишут, что второй день нет воды. Что делаете и когда дадите?", link=LINK,
        due_at=now + timedelta(hours=5), scopes=[place(home).pk], organisations=[organisation().pk],
        files=[accept_document(b"word", "post.txt")],
    )
    row = asking.ask(judge, said, now=now)
    with acting(SYSTEM):
        waiting, other = AskPart.objects.filter(ask=row).order_by("organisation_id").values_list("pk", flat=True)
        file_id = AskFile.objects.filter(part__ask=row).filter(part=waiting).values_list("pk", flat=True)[0]
    token = ask_links.link_for(judge, waiting)
    asking.reply(coordinator, other, words="Насос меняют, воду дадут к 15:00.", now=now)
    values |= {"ask_id": [str(row.pk)], "part_id": [str(waiting), str(other)], "ask_file_id": [str(file_id)]}
    values["ask_token"] = [token]
    return values


def _pages(judge: Staff, home: str) -> dict[str, list[str]]:
    now = timezone.now()
    page = pages.save_page(
        judge, pages.PageSaid(organisation().pk, "vk.com/trial_page", "Пробный город", "Пробная А. П.", mark="yes")
    )
    other = pages.save_page(judge, pages.PageSaid(organisation().pk, "ok.ru/group/700"))
    with acting(SYSTEM), widened():
        PagePost.objects.create(page=page, external_id="wall-100_1", at=now - timedelta(days=20), link=LINK)
    page_figures.refresh(now)
    said = planning.PostSaid(
        place(home).pk, timezone.localdate(now), "Фонари на Мира горят", "Заменили 12 ламп.", page_id=page.pk
    )
    post = planning.put_into_plan(judge, said)
    return {"page_id": [str(page.pk), str(other.pk)], "post_id": [str(post.pk)]}


def _samples(judge: Staff, coordinator: Staff) -> dict[str, list[str]]:
    now = timezone.now()
    sampling.draw(judge, week=timezone.localdate(now), seed="проба", now=now)
    with acting(SYSTEM):
        first, *others = SampledAnswer.objects.order_by("pk").values_list("pk", flat=True)
    marks = {line.code: "yes" for line in checklists.shipped()[0]} | {"date": "no"}
    checking.check(judge, first, marks=marks, remark="Назовите день, когда вывезут мусор.", now=now)
    made = checking.learn(judge, first, good=True, text="Мусор вывезли сегодня утром.", lesson="Сказано, что и когда")
    return {"sampled_id": [str(first), *(str(one) for one in others)], "example_id": [str(made.pk)]}
