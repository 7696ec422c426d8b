"""The training: whole answers are learnt, prompts a little and at first, late stages learn the hardest conversations;
deterministic from a seed.
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


@dataclass(frozen=True)
class Plan:
    """How long and how fast.

    steps   in all; the first of them, the lesson, are taken on conversations that only repeat things.
    begin   the step from which the rates are counted: they rise again from there.
    batch   tokens a step, padding counted.
    matrices, others  the learning rates, of which peak is the highest share.
    flat    the share of the steps from begin after which the rates begin to fall.
    prompt  the share of prompt tokens that are learnt too, in the steps before prompts_until; after that they would
            drown what is left to learn about answers, since names that are made up cannot be foreseen.
    choices how many times as many conversations are looked at as are learnt: those are learnt that the model is worst
            at. Looking costs two fifths of learning, and a third of the conversations had three quarters of the loss.
    plain   the share of the steps from begin, the last ones, that learn all they look at nevertheless, so that what is
            rare is not taken for common.
    """

    steps: int
    begin: int = 0
    lesson: int = 300
    batch: int = 6144
    matrices: float = 0.02
    others: float = 0.004
    peak: float = 1.0
    warm_up: int = 100
    flat: float = 0.3
    prompt: float = 0.1
    prompts_until: int = 4550
    choices: int = 1
    plain: float = 0.25
    seed: int = 0
    save_every: int = 250

    def rate(self, step: int) -> float:
        """The share of the learning rates: rising, level, then falling to nothing."""
        left = (self.steps - step) / (self.steps - self.begin)
        return self.peak * min(1.0, (step - self.begin + 1) / self.warm_up, left / (1 - self.flat))

    def chooses(self, step: int) -> bool:
        """Whether the step learns only the hardest of the conversations that it looks at."""
        return self.choices > 1 and self.begin <= step < self.steps - self.plain * (self.steps - self.begin)


@dataclass
class State:
    """A model in training with its optimizers."""

    model: Model
    optimizers: tuple[torch.optim.Optimizer, ...]
    step: int = 0

    def save(self, path: Path) -> None:
        kept = {"model": self.model.state_dict(), "optimizers": [one.state_dict() for one in self.optimizers]}
        torch.save({**kept, "step": self.step}, path)

    def load(self, path: Path) -> None:
        kept = torch.load(path, weights_only=True)
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
    if state.step >= plan.steps:
        return
    bar = tqdm(total=plan.steps, initial=state.step, desc="training", unit="step")
    began, seen = time.monotonic(), 0
    with (folder / "loss.log").open("a") as log:
        for tokens, wrote in _data(lesson, rows, tokenizer, plan, state.step):
            if plan.chooses(state.step):
                hardest = _hardest(state.model, tokens, wrote, plan.choices)
                tokens, wrote = tokens[hardest], wrote[hardest]
            loss = _step(state, tokens, wrote, plan)
            state.step += 1
            seen += tokens.numel()
            bar.update()
            if state.step % 25 == 0:
                speed = seen / (time.monotonic() - began)
                print(f"{state.step} loss {loss:.4f} tokens/s {speed:.0f}", file=log, flush=True)
                bar.set_postfix(loss=f"{loss:.4f}")
            if state.step % plan.save_every == 0 or state.step == plan.steps:
                state.save(folder / "checkpoint.pt")
            if state.step == plan.steps:
                break
    bar.close()


def _data(
    lesson: list[Tokens], rows: list[Tokens], tokenizer: Tokenizer, plan: Plan, skip: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded batches and which of their tokens the assistant wrote, without end; the first ones are skipped."""
    generator = random.Random(plan.seed)
    first = islice(_epochs(lesson, plan.batch, generator), plan.lesson)
    ordinary = _epochs(rows, plan.batch, generator)
    large = _epochs(rows, plan.batch * plan.choices, generator)
    later = (next(large if plan.chooses(step) else ordinary) for step in count(plan.lesson))
    for chosen in islice(chain(first, later), skip, None):
        shape = (len(chosen), max(map(len, chosen)))
        tokens = numpy.full(shape, tokenizer.token_to_id(PAD), dtype=numpy.int64)
        wrote = numpy.zeros(shape, dtype=bool)
        for line, row in enumerate(chosen):
            tokens[line, : len(row)] = row
            wrote[line, : len(row)] = answered(row, tokenizer)
        yield torch.from_numpy(tokens), torch.from_numpy(wrote)


def _epochs(rows: list[Tokens], size: int, generator: random.Random) -> Iterator[list[Tokens]]:
    while True:
        for batch in batches(rows, size, generator):
            yield [rows[number] for number in batch]


@torch.no_grad()
def _hardest(model: Model, tokens: Tensor, wrote: Tensor, share: int) -> Tensor:
    """The lines, one of so many, whose answers lose most."""
    found = []
    for some, theirs in zip(tokens.chunk(share), wrote.chunk(share), strict=True):
        nexts, answer = some[:, 1:], theirs[:, 1:]
        with torch.autocast("cpu", torch.bfloat16):
            scores = model(some[:, :-1], answer)
        losses = torch.zeros(answer.shape)
        losses[answer] = functional.cross_entropy(scores.float(), nexts[answer], reduction="none")
        found.append(losses.sum(1))
    return torch.cat(found).topk(max(1, len(tokens) // share)).indices


def _step(state: State, tokens: Tensor, wrote: Tensor, plan: Plan) -> float:
    """One step; the loss of the answers' tokens, in nats."""
    torch.manual_seed(plan.seed + state.step)
    nexts, answer = tokens[:, 1:], wrote[:, 1:]
    wanted = answer | (torch.rand(answer.shape) < (plan.prompt if state.step < plan.prompts_until else 0.0))
    with torch.autocast("cpu", torch.bfloat16):
        scores = state.model(tokens[:, :-1], wanted)
    losses = functional.cross_entropy(scores.float(), nexts[wanted], reduction="none")
    losses.mean().backward()
    for optimizer, rate in zip(state.optimizers, (plan.matrices, plan.others), strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate * plan.rate(state.step)
        optimizer.step()
        optimizer.zero_grad()
    return losses.detach()[answer[wanted]].mean().item()
