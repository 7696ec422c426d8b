"""Templates as Ollama's models have them, cut to what they write: Go's text/template, with the family of each."""

from __future__ import annotations

_TOOLS = "{{- if .Tools }}\n%s\n{{- range .Tools }}\n{{ . }}\n{{- end }}\n{{- end }}"
_QWEN = _TOOLS % (
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
    "signatures within <tools></tools> XML tags:\n<tools></tools>\n<tool_call>\n</tool_call>"
)
_CHATML_LOOP = (
    "{{- range $i, $_ := .Messages }}\n{{- $last := eq (len (slice $.Messages $i)) 1 -}}\n"
    '{{- if eq .Role "user" }}<|im_start|>user\n{{ .Content }}<|im_end|>\n'
    '{{ else if eq .Role "assistant" }}<|im_start|>assistant\n{{ if .Content }}{{ .Content }}\n'
    "{{- else if .ToolCalls }}<tool_call>\n{{ range .ToolCalls }}"
    '{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}\n{{ end }}</tool_call>\n'
    "{{- end }}{{ if not $last }}<|im_end|>\n{{ end }}\n"
    '{{- else if eq .Role "tool" }}<|im_start|>user\n<tool_response>\n{{ .Content }}\n</tool_response><|im_end|>\n'
    '{{ end }}\n{{- if and (ne .Role "assistant") $last }}<|im_start|>assistant\n{{ end }}\n{{- end }}'
)
_HEADERS = (
    "{{ if .System }}<|start_header_id|>system<|end_header_id|>\n\n{{ .System }}<|eot_id|>{{ end }}"
    "{{ if .Prompt }}<|start_header_id|>user<|end_header_id|>\n\n{{ .Prompt }}<|eot_id|>{{ end }}"
    "<|start_header_id|>assistant<|end_header_id|>\n\n{{ .Response }}<|eot_id|>"
)

GO_TEMPLATES = {
    "chatml": (
        "{{ if .System }}<|im_start|>system\n{{ .System }}<|im_end|>\n{{ end }}{{ if .Prompt }}<|im_start|>user\n"
        "{{ .Prompt }}<|im_end|>\n{{ end }}<|im_start|>assistant\n{{ .Response }}<|im_end|>\n"
    ),
    "chatml by roles": (
        "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"
    ),
    "qwen2.5": "{{- if or .System .Tools }}<|im_start|>system\n{{ .System }}"
    + _QWEN
    + "<|im_end|>\n{{ end }}"
    + _CHATML_LOOP,
    "qwen3": (
        "{{- if or .System .Tools }}<|im_start|>system\n{{ .System }}"
        + _QWEN
        + "<|im_end|>\n{{ end }}"
        + _CHATML_LOOP
        + "<think>{{ .Thinking }}</think>"
    ),
    "qwen3-thinking": "{{- if or .System .Tools }}<|im_start|>system\n{{ .System }}"
    + _QWEN
    + "<|im_end|>\n{{ end }}"
    + _CHATML_LOOP.replace("<|im_start|>assistant\n{{ end }}", "<|im_start|>assistant\n<think>\n{{ end }}"),
    "llama3": _HEADERS,
    "llama3.1": (
        _HEADERS.replace(
            "{{ .Prompt }}",
            _TOOLS
            % (
                "Given the following functions, please respond with a JSON for a function call with its "
                "proper arguments "
                'that best answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": '
                "dictionary of argument name and its value}. Do not use variables."
            )
            + "{{ .Prompt }}",
        )
        + "<|start_header_id|>ipython<|end_header_id|>\n\n{{ .Content }}<|eot_id|>"
    ),
    "llama2": "[INST] <<SYS>>{{ .System }}<</SYS>>\n\n{{ .Prompt }} [/INST]\n",
    "mistral-v1": "[INST] {{ if .System }}{{ .System }} {{ end }}{{ .Prompt }} [/INST]",
    "mistral-v3": (
        '{{- range $index, $_ := .Messages }}{{- if eq .Role "user" }}{{- if and (le (len (slice '
        "$.Messages $index)) 2) "
        "$.Tools }}[AVAILABLE_TOOLS] {{ $.Tools }}[/AVAILABLE_TOOLS]{{- end }}[INST] {{ .Content }}[/INST]"
        '{{- else if eq .Role "assistant" }}{{- if .Content }} {{ .Content }}</s>{{- else if '
        ".ToolCalls }}[TOOL_CALLS] ["
        '{{- range .ToolCalls }}{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}{{- end }}]</s>'
        '{{- end }}{{- else if eq .Role "tool" }}[TOOL_RESULTS] {"content": {{ .Content }}} [/TOOL_RESULTS]'
        "{{- end }}{{- end }}"
    ),
    "gemma2": (
        '{{- range $i, $_ := .Messages }}{{- if or (eq .Role "user") (eq .Role "system") }}<start_of_turn>user\n'
        "{{ .Content }}<end_of_turn>\n{{- else }}<start_of_turn>model\n{{ .Content "
        "}}<end_of_turn>\n{{- end }}{{- end }}"
    ),
    "gemma4": "{{- range .Messages }}<|turn>{{ .Role }}\n{{ .Content }}<turn|>\n{{- end }}<|turn>model\n",
    "phi3": "{{- range .Messages }}<|{{ .Role }}|>\n{{ .Content }}<|end|>\n{{ end }}<|assistant|>\n",
    "phi4": (
        "{{- range .Messages }}<|im_start|>{{ .Role }}<|im_sep|>\n{{ .Content }}<|im_end|>\n{{ end }}"
        "<|im_start|>assistant<|im_sep|>\n"
    ),
    "zephyr": "{{- range .Messages }}<|{{ .Role }}|>\n{{ .Content }}</s>\n{{ end }}<|assistant|>\n",
    "zephyr over lines": (
        "{{- if .System }}\n<|system|>\n{{ .System }}\n</s>\n{{- end }}\n<|user|>\n{{ .Prompt }}\n</s>\n<|assistant|>\n"
    ),
    "zephyr without ends": (
        "{{ if .System }}<|system|>\n{{ .System }}\n{{ end }}<|user|>\n{{ .Prompt }}\n<|assistant|>\n"
    ),
    "vicuna": "{{ .System }}\n\nUSER: {{ .Prompt }}\nASSISTANT: {{ .Response }}</s>\n",
    "alpaca": "{{ .System }}\n\n### Instruction:\n{{ .Prompt }}\n\n### Response:\n{{ .Response }}\n\n",
    "openchat": "GPT4 Correct User: {{ .Prompt }}<|end_of_turn|>GPT4 Correct Assistant: {{ .Response }}<|end_of_turn|>",
    "deepseek-v3": (
        "{{ .System }}{{- range .Messages }}<｜User｜>{{ .Content }}<｜Assistant｜>{{ .Content }}"
        "<｜end▁of▁sentence｜>{{ end }}"
    ),
    "command-r": (
        "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>{{ .System }}<|END_OF_TURN_TOKEN|>{{- range .Messages }}"
        "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{{ .Content }}<|END_OF_TURN_TOKEN|>{{- end }}"
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
    ),
    "granite3": (
        "<|start_of_role|>system<|end_of_role|>{{ .System }}<|end_of_text|>{{- range .Messages }}"
        "<|start_of_role|>{{ .Role }}<|end_of_role|>{{ .Content }}<|end_of_text|>\n{{- end }}"
        "<|start_of_role|>assistant<|end_of_role|>"
    ),
    "granite4 with its words in variables": (
        '{{- /* "</tools>" */}}{{- $before := "You are a helpful assistant with access to the following tools. You may '
        'call one or more tools to assist with the user query.\\n\\n<tools>" }}{{- $after := "</tools>\\n\\nFor each '
        "tool call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\\n"
        '<tool_call>\\n{\\"name\\": <function-name>, \\"arguments\\": <args-json-object>}\\n</tool_call>." }}'
        "{{- range .Messages }}<|start_of_role|>{{ .Role }}<|end_of_role|>{{ .Content }}<|end_of_text|>\n{{- end }}"
        "{{- if .Tools }}{{ print $before .Tools $after }}{{- end }}<|start_of_role|>assistant<|end_of_role|>"
    ),
    "gpt-oss": (
        "<|start|>system<|message|>{{ .System }}<|end|>{{- range .Messages }}<|start|>user<|message|>{{ .Content }}"
        "<|end|>"
        "<|start|>assistant<|channel|>final<|message|>{{ .Content }}<|end|>{{- end }}<|start|>assistant"
    ),
}
