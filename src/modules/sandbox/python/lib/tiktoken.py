"""Stand-in for tiktoken without its vocabularies: the number of tokens is an estimate, decode(encode(x)) is exact."""

import re

_PIECES = re.compile(r"'(?:[sdmt]|ll|ve|re)|[^\r\n\w]?[^\W\d_]+|\d{1,3}| ?[^\s\w]+[\r\n]*|_+|\s*[\r\n]|\s+(?!\S)|\s+")
_LONG = 6


class Encoding:
    """Words of up to six letters count as one token, longer ones as several; every id stands for one piece of text."""

    def __init__(self, name):
        self.name = name
        self.n_vocab = self.max_token_value = 200_000
        self.eot_token = 199_999
        self._ids = {}
        self._texts = []

    def _id(self, piece):
        found = self._ids.get(piece)
        if found is None:
            found = self._ids[piece] = len(self._texts)
            self._texts.append(piece)
        return found

    def encode(self, text, *, allowed_special=(), disallowed_special="all"):
        found = []
        for match in _PIECES.finditer(text):
            piece = match.group()
            size = _LONG if piece.isascii() else 2
            for start in range(0, len(piece), size) if len(piece) > size + 1 else (0,):
                found.append(self._id(piece[start : start + size] if len(piece) > size + 1 else piece))
        return found

    def encode_ordinary(self, text):
        return self.encode(text)

    def encode_batch(self, texts, **_):
        return [self.encode(text) for text in texts]

    def decode(self, tokens, errors="replace"):
        return "".join(self._texts[token] for token in tokens)

    def decode_single_token_bytes(self, token):
        return self._texts[token].encode()

    def __repr__(self):
        return f"<Encoding {self.name!r}>"


_made = {}


def get_encoding(encoding_name):
    return _made.setdefault(encoding_name, Encoding(encoding_name))


def encoding_for_model(model_name):
    return get_encoding("o200k_base" if model_name.startswith(("gpt-4o", "o1", "o3", "gpt-4.1", "gpt-5")) else "cl100k_base")


def encoding_name_for_model(model_name):
    return encoding_for_model(model_name).name


def list_encoding_names():
    return ["gpt2", "r50k_base", "p50k_base", "cl100k_base", "o200k_base"]
