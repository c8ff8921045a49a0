"""The order of the house: foreign keys, strings included, point down as imports do; no code names a region."""

import re
import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
FLOORS = [[room.strip() for room in layer.split("|")] for layer in CONTRACT["layers"]]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}  # 0 is the top
REGIONS = {path.name for path in (ROOT / "otklik" / "regions").iterdir() if path.is_dir() and path.name[0] != "_"}


def room_of(model: type) -> str | None:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "otklik" else None


def test_every_room_stands_in_the_import_contract():
    rooms = {p.parent.name for p in (ROOT / "otklik").glob("*/__init__.py")} - {"regions", "frontend", "locale"}
    assert rooms <= set(FLOOR), f"add to [tool.importlinter]: {sorted(rooms - set(FLOOR))}"


def test_foreign_keys_point_down_the_house():
    wrong = []
    for model in apps.get_models():
        here = room_of(model)
        if here is None:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or not getattr(field, "remote_field", None) or field.auto_created:
                continue
            there = room_of(field.related_model)
            if there is None or there == here:
                continue
            if FLOOR[there] <= FLOOR[here]:
                wrong.append(f"{model.__name__}.{field.name} → {there}")
    assert wrong == []


def test_nothing_in_code_names_a_region():
    """The region is files: neither its code nor its name stands in code (its default: `otklik.regions`)."""
    words = [r"волгоград", r"волгогр", *REGIONS]
    pattern = re.compile("|".join(words), re.IGNORECASE)
    found = []
    for path in [*(ROOT / "otklik").rglob("*.py"), *(ROOT / "otklik").rglob("*.html")]:
        inside = path.relative_to(ROOT / "otklik")
        if inside.parts[0] in ("regions", "locale", "frontend"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{inside}:{number}: {line.strip()[:80]}")
    assert found == []
