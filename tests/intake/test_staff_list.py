"""Staff from a sheet: what each row would do is seen first; nobody is deleted; a second time changes nothing."""

import io
import json
import os
import subprocess
import sys

import pytest
import xlsxwriter
from django.utils import timezone

from otklik.acting import acting
from otklik.failures import BadInput
from otklik.intake.staff_list.applying import apply
from otklik.intake.staff_list.judging import judge
from otklik.intake.staff_list.reading import COLUMNS, read_list, template
from otklik.journal.models import Entry
from otklik.operations.commands.staff import _write_links
from otklik.organisations.invitations import open_invitation
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import set_active
from tests.making import logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
HEAD = [heading for heading, _others in COLUMNS.values()]
ROWS = [
    ["novaya", "Новая Алла Игоревна", "оператор МЦУ", "+7 900 000-00-01", "novaya@example.test", "оператор", "Камышин"],
    ["novaya", "Новая Алла Игоревна", "", "", "", "Координатор", "18715000"],
    ["vtoroy", "Второй Пётр", "", "", "", "approver", "город Камышин"],
]


def sheet(rows, head=HEAD) -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            page.write_row(number, 0, row)
    out.seek(0)
    return out


def listed(*rows):
    return read_list(sheet(rows), "staff.xlsx")


def administrator(code: str = "gorod-kamyshin"):
    return make_staff(("administrator", code), name="Админ Ия Львовна")


def verdicts(actor, *rows):
    with acting(actor):
        return [(one.verdict, one.why) for one in judge(actor, listed(*rows), timezone.localdate()).rows]


def oktmo() -> str:
    from otklik.territory.models import TerritoryCode

    return TerritoryCode.objects.filter(system="oktmo", territory=place("gorod-kamyshin")).first().code


def rows_here():
    return [[*row[:6], oktmo()] if row[6] == "18715000" else row for row in ROWS]


def test_a_list_makes_people_with_their_roles_and_a_link_each():
    who = administrator()
    done = apply(who, listed(*rows_here()))
    assert [user.username for user, _token in done.invited] == ["novaya", "vtoroy"]
    for user, token in done.invited:
        assert open_invitation(token, timezone.now()).user_id == user.pk
    roles = RoleAssignment.objects.filter(user__username="novaya").values_list("role", "territory__code")
    assert set(roles) == {("operator", "gorod-kamyshin"), ("coordinator", "gorod-kamyshin")}
    assert User.objects.get(username="novaya").email == "novaya@example.test"


def test_the_same_list_again_changes_nothing():
    who = administrator()
    apply(who, listed(*rows_here()))
    count = Entry.objects.count()
    again = apply(who, listed(*rows_here()))
    assert (again.invited, again.changed, again.roles) == ([], 0, 0)
    assert again.preview.counts()["same"] == 3 and Entry.objects.count() == count


def test_a_changed_position_and_a_new_role_are_told_and_done():
    who = administrator()
    apply(who, listed(*rows_here()))
    row = ["vtoroy", "Второй Пётр Ильич", "юрист", "", "", "оператор", "Камышин"]
    ((verdict, why),) = verdicts(who, row)
    assert verdict == "changed" and "Второй Пётр → Второй Пётр Ильич" in why and "новая роль" in why
    done = apply(who, listed(row))
    user = User.objects.get(username="vtoroy")
    assert (done.changed, done.roles, user.position) == (1, 1, "юрист")
    assert [one.role for one in done.preview.other_roles] == ["approver"]
    assert RoleAssignment.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["x1", "А Б", "", "", "", "директор", "Камышин"], "Нет роли «директор»"),
        (["x1", "А Б", "", "", "", "оператор", "Атлантида"], "Не нашли «Атлантида»"),
        (["x1", "А Б", "", "", "нет почты", "оператор", "Камышин"], "не похоже на почту"),
        (["иванов", "А Б", "", "", "", "оператор", "Камышин"], "не подходит"),
        (["x1", "", "", "", "", "оператор", "Камышин"], "Нет имени для входа или фамилии"),
        (["x1", "А Б", "", "", "", "оператор", "Волжский"], "не ваше"),
        (["x1", "А" * 250, "", "", "", "оператор", "Камышин"], "Слишком длинно"),
        (["x1", "А Б", "", "", "", "", "Камышин"], "Нет роли"),
    ],
)
def test_a_wrong_row_says_why_and_the_others_are_taken(row, told):
    who = administrator()
    good = rows_here()[0]
    found = verdicts(who, row, good)
    assert found[0][0] == "wrong" and told in found[0][1]
    assert [user.username for user, _token in apply(who, listed(row, good)).invited] == ["novaya"]


def test_one_name_for_two_people_and_the_same_row_twice_are_wrong():
    who = administrator()
    first = rows_here()[0]
    other = ["NOVAYA", "Совсем Другая", "", "", "", "оператор", "Камышин"]
    found = verdicts(who, first, other, first)
    assert [verdict for verdict, _why in found] == ["new", "wrong", "wrong"]
    assert "у другого человека" in found[1][1] and "То же, что в строке 2" in found[2][1]


def test_a_name_of_another_centre_is_not_taken_over():
    stranger = make_user(("operator", "gorod-volzhskiy"))
    ((verdict, why),) = verdicts(administrator(), [stranger.username, "Чужой", "", "", "", "оператор", "Камышин"])
    assert verdict == "wrong" and "другого центра" in why


def test_who_is_missing_is_asked_about_and_not_touched():
    who = administrator()
    left = make_user(("operator", "gorod-kamyshin"), name="Забытая Яна")
    shut = make_user(("operator", "gorod-kamyshin"))
    set_active(who, shut.pk, False)
    done = apply(who, listed(*rows_here()))
    assert [user.pk for user in done.preview.missing] == [left.pk]
    left.refresh_from_db()
    assert left.is_active


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "пустой"), (b"\x00\x01\x02" * 50, ""), ("Имя;Возраст\r\nА;3\r\n".encode(), "Не нашли столбцы")],
)
def test_a_file_that_is_no_list_is_told_so(content, told):
    with pytest.raises(BadInput, match=told):
        read_list(io.BytesIO(content), "staff.csv")


def test_the_template_is_read_back():
    with pytest.raises(BadInput, match="ни одной строки"):
        read_list(io.BytesIO(template()), "staff.xlsx")


def upload(client, rows):
    file = sheet(rows)
    file.name = "staff.xlsx"
    return client.post("/settings/staff/list/", {"file": file})


def test_by_the_page_upload_look_apply_and_hand_the_links_over():
    client = logged_in(make_user(("administrator", "gorod-kamyshin")))
    shown = upload(client, rows_here())
    page = shown.content.decode()
    assert shown.status_code == 200 and "новый сотрудник: получит ссылку" in page.lower() or "Новый сотрудник" in page
    assert not User.objects.filter(username="novaya").exists()
    kept = shown.context["kept"]
    done = client.post("/settings/staff/list/apply/", {"kept": kept}).content.decode()
    assert done.count("/accounts/invitation/") >= 2 and "Приглашено: 2" in done
    again = upload(client, rows_here())
    assert again.context["counts"]["same"] == 3 and "Применить" not in again.content.decode()


def test_a_forged_list_is_refused():
    client = logged_in(make_user(("administrator", "gorod-kamyshin")))
    answer = client.post("/settings/staff/list/apply/", {"kept": "сам:себе:администратор"})
    assert answer.status_code == 400 and "Загрузите файл ещё раз" in answer.content.decode()


@pytest.mark.parametrize("role", ["coordinator", "security"])
def test_only_administrators_load_lists(role):
    client = logged_in(make_user((role, "gorod-kamyshin")))
    assert client.get("/settings/staff/list/").status_code == 403
    assert upload(client, ROWS).status_code == 403
    assert client.get("/settings/staff/list/template.xlsx").status_code == 403


def test_by_the_command(committed, tmp_path):
    path, links = tmp_path / "staff.xlsx", tmp_path / "links.csv"
    path.write_bytes(sheet([*rows_here(), ["xx", "А Б", "", "", "", "директор", "Камышин"]]).getvalue())

    def run(*options):
        return subprocess.run(
            [sys.executable, "-m", "otklik", "staff", "import", str(path), *options], capture_output=True, text=True,
            env={**os.environ}, check=False,
        )

    looked = run("--dry-run", "--json")
    assert looked.returncode == 1 and json.loads(looked.stdout)["new"] == 3
    assert not User.objects.filter(username="novaya").exists()
    done = run("--links", str(links))
    assert "с ошибкой 1" in done.stdout and "/accounts/" not in done.stdout
    assert links.read_text(encoding="utf-8-sig").count("/accounts/invitation/") == 2
    assert links.stat().st_mode & 0o077 == 0
    assert User.objects.filter(username="novaya").exists()


def test_a_name_that_is_a_formula_stays_a_name_in_the_file_of_links(tmp_path):
    path = tmp_path / "links.csv"
    _write_links(path, [(User(full_name="=HYPERLINK(1)", username="@anna"), "https://example.org/i/1/")])
    assert path.read_text(encoding="utf-8-sig").splitlines()[1] == "'=HYPERLINK(1);'@anna;https://example.org/i/1/"
