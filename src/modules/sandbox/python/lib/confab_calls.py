"""One call of a method: arguments, injected parameters, and what comes back."""

import inspect
import json
from collections import abc

import confab_host as host
from confab_values import text_of_bytes, to_text, to_value
from open_webui._user import current

#: Parameter that takes the first positional value of a handler.
_FIRST = {"inlet": "body", "outlet": "body", "pipe": "body", "action": "body", "stream": "event"}


class UserDict(dict):
    """`__user__`: a dict, with attributes for code that treats it as a model."""

    def __getattr__(self, name):
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def set_valves(instance, request):
    """Stored valves replace the defaults; null means default."""
    cls = getattr(instance, "Valves", None)
    stored = request.get("valves")
    if cls is None or stored is None:
        return
    if hasattr(instance, "valves") or stored:
        instance.valves = cls(**{k: v for k, v in stored.items() if v is not None})


def user_of(instance, request):
    """`__user__` with an instance of UserValves when the class exists."""
    user = UserDict(request["injected"].get("__user__") or {})
    cls = getattr(instance, "UserValves", None)
    if cls is not None:
        stored = request.get("userValves") or {}
        user["valves"] = cls(**{k: v for k, v in stored.items() if v is not None})
    return user


def _emitter():
    async def __event_emitter__(event):
        await host.call("emit", "emitSync", to_text(event))

    return __event_emitter__


def _asker():
    async def __event_call__(event):
        return json.loads(await host.call("ask", "askSync", to_text(event)) or "null")

    return __event_call__


def _tool(name, entry):
    async def call(**arguments):
        return json.loads(await host.call("callTool", "callToolSync", name, to_text(arguments)) or "null")

    call.__name__ = name
    call.__doc__ = entry.get("spec", {}).get("description")
    return {**entry, "callable": call}


def injected(instance, request):
    """All parameters that a signature may name."""
    given = dict(request.get("injected") or {})
    offered = request.get("host") or {}
    given["__event_emitter__"] = _emitter() if offered.get("emit") else None
    given["__event_call__"] = _asker() if offered.get("ask") else None
    if "__user__" in given or getattr(instance, "UserValves", None) is not None:
        given["__user__"] = user_of(instance, {**request, "injected": given})
    if offered.get("tools") is not None:
        given["__tools__"] = {name: _tool(name, entry) for name, entry in offered["tools"].items()}
    from confab_request import make_request

    given["__request__"] = make_request(given.get("__request__"), given.get("__user__"))
    return given


def arguments(method, call, request, given):
    parameters = inspect.signature(call).parameters
    keyword = {k: v for k, v in given.items() if k in parameters}
    keyword.update(request.get("keyword") or {})
    positional = list(request.get("positional") or [])
    first = _FIRST.get(method)
    if positional and first in parameters and parameters[first].kind is not inspect.Parameter.POSITIONAL_ONLY:
        keyword[first] = positional.pop(0)
    return positional, keyword


async def invoke(instance, request):
    """The raw result of the method."""
    method = request["method"]
    target = getattr(instance, method)
    if method == "pipes" and not callable(target):
        return target
    given = injected(instance, request)
    current.set(given.get("__user__"))
    positional, keyword = arguments(method, target, request, given)
    found = target(*positional, **keyword)
    while inspect.isawaitable(found):
        found = await found
    return found


def response_of(value):
    """A response object, also as the first part of a tuple."""
    if isinstance(value, tuple) and value and _is_response(value[0]):
        return value[0]
    return value if _is_response(value) else None


def _is_response(value):
    return hasattr(value, "status_code") and hasattr(value, "body") and hasattr(value, "media_type")


def items_of(value):
    """An iterator, sync or async, over the items of a streamed result; None for any other value."""
    if hasattr(value, "body_iterator"):
        return _lines(value.body_iterator)
    if hasattr(value, "iter_lines") and hasattr(value, "raise_for_status"):
        return value.iter_lines()
    if inspect.isgenerator(value) or inspect.isasyncgen(value):
        return value
    if isinstance(value, (abc.AsyncIterator, abc.Iterator)) and not isinstance(value, (str, bytes)):
        return value
    return None


async def _each(items):
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


async def _lines(chunks):
    """The body of a StreamingResponse: server-sent events by line, other text as it comes."""
    rest, events = "", False
    async for chunk in _each(chunks):
        text = text_of_bytes(chunk) if isinstance(chunk, (bytes, bytearray, memoryview)) else chunk
        events = events or (isinstance(text, str) and text.startswith(_FIELDS))
        if not events or not isinstance(text, str):
            yield text
            continue
        if rest and text.startswith("data:"):
            yield rest
            rest = ""
        *whole, rest = (rest + text).split("\n")
        for line in whole:
            if line.startswith("data:"):
                yield line.rstrip("\r")
    if rest.startswith("data:"):
        yield rest


_FIELDS = ("data:", "event:", "id:", "retry:", ":")


def item_value(item):
    if isinstance(item, (bytes, bytearray, memoryview)):
        return text_of_bytes(item)
    return to_value(item)


async def send_items(items):
    """Hands over items one by one; stops when the reader has left."""
    await host.call("stream", "stream")
    source = _each(items)
    try:
        async for item in source:
            if not await host.call("item", "item", json.dumps(item_value(item), ensure_ascii=True)):
                break
    finally:
        await source.aclose()
        close = getattr(items, "aclose", None)
        if close is not None:
            await close()
        elif hasattr(items, "close"):
            items.close()


async def outcome(value):
    """The result as the server takes it."""
    items = items_of(value[0] if isinstance(value, tuple) and value and hasattr(value[0], "body_iterator") else value)
    if items is not None:
        await send_items(items)
        return {"kind": "stream"}
    response = response_of(value)
    if response is not None:
        body = response.body
        text = text_of_bytes(body) if isinstance(body, (bytes, bytearray, memoryview)) else str(body or "")
        return {"kind": "response", "status": int(response.status_code), "headers": {str(k): str(v) for k, v in response.headers.items()}, "body": text}
    return {"kind": "value", "value": to_value(value)}
