"""Derives formats from chat templates put together at random, with marks no model has.

    python tests/fuzz/derive_anything.py [seconds] [seed]

A template that renders its calls must yield a format, or the error that says why not; what the format writes must be
in the template's own text, and must be read back whole and in single characters. It is no part of the ordinary tests.
Each finding is printed with the template that showed it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from derive.made_up import MadeUp
from derive.test_derive_made_up import TOOLS, given, rendered
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls

WORDS = ["act", "call", "tool", "do_it", "run", "fn", "invoke", "use", "deed", "op"]
STYLES = [
    ("<{}>", "</{}>"),
    ("<|{}|>", "<|/{}|>"),
    ("<|{}_begin|>", "<|{}_end|>"),
    ("<｜{}▁begin｜>", "<｜{}▁end｜>"),
    ("<<{}>>", "<</{}>>"),
    ("<ns:{}>", "</ns:{}>"),
    ("◁{}▷", "◁/{}▷"),
    ("【{}】", "【/{}】"),
]
BLANKS = ["", "", "", "\\n", "\\n", " "]
EACH = "{%- for call in message.tool_calls %}{%- set f = call.function %}"
VALUE = "{{- v if v is string else v | tojson }}"
Calls = list[tuple[str, dict[str, object]]]


def body(pick: random.Random) -> str:
    """A template's part for calls."""
    words = pick.sample(WORDS, 5)
    opening, closing = pick.choice(STYLES)
    o, c = [opening.format(word) for word in words], [closing.format(word) for word in words]
    blank = [pick.choice(BLANKS) for _ in range(6)]
    json_text = "{{- f.arguments | tojson" + pick.choice(["", "(separators=(',', ':'))"]) + " }}"
    name, arguments = pick.choice([("name", "arguments"), ("tool", "parameters"), ("function", "args")])
    inside = pick.choice(
        [
            f"{{{{- {{'{name}': f.name, '{arguments}': f.arguments}} | tojson }}}}",
            f"{{{{- {{'id': call.id, '{name}': f.name, '{arguments}': f.arguments}} | tojson }}}}",
            f"{{{{- f.name + '{blank[0]}{o[1]}{blank[1]}' }}}}" + json_text,
            "{{- f.name + '" + (blank[2] or "\\n") + "' }}{%- for k, v in f.arguments.items() %}"
            f"{{{{- '{o[2]}' + k + '{c[2]}{blank[3]}{o[3]}' }}}}{VALUE}{{{{- '{c[3]}{blank[3]}' }}}}{{%- endfor %}}",
        ]
    )
    one = f"{{{{- '{o[0]}{blank[4]}' }}}}{inside}{{{{- '{blank[4]}{c[0]}' }}}}"
    separator = "{%- if not loop.last %}{{- '" + pick.choice(["", "\\n"]) + "' }}{%- endif %}"
    all_calls = EACH + one + separator + "{%- endfor %}"
    if pick.random() < 0.5:
        return f"{{{{- '{o[4]}{blank[5]}' }}}}{all_calls}{{{{- '{blank[5]}{c[4]}' }}}}"
    return all_calls


def calls(pick: random.Random) -> Calls:
    """One to three calls with values of several types."""
    values: list[tuple[str, object]] = [
        ("city", pick.choice(["Lyon", "Zürich 東京", 'a "b"', "x\ny", "</x>", "1"])),
        ("days", pick.choice([0, 3, -7])),
        ("tags", ["a", "b"]),
        ("where", {"lat": "x"}),
    ]
    names = ["get_weather", "look_up"]
    return [(pick.choice(names), dict(pick.sample(values, pick.randint(0, 3)))) for _ in range(pick.randint(1, 3))]


def read(format: Format, text: str, step: int) -> Calls:
    parser = StreamParser(format, TOOLS)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close()
    return [(call.name, json.loads(call.arguments)) for call in parser.result.tool_calls]


def check(pick: random.Random) -> None:
    """One template with one turn of calls; raises AssertionError with both."""
    made = MadeUp(body(pick), {})
    asked = calls(pick)
    try:
        format = derive(made.template)
    except TemplateError as error:
        raise AssertionError(("not derived", made.calls)) from error
    asked = asked if format.parallel else asked[:1]
    written = write_calls(format, given(asked), TOOLS)  # type: ignore[arg-type]
    assert written in rendered(made, asked), ("written otherwise", made.calls, written)  # type: ignore[arg-type]
    for step in (max(1, len(written)), 1, 3):
        assert read(format, written, step) == asked, ("read otherwise", step, made.calls, written)


def main() -> None:
    """Runs for the given number of seconds of processor time, and says how many templates it saw."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32)
    end, rounds, found = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        try:
            check(random.Random(f"{seed}:{rounds}"))
        except AssertionError as error:
            found += 1
            print(f"round {rounds} of seed {seed}: {error}", flush=True)
        rounds += 1
    print(f"{rounds} templates of seed {seed}, {found} findings")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
