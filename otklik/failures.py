"""What a person is told when something cannot be done: one clear line with what to do next."""

from otklik.speaking import gettext as _


class Failure(Exception):
    """An expected failure. The text is Russian, for the person at the keyboard."""

    exit_code = 1


class Refused(Failure):
    """A rule of the house forbids the act."""


class NotYours(Failure):
    """The thing does not exist for this actor."""


class BadInput(Failure):
    """What was given cannot be taken. `field` names where, so that a form can show it there."""

    exit_code = 2

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def unforeseen(error: Exception) -> str:
    """What a person reads of an error that nobody foresaw: its kind alone, since its text may hold what was sent."""
    return _("Ошибка программы: %(kind)s") % {"kind": type(error).__name__}
