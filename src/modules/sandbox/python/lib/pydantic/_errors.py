"""Errors of validation, with the texts and shapes of pydantic v2."""

import json

VERSION = "2.12.5"
_URL = "https://errors.pydantic.dev/2.12/v/"

_TEMPLATES = {
    "missing": "Field required",
    "frozen_field": "Field is frozen",
    "frozen_instance": "Instance is frozen",
    "extra_forbidden": "Extra inputs are not permitted",
    "no_such_attribute": "Object has no attribute '{attribute}'",
    "invalid_key": "Keys should be strings",
    "get_attribute_error": "Error extracting attribute: {error}",
    "json_invalid": "Invalid JSON: {error}",
    "json_type": "JSON input should be string, bytes or bytearray",
    "needs_python_object": "Cannot check `{method_name}` when validating from json, use a JsonOrPython validator instead",
    "recursion_loop": "Recursion error - cyclic reference detected",
    "model_type": "Input should be a valid dictionary or instance of {class_name}",
    "model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
    "dataclass_type": "Input should be a dictionary or an instance of {class_name}",
    "dataclass_exact_type": "Input should be an instance of {class_name}",
    "none_required": "Input should be None",
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be greater than or equal to {ge}",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be less than or equal to {le}",
    "multiple_of": "Input should be a multiple of {multiple_of}",
    "finite_number": "Input should be a finite number",
    "too_short": "{field_type} should have at least {min_length} item{s} after validation, not {actual_length}",
    "too_long": "{field_type} should have at most {max_length} item{s} after validation, not {actual_length}",
    "sequence_str": "'{type_name}' instances are not allowed as a Sequence value",
    "iterable_type": "Input should be iterable",
    "string_type": "Input should be a valid string",
    "string_sub_type": "Input should be a string, not an instance of a subclass of str",
    "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
    "string_too_short": "String should have at least {min_length} character{s}",
    "string_too_long": "String should have at most {max_length} character{s}",
    "string_pattern_mismatch": "String should match pattern '{pattern}'",
    "enum": "Input should be {expected}",
    "dict_type": "Input should be a valid dictionary",
    "mapping_type": "Input should be a valid mapping, error: {error}",
    "list_type": "Input should be a valid list",
    "tuple_type": "Input should be a valid tuple",
    "set_type": "Input should be a valid set",
    "set_item_not_hashable": "Set items should be hashable",
    "frozen_set_type": "Input should be a valid frozenset",
    "bool_type": "Input should be a valid boolean",
    "bool_parsing": "Input should be a valid boolean, unable to interpret input",
    "int_type": "Input should be a valid integer",
    "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
    "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "float_type": "Input should be a valid number",
    "float_parsing": "Input should be a valid number, unable to parse string as a number",
    "complex_type": "Input should be a valid python complex object, a number, or a valid complex string following the rules at https://docs.python.org/3/library/functions.html#complex",
    "complex_str_parsing": "Input should be a valid complex string following the rules at https://docs.python.org/3/library/functions.html#complex",
    "bytes_type": "Input should be a valid bytes",
    "bytes_too_short": "Data should have at least {min_length} byte{s}",
    "bytes_too_long": "Data should have at most {max_length} byte{s}",
    "value_error": "Value error, {error}",
    "assertion_error": "Assertion failed, {error}",
    "literal_error": "Input should be {expected}",
    "date_type": "Input should be a valid date",
    "date_parsing": "Input should be a valid date in the format YYYY-MM-DD, {error}",
    "date_from_datetime_parsing": "Input should be a valid date or datetime, {error}",
    "date_from_datetime_inexact": "Datetimes provided to dates should have zero time - e.g. be exact dates",
    "date_past": "Date should be in the past",
    "date_future": "Date should be in the future",
    "time_type": "Input should be a valid time",
    "time_parsing": "Input should be in a valid time format, {error}",
    "datetime_type": "Input should be a valid datetime",
    "datetime_parsing": "Input should be a valid datetime, {error}",
    "datetime_object_invalid": "Invalid datetime object, got {error}",
    "datetime_from_date_parsing": "Input should be a valid datetime or date, {error}",
    "datetime_past": "Input should be in the past",
    "datetime_future": "Input should be in the future",
    "timezone_naive": "Input should not have timezone info",
    "timezone_aware": "Input should have timezone info",
    "time_delta_type": "Input should be a valid timedelta",
    "time_delta_parsing": "Input should be a valid timedelta, {error}",
    "is_instance_of": "Input should be an instance of {class}",
    "is_subclass_of": "Input should be a subclass of {class}",
    "callable_type": "Input should be callable",
    "union_tag_invalid": "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: {expected_tags}",
    "union_tag_not_found": "Unable to extract tag using discriminator {discriminator}",
    "missing_argument": "Missing required argument",
    "unexpected_keyword_argument": "Unexpected keyword argument",
    "unexpected_positional_argument": "Unexpected positional argument",
    "multiple_argument_values": "Got multiple values for argument",
    "missing_positional_only_argument": "Missing required positional only argument",
    "missing_keyword_only_argument": "Missing required keyword only argument",
    "url_type": "URL input should be a string or URL",
    "url_parsing": "Input should be a valid URL, {error}",
    "url_scheme": "URL scheme should be {expected_schemes}",
    "url_too_long": "URL should have at most {max_length} character{s}",
    "uuid_type": "UUID input should be a string, bytes or UUID object",
    "uuid_parsing": "Input should be a valid UUID, {error}",
    "uuid_version": "UUID version {expected_version} expected",
    "decimal_type": "Decimal input should be an integer, float, string or Decimal object",
    "decimal_parsing": "Input should be a valid decimal",
    "decimal_max_digits": "Decimal input should have no more than {max_digits} digit{s} in total",
    "decimal_max_places": "Decimal input should have no more than {decimal_places} decimal place{s}",
    "decimal_whole_digits": "Decimal input should have no more than {whole_digits} digit{s} before the decimal point",
    "path_type": "Input is not a valid path for {cls}",
    "path_not_file": "Path does not point to a file",
    "path_not_directory": "Path does not point to a directory",
    "path_exists": "Path already exists",
    "pattern_type": "Input should be a valid pattern",
    "pattern_regex": "Input should be a valid regular expression",
    "ip_v4_address": "Input is not a valid IPv4 address",
    "ip_v6_address": "Input is not a valid IPv6 address",
    "ip_any_address": "value is not a valid IPv4 or IPv6 address",
    "named_tuple_type": "Input should be a valid named tuple",
    "default_factory_not_called": "The default factory uses validated data, but at least one validation error occurred",
}
_CUSTOM = {"ip_any_address", "ip_v4_address", "ip_v6_address", "sequence_str", "pattern_type", "pattern_regex", "path_type", "path_not_file", "path_not_directory", "path_exists"}
_PLURAL = ("min_length", "max_length", "max_digits", "decimal_places", "whole_digits")


class PydanticErrorMixin:
    def __init__(self, message, *, code=None):
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self):
        if self.code is None:
            return self.message
        return f"{self.message}\n\nFor further information visit https://errors.pydantic.dev/2.12/u/{self.code}"


class PydanticUserError(PydanticErrorMixin, RuntimeError):
    """A model is declared wrongly."""


class PydanticUndefinedAnnotation(PydanticErrorMixin, NameError):
    def __init__(self, name, message):
        self.name = name
        super().__init__(message=message, code="undefined-annotation")


class PydanticImportError(PydanticErrorMixin, ImportError):
    pass


class PydanticSchemaGenerationError(PydanticUserError):
    def __init__(self, message):
        super().__init__(message, code="schema-for-unknown-type")


class PydanticInvalidForJsonSchema(PydanticUserError):
    def __init__(self, message):
        super().__init__(message, code="invalid-for-json-schema")


class PydanticSerializationError(ValueError):
    pass


class PydanticOmit(Exception):
    pass


class PydanticUseDefault(Exception):
    pass


class PydanticCustomError(ValueError):
    """An error of a validator with a type and a message template of its own."""

    def __init__(self, error_type, message_template, context=None):
        super().__init__(error_type, message_template, context)
        self.type = error_type
        self.message_template = message_template
        self.context = context

    def message(self):
        text = self.message_template
        for key, value in (self.context or {}).items():
            text = text.replace("{" + key + "}", str(value))
        return text

    def __str__(self):
        return self.message()


class PydanticKnownError(ValueError):
    def __init__(self, error_type, context=None):
        super().__init__(error_type, context)
        self.type = error_type
        self.context = context

    def message(self):
        return render(self.type, self.context or {})

    __str__ = message


def render(kind, ctx):
    """The text of a known error."""
    values = {k: _number(v) for k, v in ctx.items()}
    for key in _PLURAL:
        if key in ctx:
            values["s"] = "" if ctx[key] == 1 else "s"
    return _TEMPLATES[kind].format(**values)


def _number(value):
    if isinstance(value, float) and value == value and value not in (float("inf"), float("-inf")) and value == int(value):
        return str(int(value))
    return value


class Line:
    """One error: what, where, and the input that caused it."""

    __slots__ = ("type", "loc", "msg", "input", "ctx", "custom")

    def __init__(self, kind, value, ctx=None, loc=(), msg=None, custom=False):
        self.type = kind
        self.loc = tuple(loc)
        self.input = value
        self.ctx = ctx
        self.custom = custom or kind in _CUSTOM
        self.msg = render(kind, ctx or {}) if msg is None else msg


class Invalid(Exception):
    """Raised inside the stand-in; leaves it as ValidationError."""

    def __init__(self, lines):
        self.lines = lines

    def within(self, *loc):
        for line in self.lines:
            line.loc = loc + line.loc
        return self


def fail(kind, value, **ctx):
    return Invalid([Line(kind, value, ctx or None)])


def from_exception(error, value):
    """What a validator function raised, as lines."""
    if isinstance(error, ValidationError):
        return Invalid([copy_line(line) for line in error._lines])
    if isinstance(error, PydanticCustomError):
        return Invalid([Line(error.type, value, error.context, msg=error.message(), custom=True)])
    if isinstance(error, PydanticKnownError):
        return Invalid([Line(error.type, value, error.context)])
    kind = "assertion_error" if isinstance(error, AssertionError) else "value_error"
    return Invalid([Line(kind, value, {"error": error})])


def copy_line(line):
    return Line(line.type, line.input, line.ctx, line.loc, line.msg, line.custom)


def _short(value):
    try:
        text = repr(value)
    except Exception as error:
        text = f"<unprintable {type(value).__name__} object>" if error else ""
    return text if len(text) <= 50 else f"{text[:25]}...{text[-24:]}"


def _loc(item):
    text = str(item)
    return f"`{text}`" if isinstance(item, str) and "." in text else text


class ValidationError(ValueError):
    """Says what does not fit; its text is that of pydantic."""

    def __init__(self, title, lines, hide_input=False, input_type="python"):
        super().__init__(title)
        self._title = title
        self._lines = lines
        self._hide_input = hide_input

    @classmethod
    def from_exception_data(cls, title, line_errors, input_type="python", hide_input=False):
        lines = []
        for item in line_errors:
            kind = item["type"]
            ctx, loc, value = item.get("ctx"), item.get("loc", ()), item.get("input")
            if isinstance(kind, PydanticCustomError):
                lines.append(Line(kind.type, value, kind.context, loc, kind.message(), True))
            else:
                lines.append(Line(kind, value, ctx, loc))
        return cls(title, lines, hide_input)

    @property
    def title(self):
        return self._title

    def error_count(self):
        return len(self._lines)

    def errors(self, *, include_url=True, include_context=True, include_input=True):
        found = []
        for line in self._lines:
            item = {"type": line.type, "loc": line.loc, "msg": line.msg}
            if include_input:
                item["input"] = line.input
            if include_context and line.ctx:
                item["ctx"] = dict(line.ctx)
            if include_url and not line.custom:
                item["url"] = _URL + line.type
            found.append(item)
        return found

    def json(self, *, indent=None, include_url=True, include_context=True, include_input=True):
        from ._dump import to_jsonable

        items = self.errors(include_url=include_url, include_context=include_context, include_input=include_input)
        for item in items:
            for key, value in (item.get("ctx") or {}).items():
                if isinstance(value, Exception):
                    item["ctx"][key] = str(value)
        separators = (",", ":") if indent is None else None
        return json.dumps(to_jsonable(items, fallback=repr), indent=indent, separators=separators, ensure_ascii=False)

    def __str__(self):
        count = len(self._lines)
        rows = [f"{count} validation error{'' if count == 1 else 's'} for {self._title}"]
        for line in self._lines:
            if line.loc:
                rows.append(".".join(_loc(item) for item in line.loc))
            about = f"type={line.type}"
            if not self._hide_input:
                about += f", input_value={_short(line.input)}, input_type={type(line.input).__name__}"
            rows.append(f"  {line.msg} [{about}]")
            if not line.custom:
                rows.append(f"    For further information visit {_URL}{line.type}")
        return "\n".join(rows)

    __repr__ = __str__

    def __reduce__(self):
        return (ValidationError, (self._title, self._lines, self._hide_input))
