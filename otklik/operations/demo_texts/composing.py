"""A whole invented exchange about one matter: message, what follows, the task, the answers."""

from dataclasses import dataclass
from random import Random

from otklik.operations.demo_texts.matters import matters
from otklik.operations.demo_texts.place import DemoPlace
from otklik.operations.demo_texts.voices import fill, manners, say


@dataclass(frozen=True)
class DemoMessage:
    """What the demo writes about one matter; nobody real wrote any of it.

    `voice` is short, angry, polite, chancery or misspelt. `follow_ups` (none to three) come while the
    resident waits; `disagrees` or `thanks` after the answer. `task`, `interim`, `answer` are empty where the
    theme needs none (spam, thanks).
    """

    theme_code: str
    voice: str
    text: str
    title: str
    follow_ups: tuple[str, ...]
    disagrees: str
    thanks: str
    task: str
    interim: str
    answer: str


def compose(rng: Random, theme_code: str, place: DemoPlace) -> DemoMessage:
    """An exchange about `theme_code` at `place`. Deterministic: the same state of `rng` gives the same texts.

    Raises KeyError for a theme that is not in `THEMES`.
    """
    matter, common, slots = matters()[theme_code], manners(), place.slots
    text, voice = say(rng, rng.choice(matter.say), slots, plainly=not matter.task)
    waiting = (*matter.more, *common.again["waiting"]) if matter.task else ()
    follow_ups = rng.sample(waiting, k=min(len(waiting), rng.choices((0, 1, 2, 3), (6, 3, 2, 1))[0]))
    hello, interim_end, answer_end = (
        rng.choice(common.clerk[part]) for part in ("hello", "interim_end", "answer_end")
    )
    return DemoMessage(
        theme_code=theme_code,
        voice=voice,
        text=text,
        title=fill(rng, matter.title, slots),
        follow_ups=tuple(fill(rng, words, slots) for words in follow_ups),
        disagrees=fill(rng, rng.choice(common.again["disagrees"]), slots),
        thanks=fill(rng, rng.choice(common.again["thanks"]), slots),
        task=fill(rng, f"{matter.task} Адрес: {{address}}.", slots) if matter.task else "",
        interim=fill(rng, hello + matter.plan + interim_end, slots) if matter.plan else "",
        answer=fill(rng, hello + matter.done + answer_end, slots) if matter.done else "",
    )
