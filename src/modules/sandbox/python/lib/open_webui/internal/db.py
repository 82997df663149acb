def get_db(*args, **kwargs):
    raise RuntimeError("The database of the server is not available to tools and functions")


get_session = get_db
