"""Make the bundled model: data, vocabulary, training, model file.

    pip install -r examples/train_demo_model/requirements.txt
    python -m examples.train_demo_model --out litellm_fnwrap/demo/demo.gguf

The working folder keeps what each step made. A step whose product is there is not taken again, so a training that was
broken off goes on from its last checkpoint; and --export writes the model file from it as it is.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import torch
from tokenizers import Tokenizer

from . import dataset
from .conversations import echo
from .dataset import Tokens
from .export import export
from .model import Model, Shape
from .tokenizer import load_tokenizer, train_tokenizer
from .train import Plan, State, begin, train

VOCABULARY = 1536
CONVERSATIONS = 350_000
TOKENIZER_TEXTS = 20_000
STEPS = 14_000


def main() -> None:
    options = argparse.ArgumentParser(description="Make the bundled model.")
    options.add_argument("--work", type=Path, default=Path("demo-model-work"), help="folder for what the steps make")
    options.add_argument("--out", type=Path, default=Path("demo.gguf"), help="the model file to write")
    options.add_argument("--steps", type=int, default=STEPS, help="of training; the rates fall to nothing at the last")
    options.add_argument("--conversations", type=int, default=CONVERSATIONS)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="what trains")
    options.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="that train on a processor, or make the data"
    )
    options.add_argument("--eager", action="store_true", help="compile nothing, where there is no C++ compiler")
    options.add_argument("--export", action="store_true", help="write the file from the last checkpoint, do not train")
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    given.work.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(given.work / "tokenizer.json", given.seed)
    plan = Plan(given.steps, seed=given.seed)
    state = _state(tokenizer, plan, given.work / "checkpoint.pt", given.device)
    if not given.export:
        lesson, rows = _data(given.work, tokenizer, given.conversations, given.seed, given.threads)
        if given.device == "cpu" and not given.eager:
            state.model.compile_blocks()
        train(state, lesson, rows, tokenizer, plan, given.work)
    export(state.model, tokenizer, dataset.TEMPLATE, given.out)
    print(f"{given.out}: {given.out.stat().st_size:,} bytes after {state.step:,} steps")


def _data(
    folder: Path, tokenizer: Tokenizer, conversations: int, seed: int, processes: int
) -> tuple[list[Tokens], list[Tokens]]:
    lesson, rows = folder / "lesson.npz", folder / "data.npz"
    if not lesson.exists():
        dataset.write(lesson, tokenizer, conversations // 8, seed, make=echo, processes=processes)
    if not rows.exists():
        dataset.write(rows, tokenizer, conversations, seed, processes=processes)
    return dataset.read(lesson), dataset.read(rows)


def _tokenizer(path: Path, seed: int) -> Tokenizer:
    if not path.exists():
        # Other conversations than those of the training: their numbers come after any that it may use.
        train_tokenizer(dataset.texts(range(10**9, 10**9 + TOKENIZER_TEXTS), seed), VOCABULARY).save(str(path))
    return load_tokenizer(path)


def _state(tokenizer: Tokenizer, plan: Plan, checkpoint: Path, device: str) -> State:
    torch.manual_seed(plan.seed)
    state = begin(Model(Shape(vocabulary=tokenizer.get_vocab_size())).to(device), plan)
    if checkpoint.exists():
        state.load(checkpoint)
    return state


if __name__ == "__main__":
    main()
