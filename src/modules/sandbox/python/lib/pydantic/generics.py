from .main import BaseModel as GenericModel  # noqa: F401
