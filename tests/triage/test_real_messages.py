"""On real messages: most get a theme, alarms stay rare enough to be believed, and it is fast."""

import csv
import time

from otklik.classifier.reading import shipped
from otklik.triage import Hints, Knowledge, ThemeEntry, understand


def test_real_messages_are_read_fast_and_without_a_flood_of_alarms(trial_data):
    knowledge = Knowledge(
        tuple(
            ThemeEntry(t.code, t.name, t.group, t.group, t.synonyms, t.importance, t.executor_kind)
            for t in shipped().themes
        )
    )
    with (trial_data / "messages" / "kursk_dev.csv").open(encoding="utf-8", newline="") as source:
        texts = [line["text"] for line in csv.DictReader(source)]
    started = time.process_time()
    read = [understand(text, Hints(), knowledge) for text in texts]
    # A hundred a second on two cores (`otklik understand --jobs`): half of it of one.
    assert len(texts) / (time.process_time() - started) > 50
    assert sum(bool(one.themes) for one in read) > 0.9 * len(texts)
    # A reader found that some one in eleven deserves it (bench/exams, importance); recall goes before fewer alarms.
    assert 0.05 * len(texts) < sum(one.importance == 4 for one in read) < 0.15 * len(texts)
