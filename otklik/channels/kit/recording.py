"""Recorded payloads in files, for `otklik channels replay`."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from otklik.channels.kit.channel import Came


def recorded_json(path: Path, id_of: Callable[[Any], str]) -> Iterator[tuple[str, Came]]:
    """Each JSON file of a folder in the order of names, or each line of a file (or the whole file, if it is one value).

    `id_of` tells the id of a payload; where it cannot (KeyError, TypeError), the bytes' digest stands for it, so that
    a broken one is still taken, once, and seen.
    """
    files = sorted(one for one in path.rglob("*.json*") if one.is_file()) if path.is_dir() else [path]
    for file in files:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        bodies = _bodies(file.read_bytes())
        for at, body in enumerate(bodies, 1):
            yield name if len(bodies) == 1 else f"{name}:{at}", Came(_id(body, id_of), body)


def _bodies(content: bytes) -> list[bytes]:
    try:
        whole = json.loads(content)
    except ValueError:
        return [line for line in content.splitlines() if line.strip()]
    if isinstance(whole, list):
        return [json.dumps(one, ensure_ascii=False).encode() for one in whole]
    return [content]


def _id(body: bytes, id_of: Callable[[Any], str]) -> str:
    try:
        return id_of(json.loads(body))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return f"sha256:{hashlib.sha256(body).hexdigest()}"
