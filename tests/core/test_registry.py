"""Names and what they stand for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from litellm_fnwrap.errors import UnknownNameError
from litellm_fnwrap.registry import Registry


def registry() -> Registry[int]:
    made: Registry[int] = Registry("number")
    made.add("llama3-json", 1, ["llama3.1"])
    made.add("hermes", 2)
    return made


@pytest.mark.parametrize(
    "name", ["llama3-json", "llama3_json", "LLAMA3-JSON", " llama3-json ", "llama3.1", "Llama-3.1", "llama-3-json"]
)
def test_names_are_found_in_any_usual_writing(name: str) -> None:
    assert registry().get(name) == 1


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"No number is called 'hermse'. Did you mean 'hermes'\?"):
        registry().get("hermse")


def test_name_that_is_taken_is_refused_unless_replaced() -> None:
    made = registry()
    with pytest.raises(ValueError, match=r"'llama3.1' is already used by 'llama3-json'"):
        made.add("other", 3, ["llama3.1"])
    with pytest.raises(ValueError, match="'hermes' is registered twice"):
        made.add("hermes", 3)
    made.add("hermes", 3, replace=True)
    assert made.get("hermes") == 3


def test_aliases_are_listed_apart_from_names() -> None:
    assert registry().names() == ["hermes", "llama3-json"]
    assert registry().aliases("llama3-json") == ["llama3.1"]
    assert "llama3.1" in registry()


def test_the_packages_answer_a_call_with_their_names() -> None:
    import litellm_fnwrap

    assert "hermes" in litellm_fnwrap.formats()
    assert "chatml" in litellm_fnwrap.wrappers()
    assert {"ollama", "llamacpp", "local"} <= set(litellm_fnwrap.backends())


THREADS = """
import sys, threading
from litellm_fnwrap.backends import BACKENDS
from litellm_fnwrap.formats import FORMATS
from litellm_fnwrap.wrappers import WRAPPERS

gate, missing = threading.Barrier(12), []

def ask(registry, name):
    gate.wait()
    try:
        registry.get(name)
    except Exception as error:
        missing.append(repr(error))

sys.setswitchinterval(1e-6)
asked = [(BACKENDS, "vllm"), (FORMATS, "hermes"), (WRAPPERS, "zephyr")] * 4
threads = [threading.Thread(target=ask, args=one) for one in asked]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit("".join(missing) or 0)
"""


def test_threads_that_ask_first_all_find_the_whole_catalog() -> None:
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
