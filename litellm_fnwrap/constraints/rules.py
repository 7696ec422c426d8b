"""The rules of a grammar while it is being built, and what had to be widened on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from ..errors import ConstraintError
from .grammar import EMPTY, NOTHING, Block, Choice, Grammar, Node, Ref, Repeat, Sequence, reachable, references

_T = TypeVar("_T")

_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9]+")


class Rules:
    """Named nodes of one grammar; names are unique and fit every dialect (letters, digits and dashes).

    known  what was built before, by what it was built from.
    brief  True if every use of a rule is written out, so that small rules matter more than exact ones.
    ending of all names; with an upper-case letter, names of a block differ from those of any other rules.
    """

    def __init__(self, *, brief: bool = False, ending: str = "") -> None:
        self.brief = brief
        self._ending = ending
        self.nodes: dict[str, Node] = {}
        self.blocks: list[Block] = []
        self.widened: dict[str, None] = {}
        self.known: dict[Hashable, object] = {}
        self._counts: dict[str, int] = {}
        self._shared: dict[str, Ref] = {}
        self._unfinished: set[str] = set()
        self._is_recursive = False

    def reserve(self, hint: str) -> Ref:
        """A name of its own for a rule that is filled in later (a rule may refer to itself)."""
        base = _NOT_IN_NAMES.sub("-", hint).strip("-").lower() or "rule"
        if base == "root":
            base = "root-rule"
        count = self._counts.get(base, 0)
        self._counts[base] = count + 1
        name = (f"{base}-{count}" if count else base) + self._ending
        if name in self.nodes:
            return self.reserve(hint)
        self.nodes[name] = NOTHING
        return Ref(name)

    def add(self, hint: str, node: Node) -> Node:
        """A reference to a new rule; what is empty or impossible stays as it is."""
        if node in (EMPTY, NOTHING) or isinstance(node, Ref):
            return node
        ref = self.reserve(hint)
        self.nodes[ref.name] = node
        return ref

    def shared(self, name: str, make: Callable[[], Node]) -> Ref:
        """A reference to the one rule that is shared under a name, made on first use; it may refer to itself."""
        if name not in self._shared:
            self._shared[name] = self.reserve(name)
            self.nodes[self._shared[name].name] = make()
        return self._shared[name]

    def recursive(self, known: dict[str, Node], key: str, hint: str, make: Callable[[], Node]) -> Node:
        """The rule known by a key, made on first use of what may refer to it; NOTHING if nothing fulfils it.

        Raises ConstraintError where a value must hold a value that must hold a value: a model would never end it.
        """
        if key not in known:
            ref = known[key] = self.reserve(hint)
            self._unfinished.add(ref.name)
            node = self.nodes[ref.name] = make()
            self._unfinished.remove(ref.name)
            if node == NOTHING:
                known[key] = NOTHING
            elif self._is_recursive and not self._unfinished and self._is_endless(ref):
                raise ConstraintError(
                    f"{hint}: a value must hold another one like itself, and so on without end. "
                    "Leave what refers back out of required, or let it be null as well."
                )
        found = known[key]
        self._is_recursive = self._is_recursive or (isinstance(found, Ref) and found.name in self._unfinished)
        return found

    def include(self, block: Block) -> Ref:
        """A reference to the start of a block, whose rules become part of this grammar."""
        if block.start not in self.nodes:
            self.nodes.update(block.rules)
            self.blocks.append(block)
        return Ref(block.start)

    def block(self, start: Node) -> Block:
        """These rules, from a start on, as a block for other grammars."""
        if not isinstance(start, Ref):
            text, start = start, self.reserve("text")
            self.nodes[start.name] = text
        return Block(start.name, self.grammar(start).rules)

    def grammar(self, root: Node) -> Grammar:
        """The grammar of a root, with the rules that it needs."""
        return reachable(Grammar(root, self.nodes, tuple(self.blocks)))

    def _is_endless(self, start: Ref) -> bool:
        """Whether start, or a rule that it leads to, is one of which no text ever ends."""
        names: dict[str, None] = {}
        pending = [start.name]
        while pending:
            name = pending.pop()
            if name not in names:
                names[name] = None
                pending.extend(references(self.nodes[name]))
        ending: set[str] = set()
        while more := {name for name in names.keys() - ending if _ends(self.nodes[name], ending)}:
            ending |= more
        return ending != names.keys()

    def remember(self, key: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """What was made before from the same key; made anew if a part of the key is None, or if it reports something.

        A report names where in the schema it applies, so it has to be made for every place.
        """
        if None in key:
            return make()
        if key in self.known:
            return cast(_T, self.known[key])
        reported = len(self.widened)
        made = make()
        if len(self.widened) == reported:
            self.known[key] = made
        return made

    def widen(self, sentence: str) -> None:
        """Report a part of a schema that the grammar does not express; the same sentence is reported once."""
        self.widened.setdefault(sentence)


def _ends(node: Node, ending: set[str]) -> bool:
    """Whether a node admits some text, if the rules that are known to end do."""
    if isinstance(node, Ref):
        return node.name in ending
    if isinstance(node, Sequence):
        return all(_ends(part, ending) for part in node.parts)
    if isinstance(node, Choice):
        return any(_ends(option, ending) for option in node.options)
    return not isinstance(node, Repeat) or node.low == 0 or _ends(node.part, ending)
