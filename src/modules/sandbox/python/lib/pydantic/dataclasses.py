"""Dataclasses whose values are validated."""

import dataclasses as _std

from . import _functions as fn
from ._errors import Invalid, ValidationError, from_exception
from ._model import Decorators, parent_names
from ._nodes import State
from ._records import DataclassNode
from .fields import FieldInfo, PydanticUndefined


def dataclass(_cls=None, *, init=False, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, config=None, validate_on_init=None, kw_only=False, slots=False):
    names = parent_names(2)

    def decorate(cls):
        _defaults(cls)
        made = cls if _std.is_dataclass(cls) and "__dataclass_fields__" in vars(cls) else _std.dataclass(cls, repr=repr, eq=eq, order=order, unsafe_hash=unsafe_hash, frozen=frozen, kw_only=kw_only, slots=slots)
        made.__pydantic_names__ = names
        settings = dict(getattr(cls, "__pydantic_config__", None) or {})
        settings.update(config or {})
        made.__pydantic_config__ = settings
        made.__pydantic_dataclass__ = True
        made.__pydantic_make__ = classmethod(_make)
        plain = made.__init__

        def __init__(self, *args, **kwargs):
            try:
                _fill(self, plain, args, kwargs, State())
            except Invalid as error:
                raise ValidationError(made.__name__, error.lines) from None

        __init__.__wrapped__ = plain
        made.__init__ = __init__
        if settings.get("validate_assignment"):
            _assign(made)
        return made

    return decorate if _cls is None else decorate(_cls)


def _defaults(cls):
    """Field() becomes a field of the standard library."""
    for name, value in list(vars(cls).items()):
        if isinstance(value, FieldInfo):
            if value.default is not PydanticUndefined:
                field = _std.field(default=value) if _hashable(value.default) else _std.field(default_factory=value.get_default)
            elif value.default_factory is not None:
                field = _std.field(default_factory=value.default_factory)
            else:
                field = _std.field()
            field.metadata = {"pydantic": value}
            setattr(cls, name, field)
            if value.default is not PydanticUndefined and _hashable(value.default):
                field.default = value.default
            annotations = cls.__dict__.get("__pydantic_infos__", {})
            cls.__pydantic_infos__ = {**annotations, name: value}


def _hashable(value):
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _fill(self, plain, args, kwargs, st):
    cls = type(self)
    node = DataclassNode.of(cls)
    fields = [e.name for e in node.entries]
    data = dict(zip(fields, args), **kwargs)
    if len(args) > len(fields):
        raise TypeError(f"{cls.__name__}.__init__() takes {len(fields) + 1} positional arguments but {len(args) + 1} were given")
    decorators = Decorators(cls).of("model")
    for _, item in reversed(decorators):
        if item.info["mode"] == "before":
            data = _guard(fn.bind(item.wrapped, cls), data)
    try:
        values, extra = node._read(data, st)
    except Invalid as error:
        for line in error.lines:
            if line.loc and line.loc[0] in fields[: len(args)]:
                line.loc = (fields.index(line.loc[0]), *line.loc[1:])
        raise
    plain(self, **values)
    for _, item in decorators:
        if item.info["mode"] == "after":
            _guard(item.wrapped, self)


def _guard(call, value):
    try:
        return call(value)
    except (ValueError, AssertionError) as error:
        raise from_exception(error, value) from error


def _make(cls, value, st):
    made = cls.__new__(cls)
    _fill(made, cls.__init__.__wrapped__, (), dict(value), st)
    return made


def _assign(cls):
    plain = cls.__setattr__

    def __setattr__(self, name, value):
        node = DataclassNode.of(cls)
        for entry in node.entries:
            if entry.name == name:
                try:
                    value = entry.node.validate(value, State())
                except Invalid as error:
                    raise ValidationError(cls.__name__, error.within(name).lines) from None
        plain(self, name, value)

    cls.__setattr__ = __setattr__


def is_pydantic_dataclass(cls):
    return _std.is_dataclass(cls) and hasattr(cls, "__pydantic_dataclass__")


def rebuild_dataclass(cls, **options):
    return None


field = _std.field
InitVar = _std.InitVar
