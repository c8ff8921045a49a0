"""What specs say in words: `@hour` in a spec is the phrase of that name here, in the language of the page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {"hour": _("Час")}
