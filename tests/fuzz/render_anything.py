"""Renders chat templates put together at random from what harms: growth, repetition, sharing, wide formats, look-ups.

    python tests/fuzz/render_anything.py [seconds] [seed]

Whatever a template does, it ends within the bounds: a text of bounded length or a TemplateError, in bounded processor
time and memory, with its input as it was and nothing of the process in its output. It is no part of the ordinary tests.
"""

from __future__ import annotations

import copy
import random
import re
import resource
import sys
import time

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.chat_template.bounds import MAX_TEXT
from litellm_fnwrap.errors import TemplateError

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hi " * 50},
    {"role": "assistant", "content": "", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": {"a": 1}}}]},
]
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]
MAX_SECONDS = 8.0
MAX_MEMORY = 3 << 30
LEAK = re.compile(r"<(?:function|module|class|bound method|frame|code)\b|__globals__|__builtins__|__subclasses__")

FILTERS = [
    "list",
    "length",
    "string",
    "tojson",
    "join",
    "upper",
    "lower",
    "trim",
    "first",
    "last",
    "sort",
    "unique",
    "reverse",
    "items",
    "dictsort",
    "int",
    "float",
    "abs",
    "title",
    "escape",
    "urlencode",
    "wordcount",
    "capitalize",
    "safe",
    "pprint",
    "striptags",
    "filesizeformat",
    "max",
    "min",
    "sum",
]
FILTERS += ["replace('a', ns.s)", "center(N)", "indent(N)", "wordwrap(3)", "batch(N)|list", "slice(9)|list"]
FILTERS += ["map('string')|list", "map(attribute='role')|list", "selectattr('role')|list", "tojson(indent=N)"]
FILTERS += ["format(N)", "attr('__class__')", "groupby(0)", "truncate(N)", "round(N)", "default(ns.l)", "join(ns.s)"]
METHODS = ["upper()", "split('a')", "replace('', ns.s)", "strip(ns.s)", "rfind(ns.s)", "zfill(N)", "format(ns.l)"]
METHODS += ["join(ns.l)", "append(ns.l)", "extend(ns.l)", "pop()", "copy()", "items()", "get('a')", "update(ns.d)"]
METHODS += ["splitlines()", "title()", "encode()", "count('a')", "__class__", "sort()", "insert(0, ns.l)", "__init__"]
NUMBERS = ["0", "1", "7", "60", "9999", "10**6", "10**9", "-1", "2**70"]


class Source:
    """A template's text, written at random."""

    def __init__(self, pick: random.Random) -> None:
        self.pick = pick

    def filled(self, text: str) -> str:
        """The text with numbers for its Ns."""
        return re.sub(r"\bN\b", lambda _: self.pick.choice(NUMBERS), text)

    def expression(self, depth: int = 0) -> str:
        """An expression."""
        pick = self.pick
        leaves = ["ns.s", "ns.l", "ns.d", "ns.n", "messages", "messages[0]", "tools", "'a'", "'{:>9}'", "N", "[]", "x"]
        if depth > 3 or pick.random() < 0.25:
            return self.filled(pick.choice(leaves))
        one, other = self.expression(depth + 1), self.expression(depth + 1)
        forms = [
            f"({one} {pick.choice(['+', '~', '*', '%', '**', '//', '==', 'in', '<', 'and', 'or'])} {other})",
            f"({one} if {other} else {one})",
            f"[{one}, {other}]",
            f"({one}, {other})",
            f"{{'a': {one}, 'b': {other}}}",
            self.filled(f"({one})|{pick.choice(FILTERS)}"),
            self.filled(f"({one}).{pick.choice(METHODS)}"),
            f"({one})[{self.filled(pick.choice(['0', '-1', 'N', ':N', '::2']))}]",
            f"range({self.filled('N')})",
            f"m({one})",
            f"({one}) is {pick.choice(['string', 'mapping', 'defined', 'iterable', 'none'])}",
        ]
        return pick.choice(forms)

    def statements(self, depth: int = 0) -> str:
        """Some statements."""
        return "".join(self.statement(depth) for _ in range(self.pick.randint(1, 4)))

    def statement(self, depth: int) -> str:
        """One statement."""
        pick, value = self.pick, self.expression()
        if depth > 3 or pick.random() < 0.6:
            name = pick.choice("slnd")
            return pick.choice([f"{{{{ {value} }}}}", f"{{% set ns.{name} = {value} %}}", f"{{% set x = {value} %}}"])
        inside = self.statements(depth + 1)
        return pick.choice(
            [
                f"{{% for i in {value} %}}{inside}{{% endfor %}}",
                f"{{% for i in range(99999) %}}{inside}{{% endfor %}}",
                f"{{% if {value} %}}{inside}{{% else %}}{self.statement(depth + 1)}{{% endif %}}",
                f"{{% set x %}}{inside}{{% endset %}}",
                f"{{% macro m(a) %}}{inside}{{% endmacro %}}",
                f"{{% filter upper %}}{inside}{{% endfilter %}}",
            ]
        )

    def template(self) -> str:
        """A whole template."""
        begin = (
            "{% macro m(a) %}{{ a }}{% endmacro %}{% set ns = namespace(s='ab' * 40, l=[1, 'a'], d={'a': 1}, n=3) %}"
        )
        return begin + self.statements()


def check(source: str) -> str:
    """How the template ended; raises AssertionError if it went over a bound."""
    messages, tools = copy.deepcopy(MESSAGES), copy.deepcopy(TOOLS)
    began = time.process_time()
    try:
        text = ChatTemplate(source).render(messages, tools)
    except TemplateError:
        text = None
    spent = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    assert spent < MAX_SECONDS, (f"{spent:.1f} s", source)
    assert memory < MAX_MEMORY, (f"{memory >> 20} MB", source)
    assert (messages, tools) == (MESSAGES, TOOLS), ("input changed", source)
    assert text is None or len(text) <= MAX_TEXT, (len(text or ""), source)
    assert text is None or not LEAK.search(text), ("leak", source)
    return "refused" if text is None else "rendered"


def main() -> None:
    """Runs for the given number of seconds, and says how the templates ended."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY + (1 << 30), MAX_MEMORY + (1 << 30)))
    end, ended, rounds = time.monotonic() + seconds, {"refused": 0, "rendered": 0}, 0
    while time.monotonic() < end:
        ended[check(Source(random.Random(f"{seed}:{rounds}")).template())] += 1
        rounds += 1
    print(f"{rounds} templates of seed {seed}: {ended['rendered']} rendered, {ended['refused']} refused, no finding")


if __name__ == "__main__":
    main()
