"""A stand-in for Ollama on a real socket: its routes, refusals, defaults and stream, for one scripted model.

Written after docs/api.md and server/routes.go of Ollama 0.33: streams unless told not to, refuses what it refuses,
applies num_predict and stop, cuts or refuses a prompt that is too long, and keeps reasoning apart unless think is
false. One token is one word with the blank after it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from faults.wild_server import CLOSE, Action, Request, WildServer, chunked, head, reply


@dataclass
class Ollama:
    """What the server does next.

    says         the model's text; thoughts come before it where the request lets them.
    split        how many bytes go into one chunk of the stream; 0: one line.
    breaks       number of the line at which generation fails, -1 to break off before the last, None for never.
    old          a version before 0.12.6, which cuts long prompts without a word.
    """

    says: str = "Hello there, world."
    thoughts: str = ""
    split: int = 0
    breaks: int | None = None
    old: bool = False
    models: tuple[str, ...] = ("llama3.1:latest",)
    window: int = 4096
    asked: list[Any] = field(default_factory=list)

    def answer(self, request: Request) -> Iterable[Action]:
        """The actions with which Ollama would answer."""
        routes = {
            ("POST", "/api/generate"): self._generate,
            ("POST", "/api/show"): self._show,
            ("GET", "/api/version"): lambda body: [reply({"version": "0.11.0" if self.old else "0.33.0"})],
        }
        route = routes.get((request.method, request.path))
        if route is None:
            return [reply("404 page not found", 404, "text/plain")]
        return route(request.body)

    def _show(self, body: Any) -> list[Action]:
        if not self._knows(body["model"]):
            return [reply({"error": f"model '{body['model']}' not found"}, 404)]
        facts = {"general.architecture": "llama", "llama.context_length": 131072, "tokenizer.ggml.add_bos_token": True}
        parameters = f'stop    "<|eot_id|>"\nnum_ctx    {self.window}'
        return [reply({"template": "{{ .Prompt }}", "parameters": parameters, "model_info": facts})]

    def _generate(self, body: Any) -> list[Action]:
        self.asked.append(body)
        refusal = self._refusal(body)
        if refusal is not None:
            return [reply({"error": refusal[1]}, refusal[0])]
        lines = self._lines(body)
        if not body.get("stream", True):
            whole = {**lines[-1], "response": "".join(line["response"] for line in lines)}
            thoughts = "".join(line.get("thinking", "") for line in lines)
            return [reply(whole | ({"thinking": thoughts} if thoughts else {}))]
        data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        size = self.split or len(data)
        parts = [data[n : n + size] for n in range(0, len(data), size)]
        end: list[Action] = [CLOSE] if self.breaks == -1 else [b"0\r\n\r\n"]
        return [head(kind="application/x-ndjson", transfer_encoding="chunked"), *chunked(*parts), *end]

    def _refusal(self, body: Any) -> tuple[int, str] | None:
        options = body.get("options") or {}
        if not self._knows(body["model"]):
            return 404, f"model '{body['model']}' not found"
        if body.get("raw") and any(body.get(name) for name in ("template", "system", "context")):
            return 400, "raw mode does not support template, system, or context"
        if body.get("think") and not self.thoughts:
            return 400, f'"{body["model"]}" does not support thinking'
        if isinstance(body.get("format"), str) and body["format"] not in ("", "json"):
            return 400, 'invalid format: expected "json" or a JSON schema'
        bad = [name for name in options if name == "num_predict" and not isinstance(options[name], int)]
        if bad:
            return 400, f"option {bad[0]!r} must be of type integer"
        too_long = self._count(body["prompt"]) > self._window(options)
        if too_long and not self.old and body.get("truncate") is False:
            return 400, "the prompt is longer than the context length"
        return None

    def _lines(self, body: Any) -> list[Any]:
        options = body.get("options") or {}
        limit = options.get("num_predict", -1)
        words = re.findall(r"\S+\s*", json.dumps({"city": "Paris"}) if body.get("format") else self.says)
        produced = words if limit < 0 else words[:limit]
        text, stopped = _cut("".join(produced), options.get("stop") or [])
        reason = "length" if len(produced) < len(words) and not stopped else "stop"
        apart = body.get("think") is not False
        before = [{"response": "", "thinking": word} for word in re.findall(r"\S+\s*", self.thoughts)] if apart else []
        pieces = before + [{"response": word} for word in re.findall(r"\S+\s*", text)]
        lines = [{"model": body["model"], "created_at": "now", "done": False, **piece} for piece in pieces]
        if self.breaks is not None and self.breaks >= 0:
            return [*lines[: self.breaks], {"error": "an error was encountered while running the model"}]
        if self.breaks == -1:
            return lines
        counted = min(self._count(body["prompt"]), self._window(options))
        end = {"done": True, "done_reason": reason, "prompt_eval_count": counted, "eval_count": len(produced)}
        return [*lines, {"model": body["model"], "created_at": "now", "response": "", **end, "total_duration": 5}]

    def _window(self, options: Any) -> int:
        return int(options.get("num_ctx", self.window))

    def _knows(self, model: str) -> bool:
        return (model if ":" in model else f"{model}:latest") in self.models

    @staticmethod
    def _count(prompt: str) -> int:
        return len(prompt.split())


def _cut(text: str, stops: list[str]) -> tuple[str, bool]:
    places = [text.find(stop) for stop in stops if stop in text]
    return (text[: min(places)], True) if places else (text, False)


def serve(**script: Any) -> tuple[WildServer, Ollama]:
    """A running stand-in and its script."""
    ollama = Ollama(**script)
    return WildServer(answer=ollama.answer), ollama


SPLITS = tuple(itertools.chain(range(1, 8), (13, 64, 0)))
