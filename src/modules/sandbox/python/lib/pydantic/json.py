from ._dump import to_jsonable


def pydantic_encoder(value):
    return to_jsonable(value)
