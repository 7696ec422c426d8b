from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import get_wrapper
from litellm_fnwrap.wrappers.template import TemplateWrapper
from wrappers.scenarios import ANSWER, ONE, PONG, SCENARIOS, SUNNY, SYSTEM, THANKS, TOOLS, TWO, USER, conversation

CHATML = (
    "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
STRICT = (
    "{{ bos_token }}{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('alternate!') }}{% endif %}"
    "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}</s>{% endif %}{% endfor %}"
)
CALLS_ONLY = CHATML.replace(
    "{{ m.content }}",
    "{{ m.content or '' }}{% for c in m.tool_calls or [] %}"
    "<call>{{ c.function.name }}|{{ c.function.arguments | tojson }}</call>{% endfor %}",
)
NAMING = "{{ tools | tojson }}" + CHATML.replace(
    "{{ m.content }}",
    "{{ m.content or '' }}{{ m.tool_call_id or '' }}{% for c in m.tool_calls or [] %}"
    "<call>{{ c.id }}|{{ c.function.arguments | tojson }}</call>{% endfor %}",
)
BESIDE_SYSTEM = CALLS_ONLY.replace(
    "{{ m.content", "{{ tools | tojson if tools and m.role == 'system' else '' }}{{ m.content"
)
EVERY_MESSAGE_A_TURN = (
    "{{ tools | tojson }}{% for m in messages %}"
    "{% if (m.role in ('user', 'tool')) != (loop.index0 % 2 == 0) %}{{ raise_exception('in turn!') }}{% endif %}"
    "<|{{ m.role }}|>{% if m.tool_calls %}"
    "{% for c in m.tool_calls %}<call>{{ c.function.name }}|{{ c.function.arguments | tojson }}</call>{% endfor %}"
    "{% else %}{{ m.content }}{% endif %}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
# As GigaChat 3 has it: https://huggingface.co/ai-sage/GigaChat3-10B-A1.8B, chat template.
CALLS_ARE_TURNS = (
    "{{ tools | tojson }}{% for m in messages %}{{ m.role if m.role != 'tool' else 'function result' }}<|role_sep|>\n"
    "{{ m.content or '' }}<|message_sep|>\n\n{% for c in m.tool_calls or [] %}function call<|role_sep|>\n"
    '{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}<|message_sep|>\n\n'
    "{% endfor %}{% endfor %}{% if add_generation_prompt %}assistant<|role_sep|>\n{% endif %}"
)
TRICKY: dict[str, list[dict[str, Any]]] = {
    "user twice": [SYSTEM, USER, USER],
    "assistant first": [ANSWER, USER],
    "text beside calls": [USER, {**TWO, "content": "Let me see."}, SUNNY, PONG],
    "call, results, user, user": [USER, ONE, SUNNY, USER, THANKS],
    "system in the middle": [USER, {"role": "system", "content": "Be quick."}, USER],
    "no content": [USER, {"role": "assistant", "content": None}, THANKS],
    "orphan result": [SUNNY, USER],
    "system alone": [SYSTEM],
    "thoughts": [USER, {**ONE, "content": "Hm.", "reasoning_content": "I think."}, SUNNY],
}


def _wrapper(source: str) -> TemplateWrapper:
    return TemplateWrapper(ChatTemplate(source, bos_token="<s>", eos_token="</s>"))


def test_template_that_renders_no_calls_gets_the_generic_instruction() -> None:
    prompt = _wrapper(CHATML).render(conversation("one_call"))
    assert prompt.format == "generic"
    assert prompt.text.startswith("<|im_start|>system\nYou can call functions.")
    assert (
        '"next_step": {"tool_calls": [{"name": "get_weather", "arguments": {"city": "Lyon", "days": 2}}]}'
        in prompt.text
    )
    assert "<|im_start|>user\nResult of get_weather:\n" in prompt.text
    assert prompt.stop == ["<|im_end|>", "</s>"]


def test_bos_is_no_part_of_the_text() -> None:
    prompt = _wrapper(CHATML).render(conversation("plain"))
    assert prompt.bos == "<s>"
    assert not prompt.text.startswith("<s>")


def test_system_is_folded_where_a_template_insists_on_alternation() -> None:
    prompt = _wrapper(STRICT).render(conversation("multi_turn"))
    assert prompt.text.startswith("[INST] You can call functions.")
    assert "You are brief.\n\nWhat is the weather in Lyon? [/INST]" in prompt.text
    assert [message["role"] for message in prompt.messages][:2] == ["user", "assistant"]


def test_system_is_a_turn_where_the_others_take_turns_behind_it() -> None:
    source = (
        "{% set told = messages[0].role == 'system' %}{% if told %}<<{{ messages[0].content }}>>{% endif %}"
        "{% set talk = messages[1:] if told else messages %}" + STRICT.replace("m in messages", "m in talk")
    )
    prompt = _wrapper(source).render(read_conversation([SYSTEM, USER, ANSWER, USER]))
    assert prompt.text.startswith("<<You are brief.>><s>[INST] What is")
    assert [message["role"] for message in prompt.messages] == ["system", "user", "assistant", "user"]


def test_result_that_a_template_of_calls_does_not_show_is_told_by_the_user() -> None:
    silent = CALLS_ONLY.replace("{{ m.content or '' }}", "{{ m.content or '' if m.role != 'tool' else '' }}")
    wrapper = _wrapper(silent)
    assert wrapper.derived is not None
    text = wrapper.render(conversation("one_call")).text
    assert "<call>get_weather|" in text
    assert "<|im_start|>user\nResult of get_weather:\n" in text
    assert "<|im_start|>tool" not in text


CALLS = (
    "{% for c in m.tool_calls or [] %}<call>{{ c.function.name }}<with>{{ c.function.arguments | tojson }}</call>"
    "{% endfor %}"
)


def test_template_is_given_no_tools_where_there_are_none() -> None:
    listed = "{% if tools is not none %}[TOOLS]{{ tools | tojson }}[/TOOLS]{% endif %}"
    wrapper = _wrapper(listed + CHATML.replace("{{ m.content }}", "{{ m.content }}" + CALLS))
    assert wrapper.derived is not None
    assert "[TOOLS]" not in wrapper.render(conversation("no_tools")).text
    assert "[TOOLS]" in wrapper.render(conversation("tools")).text


def test_template_that_loops_over_the_tools_gets_an_empty_list_where_there_are_none() -> None:
    looping = "{% for tool in tools %}{{ tool.function.name }} {% endfor %}"
    wrapper = _wrapper(looping + CHATML.replace("{{ m.content }}", "{{ m.content }}" + CALLS))
    prompt = wrapper.render(read_conversation([SYSTEM, USER, {**ANSWER, "content": ""}, THANKS]))
    assert prompt.text.startswith("<|im_start|>system\nYou are brief.")
    assert "<|im_start|>assistant\n<|im_end|>" in prompt.text  # the conversation itself is as it was


def test_system_texts_in_a_row_are_one_where_a_template_takes_one() -> None:
    once = "{% if m.role == 'system' and not loop.first %}{{ raise_exception('first') }}{% endif %}"
    wrapper = _wrapper(
        CHATML.replace("<|im_start|>{{ m.role", once + "<|im_start|>{{ m.role").replace(
            "<|im_end|>", CALLS + "<|im_end|>"
        )
    )
    messages = [SYSTEM, {"role": "developer", "content": "Say you."}, USER]
    text = wrapper.render(read_conversation(messages)).text
    assert text.startswith("<|im_start|>system\nYou are brief.\n\nSay you.<|im_end|>\n<|im_start|>user\n")


def test_system_text_that_a_template_would_leave_out_is_the_users() -> None:
    told = "{% if m.role != 'system' or loop.first %}<|im_start|>"
    plain = CHATML.replace("<|im_start|>{{ m", told + "{{ m").replace("<|im_end|>", "<|im_end|>{% endif %}", 1)
    messages = [SYSTEM, USER, ANSWER, {"role": "system", "content": "Say you."}, THANKS]
    for source in (plain, plain.replace("<|im_end|>", CALLS + "<|im_end|>")):
        text = _wrapper(source).render(read_conversation(messages)).text
        assert "<|im_start|>user\nSay you." in text


@pytest.mark.parametrize("id", ["a", "call_1234567890"])
def test_ids_are_what_a_template_takes_also_where_it_does_not_show_them(id: str) -> None:
    check = CALLS.replace("<call>", "{% if c.id | length LIMIT %}{{ raise_exception('id') }}{% endif %}<call>")
    for limit in ("< 9", "!= 9"):
        wrapper = _wrapper(CHATML.replace("<|im_end|>", check.replace("LIMIT", limit) + "<|im_end|>"))
        history = [USER, {**ONE, "tool_calls": [{**ONE["tool_calls"][0], "id": id}]}, {**SUNNY, "tool_call_id": id}]
        assert "<call>get_weather" in wrapper.render(read_conversation(history, tools=TOOLS)).text


@pytest.mark.parametrize("calls", ["", CALLS], ids=["no calls", "calls"])
def test_template_that_takes_parts_only_gets_parts(calls: str) -> None:
    parts = "{% for part in m.content or [] %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}"
    wrapper = _wrapper(CHATML.replace("{{ m.content }}", parts + calls))
    text = wrapper.render(conversation("results")).text
    for said in ("You are brief.", "What is the weather in Lyon?", "get_weather", "sunny", "Sunny, 24 degrees."):
        assert said in text
    assert wrapper.stop[0] == "<|im_end|>"


def test_calls_that_a_template_shows_beside_tools_only_are_written_as_text_without() -> None:
    wrapper = _wrapper(CHATML.replace("<|im_end|>", "{% if tools %}" + CALLS + "{% endif %}<|im_end|>"))
    assert wrapper.derived is not None
    messages = [USER, ONE, SUNNY, ANSWER, THANKS]
    assert (
        '<call>get_weather<with>{"city": "Lyon", "days": 2}</call>' in wrapper.render(read_conversation(messages)).text
    )


def test_words_before_a_call_stay_where_a_template_shows_one_of_the_two_and_counts_turns() -> None:
    counting = (
        "{% set ns = namespace(n=0) %}{% for m in messages %}"
        "{% if m.role in ('user', 'assistant') and not m.tool_calls %}"
        "{% if (m.role == 'user') != (ns.n % 2 == 0) %}{{ raise_exception('alternate!') }}{% endif %}"
        "{% set ns.n = ns.n + 1 %}{% endif %}"
        "{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]{% elif m.role == 'tool' %}[RES]{{ m.content }}[/RES]"
        "{% elif m.tool_calls %}" + CALLS + "{% else %}{{ m.content }}</s>{% endif %}{% endfor %}"
    )
    messages = [USER, {**ONE, "content": "I look."}, SUNNY, ANSWER, THANKS]
    text = _wrapper(counting).render(read_conversation(messages, tools=TOOLS)).text
    assert "[/INST]I look.</s><call>get_weather<with>" in text
    assert "Sunny, 24 degrees.</s>[INST]And tomorrow?[/INST]" in text


def test_thoughts_that_the_prompt_opens_are_prefill() -> None:
    prompt = _wrapper(CHATML + "{% if add_generation_prompt %}<think>\n{% endif %}").render(conversation("plain"))
    assert prompt.prefill == "<think>\n"


@pytest.mark.parametrize("messages", TRICKY.values(), ids=list(TRICKY))
def test_tricky_histories_render_in_every_real_template(messages: list[dict[str, Any]], corpus: Path) -> None:
    for path in sorted((corpus / "templates").glob("*.jinja")):
        wrapper = _wrapper(path.read_text(encoding="utf-8"))
        text = wrapper.render(read_conversation(messages, tools=TOOLS)).text
        wanted = [message["content"] for message in messages if message["role"] in ("system", "user")]
        assert all(said.strip() in text for said in wanted), path.name


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_other_formats_can_be_woven_into_every_real_template(scenario: str, corpus: Path) -> None:
    for path in sorted((corpus / "templates").glob("*.jinja")):
        wrapper = _wrapper(path.read_text(encoding="utf-8"))
        prompt = wrapper.render(conversation(scenario), options=Options(format="airoboros"))
        assert prompt.format == "airoboros", path.name
        if "one_call" in scenario:
            assert '"function": "get_weather"' in prompt.text, path.name


def test_native_calls_go_through_the_template(corpus: Path) -> None:
    wrapper = _wrapper((corpus / "templates" / "MiMo-VL.jinja").read_text(encoding="utf-8"))
    prompt = wrapper.render(conversation("parallel_calls"))
    assert prompt.text == get_wrapper("mimo-vl").render(conversation("parallel_calls")).text


def test_demand_is_told_to_the_model(corpus: Path) -> None:
    wrapper = _wrapper((corpus / "templates" / "MiMo-VL.jinja").read_text(encoding="utf-8"))
    named = {"type": "function", "function": {"name": "ping"}}
    text = wrapper.render(conversation("tools", tool_choice=named)).text
    assert "must be a call of ping" in text
    assert "get_weather" not in text


def test_results_are_one_and_words_before_calls_a_turn_where_every_message_is_one() -> None:
    talk = [USER, {**TWO, "content": "Let me see."}, SUNNY, PONG, ANSWER, THANKS]
    text = _wrapper(EVERY_MESSAGE_A_TURN).render(read_conversation(talk, tools=TOOLS)).text
    said = text[text.index("<|user|>") :]
    assert said.startswith(f"<|user|>{USER['content']}<|end|><|assistant|>Let me see.<|end|><|user|>Go on.<|end|>")
    assert f"<|tool|>{SUNNY['content']}\n\n{PONG['content']}<|end|><|assistant|>" in said


def test_tools_are_made_plainer_where_a_template_loses_itself_in_their_types() -> None:
    macro = (
        "{% macro shown(s) %}{% if s.type == 'string' %}str{% elif s.type is iterable %}"
        "{% for t in s.type %}{{ shown({'type': t}) }}{% endfor %}{% endif %}{% endmacro %}"
        "{% for t in tools or [] %}{% for k, v in t.function.parameters.properties.items() %}{{ k }}: {{ shown(v) }}"
        "{% endfor %}{% endfor %}"
    )
    tool = {"name": "look_up", "parameters": {"type": "object", "properties": {"zone": {"type": ["string", "null"]}}}}
    talk = read_conversation([USER], tools=[{"type": "function", "function": tool}])
    assert "zone: str" in _wrapper(macro + CALLS_ONLY).render(talk).text


def test_tools_that_a_template_offers_beside_a_system_text_get_one() -> None:
    text = _wrapper(BESIDE_SYSTEM).render(conversation("no_system")).text
    assert text.startswith('<|im_start|>system\n[{"type": "function", ')
    assert "]You can call functions.<|im_end|>\n<|im_start|>user\n" in text
    assert "You can call functions" not in _wrapper(BESIDE_SYSTEM).render(conversation("one_call")).text


def test_late_system_text_is_the_users_where_a_template_would_offer_the_tools_again() -> None:
    talk = read_conversation([SYSTEM, USER, ANSWER, {"role": "system", "content": "Be quick."}, USER], tools=TOOLS)
    text = _wrapper(BESIDE_SYSTEM).render(talk).text
    assert text.count('"name": "ping"') == 1
    assert "<|im_start|>user\nBe quick." in text


def test_ends_of_turns_are_no_content_where_nothing_is_read_off_a_template() -> None:
    parser = _wrapper(CHATML).parser(None)
    parser.feed("Hello.<|im_end|>")
    parser.close()
    assert parser.result.content == "Hello."


def test_ids_that_alone_name_the_function_are_written_so() -> None:
    text = _wrapper(NAMING).render(conversation("parallel_calls")).text
    assert '<call>functions.get_weather:0|{"city": "Lyon"}</call><call>functions.ping:1|{}</call>' in text
    assert "functions.get_weather:0<|im_end|>" in text
    assert "functions.ping:1<|im_end|>" in text


def test_results_are_told_by_ids_that_the_template_itself_writes_so() -> None:
    own = NAMING.replace("c.id", "'functions.' + c.function.name + ':' + loop.index0 | string")
    text = _wrapper(own).render(conversation("parallel_calls")).text
    assert '<call>functions.get_weather:0|{"city": "Lyon"}</call><call>functions.ping:1|{}</call>' in text
    assert "functions.get_weather:0<|im_end|>" in text
    assert "functions.ping:1<|im_end|>" in text


def test_end_of_the_templates_own_calls_does_not_end_those_of_another_format() -> None:
    own = _wrapper(CALLS_ONLY.replace("<|im_end|>\n", "{{ '<|done|>' if m.tool_calls else '<|im_end|>' }}\n"))
    assert "<|done|>" in own.stop
    other = Format(name="x", source="x", sample="x", call="<|done|>{object}<|done|>")
    stop = own.render(conversation("tools"), options=Options(format=other)).stop
    assert "<|done|>" not in stop
    assert "<|im_end|>" in stop


@pytest.mark.parametrize("choice", ["auto", "required"])
def test_system_text_offers_the_tools_where_a_template_shows_calls_only(choice: str) -> None:
    talk = conversation("one_call", tool_choice=choice)
    text = _wrapper(CALLS_ONLY).render(talk).text
    system, rest = text.split("<|im_end|>", 1)
    assert SYSTEM["content"] in system
    assert '"name": "get_weather"' in system
    assert '"name": "ping"' in system
    assert '<call>get_weather|{"city": "..."' in system
    assert system.count("Your next answer must be a function call.") == (choice == "required")
    assert '<call>get_weather|{"city": "Lyon", "days": 2}</call><|im_end|>' in rest


def test_system_text_offers_the_tools_in_the_words_of_the_family(corpus: Path) -> None:
    template = (corpus / "templates" / "deepseek-ai-DeepSeek-V3.1.jinja").read_text(encoding="utf-8")
    text = _wrapper(template).render(conversation("no_system", tool_choice="required")).text
    assert text.startswith("## Tools\nYou have access to the following tools:\n\n### get_weather\nDescription: ")
    assert text.count("Your next answer must be a function call.<｜User｜>") == 1


def test_every_real_template_tells_of_every_tool(corpus: Path) -> None:
    for path in sorted((corpus / "templates").glob("*.jinja")):
        text = _wrapper(path.read_text(encoding="utf-8")).render(read_conversation([USER], tools=TOOLS)).text
        assert [name for name in ("get_weather", "ping") if name not in text] == [], path.name


def test_one_wrapper_serves_many_threads(corpus: Path) -> None:
    wrapper = _wrapper((corpus / "templates" / "MiMo-VL.jinja").read_text(encoding="utf-8"))
    wanted = {name: wrapper.render(conversation(name)).text for name in SCENARIOS}
    wrong: list[str] = []

    def work() -> None:
        for name in SCENARIOS:
            if wrapper.render(conversation(name)).text != wanted[name]:
                wrong.append(name)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_history_of_a_talk_without_tools_is_what_was_said() -> None:
    # It was once written in the envelope of the generic format, which such a prompt does not teach.
    said = (("user", "Hi"), ("assistant", "Hello"), ("user", "?"))
    talk = [{"role": role, "content": text} for role, text in said]
    plain = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>"
    prompt = TemplateWrapper(ChatTemplate(plain)).render(read_conversation(talk))
    assert prompt.text == "<|user|>Hi<|assistant|>Hello<|user|>?<|assistant|>"
    assert prompt.messages == talk


def test_mark_that_ends_a_text_does_not_end_the_answer_where_a_call_is_a_turn_behind_it() -> None:
    wrapper = _wrapper(CALLS_ARE_TURNS)
    assert wrapper.derived is not None
    assert wrapper.render(conversation("tools")).stop == ["</s>"]
    text = 'Hm.<|message_sep|>\n\nfunction call<|role_sep|>\n{"name": "ping", "arguments": {}}<|message_sep|>\n\n'
    parser = wrapper.parser(conversation("tools").offered)
    parser.feed(text)
    parser.close("stop")
    assert parser.result.content == "Hm."
    assert [call.name for call in parser.result.tool_calls] == ["ping"]


@pytest.mark.parametrize(("name", "stop"), [("gigachat3", ["</s>"]), ("gigachat3.1", ["<|message_sep|>", "</s>"])])
def test_gigachat_stops_where_no_call_can_follow(name: str, stop: list[str]) -> None:
    assert get_wrapper(name).render(conversation("tools")).stop == stop
