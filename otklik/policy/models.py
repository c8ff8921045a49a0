"""Tables of the policy room: versions of regulations and years of the calendar, as they were adopted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One version of the rules of a regime, valid from a date. Never changed: a case keeps the version it had.

    Without a territory it came with the program; with one it is the version of that territory and everything
    below it (the region's own regulation, or one centre's). `data` is the content of a policy file.
    """

    regime = models.CharField(_("режим"), max_length=20)
    version = models.PositiveIntegerField(_("версия"))
    valid_from = models.DateField(_("действует с"))
    territory = models.ForeignKey(
        "territory.Territory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("территория"),
    )
    data = models.JSONField(_("содержание"))
    source = models.TextField(_("основание"))
    loaded_at = models.DateTimeField(auto_now_add=True)
    over = models.CharField(  # open clocks judged by this version are to be judged by the new one, as a person chose
        _("вместо версии и у открытых карточек"), max_length=40, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("версия регламента")
        verbose_name_plural = _("версии регламентов")
        ordering = ["regime", "valid_from", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["regime", "version", "territory"],
                name="policy_version_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.regime} {self.version} ({self.valid_from:%d.%m.%Y})"


class CalendarYear(models.Model):
    """One year of the working calendar of a country or a region; replaced when its decree becomes known."""

    year = models.PositiveSmallIntegerField(_("год"))
    area = models.CharField(_("страна или регион"), max_length=10, default="RU")
    data = models.JSONField(_("содержание"))
    provisional = models.BooleanField(_("предварительный"))
    source = models.TextField(_("основание"))
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("год календаря")
        verbose_name_plural = _("годы календаря")
        ordering = ["area", "year"]
        constraints = [models.UniqueConstraint(fields=["year", "area"], name="policy_calendar_year_once")]

    def __str__(self) -> str:
        return f"{self.area} {self.year}"


class WorkSchedule(models.Model):
    """One version of working hours and own days: of a centre, of an organisation, or, with neither, of the region.

    Never changed: each change is a new row, the last one holds. `data` is what `schedule_reading` reads.
    """

    territory = models.ForeignKey("territory.Territory", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.CASCADE, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("версия"))
    data = models.JSONField(_("содержание"))
    source = models.CharField(_("основание"), max_length=300, blank=True)
    at = models.DateTimeField(_("когда"))

    class Meta:
        verbose_name = _("часы работы")
        verbose_name_plural = _("часы работы")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "organisation", "version"], name="policy_schedule_version_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(territory=None) | models.Q(organisation=None), name="policy_schedule_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id or self.organisation_id or 'RU'} {self.version}"
