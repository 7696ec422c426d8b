"""The tests in the environments people have: Pythons and LiteLLMs, the proxy with its clients, Open Interpreter.

pip install nox
nox --list
nox -s proxy interpreter xgrammar   what needs an environment of its own
nox -s tests                        the pairs of Python and LiteLLM that matter
nox -s fuzz -- 600                  each fuzz target for so many seconds
nox -s soak                         50,000 calls to failing servers, and 5,000 through the proxy
"""

from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "proxy", "interpreter", "xgrammar"]
nox.options.error_on_missing_interpreters = False

OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # LiteLLM would fetch its price list from the network
LIGHT = (
    "hypothesis", "llguidance", "numpy", "pytest>=8.2", "pytest-asyncio", "pytest-timeout", "pytest-xdist", "pyyaml",
    "respx", "setuptools<81",  # Open Interpreter imports pkg_resources
)  # fmt: skip
PAIRS = (
    ("3.10", "==1.60.*"),
    ("3.11", "==1.83.0"),  # what Open Interpreter is content with
    ("3.12", "==1.89.0"),  # the first that takes stream chunks as objects
    ("3.13", "==1.106.2"),  # needs the package mcp for every call with tools
    ("3.13", ""),  # the newest
)


@nox.session
@nox.parametrize("python,litellm", PAIRS, ids=[f"{on}-{litellm.strip('=.*') or 'newest'}" for on, litellm in PAIRS])
def tests(session: nox.Session, litellm: str) -> None:
    """The tests of all that meets LiteLLM, or what is named after --."""
    openai = "openai<2" if litellm == "==1.60.*" else "openai"
    session.install("-e", ".[local]", f"litellm{litellm}", openai, *LIGHT)
    if litellm.endswith("1.106.2"):
        session.install("litellm[mcp]==1.106.2")
    areas = session.posargs or ("tests/provider", "tests/engine", "tests/e2e", "tests/cli", "tests/places")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *areas, env=OFFLINE)


@nox.session
def proxy(session: nox.Session) -> None:
    """LiteLLM's proxy as a process, fnwrap serve, the clients' examples, scale-out (where redis-server is)."""
    clients = ("langchain-litellm", "llama-index-llms-openai-like", "openai", "pydantic-ai-slim", "redis")
    session.install("-e", ".[local,mcp,proxy]", *clients, *LIGHT)
    session.run("python", "-m", "pytest", "-q", "-rs", *(session.posargs or ("tests/places",)), env=OFFLINE)


@nox.session(python="3.11")
def interpreter(session: nox.Session) -> None:
    """Open Interpreter's whole loop, with the LiteLLM that its requirements leave."""
    session.install("-e", ".[local]", "open-interpreter==0.4.3", "litellm==1.83.0", "tiktoken==0.7.0", *LIGHT)
    areas = session.posargs or ("tests/places/test_interpreter.py", "tests/places/test_observability.py")
    session.run("python", "-m", "pytest", "-q", "-rs", *areas, env=OFFLINE)


@nox.session
def xgrammar(session: nox.Session) -> None:
    """Structural tags judged by the engine of vLLM and SGLang, which needs PyTorch (the build without CUDA will do)."""
    session.install("-e", ".[local]", "torch", "xgrammar", *LIGHT)
    areas = session.posargs or ("tests/constraints/test_xgrammar.py", "tests/constraints/test_structural_tag.py")
    session.run("python", "-m", "pytest", "-q", "-rs", "-n", "2", *areas, env=OFFLINE)


@nox.session(python="3.11")
def fuzz(session: nox.Session) -> None:
    """Each target of tests/fuzz for so many seconds (600), with atheris, which has wheels for this Python."""
    session.install("-e", ".", "atheris", *LIGHT)
    seconds = session.posargs or ("600",)
    for target in sorted(Path("tests/fuzz").glob("read_*.py")):
        session.run("python", str(target), *seconds, env=OFFLINE)
    session.run("python", "-m", "pytest", "-q", "tests/fuzz", env={**OFFLINE, "FNWRAP_EXAMPLES": "500"})


@nox.session
def soak(session: nox.Session) -> None:
    """Calls to servers that fail at random: direct, then through LiteLLM's proxy."""
    session.install("-e", ".[proxy]", "openai", *LIGHT)
    session.run("python", "tests/soak/direct.py", env=OFFLINE)
    session.run("python", "tests/soak/through_proxy.py", env=OFFLINE)
