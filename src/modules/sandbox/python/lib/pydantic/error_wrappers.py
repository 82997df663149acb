from ._errors import ValidationError  # noqa: F401
