"""Formats of chat models that were told how to act: ReAct, JSON actions, and the flower marks of Qwen 1."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="react",
        aliases=("action-input",),
        models="chat models under a ReAct prompt, LangChain's and LlamaIndex's among them",
        source="https://python.langchain.com/api_reference/langchain/agents/langchain.agents.react.agent"
        ".create_react_agent.html",
        sample='Action: get_weather\nAction Input: {"city": "Lyon"}',
        call="Action: {name}\nAction Input: {arguments}",
        parallel=False,
        reasoning="Thought: {reasoning}\n",
        content="Final Answer: {content}",
        stop=("\nObservation:",),
    )
)

register_format(
    Format(
        name="action-json",
        aliases=("react-json", "structured-chat"),
        models="chat models under a prompt for JSON actions",
        source="https://python.langchain.com/api_reference/langchain/agents/langchain.agents.structured_chat.base"
        ".create_structured_chat_agent.html",
        sample='```json\n{\n  "action": "get_weather",\n  "action_input": {\n    "city": "Lyon"\n  }\n}\n```',
        call=("```json\n{object}\n```", "```\n{object}\n```", "{object}"),
        parallel=False,
        object='{\n  "action": {name},\n  "action_input": {arguments}\n}',
        indent=2,
        stop=("\nObservation:",),
    )
)

register_format(
    Format(
        name="qwen1",
        aliases=("qwen-agent",),
        models="Qwen 1, 1.5 and 2 under Qwen-Agent's prompt",
        source="https://github.com/QwenLM/Qwen-Agent, qwen_agent/llm/fncall_prompts/qwen_fncall_prompt.py",
        sample='✿FUNCTION✿: get_weather\n✿ARGS✿: {"city": "Lyon"}\n✿FUNCTION✿: ping\n✿ARGS✿: {}',
        call="✿FUNCTION✿: {name}\n✿ARGS✿: {arguments}",
        separator="\n",
        content="✿RETURN✿: {content}",
        drop=("<|im_end|>",),
        stop=("✿RESULT✿", "<|im_end|>"),
    )
)
