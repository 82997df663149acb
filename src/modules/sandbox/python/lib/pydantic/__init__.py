"""Stand-in for pydantic 2: pure Python, for tools and functions in the sandbox.

It covers what tools of the Open WebUI community use. What it does not know fails with a clear error instead of
passing unvalidated values.
"""

from ._errors import (
    VERSION,
    PydanticImportError,
    PydanticInvalidForJsonSchema,
    PydanticSchemaGenerationError,
    PydanticUndefinedAnnotation,
    PydanticUserError,
    ValidationError,
)
from ._functions import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    FieldValidationInfo,
    ImportString,
    InstanceOf,
    PlainSerializer,
    PlainValidator,
    SerializationInfo,
    FieldSerializationInfo,
    SerializerFunctionWrapHandler,
    SerializeAsAny,
    SkipValidation,
    Strict,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    WrapSerializer,
    WrapValidator,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
    root_validator,
    validator,
)
from ._nodes import Handler as ValidatorFunctionWrapHandler
from .config import BaseConfig, ConfigDict, Extra, with_config
from .fields import AliasChoices, AliasGenerator, AliasPath, Field, PrivateAttr, computed_field
from .main import BaseModel, RootModel, create_model
from .networks import (
    AnyHttpUrl,
    AnyUrl,
    AnyWebsocketUrl,
    EmailStr,
    FileUrl,
    FtpUrl,
    HttpUrl,
    IPvAnyAddress,
    MongoDsn,
    NameEmail,
    PostgresDsn,
    RedisDsn,
    UrlConstraints,
    WebsocketUrl,
    validate_email,
)
from .type_adapter import TypeAdapter, parse_obj_as, schema_of
from .types import (
    UUID1,
    UUID3,
    UUID4,
    UUID5,
    UUID6,
    UUID7,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    Base64UrlBytes,
    Base64UrlStr,
    ByteSize,
    DirectoryPath,
    FilePath,
    FiniteFloat,
    FutureDate,
    FutureDatetime,
    Json,
    NaiveDatetime,
    NegativeFloat,
    NegativeInt,
    NewPath,
    NonNegativeFloat,
    NonNegativeInt,
    NonPositiveFloat,
    NonPositiveInt,
    PastDate,
    PastDatetime,
    PositiveFloat,
    PositiveInt,
    Secret,
    SecretBytes,
    SecretStr,
    StrictBool,
    StrictBytes,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    conbytes,
    condate,
    condecimal,
    confloat,
    confrozenset,
    conint,
    conlist,
    conset,
    constr,
)
from .validate_call_decorator import validate_arguments, validate_call
from . import dataclasses  # noqa: E402  (after everything it needs)

JsonValue = object
__version__ = VERSION
__all__ = [name for name in dir() if not name.startswith("_")]


def __getattr__(name):
    if name == "BaseSettings":
        raise PydanticImportError(
            "`BaseSettings` has been moved to the `pydantic-settings` package. See https://docs.pydantic.dev/2.12/migration/#basesettings-has-moved-to-pydantic-settings for more details.",
            code="import-error",
        )
    raise AttributeError(f"module 'pydantic' has no attribute {name!r}")
