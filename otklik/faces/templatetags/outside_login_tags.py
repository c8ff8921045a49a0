"""Whether there is an outside log-in, and what its button says."""

from django import template
from django.utils.translation import gettext as _

from otklik.faces.outside_login import provider

register = template.Library()


@register.simple_tag
def outside_login_label() -> str:
    """«Войти через …», or nothing where no provider is configured."""
    asked = provider()
    return _("Войти через %(name)s") % {"name": asked.name or _("единый вход")} if asked else ""
