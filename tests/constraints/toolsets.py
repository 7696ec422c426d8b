"""Ten sets of tools with everything that people put into parameters."""

from __future__ import annotations

from typing import Any

from constraints.keywords import PYDANTIC, TREE
from litellm_fnwrap.messages import Tool


def _tool(name: str, properties: dict[str, Any], *required: str, **more: Any) -> Tool:
    parameters = {"type": "object", "properties": properties, "required": list(required), **more}
    return Tool(name=name, description=f"The tool {name}.", parameters=parameters)


_TEXT = {"type": "string", "maxLength": 12}
_POINT = {
    "type": "object",
    "properties": {"lat": {"type": "number", "minimum": -90, "maximum": 90}, "lon": {"type": "number"}},
    "required": ["lat", "lon"],
    "additionalProperties": False,
}

TOOLSETS: dict[str, tuple[Tool, ...]] = {
    "simple": (
        _tool("get_weather", {"city": _TEXT, "unit": {"enum": ["celsius", "fahrenheit"]}}, "city"),
        Tool(name="ping"),
    ),
    "no-parameters": (
        Tool(name="ping"),
        Tool(name="list_all", parameters={"type": "object", "properties": {}, "additionalProperties": False}),
    ),
    "nested": (
        _tool(
            "plan_route",
            {
                "stops": {"type": "array", "items": _POINT, "minItems": 2, "maxItems": 4},
                "options": {
                    "type": "object",
                    "properties": {
                        "avoid": {"type": "array", "items": {"enum": ["tolls", "ferries"]}, "maxItems": 2},
                        "depart": {
                            "type": "object",
                            "properties": {"hour": {"type": "integer", "minimum": 0, "maximum": 23}},
                        },
                    },
                },
            },
            "stops",
        ),
    ),
    "enums": (
        _tool(
            "set_mode",
            {"mode": {"enum": ["auto", "manual", "it's off"]}, "level": {"enum": [1, 2, 3]}, "flag": {"const": True}},
            "mode",
            "level",
        ),
        _tool("pick", {"any": {"enum": ["x", 1, None, False]}}, "any"),
    ),
    "references": (
        _tool(
            "draw",
            {"from": {"$ref": "#/$defs/point"}, "to": {"$ref": "#/$defs/point"}},
            "from",
            "to",
            **{"$defs": {"point": _POINT}},
        ),
        _tool("grow", {"tree": {"$ref": "#/$defs/node"}}, "tree", **{"$defs": TREE["$defs"]}),
    ),
    "unions": (
        _tool(
            "store",
            {
                "value": {"anyOf": [{"type": "integer"}, {"type": "boolean"}, {"type": "null"}]},
                "label": {"type": ["string", "null"], "maxLength": 9},
                "shape": {
                    "oneOf": [
                        {
                            "type": "object",
                            "properties": {"r": {"type": "number", "exclusiveMinimum": 0}},
                            "required": ["r"],
                            "additionalProperties": False,
                        },
                        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
                    ]
                },
            },
            "value",
            "shape",
        ),
    ),
    "formats": (
        _tool(
            "book",
            {
                "day": {"type": "string", "format": "date"},
                "at": {"type": "string", "format": "time"},
                "id": {"type": "string", "format": "uuid"},
                "mail": {"type": "string", "format": "email"},
                "host": {"type": "string", "format": "ipv4"},
                "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
            },
            "day",
            "code",
        ),
    ),
    "unicode": (
        _tool(
            "wetter_melden",
            {"größe": {"type": "integer"}, "城市": {"enum": ["北京", "上海"]}, "note": _TEXT},
            "城市",
            "größe",
        ),
    ),
    "forty-parameters": (
        _tool(
            "configure",
            {
                f"option_{n}": [
                    {"type": "boolean"},
                    {"type": "integer", "minimum": 0, "maximum": 999},
                    _TEXT,
                    {"type": "number"},
                ][n % 4]
                for n in range(40)
            },
            *[f"option_{n}" for n in range(0, 40, 7)],
        ),
    ),
    "pydantic": (Tool(name="add_person", parameters=PYDANTIC), _tool("remove_person", {"name": _TEXT}, "name")),
}
