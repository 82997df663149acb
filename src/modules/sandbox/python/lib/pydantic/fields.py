"""Field, FieldInfo, private attributes and computed fields."""

import copy as _copy
import typing
import warnings

import annotated_types as at

from ._errors import PydanticUserError
from ._nodes import PydanticUndefined

_Unset = PydanticUndefined
_CONSTRAINTS = {
    "gt": at.Gt,
    "ge": at.Ge,
    "lt": at.Lt,
    "le": at.Le,
    "multiple_of": at.MultipleOf,
    "min_length": at.MinLen,
    "max_length": at.MaxLen,
}
_GENERAL = ("pattern", "strict", "allow_inf_nan", "max_digits", "decimal_places", "union_mode", "coerce_numbers_to_str", "fail_fast")
_ATTRIBUTES = (
    *("default_factory", "alias", "alias_priority", "validation_alias", "serialization_alias", "title", "description"),
    *("examples", "exclude", "exclude_if", "discriminator", "deprecated", "json_schema_extra", "frozen", "validate_default", "repr", "init"),
    *("init_var", "kw_only", "field_title_generator"),
)


class General:
    """Constraints that annotated_types has no class for."""

    def __init__(self, **values):
        self.values = values

    def __repr__(self):
        return f"_PydanticGeneralMetadata({', '.join(f'{k}={v!r}' for k, v in self.values.items())})"

    def __eq__(self, other):
        return isinstance(other, General) and self.values == other.values

    __hash__ = None


class AliasPath:
    def __init__(self, first_arg, *args):
        self.path = [first_arg, *args]

    def search(self, data):
        current = data
        for step in self.path:
            if isinstance(current, str):
                return PydanticUndefined
            try:
                current = current[step]
            except (KeyError, IndexError, TypeError):
                return PydanticUndefined
        return current

    def __repr__(self):
        return f"AliasPath(path={self.path!r})"


class AliasChoices:
    def __init__(self, first_choice, *choices):
        self.choices = [first_choice, *choices]

    def __repr__(self):
        return f"AliasChoices(choices={self.choices!r})"


class AliasGenerator:
    def __init__(self, alias=None, validation_alias=None, serialization_alias=None):
        self.alias = alias
        self.validation_alias = validation_alias
        self.serialization_alias = serialization_alias

    def generate_aliases(self, name):
        return tuple(f(name) if f else None for f in (self.alias, self.validation_alias, self.serialization_alias))


class FieldInfo:
    """What is declared of one field."""

    def __init__(self, **kwargs):
        self._attributes_set = {k: v for k, v in kwargs.items() if v is not _Unset and k != "metadata"}
        self.annotation = kwargs.get("annotation")
        default = kwargs.get("default", _Unset)
        self.default = _Unset if default is Ellipsis else default
        for name in _ATTRIBUTES:
            value = kwargs.get(name, _Unset)
            setattr(self, name, None if value is _Unset else value)
        if self.repr is None:
            self.repr = True
        if self.default is not _Unset and self.default_factory is not None:
            raise TypeError("cannot specify both default and default_factory")
        if self.alias is not None and self.alias_priority is None:
            self.alias_priority = 2
        self.metadata = _metadata(kwargs)

    @staticmethod
    def from_annotation(annotation):
        return from_annotation(annotation)

    @staticmethod
    def from_annotated_attribute(annotation, default):
        return from_annotation(annotation, default)

    def is_required(self):
        return self.default is _Unset and self.default_factory is None

    def get_default(self, *, call_default_factory=False, validated_data=None):
        if self.default_factory is None:
            return smart_copy(self.default)
        if not call_default_factory:
            return None
        return self.call_factory(validated_data)

    def call_factory(self, data):
        if self.default_factory_takes_validated_data:
            return self.default_factory(data or {})
        return self.default_factory()

    @property
    def default_factory_takes_validated_data(self):
        import inspect

        if self.default_factory is None or isinstance(self.default_factory, type):
            return False
        try:
            parameters = list(inspect.signature(self.default_factory).parameters.values())
        except (ValueError, TypeError):
            return False
        return len(parameters) == 1 and parameters[0].kind in (0, 1) and parameters[0].default is inspect.Parameter.empty

    def rebuild_annotation(self):
        return typing.Annotated[(self.annotation, *self.metadata)] if self.metadata else self.annotation

    def get(self, name, default=None):
        return getattr(self, name, default)

    @property
    def extra(self):
        return self.json_schema_extra if isinstance(self.json_schema_extra, dict) else {}

    def __copy__(self):
        other = FieldInfo.__new__(FieldInfo)
        other.__dict__.update(self.__dict__)
        other._attributes_set = dict(self._attributes_set)
        other.metadata = list(self.metadata)
        return other

    def __eq__(self, other):
        return isinstance(other, FieldInfo) and self.__repr__() == other.__repr__()

    __hash__ = None

    def __repr__(self):
        parts = [f"annotation={_type_name(self.annotation)}", f"required={self.is_required()}"]
        if self.default is not _Unset:
            parts.append(f"default={self.default!r}")
        for name in ("default_factory", "alias", "alias_priority", "validation_alias", "serialization_alias", "title", "description", "examples", "exclude", "discriminator", "deprecated", "json_schema_extra", "frozen", "validate_default"):
            value = getattr(self, name)
            if value is not None:
                shown = getattr(value, "__name__", repr(value)) if name == "default_factory" else repr(value)
                parts.append(f"{name}={shown}")
        if not self.repr:
            parts.append("repr=False")
        if self.metadata:
            parts.append(f"metadata={self.metadata!r}")
        return f"FieldInfo({', '.join(parts)})"


def _type_name(annotation):
    if annotation is None:
        return "NoneType"
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__qualname__ if annotation.__module__ == "builtins" else annotation.__name__
    return repr(annotation).replace("typing.", "")


def _metadata(kwargs):
    found = []
    if kwargs.get("strict", _Unset) not in (_Unset, None):
        found.append(General(strict=kwargs["strict"]))
    for name, cls in _CONSTRAINTS.items():
        value = kwargs.get(name, _Unset)
        if value is not _Unset and value is not None:
            found.append(cls(value))
    general = {k: kwargs[k] for k in _GENERAL if k != "strict" and kwargs.get(k, _Unset) not in (_Unset, None)}
    if general:
        found.append(General(**general))
    return found


def merge(*infos, **overrides):
    """The last declaration of each attribute wins; constraints of all stay."""
    attributes, metadata = {}, []
    for info in infos:
        if info.default is not _Unset:
            attributes.pop("default_factory", None)
        if info.default_factory is not None:
            attributes.pop("default", None)
        for key, value in info._attributes_set.items():
            if key in _CONSTRAINTS or key in _GENERAL:
                continue
            attributes[key] = value
        for item in info.metadata:
            if item not in metadata:
                metadata = [m for m in metadata if type(m) is not type(item) or isinstance(m, General)] + [item]
    attributes.update(overrides)
    found = FieldInfo(**attributes)
    found.metadata = metadata
    return found


def from_annotation(annotation, default=_Unset):
    """FieldInfo of `x: annotation = default`, with what Annotated holds."""
    base, infos, rest = annotation, [], []
    final = False
    origin = typing.get_origin(annotation)
    if annotation is typing.Final or origin is typing.Final:
        final = True
        base = annotation = typing.get_args(annotation)[0] if origin is typing.Final else typing.Any
        origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        base, *extra = typing.get_args(annotation)
        for item in extra:
            if isinstance(item, FieldInfo):
                infos.append(item)
            else:
                rest.append(item)
    if isinstance(default, FieldInfo):
        infos.append(default)
    if not infos:
        found = FieldInfo(annotation=base, default=default)
        found.metadata = rest
        if final:
            found.frozen = True
        return found
    overrides = {"annotation": base}
    found = merge(*infos, **overrides)
    found.metadata = rest + found.metadata if rest else found.metadata
    if default is not _Unset and not isinstance(default, FieldInfo):
        found.default = _Unset if default is Ellipsis else default
        found.default_factory = None
        found._attributes_set["default"] = default
    return found


def smart_copy(value):
    if isinstance(value, (str, int, float, bool, bytes, type(None), tuple, frozenset, type)) and not (isinstance(value, tuple) and value):
        return value
    try:
        if not value and isinstance(value, (list, dict, set)):
            return value.copy() if type(value) in (list, dict, set) else _copy.copy(value)
    except Exception:
        pass
    if type(value) in (list, dict, set, tuple):
        return _copy.deepcopy(value)
    return _copy.deepcopy(value) if hasattr(value, "__pydantic_fields__") else _deepcopy(value)


def _deepcopy(value):
    try:
        return _copy.deepcopy(value)
    except Exception:
        return value


_REMOVED = {"regex": "`regex` is removed. use `pattern` instead", "const": "`const` is removed, use `Literal` instead", "unique_items": "`unique_items` is removed, use `Set` instead(this feature is discussed in https://github.com/pydantic/pydantic-core/issues/296)"}
_RENAMED = {"min_items": "min_length", "max_items": "max_length", "allow_mutation": "frozen"}


def Field(default=_Unset, *, default_factory=_Unset, alias=_Unset, validation_alias=_Unset, serialization_alias=_Unset, json_schema_extra=_Unset, **kwargs):
    """Declares default, limits and description of a field."""
    for name, text in _REMOVED.items():
        if kwargs.pop(name, None) is not None:
            raise PydanticUserError(text, code="removed-kwargs")
    for old, new in _RENAMED.items():
        if old in kwargs:
            value = kwargs.pop(old)
            kwargs.setdefault(new, (not value) if old == "allow_mutation" else value)
    known = {*_ATTRIBUTES, *_CONSTRAINTS, *_GENERAL}
    extra = {k: kwargs.pop(k) for k in list(kwargs) if k not in known}
    if extra:
        warnings.warn("Extra keyword arguments on `Field` are deprecated; use `json_schema_extra`.", DeprecationWarning, stacklevel=2)
        if json_schema_extra is _Unset or not json_schema_extra:
            json_schema_extra = extra
    if serialization_alias in (_Unset, None) and isinstance(alias, str):
        serialization_alias = alias
    if validation_alias in (_Unset, None):
        validation_alias = alias
    if kwargs.get("exclude") is False:
        kwargs["exclude"] = None
    return FieldInfo(
        default=default,
        default_factory=default_factory,
        alias=alias,
        validation_alias=validation_alias,
        serialization_alias=serialization_alias,
        json_schema_extra=json_schema_extra,
        **kwargs,
    )


class ModelPrivateAttr:
    def __init__(self, default=_Unset, *, default_factory=None):
        self.default = _Unset if default is Ellipsis else default
        self.default_factory = default_factory

    def get_default(self):
        return smart_copy(self.default) if self.default_factory is None else self.default_factory()

    def __set_name__(self, owner, name):
        method = getattr(type(self.default), "__set_name__", None)
        if callable(method):
            method(self.default, owner, name)


def PrivateAttr(default=_Unset, *, default_factory=None, init=False):
    if default is not _Unset and default_factory is not None:
        raise TypeError("cannot specify both default and default_factory")
    return ModelPrivateAttr(default, default_factory=default_factory)


class ComputedField:
    """A property that belongs to the dump."""

    def __init__(self, wrapped, options):
        self.wrapped = wrapped
        self.options = options
        self.__doc__ = wrapped.__doc__

    def __set_name__(self, owner, name):
        self.name = name
        setter = getattr(type(self.wrapped), "__set_name__", None)
        if setter:
            setter(self.wrapped, owner, name)

    def __get__(self, instance, owner=None):
        return self if instance is None else self.wrapped.__get__(instance, owner)

    def __set__(self, instance, value):
        if hasattr(type(self.wrapped), "__set__"):
            return self.wrapped.__set__(instance, value)
        instance.__dict__[self.name] = value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.wrapped, name)

    def setter(self, func):
        return ComputedField(self.wrapped.setter(func), self.options)

    @property
    def return_type(self):
        found = self.options.get("return_type", _Unset)
        if found is not _Unset:
            return found
        call = self.wrapped.fget if isinstance(self.wrapped, property) else self.wrapped.func
        try:
            return typing.get_type_hints(call).get("return", typing.Any)
        except Exception:
            return typing.Any


def computed_field(func=None, /, **options):
    def decorate(call):
        import functools

        wrapped = call if isinstance(call, (property, functools.cached_property)) else property(call)
        return ComputedField(wrapped, options)

    return decorate if func is None else decorate(func)


ComputedFieldInfo = ComputedField
