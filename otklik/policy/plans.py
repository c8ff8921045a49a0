"""What is known of a case, and a computed clock: the values that go into and come out of the reckoning."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from otklik.policy.regulation import CRITICAL, Limit, PolicyError
from otklik.policy.wording import TITLES
from otklik.speaking import gettext as _


@dataclass(frozen=True)
class Circumstances:
    """What is known of a case when its dates are computed. Moments are aware, of any zone."""

    received: datetime
    registered: datetime | None = None
    interim: datetime | None = None
    importance: int = 2
    theme: str | None = None

    def moment(self, event: str) -> datetime | None:
        """Return when an event of the regulation ("received", "registered", "interim") happened, if it did."""
        return {"received": self.received, "registered": self.registered, "interim": self.interim}[event]

    def localised(self, zone: ZoneInfo) -> "Circumstances":
        """Return the same in the region's zone. Raises PolicyError when the events contradict each other."""
        if not 0 <= self.importance <= CRITICAL:
            raise PolicyError(_("Важность бывает от 0 до %(critical)s.") % {"critical": CRITICAL})
        known = replace(
            self,
            received=localise(self.received, zone),
            registered=localise(self.registered, zone) if self.registered else None,
            interim=localise(self.interim, zone) if self.interim else None,
        )
        if known.registered and known.registered.date() < known.received.date():
            raise PolicyError(_("Регистрация раньше получения: проверьте даты."))
        if known.interim and known.interim.astimezone(UTC) < known.received.astimezone(UTC):
            raise PolicyError(_("Промежуточный ответ раньше получения: проверьте даты."))
        return known


@dataclass(frozen=True)
class ClockPlan:
    """One computed clock. All moments are aware, in the region's zone.

    `starts_at` is when counting begins (a message at night: the next working moment); `due` ends the limit,
    `control` is what the desk watches; `warn_at` are the moments of the policy's percents between start and
    control. `provisional`: a calendar year without a seen decree was used. `forecast`: the event that starts the
    clock is only supposed, or the true limit comes from another system. `condition`: in Russian, when the clock
    applies at all; empty means always.
    """

    kind: str
    limit: Limit
    starts_at: datetime
    due: datetime
    control: datetime
    legal_date: date
    warn_at: tuple[datetime, ...]
    stops: tuple[str, ...]
    why: tuple[str, ...]
    provisional: bool = False
    forecast: bool = False
    condition: str = ""

    @property
    def title(self) -> str:
        """The Russian name of the clock."""
        return TITLES[self.kind]


def localise(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment in the region's zone; one without an offset is local already.

    Going through UTC turns a wall time that was skipped by a clock change into a real one.
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).astimezone(zone)
