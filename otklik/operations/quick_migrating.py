"""A database from nothing in a third of the time: a step of a migration renders the one model that it changes.

After each of some six hundred steps Django renders every model that is tied to the changed one by keys, either way,
which is most of them: nine tenths of a first start. A step that makes a table, a column, an index or a constraint looks
at its own model and at the names and keys of those it points to; before any other step all models are rendered anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelManagers,
    AlterModelOptions,
    CreateModel,
    Migration,
    RemoveConstraint,
    RemoveIndex,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OF_ONE_MODEL = (CreateModel, AddField, AddIndex, RemoveIndex, AddConstraint, RemoveConstraint, AlterModelOptions,
                AlterModelManagers, RunSQL)  # fmt: skip


def of_one_model(step: Operation) -> bool:
    """Whether nothing but the step's own model and the names of others matter to it."""
    if isinstance(step, AlterField):
        field = step.field
        return not (field.is_relation or field.primary_key or field.unique)
    return isinstance(step, OF_ONE_MODEL)


@contextmanager
def one_model_at_a_time() -> Iterator[None]:
    """Migrations that run inside render as little as they need."""
    states: Any = ProjectState  # the types of Django do not know its inner function
    every = states._find_reload_model
    whole = Migration.apply

    def only_its_own(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        self.is_delayed = True  # Django's word for «others still point to what this model was»
        return {(app_label, model_name)}

    def by_steps(
        self: Migration, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        for step in self.operations:
            one: Any = copy(self)
            one.operations = [step]
            if of_one_model(step):
                states._find_reload_model = only_its_own
            else:
                project_state.clear_delayed_apps_cache()
                project_state.apps  # noqa: B018 - rendered here, once for the state before the step and the one after
            try:
                project_state = whole(one, project_state, schema_editor, collect_sql)
            finally:
                states._find_reload_model = every
        return project_state

    Migration.apply = by_steps  # type: ignore[method-assign]
    try:
        yield
    finally:
        Migration.apply = whole  # type: ignore[method-assign]
