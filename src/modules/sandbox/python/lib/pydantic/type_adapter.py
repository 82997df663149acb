"""Validation and schema of any type."""

import sys

from ._build import Context, build
from ._dump import DumpState, to_text
from ._errors import Invalid, PydanticUserError, ValidationError
from ._nodes import PydanticUndefined, State
from ._schema import DEFAULT_TEMPLATE, Generator
from .main import parse_json


class TypeAdapter:
    def __class_getitem__(cls, item):
        return cls

    def __init__(self, type, *, config=None, _parent_depth=2, module=None):
        frame = sys._getframe(1)
        if config is not None and hasattr(type, "__pydantic_fields__"):
            raise PydanticUserError("Cannot use `config` when the type is a BaseModel, dataclass or TypedDict. These types can have their own config and setting the config via the `config` parameter to TypeAdapter will not override it, thus the `config` you passed to TypeAdapter becomes meaningless, which is probably not what you want.", code="type-adapter-config-unused")
        self._type = type
        self._config = config or {}
        self._node = build(type, Context(self._config, (frame.f_globals, frame.f_locals)))

    def _run(self, value, st):
        if st.strict is None:
            st.strict = self._config.get("strict")
        try:
            return self._node.validate(value, st)
        except Invalid as error:
            raise ValidationError(self._node.label, error.lines) from None

    def validate_python(self, object, /, *, strict=None, extra=None, from_attributes=None, context=None, experimental_allow_partial=False, by_alias=None, by_name=None):
        return self._run(object, State(strict, False, context, from_attributes, by_alias, by_name, extra))

    def validate_json(self, data, /, *, strict=None, extra=None, context=None, experimental_allow_partial=False, by_alias=None, by_name=None):
        try:
            value = parse_json(data)
        except Invalid as error:
            raise ValidationError(self._node.label, error.lines) from None
        return self._run(value, State(strict, True, context, None, by_alias, by_name, extra))

    def validate_strings(self, obj, /, *, strict=None, extra=None, context=None, experimental_allow_partial=False, by_alias=None, by_name=None):
        return self._run(obj, State(strict, True, context, None, by_alias, by_name, extra))

    def dump_python(self, instance, /, *, mode="python", include=None, exclude=None, warnings=True, **options):
        ds = DumpState(mode == "json", include, exclude, **options)
        return self._node.dump(instance, ds) if self._node.accepts(instance) else ds.infer(instance)

    def dump_json(self, instance, /, *, indent=None, include=None, exclude=None, warnings=True, ensure_ascii=False, **options):
        return to_text(self.dump_python(instance, mode="json", include=include, exclude=exclude, **options), indent, ensure_ascii).encode()

    def json_schema(self, *, by_alias=True, ref_template=DEFAULT_TEMPLATE, schema_generator=None, mode="validation", union_format="any_of"):
        g = Generator(by_alias, mode, ref_template)
        return g.finish(self._node.schema(g))

    def get_default_value(self, *, strict=None, context=None):
        return None

    def rebuild(self, **options):
        return None

    def __repr__(self):
        return f"TypeAdapter({getattr(self._type, '__name__', self._type)})"


def parse_obj_as(type_, obj, type_name=None):
    return TypeAdapter(type_).validate_python(obj)


def schema_of(type_, *, title=None, by_alias=True, ref_template=DEFAULT_TEMPLATE):
    found = TypeAdapter(type_).json_schema(by_alias=by_alias, ref_template=ref_template)
    if title is not None:
        found["title"] = title if isinstance(title, str) else title(type_)
    return found


_ = PydanticUndefined
