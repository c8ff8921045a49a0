"""Models to files and back."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.base import FORMAT, Base, ThemeWords, digest_of, make_base
from otklik.triage.model.file import BadModel, pack, put, unpack
from otklik.triage.model.sparse import Columns
from otklik.triage.model.sureness import Sureness
from otklik.triage.model.trained import Trained
from otklik.triage.model.vocabulary import Vocabulary

log = logging.getLogger(__name__)
Arrays = dict[str, npt.NDArray[Any]]
KEY_NAME: Final = "models"  # of the installation's secrets
_last: Base | None = None  # of this process: where no file can be kept, the seconds of work are not spent again


def base_bytes(base: Base, key: bytes) -> bytes:
    """The file of a base."""
    header = {
        "kind": "base", "format": FORMAT, "codes": base.codes, "groups": base.groups, "digest": base.digest,
        "edges": base.vocabulary.edges,
    }  # fmt: skip
    return pack(header, {**_vocabulary(base.vocabulary), "weights": base.weights}, key)


def read_base(path: Path, key: bytes) -> Base:
    """A base from its file. Raises `BadModel` or `OSError`."""
    header, arrays = _unpack(path, key, "base")
    return Base(
        tuple(header["codes"]), tuple(header["groups"]), _read_vocabulary(header, arrays), arrays["weights"],
        str(header["digest"]),
    )  # fmt: skip


def trained_bytes(model: Trained, card: Mapping[str, Any], key: bytes) -> bytes:
    """The file of a trained model with its card."""
    header = {
        "kind": "trained", "format": FORMAT, "labels": model.labels, "categories": model.categories,
        "base": model.base, "edges": model.vocabulary.edges, "card": dict(card), "labelled": model.named.count,
    }  # fmt: skip
    arrays = {
        **_vocabulary(model.vocabulary), "category_of": model.category_of, "by_text": model.by_text,
        "landmarks": model.landmarks, "by_profile": model.by_profile, "told": model.told, "common": model.common,
        "say": model.say, "sure": model.sureness.weights, "sure_right": model.sureness.right,
        "sure_lift": model.sureness.lift, "named_starts": model.named.starts, "named_rows": model.named.rows,
        "named_weight": model.named.weight,
    }  # fmt: skip
    return pack(header, arrays, key)


def read_trained(path: Path, key: bytes) -> tuple[Trained, dict[str, Any]]:
    """A trained model and its card. Raises `BadModel` or `OSError`."""
    header, arrays = _unpack(path, key, "trained")
    named = Columns(arrays["named_starts"], arrays["named_rows"], arrays["named_weight"], int(header["labelled"]))
    model = Trained(
        tuple(header["labels"]), tuple(header["categories"]), arrays["category_of"],
        _read_vocabulary(header, arrays), arrays["by_text"], arrays["landmarks"], arrays["by_profile"],
        arrays["told"], named, arrays["common"], arrays["say"],
        Sureness(arrays["sure"], arrays["sure_right"], arrays["sure_lift"]), str(header["base"]),
    )  # fmt: skip
    return model, dict(header["card"])


def base_for(themes: Sequence[ThemeWords], folder: Path | None, key: bytes) -> Base:
    """The base of a classifier: from the folder, or made anew and put there. Never fails for the folder's sake: where
    no file can be kept, the process goes on with the base of the same words that it read or made last.
    """
    global _last
    path = folder / f"base-{digest_of(themes)}.model" if folder is not None else None
    known = _last if _last is not None and _last.digest == digest_of(themes) else None
    if path is not None:
        try:
            _last = read_base(path, key)
            return _last
        except FileNotFoundError:
            pass
        except BadModel as error:
            log.warning("the base model in %s is made anew: %s", path, error)
            known = None  # it may be the very file that we have mapped
        except OSError as error:
            log.warning("the base model in %s cannot be read: %s", path, error)
    _last = known or make_base(themes)
    if path is not None:
        try:
            put(path, base_bytes(_last, key))
            _last = read_base(path, key)  # the shared copy
        except (BadModel, OSError) as error:
            log.warning("the base model cannot be kept in %s: %s", path, error)
    return _last


def _unpack(path: Path, key: bytes, kind: str) -> tuple[dict[str, Any], Arrays]:
    header, arrays = unpack(path, key)
    if header.get("kind") != kind or header.get("format") != FORMAT:
        raise BadModel("another kind or edition of model")
    return header, arrays


def _vocabulary(vocabulary: Vocabulary) -> Arrays:
    return {"hashes": vocabulary.hashes, "rarity": vocabulary.rarity}


def _read_vocabulary(header: Mapping[str, Any], arrays: Arrays) -> Vocabulary:
    return Vocabulary(arrays["hashes"], arrays["rarity"].astype(np.float32, copy=False), tuple(header["edges"]))
