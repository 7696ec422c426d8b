"""The declaration of a tool-call format: literal text with holes, from which everything else is derived.

A declaration shows what a model writes, with holes where the parts that vary stand:

    Format(
        name="hermes",
        call="<tool_call>\\n{object}\\n</tool_call>",
        object='{"name": {name}, "arguments": {arguments}}',
        ...
    )

Holes, by field:

    section    {calls}                       text around all calls of a turn
    call       {name} {arguments} {id} {index}, or {object}
    object     {name} {arguments} {id} {index}   JSON; the holes stand for JSON values
    parameter  {key} {value} {type} {is_string}  one argument, where arguments is "tagged" or "nested"
    reasoning  {reasoning}
    content    {content}
    envelope   {calls} {content} {reasoning}  JSON around the whole turn

A field that takes several spellings lists the one to write first; all of them are read. Reading is tolerant of
whitespace wherever a literal has or touches some, and of what models get wrong in known ways; writing is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

Arguments = Literal["json", "pythonic", "tagged", "literal", "nested"]
ValueType = Literal["schema", "flag", "text", "json"]
Trim = Literal["markup", "all", "none"]

_HOLE = re.compile(r"\{(calls|object|name|arguments|id|index|key|value|type|is_string|reasoning|content)\}")


class Literally(NamedTuple):
    """A piece of a declaration that stands for itself."""

    text: str


class Hole(NamedTuple):
    """A piece of a declaration that varies, by the name of what fills it."""

    name: str


Segment = Literally | Hole


def segments(template: str) -> tuple[Segment, ...]:
    """The literals and holes of a declaration's template, in order; braces around no hole name are literal."""
    out: list[Segment] = []
    for n, piece in enumerate(_HOLE.split(template)):
        if n % 2:
            out.append(Hole(piece))
        elif piece:
            out.append(Literally(piece))
    return tuple(out)


def spellings(field: str | tuple[str, ...]) -> tuple[str, ...]:
    """All spellings of a field, the one to write first; () for an empty field."""
    if isinstance(field, str):
        return (field,) if field else ()
    return field


@dataclass(frozen=True, kw_only=True, slots=True)
class Format:
    """How tool calls are written by one family of models.

    Identity
      name       what people type; aliases are further names for the same declaration (vLLM's and SGLang's included).
      source     model card, template or API page the strings were taken from.
      sample     literal text of two calls: get_weather(city="Lyon") and ping(); of one call where parallel is False.
      models     which models write it, for people.

    The text of calls
      section            around all calls of a turn; "" if nothing is.
      section_optional   True if models are known to leave the section's marks out.
      call               one call; the first spelling is written.
      empty_call         {name} {id} {index}; a call without arguments, where it is written otherwise; "" if it is not.
      separator          between two calls.
      parallel           False if a turn holds one call at most.
      object             JSON object of a call, where call has the hole {object}; keys of all spellings are read.
      array              True if {calls} stands inside a JSON or Python list's brackets in the section.
      envelope           JSON around the whole turn: the first spelling holds the calls, the others an answer without.

    The arguments
      arguments          json: a JSON object. pythonic: k='v', n=3. tagged: parameter after parameter.
                         literal: {k:v} with bare keys and strings between quote marks. nested: one element a key.
      parameter          one argument of a tagged or nested call; of a format with JSON arguments, how models that mix
                         two formats write one instead.
      parameter_separator  between two parameters; of pythonic calls "" for a comma and a blank.
      value_type         of tagged values: schema (the tool's), flag ({is_string} or {type} says), text (never typed),
                         json (all of them JSON, strings in their quote marks); of pythonic ones: json (f(ok=true)), or
                         Python's literals.
      trim               of tagged text values: markup (only the whitespace the template shows), all, none.
      entities           True if tagged text values may hold CDATA sections or XML entities.
      quote              of literal arguments: the mark before and after a string; of pythonic ones: the quote mark to
                         write, "" for Python's own choice.
      quote_all          of literal arguments: every value stands between quote marks and is typed by the schema.
      item               of nested arguments: the element name of a list's items.
      as_text            True if the arguments in a call's object are JSON text in a string, as in OpenAI's API.
      compact            JSON without blanks after : and ,.
      indent             JSON over several lines, nested by so many blanks; 0 for one line.
      first_index        what {index} counts from.
      python_values      of tagged values: the JSON types that are written as Python does (True, None, {'a': 1}).
      type_names         of tagged values: what {type} says for a JSON type, where it is not the type's own name.
      sorted_keys        arguments are written in the order of their names, whatever order they were given in.
      ascii              JSON with \\u escapes for what is not ASCII.

    The text around calls
      reasoning          how reasoning is marked.
      calls_in_reasoning what a call inside open reasoning means: "end" it ends the reasoning, "ignore" it is only talk.
      content            marks around content that are not content.
      heads              names of who speaks that content may begin with (助手：), and only there are no content.
      drop               marks that mean nothing where they stand outside calls (turn ends, role heads).
      stop               strings that end a turn of calls; a server that cuts them off loses nothing.
      special            marks that are special tokens: servers may hide them, so calls are also recognised without.
      bare               True if a call without any mark is recognised by its shape and a declared name.
      prefill            text the prompt ends with that is really the start of the answer.
      builtin            names (fnmatch patterns) of tools that the model calls without being offered them: such a call
                         is left out of the answer, and told.
      id_pattern         of native call ids: a regular expression they match, "" if there are none to write.
      instruction        how to teach the format, where the general text would not do; "" for the general text.
    """

    name: str
    source: str
    sample: str
    models: str = ""
    aliases: tuple[str, ...] = ()

    section: str | tuple[str, ...] = ""
    section_optional: bool = False
    call: str | tuple[str, ...] = "{object}"
    empty_call: str = ""
    separator: str = ""
    parallel: bool = True
    object: str | tuple[str, ...] = '{"name": {name}, "arguments": {arguments}}'
    array: bool = False
    envelope: tuple[str, ...] = ()

    arguments: Arguments = "json"
    parameter: str | tuple[str, ...] = ""
    parameter_separator: str = ""
    value_type: ValueType = "schema"
    trim: Trim = "markup"
    entities: bool = False
    quote: str = ""
    quote_all: bool = False
    item: str = "item"
    as_text: bool = False
    compact: bool = False
    indent: int = 0
    first_index: int = 0
    python_values: tuple[str, ...] = ()
    type_names: tuple[tuple[str, str], ...] = ()
    sorted_keys: bool = False
    ascii: bool = False

    reasoning: str | tuple[str, ...] = "<think>{reasoning}</think>"
    calls_in_reasoning: Literal["end", "ignore"] = "end"
    content: str | tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    bare: bool = True
    prefill: str = ""
    builtin: tuple[str, ...] = ()
    id_pattern: str = ""
    instruction: str = ""

    def __post_init__(self) -> None:
        if self.arguments in ("tagged", "nested") and not self.parameter:
            raise ValueError(f"format {self.name!r}: {self.arguments} arguments need the field parameter.")
        if self.arguments == "literal" and not self.quote:
            raise ValueError(f"format {self.name!r}: literal arguments need the field quote.")
        for field, needed in (("section", "calls"), ("reasoning", "reasoning"), ("content", "content")):
            for text in spellings(getattr(self, field)):
                if Hole(needed) not in segments(text):
                    raise ValueError(f"format {self.name!r}: {field} {text!r} lacks the hole {{{needed}}}.")
        for text in spellings(self.call):
            holes = {part.name for part in segments(text) if isinstance(part, Hole)}
            if "object" not in holes and not 0 <= text.find("{name}") < text.find("{arguments}"):
                raise ValueError(
                    f"format {self.name!r}: call {text!r} needs {{object}}, or {{name}} and behind it {{arguments}}."
                )

    def __hash__(self) -> int:
        # Formats are keys of what is made of them once; these few fields tell nearly all apart, and hash quickly.
        return hash((self.name, self.section, self.call, self.object, self.prefill))

    @property
    def calls(self) -> tuple[str, ...]:
        """Spellings of one call, the one to write first."""
        return spellings(self.call)

    @property
    def sections(self) -> tuple[str, ...]:
        """Spellings of the text around all calls; () where nothing is around them."""
        return spellings(self.section)

    @property
    def objects(self) -> tuple[str, ...]:
        """Spellings of a call's JSON object."""
        return spellings(self.object)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Spellings of one tagged argument."""
        return spellings(self.parameter)

    def type_name(self, kind: str) -> str:
        """What {type} says for a JSON type."""
        return dict(self.type_names).get(kind, kind)

    def with_(self, **changes: Any) -> Format:
        """This declaration with some fields changed."""
        return replace(self, **changes)
