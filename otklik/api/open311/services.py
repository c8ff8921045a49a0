"""What may be reported: the themes in force, each group with one service for whatever its themes do not name."""

from typing import Any

from django.utils.translation import gettext as _

from otklik.api.open311.formats import Told, Wrong
from otklik.channels.open311.attributes import attributes
from otklik.classifier.loading import current
from otklik.classifier.models import Theme, ThemeGroup

# Ids come by a token when the report has been taken in: a moment later, or when the program stands again.
TYPE = "batch"


def services() -> Told:
    """`services`: codes are strings, a theme's («road.pothole») or a group's («road»)."""
    version = current()
    themes: dict[int, list[Theme]] = {}
    for theme in version.themes.filter(retired=False).order_by("order"):
        themes.setdefault(theme.group_id, []).append(theme)
    rows = []
    for group in version.groups.order_by("order"):
        rows.append(_service(group.code, group.name, group.help, [], group))
        rows += [_service(one.code, one.name, one.help, one.synonyms, group) for one in themes.get(group.pk, ())]
    return Told("services", rows)


def _service(code: str, name: str, help_words: str, keywords: list[str], group: ThemeGroup) -> dict[str, Any]:
    return {
        "service_code": code, "service_name": name, "description": help_words,
        "metadata": group.code in attributes(), "type": TYPE, "keywords": ", ".join(keywords[:20]), "group": group.name,
    }


def definition(code: str) -> Told:
    """`services/<code>`: the questions of its group; none is a definition without attributes."""
    group, _theme = service_of(code)
    asked = [
        {
            "variable": True, "code": one.code, "datatype": one.datatype, "required": one.required,
            "datatype_description": None, "order": order, "description": one.description,
            "values": [{"key": key, "name": words} for key, words in one.values],
        }
        for order, one in enumerate(attributes().get(group.code, ()), 1)
    ]
    return Told("service_definition", {"service_code": code, "attributes": asked})


def service_of(code: str) -> tuple[ThemeGroup, Theme | None]:
    """The group and theme that a code names. Raises `Wrong` 404."""
    version = current()
    if "\x00" not in code:
        theme = version.themes.filter(code=code, retired=False).select_related("group").first()
        if theme is not None:
            return theme.group, theme
        group = version.groups.filter(code=code).first()
        if group is not None:
            return group, None
    raise Wrong(404, _("service_code «%(code)s» не найден.") % {"code": code[:80]})
