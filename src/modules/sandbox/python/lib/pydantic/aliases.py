from .fields import AliasChoices, AliasGenerator, AliasPath  # noqa: F401
