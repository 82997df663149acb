"""The way to the server: host functions of the runner, by call. Used by the stand-ins, not by tools."""

import asyncio
import contextvars
import json

#: Id of the call in which the code runs.
current_call = contextvars.ContextVar("confab_call", default=0)


class HostError(Exception):
    """A refusal of the server: `failure` says which."""

    def __init__(self, failure, message):
        super().__init__(message)
        self.failure = failure


class Detached(RuntimeError):
    pass


def _connect():
    held = []

    def attach(host):
        held[:] = [host]

    def function(name):
        if not held:
            raise Detached("Not available while the module is loaded")
        return getattr(held[0], name)

    return attach, function


attach, _function = _connect()


def _translated(error):
    """The server's refusal inside an exception of JavaScript."""
    text = str(error)
    start = text.find("{")
    try:
        found = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        found = {}
    if isinstance(found, dict) and "failure" in found:
        return HostError(found["failure"], found.get("message", ""))
    return HostError("unknown", text[:500])


def is_blocking():
    """Whether the running loop cannot wait for the runner: one that a tool has started inside a call."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return True
    return getattr(loop, "confab_blocking", False)


def call_sync(name, *args):
    """A host function that waits in place."""
    try:
        return _function(name)(current_call.get(), *args)
    except (Detached, HostError):
        raise
    except Exception as error:
        raise _translated(error) from None


async def call(name, blocking_name, *args):
    """A host function that is awaited; in a loop inside a loop the blocking one."""
    if is_blocking():
        return call_sync(blocking_name, *args)
    try:
        found = _function(name)(current_call.get(), *args)
        return await found if hasattr(found, "__await__") or hasattr(found, "then") else found
    except (Detached, HostError, asyncio.CancelledError):
        raise
    except Exception as error:
        raise _translated(error) from None


def plain(name, *args):
    """A host function without call id."""
    return _function(name)(*args)


def log(level, text):
    try:
        _function("log")(current_call.get(), level, text[:8192])
    except Exception:
        pass
