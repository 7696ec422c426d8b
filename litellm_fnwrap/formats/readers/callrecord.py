"""What an object reader does with what it has read: what keys mean, calls named, started and ended, content told."""

from __future__ import annotations

import re

from ..compiled import Compiled
from ..keyroles import Role
from .callhost import Call, Host, Level
from .json import JsonReader
from .jsontext import decode, encode
from .strict import Unreadable
from .words import WAIT

# What models say beside a call before they name it.
_BESIDE = frozenset({"thought", "thoughts", "thinking", "reasoning", "reason", "rationale", "explanation", "analysis"})

_EARLY_END = re.compile(r"""\}\s{0,80},\s{0,80}(?="(?P<key>[^"\n]{1,60})"\s{0,20}:)""")
_EARLY_END_START = re.compile(r"""\}\s{0,80}(?:,\s{0,80}(?:"[^"\n]{0,60}(?:"\s{0,20})?)?)?\Z""")


class CallRecorder:
    """The calls of one object as they become known.

    found     how many calls have been started.
    position  where in the text fed last the reader stands.
    """

    def __init__(self, compiled: Compiled, host: Host, *, marked: bool, repair: bool, coerce: bool) -> None:
        self.found = 0
        self.position = 0
        self._compiled = compiled
        self._host = host
        self._marked = marked
        self._repair = repair
        self._coerce = coerce
        self._roles = compiled.roles if repair else compiled.declared_roles
        self._levels: list[Level] = []
        self._child: JsonReader | None = None
        self._key = ""
        self._role: Role | None = None
        self._saying = ""
        self._said = False
        self._thought: list[str] = []

    def _find_role(self, key: str) -> Role | None:
        level = self._levels[-1]
        if level.call is not None and level.call.by_key and level.call.ended:
            level.call = Call(level.call.level)
        call = level.call
        answer = self._compiled.answer_roles.get(key)
        if answer is not None and (call is None or not call.name):
            return answer
        role = self._roles.get(key) or (self._roles.get(key.lower()) if self._repair else None)
        if role == "name" and call is not None and call.name:
            return None
        if role is None:
            if call is not None and self._is_named_by(key, call):
                self._name_call(call, key)
                call.by_key = True
                return "arguments"
            beside = key == "type" or (self._repair and key.lower() in _BESIDE)
            if not self._marked and call is not None and not call.name and call.arguments is None and not beside:
                raise Unreadable(f"the key {key!r} belongs to no call")
        return role

    def _is_named_by(self, key: str, call: Call) -> bool:
        """Whether a key is itself the name of the tool called: {"get_weather": {...}}."""
        if call.name or call.flat or not (self._compiled.name_is_key or (self._repair and key not in self._roles)):
            return False
        found = self._host.find_tool(key) if self._compiled.name_is_key else self._host.find_declared(key)
        return found is not None

    def _past_early_end(self, text: str, pos: int, final: bool) -> int | None:
        """The position of the arguments' key behind a brace that closes a marked call too early.

        That is as in {"name": "f"}, "arguments": {}}, which a slip in templates teaches. WAIT where the key may still
        follow; None if the brace is the call's end.
        """
        call = self._levels[-1].call
        if not (self._repair and self._marked and call and call.name) or call.flat or call.arguments is not None:
            return None
        if call.ended or call.started or any(level.call is call for level in self._levels[:-1]):
            return None
        found = _EARLY_END.match(text, pos)
        if found and self._roles.get(found["key"]) == "arguments":
            self._host.note("stray_closer", "'}' before the arguments", pos)
            return found.end()
        return WAIT if not final and _EARLY_END_START.match(text, pos) else None

    def _say(self, piece: str) -> None:
        """A piece of JSON string text, told as what it spells."""
        body = piece
        if not self._saying:
            self._saying = "string" if piece.startswith('"') else "value"
            body = piece[1:] if self._saying == "string" else piece
        if self._saying == "string":
            if body.endswith('"') and self._child is not None and self._child.done:
                body = body[:-1]
            self._tell(decode(f'"{body}"'))
        elif body != "null":
            self._tell(body)

    def _tell(self, text: str) -> None:
        self._said = True
        if self._role == "thought":
            self._thought.append(text)
        else:
            self._host.say(self._role or "content", text)

    def _tell_thought(self, role: Role) -> None:
        """A thought is the content beside calls, and reasoning beside an answer; which, is known only now."""
        if self._thought:
            self._host.say(role, "".join(self._thought))
            self._thought = []

    def _named(self, text: str) -> None:
        call = self._levels[-1].call
        name = decode(text)
        if call is None or not isinstance(name, str):
            raise Unreadable("the name is no text")
        self._name_call(call, name)

    def _nested_text(self, text: str) -> None:
        """Text where a call should stand: the name of a tool, or nothing."""
        call = self._levels[-1].call
        name = decode(text) if text else None
        declared = self._host.find_declared(name) if isinstance(name, str) and self._repair else None
        if declared is not None and call is not None and not call.name:
            self._host.note("name", f"{self._key!r} read as the name's key", self.position)
            self._name_call(call, str(name))
        else:
            self._other(text)

    def _name_call(self, call: Call, name: str) -> None:
        found = self._host.find_tool(name)
        if found is None:
            call.unknown = name
            call.name = name
            if not self._marked:
                raise Unreadable(f"{name!r} is no declared tool")
            return
        if found != name:
            self._host.note("name", f"{name!r} read as {found!r}", self.position)
        call.name = found
        if call.arguments is not None:
            self._replay(call)

    def _identified(self, text: str) -> None:
        call = self._levels[-1].call
        if call is not None and text not in ("null", '""'):
            value = decode(text)
            call.id = value if isinstance(value, str) else str(value)

    def _other(self, text: str) -> None:
        call = self._levels[-1].call
        if call is not None and text:
            call.flat[self._key] = text

    def _start(self, call: Call) -> None:
        if not call.started:
            call.started = True
            self.found += 1
            self._tell_thought("content")
            self._host.start(call.name, call.id)

    def _replay(self, call: Call) -> None:
        """Arguments that came before the name, now fitted to the tool."""
        schema, reader = self._host.arguments_schema(call.name)
        child = JsonReader(schema, reader, repair=True, coerce=self._coerce)
        child.feed(call.arguments or "{}", 0, final=True)
        child.finish()
        self._start(call)
        self._host.arguments(child.take())
        self._end_call(call)

    def _end_call(self, call: Call) -> None:
        if call.ended:
            return
        if call.unknown:
            self._host.skip(call.unknown)
        elif call.started:
            self._host.end()
        call.ended = True

    def _complete(self, call: Call) -> None:
        """An object is over whose call has not ended yet: flat or missing arguments, or no call at all."""
        if call.unknown:
            self._end_call(call)
        elif call.name:
            properties = self._properties(call.name)
            flat = {key: value for key, value in call.flat.items() if key in properties}
            if call.flat and len(flat) < len([key for key in call.flat if key not in ("type", "id")]):
                raise Unreadable(f"keys beside the name that {call.name!r} does not have")
            if not flat and not (self._marked or (self._repair and not properties)):
                raise Unreadable("a name without arguments")
            if flat:
                self._host.note("flat_arguments", "arguments beside the name", self.position)
            call.arguments = "{" + ", ".join(f"{encode(key)}: {value}" for key, value in flat.items()) + "}"
            self._replay(call)
        elif not self.found and not self._said and not self._levels:
            raise Unreadable("an object without a tool's name")

    def _properties(self, name: str) -> set[str]:
        schema, reader = self._host.arguments_schema(name)
        return set(reader.properties(schema)) if reader is not None else set()
