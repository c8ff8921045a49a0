"""Answers for the world of pages: a template that was used, one answer to the problem on approval, a body's form."""

import io

from docx import Document

from otklik.acting import Staff
from otklik.answers import for_problem, letter_forms, templates
from otklik.cases.models import Case
from tests.making import SYSTEM, organisation, place, reread


def make_answers(home: str, coordinator: Staff, problem_id: int, answered: Case) -> dict[str, list[str]]:
    """A template of the centre in two versions, one of the region, a common answer that waits for its step."""
    theme = reread(answered.pk).theme
    code = theme.code if theme else ""
    text = "Здравствуйте, {имя}! По карточке {номер}: вывезем до {срок}."
    made = templates.save(SYSTEM, name="Вывоз мусора", text=text, theme=code, place_id=place(home).pk)
    templates.save(
        coordinator, name="Вывоз мусора", theme=code, template_id=made.pk, base_version=1,
        text=text + "[если ответ=публичный] Спасибо, что написали.[конец]",
    )
    templates.save(SYSTEM, name="Благодарим", text="Здравствуйте, {имя}! Спасибо, что написали.")
    for_problem.save(coordinator, problem_id, text="Здравствуйте, {имя}! По карточке {номер}: мусор вывезут сегодня.")
    for_problem.send_to_review(coordinator, problem_id)
    page = Document()
    for words in ("{организация}", "{адресат}", "{тема}", "{текст}", "{подписант}"):
        page.add_paragraph(words)
    kept = io.BytesIO()
    page.save(kept)
    letter_forms.upload(SYSTEM, organisation().pk, kept.getvalue(), "blank.docx")
    return {"template_id": [str(made.pk)]}
