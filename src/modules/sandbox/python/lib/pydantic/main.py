"""BaseModel, create_model and what belongs to them."""

import copy as _copy
import json as _json
import sys
import typing
import warnings

from . import _model as m
from ._build import Context
from ._dump import DumpState, to_text
from ._errors import Invalid, Line, PydanticUserError, ValidationError
from ._nodes import PydanticUndefined, State
from ._schema import DEFAULT_TEMPLATE, Generator
from .fields import FieldInfo, ModelPrivateAttr

_CONFIG_OF_CLASS = {"allow_population_by_field_name": "populate_by_name", "orm_mode": "from_attributes", "schema_extra": "json_schema_extra", "anystr_strip_whitespace": "str_strip_whitespace"}


class ConfigDict(dict):
    pass


class ClassProperty:
    def __init__(self, get):
        self.get = get

    def __get__(self, instance, owner=None):
        return self.get(owner)


def _config(bases, namespace, kwargs):
    found = {}
    for base in reversed(bases):
        found.update(getattr(base, "model_config", None) or {})
    own = namespace.get("model_config")
    inner = namespace.get("Config")
    if own is not None and inner is not None:
        raise PydanticUserError('"Config" and "model_config" cannot be used together', code="config-both")
    if own is not None:
        found.update(own)
    if isinstance(inner, type):
        for name in dir(inner):
            if not name.startswith("__"):
                found[_CONFIG_OF_CLASS.get(name, name)] = getattr(inner, name)
        if found.get("allow_mutation") is False:
            found["frozen"] = True
    found.update(kwargs)
    return ConfigDict(found)


class ModelMetaclass(type):
    def __new__(mcs, name, bases, namespace, __pydantic_scope__=None, __typevars__=None, **kwargs):
        if not any(isinstance(base, ModelMetaclass) for base in bases):
            return super().__new__(mcs, name, bases, namespace)
        names = __pydantic_scope__ or m.parent_names(2)
        known = {"alias_generator", "title", "extra", "frozen", "strict", "validate_assignment", "arbitrary_types_allowed", "populate_by_name", "from_attributes", "use_enum_values", "str_strip_whitespace", "validate_default", "json_schema_extra", "protected_namespaces"}
        config_kwargs = {k: kwargs.pop(k) for k in list(kwargs) if k in known}
        config = _config(bases, namespace, config_kwargs)
        namespace = dict(namespace)
        namespace["model_config"] = config
        annotations = _annotations(namespace)
        extra_annotation = annotations.pop("__pydantic_extra__", None)
        private = m.collect_private(namespace, annotations)
        m.check_unannotated(namespace, annotations, bases, config)
        namespace["__private_attributes__"] = {**_inherited(bases, "__private_attributes__"), **private}
        cls = super().__new__(mcs, name, bases, namespace, **kwargs)
        for key, attr in private.items():
            attr.__set_name__(cls, key)
        setup = type.__setattr__
        if extra_annotation is not None:
            setup(cls, "__pydantic_extra_annotation__", extra_annotation)
        setup(cls, "__pydantic_names__", names)
        setup(cls, "__pydantic_typevars__", __typevars__)
        setup(cls, "__pydantic_plan__", None)
        context = Context(config, (*names, vars(cls)), cls)
        fields = m.collect_fields(cls, annotations, context)
        if config.get("use_attribute_docstrings"):
            _docstrings(cls, fields)
        m.apply_alias_generator(fields, config)
        setup(cls, "__pydantic_fields__", fields)
        setup(cls, "__pydantic_own__", {n for n in annotations if n in fields})
        setup(cls, "__pydantic_post_init__", cls.model_post_init is not BaseModel.model_post_init)
        if config.get("frozen") and "__hash__" not in namespace:
            setup(cls, "__hash__", _frozen_hash)
        decorators = m.Decorators(cls)
        decorators.check(fields)
        m.make_plan(cls, raises=False)
        hook = getattr(super(cls, cls), "__pydantic_init_subclass__", None)
        if hook is not None:
            hook(**kwargs)
        return cls

    def __getattr__(cls, name):
        private = cls.__dict__.get("__private_attributes__", {})
        if name in private:
            return private[name]
        fields = cls.__dict__.get("__pydantic_fields__", {})
        if name == "__fields__":
            return fields
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")

    def __instancecheck__(cls, instance):
        return hasattr(type(instance), "__pydantic_fields__") and super().__instancecheck__(instance)

    @property
    def __signature__(cls):
        import inspect

        fields = cls.__dict__.get("__pydantic_fields__", {})
        parameters = []
        for name, info in fields.items():
            default = inspect.Parameter.empty if info.is_required() else info.default if info.default_factory is None else "<factory>"
            key = info.alias if isinstance(info.alias, str) and info.alias.isidentifier() else name
            parameters.append(inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=info.annotation))
        return inspect.Signature(parameters)


def _annotations(namespace):
    if m.annotationlib is not None:
        found = namespace.get("__annotations__")
        if found is not None:
            return dict(found)
        annotate = m.annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is None:
            return {}
        return dict(m.annotationlib.call_annotate_function(annotate, m.annotationlib.Format.FORWARDREF))
    return dict(namespace.get("__annotations__", {}))


def _docstrings(cls, fields):
    import ast
    import inspect
    import textwrap

    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    except (OSError, TypeError, SyntaxError):
        return
    for before, after in zip(body, body[1:]):
        if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            info = fields.get(before.target.id)
            if info is not None and info.description is None:
                info.description = inspect.cleandoc(after.value.value)


def _inherited(bases, name):
    found = {}
    for base in reversed(bases):
        found.update(getattr(base, name, None) or {})
    return found


def _frozen_hash(self):
    return hash((type(self), tuple(self.__dict__.values())))


def raise_for(cls, error):
    title = cls.model_config.get("title") or cls.__name__
    raise ValidationError(title, error.lines, bool(cls.model_config.get("hide_input_in_errors"))) from None


class BaseModel(metaclass=ModelMetaclass):
    """A class whose annotated attributes are validated."""

    __slots__ = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__", "__weakref__")
    model_config = ConfigDict()
    __pydantic_fields__ = {}
    __private_attributes__ = {}
    __pydantic_base__ = True
    __pydantic_post_init__ = False
    __pydantic_typevars__ = None
    __class_vars__ = set()
    model_fields = ClassProperty(lambda cls: cls.__pydantic_fields__)
    model_computed_fields = ClassProperty(lambda cls: m.plan_of(cls).computed)
    __fields__ = ClassProperty(lambda cls: cls.__pydantic_fields__)

    def __init__(self, /, **data):
        __tracebackhide__ = True
        cls = type(self)
        if cls is BaseModel:
            raise TypeError("BaseModel cannot be instantiated directly")
        st = State(strict=cls.model_config.get("strict"))
        try:
            found = m.validate_into(cls, data, st, self)
        except Invalid as error:
            raise_for(cls, error)
        if found is not self and found is not None:
            warnings.warn("A custom validator is returning a value other than `self`.", UserWarning, stacklevel=2)

    @classmethod
    def __pydantic_node__(cls, ctx):
        return m.ModelNode(cls)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs):
        pass

    def __pydantic_dump__(self, ds):
        return m.dump_model(type(self), self, ds)

    def __class_getitem__(cls, params):
        params = params if isinstance(params, tuple) else (params,)
        cache = cls.__dict__.get("__pydantic_generics__")
        if cache is None:
            cache = {}
            type.__setattr__(cls, "__pydantic_generics__", cache)
        try:
            if params in cache:
                return cache[params]
        except TypeError:
            cache = {}
        variables = getattr(cls, "__parameters__", ())
        if not variables:
            raise TypeError(f"{cls} cannot be parametrized because it does not inherit from typing.Generic")
        if len(params) > len(variables):
            raise TypeError(f"Too many arguments for {cls}; actual {len(params)}, expected {len(variables)}")
        shown = ", ".join(getattr(p, "__name__", None) or repr(p).replace("typing.", "") if isinstance(p, type) and not typing.get_args(p) else repr(p).replace("typing.", "") for p in params)
        if all(isinstance(p, typing.TypeVar) for p in params) and tuple(params) == tuple(variables):
            return cls
        scope = cls.__pydantic_names__
        mapping = dict(zip(variables, params))
        rest = tuple(p for p in params if isinstance(p, typing.TypeVar))
        made = ModelMetaclass(f"{cls.__name__}[{shown}]", (cls,), {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}[{shown}]", "__doc__": cls.__doc__}, __pydantic_scope__=scope, __typevars__=mapping)
        type.__setattr__(made, "__parameters__", rest)
        type.__setattr__(made, "__pydantic_generic_metadata__", {"origin": cls, "args": params, "parameters": rest})
        cache[params] = made
        return made

    # --- values

    @property
    def model_extra(self):
        return self.__pydantic_extra__

    @property
    def model_fields_set(self):
        return self.__pydantic_fields_set__

    __fields_set__ = model_fields_set

    @classmethod
    def model_construct(cls, _fields_set=None, **values):
        made = cls.__new__(cls)
        fields, given = {}, set()
        for name, info in cls.__pydantic_fields__.items():
            if info.alias and info.alias in values:
                fields[name] = values.pop(info.alias)
                given.add(name)
            elif name in values:
                fields[name] = values.pop(name)
                given.add(name)
            elif not info.is_required():
                fields[name] = info.get_default(call_default_factory=True, validated_data=fields)
        extra = dict(values) if cls.model_config.get("extra") == "allow" else None
        m.fill(made, fields, extra, given if _fields_set is None else _fields_set, None)
        return made

    def model_copy(self, *, update=None, deep=False):
        made = self.__deepcopy__() if deep else self.__copy__()
        if update:
            allow = type(self).model_config.get("extra") == "allow"
            for key, value in update.items():
                if key in type(self).__pydantic_fields__ or not allow:
                    made.__dict__[key] = value
                else:
                    if made.__pydantic_extra__ is None:
                        object.__setattr__(made, "__pydantic_extra__", {})
                    made.__pydantic_extra__[key] = value
            made.__pydantic_fields_set__.update(update)
        return made

    def model_post_init(self, context, /):
        pass

    @classmethod
    def model_rebuild(cls, *, force=False, raise_errors=True, _parent_namespace_depth=2, _types_namespace=None):
        if not force and cls.__dict__.get("__pydantic_plan__") is not None:
            return None
        frame = sys._getframe(1)
        type.__setattr__(cls, "__pydantic_names__", (*cls.__pydantic_names__, dict(frame.f_locals), _types_namespace))
        return m.make_plan(cls, raise_errors) is not None

    @classmethod
    def model_parametrized_name(cls, params):
        return f"{cls.__name__}[{', '.join(getattr(p, '__name__', repr(p)) for p in params)}]"

    # --- validation

    @classmethod
    def _run(cls, value, st):
        if st.strict is None:
            st.strict = cls.model_config.get("strict")
        try:
            return m.validate_into(cls, value, st)
        except Invalid as error:
            raise_for(cls, error)

    @classmethod
    def model_validate(cls, obj, *, strict=None, extra=None, from_attributes=None, context=None, by_alias=None, by_name=None):
        return cls._run(obj, State(strict, False, context, from_attributes, by_alias, by_name, extra))

    @classmethod
    def model_validate_json(cls, json_data, *, strict=None, extra=None, context=None, by_alias=None, by_name=None):
        try:
            value = parse_json(json_data)
        except Invalid as error:
            raise_for(cls, error)
        return cls._run(value, State(strict, True, context, None, by_alias, by_name, extra))

    @classmethod
    def model_validate_strings(cls, obj, *, strict=None, context=None, by_alias=None, by_name=None, extra=None):
        return cls._run(obj, State(strict, True, context, None, by_alias, by_name, extra))

    # --- serialization

    def model_dump(self, *, mode="python", include=None, exclude=None, **options):
        return m.dump_model(type(self), self, DumpState(mode == "json", include, exclude, **_known(options)))

    def model_dump_json(self, *, indent=None, ensure_ascii=False, include=None, exclude=None, **options):
        return to_text(m.dump_model(type(self), self, DumpState(True, include, exclude, **_known(options))), indent, ensure_ascii)

    @classmethod
    def model_json_schema(cls, by_alias=True, ref_template=DEFAULT_TEMPLATE, schema_generator=None, mode="validation", *, union_format="any_of"):
        if cls is BaseModel:
            raise AttributeError("model_json_schema() must be called on a subclass of BaseModel, not BaseModel itself.")
        g = Generator(by_alias, mode, ref_template)
        return g.finish(m.ModelNode(cls).schema(g))

    # --- names of v1

    def dict(self, *, include=None, exclude=None, by_alias=False, exclude_unset=False, exclude_defaults=False, exclude_none=False, **_):
        return self.model_dump(include=include, exclude=exclude, by_alias=by_alias, exclude_unset=exclude_unset, exclude_defaults=exclude_defaults, exclude_none=exclude_none)

    def json(self, *, include=None, exclude=None, by_alias=False, exclude_unset=False, exclude_defaults=False, exclude_none=False, encoder=None, models_as_dict=True, **options):
        if options:
            raise TypeError("`dumps_kwargs` keyword arguments are no longer supported.")
        return self.model_dump_json(include=include, exclude=exclude, by_alias=by_alias, exclude_unset=exclude_unset, exclude_defaults=exclude_defaults, exclude_none=exclude_none)

    def copy(self, *, include=None, exclude=None, update=None, deep=False):
        if include is None and exclude is None:
            return self.model_copy(update=update, deep=deep)
        ds = DumpState(False, include, exclude)
        values = {k: v for k, v in self.__dict__.items() if ds.wanted(k)}
        values.update(update or {})
        made = type(self).model_construct(**values)
        return _copy.deepcopy(made) if deep else made

    @classmethod
    def parse_obj(cls, obj):
        return cls.model_validate(obj)

    @classmethod
    def parse_raw(cls, b, *, content_type=None, encoding="utf8", proto=None, allow_pickle=False):
        return cls.model_validate_json(b)

    @classmethod
    def from_orm(cls, obj):
        return cls.model_validate(obj, from_attributes=True)

    @classmethod
    def construct(cls, _fields_set=None, **values):
        return cls.model_construct(_fields_set, **values)

    @classmethod
    def schema(cls, by_alias=True, ref_template=DEFAULT_TEMPLATE):
        return cls.model_json_schema(by_alias, ref_template)

    @classmethod
    def schema_json(cls, *, by_alias=True, ref_template=DEFAULT_TEMPLATE, **options):
        return _json.dumps(cls.model_json_schema(by_alias, ref_template), **options)

    @classmethod
    def validate(cls, value):
        return cls.model_validate(value)

    @classmethod
    def update_forward_refs(cls, **names):
        cls.model_rebuild(force=True, _types_namespace=names)

    # --- the object

    def __getattr__(self, name):
        if name.startswith("__pydantic_"):
            raise AttributeError(name)
        private = type(self).__private_attributes__
        if name in private:
            values = self.__pydantic_private__
            if values is not None and name in values:
                return values[name]
        else:
            extra = object.__getattribute__(self, "__pydantic_extra__") if _has(self, "__pydantic_extra__") else None
            if extra and name in extra:
                return extra[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name, value):
        cls = type(self)
        if name in cls.__private_attributes__:
            if self.__pydantic_private__ is None:
                object.__setattr__(self, "__pydantic_private__", {})
            self.__pydantic_private__[name] = value
            return
        info = cls.__pydantic_fields__.get(name)
        frozen = cls.model_config.get("frozen")
        if frozen or (info is not None and info.frozen):
            raise ValidationError(cls.__name__, [Line("frozen_instance" if frozen else "frozen_field", value, loc=(name,))])
        attribute = getattr(cls, name, None) if info is None else None
        if attribute is not None and hasattr(type(attribute), "__set__"):
            type(attribute).__set__(attribute, self, value)
            return
        if name.startswith("_") and info is None:
            object.__setattr__(self, name, value)
            return
        if info is None:
            self._set_extra(name, value)
            return
        if cls.model_config.get("validate_assignment"):
            self._assign(name, value)
            return
        self.__dict__[name] = value
        self.__pydantic_fields_set__.add(name)

    def _set_extra(self, name, value):
        if type(self).model_config.get("extra") != "allow":
            raise ValueError(f'"{type(self).__name__}" object has no field "{name}"')
        if self.__pydantic_extra__ is None:
            object.__setattr__(self, "__pydantic_extra__", {})
        self.__pydantic_extra__[name] = value

    def _assign(self, name, value):
        cls = type(self)
        plan = m.plan_of(cls)
        st = State(strict=cls.model_config.get("strict"))
        st.data = {k: v for k, v in self.__dict__.items() if k != name}
        try:
            try:
                found = plan.by_name[name].node.validate(value, st)
            except Invalid as error:
                raise error.within(name)
            before = dict(self.__dict__)
            self.__dict__[name] = found
            self.__pydantic_fields_set__.add(name)
            try:
                for mode, item, _ in plan.outer:
                    if mode == "after":
                        m._outer(lambda v: self, mode, item, plan, st)(self)
            except BaseException:
                object.__setattr__(self, "__dict__", before)
                raise
        except Invalid as error:
            raise_for(cls, error)

    def __delattr__(self, name):
        if name in type(self).__private_attributes__ and self.__pydantic_private__ is not None:
            self.__pydantic_private__.pop(name, None)
        elif type(self).model_config.get("frozen"):
            raise ValidationError(type(self).__name__, [Line("frozen_instance", None, loc=(name,))])
        elif self.__pydantic_extra__ and name in self.__pydantic_extra__:
            del self.__pydantic_extra__[name]
        else:
            object.__delattr__(self, name)

    def __eq__(self, other):
        if not isinstance(other, BaseModel):
            return NotImplemented
        mine, theirs = _origin(type(self)), _origin(type(other))
        if mine is not theirs:
            return False
        return (
            self.__dict__ == other.__dict__
            and (self.__pydantic_private__ or None) == (other.__pydantic_private__ or None)
            and (self.__pydantic_extra__ or None) == (other.__pydantic_extra__ or None)
        )

    __hash__ = None

    def __iter__(self):
        yield from [(k, v) for k, v in self.__dict__.items() if not k.startswith("_")]
        yield from (self.__pydantic_extra__ or {}).items()

    def __copy__(self):
        return self._clone(lambda value: _copy.copy(value))

    def __deepcopy__(self, memo=None):
        return self._clone(lambda value: _copy.deepcopy(value, memo))

    def _clone(self, take):
        made = type(self).__new__(type(self))
        put = object.__setattr__
        put(made, "__dict__", take(self.__dict__))
        put(made, "__pydantic_fields_set__", _copy.copy(self.__pydantic_fields_set__))
        put(made, "__pydantic_extra__", take(self.__pydantic_extra__))
        put(made, "__pydantic_private__", None if self.__pydantic_private__ is None else take(self.__pydantic_private__))
        return made

    def __getstate__(self):
        return {"__dict__": self.__dict__, "__pydantic_fields_set__": self.__pydantic_fields_set__, "__pydantic_extra__": self.__pydantic_extra__, "__pydantic_private__": self.__pydantic_private__}

    def __setstate__(self, state):
        for key, value in state.items():
            object.__setattr__(self, key, value)

    def __repr_args__(self):
        fields = type(self).__pydantic_fields__
        for name, value in self.__dict__.items():
            info = fields.get(name)
            if info is None or info.repr:
                yield name, "..." if value is self else value
        yield from (self.__pydantic_extra__ or {}).items()
        for name, field in m.plan_of(type(self)).computed.items():
            if field.options.get("repr", True):
                yield name, getattr(self, name)

    def __repr__(self):
        return f"{type(self).__name__}({self.__repr_str__(', ')})"

    def __str__(self):
        return self.__repr_str__(" ")

    def __repr_str__(self, joint):
        return joint.join(repr(v) if n is None else f"{n}={v!r}" for n, v in self.__repr_args__())

    def __rich_repr__(self):
        yield from self.__repr_args__()


def _has(instance, name):
    try:
        object.__getattribute__(instance, name)
    except AttributeError:
        return False
    return True


def _origin(cls):
    return getattr(cls, "__pydantic_generic_metadata__", {}).get("origin") or cls


_OPTIONS = ("by_alias", "exclude_unset", "exclude_defaults", "exclude_none", "exclude_computed_fields", "round_trip", "serialize_as_any", "context", "fallback")


def _known(options):
    for name in options:
        if name not in (*_OPTIONS, "warnings"):
            raise TypeError(f"BaseModel.model_dump() got an unexpected keyword argument '{name}'")
    return {k: v for k, v in options.items() if k in _OPTIONS}


def parse_json(data):
    if not isinstance(data, (str, bytes, bytearray)):
        raise Invalid([Line("json_type", data)])
    try:
        return _json.loads(data)
    except (ValueError, UnicodeDecodeError) as error:
        raise Invalid([Line("json_invalid", data, {"error": _json_problem(error, data)})]) from None


def _json_problem(error, data):
    text = data if isinstance(data, str) else bytes(data).decode("utf-8", "replace")
    message = getattr(error, "msg", str(error))
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    if not text.strip():
        return f"EOF while parsing a value at line {line} column {len(text)}"
    if message.startswith("Expecting property name"):
        if error.pos >= len(text):
            return f"EOF while parsing an object at line {line} column {column - 1}"
        return f"key must be a string at line {line} column {column}"
    if message.startswith("Expecting value"):
        if error.pos >= len(text):
            return f"EOF while parsing a value at line {line} column {column - 1}"
        start = text[error.pos : error.pos + 1]
        return f"expected {'ident' if start in 'tfn' else 'value'} at line {line} column {column + (1 if start in 'tfn' else 0)}"
    if message.startswith("Extra data"):
        return f"trailing characters at line {line} column {column}"
    if message.startswith("Expecting ',' delimiter"):
        return f"expected `,` or `}}` at line {line} column {column}" if error.pos < len(text) else f"EOF while parsing an object at line {line} column {column - 1}"
    if message.startswith("Unterminated string"):
        return f"EOF while parsing a string at line {line} column {len(text)}"
    return f"{message} at line {line} column {column}"


RootModelRootType = typing.TypeVar("RootModelRootType")


class RootModel(BaseModel, typing.Generic[RootModelRootType]):
    """A model of one value that is no object."""

    __pydantic_base__ = True
    __pydantic_root_model__ = True
    root: RootModelRootType

    def __init__(self, /, root=PydanticUndefined, **data):
        cls = type(self)
        if data:
            if root is not PydanticUndefined:
                raise ValueError('"RootModel.__init__" accepts either a single positional argument or arbitrary keyword arguments')
            root = data
        st = State(strict=cls.model_config.get("strict"))
        try:
            m.validate_into(cls, root, st, self)
        except Invalid as error:
            raise_for(cls, error)

    @classmethod
    def model_construct(cls, root, _fields_set=None):
        return super().model_construct(root=root, _fields_set=_fields_set)

    def __eq__(self, other):
        return super().__eq__(other) if isinstance(other, RootModel) else NotImplemented

    def __repr_args__(self):
        yield "root", self.root

    def __init_subclass__(cls, **kwargs):
        extra = cls.__dict__.get("model_config", {}).get("extra")
        if extra is not None:
            raise PydanticUserError("`RootModel` does not support setting `model_config['extra']`", code="root-model-extra")
        super().__init_subclass__(**kwargs)


def create_model(model_name, /, *, __config__=None, __doc__=None, __base__=None, __module__=None, __validators__=None, __cls_kwargs__=None, __qualname__=None, **field_definitions):
    """A model class from names, types and defaults."""
    if __base__ is not None and __config__ is not None:
        raise PydanticUserError("The `__config__` and `__base__` arguments are mutually exclusive", code="create-model-config-base")
    bases = (BaseModel,) if __base__ is None else __base__ if isinstance(__base__, tuple) else (__base__,)
    frame = sys._getframe(1)
    annotations, namespace = {}, {}
    for name, definition in field_definitions.items():
        if name.startswith("_"):
            warnings.warn(f'fields may not start with an underscore, ignoring "{name}"', RuntimeWarning, stacklevel=2)
            continue
        if isinstance(definition, tuple):
            annotations[name], namespace[name] = definition
            if namespace[name] is ...:
                namespace[name] = PydanticUndefined
        else:
            annotations[name] = definition
        if namespace.get(name) is PydanticUndefined:
            namespace.pop(name)
    values = {"__module__": __module__ or frame.f_globals.get("__name__", __name__), "__qualname__": __qualname__ or model_name, "__annotations__": annotations, **namespace}
    if __doc__:
        values["__doc__"] = __doc__
    if __validators__:
        values.update(__validators__)
    if __config__:
        values["model_config"] = ConfigDict(__config__)
    return ModelMetaclass(model_name, bases, values, __pydantic_scope__=(frame.f_globals, None), **(__cls_kwargs__ or {}))


_ = (FieldInfo, ModelPrivateAttr)
