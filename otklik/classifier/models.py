"""Tables of the classifier room: versions of the list of themes."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class ClassifierVersion(models.Model):
    """One edition of the list of themes. A case keeps its theme, and with it the edition."""

    code = models.CharField(_("код"), max_length=40, unique=True)
    name = models.CharField(_("название"), max_length=200)
    valid_from = models.DateField(_("действует с"))
    loaded_at = models.DateTimeField(
        _("загружен"),
        help_text=_("Когда загрузка в последний раз что-то изменила; по нему видно, что знания устарели."),
    )

    class Meta:
        verbose_name = _("редакция классификатора")
        verbose_name_plural = _("редакции классификатора")
        ordering = ["valid_from", "pk"]

    def __str__(self) -> str:
        return self.name


class ThemeGroup(models.Model):
    """A group of themes, as a person sees it in a list of choices."""

    version = models.ForeignKey(
        ClassifierVersion, models.CASCADE, related_name="groups", verbose_name=_("редакция")
    )
    code = models.CharField(_("код"), max_length=40)
    name = models.CharField(_("название"), max_length=100)
    help = models.CharField(_("пояснение"), max_length=300)
    importance_hint = models.PositiveSmallIntegerField(
        _("обычная важность"), validators=[MaxValueValidator(4)]
    )
    order = models.PositiveSmallIntegerField(_("порядок"))

    class Meta:
        verbose_name = _("группа тем")
        verbose_name_plural = _("группы тем")
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="classifier_group_code_once")]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """One theme. A retired one is no longer offered, but cases that have it keep it."""

    version = models.ForeignKey(
        ClassifierVersion, models.CASCADE, related_name="themes", verbose_name=_("редакция")
    )
    group = models.ForeignKey(ThemeGroup, models.PROTECT, related_name="themes", verbose_name=_("группа"))
    code = models.CharField(_("код"), max_length=80)
    name = models.CharField(_("название"), max_length=150)
    help = models.CharField(_("пояснение"), max_length=300)
    synonyms = models.JSONField(_("слова жителей"), default=list)
    importance = models.PositiveSmallIntegerField(_("обычная важность"), validators=[MaxValueValidator(4)])
    fast = models.BooleanField(_("решается быстро"))
    executor_kind = models.CharField(_("кто обычно исправляет"), max_length=40)
    order = models.PositiveSmallIntegerField(_("порядок"))
    retired = models.BooleanField(_("больше не предлагается"), default=False)

    class Meta:
        verbose_name = _("тема")
        verbose_name_plural = _("темы")
        ordering = ["version", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="classifier_theme_code_once")]

    def __str__(self) -> str:
        return self.name

    def confused_with(self) -> list[tuple[Theme, str]]:
        """The themes not to confuse with this one, each with its note, without retired ones. Two queries."""
        edges = [(edge.other, edge.note) for edge in self.not_to_confuse.select_related("other")]
        edges += [(edge.theme, edge.note) for edge in self.taken_for.select_related("theme")]
        return sorted((pair for pair in edges if not pair[0].retired), key=lambda pair: pair[0].order)


class NotToConfuse(models.Model):
    """«Не путать с»: a pair of themes that are taken for each other. Kept once, read from both sides."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="not_to_confuse", verbose_name=_("тема"))
    other = models.ForeignKey(Theme, models.CASCADE, related_name="taken_for", verbose_name=_("не путать с"))
    note = models.CharField(_("как различить"), max_length=300)

    class Meta:
        verbose_name = _("похожая тема")
        verbose_name_plural = _("похожие темы")
        ordering = ["theme", "other"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "other"], name="classifier_pair_once"),
            models.CheckConstraint(
                condition=~models.Q(theme=models.F("other")), name="classifier_pair_of_two_themes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.theme} — {self.other}"


class ClassifierDraft(models.Model):
    """A list of themes that somebody uploaded: looked at, mapped from the edition in force, adopted or dropped."""

    file_name = models.CharField(max_length=255)
    uploaded_by = models.CharField(max_length=80)
    uploaded_at = models.DateTimeField()
    spec = models.JSONField(encoder=RussianJson)  # the whole edition, as `writing.spec_to_json` makes it
    mapping = models.JSONField(default=dict, encoder=RussianJson)  # old code → list of new codes
    adopted = models.OneToOneField(ClassifierVersion, models.PROTECT, null=True, related_name="draft")
    dropped_at = models.DateTimeField(null=True)


class ThemeSuccessor(models.Model):
    """What a theme of an earlier edition became. Several rows are a split: a person says which one for each case.

    A row without `becomes` says «требует разбора»: nothing in the new edition stands for it.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="successors")
    becomes = models.ForeignKey(Theme, models.CASCADE, null=True, related_name="predecessors")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "becomes"], name="classifier_successor_once", nulls_distinct=False
            )
        ]
