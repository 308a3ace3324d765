"""One regular expression for many words, that shares their beginnings."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["trie_pattern"]

_Node = dict[str, "_Node"]


def trie_pattern(words: Iterable[str]) -> str:
    """Pattern of any of the words, the longest first; no word may be empty.

    >>> trie_pattern(["day", "days", "week"])
    '(?:day(?:s)?|week)'
    """
    root: _Node = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _pattern(root)


def _pattern(node: _Node) -> str:
    ends = "" in node
    branches = [_branch(key, node[key]) for key in sorted(node) if key]
    if not branches:
        return ""
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"


def _branch(character: str, node: _Node) -> str:
    return re.escape(character) + _pattern(node)
