from ._functions import PlainSerializer, SerializeAsAny, WrapSerializer, field_serializer, model_serializer  # noqa: F401
