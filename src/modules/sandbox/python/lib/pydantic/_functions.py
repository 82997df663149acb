"""Decorators and markers that attach functions to fields and models."""

import functools
import inspect
from types import MethodType

from ._errors import PydanticUserError
from ._nodes import PydanticUndefined


class ValidationInfo:
    """What validators learn of the run."""

    def __init__(self, st, data=None, field_name=None, config=None):
        self.context = st.context
        self.mode = "json" if st.json else "python"
        self.data = data if data is not None else {}
        self.field_name = field_name
        self.config = config

    def __repr__(self):
        return f"ValidationInfo(config={self.config}, context={self.context}, data={self.data}, field_name={self.field_name!r})"


FieldValidationInfo = ValidationInfo


class SerializationInfo:
    def __init__(self, ds):
        self.mode = ds.mode
        self.by_alias = ds.by_alias
        self.exclude_unset = ds.exclude_unset
        self.exclude_defaults = ds.exclude_defaults
        self.exclude_none = ds.exclude_none
        self.round_trip = ds.round_trip
        self.context = ds.context
        self.include = ds.include
        self.exclude = ds.exclude

    mode_is_json = DumpMode = None

    def __str__(self):
        return f"SerializationInfo(mode={self.mode!r})"


FieldSerializationInfo = SerializerFunctionWrapHandler = SerializationInfo


class Decorated:
    """A function in a class body with the decorator's arguments; behaves like the function."""

    def __init__(self, wrapped, kind, **info):
        self.wrapped = wrapped
        self.kind = kind
        self.info = info

    def __get__(self, instance, owner=None):
        return self.wrapped.__get__(instance, owner)

    def __set_name__(self, owner, name):
        setter = getattr(self.wrapped, "__set_name__", None)
        if setter is not None:
            setter(owner, name)

    def __getattr__(self, name):
        if name.startswith("__") or name == "wrapped":
            raise AttributeError(name)
        return getattr(self.wrapped, name)


def _class_method(call):
    if isinstance(call, (classmethod, staticmethod)):
        return call
    if isinstance(call, Decorated):
        return call
    names = list(inspect.signature(call).parameters) if callable(call) else []
    return classmethod(call) if names and names[0] == "cls" else call


def positional(call):
    """How many positional arguments a function takes; keyword-only and defaults are not counted."""
    try:
        parameters = inspect.signature(call).parameters.values()
    except (ValueError, TypeError):
        return 1
    found = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in found if p.default is p.empty]
    if any(p.kind is p.VAR_POSITIONAL for p in parameters) and not found:
        return 1
    return len(required) if required else min(len(found), 1)


def field_validator(field, /, *fields, mode="after", check_fields=None, json_schema_input_type=PydanticUndefined):
    if callable(field) or isinstance(field, classmethod):
        raise PydanticUserError(
            "`@field_validator` should be used with fields and keyword arguments, not bare. E.g. usage should be `@validator('<field_name>', ...)`",
            code="validator-no-fields",
        )

    def decorate(call):
        return Decorated(_class_method(call), "field", fields=(field, *fields), mode=mode, check=check_fields)

    return decorate


def validator(field, /, *fields, pre=False, each_item=False, always=False, check_fields=None, allow_reuse=False):
    """The validator of pydantic v1, as v2 still has it."""
    if callable(field) or isinstance(field, classmethod):
        raise PydanticUserError(
            "`@validator` should be used with fields and keyword arguments, not bare. E.g. usage should be `@validator('<field_name>', ...)`",
            code="validator-no-fields",
        )

    def decorate(call):
        mode = "before" if pre else "after"
        wrapped = call if isinstance(call, (classmethod, staticmethod)) else classmethod(call)
        return Decorated(wrapped, "v1", fields=(field, *fields), mode=mode, each=each_item, always=always, check=check_fields)

    return decorate


def root_validator(*args, pre=False, skip_on_failure=False, allow_reuse=False):
    if args:
        return root_validator()(args[0])
    if not pre and not skip_on_failure:
        raise PydanticUserError(
            "If you use `@root_validator` with pre=False (the default) you MUST specify `skip_on_failure=True`. Note that `@root_validator` is deprecated and should be replaced with `@model_validator`.",
            code="root-validator-pre-skip",
        )

    def decorate(call):
        wrapped = call if isinstance(call, (classmethod, staticmethod)) else classmethod(call)
        return Decorated(wrapped, "root", mode="before" if pre else "after")

    return decorate


def model_validator(*, mode):
    def decorate(call):
        wrapped = _class_method(call) if mode == "after" else (call if isinstance(call, (classmethod, staticmethod)) else _class_method(call))
        return Decorated(wrapped, "model", mode=mode)

    return decorate


def field_serializer(*fields, mode="plain", return_type=PydanticUndefined, when_used="always", check_fields=None):
    def decorate(call):
        return Decorated(call, "serializer", fields=fields, mode=mode, when=when_used, returns=return_type)

    if len(fields) == 1 and callable(fields[0]):
        call, fields = fields[0], ()
        raise PydanticUserError("`@field_serializer` should be used with fields, not bare.", code="validator-no-fields")
    return decorate


def model_serializer(func=None, /, *, mode="plain", when_used="always", return_type=PydanticUndefined):
    def decorate(call):
        return Decorated(call, "model_serializer", mode=mode, when=when_used, returns=return_type)

    return decorate if func is None else decorate(func)


def bind(call, owner):
    """The function as it is reached through the class."""
    return call.__get__(None, owner) if hasattr(call, "__get__") else call


def field_call(bound, mode, field_name, config):
    """Adapts a field validator to (value, state[, handler])."""
    wanted = 3 if mode == "wrap" else 2
    with_info = positional(bound) >= wanted

    def info(st):
        data = st.data if hasattr(st, "data") else {}
        return ValidationInfo(st, data, field_name, config)

    if mode == "wrap":
        def call(value, st, handler):
            return bound(value, handler, info(st)) if with_info else bound(value, handler)
    else:
        def call(value, st):
            return bound(value, info(st)) if with_info else bound(value)

    call.shown = getattr(bound, "__name__", "function")
    return call


def v1_call(bound):
    """A v1 validator takes the value, the values so far, and more by name."""
    try:
        parameters = inspect.signature(bound).parameters
    except (ValueError, TypeError):
        parameters = {}
    names = list(parameters)
    for name in ("field", "config"):
        if name in names[1:]:
            raise PydanticUserError(
                "The `field` and `config` parameters are not available in Pydantic V2, please use the `info` parameter instead.",
                code="validator-field-config-info",
            )
    by_name = any(p.kind is p.VAR_KEYWORD for p in parameters.values()) or "values" in names[1:]

    def call(value, st):
        if by_name:
            return bound(value, values=dict(getattr(st, "data", None) or {}))
        return bound(value)

    call.shown = getattr(bound, "__name__", "function")
    return call


class _Marker:
    mode = "after"

    def __init__(self, func, json_schema_input_type=PydanticUndefined):
        self.func = func

    def __eq__(self, other):
        return type(self) is type(other) and self.func == other.func

    def __hash__(self):
        return hash((type(self), self.func))

    def __repr__(self):
        return f"{type(self).__name__}(func={self.func!r})"


class BeforeValidator(_Marker):
    mode = "before"


class AfterValidator(_Marker):
    mode = "after"


class PlainValidator(_Marker):
    mode = "plain"


class WrapValidator(_Marker):
    mode = "wrap"


class _Serializer:
    mode = "plain"

    def __init__(self, func, return_type=PydanticUndefined, when_used="always"):
        self.func = func
        self.return_type = return_type
        self.when_used = when_used


class PlainSerializer(_Serializer):
    mode = "plain"


class WrapSerializer(_Serializer):
    mode = "wrap"


class SkipValidation:
    def __class_getitem__(cls, item):
        import typing

        return typing.Annotated[item, cls()]


class SerializeAsAny:
    def __class_getitem__(cls, item):
        import typing

        return typing.Annotated[item, cls()]


class InstanceOf:
    def __class_getitem__(cls, item):
        import typing

        return typing.Annotated[item, cls()]


class ImportString:
    pass


class WithJsonSchema:
    def __init__(self, json_schema, mode=None):
        self.json_schema = json_schema
        self.mode = mode


class SkipJsonSchema:
    def __class_getitem__(cls, item):
        import typing

        return typing.Annotated[item, cls()]


class Strict:
    def __init__(self, strict=True):
        self.strict = strict


class Discriminator:
    def __init__(self, discriminator, custom_error_type=None, custom_error_message=None, custom_error_context=None):
        self.discriminator = discriminator


class Tag:
    def __init__(self, tag):
        self.tag = tag


def used(when, value, ds):
    if when == "always":
        return True
    if when.startswith("json") and not ds.json:
        return False
    return not (when.endswith("unless-none") and value is None)


def dumper(bound, mode, when, first=()):
    """Adapts a serializer function to (value, state, inner node)."""
    extra = len(first)
    size = positional(bound) - extra

    def dump(value, ds, inner):
        if not used(when, value, ds):
            return inner.dump(value, ds)
        plain = ds.plain()
        args = [*first, value]
        if mode == "wrap":
            args.append(lambda v, *_: inner.dump(v, plain))
        if size > len(args) - extra:
            args.append(SerializationInfo(ds))
        found = bound(*args)
        return plain.infer(found) if ds.json or not isinstance(found, (int, str)) else found

    return dump


_ = (functools, MethodType)
