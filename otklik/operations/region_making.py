"""A region from files alone: its folder checked as a whole, taken in, given its own database, loaded.

Each step is a program of its own that works for that region only (`OTKLIK_REGION`), so nothing of the region in whose
process this runs can get into the other. Every step may be repeated: a corrected folder is taken in the same way.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from otklik import regions
from otklik.embedded import home_folder, region_server
from otklik.failures import BadInput, Failure
from otklik.territory.region_check import Fault, faults

STAFF = ("staff.xlsx", "staff.ods", "staff.csv")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A region that is ready. `links`: the file with links for new people, if a staff list lay in the folder."""

    code: str
    name: str
    database: str
    folder: Path
    links: Path | None


def check(folder: Path) -> list[Fault]:
    """All that is wrong with the folder: territories and bodies, calendar, policies, classifier."""
    if not folder.is_dir():
        raise BadInput(f"Папки {folder} нет.", "folder")
    return [*faults(folder), *_rule_faults(folder), *_classifier_faults(folder), *_staff_faults(folder)]


def _rule_faults(folder: Path) -> Iterator[Fault]:
    from otklik.policy.reading import calendar_year_from_mapping, policy_from_mapping, read_toml, shipped_law
    from otklik.policy.regulation import PolicyError
    from otklik.policy.years import CalendarError

    for path in sorted(folder.glob("calendar/*.toml")):
        try:
            calendar_year_from_mapping(read_toml(path), shipped_law(), path.name)
        except (PolicyError, CalendarError) as error:
            yield Fault(f"calendar/{path.name}", 0, str(error))
    for path in sorted(folder.glob("policies/*.toml")):
        try:
            policy_from_mapping({**read_toml(path), "version": 1}, path.name)
        except PolicyError as error:
            yield Fault(f"policies/{path.name}", 0, str(error))


def _classifier_faults(folder: Path) -> Iterator[Fault]:
    from otklik.classifier.reading import ClassifierError, read_classifier

    if (folder / "classifier").is_dir():
        try:
            read_classifier(folder / "classifier")
        except ClassifierError as error:
            place = f"столбец «{error.column}»: " if error.column else ""
            yield Fault(f"classifier/{error.file}", error.line, place + error.reason)


def _staff_faults(folder: Path) -> Iterator[Fault]:
    found = [name for name in STAFF if (folder / name).exists()]
    if len(found) > 1:
        yield Fault(found[1], 0, f"списков сотрудников два: есть и {found[0]}. Оставьте один")


def make(folder: Path, say: Say) -> Made:
    """Take the folder in, make the database, load everything. Raises Failure that names every fault of the folder."""
    if found := check(folder):
        raise Failure("Папка региона не годится:\n" + "\n".join(f"  {fault}" for fault in found))
    info = tomllib.loads((folder / "region.toml").read_text(encoding="utf-8"))
    code, home = str(info["code"]), home_folder()
    environment = _addresses(code, home)
    say("Беру файлы региона")
    taken = _take_in(folder, home, code)
    say("Готовлю базу данных, таблицы и справочники")
    _run(environment, "migrate")
    links = None
    for name in STAFF:
        if (taken / name).exists():
            say("Завожу сотрудников")
            links = regions.data_folder(home, code) / "staff-links.csv"
            fresh = links.with_suffix(".new")
            try:
                _run(environment, "staff", "import", str(taken / name), "--links", str(fresh))
            finally:
                links = _kept_links(fresh, links)
    return Made(code, str(info["name"]), regions.names(code).database, taken, links)


def _kept_links(fresh: Path, links: Path) -> Path | None:
    """The new links, if there are any: a second run must not throw away those of the first."""
    if fresh.exists() and len(fresh.read_text(encoding="utf-8-sig").splitlines()) > 1:
        fresh.replace(links)
    fresh.unlink(missing_ok=True)
    return links if links.exists() else None


def _addresses(code: str, home: Path) -> dict[str, str]:
    """The environment of the region's own programs. An outside server is prepared by its administrator."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    ours |= {"OTKLIK_REGION": code, "PYTHONUTF8": "1"}
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if not app:
        server = region_server(code, home, make=True)
        return ours | {"DATABASE_URL": server.app_url, "DATABASE_OWNER_URL": server.owner_url}
    wanted = regions.names(code)
    if unquote(urlsplit(app).username or "") != wanted.app or not owner:
        raise Failure(
            f"Для региона «{code}» нужны свои адреса: DATABASE_URL с ролью {wanted.app} и DATABASE_OWNER_URL с ролью "
            f"{wanted.owner}. Роли и базу заводит: OTKLIK_REGION={code} otklik migrate --print-roles"
        )
    return ours | {"DATABASE_URL": app, "DATABASE_OWNER_URL": owner}


def _take_in(folder: Path, home: Path, code: str) -> Path:
    """Copy the folder beside and put it in place of the old one: a kill in the middle leaves the old or the new."""
    target = regions.own_files(home, code)
    if target.exists() and folder.resolve() == target.resolve():
        return target
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft, former = target.with_name("region.new"), target.with_name("region.old")
    for left in (draft, former):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(folder, draft)
    if target.exists():
        target.rename(former)
    draft.rename(target)
    shutil.rmtree(former, ignore_errors=True)
    return target


def _run(environment: dict[str, str], *arguments: str) -> None:
    # What it says is for the person; our own output may be for a program.
    done = subprocess.run([sys.executable, "-m", "otklik", *arguments], env=environment, stdout=2, check=False)
    if done.returncode:
        raise Failure(f"Не получилось: otklik {arguments[0]}. Причина — выше; исправьте и повторите ту же команду.")
