"""Teach the reader of meaning and write its file: `python -m bench.meaning.teaching [FILE]`.

A text of danger counts by its worst window, each window of an ordinary text for itself. Texts that it already tells
apart are shown more rarely. To be as deaf to form as people are, some texts get a neighbour sentence of an ordinary
one, some lose their marks, some are misspelt.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

import torch
from torch.nn import functional

from bench.meaning.base import Base
from bench.meaning.keeping import keep, pieces_kept
from bench.meaning.network import Network
from otklik.triage import danger_meaning, danger_training

DEPTH, TURNS, BATCH = 4, 3, 32
RATE, HEAD_RATE, WARM = 1.5e-4, 1e-3, 50
SIZES = (28, 40, 40, 52)  # pieces in a window while learning
_LETTERS = "оаеинтсрвлкмдпуяыьгзбчйхжшюцщэф"
_SHOWN = ((0.03, 0.3), (0.08, 0.6))  # loss below the first: shown with the second probability


def main() -> None:
    """Learn from the seed, write the file."""
    torch.manual_seed(1)
    random.seed(1)
    base = Base()
    kept = pieces_kept(base)
    network = Network(base, DEPTH, kept)
    with tempfile.TemporaryDirectory() as folder:
        begun = Path(folder) / "begun.npz"
        keep(base, network, kept, begun)
        # So that windows and pieces are those of the program.
        danger_meaning.read_from(begun, _digest(begun))
        learn(network, [(text.text, text.danger) for text in danger_training.seed()])
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else danger_meaning.WEIGHTS
    keep(base, network, kept, path)
    print("danger_meaning.DIGEST", _digest(path))  # the program reads no other file than the one named there


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def learn(network: Network, texts: list[tuple[str, bool]]) -> None:
    """A few turns through the texts, with ever smaller steps."""
    head = list(network.head.parameters())
    rest = [
        one for name, one in network.named_parameters() if one.requires_grad and not name.startswith("head")
    ]
    steps = torch.optim.AdamW([{"params": rest}, {"params": head}], weight_decay=0.01)
    ordinary = [text for text, danger in texts if not danger and len(text) < 160]
    losses: dict[str, float] = {}
    done = 0
    for turn in range(TURNS):
        shown = [one for one in texts if random.random() < _share(losses.get(one[0]))]
        random.shuffle(shown)
        network.train()
        for at in range(0, len(shown) - BATCH + 1, BATCH):
            left = max(0.02, 1 - (turn + at / len(shown)) / TURNS) * min(1.0, (done + 1) / WARM)
            for group, rate in zip(steps.param_groups, (RATE, HEAD_RATE), strict=True):
                group["lr"] = rate * left
            loss = _loss(network, shown[at : at + BATCH], ordinary, losses)
            steps.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            steps.step()
            done += 1
            if done % 20 == 0:
                print(turn, at, len(shown), round(float(loss), 3), flush=True)


def _loss(
    network: Network, batch: list[tuple[str, bool]], ordinary: list[str], losses: dict[str, float]
) -> torch.Tensor:
    size = random.choice(SIZES)
    windows = [danger_meaning.windows(_changed(text, ordinary), size) for text, _ in batch]
    flat = [one.pieces for some in windows for one in some]
    of = torch.tensor([number for number, some in enumerate(windows) for _ in some])
    danger = torch.tensor([float(one) for _, one in batch])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores = network(*_padded(flat)).float()
    worst = torch.full((len(batch),), -1e4).scatter_reduce(0, of, scores, "amax")
    each = functional.binary_cross_entropy_with_logits(worst, danger, reduction="none")
    losses.update(zip((text for text, _ in batch), each.tolist(), strict=True))
    loss = functional.binary_cross_entropy_with_logits(worst, danger * 0.96 + 0.02)
    calm = scores[danger[of] == 0]
    return loss + 0.3 * functional.softplus(calm).sum() / len(batch)


def _padded(windows: list[tuple[int, ...]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, windows)) + 2
    ids = torch.ones(len(windows), longest, dtype=torch.long)
    mask = torch.zeros(len(windows), longest, dtype=torch.bool)
    for number, pieces in enumerate(windows):
        whole = danger_meaning.framed(pieces)
        ids[number, : len(whole)], mask[number, : len(whole)] = torch.tensor(whole), True
    return ids, mask


def _share(loss: float | None) -> float:
    return next((share for least, share in _SHOWN if loss is not None and loss < least), 1.0)


def _changed(text: str, ordinary: list[str]) -> str:
    if random.random() < 0.18:
        both = [text]
        both.insert(random.randint(0, 1), random.choice(ordinary))
        text = " ".join(both)
    if random.random() < 0.12:
        text = re.sub(r"[,.!?;:—-]+", " ", text)
    if random.random() < 0.15:
        text = _misspelt(text)
    return text if danger_meaning.windows(text) else "-"


def _misspelt(text: str) -> str:
    letters = list(text)
    for _ in range(1 + len(letters) // 40):
        at, kind = random.randrange(len(letters)), random.random()
        if kind < 0.4:
            letters[at] = ""
        elif kind < 0.7 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        else:
            letters[at] = random.choice(_LETTERS)
    return "".join(letters)


if __name__ == "__main__":
    main()
