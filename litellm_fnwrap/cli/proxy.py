"""fnwrap config and fnwrap serve: LiteLLM's proxy with the provider in it."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InvalidRequestError, MissingExtraError
from . import arguments, screen

Models = Annotated[list[str], typer.Argument(help="Models to serve: fnwrap/ollama/qwen2.5, or NAME=fnwrap/...")]
Wildcard = Annotated[bool, typer.Option(help="Serve any other model string fnwrap/... too.")]


def config(
    models: Models,
    api_base: arguments.ApiBase = None,
    wrapper: arguments.Wrapper = None,
    wildcard: Wildcard = False,
    json: arguments.Json = False,
) -> None:
    """Print a configuration of LiteLLM's proxy that serves these models."""
    found = configuration(models, api_base=api_base, wrapper=wrapper, wildcard=wildcard)
    if json:
        screen.as_json(found)
    else:
        typer.echo(to_yaml(found))


def serve(
    models: Models,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = 4000,
    api_base: arguments.ApiBase = None,
    wrapper: arguments.Wrapper = None,
    wildcard: Wildcard = False,
    json: Annotated[bool, typer.Option("--json", help="Print what clients need as a line of JSON.")] = False,
) -> None:
    """Serve models by OpenAI's API, for programs that know only OPENAI_API_BASE. End with Ctrl-C.

    Clients need a key if the environment variable LITELLM_MASTER_KEY holds one.
    """
    if any(importlib.util.find_spec(module) is None for module in ("fastapi", "uvicorn", "backoff")):
        raise MissingExtraError("LiteLLM's proxy", "proxy")
    wanted = configuration(models, api_base=api_base, wrapper=wrapper, wildcard=wildcard)
    _require_free(host, port)
    with tempfile.TemporaryDirectory(prefix="fnwrap-") as folder:
        file = Path(folder) / "config.yaml"
        file.write_text(to_yaml(wanted))
        screen.note("LiteLLM's proxy starts; that takes some 20 seconds.")
        start = [
            sys.executable,
            "-c",
            "import sys; from litellm.proxy.proxy_cli import run_server; sys.exit(run_server())",
        ]
        options = ["--config", str(file), "--host", host, "--port", str(port), "--telemetry", "False"]
        # LiteLLM's own words are no JSON.
        output = sys.stderr if json else None
        with subprocess.Popen([*start, *options], stdout=output) as proxy:  # noqa: S603  # the user's own options, no shell
            # A service manager ends this process only: the proxy goes with it.
            signal.signal(signal.SIGTERM, lambda *_: proxy.terminate())
            try:
                if (address := _ready(proxy, host, port)) is not None:
                    _tell(address, [entry["model_name"] for entry in wanted["model_list"]], as_json=json)
                status = proxy.wait()
            except KeyboardInterrupt:
                proxy.terminate()
                status = 0
    raise typer.Exit(0 if status == -signal.SIGTERM else status)


def configuration(
    models: list[str], *, api_base: str | None = None, wrapper: str | None = None, wildcard: bool = False
) -> dict[str, Any]:
    """The proxy's configuration: each model under its name, or its own string where none is given.

    Raises InvalidRequestError for what is no model string of this package.
    """
    named = [(name, model) if model else (name, name) for name, _, model in (text.partition("=") for text in models)]
    for _, model in named:
        _require_known(model)
    options = {key: value for key, value in (("api_base", api_base), ("wrapper", wrapper)) if value is not None}
    entries: list[dict[str, Any]] = [
        {"model_name": name, "litellm_params": {"model": model, **options}} for name, model in named
    ]
    if wildcard:
        entries.append({"model_name": "fnwrap/*", "litellm_params": {"model": "fnwrap/*"}})
    settings: dict[str, Any] = {
        "custom_provider_map": [{"provider": "fnwrap", "custom_handler": "litellm_fnwrap.handler"}]
    }
    found: dict[str, Any] = {"model_list": entries, "litellm_settings": settings}
    if os.environ.get("LITELLM_MASTER_KEY"):
        found["general_settings"] = {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    return found


def _require_known(model: str) -> None:
    from ..backends import BACKENDS
    from ..provider.model_name import PREFIX, read_model_name

    if not model.startswith(PREFIX):
        raise InvalidRequestError(
            f"{model!r} cannot be served. {screen.MODEL_STRING} NAME=fnwrap/... serves it under a name."
        )
    BACKENDS.get(read_model_name(model).backend)


def _require_free(host: str, port: int) -> None:
    """LiteLLM's proxy would silently take another port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((host, port))
        except OSError as problem:
            raise InvalidRequestError(
                f"Nothing can listen at {host}:{port}: {problem.strerror}. Give another --port or --host."
            ) from problem


def _ready(proxy: subprocess.Popen[bytes], host: str, port: int) -> str | None:
    """The address for clients, once the proxy listens; None if it has ended instead."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # what the user asked for
    while proxy.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((reached, port), timeout=1):
            return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}/v1"
        time.sleep(0.3)
    return None


def _tell(address: str, models: list[str], *, as_json: bool) -> None:
    """Say what clients need; a key is named, never shown."""
    has_key = bool(os.environ.get("LITELLM_MASTER_KEY"))
    if as_json:
        key = "LITELLM_MASTER_KEY" if has_key else None
        screen.as_json({"api_base": address, "models": models, "key_variable": key}, indent=None)
    else:
        screen.note(f"Ready. OPENAI_API_BASE={address} OPENAI_API_KEY={'$LITELLM_MASTER_KEY' if has_key else 'none'}")


def to_yaml(value: Any, depth: int = 0) -> str:
    """Lists and mappings of texts as YAML; every text as JSON writes it, which YAML reads too."""
    lead = "  " * depth
    if isinstance(value, dict):
        return "\n".join(f"{lead}{key}:{_nested(of, depth)}" for key, of in value.items())
    if isinstance(value, list):
        return "\n".join(f"{lead}- {to_yaml(item, depth + 1).lstrip()}" for item in value)
    return lead + json.dumps(value)


def _nested(value: Any, depth: int) -> str:
    return f"\n{to_yaml(value, depth + 1)}" if isinstance(value, dict | list) else f" {json.dumps(value)}"
