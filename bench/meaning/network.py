"""The reader of meaning as a network that can learn. The program's own (`otklik.triage.danger_meaning`) only reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from bench.meaning.base import Base

_DROPPED = 0.1


class Layer(nn.Module):
    """One layer of the base, as it was."""

    def __init__(self, base: Base, number: int) -> None:
        super().__init__()
        self.heads, width = base.heads, base.width

        def linear(name: str, out: int, into: int) -> nn.Linear:
            made = nn.Linear(into, out)
            made.weight.data = torch.from_numpy(base.tensor(f"l{number}.{name}.w", out, into))
            made.bias.data = torch.from_numpy(base.tensor(f"l{number}.{name}.b", out))
            return made

        self.q, self.k, self.v = (linear(name, width, width) for name in "qkv")
        self.ao = linear("ao", width, width)
        self.fi, self.fo = linear("fi", base.wide, width), linear("fo", width, base.wide)
        self.aln, self.oln = (normal(base, f"l{number}.{name}") for name in ("aln", "oln"))
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, state: Tensor, mask: Tensor) -> Tensor:
        """The state of each piece after this layer."""
        many, long, width = state.shape

        def split(one: Tensor) -> Tensor:
            return one.view(many, long, self.heads, -1).transpose(1, 2)

        asked = (split(self.q(state)), split(self.k(state)), split(self.v(state)))
        seen = functional.scaled_dot_product_attention(*asked, attn_mask=mask[:, None, None, :])
        state = self.aln(state + self.drop(self.ao(seen.transpose(1, 2).reshape(many, long, width))))
        return self.oln(state + self.drop(self.fo(functional.gelu(self.fi(state)))))


class Network(nn.Module):
    """The lowest layers of the base and one number at the end. The first layer and the words stay as they were."""

    def __init__(self, base: Base, depth: int, kept: Sequence[int]) -> None:
        super().__init__()
        words = base.tensor("emb.word", base.words, base.width)[list(kept)]
        self.words = torch.from_numpy(words.astype(np.float16))
        places = base.tensor("emb.pos", base.places, base.width) + base.tensor("emb.type", 2, base.width)[0]
        self.places = torch.from_numpy(places)
        self.norm = normal(base, "emb.ln")
        self.layers = nn.ModuleList(Layer(base, number) for number in range(depth))
        self.head = nn.Linear(base.width, 1)
        self.head.weight.data.mul_(0.1)
        self.drop = nn.Dropout(_DROPPED)
        for still in (self.norm, self.layers[0]):
            still.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """How surely each window tells of danger."""
        state = self.norm(self.words[ids].float() + self.places[: ids.shape[1]])
        for layer in self.layers:
            state = layer(state, mask)
        there = mask[..., None].to(state.dtype)
        return self.head(self.drop((state * there).sum(1) / there.sum(1)))[:, 0]


def normal(base: Base, name: str) -> nn.LayerNorm:
    """A norm of the base."""
    made = nn.LayerNorm(base.width, eps=base.eps)
    made.weight.data = torch.from_numpy(base.tensor(f"{name}.w", base.width))
    made.bias.data = torch.from_numpy(base.tensor(f"{name}.b", base.width))
    return made
