"""The names of pydantic v1, with the behaviour of the stand-in for v2."""

from .. import *  # noqa: F403
from .. import BaseModel, Field, validator, root_validator  # noqa: F401
