"""Rendering one model at a time changes nothing of what the database is told."""

from contextlib import nullcontext

import pytest
from django.db import connection
from django.db.migrations import AddField, AlterField, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.models import BigAutoField, CharField, TextField
from django.db.models.deletion import CASCADE
from django.db.models.fields.related import ForeignKey

from otklik.operations.quick_migrating import of_one_model, one_model_at_a_time

# New tables with keys to old ones, keys that change, a field that is altered; whole models and single columns.
TOLD = (("cases", "0022_appeals_by_law"), ("practice", "0003_practices_and_templates_between_regions"),
        ("channels", "0003_the_channel_kit"))  # fmt: skip


def statements(app: str, name: str, how: object) -> list[str]:
    loader = MigrationLoader(connection)
    with how:  # type: ignore[attr-defined]
        told: list[str] = loader.collect_sql([(loader.graph.nodes[(app, name)], False)])
    return told


@pytest.mark.parametrize(("app", "name"), TOLD)
def test_the_statements_are_those_of_django(db, app, name):
    usual = statements(app, name, nullcontext())
    assert len(usual) > 10
    assert statements(app, name, one_model_at_a_time()) == usual


def test_a_step_that_others_depend_on_sees_all_of_them():
    assert of_one_model(AddField("case", "text", TextField()))
    assert of_one_model(AlterField("case", "state", CharField(max_length=9)))
    assert not of_one_model(AlterField("case", "number", CharField(max_length=9, unique=True)))
    assert not of_one_model(AlterField("case", "id", BigAutoField(primary_key=True)))
    assert not of_one_model(AlterField("case", "scope", ForeignKey("territory.Territory", CASCADE)))
    assert not of_one_model(RunPython(lambda apps, editor: None))
