"""fnwrap doctor before real servers, good ones and wrong ones: what it finds, and what it says to do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from e2e.tiny_model import serve, write_scripted_model
from litellm_fnwrap.cli.app import app
from provider.scripted_ollama import Reply, ScriptedOllama, scripted_ollama

PING = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'

Findings = dict[str, tuple[str, str, str]]


def examine(*arguments: str) -> Findings:
    """What is found about each thing: verdict, detail, advice. The exit status says whether there is a fault."""
    done = CliRunner().invoke(app, ["doctor", *arguments, "--json"], catch_exceptions=False)
    found = {one["about"]: (one["verdict"], one["detail"], one["advice"]) for one in json.loads(done.stdout)}
    assert done.exit_code == (1 if any(verdict == "fault" for verdict, _, _ in found.values()) else 0)
    return found


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Its template writes no calls, so that the probe asks for them in the generic format.
    call = '{"thought_about_next_step_only": "", "next_step": {"tool_calls": [{"name": "ping", "arguments": {}}]}}'
    return write_scripted_model(tmp_path_factory.mktemp("model") / "scripted.gguf", {"\n": call})


@pytest.fixture(scope="module")
def llamacpp(model: Path) -> Iterator[str]:
    with serve(model) as base_url:
        yield base_url


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server


@pytest.fixture(scope="module")
def website() -> Iterator[str]:
    """Something that speaks HTTP and knows nothing of models."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(405)

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_good_server_is_found_good(llamacpp: str) -> None:
    found = examine("fnwrap/llamacpp/x", "--api-base", llamacpp)
    order = ["model", "server", "version", "template", "context", "wrapper", "format", "constraint", "call"]
    assert list(found) == order
    assert {about: told for about, told in found.items() if told[0] != "ok"} == {}
    assert found["wrapper"][1] == "template, since the server reports the model's own chat template"
    assert found["context"][1] == "4,096 tokens"
    assert "gbnf" in found["constraint"][1]
    assert found["call"][1] == "ping() under a gbnf constraint"


def test_wrapper_of_the_command_line_wins_over_the_template(llamacpp: str) -> None:
    assert examine("fnwrap/llamacpp/x", "--api-base", llamacpp, "--wrapper", "hermes")["wrapper"][1].startswith(
        "hermes"
    )


def test_server_without_a_template_is_told_apart(ollama: ScriptedOllama) -> None:
    ollama.will_say(PING)
    found = examine("fnwrap/ollama/qwen2.5:7b", "--api-base", ollama.base_url)
    assert found["template"] == (
        "note", "the server reports none", "The model's name decides then; --chat-template gives the model's own."
    )  # fmt: skip
    assert found["wrapper"][1].startswith("qwen2.5, since the model's name")
    assert found["context"][0] == "note"
    assert found["version"][1] == "0.12.0"
    assert found["call"][0] == "ok"


def test_model_that_makes_no_call_is_at_fault(ollama: ScriptedOllama) -> None:
    ollama.will_say("I would rather talk.")
    verdict, detail, advice = examine("fnwrap/ollama/x", "--api-base", ollama.base_url)["call"]
    assert verdict == "fault"
    assert "I would rather talk." in detail
    assert "--wrapper" in advice


def test_missing_model_is_to_be_pulled(ollama: ScriptedOllama) -> None:
    ollama.will_say(Reply(status=404, error="model 'x' not found"))
    found = examine("fnwrap/ollama/x", "--api-base", ollama.base_url)
    assert list(found) == ["model", "server"]
    assert found["server"] == (
        "fault",
        "ollama refused the request: model 'x' not found.",
        "Fetch it with: ollama pull x",
    )


def test_nothing_listens() -> None:
    found = examine("fnwrap/llamacpp/x", "--api-base", "http://127.0.0.1:9")
    verdict, detail, advice = found["server"]
    assert verdict == "fault"
    assert "127.0.0.1:9" in detail
    assert advice == "Start the server, or give its address as api_base or in LLAMACPP_API_BASE."


@pytest.mark.parametrize("backend", ["llamacpp", "ollama", "tgi", "koboldcpp", "openai_chat", "vllm"])
def test_wrong_server_behind_the_port(backend: str, website: str) -> None:
    verdict, _, advice = examine(f"fnwrap/{backend}/x", "--api-base", website)["server"]
    assert verdict == "fault"
    assert f"({backend})" in advice
    assert "--api-base" in advice


@pytest.mark.parametrize("backend", ["ollama", "koboldcpp", "tgi"])
def test_server_of_another_kind(backend: str, llamacpp: str) -> None:
    verdict, _, advice = examine(f"fnwrap/{backend}/x", "--api-base", llamacpp)["server"]
    assert verdict == "fault"
    assert "listen there?" in advice
    assert "pull" not in advice


def test_key_is_missing(model: Path) -> None:
    with serve(model, api_keys=["sesame-4711"]) as base_url:
        refused = examine("fnwrap/llamacpp/x", "--api-base", base_url)["server"]
        assert refused[0] == "fault"
        assert "api_key" in refused[2]
        assert examine("fnwrap/llamacpp/x", "--api-base", base_url, "--api-key", "sesame-4711")["server"][0] == "ok"


@pytest.mark.parametrize(
    ("string", "about", "hint"),
    [
        ("gpt-4", "model", "fnwrap/<backend>"),
        ("fnwrap/olama/x", "model", "'ollama'"),
        ("fnwrap/llamacpp+/x", "model", "fnwrap/<backend>+<wrapper>"),
        ("fnwrap/local/nowhere.gguf", "server", "GGUF"),
        ("fnwrap/litellm/nowhere/x", "model", "fnwrap/litellm/<provider>"),
    ],
)
def test_model_string_that_leads_nowhere(string: str, about: str, hint: str) -> None:
    verdict, detail, advice = examine(string)[about]
    assert verdict == "fault"
    assert hint in detail + advice


def test_no_wrapper_of_that_name(llamacpp: str) -> None:
    verdict, detail, advice = examine("fnwrap/llamacpp+hermse/x", "--api-base", llamacpp)["wrapper"]
    assert verdict == "fault"
    assert "'hermse'" in detail
    assert "'hermes'" in advice


def test_report_keeps_within_a_narrow_terminal(llamacpp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = CliRunner().invoke(app, ["doctor", "fnwrap/llamacpp/x", "--api-base", llamacpp]).stdout
    assert "ok    call        ping() under a gbnf constraint" in shown
    assert max(map(len, shown.splitlines())) <= 60
    assert {line[:18].strip() for line in shown.splitlines() if not line.startswith("ok ")} == {""}
