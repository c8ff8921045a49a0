"""Tables of this room, each in the file of its thought."""

from otklik.practice.exchange_models import MOST_TAKEN, Exchange, Packet, Taken, TrustedRegion
from otklik.practice.passport_models import PassportNote, PassportVersion
from otklik.practice.practice_models import Need, Practice, PracticeEffect, Taking, TakingTask
from otklik.practice.question_models import (
    CentreQuestion,
    CentreReply,
    ForeignTemplate,
    LentTemplate,
    TemplateCopy,
)
from otklik.practice.sending_models import Sending

__all__ = [
    "MOST_TAKEN", "CentreQuestion", "CentreReply", "Exchange", "ForeignTemplate", "LentTemplate", "Need", "Packet",
    "PassportNote", "PassportVersion", "Practice", "PracticeEffect", "Sending", "Taken", "Taking", "TakingTask",
    "TemplateCopy", "TrustedRegion",
]
