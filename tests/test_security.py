"""SECURITY.md: what it claims is held by tests that exist, and the claims that no other file of tests holds."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest

import litellm_fnwrap
from backends.wire import WIRES
from faults.wild_server import WildServer, reply

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(litellm_fnwrap.__file__).parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
HOSTILE = [
    "../../etc/passwd",
    "__import__('os').system('id')",
    "{{ 7 * 7 }}{% for x in range(9) %}",
    "$(id); `id`",
    "os:system",
    "a\x00b",
    "%s%n${jndi:ldap://x}",
]


def test_every_test_that_the_page_names_exists() -> None:
    assert len(NAMED) > 40
    for file, name in NAMED:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in functions, f"{file} has no {name}"


def test_every_row_of_claims_names_a_test() -> None:
    claims = PAGE.partition("## What holds")[2].partition("## What it depends on")[0]
    rows = [line for line in claims.splitlines() if line.startswith("| ") and "it holds that" not in line]
    assert len(rows) == len(NAMED)


SHELLS = {"os.system", "os.popen", "pickle.loads", "pickle.load", "marshal.load", "yaml.load", "subprocess.run"}
OWN_BYTES = {"remembered.py", "inputs.py"}  # they copy plain data by marshal, and load what they have just written


def test_package_evaluates_no_text() -> None:
    for module in PACKAGE.rglob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
                assert not {"pickle", "shelve", "ctypes", "code"} & set(names), module
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called != "marshal.loads" or module.name in OWN_BYTES, module
                assert called not in {"eval", "exec", "__import__", *SHELLS}, f"{module}:{node.lineno} calls {called}"
                shell = [word for word in node.keywords if word.arg == "shell"]
                assert not shell, f"{module}:{node.lineno} uses a shell"


def tool(name: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {"path": {"type": "string"}, "n": {"type": "integer"}}}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("wrapper", ["hermes", "llama3.1", "generic", "functionary-v2"])
def test_names_and_arguments_that_look_like_code_are_text(wrapper: str, hostile: str) -> None:
    arguments = json.dumps({"path": hostile}, ensure_ascii=False)
    call = {"id": "c1", "type": "function", "function": {"name": "read_file", "arguments": arguments}}
    history = [
        {"role": "user", "content": hostile},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": hostile},
    ]
    prompt = litellm_fnwrap.render(history, [tool("read_file")], wrapper=wrapper)
    assert "49" not in prompt.text.replace(hostile, "")
    written = f'<tool_call>\n{{"name": "read_file", "arguments": {arguments}}}\n</tool_call>'
    read = litellm_fnwrap.parse(written, format="hermes", tools=[tool("read_file")])
    assert json.loads(read.tool_calls[0].arguments) == {"path": hostile}
    named = litellm_fnwrap.parse(
        f'<tool_call>\n{{"name": {json.dumps(hostile)}, "arguments": {{}}}}\n</tool_call>',
        format="hermes",
        tools=[tool(hostile)],
    )
    assert [one.name for one in named.tool_calls] == [hostile]


WATCHED = """
import json, os, sys
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm, litellm_fnwrap
litellm_fnwrap.register()
url, hostile = sys.argv[1], sys.argv[2]
tools = [{"type": "function", "function": {"name": hostile, "parameters": {"type": "object", "properties": {}}}}]
ask = dict(model="fnwrap/ollama+hermes/" + hostile, messages=[{"role": "user", "content": hostile}], tools=tools,
           api_base=url, api_key="sk-1")
litellm.completion(**ask)
seen = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "exec", "import"):
        seen.append((event, repr(arguments[1] if event == "socket.connect" else arguments[0])[:300]))
    if event == "open" and isinstance(arguments[0], str):
        seen.append((event, arguments[0]))

sys.addaudithook(watch)
for stream in (False, True):
    response = litellm.completion(**ask, stream=stream)
    if stream:
        calls = [c for chunk in response for c in chunk.choices[0].delta.tool_calls or ()]
    else:
        calls = response.choices[0].message.tool_calls
    assert calls[0].function.name == hostile, calls
print(json.dumps(seen))
"""


def test_call_touches_no_file_and_no_address_but_the_servers() -> None:
    hostile = "../../../tmp/no_such_file_of_fnwrap"
    text = f'<tool_call>\n{{"name": "{hostile}", "arguments": {{"path": "{hostile}"}}}}\n</tool_call>'
    wire = WIRES["ollama"]
    server = WildServer(
        answer=lambda request: (
            [reply({"error": "no such route"}, 404)]
            if request.path != "/api/generate"
            else [reply("".join(wire.stream([text], "stop")), kind="application/x-ndjson")]
            if request.body["stream"]
            else [reply(wire.reply(text, "stop"))]
        )
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, server.url, hostile], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        seen = [tuple(one) for one in json.loads(done.stdout.splitlines()[-1])]
    finally:
        server.close()
    addresses = {what for event, what in seen if event == "socket.connect"}
    assert addresses <= {repr(("127.0.0.1", server.port))}
    assert not [one for one in seen if "no_such_file_of_fnwrap" in one[1]]
    assert not [one for one in seen if one[0] in ("subprocess.Popen", "os.system")]


def requirement(line: str) -> str:
    return re.split(r"[<>=!\[;, ]", line, maxsplit=1)[0].lower()


def test_dependencies_and_their_licences_are_those_of_the_page() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    core = re.search(r"^dependencies = \[(.*?)^\]", text, re.DOTALL | re.MULTILINE)
    local = re.search(r"^local = \[(.*?)\]", text, re.MULTILINE)
    assert core is not None
    assert local is not None
    wanted = {requirement(one) for one in re.findall(r'"([^"]+)"', core[1] + local[1])}
    table = PAGE.partition("## What it depends on")[2].partition("## Out of scope")[0]
    listed = dict(re.findall(r"^\| ([\w-]+) \| [^|]+ \| ([^|]+?) \|$", table, re.MULTILINE))
    listed.pop("package", None)
    assert set(listed) == wanted
    for name, licence in listed.items():
        try:
            facts = metadata(name)
        except PackageNotFoundError:
            continue  # an extra that is not installed here
        told = [facts.get("License-Expression") or "", facts.get("License") or "", *(facts.get_all("Classifier") or [])]
        assert any(licence in one for one in told if "Classifier" not in one), f"{name}: {told}"
