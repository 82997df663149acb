"""Emitters for code that makes its own instead of taking the injected ones."""

import json

import confab_host as host
from confab_values import to_text


def get_event_emitter(request_info=None, update_db=True):
    async def emit(event):
        await host.call("emit", "emitSync", to_text(event))

    return emit


def get_event_call(request_info=None):
    async def ask(event):
        return json.loads(await host.call("ask", "askSync", to_text(event)) or "null")

    return ask


get_event_caller = get_event_call
