"""The doctor names each fault, and nothing in a healthy region. Every fault is made here on purpose, by the owner."""

import json
import os
import shutil

import psycopg
import pytest

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.operations.doctor import CHECKS, Level, examine
from otklik.operations.doctor.lives import is_move
from tests.operations import clones
from tests.operations.test_demo import otklik


def found(check: str, *, fix: bool = False, owner_url: str = "", deep: bool = False) -> list[tuple[str, str]]:
    """What the doctor says of one check, as (level, text)."""
    diagnosis = examine(clones.NOW, fix=fix, owner_url=owner_url, deep=deep)
    return [(finding.level.value, finding.text) for name, finding in diagnosis.found if name == check]


def test_a_healthy_region_has_no_problem(patient):
    diagnosis = examine(clones.NOW)
    assert diagnosis.ok
    assert [f.text for _name, f in diagnosis.found if f.level != Level.NOTICE] == []
    assert list(diagnosis.checks) == [check.name for check in CHECKS]


# Each line: the check, what breaks it, what must be named.
FAULTS = [
    ("streams", "UPDATE journal_entry SET actor = 'somebody' WHERE id = 100", "изменены"),
    ("streams", "UPDATE journal_entry SET fields = '{}' WHERE verb = 'opened'", "изменены"),
    ("streams", "UPDATE journal_entry SET previous = digest WHERE id = (SELECT max(id) FROM journal_entry"
                " WHERE stream LIKE 'case:%')", "порвана"),
    ("streams", "WITH gone AS (SELECT id FROM journal_entry WHERE stream LIKE 'case:%' AND seq = 2 LIMIT 1), p AS"
                " (DELETE FROM journal_position WHERE entry_id IN (SELECT id FROM gone))"
                " DELETE FROM journal_entry WHERE id IN (SELECT id FROM gone)", "пропали"),
    ("positions", "DELETE FROM journal_position WHERE number = 50", "пропуски, с номеров: 50"),
    ("positions", "DELETE FROM journal_position WHERE number = 50", "без номера, и они его не ждут"),
    ("positions", "DELETE FROM journal_position WHERE number > 200", "Конец журнала потерян"),
    ("seals", "DELETE FROM journal_position WHERE number > 200", "отрезан"),
    ("seals", "UPDATE journal_seal SET digest = previous", "не сходится"),
    ("seals", "UPDATE journal_seal SET first = 2", "не продолжает"),
    ("seals", "UPDATE journal_entry SET digest = previous WHERE id = 100", "не сходится"),
    ("clocks", "UPDATE cases_clock SET stopped_at = NULL WHERE id = (SELECT max(k.id) FROM cases_clock k"
               " JOIN cases_case c ON c.id = k.case_id WHERE c.state = 'closed')", "отвеченных и закрытых"),
    ("clocks", "UPDATE cases_case SET turn = 5 WHERE state = 'assigned'", "прошлого круга"),
    ("dates", "UPDATE cases_case SET control_at = control_at + interval '1 hour' WHERE state = 'assigned'", "Даты"),
    ("dates", "UPDATE cases_case SET due_at = NULL WHERE state = 'assigned'", "Даты"),
    ("states", "UPDATE cases_case SET state = 'answered', answered_at = now(), closed_at = NULL"
               " WHERE state = 'closed'", "не то, что в журнале"),
    ("states", "UPDATE journal_entry SET fields = fields || '{\"from\": \"closed\"}' WHERE verb = 'assign'",
     "нет в таблице"),
    ("numbers", "UPDATE cases_case SET outcome = '' WHERE state = 'closed'", "итог"),
    ("numbers", "UPDATE cases_remark SET entry_seq = 1 WHERE id IN (SELECT min(id) FROM cases_remark GROUP BY case_id)",
     "без записи журнала"),
    ("numbers", "UPDATE cases_case SET closed_at = NULL WHERE state = 'closed'", "время закрытия"),
    ("numbers", "UPDATE cases_case SET answered_at = NULL WHERE state = 'answered'", "времени ответа нет"),
    ("registers", "WITH g AS (INSERT INTO cases_register (body_id, regime, act_number, act_date, is_on)"
                  " SELECT min(id), 'law59', '1', now(), true FROM organisations_organisation RETURNING id)"
                  " INSERT INTO cases_registeryear (register_id, year, last) SELECT id, 2026, 3 FROM g", "пропуск"),
    ("registers", "INSERT INTO cases_registration (case_id, scope_id, regime, own, system, number, received_at,"
                  " source_status, extension_reason, forwarded_to, out_number, signer, way, ended_by, created_at)"
                  " SELECT id, scope_id, 'law59', false, '', '1', now(), '', '', '', '', '', '', '', now()"
                  " FROM cases_case WHERE state = 'closed' LIMIT 1", "регистрация ждёт ответа"),
    ("references", "UPDATE intake_formkey SET case_id = 999999 WHERE case_id = (SELECT max(case_id) FROM"
                   " intake_formkey)", "intake_formkey"),
    ("references", "ALTER TABLE cases_casemessage DROP CONSTRAINT {fk:cases_casemessage:message_id};"
                   " UPDATE cases_casemessage SET message_id = 999999 WHERE id = 1", "cases_casemessage"),
    ("threads", "DELETE FROM cases_casemessage WHERE id = (SELECT max(id) FROM cases_casemessage)",
     "Записи без карточки"),
    ("threads", "DELETE FROM cases_casemessage WHERE case_id = (SELECT min(id) FROM cases_case)", "без единой записи"),
    ("threads", "UPDATE cases_clock SET scope_id = (SELECT max(id) FROM territory_territory) WHERE id = 1",
     "не в муниципалитете"),
    ("row_security", "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY", "Защита строк выключена: cases_case"),
    ("row_security", "DROP POLICY staff ON channels_message", "channels_message нет правила «свой"),
    ("row_security", "CREATE POLICY hole ON cases_case FOR SELECT TO otklik_app USING (true)", "чужие правила"),
    ("grants", "GRANT SELECT ON residents_contact TO otklik_app", "residents_contact (app)"),
    ("grants", "REVOKE INSERT ON cases_case FROM otklik_wide", "cases_case (wide)"),
    ("grants", "GRANT UPDATE ON journal_entry TO otklik_wide", "journal_entry (wide)"),
    ("grants", "GRANT SELECT ON cases_case TO PUBLIC", "cases_case (всем)"),
    ("figures", "UPDATE insight_cell SET received = received + 1 WHERE id = (SELECT min(id) FROM insight_cell)",
     "Цифры не сходятся"),
    ("figures", "DELETE FROM insight_casefact WHERE case_id = (SELECT min(case_id) FROM insight_casefact)",
     "Цифры не сходятся"),
    ("migrations", "DELETE FROM django_migrations WHERE app = 'insight'", "старше программы"),
    ("migrations", "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_later', now())",
     "новее программы"),
    ("regulations", "UPDATE policy_policyversion SET data = data || '{\"title\": \"другой\"}' WHERE regime = 'social'",
     "не такой, как в программе"),
    ("regulations", "DELETE FROM policy_policyversion WHERE regime = 'law8'", "нет в базе"),
    ("calendar", "DELETE FROM policy_calendaryear WHERE year = 2026", "Календарь 2026"),
]  # fmt: skip


@pytest.fixture(scope="module")
def said_of_the_healthy(demo_region, django_db_blocker) -> dict[str, list[str]]:
    """What the doctor says of each check in the region that every patient is a copy of."""
    said: dict[str, list[str]] = {}
    with (
        django_db_blocker.unblock(), clones.clone_of(demo_region.name) as name, clones.inside(name, demo_region.files)
    ):
        for check, finding in examine(clones.NOW).found:
            said.setdefault(check, []).append(finding.text)
    return said


@pytest.mark.parametrize(("check", "fault", "named"), FAULTS, ids=[f"{c}: {n}" for c, _f, n in FAULTS])
def test_the_doctor_names_what_was_broken(patient, said_of_the_healthy, check, fault, named):
    assert not any(named in text for text in said_of_the_healthy.get(check, [])), "the fault must be new"
    _break(patient, fault)
    assert any(named in text for _level, text in found(check)), found(check)


def _break(owner, fault: str) -> None:
    """Do the damage. `{fk:table:column}` stands for the name of a foreign key."""
    if "{fk:" in fault:
        before, rest = fault.split("{fk:", 1)
        reference, after = rest.split("}", 1)
        table, column = reference.split(":")
        name = owner.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND conkey ="
            " ARRAY(SELECT attnum FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s)",
            [table, table, column],
        ).fetchone()[0]
        fault = before + name + after
    owner.execute(fault)


def test_two_equal_clocks_at_once_are_named(patient):
    patient.execute("DROP INDEX cases_clock_one_running")
    columns = ", ".join(
        row[0] for row in patient.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'cases_clock'::regclass AND attnum > 0"
            " AND attname <> 'id'"
        )
    )
    patient.execute(
        f"INSERT INTO cases_clock ({columns}) SELECT {columns} FROM cases_clock WHERE stopped_at IS NULL LIMIT 1"
    )
    assert any("Два одинаковых срока" in text for _level, text in found("clocks"))


def test_what_waits_for_a_number_is_numbered_and_counted_and_said(patient):
    last_three = "journal_position WHERE number > (SELECT max(number) - 3 FROM journal_position)"
    patient.execute(f"INSERT INTO journal_pending SELECT entry_id FROM {last_three}")
    patient.execute("DELETE FROM journal_seal")
    patient.execute("UPDATE journal_follower SET position = 0")
    patient.execute(f"DELETE FROM {last_three}")
    assert [level for level, _text in found("positions")] == ["mended"]
    assert found("positions") == []


def test_figures_that_lag_are_caught_up_and_wrong_ones_recounted_on_demand(patient):
    patient.execute("UPDATE insight_cell SET received = received + 1")
    assert [level for level, _text in found("figures")] == ["problem"]
    assert [level for level, _text in found("figures", fix=True)] == ["mended"]
    assert found("figures") == []


def test_grants_are_given_anew_by_the_owner(patient):
    patient.execute("GRANT SELECT ON residents_contact TO otklik_app")
    url = clones.owner_of(patient.info.dbname)
    assert [level for level, _text in found("grants")] == ["problem"]
    assert [level for level, _text in found("grants", fix=True, owner_url=url)] == ["mended"]
    assert found("grants") == []


def test_a_lost_a_spoilt_and_a_loose_photo_are_told_apart(patient, demo_region, tmp_path, settings):
    settings.OTKLIK_FILES = tmp_path / "files"
    shutil.copytree(demo_region.files, settings.OTKLIK_FILES)
    lost, spoilt, *_others = sorted(settings.OTKLIK_FILES.glob("??/??/*"))
    assert found("photos") == []
    lost.unlink()
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"!")
    loose = settings.OTKLIK_FILES / "ab" / "cd" / ("abcd" + "0" * 60)
    loose.parent.mkdir(parents=True, exist_ok=True)
    loose.write_bytes(b"nobody's")
    os.utime(loose, (0, 0))
    said = {text.split(":")[0]: level for level, text in found("photos", deep=True)}
    assert said == {
        "Фотографий, чьего файла нет на диске": "problem", "Испорченных файлов фотографий": "problem",
        "Файлов без записи в базе": "notice",
    }
    found("photos", fix=True)
    assert not loose.exists()


def test_a_photo_that_has_just_come_is_not_loose(patient, demo_region, tmp_path, settings):
    settings.OTKLIK_FILES = tmp_path / "files"
    shutil.copytree(demo_region.files, settings.OTKLIK_FILES)
    young = settings.OTKLIK_FILES / "ab" / "cd" / ("abcd" + "0" * 60)
    young.parent.mkdir(parents=True, exist_ok=True)
    young.write_bytes(b"a form is being sent")
    os.utime(young, (clones.NOW.timestamp(), clones.NOW.timestamp()))
    assert found("photos") == []


def test_a_database_that_knows_no_russian_is_refused_and_nothing_else_looked_at(django_db_setup, django_db_blocker):
    name = clones.new_name()
    with django_db_blocker.unblock(), psycopg.connect(os.environ["OTKLIK_TEST_OWNER"], autocommit=True) as owner:
        owner.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'".encode()
        )
        try:
            with psycopg.connect(clones.owner_of(name), autocommit=True) as inside:
                for extension in ("pg_trgm", "unaccent", "btree_gin"):
                    inside.execute(f"CREATE EXTENSION {extension}".encode())
                for role in ("otklik_staff", "otklik_link", "otklik_wide"):
                    inside.execute(f"GRANT CONNECT ON DATABASE {name} TO {role}".encode())
            with clones.inside(name):
                diagnosis = examine(clones.NOW)
        finally:
            clones.drop(name)
    assert not diagnosis.ok and list(diagnosis.checks) == ["server", "locale"]
    assert "не годится" in diagnosis.found[-1][1].text


def test_a_worker_that_is_gone_is_a_notice_and_one_that_beats_is_not_mentioned(patient):
    assert [level for level, _text in found("worker")] == ["notice"]
    patient.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clones.NOW])
    assert found("worker") == []


def test_moves_that_share_a_verb_are_known_and_others_are_not():
    assert is_move("publish", "replied", "answered")
    assert is_move("redirect", "replied", "assigned")
    assert not is_move("publish", "closed", "answered")
    assert not is_move("assign", "closed", "assigned")


def test_the_command_speaks_json_and_its_exit_code_tells(demo_region, django_db_blocker, tmp_path):
    shutil.copytree(demo_region.files, tmp_path / "files")
    with django_db_blocker.unblock(), clones.clone_of(demo_region.name) as name:
        well = otklik(name, tmp_path, "doctor", "--json")
        assert json.loads(well.stdout)["ok"] is True
        with psycopg.connect(clones.owner_of(name), autocommit=True) as owner:
            owner.execute("UPDATE journal_seal SET digest = previous")
        ill = otklik(name, tmp_path, "doctor", check=False)
        assert ill.returncode == 1 and "не сходится" in ill.stdout and "Traceback" not in ill.stderr


def test_looking_writes_nothing(patient):
    with acting(System("test"), read_only=True):
        before = list(Case.objects.order_by("pk").values_list("version", flat=True))
    examine(clones.NOW)
    with acting(System("test"), read_only=True):
        assert list(Case.objects.order_by("pk").values_list("version", flat=True)) == before
