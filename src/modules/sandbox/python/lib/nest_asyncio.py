"""Stand-in for nest_asyncio: loops can be nested here anyway."""


def apply(loop=None):
    pass
