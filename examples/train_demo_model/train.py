"""The training: whole answers are learnt, prompts a little and at first, and for a while only the hardest
conversations; deterministic from a seed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path

import numpy
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from .dataset import Tokens, answered, batches
from .model import Model
from .muon import Muon
from .tokenizer import PAD

LOG_EVERY = 25


@dataclass(frozen=True)
class Plan:
    """How long and how fast.

    steps   in all; the first of them, the lesson, are taken on conversations that only repeat things.
    batch   tokens a step, padding counted.
    matrices, others  the highest learning rates. At four times these, 13,000 steps end with 76 % of the calls right
            instead of 95 %, though the first thousand steps go faster.
    flat    the share of the steps after which the rates begin to fall, to nothing at the end.
    prompt  the share of prompt tokens that are learnt too, in the steps before prompts_until; after that they would
            drown what is left to learn about answers, since names that are made up cannot be foreseen.
    choices how many times as many conversations are looked at as are learnt: those are learnt that the model is worst
            at. Looking costs two fifths of learning, and a third of the conversations had three quarters of the loss.
    choosing  the shares of the steps between which they are chosen: not while all are hard, and not at the end, so
            that what is rare is not taken for common.
    """

    steps: int
    lesson: int = 300
    batch: int = 6144
    matrices: float = 0.005
    others: float = 0.001
    warm_up: int = 100
    flat: float = 0.1
    prompt: float = 0.1
    prompts_until: int = 1500
    choices: int = 3
    choosing: tuple[float, float] = (0.6, 0.78)
    seed: int = 0
    save_every: int = 500

    def rate(self, step: int) -> float:
        """The share of the learning rates: rising, level, then falling to nothing."""
        return min(1.0, (step + 1) / self.warm_up, (1 - step / self.steps) / (1 - self.flat))

    def chooses(self, step: int) -> bool:
        """Whether the step learns only the hardest of the conversations that it looks at."""
        begin, end = self.choosing
        return self.choices > 1 and step >= self.lesson and begin <= step / self.steps < end


@dataclass(frozen=True)
class Batch:
    """Conversations padded to one length [conversations, length], and which of their tokens the assistant wrote."""

    tokens: Tensor
    wrote: Tensor

    @classmethod
    def of(cls, rows: list[Tokens], tokenizer: Tokenizer) -> Batch:
        tokens = numpy.full((len(rows), max(map(len, rows))), tokenizer.token_to_id(PAD), dtype=numpy.int64)
        for line, row in enumerate(rows):
            tokens[line, : len(row)] = row
        return cls(torch.from_numpy(tokens), torch.from_numpy(answered(tokens, tokenizer)))

    def lines(self, chosen: Tensor) -> Batch:
        """Some of the conversations."""
        return Batch(self.tokens[chosen], self.wrote[chosen])


@dataclass
class State:
    """A model in training with its optimizers."""

    model: Model
    optimizers: tuple[torch.optim.Optimizer, ...]
    step: int = 0

    @property
    def device(self) -> torch.device:
        return self.model.embedding.weight.device

    def save(self, path: Path) -> None:
        kept = {"model": self.model.state_dict(), "optimizers": [one.state_dict() for one in self.optimizers]}
        torch.save({**kept, "step": self.step}, path)

    def load(self, path: Path) -> None:
        kept = torch.load(path, weights_only=True, map_location=self.device)
        self.model.load_state_dict(kept["model"])
        for optimizer, state in zip(self.optimizers, kept["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.step = kept["step"]


def begin(model: Model, plan: Plan) -> State:
    """A model with fresh optimizers."""
    matrices = [one for name, one in model.named_parameters() if one.ndim == 2 and "embedding" not in name]
    others = [one for name, one in model.named_parameters() if one.ndim != 2 or "embedding" in name]
    adam = torch.optim.AdamW(others, lr=plan.others, betas=(0.9, 0.95), weight_decay=0.0)
    return State(model, (Muon(matrices, lr=plan.matrices, decay=0.01), adam))


def train(
    state: State, lesson: list[Tokens], rows: list[Tokens], tokenizer: Tokenizer, plan: Plan, folder: Path
) -> None:
    """Take the steps that are left of a plan, if any; checkpoints and a log of the loss go to the folder."""
    bar = tqdm(total=plan.steps, initial=state.step, desc="training", unit="step")
    began, seen = time.monotonic(), 0
    with (folder / "loss.log").open("a") as log:
        for batch in islice(_data(lesson, rows, tokenizer, plan, state.step), plan.steps - state.step):
            if plan.chooses(state.step):
                batch = batch.lines(_hardest(state, batch, plan.choices))
            loss = _step(state, batch, plan)
            state.step += 1
            seen += batch.tokens.numel()
            bar.update()
            if state.step % LOG_EVERY == 0:
                speed = seen / (time.monotonic() - began)
                print(f"{state.step} loss {loss:.4f} tokens/s {speed:.0f}", file=log, flush=True)
                bar.set_postfix(loss=f"{loss:.4f}")
            if state.step % plan.save_every == 0 or state.step == plan.steps:
                state.save(folder / "checkpoint.pt")
    bar.close()


def _data(lesson: list[Tokens], rows: list[Tokens], tokenizer: Tokenizer, plan: Plan, skip: int) -> Iterator[Batch]:
    """Batches without end; the first ones are skipped."""
    generator = random.Random(plan.seed)
    first = islice(_epochs(lesson, plan.batch, generator), plan.lesson)
    ordinary = _epochs(rows, plan.batch, generator)
    large = _epochs(rows, plan.batch * plan.choices, generator)
    later = (next(large if plan.chooses(step) else ordinary) for step in count(plan.lesson))
    for chosen in islice(chain(first, later), skip, None):
        yield Batch.of(chosen, tokenizer)


def _epochs(rows: list[Tokens], size: int, generator: random.Random) -> Iterator[list[Tokens]]:
    while True:
        for batch in batches(rows, size, generator):
            yield [rows[number] for number in batch]


@torch.no_grad()
def _hardest(state: State, batch: Batch, share: int) -> Tensor:
    """The lines, one of so many, whose answers lose most."""
    sums = []
    for tokens, wrote in zip(batch.tokens.chunk(share), batch.wrote.chunk(share), strict=True):
        places = wrote[:, 1:].flatten().nonzero().squeeze(1).to(state.device)
        losses = torch.zeros(wrote[:, 1:].numel(), device=state.device)
        losses[places] = _losses(state, tokens, places)
        sums.append(losses.view(len(tokens), -1).sum(1))
    return torch.cat(sums).topk(max(1, len(batch.tokens) // share)).indices.cpu()


def _step(state: State, batch: Batch, plan: Plan) -> Tensor:
    """One step; the mean loss of the answers' tokens, in nats."""
    generator = torch.Generator().manual_seed(plan.seed + state.step)
    share = plan.prompt if state.step < plan.prompts_until else 0.0
    answer = batch.wrote[:, 1:]
    wanted = answer | (torch.rand(answer.shape, generator=generator) < share)
    losses = _losses(state, batch.tokens, wanted.flatten().nonzero().squeeze(1).to(state.device, non_blocking=True))
    losses.mean().backward()
    for optimizer, rate in zip(state.optimizers, (plan.matrices, plan.others), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate * plan.rate(state.step)
        optimizer.step()
        optimizer.zero_grad()
    return losses.detach()[answer[wanted].nonzero().squeeze(1).to(state.device, non_blocking=True)].mean()


def _losses(state: State, tokens: Tensor, places: Tensor) -> Tensor:
    """The loss of each of some tokens, by their places among all but the first of each line."""
    tokens = tokens.to(state.device, non_blocking=True)
    with torch.autocast(state.device.type, torch.bfloat16):
        scores = state.model(tokens[:, :-1], places)
    return functional.cross_entropy(scores.float(), tokens[:, 1:].flatten()[places], reduction="none")
