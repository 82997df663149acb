"""From annotations to validators."""

import collections
import dataclasses
import datetime
import decimal
import enum
import sys
import types
import typing
from collections import abc

import annotated_types as at
import typing_extensions

from . import _functions as fn
from ._errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation, PydanticUserError, fail
from ._nodes import (
    AnyNode,
    CallableNode,
    DictNode,
    EnumNode,
    Function,
    Instance,
    Lazy,
    LiteralNode,
    Node,
    NoneNode,
    Nullable,
    PydanticUndefined,
    Sequence,
    Serialized,
    Subclass,
    TaggedUnion,
    TupleNode,
    UnionNode,
    check_length,
)
from ._scalars import Bool, Bytes, Complex, Decimal, Float, Int, Str, parsed_types
from ._times import DateNode, DatetimeNode, DeltaNode, TimeNode
from .fields import FieldInfo, General

_SIMPLE = {
    int: Int,
    float: Float,
    bool: Bool,
    bytes: Bytes,
    complex: Complex,
    decimal.Decimal: Decimal,
    datetime.datetime: DatetimeNode,
    datetime.date: DateNode,
    datetime.time: TimeNode,
    datetime.timedelta: DeltaNode,
    **parsed_types(),
}
_LISTS = {
    list: list,
    set: set,
    frozenset: frozenset,
    collections.deque: collections.deque,
    abc.Set: set,
    abc.MutableSet: set,
    abc.MutableSequence: list,
}
_SEQUENCES = (abc.Sequence, abc.Iterable, abc.Collection, abc.Generator, abc.Iterator)
_DICTS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter, abc.Mapping, abc.MutableMapping)
_TYPED_DICT = type(typing.TypedDict("T", {}))


class Context:
    """Where names of annotations are looked up, and the configuration in force."""

    def __init__(self, config=None, namespaces=(), owner=None, typevars=None):
        self.config = config or {}
        self.namespaces = namespaces
        self.owner = owner
        self.typevars = typevars or {}

    def resolve(self, text):
        owner = self.owner
        scope = {}
        for names in self.namespaces:
            if names:
                scope.update(names)
        if owner is not None:
            scope.setdefault(owner.__name__, owner)
        parameters = getattr(owner, "__type_params__", ())
        scope.update({p.__name__: p for p in parameters})
        try:
            return eval(text, scope) if isinstance(text, (str, types.CodeType)) else text
        except NameError as error:
            raise PydanticUndefinedAnnotation(error.name or str(text), f"name {error.name!r} is not defined") from error


def build(tp, ctx):
    """The validator of an annotation."""
    if isinstance(tp, str):
        return build(ctx.resolve(tp), ctx)
    if isinstance(tp, typing.ForwardRef):
        return build(ctx.resolve(tp.__forward_arg__), ctx)
    if tp is None or tp is type(None):
        return NoneNode()
    if tp is typing.Any or tp is object or tp is PydanticUndefined:
        return AnyNode()
    simple = _simple(tp, ctx)
    if simple is not None:
        return simple
    origin = typing.get_origin(tp)
    if origin is not None:
        return _generic(tp, origin, ctx)
    if isinstance(tp, type):
        return _class(tp, ctx)
    return _special(tp, ctx)


def _hashable(tp):
    try:
        hash(tp)
    except TypeError:
        return False
    return True


def _simple(tp, ctx):
    if tp is str:
        node = Str()
        config = ctx.config
        node.strip = config.get("str_strip_whitespace", False)
        node.upper = config.get("str_to_upper", False)
        node.lower = config.get("str_to_lower", False)
        node.from_numbers = config.get("coerce_numbers_to_str", False)
        if config.get("str_min_length"):
            node.min_length = config["str_min_length"]
        node.max_length = config.get("str_max_length")
        return node
    if _hashable(tp) and tp in _SIMPLE:
        node = _SIMPLE[tp]()
        if ctx.config.get("allow_inf_nan") is False and isinstance(node, Float):
            node.finite = True
        return node
    return None


def _special(tp, ctx):
    if isinstance(tp, typing.TypeVar):
        if tp in ctx.typevars:
            return build(ctx.typevars[tp], ctx)
        default = getattr(tp, "__default__", None)
        if getattr(tp, "has_default", lambda: False)():
            return build(default, ctx)
        if tp.__bound__ is not None:
            return build(tp.__bound__, ctx)
        if tp.__constraints__:
            return UnionNode([build(c, ctx) for c in tp.__constraints__])
        return AnyNode()
    if isinstance(tp, typing.NewType):
        return build(tp.__supertype__, ctx)
    if hasattr(tp, "__value__"):
        return build(tp.__value__, ctx)
    if tp in (typing.Callable, abc.Callable):
        return CallableNode()
    if tp in (typing.LiteralString,):
        return Str()
    if tp in (typing.Self, typing_extensions.Self):
        return Lazy(lambda: build(ctx.owner, ctx))
    if isinstance(tp, FieldInfo):
        return with_metadata(AnyNode(), tp.metadata, ctx)
    bare = _BARE.get(tp) if _hashable(tp) else None
    if bare is not None:
        return build(bare, ctx)
    return _unknown(tp, ctx)


_BARE = {typing.List: list, typing.Dict: dict, typing.Set: set, typing.Tuple: tuple, typing.FrozenSet: frozenset, typing.Type: type}


def _unknown(tp, ctx):
    if ctx.config.get("arbitrary_types_allowed") and isinstance(tp, type):
        return Instance(tp)
    raise PydanticSchemaGenerationError(
        f"Unable to generate pydantic-core schema for {tp!r}. Set `arbitrary_types_allowed=True` in the model_config to ignore this error"
        " or implement `__get_pydantic_core_schema__` on your type to fully support it.\n\nIf you got this error by calling handler(<some type>)"
        " within `__get_pydantic_core_schema__` then you likely need to call `handler.generate_schema(<some type>)` since we do not call"
        " `__get_pydantic_core_schema__` on `<some type>` otherwise to avoid infinite recursion."
    )


def _generic(tp, origin, ctx):
    args = typing.get_args(tp)
    if origin is typing.Annotated:
        return with_metadata(build(args[0], ctx), args[1:], ctx, args[0])
    if origin is typing.Literal:
        return LiteralNode(_literals(args))
    if origin in (typing.Union, types.UnionType):
        return _union(args, ctx)
    if origin in (typing.Required, typing.NotRequired, typing.ReadOnly, typing.Final, typing.ClassVar):
        return build(args[0], ctx)
    if origin is tuple:
        return _tuple(args, ctx)
    if origin in _LISTS:
        return Sequence(_LISTS[origin], build(args[0], ctx) if args else AnyNode())
    if origin in _SEQUENCES:
        return Sequence(list, build(args[0], ctx) if args else AnyNode(), "list", accept_any=True)
    if origin in _DICTS:
        return _dict(origin, args, ctx)
    if origin is type:
        return _subclass(args[0], ctx)
    if origin is abc.Callable:
        return CallableNode()
    if origin in _SIMPLE:
        return _SIMPLE[origin]()
    if isinstance(origin, type):
        return _generic_class(tp, origin, args, ctx)
    if hasattr(origin, "__value__"):
        inner = Context(ctx.config, ctx.namespaces, ctx.owner, {**ctx.typevars, **dict(zip(origin.__type_params__, args))})
        return build(origin.__value__, inner)
    return _unknown(tp, ctx)


def _literals(args):
    found = []
    for item in args:
        if typing.get_origin(item) is typing.Literal:
            found.extend(_literals(typing.get_args(item)))
        else:
            found.append(item)
    return found


def _union(args, ctx):
    plain = [a for a in args if a not in (None, type(None))]
    choices = []
    for item in plain:
        node = build(item, ctx)
        tags = [m.tag for m in typing.get_args(item)[1:] if isinstance(m, fn.Tag)] if typing.get_origin(item) is typing.Annotated else []
        if tags:
            node.tag = tags[0]
        choices.append(node)
    inner = choices[0] if len(choices) == 1 else UnionNode(choices)
    return Nullable(inner) if len(plain) < len(args) else inner


def _tuple(args, ctx):
    if not args:
        return TupleNode([])
    if len(args) == 2 and args[1] is Ellipsis:
        node = Sequence(tuple, build(args[0], ctx))
        node.label = f"tuple[{node.item.label}, ...]"
        return node
    if args == ((),):
        return TupleNode([])
    return TupleNode([build(a, ctx) for a in args])


def _dict(origin, args, ctx):
    if origin is collections.Counter:
        return DictNode(build(args[0], ctx) if args else AnyNode(), Int(), collections.Counter)
    key, item = args if len(args) == 2 else (typing.Any, typing.Any)
    kind = origin if origin in (collections.OrderedDict, collections.defaultdict) else dict
    node = DictNode(build(key, ctx), build(item, ctx), kind)
    if kind is collections.defaultdict:
        base = typing.get_origin(item) or item
        node.factory = base if isinstance(base, type) else None
    return node


def _subclass(arg, ctx):
    if arg is typing.Any:
        return Instance(type)
    if typing.get_origin(arg) in (typing.Union, types.UnionType):
        return UnionNode([_subclass(a, ctx) for a in typing.get_args(arg)])
    if isinstance(arg, typing.TypeVar):
        arg = arg.__bound__ or object
    return Subclass(arg)


def _class(tp, ctx):
    if hasattr(tp, "__pydantic_node__"):
        return tp.__pydantic_node__(ctx)
    custom = getattr(tp, "__get_pydantic_core_schema__", None)
    if custom is not None:
        return custom(tp, lambda source=tp: build(source, ctx))
    if issubclass(tp, enum.Enum):
        return EnumNode(tp, ctx.config.get("use_enum_values", False))
    if tp is tuple:
        return Sequence(tuple, AnyNode())
    if tp in _LISTS or tp in (list, set, frozenset):
        return Sequence(_LISTS.get(tp, list), AnyNode())
    if tp in _SEQUENCES:
        return Sequence(list, AnyNode(), "list", accept_any=True)
    if tp in _DICTS:
        return _dict(tp, (), ctx)
    if tp is abc.Callable:
        return CallableNode()
    if tp is type:
        return Instance(type)
    if isinstance(tp, _TYPED_DICT):
        return typed_dict(tp, ctx)
    if issubclass(tp, tuple) and hasattr(tp, "_fields"):
        return _named_tuple(tp, ctx)
    if dataclasses.is_dataclass(tp):
        from ._records import DataclassNode

        return Lazy(lambda: DataclassNode.of(tp, ctx), tp.__name__)
    validators = getattr(tp, "__get_validators__", None)
    if validators is not None:
        node = AnyNode()
        for call in validators():
            node = Function("after", fn.field_call(call, "after", None, None), node)
        return node
    return _unknown(tp, ctx)


def _generic_class(tp, origin, args, ctx):
    if hasattr(origin, "__pydantic_node__"):
        return build(origin[args if len(args) > 1 else args[0]], ctx)
    if dataclasses.is_dataclass(origin):
        return build(origin, ctx)
    parameters = getattr(origin, "__parameters__", ())
    if isinstance(origin, _TYPED_DICT):
        return typed_dict(origin, Context(ctx.config, ctx.namespaces, ctx.owner, {**ctx.typevars, **dict(zip(parameters, args))}))
    return _unknown(tp, ctx)


def typed_dict(tp, ctx):
    from ._records import TypedDictNode

    return Lazy(lambda: TypedDictNode(tp, ctx), tp.__name__)


def _named_tuple(tp, ctx):
    from ._records import NamedTupleNode

    return NamedTupleNode(tp, ctx)


def with_metadata(node, metadata, ctx, source=None):
    """A node with the constraints and functions of Annotated and Field."""
    for item in metadata:
        node = _apply(node, item, ctx, source)
    return node


def _apply(node, item, ctx, source):
    if isinstance(item, FieldInfo):
        node = with_metadata(node, item.metadata, ctx, source)
        if item.discriminator is not None:
            node = discriminate(node, item.discriminator)
        if item.description or item.title or item.examples or item.json_schema_extra:
            node = Serialized(node, extra=lambda inner, g: _described(inner, g, item))
        return node
    if isinstance(item, at.GroupedMetadata):
        return with_metadata(node, tuple(item), ctx, source)
    name = getattr(item, "constraint", None)
    if name is not None:
        return constrain(node, name, getattr(item, name))
    if isinstance(item, General):
        for name, value in item.values.items():
            node = constrain(node, name, value)
        return node
    return _apply_marker(node, item, ctx, source)


def _described(inner, g, info):
    from ._schema import extend

    found = dict(inner.schema(g))
    for key in ("title", "description"):
        if getattr(info, key) is not None:
            found[key] = getattr(info, key)
    if info.examples is not None:
        found["examples"] = g.jsonable(info.examples)
    extend(found, info.json_schema_extra, g)
    return found


def _apply_marker(node, item, ctx, source):
    if isinstance(item, fn._Marker):
        return Function(item.mode, fn.field_call(item.func, item.mode, None, ctx.config), node)
    if isinstance(item, fn._Serializer):
        return Serialized(node, fn.dumper(item.func, item.mode, item.when_used))
    if isinstance(item, fn.WithJsonSchema):
        return Serialized(node, extra=lambda inner, g: dict(item.json_schema))
    if isinstance(item, fn.SkipValidation):
        return Serialized(AnyNode(), None, lambda inner, g: node.schema(g))
    if isinstance(item, fn.InstanceOf):
        return Instance(source)
    if isinstance(item, fn.Strict):
        return constrain(node, "strict", item.strict)
    if isinstance(item, fn.Discriminator):
        return discriminate(node, item.discriminator)
    if isinstance(item, at.Predicate):
        return Function("after", _predicate(item.func), node)
    if isinstance(item, at.Timezone) and isinstance(node, DatetimeNode):
        node.zone = "naive" if item.tz is None else "aware"
        return node
    if hasattr(item, "__pydantic_apply__"):
        return item.__pydantic_apply__(node, ctx)
    if hasattr(item, "__get_pydantic_core_schema__"):
        return item.__get_pydantic_core_schema__(source, lambda s=source: node)
    return node


def _predicate(func):
    def call(value, st):
        if not func(value):
            from ._errors import PydanticCustomError

            raise PydanticCustomError("predicate_failed", f"Predicate {getattr(func, '__qualname__', func)} failed")
        return value

    return call


_STR_NAMES = {"strip_whitespace": "strip", "to_lower": "lower", "to_upper": "upper", "coerce_numbers_to_str": "from_numbers"}
_GENERIC_LENGTH = ("min_length", "max_length")


def constrain(node, name, value):
    """One limit on a node; on what has no such limit it becomes a check afterwards."""
    if isinstance(node, Nullable):
        return Nullable(constrain(node.inner, name, value))
    if name == "strict":
        node.strict = value
        return node
    if name == "union_mode":
        if isinstance(node, UnionNode):
            node.left_to_right = value == "left_to_right"
        return node
    if name == "allow_inf_nan":
        if hasattr(node, "finite"):
            node.finite = not value
        return node
    if name == "fail_fast":
        return node
    target = _STR_NAMES.get(name, name)
    if hasattr(node, target) and not isinstance(node, (Function, Serialized)):
        setattr(node, target, value)
        if isinstance(node, (Str, Int, Float, Bytes)) and not node.label.startswith("constrained"):
            node.label = f"constrained-{node.label}"
        return node
    return _check_after(node, name, value)


def _check_after(node, name, value):
    from ._scalars import Bounded

    if name in ("gt", "ge", "lt", "le", "multiple_of"):
        limits = Bounded()
        setattr(limits, name, value)

        def call(found, st):
            limits.bounds(found, found)
            return found

        schema = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum", "multiple_of": "multipleOf"}[name]
    elif name in _GENERIC_LENGTH:
        limits = Sequence(list, AnyNode())
        setattr(limits, name, value)

        def call(found, st):
            if isinstance(found, str):
                limits_text = Str()
                setattr(limits_text, name, value)
                return limits_text.validate(found, st)
            if not hasattr(found, "__len__"):
                raise TypeError(f"Unable to apply constraint '{name}' to supplied value {found}")
            check_length(found, limits, "Value")
            return found

        schema = {"min_length": "minLength", "max_length": "maxLength"}[name]
    elif name == "pattern":
        limits = Str()
        limits.pattern = value

        def call(found, st):
            return limits.validate(found, st)

        schema = "pattern"
    else:
        raise TypeError(f"Unable to apply constraint '{name}' to schema of type '{node.label}'")
    call.shown = f"{name}"
    return Serialized(Function("after", call, node), None, lambda inner, g: {**node.schema(g), schema: value})


def discriminate(node, discriminator):
    """Turns a union into one that is chosen by a field."""
    if isinstance(node, Nullable):
        return Nullable(discriminate(node.inner, discriminator))
    if isinstance(discriminator, fn.Discriminator):
        discriminator = discriminator.discriminator
    if not isinstance(node, UnionNode):
        if isinstance(discriminator, str) and hasattr(node, "model"):
            node = UnionNode([node])
        else:
            raise TypeError(f"`discriminator` can only be used with `Union` type with more than one variant")
    choices = {}
    names = [discriminator]
    for choice in node.choices:
        if callable(discriminator):
            tags = [getattr(choice, "tag", None)]
        else:
            tags, alias = _tags(choice, discriminator)
            if alias not in names:
                names.append(alias)
        for tag in tags:
            choices[tag] = choice
    found = TaggedUnion(discriminator, choices)
    found.names = tuple(n for n in names if isinstance(n, str))
    return found


def _tags(choice, name):
    inner = choice.inner if isinstance(choice, Lazy) else choice
    if isinstance(inner, TaggedUnion):
        return list(inner.choices), name
    fields = inner.fields_by_name()
    if name not in fields:
        raise PydanticUserError(f"Model {choice.label!r} needs a discriminator field for key {name!r}", code="discriminator-no-field")
    info, node = fields[name]
    while isinstance(node, (Nullable, Function, Serialized)):
        node = node.inner
    if isinstance(node, EnumNode):
        return [m.value for m in node.cls], info.alias or name
    if not isinstance(node, LiteralNode):
        raise PydanticUserError(f"Model {choice.label!r} needs field {name!r} to be of type `Literal`", code="discriminator-needs-literal")
    return [v.value if isinstance(v, enum.Enum) else v for v in node.values], info.alias or name


def module_names(cls):
    return getattr(sys.modules.get(cls.__module__), "__dict__", {})


_ = (Node, fail)
