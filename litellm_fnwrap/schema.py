"""Reading JSON Schema: which kinds of value a schema admits, what it says of a property or an item.

Schemas are read, never validated against here; a schema that cannot be understood admits everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any] | bool

KINDS = ("null", "boolean", "integer", "number", "object", "array", "string")
EVERY_KIND = frozenset(KINDS)

# Type names that are not JSON Schema's but stand in many tool definitions.
_TYPE_NAMES = {
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "long": "integer",
    "uint": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "num": "number",
    "str": "string",
    "text": "string",
    "varchar": "string",
    "char": "string",
    "enum": "string",
    "bool": "boolean",
    "list": "array",
    "tuple": "array",
    "set": "array",
    "arr": "array",
    "dict": "object",
    "map": "object",
    "none": "null",
}
_MAX_HOPS = 32

_SHAPES: dict[str, Any] = {
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), Mapping),
    **dict.fromkeys(("anyOf", "oneOf", "allOf", "prefixItems", "enum"), (list, tuple)),
    "required": (list, tuple),
}
_HOLD_SCHEMAS = _SHAPES.keys() - {"enum", "required"}
_ARE_SCHEMAS = frozenset({"items", "additionalProperties", "not", "contains", "if", "then", "else", "propertyNames"})


def type_name(name: object) -> str | None:
    """JSON Schema's name of a type written in any usual way ("int", "Dict[str, int]"); None for one nobody knows."""
    text = str(name).strip().lower()
    head = text.split("[", 1)[0].split("<", 1)[0].split("(", 1)[0].strip()
    if head in KINDS:
        return head
    return _TYPE_NAMES.get(head)


def resolve(schema: Schema, root: Schema) -> Schema:
    """The schema a local $ref leads to, or the schema itself; an unknown or circular reference admits everything."""
    hops = 0
    while isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        hops += 1
        target = _follow(schema["$ref"], root)
        if target is None or hops > _MAX_HOPS:
            return True
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        if siblings and isinstance(target, Mapping):
            target = {**target, **siblings}
        schema = target
    return schema


def _follow(reference: str, root: Schema) -> Schema | None:
    if not reference.startswith("#"):
        return None
    found: Any = root
    for part in reference[1:].split("/"):
        if not part:
            continue
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, Sequence) and not isinstance(found, str) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found if isinstance(found, (Mapping, bool)) else None


def malformed(schema: Any, where: str) -> str | None:
    """A sentence about the first part of a schema that no reader could make sense of; None for a good one.

    Only the shapes of containers are looked at: unknown types, and bounds that are none, are left to who uses them.
    """
    pending = [(schema, where)]
    while pending:
        part, path = pending.pop()
        if not isinstance(part, Mapping):
            continue
        for keyword, shape in _SHAPES.items():
            value = part.get(keyword)
            if value is None or isinstance(value, shape):
                continue
            if keyword == "required" and isinstance(value, bool) and "properties" not in part:
                continue  # older drafts say so of the property itself
            wanted = "an object" if shape is Mapping else "a list"
            return f"{path}.{keyword} is {type(value).__name__}, and {wanted} is needed there. Write JSON Schema."
        for keyword in _HOLD_SCHEMAS & part.keys():
            found = part[keyword]
            inner = found.items() if isinstance(found, Mapping) else enumerate(found)
            pending.extend((value, f"{path}.{keyword}.{key}") for key, value in inner)
        pending.extend((part[keyword], f"{path}.{keyword}") for keyword in _ARE_SCHEMAS & part.keys())
    return None


def schema_faults(schema: Any) -> list[str]:
    """What keeps a value from being a JSON Schema, in sentences; [] for a good one, and for non-standard type names."""
    # Imported here: it costs more than a whole call, and only what is wrong already comes this way.
    from jsonschema import Draft202012Validator

    metaschema = Draft202012Validator(Draft202012Validator.META_SCHEMA)
    found = metaschema.iter_errors(schema)
    return [f"{error.json_path}: {error.message[:200]}." for error in found if list(error.path)[-1:] != ["type"]]


class SchemaReader:
    """Answers about the parts of one schema, each found once.

    A part is known by its identity, and kept with the answer, so that no other part can take its place.
    """

    __slots__ = ("_enums", "_kinds", "_properties", "_required", "_scalars", "root")

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._kinds: dict[int, tuple[Schema, frozenset[str]]] = {}
        self._enums: dict[int, tuple[Schema, list[Any] | None]] = {}
        self._properties: dict[int, tuple[Schema, Mapping[str, Schema]]] = {}
        self._required: dict[int, tuple[Schema, frozenset[str]]] = {}
        self._scalars: dict[int, tuple[Schema, Mapping[str, frozenset[str]]]] = {}

    def kinds(self, schema: Schema | None) -> frozenset[str]:
        """The JSON types a schema admits; "number" includes "integer". None and True admit every type."""
        known = self._kinds.get(id(schema))
        if known is None:
            if not isinstance(schema, Mapping):
                return EVERY_KIND
            known = self._kinds[id(schema)] = (schema, self._read_kinds(schema, 0))
        return known[1]

    def _read_kinds(self, schema: Schema, depth: int) -> frozenset[str]:
        schema = resolve(schema, self.root)
        if not isinstance(schema, Mapping) or depth > _MAX_HOPS:
            return EVERY_KIND
        kinds = _declared_kinds(schema)
        for group in ("anyOf", "oneOf"):
            branches = schema.get(group)
            if isinstance(branches, Sequence) and branches:
                kinds &= frozenset().union(*(self._read_kinds(branch, depth + 1) for branch in branches))
        for branch in schema.get("allOf") or ():
            kinds &= self._read_kinds(branch, depth + 1)
        values = schema.get("enum") if "enum" in schema else [schema["const"]] if "const" in schema else None
        if isinstance(values, Sequence) and not isinstance(values, str):
            kinds &= frozenset().union(*(_value_kinds(value) for value in values))
        if schema.get("nullable") is True:
            kinds |= {"null"}
        return kinds or EVERY_KIND

    def enum(self, schema: Schema | None) -> list[Any] | None:
        """The values an enum or const admits; None for a schema with neither."""
        if schema is None or schema is True:
            return None
        known = self._enums.get(id(schema))
        if known is None:
            known = self._enums[id(schema)] = (schema, self._read_enum(resolve(schema, self.root)))
        return known[1]

    def _read_enum(self, schema: Schema) -> list[Any] | None:
        if not isinstance(schema, Mapping):
            return None
        if isinstance(schema.get("enum"), list):
            return list(schema["enum"])
        if "const" in schema:
            return [schema["const"]]
        return None

    def properties(self, schema: Schema | None) -> Mapping[str, Schema]:
        """The declared properties of an object schema, those of all its branches included."""
        known = self._properties.get(id(schema))
        if known is None:
            if not isinstance(schema, Mapping):
                return {}
            found: dict[str, Schema] = {}
            for part in self._branches(schema, 0):
                declared = part.get("properties")
                if isinstance(declared, Mapping):
                    for key, value in declared.items():
                        found.setdefault(key, value if isinstance(value, (Mapping, bool)) else True)
            known = self._properties[id(schema)] = (schema, found)
        return known[1]

    def scalars(self, schema: Schema | None) -> Mapping[str, frozenset[str]]:
        """The kinds of those properties of an object of which nothing else matters: no objects, no lists, no enum."""
        known = self._scalars.get(id(schema))
        if known is None:
            if not isinstance(schema, Mapping):
                return {}
            plain = {key: part for key, part in self.properties(schema).items() if self.enum(part) is None}
            found = {key: kinds for key in plain if not (kinds := self.kinds(plain[key])) & {"object", "array"}}
            known = self._scalars[id(schema)] = (schema, found)
        return known[1]

    def property(self, schema: Schema | None, key: str) -> Schema | None:
        """What an object schema says of one property; None where it says nothing."""
        declared = self.properties(schema)
        if key in declared:
            return declared[key]
        rest = resolve(schema, self.root) if isinstance(schema, Mapping) else None
        additional = rest.get("additionalProperties") if isinstance(rest, Mapping) else None
        return additional if isinstance(additional, Mapping) else None

    def required(self, schema: Schema | None) -> frozenset[str]:
        """The property names an object schema requires."""
        known = self._required.get(id(schema))
        if known is None:
            if not isinstance(schema, Mapping):
                return frozenset()
            base = resolve(schema, self.root)
            parts = [base, *(base.get("allOf") or ())] if isinstance(base, Mapping) else []
            read = [part for part in (resolve(part, self.root) for part in parts) if isinstance(part, Mapping)]
            lists = [part["required"] for part in read if isinstance(part.get("required"), Sequence)]
            names = frozenset(name for part in lists for name in part if isinstance(name, str))
            known = self._required[id(schema)] = (schema, names)
        return known[1]

    def only_text(self, schema: Schema | None) -> str:
        """The property that a mere text stands for: the only one there is, or the only required one, if it is one that
        takes text; "" if there is none.
        """
        properties = self.properties(schema)
        wanted = [key for key in properties if len(properties) == 1 or key in self.required(schema)]
        kinds = self.kinds(self.property(schema, wanted[0])) if len(wanted) == 1 else frozenset({"object"})
        return wanted[0] if not kinds or "string" in kinds else ""

    def item(self, schema: Schema | None, index: int) -> Schema | None:
        """What an array schema says of its item at an index; None where it says nothing."""
        if not isinstance(schema, Mapping):
            return None
        for part in self._branches(schema, 0):
            first = part.get("prefixItems")
            if first is None and isinstance(part.get("items"), list):
                first = part["items"]
            if isinstance(first, list) and index < len(first):
                found: Schema = first[index]
                return found
            if isinstance(part.get("items"), (Mapping, bool)):
                items: Schema = part["items"]
                return items
        return None

    def _branches(self, schema: Schema, depth: int) -> Iterator[Mapping[str, Any]]:
        schema = resolve(schema, self.root)
        if not isinstance(schema, Mapping) or depth > _MAX_HOPS:
            return
        yield schema
        for group in ("allOf", "anyOf", "oneOf"):
            for branch in schema.get(group) or ():
                yield from self._branches(branch, depth + 1)


def _declared_kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    declared = schema.get("type")
    if declared is None:
        if "properties" in schema:
            return frozenset({"object"})
        return frozenset({"array"}) if "items" in schema or "prefixItems" in schema else EVERY_KIND
    names = declared if isinstance(declared, list) else [declared]
    kinds = {known for known in map(type_name, names) if known}
    if "number" in kinds:
        kinds.add("integer")
    return frozenset(kinds) if len(kinds) >= len(set(map(str, names))) else EVERY_KIND


def _value_kinds(value: object) -> frozenset[str]:
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int):
        return frozenset({"integer", "number"})
    if isinstance(value, float):
        return frozenset({"number"})
    if isinstance(value, str):
        return frozenset({"string"})
    return frozenset({"array"}) if isinstance(value, list) else frozenset({"object"})
