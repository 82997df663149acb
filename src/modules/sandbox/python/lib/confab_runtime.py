"""Entry of the sandbox: the runner calls these functions with JSON and gets JSON. None of them raises."""

import asyncio
import itertools
import json
import os
import random

import confab_calls as calls
import confab_client
import confab_host as host
import confab_loops
import confab_preload  # noqa: F401  (what tools import is loaded before the snapshot)
import confab_system
from confab_loader import SourceProblem, details_of, load, message_of, unload
from confab_specs import specs_of
from confab_values import to_text, to_value

_HANDLERS = ("inlet", "outlet", "stream", "pipe", "pipes", "action")
_tasks = {}
_instances = {}
_numbers = itertools.count(1)

confab_system.install()
confab_client.install()
confab_loops.install()


def attach(functions):
    """Called once in each process, before anything else."""
    random.seed(os.urandom(32))
    host.attach(functions)
    confab_system.attach()


def _failed(error):
    if isinstance(error, SourceProblem):
        return {"error": {"failure": error.failure, "message": str(error), "details": error.details}}
    failure = "memory" if isinstance(error, MemoryError) else "raised"
    return {"error": {"failure": failure, "message": message_of(error), "details": details_of(error)}}


def _envelope(found):
    try:
        return to_text(found)
    except BaseException as error:
        return json.dumps(_failed(error))


def _schema(instance, name):
    cls = getattr(instance, name, None)
    make = getattr(cls, "model_json_schema", None) or getattr(cls, "schema", None)
    return make() if make else None


def _list(value):
    return [to_value(item) for item in value] if isinstance(value, (list, tuple)) else []


def _text(value):
    return value if isinstance(value, str) else None


def _description(instance, kind):
    valves = getattr(instance, "valves", None)
    return {
        "kind": kind,
        "specs": specs_of(instance) if kind == "tools" else [],
        "valves": _schema(instance, "Valves"),
        "userValves": _schema(instance, "UserValves"),
        "valveDefaults": to_value(valves.model_dump()) if hasattr(valves, "model_dump") else {},
        "handlers": [n for n in _HANDLERS if hasattr(instance, n)] if kind != "tools" else [],
        "citation": bool(getattr(instance, "citation", False)),
        "fileHandler": bool(getattr(instance, "file_handler", False)),
        "toggle": bool(getattr(instance, "toggle", False)),
        "icon": _text(getattr(instance, "icon", None)) or _text(getattr(instance, "icon_url", None)),
        "name": _text(getattr(instance, "name", None)),
        "actions": _list(getattr(instance, "actions", None)),
    }


def describe(code, expects):
    module = None
    try:
        instance, kind, module = load(code, expects)
        return _envelope({"ok": _description(instance, kind)})
    except SourceProblem as error:
        return _envelope(_failed(error))
    except BaseException as error:
        return _envelope({"error": {"failure": "source", "message": message_of(error), "details": details_of(error)}})
    finally:
        unload(module)


def parse_valves(code, expects, which, values):
    module = None
    try:
        instance, _, module = load(code, expects)
        cls = getattr(instance, "Valves" if which == "valves" else "UserValves", None)
        if cls is None:
            raise SourceProblem(f"No {'Valves' if which == 'valves' else 'UserValves'} class found in the module", failure="raised")
        given = {k: v for k, v in json.loads(values).items() if v is not None}
        return _envelope({"ok": cls(**given).model_dump(exclude_unset=True)})
    except BaseException as error:
        return _envelope(_failed(error))
    finally:
        unload(module)


def _begin(text):
    request = json.loads(text)
    host.current_call.set(request["call"])
    _tasks[request["call"]] = asyncio.current_task()
    confab_loops.patch_outer(asyncio.get_running_loop())
    return request


def _end(request, module=None):
    confab_system.flush()
    unload(module)
    _tasks.pop(request["call"], None)


async def call(request):
    """Runs a method of a fresh instance, or of one that was opened before."""
    module = None
    request = _begin(request)
    try:
        if "instance" in request:
            instance, _, opened = _instances[request["instance"]]
            request.setdefault("userValves", opened.get("userValves"))
        else:
            instance, _, module = load(request["code"], request["expects"])
            calls.set_valves(instance, request)
        value = await calls.invoke(instance, request)
        return _envelope({"ok": await calls.outcome(value)})
    except BaseException as error:
        return _envelope(_failed(error))
    finally:
        _end(request, module)


def open_instance(request):
    """An instance for many calls, e.g. of the `stream` handler of a filter."""
    request = json.loads(request)
    module = None
    try:
        instance, _, module = load(request["code"], request["expects"])
        calls.set_valves(instance, request)
        number = next(_numbers)
        _instances[number] = (instance, module, request)
        return _envelope({"ok": {"instance": number}})
    except BaseException as error:
        unload(module)
        return _envelope(_failed(error))


def close_instance(number):
    found = _instances.pop(number, None)
    if found is not None:
        unload(found[1])


async def run(request):
    """Runs code as a notebook cell does."""
    from confab_cell import run_cell

    request = _begin(request)
    try:
        return _envelope({"ok": await run_cell(request["code"], request.get("outputLimit", 1_000_000))})
    except BaseException as error:
        return _envelope(_failed(error))
    finally:
        _end(request)


def cancel(number):
    task = _tasks.get(number)
    if task is not None:
        task.cancel()
