"""The tests in the environments people have: Pythons and LiteLLMs, the proxy with its clients, Open Interpreter.

pip install nox
nox --list
nox -s proxy interpreter xgrammar   what needs an environment of its own
nox -s tests                        the pairs of Python and LiteLLM that matter
nox -s fuzz -- 600                  each fuzz target for so many seconds
nox -s soak                         50,000 calls to failing servers, and 5,000 through the proxy
"""

import sys
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
# For Linux PyPI has PyTorch with CUDA, several gigabytes. pip finds the build without it in PyTorch's own index of such
# builds, named in PIP_EXTRA_INDEX_URL, or in a folder, named in PIP_FIND_LINKS.
TORCH = "torch==2.13.0+cpu" if sys.platform == "linux" else "torch==2.13.0"
# What MetaGPT's model classes import.
OF_METAGPT = (
    "aiofiles", "aiohttp", "anthropic==0.18.1", "anytree", "boto3", "chardet", "click<8.2", "dashscope~=1.19.3",
    "gitpython", "gitignore-parser", "google-generativeai==0.4.1", "httpx==0.27.2", "libcst", "loguru==0.6.0",
    "nbclient", "nbformat", "networkx~=3.2.1", "numpy~=1.26.4", "openai~=1.39.0", "pandas", "Pillow",
    "pydantic>=2.5.3", "python-docx", "PyYAML", "qianfan~=0.4.4", "rank-bm25", "rich", "setuptools<81",
    "spark-ai-python~=0.3.30", "tenacity==8.2.3", "tiktoken==0.7.0", "typer==0.9.0",
    "volcengine-python-sdk~=1.0.94", "zhipuai~=2.1.5",
)  # fmt: skip


@nox.session
@nox.parametrize("python,litellm", PAIRS, ids=[f"{on}-{litellm.strip('=.*') or 'newest'}" for on, litellm in PAIRS])
def tests(session: nox.Session, litellm: str) -> None:
    """All tests, or those that are named after --; what needs the proxy or a client is skipped here, see proxy."""
    openai = "openai<2" if litellm == "==1.60.*" else "openai"
    session.install("-e", ".[dev,local]", f"litellm{litellm}", openai)
    if litellm.endswith("1.106.2"):
        session.install("litellm[mcp]==1.106.2")
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *(session.posargs or ("tests",)), env=OFFLINE)


@nox.session
def proxy(session: nox.Session) -> None:
    """LiteLLM's proxy as a process, fnwrap serve, the clients' examples, scale-out (where redis-server is)."""
    # LiteLLM first, and then kept: its newest releases ask for a package that not every index has, and pip, told to
    # find all at once, tries each older release with each client. LlamaIndex is not content with every openai.
    session.install("-e", ".[local,mcp,proxy]", "openai<3", "redis", *LIGHT)
    version = "import importlib.metadata; print(importlib.metadata.version('litellm'))"
    found = str(session.run("python", "-c", version, silent=True)).strip()
    clients = ("langchain-litellm", "llama-index-llms-openai-like", "pydantic-ai-slim")
    session.install(*clients, f"litellm=={found}", "openai<3", "setuptools<81")
    session.run("python", "-m", "pytest", "-q", "-rs", *(session.posargs or ("tests/places",)), env=OFFLINE)


@nox.session(python="3.11")
def metagpt(session: nox.Session) -> None:
    """MetaGPT 0.8.2 through fnwrap serve. It wants an old openai, and so an environment beside the proxy's."""
    session.install("-e", ".[local,mcp,proxy]", *LIGHT)
    theirs = Path(session.create_tmp()).resolve()  # the test works in a folder of its own
    session.run("python", "-m", "venv", str(theirs))
    python = f"{theirs}/bin/python"
    # Not with all that it depends on: it pins lancedb 0.4.0, which the index no longer has.
    session.run(python, "-m", "pip", "install", "-q", "--no-deps", "metagpt==0.8.2")
    session.run(python, "-m", "pip", "install", "-q", *OF_METAGPT)
    areas = session.posargs or ("tests/places/test_metagpt.py",)
    session.run("python", "-m", "pytest", "-q", "-rs", *areas, env={**OFFLINE, "FNWRAP_METAGPT": python})


@nox.session(python="3.11")
def interpreter(session: nox.Session) -> None:
    """Open Interpreter's whole loop, with the LiteLLM that its requirements leave."""
    session.install("-e", ".[local]", "open-interpreter==0.4.3", "litellm==1.83.0", "tiktoken==0.7.0", *LIGHT)
    areas = session.posargs or ("tests/places/test_interpreter.py", "tests/places/test_observability.py")
    session.run("python", "-m", "pytest", "-q", "-rs", *areas, env=OFFLINE)


@nox.session(python="3.11")
def xgrammar(session: nox.Session) -> None:
    """Structural tags judged by the engine of vLLM and SGLang, which needs PyTorch (TORCH says which)."""
    session.install("-e", ".[local]", TORCH, "xgrammar", *LIGHT)
    areas = session.posargs or ("tests/constraints/test_xgrammar.py", "tests/constraints/test_structural_tag.py")
    session.run("python", "-m", "pytest", "-q", "-rs", "-n", "2", *areas, env=OFFLINE)


@nox.session(python="3.11")
def fuzz(session: nox.Session) -> None:
    """Each target of tests/fuzz for so many seconds (600), with atheris, which has wheels for this Python."""
    session.install("-e", ".", "atheris", *LIGHT)
    seconds = session.posargs or ("600",)
    for target in sorted(Path("tests/fuzz").glob("*_*.py")):
        if not target.name.startswith(("test_", "stream_every")):
            session.run("python", str(target), *seconds, env=OFFLINE)
    session.run("python", "-m", "pytest", "-q", "tests/fuzz", env={**OFFLINE, "FNWRAP_EXAMPLES": "500"})


@nox.session
def soak(session: nox.Session) -> None:
    """Calls to servers that fail at random: 50,000 direct, then 5,000 through LiteLLM's proxy, or as many as named."""
    session.install("-e", ".[proxy]", "openai", *LIGHT)
    direct, proxied = session.posargs or ("50000", "5000")
    session.run("python", "tests/soak/direct.py", direct, env=OFFLINE)
    session.run("python", "tests/soak/through_proxy.py", proxied, env=OFFLINE)


@nox.session(python="3.11")
def real_servers(session: nox.Session) -> None:
    """Servers that a package brings, with models made on the spot: transformers serve (PyTorch as TORCH says)."""
    session.install("-e", ".", "openai", "tokenizers", TORCH, "transformers[serving]>=5", *LIGHT)
    session.run("python", "-m", "pytest", "-q", "-rs", "tests/real_servers", env=OFFLINE)


@nox.session(python="3.13")
def mutation(session: nox.Session) -> None:
    """A sample of mutants of the core (--sample, --seed, --seconds after --); needs sys.monitoring."""
    session.install("-e", ".[dev,local]", "cosmic-ray")
    session.run("python", "scripts/mutation", *session.posargs, env=OFFLINE)


@nox.session
def coverage(session: nox.Session) -> None:
    """Lines and branches that the tests reach: at least 97 of 100."""
    session.install("-e", ".[dev,local,mcp]")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-q", *session.posargs, env=OFFLINE)
    session.run("coverage", "combine")
    session.run("coverage", "report")
