from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from chat_template.attacks import HARMLESS, REFUSED
from chat_template.attacks_on_bounds import REFUSED_TOO
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError

MESSAGES = [{"role": "user", "content": "Hi"}]
ROOT = Path(__file__).parents[2]
# A second process, so that a bound that fails costs a test and not the machine.
_ALONE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
sys.path[:0] = [{root!r}, {tests!r}]
from chat_template.attacks import REFUSED
from chat_template.attacks_on_bounds import REFUSED_TOO
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError
for name, source in [*REFUSED.items(), *REFUSED_TOO.items()]:
    try:
        ChatTemplate(source).render([{{"role": "user", "content": "Hi"}}])
    except TemplateError as error:
        assert error.message.startswith("The chat template"), (name, error.message)
        print("refused", name)
    else:
        print("RENDERED", name)
"""


@pytest.mark.timeout(660)
def test_attacks_are_refused_within_time_and_memory() -> None:
    """All of them in one process of three gigabytes and a minute of work, each with a message of ours."""
    # Where coverage counts lines, in the other process too, all that a template does takes several times as long.
    seconds = 60 if sys.gettrace() is None else 600
    code = _ALONE.format(root=str(ROOT), tests=str(ROOT / "tests"), seconds=seconds)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == [word for name in [*REFUSED, *REFUSED_TOO] for word in ("refused", name)]


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_attempt_shows_nothing_of_the_process(name: str) -> None:
    text = ChatTemplate(HARMLESS[name]).render(MESSAGES)
    assert not re.search(r"__\w+__|<function|<module|0x(?!0)[0-9a-f]{12}.*module", text)
    assert len(text) < 9_000_000


def test_list_may_be_appended_to_and_input_stays_as_it_was() -> None:
    source = "{% set _ = messages.append('x') %}{% set _ = messages[0].update(role='y') %}{{ messages | length }}"
    messages = [{"role": "user", "content": "Hi"}]
    assert ChatTemplate(source).render(messages) == "2"
    assert messages == [{"role": "user", "content": "Hi"}]


def test_appended_input_is_fresh_in_the_next_rendering() -> None:
    template = ChatTemplate("{% set _ = tools.append(1) %}{{ tools | tojson }}")
    tools = [{"name": "a"}]
    assert template.render(MESSAGES, tools) == template.render(MESSAGES, tools) == '[{"name": "a"}, 1]'


def test_time_is_what_the_caller_says() -> None:
    template = ChatTemplate("{{ strftime_now('%d %b %Y') }}")
    assert template.render(MESSAGES, now=datetime(2024, 7, 26)) == "26 Jul 2024"


def test_clock_is_read_only_when_the_template_asks() -> None:
    assert re.fullmatch(r"\d{4}", ChatTemplate("{{ strftime_now('%Y') }}").render(MESSAGES))


def test_variable_functions_holds_the_tools_as_text() -> None:
    tools = [{"type": "function", "function": {"name": "ping"}}]
    assert '"name": "ping"' in ChatTemplate("{{ 'x' + functions }}").render(MESSAGES, tools)


def test_variable_datetime_holds_the_given_time() -> None:
    text = ChatTemplate("{{ 'on ' + datetime }}").render(MESSAGES, now=datetime(2024, 7, 26, 9, 5))
    assert text == "on 2024-07-26 09:05:00"


def test_documents_reach_the_template() -> None:
    template = ChatTemplate("{% for d in documents %}{{ d.title }}: {{ d.text }}{% endfor %}")
    assert template.render(MESSAGES, documents=[{"title": "T", "text": "x"}]) == "T: x"


def test_named_template_for_tools_is_chosen_when_there_are_tools() -> None:
    template = ChatTemplate({"default": "plain", "tool_use": "with tools"})
    assert (template.render(MESSAGES), template.render(MESSAGES, [{"a": 1}])) == ("plain", "with tools")


def test_special_tokens_are_variables() -> None:
    assert (
        ChatTemplate("{{ bos_token }}|{{ eos_token }}", bos_token="<s>", eos_token="</s>").render(MESSAGES)
        == "<s>|</s>"
    )


def test_own_refusal_of_a_template_is_told() -> None:
    with pytest.raises(TemplateError, match="only user messages"):
        ChatTemplate("{{ raise_exception('only user messages') }}").render(MESSAGES)


def test_broken_template_names_its_line() -> None:
    with pytest.raises(TemplateError, match="line 3"):
        ChatTemplate("a\nb\n{% for %}")


def test_empty_set_of_templates_is_refused() -> None:
    with pytest.raises(TemplateError, match="default"):
        ChatTemplate({})


def test_equal_templates_are_one_key() -> None:
    assert len({ChatTemplate("a"), ChatTemplate("a"), ChatTemplate("b"), ChatTemplate("a", bos_token="x")}) == 3


def test_long_ordinary_conversation_stays_within_bounds() -> None:
    source = "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '\\n' }}{% endfor %}"
    messages = [{"role": "user", "content": "word " * 200}] * 2000
    assert len(ChatTemplate(source).render(messages)) > 2_000_000
