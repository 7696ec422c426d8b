"""MetaGPT's own model class, set up by config2.yaml: a text, and code by a call of its tool "execute".

fnwrap serve gpt-4o=fnwrap/ollama/qwen2.5-coder:7b
python examples/metagpt/ask_for_code.py [base URL] [key]        in MetaGPT's environment
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import yaml
from metagpt.configs.llm_config import LLMConfig
from metagpt.provider.llm_provider_registry import create_llm_instance


async def main() -> None:
    settings = yaml.safe_load(Path(__file__).with_name("config2.yaml").read_text())["llm"]
    settings |= dict(zip(("base_url", "api_key"), sys.argv[1:], strict=False))
    llm = create_llm_instance(LLMConfig(**settings))
    print("text:", repr(await llm.aask("hello", stream=True)))
    print("code:", await llm.aask_code([{"role": "user", "content": "print the product of 6 and 7"}]))


if __name__ == "__main__":
    asyncio.run(main())
