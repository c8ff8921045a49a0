"""What stands beside appeals in the small living centre: signers, letters to bodies, a talk, a list of the post."""

from django.utils import timezone

from otklik.acting import Staff
from otklik.answers.sending import sent
from otklik.cases.actions.collective import set_collective
from otklik.cases.actions.inquiries import Letter, send, several_bodies
from otklik.cases.actions.posting import Line, make_list
from otklik.cases.actions.reception import Talk
from otklik.cases.actions.register import register_mirror
from otklik.cases.models import Registration
from otklik.intake.accepting import issue_key
from otklik.intake.reception import Visit, receive
from tests.making import organisation, place
from tests.making import send as write


def make_appeals(home: str, who: Staff, entry: Registration, sent_case: int) -> dict[str, list[str]]:
    """Make it; `entry` is of an open case, the letter of `sent_case` leaves unproved. Values of addresses by name."""
    now, where = timezone.now(), place(home).pk
    set_collective(who, entry.case_id, people=14, answer_to="Ковыльная Анна", note="жители дома 12")
    several_bodies(who, entry.case_id, registration_id=entry.pk, reason="Дорога — области, свет — сетям")
    letter = Letter("request", "Управление дорог области", "Паспорт дороги", "З-41", now, "Глава А. Б.")
    send(who, entry.case_id, registration_id=entry.pk, letter=letter)
    _left(who, sent_case, "cabinet", "И-40")
    posted, _waits = (
        _left(who, write("Просим лавочки", home, name="Ковыльная Анна").case_id, "post", number)
        for number in ("И-41", "И-42")
    )
    made = make_list(
        who, scope_id=where, day=timezone.localdate(), lines=[Line(posted.pk, "Ковыльная Анна", "Мира, 12")]
    )
    talk = Talk(
        organisation().pk, now, "Ветрова О. П.", "глава", "Просит лавочки в сквере", "oral", consent=True,
        told="Поставят в мае", identified=True,
    )
    card = receive(who, Visit(issue_key(), where, talk, "Ковыльная Анна"))
    return {"list_id": [str(made.pk)], "reception_id": [str(card.pk)]}


def _left(who: Staff, case_id: int, way: str, number: str) -> Registration:
    now = timezone.now()
    entry = register_mirror(who, case_id, regime="law59", number=f"А-{number}", registered_at=now, now=now)
    return sent(who, case_id, registration_id=entry.pk, number=number, at=now, signer="Глава А. Б.", way=way)
