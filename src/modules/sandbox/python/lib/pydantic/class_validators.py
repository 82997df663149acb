from ._functions import root_validator, validator  # noqa: F401
