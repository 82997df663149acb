"""Dataclasses, TypedDict and NamedTuple as types of fields."""

import dataclasses
import sys
import types
import typing
from collections import abc

from ._build import Context, build, module_names, with_metadata
from ._errors import Invalid, Line, fail
from ._model import Entry, _default, is_class_var
from ._nodes import STRICT, Node, PydanticUndefined
from ._schema import extend, field_schema
from .fields import FieldInfo, from_annotation

try:
    import annotationlib
except ImportError:
    annotationlib = None


def hints(cls):
    found = {}
    for base in reversed(cls.__mro__):
        if annotationlib is not None:
            found.update(annotationlib.get_annotations(base, format=annotationlib.Format.FORWARDREF))
        else:
            found.update(vars(base).get("__annotations__", {}))
    return found


def scope_of(cls, ctx):
    return Context(ctx.config if ctx else {}, (module_names(cls), *(getattr(cls, "__pydantic_names__", None) or ()), *(ctx.namespaces if ctx else ())), cls, ctx.typevars if ctx else {})


def field_of(field, annotation):
    """FieldInfo of a field of a dataclass."""
    default = field.default
    if isinstance(default, FieldInfo):
        return from_annotation(annotation, default)
    info = from_annotation(annotation)
    if default is not dataclasses.MISSING:
        info = from_annotation(annotation, default)
    elif field.default_factory is not dataclasses.MISSING:
        if isinstance(field.default_factory, FieldInfo):
            return from_annotation(annotation, field.default_factory)
        info.default_factory = field.default_factory
    meta = field.metadata or {}
    info.description = meta.get("description", info.description)
    info.title = meta.get("title", info.title)
    info.exclude = meta.get("exclude", info.exclude)
    info.alias = meta.get("alias", info.alias)
    return info


class RecordNode(Node):
    """Named fields of a class that is no model."""

    def _read(self, data, st):
        values, lines, used = {}, [], set()
        outer, st.data = st.data, values
        try:
            for entry in self.entries:
                key, found = entry.find(data, st.by_name)
                if found is PydanticUndefined:
                    self._absent(entry, values, lines, data, st)
                    continue
                used.add(key)
                try:
                    values[entry.name] = entry.node.validate(found, st)
                except Invalid as error:
                    lines.extend(error.within(*entry.loc).lines)
        finally:
            st.data = outer
        extra = {k: v for k, v in data.items() if k not in used}
        if extra and self.extra == "forbid":
            lines.extend(Line(self.extra_error, v, loc=(k,)) for k, v in extra.items())
        if lines:
            raise Invalid(lines)
        st.fields_set = (st.fields_set or 0) + len(used)
        return values, extra

    extra_error = "extra_forbidden"

    def _absent(self, entry, values, lines, data, st):
        _default(entry, values, lines, data, st)

    def fields_by_name(self):
        return {e.name: (e.info, e.node) for e in self.entries}

    def is_reference(self):
        return True

    def _properties(self, g, title):
        properties, required = {}, []
        for entry in self.entries:
            key = entry.info.alias if g.by_alias and isinstance(entry.info.alias, str) else entry.name
            properties[key] = field_schema(key, entry.info, entry.node, g, entry.title or entry.info.title)
            if self._required(entry, g):
                required.append(key)
        result = {"type": "object", "properties": properties, "title": title}
        if required:
            result["required"] = required
        if self.extra == "forbid":
            result["additionalProperties"] = False
        return result

    def _required(self, entry, g):
        return entry.info.is_required()

    def _dump(self, items, ds):
        found = {}
        for entry in self.entries:
            if entry.name in items and ds.wanted(entry.name) and not entry.info.exclude:
                value = items[entry.name]
                if ds.exclude_none and value is None:
                    continue
                key = entry.info.serialization_alias if ds.by_alias and entry.info.serialization_alias else entry.name
                inner = ds.at(entry.name)
                found[key] = entry.node.dump(value, inner) if entry.node.accepts(value) else inner.infer(value)
        return found


def entry_of(name, info, ctx):
    node = with_metadata(build(info.annotation, ctx), info.metadata, ctx, info.annotation)
    entry = Entry(name, info, node, ctx.config)
    entry.title = info.title
    return entry


class DataclassNode(RecordNode):
    _nodes = {}

    @classmethod
    def of(cls, target, ctx=None):
        found = target.__dict__.get("__pydantic_dataclass_node__")
        if found is None:
            found = cls(target, ctx)
            setattr(target, "__pydantic_dataclass_node__", found)
        return found

    def __init__(self, target, ctx):
        self.target = target
        self.label = target.__name__
        config = getattr(target, "__pydantic_config__", None) or {}
        self.config = config
        scope = scope_of(target, ctx)
        scope.config = config or scope.config
        annotations = hints(target)
        self.entries = []
        self.init_only = set()
        self.outside = []
        for field in _all_fields(target):
            annotation = annotations.get(field.name, field.type)
            if isinstance(annotation, str):
                annotation = scope.resolve(annotation)
            if isinstance(annotation, dataclasses.InitVar):
                annotation = annotation.type
                self.init_only.add(field.name)
            if not field.init:
                self.outside.append(field)
                continue
            entry = entry_of(field.name, field_of(field, annotation), scope)
            self._validators(entry, config)
            self.entries.append(entry)
        extra = config.get("extra", "ignore")
        self.extra = extra

    def _validators(self, entry, config):
        from . import _functions as fn
        from ._model import Decorators
        from ._nodes import Function

        for _, item in Decorators(self.target).of("field"):
            if entry.name in item.info["fields"] or "*" in item.info["fields"]:
                mode = item.info["mode"]
                call = fn.field_call(fn.bind(item.wrapped, self.target), mode, entry.name, config)
                entry.node = Function(mode, call, entry.node)

    def validate(self, value, st):
        if isinstance(value, self.target):
            if type(value) is not self.target:
                st.lower(STRICT)
            return value
        if not isinstance(value, abc.Mapping):
            raise fail("dataclass_type", value, class_name=self.target.__name__)
        if hasattr(self.target, "__pydantic_dataclass__"):
            return self.target.__pydantic_make__(value, st)
        values, _ = self._read(value, st)
        return self.target(**values)

    def accepts(self, value):
        return isinstance(value, self.target)

    def dump(self, value, ds):
        if not isinstance(value, self.target):
            return ds.infer(value)
        with ds.nest(value):
            items = {f.name: getattr(value, f.name) for f in dataclasses.fields(self.target) if hasattr(value, f.name)}
            found = self._dump(items, ds)
            for field in self.outside:
                if field.name in items and ds.wanted(field.name):
                    found[field.name] = ds.infer(items[field.name])
        return found

    def schema(self, g):
        return g.define(self.target, self._schema, self)

    def _schema(self, g):
        result = self._properties(g, self.config.get("title") or self.target.__name__)
        doc = self.target.__doc__
        if doc and not doc.startswith(f"{self.target.__name__}("):
            import inspect

            result["description"] = inspect.cleandoc(doc)
        extend(result, self.config.get("json_schema_extra"), g, self.target)
        return result


def _all_fields(target):
    return [f for f in getattr(target, "__dataclass_fields__").values() if not is_class_var(f.type) and f._field_type is not dataclasses._FIELD_CLASSVAR]


class TypedDictNode(RecordNode):
    extra = "ignore"

    def __init__(self, target, ctx):
        self.target = target
        self.label = target.__name__
        config = getattr(target, "__pydantic_config__", None) or {}
        self.config = config
        self.extra = config.get("extra", "ignore")
        scope = scope_of(target, ctx)
        annotations = {}
        for base in [*getattr(target, "__orig_bases__", ()), target]:
            if isinstance(base, type(target)):
                annotations.update(_own(base))
        self.required = set()
        self.entries = []
        for name, annotation in annotations.items():
            needed = name in target.__required_keys__
            while typing.get_origin(annotation) in (typing.Required, typing.NotRequired, typing.ReadOnly):
                annotation = typing.get_args(annotation)[0]
            entry = entry_of(name, from_annotation(annotation), scope)
            if needed:
                self.required.add(name)
            self.entries.append(entry)

    def _absent(self, entry, values, lines, data, st):
        if entry.name in self.required:
            lines.append(Line("missing", data, loc=entry.loc))
        elif not entry.info.is_required():
            _default(entry, values, lines, data, st)

    def _required(self, entry, g):
        return entry.name in self.required

    def validate(self, value, st):
        if not isinstance(value, abc.Mapping):
            raise fail("dict_type", value)
        values, extra = self._read(value, st)
        return {**values, **extra} if self.extra == "allow" else values

    def accepts(self, value):
        return isinstance(value, abc.Mapping)

    def dump(self, value, ds):
        if not isinstance(value, abc.Mapping):
            return ds.infer(value)
        found = self._dump(value, ds)
        known = {e.name for e in self.entries}
        found.update({k: ds.at(k).infer(v) for k, v in value.items() if k not in known and ds.wanted(k)})
        return found

    def schema(self, g):
        return g.define(self.target, self._schema, self)

    def _schema(self, g):
        result = self._properties(g, self.config.get("title") or self.target.__name__)
        if self.target.__doc__:
            import inspect

            result["description"] = inspect.cleandoc(self.target.__doc__)
        return result


def _own(target):
    if annotationlib is not None:
        return annotationlib.get_annotations(target, format=annotationlib.Format.FORWARDREF)
    return target.__dict__.get("__annotations__", {})


class NamedTupleNode(RecordNode):
    extra = "forbid"
    extra_error = "unexpected_keyword_argument"

    def __init__(self, target, ctx):
        self.target = target
        self.label = f"call[{target.__name__}]"
        scope = scope_of(target, ctx)
        annotations = hints(target)
        self.entries = []
        for name in target._fields:
            info = from_annotation(annotations.get(name, typing.Any), target._field_defaults.get(name, PydanticUndefined))
            self.entries.append(entry_of(name, info, scope))

    def validate(self, value, st):
        if isinstance(value, abc.Mapping):
            data = value
        elif isinstance(value, (list, tuple)):
            if len(value) > len(self.entries):
                raise Invalid([Line("unexpected_positional_argument", v, loc=(i,)) for i, v in enumerate(value) if i >= len(self.entries)])
            data = dict(zip(self.target._fields, value))
        else:
            raise fail("tuple_type", value)
        try:
            values, _ = self._read(data, st)
        except Invalid as error:
            raise self._positions(error, value)
        return self.target(**values)

    def _positions(self, error, value):
        for line in error.lines:
            if line.type == "missing":
                line.type, line.msg, line.input = "missing_argument", "Missing required argument", value
            elif not isinstance(value, abc.Mapping):
                line.loc = (self.target._fields.index(line.loc[0]), *line.loc[1:])
        return error

    def accepts(self, value):
        return isinstance(value, self.target)

    def dump(self, value, ds):
        found = [e.node.dump(v, ds) for e, v in zip(self.entries, value)]
        return found if ds.json else self.target(*found)

    def is_reference(self):
        return False

    def schema(self, g):
        items = [field_schema(e.name, e.info, e.node, g, e.info.title) for e in self.entries]
        return {"type": "array", "prefixItems": items, "minItems": sum(e.info.is_required() for e in self.entries), "maxItems": len(items)}


_ = (sys, types)
