"""Random texts that a grammar admits."""

from __future__ import annotations

import random

from litellm_fnwrap.constraints.grammar import Chars, Choice, Grammar, Literal, Node, Ref, Repeat, Sequence

_MORE = 0.55
_DEEP = 40
_COMMON = [(0x20, 0x7E), (0x09, 0x0A), (0xE0, 0xFF), (0x4E00, 0x4E20), (0x1F600, 0x1F610)]


class Sampler:
    """Draws texts from a grammar; deeper down it takes what ends soonest."""

    def __init__(self, grammar: Grammar, seed: int) -> None:
        self.grammar = grammar
        self.random = random.Random(seed)
        self._costs: dict[str, float] = {}
        self._settle()

    def draw(self) -> str:
        """One text."""
        return self._draw(self.grammar.root, 0)

    def _settle(self) -> None:
        self._costs = dict.fromkeys(self.grammar.rules, float("inf"))
        for _ in range(len(self.grammar.rules) + 1):
            changed = False
            for name, node in self.grammar.rules.items():
                cost = 1 + self._cost(node)
                if cost < self._costs[name]:
                    self._costs[name] = cost
                    changed = True
            if not changed:
                return

    def _cost(self, node: Node) -> float:
        if isinstance(node, Ref):
            return self._costs[node.name]
        if isinstance(node, Sequence):
            return sum(map(self._cost, node.parts))
        if isinstance(node, Choice):
            return min(map(self._cost, node.options), default=float("inf"))
        if isinstance(node, Repeat):
            return node.low * self._cost(node.part) if node.low else 0
        return 0

    def _draw(self, node: Node, depth: int) -> str:
        if isinstance(node, Literal):
            return node.text
        if isinstance(node, Chars):
            return self._character(node)
        if isinstance(node, Ref):
            return self._draw(self.grammar.rules[node.name], depth + 1)
        if isinstance(node, Sequence):
            return "".join(self._draw(part, depth) for part in node.parts)
        if isinstance(node, Choice):
            return self._draw(self._option(node, depth), depth)
        return self._repeated(node, depth)

    def _option(self, node: Choice, depth: int) -> Node:
        possible = [option for option in node.options if self._cost(option) < float("inf")]
        if depth > _DEEP:
            return min(possible, key=self._cost)
        return self.random.choice(possible)

    def _repeated(self, node: Repeat, depth: int) -> str:
        count = node.low
        while depth <= _DEEP and (node.high is None or count < node.high) and self.random.random() < _MORE:
            count += 1
        if node.high is not None and depth <= _DEEP and self.random.random() < 0.1:
            count = node.high
        return "".join(self._draw(node.part, depth + 1) for _ in range(count))

    def _character(self, node: Chars) -> str:
        common = [
            (max(low, first), min(high, last))
            for low, high in node.ranges
            for first, last in _COMMON
            if max(low, first) <= min(high, last)
        ]
        low, high = self.random.choice(common if common and self.random.random() < 0.9 else list(node.ranges))
        return chr(self.random.randint(low, high))
