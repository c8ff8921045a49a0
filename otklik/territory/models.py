"""The tree of territories: region → municipality → inner district or settlement.

A territory keeps its own id and `code` whatever happens to it; the codes of outside classifiers
are attributes that change with time (a reform gives a municipality another ОКТМО code, while its
cases, people and history stay where they are).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.territory.naming import name_key
from otklik.territory.street_names import street_key


class Kind(models.TextChoices):
    """The level of a territory in the tree."""

    REGION = "region", _("регион")
    MUNICIPALITY = "municipality", _("муниципалитет")
    DISTRICT = "district", _("внутригородской район")
    SETTLEMENT = "settlement", _("населённый пункт")


class Territory(models.Model):
    """One node of the tree.

    `scope` is the node that bounds what staff see: the region for itself, a municipality for
    itself and its settlements, an inner district for itself and the places in it. It is filled
    by the code that loads territories, never by hand.
    """

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    code = models.SlugField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=200)
    type_name = models.CharField(max_length=60, blank=True)
    name_key = models.CharField(max_length=200, db_index=True, editable=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    scope = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    municipality = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="within_municipality"
    )
    source = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    # A municipality is governed from here: its bare name means this place, not a hamlet of the same name.
    is_centre = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("территория")
        verbose_name_plural = _("территории")
        ordering = ["name_key", "id"]
        indexes = [
            models.Index(fields=["kind", "name_key"], name="territory_kind_name"),
            models.Index(fields=["municipality", "name_key"], name="territory_muni_name"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key of its short name, by which lists are sorted and found."""
        self.name_key = name_key(self.short_name)
        super().save(*args, **kwargs)


class TerritoryCode(models.Model):
    """A code that an outside classifier gives to a territory, valid for a time.

    `valid_from` is the first day, `valid_to` the last one; empty means "not known" and "still".
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="codes")
    system = models.CharField(max_length=16, default="oktmo")
    code = models.CharField(max_length=20)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name = _("код территории")
        verbose_name_plural = _("коды территорий")
        indexes = [models.Index(fields=["system", "code"], name="territory_code_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "system", "code"], name="territory_code_once_a_territory"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class Alias(models.Model):
    """Another name that people or outside sheets use for a territory."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        verbose_name = _("другое название")
        verbose_name_plural = _("другие названия")
        constraints = [
            models.UniqueConstraint(fields=["territory", "name_key"], name="territory_alias_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key of the name, by which it is found."""
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class BoundaryEdition(models.Model):
    """One imported file of boundaries: where it came from, and what must be written beside a map that shows it.

    Its id is also the stamp by which every process knows that its copy of the boundaries is old.
    """

    kind = models.CharField(max_length=16, choices=Kind.choices)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=300, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("границы")
        verbose_name_plural = _("границы")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file_name


class Boundary(models.Model):
    """The boundary of a municipality or of an inner district, WGS 84 (EPSG:4326), degrees.

    `shape` is the whole geometry as WKB, by which a point is placed; `outline` is GeoJSON text of the same, simplified
    together with its neighbours, for maps.
    """

    territory = models.OneToOneField(Territory, on_delete=models.CASCADE, related_name="boundary")
    edition = models.ForeignKey(BoundaryEdition, on_delete=models.CASCADE, related_name="boundaries")
    shape = models.BinaryField()
    outline = models.TextField()

    class Meta:
        verbose_name = _("граница")
        verbose_name_plural = _("границы")


class Street(models.Model):
    """A street of a settlement (or of a municipality that is one city), with the house numbers that are known.

    `outside` are its ids elsewhere: «gar:…» (the GUID of ГАР), «osm:…» (its name in OSM, which has no id for a street).
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="streets")
    name = models.CharField(max_length=150)
    type_name = models.CharField(max_length=40, blank=True)
    name_key = models.CharField(max_length=150, editable=False)
    outside = ArrayField(models.CharField(max_length=200), default=list)
    houses = ArrayField(models.CharField(max_length=30), default=list)
    source = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("улица")
        verbose_name_plural = _("улицы")
        constraints = [
            models.UniqueConstraint(fields=["territory", "name_key", "type_name"], name="territory_street_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type_name} {self.name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row with the key of the name, by which it is found."""
        self.name_key = street_key(self.name)
        super().save(*args, **kwargs)


class LearnedName(models.Model):
    """A name that people used for a place and staff confirmed: another name of it, a street in it, a landmark.

    It counts for reading texts from `ENOUGH` different cases on. `evidence` are the ids of those cases (no words of
    theirs); a correction takes its case out again. Never a house, a flat or a person's name.
    """

    ENOUGH = 2
    KEPT = 50  # ids of cases; more say nothing new

    class What(models.TextChoices):
        """What the name is of."""

        PLACE = "place", _("место")
        STREET = "street", _("улица")
        LANDMARK = "landmark", _("ориентир")

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="learned_names")
    what = models.CharField(max_length=10, choices=What.choices)
    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100)
    type_name = models.CharField(max_length=40, blank=True)
    evidence = ArrayField(models.BigIntegerField(), default=list)
    confirmations = models.PositiveIntegerField(default=0)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    forbidden = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("выученное название")
        verbose_name_plural = _("выученные названия")
        ordering = ["name_key", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "what", "name_key"], name="territory_learned_name_once"
            ),
        ]
        indexes = [models.Index(fields=["confirmations"], name="territory_learned_enough")]

    def __str__(self) -> str:
        return f"{self.type_name} {self.name}".strip()
