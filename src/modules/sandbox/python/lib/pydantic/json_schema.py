from ._functions import SkipJsonSchema, WithJsonSchema  # noqa: F401
from ._schema import Generator as GenerateJsonSchema  # noqa: F401

JsonSchemaValue = dict
DEFAULT_REF_TEMPLATE = "#/$defs/{model}"


class Examples:
    def __init__(self, examples, mode=None):
        self.examples = examples

    def __pydantic_apply__(self, node, ctx):
        from ._nodes import Serialized

        return Serialized(node, None, lambda inner, g: {**inner.schema(g), "examples": self.examples})


def model_json_schema(cls, **options):
    return cls.model_json_schema(**options)
