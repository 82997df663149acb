"""Specs of the functions that a model may call, from type hints and docstrings."""

import functools
import inspect
import re
import typing

from pydantic import Field, create_model

_PARAM = re.compile(r":param (\w+):\s*(\S.*)")
_END = re.compile(r":(?:param|return)")


def description_of(docstring):
    """The text before the first `:param` or `:return` line."""
    lines = []
    for line in (docstring or "").strip().split("\n"):
        if _END.match(line.strip()):
            break
        lines.append(line.strip())
    return "\n".join(lines)


def parameters_of(docstring):
    found = {}
    for line in (docstring or "").splitlines():
        match = _PARAM.match(line.strip())
        if match and not match.group(1).startswith("__"):
            found[match.group(1)] = match.group(2)
    return found


def functions_of(instance):
    """Callable attributes without leading underscore that are no classes, in alphabetical order."""
    found = []
    for name in dir(instance):
        if name.startswith("_"):
            continue
        value = getattr(instance, name)
        if inspect.isroutine(value) or isinstance(value, functools.partial):
            found.append((name, value))
        elif callable(value) and not inspect.isclass(value) and hasattr(value, "__wrapped__"):
            found.append((name, value))
    return found


def _hints(call):
    target = call.func if isinstance(call, functools.partial) else call
    try:
        return typing.get_type_hints(target, include_extras=True)
    except TypeError:
        return {}


def spec_of(name, call):
    """One spec in the shape of OpenAI's function calling."""
    hints = _hints(call)
    docstring = inspect.getdoc(call) if isinstance(call, functools.partial) else call.__doc__
    texts = parameters_of(docstring)
    fields = {}
    for key, parameter in inspect.signature(call).parameters.items():
        if key.startswith("_"):
            continue
        default = ... if parameter.default is parameter.empty else parameter.default
        hint = hints.get(key, typing.Any)
        text = texts.get(key)
        fields[key] = (hint, Field(default, description=text) if text else default)
    schema = create_model(getattr(call, "__name__", name), **fields).model_json_schema()
    definitions = schema.pop("$defs", {})
    title = schema.pop("title", "")
    schema.pop("description", None)
    text = inspect.cleandoc(description_of(docstring)) if docstring else ""
    return {"name": title or name, "description": text, "parameters": without_titles(inlined(schema, definitions))}


def inlined(value, definitions, open_names=()):
    """Replaces references by what they refer to; a recursive one ends in an open schema."""
    if isinstance(value, dict):
        target = value.get("$ref")
        rest = {k: inlined(v, definitions, open_names) for k, v in value.items() if k != "$ref"}
        if not isinstance(target, str):
            return rest
        name = target.rsplit("/", 1)[-1]
        if name in open_names or name not in definitions:
            return {"type": "object", **rest} if name in open_names else rest
        return {**inlined(definitions[name], definitions, (*open_names, name)), **rest}
    if isinstance(value, list):
        return [inlined(item, definitions, open_names) for item in value]
    return value


_VALUES = ("default", "examples", "enum", "const")


def without_titles(value, parent=""):
    """Titles of schemas go; a property may be named `title`, and values stay as they are."""
    if isinstance(value, dict):
        kept = [(k, v) for k, v in value.items() if k != "title" or (parent == "properties" and isinstance(v, dict))]
        return {k: v if k in _VALUES and parent != "properties" else without_titles(v, k) for k, v in kept}
    if isinstance(value, list):
        return [without_titles(item) for item in value]
    return value


def specs_of(instance):
    return [spec_of(name, call) for name, call in functions_of(instance)]
