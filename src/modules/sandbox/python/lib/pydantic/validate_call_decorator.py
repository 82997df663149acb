"""Validated arguments of a function."""

import functools
import inspect
import sys

from ._build import Context, build, with_metadata
from ._errors import Invalid, Line, ValidationError
from ._nodes import PydanticUndefined, State
from .fields import from_annotation


def validate_call(func=None, /, *, config=None, validate_return=False):
    frame = sys._getframe(1)

    def decorate(call):
        signature = inspect.signature(call)
        scope = Context(config, (call.__globals__, frame.f_locals))
        nodes = {}
        for name, parameter in signature.parameters.items():
            annotation = parameter.annotation
            if annotation is parameter.empty:
                continue
            if isinstance(annotation, str):
                annotation = scope.resolve(annotation)
            info = from_annotation(annotation, PydanticUndefined)
            nodes[name] = with_metadata(build(info.annotation, scope), info.metadata, scope)

        @functools.wraps(call)
        def wrapper(*args, **kwargs):
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                raise ValidationError(call.__qualname__, _arguments(signature, args, kwargs)) from None
            lines, st = [], State()
            for name, value in list(bound.arguments.items()):
                if name not in nodes:
                    continue
                try:
                    bound.arguments[name] = _one(signature.parameters[name], nodes[name], value, st)
                except Invalid as error:
                    position = list(bound.arguments).index(name)
                    lines.extend(error.within(position if position < len(args) else name).lines)
            if lines:
                raise ValidationError(call.__qualname__, lines)
            return call(*bound.args, **bound.kwargs)

        wrapper.raw_function = call
        return wrapper

    return decorate if func is None else decorate(func)


def _one(parameter, node, value, st):
    if parameter.kind is parameter.VAR_POSITIONAL:
        return tuple(node.validate(v, st) for v in value)
    if parameter.kind is parameter.VAR_KEYWORD:
        return {k: node.validate(v, st) for k, v in value.items()}
    return node.validate(value, st)


def _arguments(signature, args, kwargs):
    lines = []
    names = list(signature.parameters)
    for index, name in enumerate(names):
        parameter = signature.parameters[name]
        if index >= len(args) and name not in kwargs and parameter.default is parameter.empty and parameter.kind in (0, 1, 3):
            lines.append(Line("missing_argument", _input(args, kwargs), loc=(name,)))
    for name, value in kwargs.items():
        if name not in names:
            lines.append(Line("unexpected_keyword_argument", value, loc=(name,)))
    places = sum(p.kind in (0, 1) for p in signature.parameters.values())
    for index, value in enumerate(args[places:]):
        lines.append(Line("unexpected_positional_argument", value, loc=(places + index,)))
    return lines or [Line("unexpected_keyword_argument", _input(args, kwargs))]


class ArgsKwargs:
    def __init__(self, args, kwargs):
        self.args, self.kwargs = args, kwargs

    def __repr__(self):
        return f"ArgsKwargs({self.args!r}{f', {self.kwargs!r}' if self.kwargs else ''})"


def _input(args, kwargs):
    return ArgsKwargs(args, kwargs)


validate_arguments = validate_call
