"""What code imports from pydantic_core directly."""

from pydantic._dump import to_jsonable, to_text
from pydantic._errors import (  # noqa: F401
    PydanticCustomError,
    PydanticKnownError,
    PydanticOmit,
    PydanticSerializationError,
    PydanticUseDefault,
    ValidationError,
)
from pydantic._nodes import PydanticUndefined  # noqa: F401
from pydantic.networks import AnyUrl as Url  # noqa: F401

PydanticUndefinedType = type(PydanticUndefined)
ErrorDetails = InitErrorDetails = dict


def to_jsonable_python(value, *, fallback=None, by_alias=True, exclude_none=False, **_):
    return to_jsonable(value, fallback=fallback, by_alias=by_alias, exclude_none=exclude_none)


def to_json(value, *, indent=None, fallback=None, by_alias=True, exclude_none=False, **_):
    return to_text(to_jsonable(value, fallback=fallback, by_alias=by_alias, exclude_none=exclude_none), indent).encode()


def from_json(data, **_):
    import json

    return json.loads(data)
