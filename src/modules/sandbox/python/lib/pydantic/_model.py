"""The class machinery of BaseModel: collecting fields, validating, dumping, schema."""

import inspect
import sys
import types
import typing
from collections import abc

from . import _functions as fn
from ._build import Context, build, constrain, discriminate, module_names, with_metadata
from ._errors import Invalid, Line, PydanticUndefinedAnnotation, PydanticUserError, fail, from_exception
from ._nodes import STRICT, AnyNode, Function, Handler, Node, Nullable, PydanticUndefined, Sequence, Serialized
from ._schema import extend, field_schema
from .fields import AliasChoices, AliasGenerator, AliasPath, ComputedField, FieldInfo, ModelPrivateAttr, from_annotation, smart_copy

try:
    import annotationlib
except ImportError:
    annotationlib = None

_IGNORED = (types.FunctionType, property, classmethod, staticmethod, type, fn.Decorated, ComputedField, types.MethodType)


def own_annotations(cls, namespace):
    """Annotations of the class body; names that are not defined yet stay forward references."""
    if annotationlib is not None:
        return dict(annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF))
    return dict(namespace.get("__annotations__", {}))


def parent_names(depth):
    """Local names around the class statement, unless it is at module level or in this package."""
    frame = sys._getframe(depth)
    if frame.f_locals is frame.f_globals or frame.f_code.co_name == "<module>":
        return frame.f_globals, None
    found, current = {}, frame
    scopes = []
    while current is not None and current.f_globals is frame.f_globals and len(scopes) < 6:
        if current.f_code.co_name == "<module>":
            break
        scopes.append(current.f_locals)
        current = current.f_back
    for scope in reversed(scopes[:3]):
        found.update(scope)
    return frame.f_globals, found


def is_class_var(annotation):
    if isinstance(annotation, str):
        text = annotation.strip()
        return text.startswith(("ClassVar", "typing.ClassVar", "t.ClassVar"))
    if typing.get_origin(annotation) is typing.Annotated:
        return is_class_var(typing.get_args(annotation)[0])
    return annotation is typing.ClassVar or typing.get_origin(annotation) is typing.ClassVar or (
        isinstance(annotation, typing.ForwardRef) and is_class_var(annotation.__forward_arg__)
    )


def collect_private(namespace, annotations):
    """Takes private attributes out of a class body."""
    private = {}
    for name in [*namespace]:
        value = namespace[name]
        if isinstance(value, ModelPrivateAttr):
            if not name.startswith("_"):
                raise NameError(f"Private attributes must not use valid field names; use sunder names, e.g. {'_' + name!r} instead of {name!r}.")
            private[name] = namespace.pop(name)
        elif name.startswith("_") and not name.startswith("__") and not isinstance(value, _IGNORED):
            private[name] = ModelPrivateAttr(namespace.pop(name))
    for name, annotation in annotations.items():
        if name.startswith("_") and not name.startswith("__") and name not in private and name not in namespace and not is_class_var(annotation):
            private[name] = ModelPrivateAttr()
    return private


def check_unannotated(namespace, annotations, bases, config):
    ignored = _IGNORED + tuple(config.get("ignored_types", ()))
    for name, value in namespace.items():
        if name.startswith("_") or name in annotations or name in ("model_config", "Config") or isinstance(value, ignored):
            continue
        if hasattr(type(value), "__get__") and not isinstance(value, FieldInfo):
            continue
        for base in bases:
            fields = getattr(base, "__pydantic_fields__", {})
            if name in fields:
                raise PydanticUserError(
                    f"Field {name!r} defined on a base class was overridden by a non-annotated attribute. All field definitions, including overrides, require a type annotation.",
                    code="model-field-overridden",
                )
        if isinstance(value, FieldInfo):
            raise PydanticUserError(f"Field {name!r} requires a type annotation", code="model-field-missing-annotation")
        raise PydanticUserError(
            f"A non-annotated attribute was detected: `{name} = {value!r}`. All model fields require a type annotation; if `{name}` is not meant to be a field,"
            f" you may be able to resolve this error by annotating it as a `ClassVar` or updating `model_config['ignored_types']`.",
            code="model-field-missing-annotation",
        )


class Decorators:
    """Validators and serializers of a class, inherited ones first."""

    def __init__(self, cls):
        self.found = {}
        for base in reversed(cls.__mro__):
            own = {name: v for name, v in vars(base).items() if isinstance(v, (fn.Decorated, ComputedField))}
            for name in [*self.found]:
                if name in vars(base) and name not in own:
                    del self.found[name]
            self.found.update(own)
        self.cls = cls

    def of(self, kind):
        return [(n, v) for n, v in self.found.items() if isinstance(v, fn.Decorated) and v.kind == kind]

    def computed(self):
        return {n: v for n, v in self.found.items() if isinstance(v, ComputedField)}

    def check(self, fields):
        for name, item in self.found.items():
            if not isinstance(item, fn.Decorated) or item.info.get("check") is False:
                continue
            for field in item.info.get("fields", ()):
                if field != "*" and field not in fields and item.kind in ("field", "v1", "serializer"):
                    raise PydanticUserError(
                        f"Decorators defined with incorrect fields: {self.cls.__module__}.{self.cls.__qualname__}:{id(self.cls)}.{name} (use check_fields=False if you're inheriting from the model and intended this)",
                        code="decorator-missing-field",
                    )


def collect_fields(cls, annotations, context):
    fields = {}
    for base in reversed(cls.__mro__[1:]):
        for name, info in getattr(base, "__pydantic_fields__", {}).items():
            if name in getattr(base, "__pydantic_own__", fields) or name not in fields:
                fields[name] = info
    for name, annotation in annotations.items():
        if is_class_var(annotation) or name == "model_config" or name.startswith("_"):
            continue
        default = vars(cls).get(name, PydanticUndefined)
        if isinstance(default, (types.FunctionType, fn.Decorated)) and name not in annotations:
            continue
        if isinstance(annotation, (str, typing.ForwardRef)):
            try:
                annotation = context.resolve(annotation if isinstance(annotation, str) else annotation.__forward_arg__)
                if is_class_var(annotation):
                    continue
            except (PydanticUndefinedAnnotation, SyntaxError, TypeError):
                pass
        if hasattr(default, "__get__") and not isinstance(default, (FieldInfo, type)) and callable(getattr(default, "__get__", None)) and isinstance(default, property):
            continue
        fields[name] = from_annotation(annotation, default)
        if name in vars(cls):
            delattr(cls, name)
    return fields


def apply_alias_generator(fields, config):
    generate = config.get("alias_generator")
    if generate is None:
        return
    for name, info in fields.items():
        if info.alias_priority == 2 and info.alias is not None:
            continue
        if isinstance(generate, AliasGenerator):
            alias, validation, serialization = generate.generate_aliases(name)
        else:
            alias = validation = serialization = generate(name)
        info.alias_priority = 1
        info.alias = info.alias or alias
        info.validation_alias = info.validation_alias or validation or alias
        info.serialization_alias = info.serialization_alias or serialization or alias


class Entry:
    """One field, ready for validation."""

    __slots__ = ("name", "info", "node", "lookups", "loc", "validate_default", "serializer", "title")

    def __init__(self, name, info, node, config):
        self.name = name
        self.info = info
        self.node = node
        self.serializer = None
        self.title = None
        alias = info.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [alias] if alias is not None else []
        by_name = config.get("populate_by_name") or config.get("validate_by_name")
        by_alias = config.get("validate_by_alias", True)
        self.lookups = ([*choices] if by_alias or not choices else []) + ([name] if by_name or not choices else [])
        first = choices[0] if choices and by_alias else name
        self.loc = tuple(first.path) if isinstance(first, AliasPath) else (first,)
        self.validate_default = info.validate_default if info.validate_default is not None else config.get("validate_default", False)

    def find(self, data, by_name):
        for key in self.lookups if not by_name else [*self.lookups, self.name]:
            if isinstance(key, AliasPath):
                found = key.search(data)
                if found is not PydanticUndefined:
                    return key.path[0], found
            elif key in data:
                return key, data[key]
        return None, PydanticUndefined


def field_node(cls, name, info, context, decorators, config):
    node = build(info.annotation, context)
    node = with_metadata(node, info.metadata, context, info.annotation)
    if info.discriminator is not None:
        node = discriminate(node, info.discriminator)
    always = False
    legacy = [item for _, item in decorators.of("v1") if name in item.info["fields"] or "*" in item.info["fields"]]
    for item in sorted(legacy, key=lambda item: not item.info["each"]):
        call = fn.v1_call(fn.bind(item.wrapped, cls))
        node = _each(node, item.info["mode"], call) if item.info["each"] else Function(item.info["mode"], call, node)
        always = always or item.info["always"]
    for _, item in decorators.of("field"):
        if name in item.info["fields"] or "*" in item.info["fields"]:
            mode = item.info["mode"]
            node = Function(mode, fn.field_call(fn.bind(item.wrapped, cls), mode, name, config), node)
    return node, always


def _each(node, mode, call):
    if isinstance(node, Nullable):
        return Nullable(_each(node.inner, mode, call))
    if isinstance(node, Sequence):
        node.item = Function(mode, call, node.item)
        return node
    if hasattr(node, "item"):
        node.item = Function(mode, call, node.item)
        return node
    return Function(mode, call, node)


class Plan:
    """What a model class needs to validate, dump and describe its instances."""

    def __init__(self, cls):
        self.cls = cls
        config = cls.model_config
        self.config = config
        names = cls.__pydantic_names__
        typevars = {}
        for base in reversed(cls.__mro__):
            typevars.update(getattr(base, "__pydantic_typevars__", None) or {})
        context = Context(config, (*names, vars(cls)), cls, typevars)
        self.decorators = decorators = Decorators(cls)
        self.entries = []
        self.by_name = {}
        for name, info in cls.__pydantic_fields__.items():
            owner = _field_owner(cls, name)
            scope = context if owner is cls else Context(config, (*owner.__pydantic_names__, vars(owner), vars(cls)), cls, typevars)
            node, always = field_node(cls, name, info, scope, decorators, config)
            entry = Entry(name, info, node, config)
            entry.validate_default = entry.validate_default or always
            entry.title = _title(cls, name, info, config)
            self._serializer(entry)
            self.entries.append(entry)
            self.by_name[name] = entry
        self.before = [fn.bind(v.wrapped, cls) for _, v in decorators.of("model") if v.info["mode"] == "before"]
        self.outer = [(v.info["mode"], v, n) for n, v in decorators.of("model") if v.info["mode"] != "before"]
        self.root = [(v.info["mode"], fn.bind(v.wrapped, cls)) for _, v in decorators.of("root")]
        self.model_serializer = next((v for _, v in reversed(decorators.of("model_serializer"))), None)
        self.computed = decorators.computed()
        self.extra = _value(config.get("extra")) or "ignore"
        self.extra_node = _extra_node(cls, context)
        self.custom_init = cls.__init__ is not _base_init(cls)

    def _serializer(self, entry):
        for _, item in self.decorators.of("serializer"):
            if entry.name in item.info["fields"] or "*" in item.info["fields"]:
                entry.serializer = item

    def name(self):
        return self.config.get("title") or self.cls.__name__


def _title(cls, name, info, config):
    if info.title is not None:
        return info.title
    generate = info.field_title_generator or config.get("field_title_generator")
    return generate(name, info) if generate else None


def _value(value):
    return getattr(value, "value", value)


def _field_owner(cls, name):
    for base in cls.__mro__:
        if name in getattr(base, "__pydantic_own__", ()):
            return base
    return cls


def _extra_node(cls, context):
    for base in cls.__mro__:
        found = vars(base).get("__pydantic_extra_annotation__")
        if found is not None:
            args = typing.get_args(found)
            return build(args[1], context) if len(args) == 2 else AnyNode()
    return AnyNode()


def _base_init(cls):
    for base in cls.__mro__:
        if vars(base).get("__pydantic_base__"):
            return base.__init__
    return None


def fields_of(plan, data, st):
    """Validates a mapping: values, extra values, names that were given."""
    if getattr(plan.cls, "__pydantic_root_model__", False):
        return _root_value(plan, data, st)
    attributes = False
    if not isinstance(data, abc.Mapping):
        attributes = bool(st.attributes if st.attributes is not None else plan.config.get("from_attributes"))
        if not attributes or isinstance(data, (str, int, float, bytes, list, tuple, set, type(None))) or isinstance(data, type):
            if attributes:
                raise fail("model_attributes_type", data)
            raise not_a_model(data, plan.cls, st)
        data = _Attributes(data)
    values, given, lines, used = {}, set(), [], set()
    source = data.source if attributes else data
    outer, st.data = st.data, values
    try:
        for entry in plan.entries:
            key, found = entry.find(data, st.by_name)
            if found is PydanticUndefined:
                _default(entry, values, lines, source, st)
                continue
            used.add(key)
            try:
                values[entry.name] = entry.node.validate(found, st)
                given.add(entry.name)
            except Invalid as error:
                loc = (entry.name,) if key == entry.name else entry.loc if not isinstance(key, str) or key == entry.loc[0] else (key,)
                lines.extend(error.within(*loc).lines)
            except Exception as error:
                if type(error).__name__ == "PydanticUseDefault":
                    _default(entry, values, lines, source, st)
                    continue
                raise
        extra = None if attributes else _extras(plan, data, used, lines, st)
    finally:
        st.data = outer
    if lines:
        raise Invalid(lines)
    st.fields_set = (st.fields_set or 0) + len(given)
    return values, extra, given | set(extra or ())


def not_a_model(value, cls, st):
    if st.json:
        return Invalid([Line("model_type", value, {"class_name": cls.__name__}, msg="Input should be an object")])
    return fail("model_type", value, class_name=cls.__name__)


def _root_value(plan, data, st):
    entry = plan.by_name["root"]
    if data is PydanticUndefined:
        values, lines = {}, []
        _default(entry, values, lines, data, st)
        if lines:
            raise Invalid(lines)
        return values, None, set()
    return {"root": entry.node.validate(data, st)}, None, {"root"}


def _default(entry, values, lines, source, st):
    info = entry.info
    if info.is_required():
        lines.append(Line("missing", source, loc=entry.loc))
        return
    if info.default_factory is None:
        default = smart_copy(info.default)
    else:
        if info.default_factory_takes_validated_data and lines:
            lines.append(Line("default_factory_not_called", source, loc=entry.loc))
            return
        default = info.call_factory(values)
    if entry.validate_default:
        try:
            default = entry.node.validate(default, st)
        except Invalid as error:
            lines.extend(error.within(*entry.loc).lines)
            return
    values[entry.name] = default


def _extras(plan, data, used, lines, st):
    mode = st.extra or plan.extra
    if mode == "ignore":
        return None
    extra = {}
    for key, value in data.items():
        if key in used:
            continue
        if mode == "forbid":
            lines.append(Line("extra_forbidden", value, loc=(key,)))
            continue
        try:
            extra[key] = plan.extra_node.validate(value, st)
        except Invalid as error:
            lines.extend(error.within(key).lines)
    return extra if mode == "allow" else None


class _Attributes:
    """An object read like a mapping."""

    def __init__(self, source):
        self.source = source

    def __contains__(self, name):
        return isinstance(name, str) and hasattr(self.source, name)

    def __getitem__(self, name):
        return getattr(self.source, name)


def _call(call, value, st, config, title):
    info = fn.ValidationInfo(st, st.data, None, config)
    try:
        return call(value, info) if fn.positional(call) > 1 else call(value)
    except Invalid:
        raise
    except (ValueError, AssertionError) as error:
        raise from_exception(error, value) from error


def inner_validate(plan, data, st):
    for call in reversed(plan.before):
        data = _call(call, data, st, plan.config, plan.name())
    for mode, call in plan.root:
        if mode == "before":
            data = _root(call, data)
    values, extra, given = fields_of(plan, data, st)
    for mode, call in plan.root:
        if mode == "after":
            values = _root(call, {**values, **(extra or {})})
            if extra:
                values = {k: v for k, v in values.items() if k not in extra}
    return values, extra, given


def _root(call, data):
    try:
        return call(data)
    except (ValueError, AssertionError) as error:
        raise from_exception(error, data) from error


def fill(instance, values, extra, given, st):
    put = object.__setattr__
    put(instance, "__dict__", values)
    put(instance, "__pydantic_fields_set__", given)
    put(instance, "__pydantic_extra__", extra)
    put(instance, "__pydantic_private__", None)
    cls = type(instance)
    if cls.__private_attributes__:
        init_private(instance)
    if cls.__pydantic_post_init__:
        instance.model_post_init(st.context if st else None)


def init_private(instance):
    values = {}
    for name, attr in type(instance).__private_attributes__.items():
        default = attr.get_default()
        if default is not PydanticUndefined:
            values[name] = default
    object.__setattr__(instance, "__pydantic_private__", values)


def validate_into(cls, data, st, instance=None):
    """The whole chain of a model; with `instance` the object that __init__ fills."""
    plan = plan_of(cls)

    def core(value):
        if instance is None and isinstance(value, cls):
            if type(value) is not cls:
                st.lower(STRICT)
            st.fields_set = (st.fields_set or 0) + len(value.__pydantic_fields_set__)
            revalidate = plan.config.get("revalidate_instances", "never")
            if revalidate == "never" or (revalidate == "subclass-instances" and type(value) is cls):
                return value
            value = dict(value.__dict__, **(value.__pydantic_extra__ or {}))
        if instance is None and plan.custom_init and isinstance(value, abc.Mapping):
            made = cls(**value)
            st.fields_set = (st.fields_set or 0) + len(made.__pydantic_fields_set__)
            return made
        values, extra, given = inner_validate(plan, value, st)
        made = cls.__new__(cls) if instance is None else instance
        fill(made, values, extra, given, st)
        return made

    run = core
    if plan.outer and not (instance is None and plan.custom_init and isinstance(data, abc.Mapping)):
        for mode, item, name in plan.outer:
            run = _outer(run, mode, item, plan, st)
    st.enter(data)
    try:
        return run(data)
    finally:
        st.leave()


class _Wrapped(Node):
    def __init__(self, run, label):
        self.run = run
        self.label = label

    def validate(self, value, st):
        return self.run(value)


def _outer(run, mode, item, plan, st):
    cls, wrapped = plan.cls, item.wrapped

    def after(value):
        made = run(value)
        if isinstance(wrapped, (classmethod, staticmethod)):
            found = _call(fn.bind(wrapped, cls), made, st, plan.config, plan.name())
        else:
            found = _call(_bound(wrapped, made), value, st, plan.config, plan.name())
        return found

    def wrap(value):
        call = fn.bind(wrapped, cls)
        handler = Handler(_Wrapped(run, plan.name()), st)
        args = [value, handler]
        if fn.positional(call) > 2:
            args.append(fn.ValidationInfo(st, st.data, None, plan.config))
        try:
            return call(*args)
        except (ValueError, AssertionError) as error:
            raise from_exception(error, value) from error

    return after if mode == "after" else wrap


def _bound(wrapped, made):
    """An after-validator as an instance method: reported input is what was given."""

    def with_info(value, info):
        return wrapped(made, info)

    def alone(value):
        return wrapped(made)

    return with_info if fn.positional(wrapped) > 1 else alone


def plan_of(cls):
    found = cls.__dict__.get("__pydantic_plan__")
    if found is None:
        found = make_plan(cls, True)
    return found


def make_plan(cls, raises):
    try:
        plan = Plan(cls)
    except PydanticUndefinedAnnotation as error:
        if not raises:
            return None
        raise PydanticUserError(
            f"`{cls.__name__}` is not fully defined; you should define `{error.name}`, then call `{cls.__name__}.model_rebuild()`.",
            code="class-not-fully-defined",
        ) from error
    type.__setattr__(cls, "__pydantic_plan__", plan)
    return plan


class ModelNode(Node):
    """A model as the type of a field."""

    def __init__(self, model):
        self.model = model
        self.label = model.__name__

    def validate(self, value, st):
        strict = self.strict if self.strict is not None else st.strict
        if strict and not st.json and not isinstance(value, self.model):
            raise fail("model_type", value, class_name=self.model.__name__)
        return validate_into(self.model, value, st)

    def accepts(self, value):
        return isinstance(value, self.model)

    def dump(self, value, ds):
        if not isinstance(value, self.model):
            return ds.infer(value)
        return dump_model(type(value) if ds.as_any else self.model, value, ds)

    def schema(self, g):
        return g.define(self.model, lambda gen: model_schema(self.model, gen), self)

    def is_reference(self):
        return True

    def fields_by_name(self):
        return {n: (e.info, e.node) for n, e in plan_of(self.model).by_name.items()}


def dump_model(cls, value, ds):
    plan = plan_of(cls)
    if plan.model_serializer is not None:
        item = plan.model_serializer
        call = item.wrapped
        if fn.used(item.info["when"], value, ds):
            return _model_serializer(call, item.info["mode"], cls, plan, value, ds)
    return dump_fields(cls, plan, value, ds)


def _model_serializer(call, mode, cls, plan, value, ds):
    args = [value]
    if mode == "wrap":
        args.append(lambda v, *_: dump_fields(cls, plan, v, ds))
    if fn.positional(call) > len(args):
        args.append(fn.SerializationInfo(ds))
    found = call(*args)
    return ds.plain().infer(found)


def dump_fields(cls, plan, value, ds):
    if plan.config.get("json_encoders") and ds.encoders is None:
        ds.encoders = plan.config["json_encoders"]
    by_alias = ds.by_alias if ds.by_alias is not None else plan.config.get("serialize_by_alias", False)
    found = {}
    with ds.nest(value):
        root = getattr(cls, "__pydantic_root_model__", False)
        for entry in plan.entries:
            name, info = entry.name, entry.info
            if name not in value.__dict__ or (info.exclude and not root) or not ds.wanted(name):
                continue
            item = value.__dict__[name]
            if _left_out(ds, value, entry, item):
                continue
            dumped = _dump_entry(entry, value, item, ds.at(name))
            if root:
                return dumped
            found[info.serialization_alias if by_alias and info.serialization_alias else name] = dumped
        for name, item in (value.__pydantic_extra__ or {}).items():
            if ds.wanted(name) and not (ds.exclude_none and item is None):
                found[name] = ds.at(name).infer(item)
        if not ds.round_trip and not ds.exclude_computed_fields:
            _dump_computed(plan, value, ds, by_alias, found)
    return found


def _left_out(ds, value, entry, item):
    if ds.exclude_unset and entry.name not in value.__pydantic_fields_set__:
        return True
    if ds.exclude_none and item is None:
        return True
    if ds.exclude_defaults and not entry.info.is_required():
        default = entry.info.get_default(call_default_factory=True, validated_data={})
        if default == item:
            return True
    if entry.info.exclude_if is not None and entry.info.exclude_if(item):
        return True
    return False


def _dump_entry(entry, owner, item, ds):
    spec = entry.serializer
    if spec is not None:
        call = spec.wrapped
        bound = call.__get__(owner, type(owner)) if hasattr(call, "__get__") else call
        return fn.dumper(bound, spec.info["mode"], spec.info["when"])(item, ds, entry.node)
    if ds.as_any:
        return ds.infer(item)
    node = entry.node
    return node.dump(item, ds) if node.accepts(item) else ds.infer(item)


def _dump_computed(plan, value, ds, by_alias, found):
    for name, field in plan.computed.items():
        if not ds.wanted(name):
            continue
        item = getattr(value, name)
        if ds.exclude_none and item is None:
            continue
        alias = field.options.get("alias")
        spec = next((v for _, v in plan.decorators.of("serializer") if name in v.info["fields"]), None)
        key = alias if by_alias and alias else name
        if spec is not None:
            bound = spec.wrapped.__get__(value, type(value))
            found[key] = fn.dumper(bound, spec.info["mode"], spec.info["when"])(item, ds.at(name), AnyNode())
        else:
            found[key] = ds.at(name).infer(item)


def model_schema(cls, g):
    plan = plan_of(cls)
    root = getattr(cls, "__pydantic_root_model__", False)
    if root:
        entry = plan.by_name["root"]
        result = {**entry.node.schema(g), "title": plan.name()}
        if entry.info.description:
            result["description"] = entry.info.description
    else:
        result = _object_schema(plan, g)
    doc = cls.__doc__
    if doc and "__pydantic_base__" not in vars(cls) and not _inherited_doc(cls):
        result["description"] = inspect.cleandoc(doc)
    extra = plan.config.get("json_schema_extra")
    extend(result, extra, g, cls)
    return result


def _inherited_doc(cls):
    return "__doc__" not in vars(cls) or vars(cls)["__doc__"] is None


def _object_schema(plan, g):
    properties, required = {}, []
    for entry in plan.entries:
        info = entry.info
        if g.mode == "serialization" and info.exclude:
            continue
        alias = info.serialization_alias if g.mode == "serialization" else info.validation_alias
        if isinstance(alias, AliasChoices):
            alias = next((c for c in alias.choices if isinstance(c, str)), None)
        if isinstance(alias, AliasPath):
            alias = alias.path[0] if len(alias.path) == 1 else None
        key = alias if g.by_alias and alias else entry.name
        schema = field_schema(key, info, _schema_node(entry, g), g, entry.title)
        properties[key] = schema
        if info.is_required():
            required.append(key)
    if g.mode == "serialization":
        for name, field in plan.computed.items():
            properties[name] = _computed_schema(name, field, plan, g)
            required.append(name)
    result = {"type": "object", "properties": properties, "title": plan.name()}
    if required:
        result["required"] = required
    if plan.extra == "forbid":
        result["additionalProperties"] = False
    elif plan.extra == "allow":
        result["additionalProperties"] = True
    return result


def _schema_node(entry, g):
    spec = entry.serializer
    if spec is None or g.mode != "serialization":
        return entry.node
    returns = spec.info.get("returns", PydanticUndefined)
    if returns is PydanticUndefined:
        returns = typing.get_type_hints(getattr(spec.wrapped, "__func__", spec.wrapped)).get("return", PydanticUndefined)
    return entry.node if returns is PydanticUndefined else build(returns, Context())


def _computed_schema(name, field, plan, g):
    node = build(field.return_type, Context(plan.config, (module_names(plan.cls),), plan.cls))
    info = FieldInfo(description=field.options.get("description") or field.__doc__, title=field.options.get("title"))
    found = field_schema(name, info, node, g, field.options.get("title"))
    found["readOnly"] = True
    return found


_ = (constrain, Serialized)
