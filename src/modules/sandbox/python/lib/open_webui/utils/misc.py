"""Helpers on messages and texts, as in Open WebUI."""

import collections.abc
import hashlib
import re
import time
import uuid
from datetime import timedelta


def deep_update(d, u):
    for key, value in u.items():
        d[key] = deep_update(d.get(key, {}), value) if isinstance(value, collections.abc.Mapping) else value
    return d


def get_message_list(messages_map, message_id):
    if not messages_map:
        return []
    found, seen = [], set()
    current = messages_map.get(message_id)
    while current and current.get("id") not in seen:
        seen.add(current.get("id"))
        found.insert(0, current)
        current = messages_map.get(current.get("parentId"))
    return found


def get_messages_content(messages):
    return "\n".join(f"{m['role'].upper()}: {get_content_from_message(m)}" for m in messages)


def get_last_user_message_item(messages):
    return next((m for m in reversed(messages) if m["role"] == "user"), None)


def get_content_from_message(message):
    content = message.get("content")
    if isinstance(content, list):
        return next((item["text"] for item in content if item.get("type") == "text"), None)
    return content


def get_last_user_message(messages):
    message = get_last_user_message_item(messages)
    return get_content_from_message(message) if message is not None else None


def get_last_assistant_message_item(messages):
    return next((m for m in reversed(messages) if m["role"] == "assistant"), None)


def get_last_assistant_message(messages):
    message = get_last_assistant_message_item(messages)
    return get_content_from_message(message) if message is not None else None


def get_system_message(messages):
    return next((m for m in messages if m["role"] == "system"), None)


def remove_system_message(messages):
    return [m for m in messages if m["role"] != "system"]


def pop_system_message(messages):
    return get_system_message(messages), remove_system_message(messages)


def update_message_content(message, content, append=True):
    if isinstance(message["content"], list):
        for item in message["content"]:
            if item["type"] == "text":
                item["text"] = f"{item['text']}\n{content}" if append else f"{content}\n{item['text']}"
    else:
        message["content"] = f"{message['content']}\n{content}" if append else f"{content}\n{message['content']}"
    return message


def prepend_to_first_user_message_content(content, messages):
    for message in messages:
        if message["role"] == "user":
            update_message_content(message, content, append=False)
            break
    return messages


def replace_system_message_content(content, messages):
    for message in messages:
        if message["role"] == "system":
            message["content"] = content
            break
    return messages


def add_or_update_system_message(content, messages, append=False):
    if messages and messages[0].get("role") == "system":
        messages[0] = update_message_content(messages[0], content, append)
    else:
        messages.insert(0, {"role": "system", "content": content})
    return messages


def add_or_update_user_message(content, messages, append=True):
    if messages and messages[-1].get("role") == "user":
        messages[-1] = update_message_content(messages[-1], content, append)
    else:
        messages.append({"role": "user", "content": content})
    return messages


def append_or_update_assistant_message(content, messages):
    if messages and messages[-1].get("role") == "assistant":
        messages[-1]["content"] = f"{messages[-1]['content']}\n{content}"
    else:
        messages.append({"role": "assistant", "content": content})
    return messages


def set_last_user_message_content(content, messages):
    message = get_last_user_message_item(messages)
    if message is not None:
        if isinstance(message.get("content"), list):
            for item in message["content"]:
                if item.get("type") == "text":
                    item["text"] = content
                    break
        else:
            message["content"] = content
    return messages


def openai_chat_message_template(model):
    return {"id": f"{model}-{uuid.uuid4()}", "created": int(time.time()), "model": model, "choices": [{"index": 0, "logprobs": None, "finish_reason": None}]}


def openai_chat_chunk_message_template(model, content=None, reasoning_content=None, tool_calls=None, usage=None):
    template = openai_chat_message_template(model)
    template["object"] = "chat.completion.chunk"
    choice = template["choices"][0]
    choice["index"] = 0
    choice["delta"] = {}
    for key, value in (("content", content), ("reasoning_content", reasoning_content), ("tool_calls", tool_calls)):
        if value:
            choice["delta"][key] = value
    if not content and not reasoning_content and not tool_calls:
        choice["finish_reason"] = "stop"
    if usage:
        template["usage"] = usage
    return template


def openai_chat_completion_message_template(model, message=None, reasoning_content=None, tool_calls=None, usage=None):
    template = openai_chat_message_template(model)
    template["object"] = "chat.completion"
    if message is not None:
        template["choices"][0]["message"] = {"role": "assistant", "content": message}
        if reasoning_content:
            template["choices"][0]["message"]["reasoning_content"] = reasoning_content
        if tool_calls:
            template["choices"][0]["message"]["tool_calls"] = tool_calls
    template["choices"][0]["finish_reason"] = "stop"
    if usage:
        template["usage"] = usage
    return template


def get_gravatar_url(email):
    return f"https://www.gravatar.com/avatar/{hashlib.sha256(str(email).strip().lower().encode()).hexdigest()}?d=mp"


def calculate_sha256(file_path, chunk_size=65536):
    found = hashlib.sha256()
    with open(file_path, "rb") as file:
        while chunk := file.read(chunk_size):
            found.update(chunk)
    return found.hexdigest()


def calculate_sha256_string(string):
    return hashlib.sha256(string.encode("utf-8")).hexdigest()


def validate_email_format(email):
    if email.endswith("@localhost"):
        return True
    return bool(re.match(r"[^@]+@[^@]+\.[^@]+", email))


def sanitize_filename(file_name):
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s]", "", file_name.lower()))


_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(duration):
    if duration in ("-1", "0"):
        return None
    found = re.findall(r"(-?\d+(?:\.\d+)?)(ms|s|m|h|d|w)", duration)
    if not found:
        raise ValueError("Invalid duration string")
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in found))


def convert_logit_bias_input_to_json(user_input):
    found = {}
    for pair in (user_input or "").split(","):
        token, _, bias = pair.partition(":")
        if bias:
            found[token.strip()] = max(-100, min(100, int(bias)))
    return found


def stream_chunks_handler(stream):
    return stream
