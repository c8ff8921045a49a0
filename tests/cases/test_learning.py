"""The reader learns from the region's own cases, is used only when it wins, and is never missed when it is gone."""

import random
from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases import knowledge as known
from otklik.cases import learning, reader_files
from otklik.cases.learning_rows import material, theme_words
from otklik.cases.models import ReaderBase, ReaderVersion
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.triage import Hints, understand
from tests.cases.learning_steps import history, text_of, themes
from tests.cases.steps import RECEIVED
from tests.making import SYSTEM, make_staff

pytestmark = pytest.mark.django_db
THEME = ReaderVersion.Task.THEME


@pytest.fixture(autouse=True)
def fresh_knowledge():
    known._cached = None
    yield
    known._cached = None


def learnt(now=RECEIVED, **more) -> ReaderVersion:
    made = learning.learn(THEME, now, **more)
    known._cached = None
    return made


def read(text: str):
    with acting(SYSTEM, read_only=True):
        return understand(text, Hints(), known.knowledge())


def test_it_learns_the_regions_own_words_and_is_used_from_then_on():
    history(260, now=RECEIVED)
    told = text_of("light.street", random.Random(99))
    before = read(told).themes
    version = learnt()
    assert version.state == ReaderVersion.State.IN_USE
    after = read(told)
    assert after.themes[0].code == themes()["light.street"].code != (before[0].code if before else "")
    assert (after.themes[0].p or 0) > 0.8 and not after.abstains
    card = version.card
    assert card["figures"]["top1"][0] > 0.9 and card["figures"]["top1"][0] >= card["figures"]["top1"][1]
    assert (card["from"], card["replaces"], card["edition"]) == ("2025-06-17", None, card["edition"])
    entry = Entry.objects.get(stream="reader:theme")
    assert (entry.verb, entry.fields["version"], entry.fields["state"]) == ("reader_learnt", version.pk, "in_use")
