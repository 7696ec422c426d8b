"""What a soak asks, with which fault, and which ends of a call are right."""

from __future__ import annotations

import os
import random
import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BACKENDS = ("ollama+hermes", "llamacpp+hermes", "vllm+hermes", "openai_chat+hermes", "tgi+hermes")
SHARE_OF_GOOD = 0.6
RIGHT: dict[str, str] = {
    "none": "",
    "slow": "",
    "reset": "ServiceUnavailableError",
    "closed": "ServiceUnavailableError",
    "stall": "Timeout",
    "stall_later": "Timeout",
    "garbage": "InternalServerError",
    "html": "InternalServerError",
    "error_inside": "InternalServerError",
    "error_later": "InternalServerError",
    "cut": "InternalServerError",
    "s400": "BadRequestError",
    "s401": "AuthenticationError",
    "s404": "NotFoundError",
    "s429": "RateLimitError",
    "s500": "InternalServerError",
    "s502": "ServiceUnavailableError",
    "s503": "ServiceUnavailableError",
}
"""Fault -> the exception of LiteLLM that a call must end in; "" for an answer."""

STALLS = ("stall", "stall_later")
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


SHARE = {"rss_kb": 1.1, "sockets": 1.1}
MORE = {"rss_kb": 20_000}
"""What the late level of a sample may be and still be flat: a share of the early one, and some more; else 8 more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: where to, which fault it asks for, how the answer is fetched."""

    backend: str
    fault: str
    tools: bool
    stream: bool
    abandoned: bool

    @property
    def timeout(self) -> float:
        return 1.0 if self.fault in STALLS else 60.0

    @property
    def messages(self) -> list[dict[str, str]]:
        return [{"role": "user", "content": f"What is the weather in Lyon? fault: {self.fault}"}]

    @property
    def arguments(self) -> dict[str, Any]:
        return {"messages": self.messages, "stream": self.stream, **({"tools": [TOOL]} if self.tools else {})}


def is_late_connection(call: Call, words: str) -> bool:
    """Whether a call's little patience ended while it still connected: then the server is unreachable."""
    return call.fault in STALLS and "ConnectTimeout" in words


def calls(count: int, seed: int) -> list[Call]:
    """Calls at random, the same for one seed; stalls are rarer than other faults, since each costs its time."""
    draw = random.Random(seed)
    faults = [fault for fault in RIGHT if fault not in ("none", *STALLS)] * 4 + list(STALLS)
    return [
        Call(
            backend=draw.choice(BACKENDS),
            fault="none" if draw.random() < SHARE_OF_GOOD else draw.choice(faults),
            tools=draw.random() < 0.5,
            stream=(stream := draw.random() < 0.5),
            abandoned=stream and draw.random() < 0.2,
        )
        for _ in range(count)
    ]


def answered(call: Call, content: str, named: list[str]) -> str:
    """What is wrong with an answer; "" if nothing is."""
    if RIGHT[call.fault]:
        return f"{call.fault} ended in an answer"
    if call.tools and named != ["get_weather"]:
        return f"tools gave {named} and {content!r}"
    return "" if call.tools or content == "It is sunny in Lyon." else f"text is {content!r}"


@dataclass(slots=True)
class Tally:
    """How the calls ended, and what they cost: seconds a call, and samples of the process that made them."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    overdue: int = 0
    samples: list[dict[str, int]] = field(default_factory=list)

    def note(self, call: Call, wrong: str, seconds: float) -> None:
        self.ends[call.fault] += 1
        self.longest = max(self.longest, seconds)
        self.overdue += seconds > call.timeout + 20
        if wrong:
            self.wrong.append(f"{call}: {wrong}")
            print("  WRONG", self.wrong[-1], flush=True)

    def report(self, title: str) -> bool:
        """Print the summary; whether all was well."""
        total = sum(self.ends.values())
        print(f"{title}: {total} calls, {len(self.wrong)} ended wrongly, {self.overdue} overdue")
        print("  faults asked for:", ", ".join(f"{name} {count}" for name, count in sorted(self.ends.items())))
        print(f"  longest call {self.longest:.1f} s")
        flat = True
        for name in self.samples[0]:
            early, late = self._levels(name)
            level = late <= early * SHARE.get(name, 1.0) + MORE.get(name, 8)
            flat = flat and level
            print(f"  {name}: {early} early, {late} late{'' if level else '  NOT FLAT'}")
        return flat and not self.wrong and not self.overdue

    def _levels(self, name: str) -> tuple[int, int]:
        """The level after the first fifth of the run, when all is warm, and at its end: medians of a tenth each."""
        values = [sample[name] for sample in self.samples]
        tenth = max(1, len(values) // 10)
        return int(statistics.median(values[2 * tenth : 3 * tenth] or values)), int(statistics.median(values[-tenth:]))


def process_sample(pid: int | None = None) -> dict[str, int]:
    """Resident kilobytes, sockets and threads of a process, read from /proc."""
    root = Path(f"/proc/{pid or os.getpid()}")
    status = (root / "status").read_text()
    names = []
    for link in (root / "fd").iterdir():
        try:
            names.append(os.readlink(link))
        except OSError:
            continue
    return {
        "rss_kb": int(re.search(r"VmRSS:\s+(\d+)", status)[1]),  # type: ignore[index]
        "sockets": sum(name.startswith("socket:") for name in names),
        "threads": int(re.search(r"Threads:\s+(\d+)", status)[1]),  # type: ignore[index]
    }
