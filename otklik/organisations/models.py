"""Who can be responsible, who works where, and in which role."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """Whoever can be responsible: an administration, a department, a УК, a utility, a regional body."""

    class Kind(models.TextChoices):
        REGIONAL_CENTRE = "regional_centre", _("ЦУР")
        MUNICIPAL_CENTRE = "municipal_centre", _("МЦУ")
        ADMINISTRATION = "administration", _("администрация муниципалитета")
        SETTLEMENT_ADMINISTRATION = "settlement_administration", _("администрация поселения")
        DEPARTMENT = "department", _("подразделение администрации")
        UTILITY = "utility", _("коммунальная организация")
        HOUSING_COMPANY = "housing_company", _("управляющая компания")
        REGIONAL_BODY = "regional_body", _("орган власти региона")
        REGIONAL_OPERATOR = "regional_operator", _("региональный оператор")
        FEDERAL_BODY = "federal_body", _("федеральный орган")

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(_("название"), max_length=300)
    short_name = models.CharField(_("короткое название"), max_length=120)
    name_key = models.CharField(max_length=300, db_index=True, editable=False)
    kind = models.CharField(_("вид"), max_length=30, choices=Kind.choices)
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    phone = models.CharField(_("телефон"), max_length=40, blank=True)
    email = models.EmailField(_("почта"), blank=True)
    source = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.short_name


class UserManager(BaseUserManager["User"]):
    """Finds users by their log-in name."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A member of staff. What they may do is said by `RoleAssignment`, not by flags."""

    username = models.CharField(_("имя для входа"), max_length=150, unique=True)
    full_name = models.CharField(_("фамилия, имя, отчество"), max_length=200)
    position = models.CharField(_("должность"), max_length=200, blank=True)
    phone = models.CharField(_("телефон"), max_length=40, blank=True)
    email = models.EmailField(_("почта"), blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def short_name(self) -> str:
        """«Иванова А. П.» for the header and the journal."""
        surname, *rest = self.full_name.split() or [self.username]
        return " ".join([surname, *(f"{part[0]}." for part in rest[:2])])


class RoleAssignment(models.Model):
    """One role of one person in one place, from a day to a day."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("оператор")
        COORDINATOR = "coordinator", _("координатор")
        APPROVER = "approver", _("согласующий")
        HEAD = "head", _("руководитель")
        CURATOR = "curator", _("куратор ЦУР")
        ANALYST = "analyst", _("аналитик ЦУР")
        ADMINISTRATOR = "administrator", _("администратор")
        SECURITY = "security", _("специалист по ИБ")

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    role = models.CharField(_("роль"), max_length=20, choices=Role.choices)
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "territory"], name="organisations_role_once")
        ]


class Invitation(models.Model):
    """A one-time link by which a person sets a password: a first one, or after a reset."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    purpose = models.CharField(max_length=10, choices=[("invite", "invite"), ("reset", "reset")])
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class DutyPerson(models.Model):
    """Whom to call, in order, when something threatens life: the ЕДДС of a scope and its deputies."""

    territory = models.ForeignKey("territory.Territory", models.CASCADE, related_name="duty")
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("кто"), max_length=200)
    phone = models.CharField(_("телефон"), max_length=40)

    class Meta:
        ordering = ["territory_id", "order"]


class Setting(models.Model):
    """One setting of the region or of a centre, as data: the public address, go-live date and the like."""

    territory = models.ForeignKey("territory.Territory", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "name"], name="organisations_setting_once", nulls_distinct=False
            )
        ]


from otklik.organisations.absence_models import Absence  # noqa: E402 - models of this room in files of their own
from otklik.organisations.door_models import DoorEvent, OutsideLogin, RateWindow  # noqa: E402

__all__ = [
    "Absence", "DoorEvent", "DutyPerson", "Invitation", "Organisation", "OutsideLogin", "RateWindow", "RoleAssignment",
    "Setting", "User", "UserManager",
]
