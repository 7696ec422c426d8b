"""Replies and streams of every server, whole and cut at every byte."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from backends.wire import WIRES, sse
from litellm_fnwrap.backends import BACKENDS
from litellm_fnwrap.backends.backend import Backend
from litellm_fnwrap.backends.base import Opening
from litellm_fnwrap.backends.reply import ReplyReader
from litellm_fnwrap.errors import ContextWindowError, FnWrapError, ServerError
from litellm_fnwrap.generation import Chunk, Generation, ModelInfo, Prompt, Usage

PIECES = ["Héllo ", "\U0001f600 wor", 'ld <tool_call>{"a"', ": 1}", "\n中文"]
TEXT = "".join(PIECES)
NAMES = sorted(WIRES)


def backend_of(name: str) -> Backend:
    backend = BACKENDS.get(name)
    assert isinstance(backend, Backend)
    return backend


def reader_of(
    name: str, *, stream: bool, stops: tuple[str, ...] = (), info: ModelInfo | None = None, **changes: Any
) -> ReplyReader:
    backend = backend_of(name)
    generation = Generation(model="m", prompt=Prompt(text="Hi"), stop=stops, stream=stream, **changes)
    target = backend.target(Opening(model="m"))
    plan = backend.request(generation, target, ModelInfo())
    return ReplyReader(backend, target, plan, generation, info or ModelInfo())


def joined(chunks: Iterable[Chunk]) -> Chunk:
    chunks = list(chunks)
    last = chunks[-1]
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    return Chunk("".join(chunk.text for chunk in chunks), last.finish_reason, last.usage, last.stop_text)


def streamed(reader: ReplyReader, parts: Iterable[bytes]) -> Chunk:
    chunks: list[Chunk] = []
    for part in parts:
        chunks += reader.feed(part)
    return joined([*chunks, *reader.close()])


def test_wire_is_written_down_for_every_http_backend() -> None:
    http = {name for name in BACKENDS.names() if isinstance(BACKENDS.get(name), Backend)}
    assert set(NAMES) == http


@pytest.mark.parametrize("finish", ["stop", "length"])
@pytest.mark.parametrize("name", NAMES)
def test_reply_is_read_whole(name: str, finish: str) -> None:
    wire = WIRES[name]
    chunk = reader_of(name, stream=False).read(json.dumps(wire.reply(TEXT, finish)).encode())
    assert chunk.text == TEXT
    assert chunk.finish_reason == (finish if name != "webui_2023" else "stop")
    assert chunk.usage == (Usage(9, 3) if wire.usage[0] else None) or not wire.usage[0]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_stream_is_the_same_whatever_bytes_arrive_together(name: str) -> None:
    wire = WIRES[name]
    for finish in ("stop", "length"):
        data = "".join(wire.stream(PIECES, finish)).encode()
        expected = Chunk(TEXT, finish, Usage(9, 3) if wire.usage[1] else None)
        assert streamed(reader_of(name, stream=True), [data]).text == TEXT
        singles = streamed(reader_of(name, stream=True), (data[n : n + 1] for n in range(len(data))))
        assert (singles.text, singles.finish_reason) == (TEXT, finish)
        assert singles.usage == expected.usage or not wire.usage[1]
        for cut in range(1, len(data)):
            two = streamed(reader_of(name, stream=True), [data[:cut], data[cut:]])
            assert two == singles, cut


@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_stream_with_windows_line_ends_and_pings_reads_the_same(name: str) -> None:
    data = "".join(WIRES[name].stream(PIECES, "stop"))
    if (
        backend_of(name)
        .request(
            Generation(model="m", prompt=Prompt(text=""), stream=True), backend_of(name).target(Opening(model="m"))
        )
        .framing
        == "sse"
    ):
        data = ": ping\n\n" + data.replace("\n\n", "\r\n\r\n: ping\r\n\r\n")
    else:
        data = data.replace("\n", "\r\n\r\n")
    assert streamed(reader_of(name, stream=True), [data.encode()]).text == TEXT


@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_stream_that_stops_early_is_an_error_wherever_it_stops(name: str) -> None:
    events = WIRES[name].stream(PIECES, "stop")
    whole = len([event for event in events if '"finish_reason": null' in event]) or len(events) - 1
    for kept in range(min(whole, len(PIECES))):
        reader = reader_of(name, stream=True)
        with pytest.raises(ServerError, match="the stream ended"):
            streamed(reader, ["".join(events[:kept]).encode()])


@pytest.mark.parametrize("name", NAMES)
def test_error_inside_a_successful_reply_is_raised(name: str) -> None:
    wire = WIRES[name]
    if name == "webui_2023":
        with pytest.raises(ServerError, match="it went wrong"):
            reader_of(name, stream=False).read(wire.error.encode())
        return
    for before in ([], wire.stream(PIECES, "stop")[:2]):
        with pytest.raises(ServerError, match="it went wrong"):
            streamed(reader_of(name, stream=True), ["".join([*before, wire.error]).encode()])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"choices": []}', b"<html>no</html>", b'"text"'])
@pytest.mark.parametrize("name", NAMES)
def test_reply_of_another_shape_is_a_server_error(name: str, body: bytes) -> None:
    with pytest.raises(FnWrapError) as caught:
        reader_of(name, stream=False).read(body)
    assert isinstance(caught.value, ServerError)
    assert caught.value.backend == name


@pytest.mark.parametrize("name", ["tgi", "koboldcpp", "webui_2023"])
def test_stop_string_left_in_the_text_is_cut(name: str) -> None:
    wire, stops = WIRES[name], ("<|im_end|>", "\nUser:")
    text = "Hello<|im_end|>"
    chunk = reader_of(name, stream=False, stops=stops).read(json.dumps(wire.reply(text, "length")).encode())
    assert (chunk.text, chunk.finish_reason, chunk.stop_text) == ("Hello", "stop", "<|im_end|>")
    if name != "webui_2023":
        data = "".join(wire.stream(["Hel", "lo<|im", "_end|>"], "length")).encode()
        cut = streamed(reader_of(name, stream=True, stops=stops), [data[n : n + 1] for n in range(len(data))])
        assert (cut.text, cut.finish_reason, cut.stop_text) == ("Hello", "stop", "<|im_end|>")


@pytest.mark.parametrize("name", ["openai_text", "openai_chat", "anyscale"])
def test_fifth_stop_string_is_cut_here(name: str) -> None:
    stops = ("a1", "b2", "c3", "d4", "e5")
    reader = reader_of(name, stream=True, stops=stops)
    events = WIRES[name].stream(["one e", "5 two", " three"], "stop")
    chunks = [chunk for event in events[:-4] for chunk in reader.feed(event.encode())]
    assert reader.done
    assert joined([*chunks, *reader.close()]) == Chunk("one ", "stop", None, "e5")


def test_ollama_thinking_field_goes_back_into_the_text() -> None:
    lines = [
        {"response": "", "thinking": "Let me ", "done": False},
        {"response": "", "thinking": "see.", "done": False},
        {"response": "Yes", "done": False},
        {"response": "", "done": True, "done_reason": "stop", "prompt_eval_count": 1, "eval_count": 2},
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert streamed(reader_of("ollama", stream=True), [data]).text == "<think>Let me see.</think>Yes"
    whole = {**lines[-1], "thinking": "Hm.", "response": "Yes"}
    assert reader_of("ollama", stream=False).read(json.dumps(whole).encode()).text == "<think>Hm.</think>Yes"


def test_chat_reasoning_goes_back_into_the_text() -> None:
    deltas: list[Any] = [{"reasoning_content": "Hm"}, {"reasoning_content": "."}, {"content": "Yes"}]
    data = "".join(sse({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}) for delta in deltas)
    data += sse({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    assert streamed(reader_of("openai_chat", stream=True), [data.encode()]).text == "<think>Hm.</think>Yes"


def test_ollama_before_0_1_35_gives_no_reason_so_the_limit_decides() -> None:
    reply = {"response": "x", "done": True, "prompt_eval_count": 1, "eval_count": 7}
    cut = reader_of("ollama", stream=False, parameters={"max_tokens": 7}).read(json.dumps(reply).encode())
    assert cut.finish_reason == "length"
    ended = reader_of("ollama", stream=False, parameters={"max_tokens": 8}).read(json.dumps(reply).encode())
    assert ended.finish_reason == "stop"


@pytest.mark.parametrize(
    ("name", "extra", "reply"),
    [
        ("ollama", {"num_ctx": 2048}, {"response": "x", "done": True, "prompt_eval_count": 2048, "eval_count": 1}),
        ("koboldcpp", {"max_context_length": 2057}, WIRES["koboldcpp"].reply("x", "stop")),
    ],
)
def test_silently_cut_prompt_is_a_context_error(name: str, extra: Any, reply: Any) -> None:
    with pytest.raises(ContextWindowError, match="cut the prompt"):
        reader_of(name, stream=False, extra=extra).read(json.dumps(reply).encode())


@pytest.mark.parametrize("tokens", [2048, 4096])
@pytest.mark.parametrize(
    ("version", "known", "is_cut"),
    [
        ("0.11.4", None, True),
        ("0.1.17", None, True),
        ("0.12.6", None, False),
        (None, None, False),
        ("0.11.4", 8192, True),
    ],
)
def test_ollama_that_cuts_silently_is_found_out_by_its_usual_windows(
    tokens: int, version: str | None, known: int | None, is_cut: bool
) -> None:
    reply = {"response": "x", "done": True, "done_reason": "stop", "prompt_eval_count": tokens, "eval_count": 1}
    body, info = json.dumps(reply).encode(), ModelInfo(version=version, context_window=known)
    if is_cut:
        with pytest.raises(ContextWindowError, match=f"the {tokens} tokens"):
            reader_of("ollama", stream=False, info=info).read(body)
        with pytest.raises(ContextWindowError, match=f"the {tokens} tokens"):
            streamed(reader_of("ollama", stream=True, info=info), [body])
    else:
        assert reader_of("ollama", stream=False, info=info).read(body).text == "x"
    assert reader_of("ollama", stream=False, info=info, extra={"num_ctx": 9000}).read(body).text == "x"
    assert reader_of("ollama", stream=False, info=info, extra={"truncate": True}).read(body).text == "x"


def test_ollama_prompt_that_fills_the_window_of_its_modelfile_was_cut() -> None:
    reply = {"response": "x", "done": True, "done_reason": "stop", "prompt_eval_count": 3000, "eval_count": 1}
    reader = reader_of("ollama", stream=False, info=ModelInfo(context_window=3000))
    with pytest.raises(ContextWindowError, match="the 3000 tokens of its context window"):
        reader.read(json.dumps(reply).encode())


def test_webui_answer_without_a_token_is_an_error() -> None:
    reply = {"choices": [{"index": 0, "text": "", "finish_reason": "stop"}], "usage": {"completion_tokens": 0}}
    with pytest.raises(ServerError, match="without a single token"):
        reader_of("webui", stream=False).read(json.dumps(reply).encode())
    apart = [{**reply, "usage": None}, {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 0}}]
    for events in ([reply], apart):
        with pytest.raises(ServerError, match="without a single token"):
            streamed(reader_of("webui", stream=True), ["".join(map(sse, events)).encode()])


def sglang_tokens(count: int) -> list[list[Any]]:
    return [[-0.5, number, f"t{number}"] for number in range(count)]


@pytest.mark.parametrize("cumulative", [True, False])
def test_sglang_logprobs_come_once_whether_the_stream_repeats_itself_or_not(cumulative: bool) -> None:
    def event(now: int, last: bool = False) -> dict[str, Any]:
        since = 0 if cumulative else now - 1
        tokens = sglang_tokens(now)[since:]
        facts: dict[str, Any] = {
            "finish_reason": {"type": "stop"} if last else None,
            "output_token_logprobs": tokens,
            "output_top_logprobs": [[[-0.5, 1, "a"], [-2.5, 2, None]] for _ in tokens],
        }
        return {"text": "".join(token[2] for token in tokens), "meta_info": facts}

    reader = reader_of("sglang", stream=True, parameters={"logprobs": True, "top_logprobs": 2})
    data = "".join(map(sse, [event(1), event(2), event(3, last=True)])).encode()
    chunks = [*reader.feed(data), *reader.close()]
    entries = [entry for chunk in chunks if chunk.logprobs for entry in chunk.logprobs["content"]]
    assert [entry["token"] for entry in entries] == ["t0", "t1", "t2"]
    assert [top["token"] for top in entries[0]["top_logprobs"]] == ["a", ""]
    whole = reader_of("sglang", stream=False).read(json.dumps(event(3, last=True)).encode())
    if cumulative:
        assert [entry["token"] for entry in whole.logprobs["content"]] == ["t0", "t1", "t2"]


@pytest.mark.parametrize("reason", ["abort", "error"])
def test_vllm_answer_that_was_given_up_is_an_error(reason: str) -> None:
    with pytest.raises(ServerError, match="gave up"):
        reader_of("vllm", stream=False).read(json.dumps(WIRES["vllm"].reply("x", reason)).encode())


def test_stop_string_that_the_server_names_is_passed_on() -> None:
    reply = {"content": "x", "stop": True, "stop_type": "word", "stopping_word": "</s>"}
    assert reader_of("llamacpp", stream=False).read(json.dumps(reply).encode()).stop_text == "</s>"
    choice = {"index": 0, "text": "x", "finish_reason": "stop", "stop_reason": "<|im_end|>"}
    assert reader_of("vllm", stream=False).read(json.dumps({"choices": [choice]}).encode()).stop_text == "<|im_end|>"


def test_tgi_keeps_special_tokens_but_not_the_last() -> None:
    tokens = [
        {"id": 5, "text": "[TOOL_CALLS]", "logprob": 0, "special": True},
        {"id": 6, "text": "[]", "logprob": 0, "special": False},
        {"id": 2, "text": "</s>", "logprob": 0, "special": True},
    ]
    reply = {"generated_text": "[]", "details": {"finish_reason": "eos_token", "generated_tokens": 3, "tokens": tokens}}
    assert reader_of("tgi", stream=False).read(json.dumps([reply]).encode()).text == "[TOOL_CALLS][]"


def test_sglang_incremental_stream_is_not_taken_for_a_cumulative_one() -> None:
    events = [{"text": piece, "meta_info": {"finish_reason": None}} for piece in ("He", "llo", " there", " there")]
    last = {"text": "", "meta_info": {"finish_reason": {"type": "stop", "matched": "<|im_end|>"}}}
    chunk = streamed(reader_of("sglang", stream=True), ["".join(map(sse, [*events, last])).encode()])
    assert (chunk.text, chunk.stop_text) == ("Hello there there", "<|im_end|>")


def test_empty_stream_with_a_terminator_is_no_empty_answer() -> None:
    with pytest.raises(ServerError, match="before any text"):
        streamed(reader_of("lmstudio", stream=True), [b"data: [DONE]\n\n"])


def test_terminator_after_text_is_an_end_as_good_as_a_finish_reason() -> None:
    data = sse({"choices": [{"index": 0, "text": "Hi", "finish_reason": None}]}) + "data: [DONE]\n\n"
    assert streamed(reader_of("openai_text", stream=True), [data.encode()]) == Chunk("Hi", "stop")
