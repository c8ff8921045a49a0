"""The sentences about each theme, as the files give them."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent
VOICES = MappingProxyType({"s": "short", "a": "angry", "p": "polite", "o": "chancery"})


@dataclass(frozen=True)
class Saying:
    """One template of a resident's message with the voice it is written in."""

    voice: str
    body: str


@dataclass(frozen=True)
class Matter:
    """All that the demo can say about one theme; task, plan, answer are empty where nothing is to be done."""

    code: str
    often: int
    title: str
    say: tuple[Saying, ...]
    more: tuple[str, ...]
    task: str
    plan: str
    done: str


@lru_cache(maxsize=1)
def matters() -> MappingProxyType[str, Matter]:
    """All matters by the code of their theme, in the order of the files' names."""
    found: dict[str, Matter] = {}
    for path in sorted((FOLDER / "matters").glob("*.toml")):
        for code, content in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{path.name}: {code} stands twice")
            found[code] = _matter(code, content)
    return MappingProxyType(found)


def _matter(code: str, content: dict[str, Any]) -> Matter:
    say = tuple(Saying(VOICES[line[0]], line[2:].strip()) for line in content["say"])
    return Matter(
        code=code,
        often=content["often"],
        title=content["title"],
        say=say,
        more=tuple(content.get("more", ())),
        task=content["task"],
        plan=content["plan"],
        done=content["done"],
    )


THEMES: tuple[str, ...] = tuple(matters())
