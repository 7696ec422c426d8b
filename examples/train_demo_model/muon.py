"""Muon: momentum whose matrices are made orthogonal, which trains small transformers in fewer tokens than AdamW.

Source: Keller Jordan, "Muon: An optimizer for hidden layers in neural networks" (December 2024), whose coefficients of
the Newton-Schulz iteration are used here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """For matrices only; everything else needs another optimizer."""

    def __init__(self, matrices: Iterable[Tensor], lr: float, momentum: float = 0.95, decay: float = 0.0) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            by_shape: dict[tuple[int, int], list[tuple[Tensor, bool, Tensor]]] = defaultdict(list)
            for matrix in group["params"]:
                state = self.state[matrix]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(matrix)
                state["momentum"].lerp_(matrix.grad, 1 - group["momentum"])
                direction = matrix.grad.lerp(state["momentum"], group["momentum"])
                tall = direction.shape[0] > direction.shape[1]
                direction = direction.T if tall else direction
                by_shape[tuple(direction.shape)].append((matrix, tall, direction))
            for entries in by_shape.values():
                self._update(entries, group)

    def _update(self, entries: list[tuple[Tensor, bool, Tensor]], group: dict[str, float]) -> None:
        """All matrices of one shape at once."""
        directions = _orthogonal(torch.stack([direction for _, _, direction in entries]))
        for (matrix, tall, _), direction in zip(entries, directions, strict=True):
            scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - group["lr"] * group["decay"])
            matrix.add_(direction.T if tall else direction, alpha=-group["lr"] * scale)


def _orthogonal(matrices: Tensor) -> Tensor:
    """The nearest matrices with orthogonal rows, roughly: all singular values near 1."""
    a, b, c = _COEFFICIENTS
    x = matrices.bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.to(matrices.dtype)
