"""What the curator keeps: official pages, samples of answers, requests of the ЦУР."""

from otklik.curating.ask_models import Ask, AskFile, AskLink, AskPart
from otklik.curating.page_models import Network, OfficialPage, PageDuty, PageFigure, PagePost, PlannedPost
from otklik.curating.sample_models import Checklist, Example, Sample, SampledAnswer

__all__ = [
    "Ask", "AskFile", "AskLink", "AskPart", "Checklist", "Example", "Network", "OfficialPage", "PageDuty",
    "PageFigure", "PagePost", "PlannedPost", "Sample", "SampledAnswer",
]
