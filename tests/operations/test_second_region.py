"""A second region comes from files alone, beside the first on one server, and neither sees anything of the other."""

import base64
import json
from collections.abc import Iterator

import psycopg
import pytest

from otklik import embedded, regions
from otklik.operations.backup_tables import all_hashes, steady
from tests.operations import two_regions
from tests.operations.exchange_between import STEP
from tests.operations.two_regions import OWN, Browser, House

pytestmark = pytest.mark.xdist_group("regions")
MAIN = "volgograd"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with two_regions.house() as made:
        yield made


@pytest.fixture(scope="module")
def lives(house) -> dict[str, dict]:
    """In each region one person works under the same name with another password, and one message came."""
    return {
        MAIN: house.live(MAIN, "ivanova", "volga-volga-1234", "На улице Мира не горит фонарь у остановки"),
        OWN: house.live(OWN, "ivanova", "irtysh-irtysh-1234", "Во дворе на Садовой не вывозят мусор"),
    }


def test_it_brings_its_own_zone_numbers_names_calendar_and_rules(house, lives):
    assert (lives[MAIN]["zone"], lives[OWN]["zone"]) == ("Europe/Volgograd", "Asia/Omsk")
    assert (lives[MAIN]["shown"], lives[OWN]["shown"]) == ("34-000001", "99-000001")
    assert lives[OWN]["place"] == "gorod-primersk"
    with psycopg.connect(embedded.region_server(OWN, house.home).owner_url) as owner:
        source = owner.execute("SELECT source FROM policy_calendaryear WHERE year = 2026").fetchone()[0]
        assert source.startswith("Заречная")
        policy = owner.execute("SELECT source FROM policy_policyversion WHERE territory_id IS NOT NULL").fetchall()
        assert len(policy) == 1 and policy[0][0].startswith("Заречная")
        used = owner.execute("SELECT DISTINCT policy_version FROM cases_clock").fetchall()
        assert used and all("территория" in row[0] or "@" in row[0] or row[0] for row in used)
        bodies = {row[0] for row in owner.execute("SELECT name FROM organisations_organisation").fetchall()}
        assert "Центр управления регионом Заречной области" in bodies and not any("Волгоград" in b for b in bodies)


def test_messages_figures_files_and_keys_of_one_are_not_in_the_other(house, lives):
    assert {region: (life["cases"], life["received"]) for region, life in lives.items()} == {MAIN: (1, 1), OWN: (1, 1)}
    folders = {region: regions.data_folder(house.home, region) for region in lives}
    photos = {region: {p.name for p in (folder / "files").rglob("*") if p.is_file()}
              for region, folder in folders.items()}  # fmt: skip
    assert len(photos[MAIN]) == len(photos[OWN]) == 1
    for name in ("signing", "contacts"):
        keys = {(folder / "secrets" / name).read_text() for folder in folders.values()}
        assert len(keys) == 2
    ciphers = {}
    for region in lives:
        with psycopg.connect(embedded.region_server(region, house.home).owner_url) as owner:
            ciphers[region] = owner.execute("SELECT key_id, lookup FROM residents_contact").fetchall()
    assert ciphers[MAIN] and not set(ciphers[MAIN]) & set(ciphers[OWN])  # the same phone, yet not recognisable


@pytest.mark.parametrize(("mine", "other"), [(MAIN, OWN), (OWN, MAIN)])
@pytest.mark.parametrize("who", ["app_url", "owner_url"])
def test_no_role_of_one_can_connect_to_the_others_database(house, mine, other, who):
    url = getattr(embedded.region_server(mine, house.home), who)
    ours, theirs = regions.names(mine).database, regions.names(other).database
    psycopg.connect(url).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(url.replace(f"/{ours}?", f"/{theirs}?"))
    with psycopg.connect(url) as connection, pytest.raises(psycopg.Error):
        connection.execute(f"CREATE DATABASE copied TEMPLATE {theirs}".encode())


def test_a_person_of_one_cannot_log_in_at_the_other_and_both_work_side_by_side(house, lives):
    with house.site(MAIN) as volga, house.site(OWN) as irtysh:
        assert irtysh.log_in("ivanova", "volga-volga-1234") == "/accounts/login/"
        assert volga.log_in("ivanova", "volga-volga-1234") == "/desk/"
        # One browser with both sites open under one host name, where cookies of both meet.
        both = Browser(irtysh.address, volga.jar)
        assert both.get("/desk/")[1].startswith(f"{irtysh.address}/accounts/login/")
        assert both.log_in("ivanova", "irtysh-irtysh-1234") == "/desk/"
        assert volga.get("/desk/")[1] == f"{volga.address}/desk/", "the other's log-in must not end ours"
        ours, theirs = volga.get("/desk/?tab=all")[2], both.get("/desk/?tab=all")[2]
        assert "99-000001" not in ours and "34-000001" not in theirs
        assert "Заречн" in Browser(irtysh.address).get("/")[2] and "Заречн" not in Browser(volga.address).get("/")[2]


def test_a_stolen_session_or_link_of_one_opens_nothing_at_the_other(house, lives):
    with house.site(MAIN) as volga, house.site(OWN) as irtysh:
        assert volga.log_in("ivanova", "volga-volga-1234") == "/desk/"
        session = next(cookie.value for cookie in volga.jar if cookie.name == "sessionid")
        for name in ("sessionid", f"sessionid_{OWN}"):
            where = Browser(irtysh.address).get("/desk/", Cookie=f"{name}={session}")[1]
            assert where.startswith(f"{irtysh.address}/accounts/login/")
        assert Browser(volga.address).get(f"/c/{lives[MAIN]['token']}/")[0] == 200
        assert Browser(irtysh.address).get(f"/c/{lives[MAIN]['token']}/")[0] == 404


def test_the_host_name_says_which_region_and_a_foreign_name_is_refused(house):
    with house.site(OWN, OTKLIK_HOSTS="zarechye.example") as site:
        assert site.get("/", Host="zarechye.example")[0] == 200
        assert site.get("/", Host="otklik.volgograd.example")[0] == 400


def test_two_regions_meet_by_signed_files_that_nobody_can_change_repeat_or_turn_aside(house, lives):
    def do(region, *steps):
        return json.loads(house.run(region, "-c", STEP, json.dumps(steps)).stdout)

    keys = {region: do(region, ("key", {}))[0] for region in (MAIN, OWN)}
    assert keys[MAIN]["key"] != keys[OWN]["key"] and keys[OWN]["name"] == "Заречная область"
    _trusted, invitation = do(MAIN, ("trust", keys[OWN]), ("invite", {}))
    assert "без разрешения руководителя ЦУР" in invitation["early"]
    right = {"file": invitation["file"]}
    changed = base64.b64encode(base64.b64decode(right["file"]).replace(b"meeting", b"meetinG", 1)).decode()
    unknown, _trusted, tampered, came, again, sheet = do(
        OWN, ("take", right), ("trust", keys[MAIN]), ("take", {"file": changed}), ("take", right), ("take", right),
        ("answer", {}),
    )
    assert "незнаком" in unknown["refused"] and "Подпись не сошлась" in tampered["refused"]
    assert came["host"].endswith("(Волгоградская область)") and came["plans"], "their passport came along"
    assert "уже загружен" in again["refused"]
    own, back = do(MAIN, ("take", right), ("take", {"file": sheet["file"]}))
    assert "незнаком" in own["refused"], "our own file is no file of another's"
    assert (back["people"], back["words"]) == ("Ветлугин И. И., глава", "Спасибо")
    assert back["taken"] == [["Смена по часам", "Ветлугин И. И."]]
    (lent,) = do(MAIN, ("lend", {}))
    assert "без разрешения руководителя ЦУР" in lent["early"]
    turned = base64.b64encode(base64.b64decode(lent["practice"]).replace(b"practice", b"practicE", 1)).decode()
    files = (turned, lent["practice"], lent["practice"], lent["template"])
    tampered, practice, again, template = (do(OWN, ("borrow", {"file": one}))[0] for one in files)
    assert "Подпись не сошлась" in tampered["refused"] and "уже загружен" in again["refused"]
    assert practice["whose"].startswith("из другого региона: ") and "(Волгоградская область)" in practice["whose"]
    assert (practice["file"], practice["taken"]) == ("akt.docx", 1)
    assert (template["text"], template["place"]) == ("Спасибо. Двор уберём.", "gorod-primersk")


def test_a_second_run_changes_nothing_and_a_corrected_line_is_taken(house, lives):
    def hashes() -> dict:
        with psycopg.connect(embedded.region_server(OWN, house.home).owner_url) as owner:
            steady(owner)
            return all_hashes(owner)

    house.otklik(OWN, "migrate")
    before, links = hashes(), (house.home / "regions" / OWN / "staff-links.csv").read_text()
    said = json.loads(house.otklik(MAIN, "region", "init", str(house.files), "--json").stdout)
    assert said["code"] == OWN and said["database"] == "otklik_zarechnaya_oblast"
    assert {table for table, now in hashes().items() if now != before[table]} <= {"procrastinate_workers"}
    assert (house.home / "regions" / OWN / "staff-links.csv").read_text() == links
    table = house.files / "municipalities.csv"
    table.write_text(table.read_text().replace(",100000,", ",100500,"))
    house.otklik(MAIN, "region", "init", str(house.files))
    with psycopg.connect(embedded.region_server(OWN, house.home).owner_url) as owner:
        query = "SELECT population FROM territory_territory WHERE code = 'gorod-primersk'"
        assert owner.execute(query).fetchone() == (100500,)


def test_each_has_its_own_doctor_and_copies_and_a_copy_goes_into_its_own_region_only(house, lives, tmp_path):
    for region in (MAIN, OWN):
        said = json.loads(house.otklik(region, "doctor", "--json").stdout)
        assert said["ok"], said["findings"]
    made = json.loads(house.otklik(OWN, "backup", str(tmp_path / "own.tar"), "--json").stdout)
    assert (made["cases"], made["photos"]) == (1, 2), "the photo, and the act that came with a practice"
    wrong = house.otklik(MAIN, "restore", "--replace", str(tmp_path / "own.tar"), check=False)
    assert wrong.returncode == 1 and "Это копия региона" in wrong.stderr
    back = json.loads(house.otklik(OWN, "restore", "--replace", str(tmp_path / "own.tar"), "--json").stdout)
    assert back["ok"] and back["cases"] == 1


def test_a_region_that_is_not_here_is_one_line_with_what_to_do(house):
    done = house.otklik("nowhere", "doctor", check=False)
    assert done.returncode == 1 and "region init" in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert house.otklik("../etc", "doctor", check=False).returncode == 2
    listed = house.otklik(MAIN, "region", "list").stdout.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [[MAIN, "otklik"], [OWN, "otklik_zarechnaya_oblast"]]
