"""The base encoder and its tokenizer, fetched and loaded once, as training does."""

from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base

CACHE = Path(__file__).parent.parent / "models" / "cache"


@cache
def base():
    """Give the base encoder and its tokenizer; the files are kept in `models/cache`."""
    CACHE.mkdir(parents=True, exist_ok=True)
    weights, tokenizer = fetch(WEIGHTS, CACHE), fetch(TOKENIZER, CACHE)
    return load_base(weights), Tokenizer.from_file(str(tokenizer))
