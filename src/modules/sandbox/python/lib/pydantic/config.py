from .main import ConfigDict  # noqa: F401


class Extra:
    allow = "allow"
    ignore = "ignore"
    forbid = "forbid"


class BaseConfig:
    pass


JsonDict = dict


def with_config(config=None, /, **values):
    def decorate(cls):
        cls.__pydantic_config__ = {**(config or {}), **values}
        return cls

    return decorate
