"""The members of an object: declared properties in their order, then the keys that patterns or further ones admit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .grammar import ANY, EMPTY, NOTHING, Literal, Node, choice, optional, repeat, sequence
from .keys import keys_except
from .merge import Flat, demands_on
from .notation import Notation
from .pattern import pattern_language
from .strings import string_language

if TYPE_CHECKING:
    from .values import Values

_MOST_COUNTED, _MOST_WRITTEN_OUT = 600, 60


class Members:
    """The members of one object, as a list of what may stand there in order."""

    def __init__(self, values: Values, flat: Flat, path: str, notation: Notation) -> None:
        self.values = values
        self.flat = flat
        self.path = path
        self.notation = notation
        self.bare_keys = notation.bare_keys

    @property
    def separator(self) -> Node:
        """What stands between two members."""
        return self.notation.comma_node

    def node(self) -> Node:
        """The members with their separators; NOTHING if a required one cannot be written."""
        declared = self.declared()
        further = self.further()
        if not declared:
            return self._counted(further)
        if self._cannot_count(declared):
            return NOTHING
        if self._must_count(declared, further):
            return self._counted_items(declared, further)
        items = list(declared)
        if further != NOTHING:
            items.append((sequence(further, repeat(sequence(self.separator, further))), False))
        return join(items, self.separator, self)

    def declared(self) -> list[tuple[Node, bool]]:
        """Each declared property that can have a value, and whether it is required."""
        properties = self.flat.get("properties", {})
        required = dict.fromkeys(self.flat.get("required", ()))
        out = []
        for key in {**properties, **required}:
            schema = demands_on(key, self.flat)
            if key not in properties and schema is True and not self.additional():
                schema = False
            node = self.member(self.key(key), schema, f"{self.path}.{key}")
            if node != NOTHING or key in required:
                out.append((node, key in required))
        return out

    def key(self, key: str) -> Node:
        """A key as it is written."""
        return self.notation.key(key, self.values.rules)

    def member(self, key: Node, schema: Any, path: str) -> Node:
        """A key and the values its schema admits."""
        return sequence(key, Literal(self.notation.pair), self.values.node(schema, path))

    def further(self) -> Node:
        """One member with a key that is not declared."""
        options = [self._patterned(pattern, schema) for pattern, schema in self.patterns().items()]
        additional = self.additional()
        if additional is not False:
            if options and additional is not True:
                self.values.rules.widen(f"{self.path}: additionalProperties beside patternProperties")
            options.append(self.member(self.further_key(), additional, f"{self.path}.*"))
        return choice(*options)

    def patterns(self) -> dict[str, Any]:
        """patternProperties."""
        return dict(self.flat.get("patternProperties", {}))

    def additional(self) -> Any:
        """The schema of further values; False where declared properties are all there is."""
        closed = "properties" in self.flat or "patternProperties" in self.flat
        return self.flat.get("additionalProperties", not closed)

    def further_key(self) -> Node:
        """A key that is not declared, as propertyNames admit it."""
        names = self.flat.get("propertyNames", True)
        taken = tuple(self.flat.get("properties", ()))
        rules = self.values.rules
        if self.bare_keys:
            return keys_except(taken, bare=True)
        if names in (True, {}):
            if not taken:
                return self.notation.string(repeat(ANY), rules)
            return self.notation.string(keys_except(taken), rules)
        options: list[Node] = []
        for flat in self.values.flattener.flatten({"allOf": [{"type": "string"}, names]}, f"{self.path} (keys)"):
            if "enum" in flat:
                options.extend(self.notation.literal(v, rules) for v in flat["enum"] if v not in taken)
            else:
                language = string_language(flat, f"{self.path} (keys)", rules)
                if taken:
                    rules.widen(f"{self.path}: propertyNames beside properties")
                options.append(self.notation.string(language, rules))
        return choice(*options)

    def _patterned(self, pattern: str, schema: Any) -> Node:
        language = pattern_language(pattern)
        if language is None:
            self.values.rules.widen(f"{self.path}: patternProperties {pattern!r}")
            return self.member(self.further_key(), schema, f"{self.path}.*")
        if self.flat.get("properties") or len(self.patterns()) > 1:
            self.values.rules.widen(f"{self.path}: patternProperties {pattern!r} may meet other keys")
        return self.member(self.patterned_key(pattern, language), schema, f"{self.path}.*")

    def patterned_key(self, pattern: str, language: Node) -> Node:
        """A key that fulfils a pattern, of which language is the language."""
        if not self.bare_keys:
            return self.notation.string(language, self.values.rules)
        self.values.rules.widen(f"{self.path}: patternProperties {pattern!r}, where keys have no quote marks")
        return self.further_key()

    def _counted(self, further: Node) -> Node:
        """Members of an object that declares none: as many as minProperties and maxProperties say."""
        low, high = int(self.flat.get("minProperties", 0)), self.flat.get("maxProperties")
        if low > 1:
            self.values.rules.widen(f"{self.path}: minProperties, where a key is written twice")
        if high is not None and high < low:
            return NOTHING
        if high == 0 or further == NOTHING:
            return EMPTY if low == 0 else NOTHING
        rest = repeat(sequence(self.separator, further), max(low - 1, 0), None if high is None else int(high) - 1)
        some = sequence(further, rest)
        return some if low > 0 else optional(some)

    def _cannot_count(self, declared: list[tuple[Node, bool]]) -> bool:
        """Whether maxProperties is less than what must be there."""
        needed = max(sum(required for _, required in declared), self.flat.get("minProperties", 0))
        return bool(self.flat.get("maxProperties", needed) < needed)

    def _must_count(self, declared: list[tuple[Node, bool]], further: Node) -> bool:
        """Whether minProperties or maxProperties refuse some choice of members, and counting is within reason."""
        rules, required = self.values.rules, sum(needed for _, needed in declared)
        low, high = int(self.flat.get("minProperties", 0)), self.flat.get("maxProperties")
        if low <= required and (high is None or (further == NOTHING and high >= len(declared))):
            return False
        counts = max(low, 1) + 1 if high is None else int(high) + 1
        # A state for each member and count; where every use of a rule is written out, each way to get there.
        if len(declared) ** counts <= _MOST_WRITTEN_OUT if rules.brief else len(declared) * counts <= _MOST_COUNTED:
            return True
        if low > required:
            rules.widen(f"{self.path}: minProperties beside properties")
        if high is not None:
            rules.widen(f"{self.path}: maxProperties beside properties")
        return False

    def _counted_items(self, declared: list[tuple[Node, bool]], further: Node) -> Node:
        """The members from the last to the first: what may follow where so many are written."""
        rules = self.values.rules
        low, high = int(self.flat.get("minProperties", 0)), self.flat.get("maxProperties")
        # Beyond what must be counted, one more member makes no difference.
        most = max(low, 1) if high is None else int(high)
        if low > 1 and further != NOTHING:
            rules.widen(f"{self.path}: minProperties, where a key is written twice")
        after = [self._further_items(count, further, low, high) for count in range(most + 1)]
        for position in reversed(range(len(declared))):
            member, needed = declared[position]
            here: list[Node] = []
            for count in range(most + 1):
                taken = sequence(self.separator if count else EMPTY, member, after[min(count + 1, most)])
                if count == high:
                    taken = NOTHING
                both = taken if needed else choice(taken, after[count])
                here.append(rules.add(f"{self.path}-rest", both) if 0 < count <= position else both)
            after = here
        return after[0]

    def _further_items(self, count: int, further: Node, low: int, high: int | None) -> Node:
        """Members with keys that are not declared, behind so many others."""
        least, most = max(low - count, 0), None if high is None else int(high) - count
        if further == NOTHING or most == 0:
            return EMPTY if least == 0 else NOTHING
        item = sequence(self.separator, further)
        if count:
            return repeat(item, least, most)
        rest = sequence(further, repeat(item, max(least - 1, 0), None if most is None else most - 1))
        return rest if least else optional(rest)


def join(items: list[tuple[Node, bool]], separator: Node, members: Members) -> Node:
    """Items in order, the required ones always, with a separator between those that are written."""
    first_required = next((n for n, (_, required) in enumerate(items) if required), None)
    if first_required is not None:
        head = [optional(sequence(node, separator)) for node, _ in items[:first_required]]
        return sequence(*head, items[first_required][0], *_rest(items[first_required + 1 :], separator))
    tail: Node = EMPTY
    options: list[Node] = []
    for node, _ in reversed(items):
        options.insert(0, sequence(node, tail))
        tail = (
            optional(sequence(separator, node))
            if tail == EMPTY
            else sequence(optional(sequence(separator, node)), tail)
        )
        if len(items) > 3:
            tail = members.values.rules.add(f"{members.path}-rest", tail)
    return optional(choice(*options))


def _rest(items: list[tuple[Node, bool]], separator: Node) -> list[Node]:
    return [sequence(separator, node) if required else optional(sequence(separator, node)) for node, required in items]
