"""What a stranger behind LiteLLM's proxy cannot do: read its files, import its code, exhaust it with one request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import litellm
import pytest

from provider.asking import request
from provider.scripted_ollama import ScriptedOllama

pytestmark = pytest.mark.litellm
TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>"


def as_the_proxy(server: ScriptedOllama, body: dict[str, Any], **owners: Any) -> dict[str, Any]:
    """Arguments as the proxy makes them of a client's body and of its owner's model list; the client's count."""
    chosen = {name: value for name, value in body.items() if name != "model"}
    return {**request(server), **owners, **chosen, "proxy_server_request": {"url": "/", "body": body}}


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret.jinja"
    file.write_text("tops3cret {{ messages }}")
    return file


@pytest.mark.parametrize("way", ["body", "extra_body"])
def test_client_cannot_read_a_file_as_a_chat_template(ollama: ScriptedOllama, secret_file: Path, way: str) -> None:
    ollama.will_say("hello")
    wanted = {"wrapper": "template", "chat_template": str(secret_file)}
    with pytest.raises(litellm.BadRequestError, match="names a file of the proxy's machine") as caught:
        litellm.completion(**as_the_proxy(ollama, wanted if way == "body" else {"extra_body": wanted}))
    assert str(secret_file) not in str(caught.value)
    assert not ollama.bodies


@pytest.mark.parametrize("name", ["/etc/passwd", "no/such", "Qwen/Qwen3-8B", "", "."])
def test_client_cannot_find_out_what_files_there_are(ollama: ScriptedOllama, name: str) -> None:
    with pytest.raises(litellm.BadRequestError, match="names a file of the proxy's machine"):
        litellm.completion(**as_the_proxy(ollama, {"wrapper": "template", "chat_template": name}))


@pytest.mark.parametrize("way", ["body", "extra_body", "model", "no body"])
def test_client_cannot_have_code_imported(ollama: ScriptedOllama, way: str) -> None:
    sys.modules.pop("antigravity", None)
    path = "antigravity:webbrowser"
    if way == "model":
        asked = as_the_proxy(ollama, {"model": f"fnwrap/ollama+{path}/m"})
        asked["model"] = f"fnwrap/ollama+{path}/m"
    else:
        asked = as_the_proxy(ollama, {"extra_body": {"wrapper": path}} if way == "extra_body" else {"wrapper": path})
    if way == "no body":
        asked["proxy_server_request"] = {"url": "/"}
    with pytest.raises(litellm.BadRequestError, match="would import code of the proxy's machine"):
        litellm.completion(**asked)
    assert "antigravity" not in sys.modules


def test_owner_of_the_proxy_may_name_files_and_code(ollama: ScriptedOllama, secret_file: Path) -> None:
    ollama.will_say("hello")
    owners = {"model": "fnwrap/ollama/m", "chat_template": str(secret_file), "wrapper": "template"}
    litellm.completion(**as_the_proxy(ollama, {"model": "alias"}, **owners))
    assert "tops3cret" in ollama.bodies[-1]["prompt"]
    code = {"model": "fnwrap/ollama/m", "wrapper": "no_such_module_anywhere:Wrapper"}
    with pytest.raises(litellm.BadRequestError, match="cannot be imported"):
        litellm.completion(**as_the_proxy(ollama, {"model": "alias"}, **code))


def test_client_may_name_a_wrapper_and_give_a_templates_text(ollama: ScriptedOllama) -> None:
    ollama.will_say("hello")
    litellm.completion(**as_the_proxy(ollama, {"wrapper": "alpaca"}))
    assert "### Response:" in ollama.bodies[-1]["prompt"]
    litellm.completion(**as_the_proxy(ollama, {"wrapper": "template", "chat_template": TEMPLATE}))
    assert ollama.bodies[-1]["prompt"].endswith("<assistant>")


@pytest.mark.parametrize("n", [129, 10**9])
def test_number_of_answers_is_bounded(ollama: ScriptedOllama, n: int) -> None:
    with pytest.raises(litellm.BadRequestError, match="from 1 to 128"):
        litellm.completion(**request(ollama, n=n))


def test_login_in_the_address_is_not_shown_to_loggers(
    ollama: ScriptedOllama, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from litellm.integrations.custom_logger import CustomLogger

    told: list[str] = []

    class Logger(CustomLogger):
        def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:
            told.append(repr(kwargs["additional_args"]))

    monkeypatch.setattr(litellm, "callbacks", [Logger()])
    ollama.will_say("hello")
    litellm.completion(**request(ollama, api_base=ollama.base_url.replace("://", "://me:tops3cret@")))
    assert told
    assert "tops3cret" not in "".join(told) + capsys.readouterr().out
