from .type_adapter import parse_obj_as, schema_of  # noqa: F401
