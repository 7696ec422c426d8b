"""A profile of Open Interpreter 0.4.3: function calling with any model.

pip install open-interpreter 'litellm-fnwrap[local]'
interpreter --profile /full/path/of/profile.py

The same without a profile:

fnwrap run interpreter --model fnwrap/ollama/qwen2.5-coder:7b
fnwrap run interpreter --model fnwrap/llamacpp/any --api_base http://my-server:8080
"""

import os

from interpreter import interpreter

import litellm_fnwrap

model = os.environ.get("INTERPRETER_MODEL", "fnwrap/ollama/qwen2.5-coder:7b")
window = int(os.environ.get("INTERPRETER_CONTEXT", "8192"))

# LiteLLM then knows that the model can call functions, and Open Interpreter lets it.
litellm_fnwrap.register_model(model, context_window=window)
interpreter.llm.model = model
interpreter.llm.api_base = os.environ.get("INTERPRETER_API_BASE")
interpreter.llm.context_window = window
interpreter.llm.max_tokens = window // 8
interpreter.offline = True
