"""Validators of one value each, built from annotations: containers, unions, literals, enums, functions."""

import collections
import enum
import typing
from collections import abc

from ._errors import (
    Invalid,
    Line,
    PydanticOmit,
    PydanticUseDefault,
    fail,
    from_exception,
)

EXACT, STRICT, LAX = 2, 1, 0


class Undefined:
    """The value of a field that has none."""

    def __repr__(self):
        return "PydanticUndefined"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        return "PydanticUndefined"


PydanticUndefined = Undefined()


class State:
    """What validators of one run share. `exactness` falls with every conversion: unions choose by it."""

    __slots__ = ("strict", "json", "context", "exactness", "fields_set", "attributes", "by_alias", "by_name", "extra", "depth", "data")

    def __init__(self, strict=None, json=False, context=None, attributes=None, by_alias=None, by_name=None, extra=None):
        self.strict = strict
        self.json = json
        self.context = context
        self.attributes = attributes
        self.by_alias = by_alias
        self.by_name = by_name
        self.extra = extra
        self.exactness = EXACT
        self.fields_set = None
        self.depth = 0
        self.data = None

    def lower(self, level):
        if level < self.exactness:
            self.exactness = level

    def enter(self, value):
        self.depth += 1
        if self.depth > 200:
            self.depth = 0
            raise fail("recursion_loop", value)

    def leave(self):
        self.depth -= 1


class Node:
    """`validate` returns the value or raises Invalid. `strict` set on the node wins over the run's."""

    strict = None
    label = "any"

    def is_strict(self, st):
        return self.strict if self.strict is not None else bool(st.strict)

    def validate(self, value, st):
        return value

    def accepts(self, value):
        """Whether serialization can treat the value by this node."""
        return True

    def dump(self, value, ds):
        return ds.infer(value)

    def schema(self, g):
        return {}

    #: Name of the definition when the schema is a reference.
    def is_reference(self):
        return False

    def children(self):
        return ()


class AnyNode(Node):
    def validate(self, value, st):
        st.lower(LAX)
        return value


class NoneNode(Node):
    label = "none"

    def validate(self, value, st):
        if value is not None:
            raise fail("none_required", value)
        return None

    def accepts(self, value):
        return value is None

    def schema(self, g):
        return {"type": "null"}


class Nullable(Node):
    def __init__(self, inner):
        self.inner = inner
        self.label = f"nullable[{inner.label}]"

    def validate(self, value, st):
        return None if value is None else self.inner.validate(value, st)

    def accepts(self, value):
        return value is None or self.inner.accepts(value)

    def dump(self, value, ds):
        return None if value is None else self.inner.dump(value, ds)

    def schema(self, g):
        inner = self.inner.schema(g)
        if inner == {"type": "null"}:
            return inner
        if "anyOf" in inner and set(inner) == {"anyOf"}:
            options = [*inner["anyOf"]]
            return {"anyOf": options if {"type": "null"} in options else [*options, {"type": "null"}]}
        return {"anyOf": [inner, {"type": "null"}]}

    def is_reference(self):
        return self.inner.is_reference()


def expected(values):
    """`'a', 'b' or 'c'`"""
    texts = [repr(v.value if isinstance(v, enum.Enum) and not isinstance(v, (str, int)) else v) for v in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


class LiteralNode(Node):
    def __init__(self, values):
        self.values = values
        self.label = f"literal[{','.join(map(_literal_repr, values))}]"

    def validate(self, value, st):
        for item in self.values:
            if type(item) is type(value) and item == value:
                return item
        for item in self.values:
            if isinstance(item, enum.Enum) and not st.strict and item.value == value and type(item.value) is type(value):
                st.lower(LAX)
                return item
        for item in reversed(self.values):
            if item is value or (not isinstance(item, enum.Enum) and item == value):
                return item
        raise fail("literal_error", value, expected=_literal_expected(self.values))

    def accepts(self, value):
        return any(type(item) is type(value) and item == value for item in self.values)

    def schema(self, g):
        values = [v.value if isinstance(v, enum.Enum) else v for v in self.values]
        found = {}
        if len(values) == 1:
            found["const"] = values[0]
        else:
            found["enum"] = values
        kinds = {type(v) for v in values}
        for kind, name in ((str, "string"), (bool, "boolean"), (int, "integer"), (float, "number"), (list, "array"), (type(None), "null")):
            if kinds == {kind}:
                found["type"] = name
        return found


def _literal_repr(value):
    return repr(value)


def _literal_expected(values):
    texts = [repr(v) for v in values]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


class EnumNode(Node):
    def __init__(self, cls, use_values=False):
        self.cls = cls
        self.use_values = use_values
        self.kind = next((k for k in (str, bool, int, float) if issubclass(cls, k)), None)
        self.label = f"{self.kind.__name__}-enum[{cls.__name__}]" if self.kind else f"enum[{cls.__name__}]"

    def validate(self, value, st):
        member = self._member(value, st)
        return member.value if self.use_values else member

    def _member(self, value, st):
        if isinstance(value, self.cls):
            return value
        if not self.is_strict(st) or st.json:
            st.lower(LAX)
            try:
                return self.cls(value)
            except (ValueError, TypeError, KeyError):
                member = self._converted(value)
                if member is not None:
                    return member
            raise fail("enum", value, expected=_expected_values(self.cls))
        raise fail("is_instance_of", value, **{"class": self.cls.__qualname__})

    def _converted(self, value):
        for member in self.cls:
            plain = member.value
            if self.kind is int and isinstance(value, (str, float, bytes)) and not isinstance(plain, str):
                try:
                    if float(value) == plain:
                        return member
                except ValueError:
                    return None
        return None

    def accepts(self, value):
        return isinstance(value, self.cls)

    def dump(self, value, ds):
        return ds.infer(value)

    def schema(self, g):
        return g.define(self.cls, self._definition, self)

    def _definition(self, g):
        values = [m.value for m in self.cls]
        found = {"title": self.cls.__name__}
        doc = self.cls.__doc__
        if doc and doc != "An enumeration." and not _enum_default_doc(self.cls):
            import inspect

            found["description"] = inspect.cleandoc(doc)
        plain = [g.jsonable(v) for v in values]
        if len(plain) == 1:
            found["const"] = plain[0]
        else:
            found["enum"] = plain
        kinds = {type(v) for v in values}
        for kind, name in ((str, "string"), (bool, "boolean"), (int, "integer"), (float, "number"), (list, "array")):
            if kinds == {kind} or (self.kind is kind):
                found["type"] = name
                break
        return found

    def is_reference(self):
        return True


def _enum_default_doc(cls):
    return "__doc__" not in cls.__dict__ or cls.__doc__ in (None, enum.Enum.__doc__)


def _expected_values(cls):
    texts = [repr(m.value) for m in cls]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def check_length(value, node, field_type, size=None):
    size = len(value) if size is None else size
    if node.min_length is not None and size < node.min_length:
        raise fail("too_short", value, field_type=field_type, min_length=node.min_length, actual_length=size)
    if node.max_length is not None and size > node.max_length:
        raise fail("too_long", value, field_type=field_type, max_length=node.max_length, actual_length=size)


def _size_schema(node, found, low="minItems", high="maxItems"):
    if node.min_length is not None:
        found[low] = node.min_length
    if node.max_length is not None:
        found[high] = node.max_length
    return found


_NO_LISTS = (str, bytes, bytearray, abc.Mapping)


def is_listlike(value):
    """What lax mode reads as a list: everything iterable but text and mappings."""
    return isinstance(value, abc.Iterable) and not isinstance(value, _NO_LISTS)


class Sequence(Node):
    """list, set, frozenset, deque and variadic tuples."""

    min_length = max_length = None

    def __init__(self, kind, item, name=None, accept_any=False):
        self.kind = kind
        self.item = item
        self.name = name or kind.__name__
        self.accept_any = accept_any
        self.label = f"{self.name}[{item.label}]"

    def validate(self, value, st):
        kind = self.kind
        if not isinstance(value, kind):
            self._check_type(value, st)
        source = value
        st.enter(value)
        try:
            items = self._items(source, st)
        finally:
            st.leave()
        built = self._build(items, value)
        field = {"list": "List", "set": "Set", "frozenset": "Frozenset", "tuple": "Tuple", "deque": "Deque"}.get(self.name, self.name)
        try:
            check_length(built, self, field)
        except Invalid as error:
            error.lines[0].input = value
            raise
        return built

    def _check_type(self, value, st):
        errors = {set: "set_type", frozenset: "frozen_set_type", tuple: "tuple_type"}
        kind = errors.get(self.kind, "list_type")
        if st.json and isinstance(value, list):
            return
        if self.accept_any:
            return self._check_sequence(value)
        if self.is_strict(st) or not is_listlike(value):
            raise fail(kind, value)
        st.lower(LAX)

    def _check_sequence(self, value):
        if isinstance(value, (str, bytes, bytearray)):
            raise fail("sequence_str", value, type_name=type(value).__name__)
        if not isinstance(value, abc.Sequence):
            raise fail("is_instance_of", value, **{"class": "Sequence"})

    def _items(self, source, st):
        found, lines = [], []
        validate = self.item.validate
        hashed = self.kind in (set, frozenset)
        for index, entry in enumerate(source):
            try:
                item = validate(entry, st)
                if hashed and type(item).__hash__ is None:
                    raise fail("set_item_not_hashable", entry)
                found.append(item)
            except Invalid as error:
                lines.extend(error.within(index).lines)
            except PydanticOmit:
                continue
        if lines:
            raise Invalid(lines)
        return found

    def _build(self, items, value):
        if self.kind is list and not self.accept_any:
            return items
        try:
            if self.kind is collections.deque:
                return collections.deque(items, maxlen=getattr(value, "maxlen", None))
            if self.accept_any and type(value) in (tuple, collections.deque):
                return type(value)(items)
            return self.kind(items) if self.kind in (set, frozenset, tuple) else items
        except TypeError:
            raise fail("set_item_not_hashable", value) from None

    def accepts(self, value):
        return isinstance(value, self.kind) and all(self.item.accepts(v) for v in value)

    def dump(self, value, ds):
        if not isinstance(value, (list, tuple, set, frozenset, collections.deque)):
            return ds.infer(value)
        with ds.nest(value):
            found = [self.item.dump(v, ds.at(i)) for i, v in enumerate(value) if ds.wanted(i)]
        if ds.json or isinstance(value, list):
            return found
        try:
            return type(value)(found)
        except TypeError:
            return found

    def schema(self, g):
        found = {"type": "array", "items": self.item.schema(g)}
        if self.kind in (set, frozenset):
            found["uniqueItems"] = True
        return _size_schema(self, found)

    def children(self):
        return (self.item,)


class TupleNode(Node):
    min_length = max_length = None

    def __init__(self, items):
        self.items = items
        self.label = f"tuple[{', '.join(i.label for i in items)}]"

    def validate(self, value, st):
        if not isinstance(value, tuple):
            if not (st.json and isinstance(value, list)):
                if self.is_strict(st) or not is_listlike(value):
                    raise fail("tuple_type", value)
                st.lower(LAX)
        values = list(value)
        if len(values) > len(self.items):
            raise fail("too_long", value, field_type="Tuple", max_length=len(self.items), actual_length=len(values))
        found, lines = [], []
        for index, node in enumerate(self.items):
            if index >= len(values):
                lines.append(Line("missing", value, loc=(index,)))
                continue
            try:
                found.append(node.validate(values[index], st))
            except Invalid as error:
                lines.extend(error.within(index).lines)
        if lines:
            raise Invalid(lines)
        return tuple(found)

    def accepts(self, value):
        return isinstance(value, tuple) and len(value) == len(self.items)

    def dump(self, value, ds):
        if not isinstance(value, (list, tuple)) or len(value) != len(self.items):
            return ds.infer(value)
        found = [node.dump(v, ds.at(i)) for i, (node, v) in enumerate(zip(self.items, value))]
        return found if ds.json else tuple(found)

    def schema(self, g):
        size = len(self.items)
        found = {"type": "array", "maxItems": size, "minItems": size}
        if size:
            found["prefixItems"] = [node.schema(g) for node in self.items]
        return found

    def children(self):
        return self.items


class DictNode(Node):
    min_length = max_length = None

    def __init__(self, key, item, kind=dict, mapping=False):
        self.key = key
        self.item = item
        self.kind = kind
        self.mapping = mapping
        self.label = f"dict[{key.label},{item.label}]"

    def validate(self, value, st):
        if not isinstance(value, dict):
            if self.is_strict(st) or not isinstance(value, abc.Mapping):
                raise fail("dict_type", value)
            st.lower(LAX)
        st.enter(value)
        try:
            found = self._entries(value, st)
        finally:
            st.leave()
        check_length(found, self, "Dictionary")
        return self._build(found)

    def _entries(self, value, st):
        found, lines = {}, []
        for name, entry in value.items():
            key = None
            try:
                key = self.key.validate(name, st)
            except Invalid as error:
                lines.extend(error.within(name, "[key]").lines)
            try:
                item = self.item.validate(entry, st)
                found[key] = item
            except Invalid as error:
                lines.extend(error.within(name).lines)
            except PydanticOmit:
                continue
        if lines:
            raise Invalid(lines)
        return found

    def _build(self, found):
        if self.kind in (dict, None):
            return found
        if self.kind is collections.defaultdict:
            return collections.defaultdict(self.factory, found)
        return self.kind(found)

    factory = None

    def accepts(self, value):
        return isinstance(value, abc.Mapping)

    def dump(self, value, ds):
        if not isinstance(value, abc.Mapping):
            return ds.infer(value)
        found = {}
        with ds.nest(value):
            for name, entry in value.items():
                if not ds.wanted(name):
                    continue
                if entry is None and ds.exclude_none:
                    continue
                key = ds.key(name) if ds.json else self.key.dump(name, ds)
                found[key] = self.item.dump(entry, ds.at(name))
        return found

    def schema(self, g):
        found = {"type": "object"}
        item = self.item.schema(g)
        keys = self.key.schema(g)
        pattern = keys.get("pattern")
        if pattern and not isinstance(self.key, Nullable):
            found["patternProperties"] = {pattern: item}
        else:
            found["additionalProperties"] = item or True
            names = {k: v for k, v in keys.items() if k not in ("type", "title")}
            if names and keys.get("type") in ("string", None):
                found["propertyNames"] = names
        return _size_schema(self, found, "minProperties", "maxProperties")

    def children(self):
        return (self.key, self.item)


class UnionNode(Node):
    """The best fit: most fields set, then the most exact."""

    def __init__(self, choices, left_to_right=False):
        self.choices = choices
        self.left_to_right = left_to_right
        self.label = f"union[{','.join(c.label for c in choices)}]"

    def validate(self, value, st):
        outer, outer_fields = st.exactness, st.fields_set
        lines, best = [], None
        for choice in self.choices:
            st.exactness, st.fields_set = EXACT, None
            try:
                found = choice.validate(value, st)
            except Invalid as error:
                lines.extend(error.within(getattr(choice, "tag", None) or choice.label).lines)
                continue
            if self.left_to_right or (st.exactness == EXACT and st.fields_set is None):
                best = (0, 0, found, st.exactness, st.fields_set)
                break
            score = (st.fields_set if st.fields_set is not None else -1, st.exactness)
            if best is None or score > best[:2]:
                best = (*score, found, st.exactness, st.fields_set)
        st.exactness, st.fields_set = outer, outer_fields
        if best is None:
            raise Invalid(lines)
        st.lower(best[3])
        if best[4] is not None:
            st.fields_set = (st.fields_set or 0) + best[4]
        return best[2]

    def accepts(self, value):
        return any(c.accepts(value) for c in self.choices)

    def dump(self, value, ds):
        for choice in self.choices:
            if not isinstance(choice, AnyNode) and choice.accepts(value):
                return choice.dump(value, ds)
        return ds.infer(value)

    def schema(self, g):
        options = []
        for choice in self.choices:
            found = choice.schema(g)
            for option in found["anyOf"] if set(found) == {"anyOf"} else [found]:
                if option not in options:
                    options.append(option)
        return options[0] if len(options) == 1 else {"anyOf": options}

    def children(self):
        return self.choices


class TaggedUnion(Node):
    """A union with a discriminator."""

    def __init__(self, discriminator, choices, label=None):
        self.discriminator = discriminator
        self.choices = choices
        self.label = f"tagged-union[{','.join(c.label for c in choices.values())}]"

    def _tag(self, value):
        if callable(self.discriminator):
            return self.discriminator(value)
        for name in self.names:
            if isinstance(value, abc.Mapping):
                if name in value:
                    return value[name]
            elif hasattr(value, name):
                return getattr(value, name)
        return PydanticUndefined

    names = ()

    def validate(self, value, st):
        shown = f"{self.discriminator.__name__}()" if callable(self.discriminator) else repr(self.discriminator)
        if not callable(self.discriminator) and not isinstance(value, abc.Mapping) and not hasattr(value, "__dict__"):
            raise fail("model_attributes_type", value)
        tag = self._tag(value)
        if tag is PydanticUndefined or (callable(self.discriminator) and tag is None):
            raise fail("union_tag_not_found", value, discriminator=shown)
        tag = tag.value if isinstance(tag, enum.Enum) else tag
        choice = self.choices.get(tag)
        if choice is None:
            tags = ", ".join(repr(t) for t in self.choices)
            raise fail("union_tag_invalid", value, discriminator=shown, tag=str(tag), expected_tags=tags)
        try:
            return choice.validate(value, st)
        except Invalid as error:
            raise error.within(tag)

    def accepts(self, value):
        return any(c.accepts(value) for c in self.choices.values())

    def dump(self, value, ds):
        for choice in self.choices.values():
            if choice.accepts(value):
                return choice.dump(value, ds)
        return ds.infer(value)

    def schema(self, g):
        found, mapping = [], {}
        for tag, choice in self.choices.items():
            option = choice.schema(g)
            mapping[str(tag)] = option.get("$ref", "")
            if option not in found:
                found.append(option)
        result = {"oneOf": found}
        if not callable(self.discriminator):
            result["discriminator"] = {"mapping": {k: v for k, v in mapping.items() if v}, "propertyName": self.discriminator}
        return result

    def children(self):
        return tuple(self.choices.values())


class Instance(Node):
    def __init__(self, cls):
        self.cls = cls
        name = getattr(cls, "__name__", str(cls))
        self.label = f"is-instance[{name}]"
        self.shown = getattr(cls, "__qualname__", name)

    def validate(self, value, st):
        if not isinstance(value, self.cls):
            raise fail("is_instance_of", value, **{"class": self.shown})
        return value

    def accepts(self, value):
        return isinstance(value, self.cls)

    def schema(self, g):
        from ._errors import PydanticInvalidForJsonSchema

        raise PydanticInvalidForJsonSchema(
            f"Cannot generate a JsonSchema for core_schema.IsInstanceSchema ({self.cls!r})"
        )


class Subclass(Node):
    def __init__(self, cls):
        self.cls = cls
        self.label = f"is-subclass[{cls.__name__}]"

    def validate(self, value, st):
        if not isinstance(value, type) or not issubclass(value, self.cls):
            raise fail("is_subclass_of", value, **{"class": self.cls.__name__})
        return value


class CallableNode(Node):
    label = "callable"

    def validate(self, value, st):
        if not callable(value):
            raise fail("callable_type", value)
        return value

    def accepts(self, value):
        return callable(value)

    def schema(self, g):
        from ._errors import PydanticInvalidForJsonSchema

        raise PydanticInvalidForJsonSchema("Cannot generate a JsonSchema for core_schema.CallableSchema")


class Function(Node):
    """A validator function before, after, around or in place of another node."""

    def __init__(self, mode, call, inner):
        self.mode = mode
        self.call = call
        self.inner = inner
        self.label = f"function-{mode}[{getattr(call, 'shown', 'function')}(), {inner.label}]"

    def validate(self, value, st):
        if self.mode == "before":
            return self.inner.validate(self._run(value, st), st)
        if self.mode == "after":
            return self._run(self.inner.validate(value, st), st, value)
        if self.mode == "plain":
            return self._run(value, st)
        return self._run(value, st, value, Handler(self.inner, st))

    def _run(self, value, st, source=PydanticUndefined, handler=None):
        try:
            return self.call(value, st) if handler is None else self.call(value, st, handler)
        except Invalid:
            raise
        except (PydanticOmit, PydanticUseDefault):
            raise
        except (ValueError, AssertionError) as error:
            raise from_exception(error, value if source is PydanticUndefined else source) from error

    def accepts(self, value):
        return self.inner.accepts(value)

    def dump(self, value, ds):
        return self.inner.dump(value, ds)

    def schema(self, g):
        return self.inner.schema(g)

    def is_reference(self):
        return self.inner.is_reference()

    def children(self):
        return (self.inner,)


class Handler:
    """What wrap validators call to go on."""

    def __init__(self, inner, st):
        self.inner = inner
        self.st = st

    def __call__(self, value, outer_location=None):
        from ._errors import ValidationError

        try:
            return self.inner.validate(value, self.st)
        except Invalid as error:
            raise ValidationError(self.inner.label, error.lines) from None


class Serialized(Node):
    """A node with its own serializer or JSON schema."""

    def __init__(self, inner, dumper=None, extra=None):
        self.inner = inner
        self.dumper = dumper
        self.extra = extra
        self.label = inner.label

    def validate(self, value, st):
        return self.inner.validate(value, st)

    def accepts(self, value):
        return self.inner.accepts(value)

    def dump(self, value, ds):
        return self.dumper(value, ds, self.inner) if self.dumper else self.inner.dump(value, ds)

    def schema(self, g):
        if self.extra is not None:
            return self.extra(self.inner, g)
        return self.inner.schema(g)

    def is_reference(self):
        return self.inner.is_reference() and self.extra is None

    def children(self):
        return (self.inner,)


class Lazy(Node):
    """A node that is built at first use: recursive models and forward references."""

    def __init__(self, build, label="..."):
        self.build = build
        self.label = label
        self._node = None

    @property
    def inner(self):
        if self._node is None:
            self._node = self.build()
        return self._node

    def validate(self, value, st):
        return self.inner.validate(value, st)

    def accepts(self, value):
        return self.inner.accepts(value)

    def dump(self, value, ds):
        return self.inner.dump(value, ds)

    def schema(self, g):
        return self.inner.schema(g)

    def is_reference(self):
        return True


_ = typing
