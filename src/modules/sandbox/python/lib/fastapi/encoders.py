from confab_values import to_value


def jsonable_encoder(obj, *args, **kwargs):
    return to_value(obj)
