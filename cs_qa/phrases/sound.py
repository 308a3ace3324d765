"""Chinese phrases by their sound: what counts of phrases found in a `pinyin_key`."""

from __future__ import annotations

from collections.abc import Mapping

from cs_qa.text.pinyin import homophone_fold

__all__ = ["SOUNDS_LIKE", "WORTH_ALONE", "WORTH_ANYWHERE", "sound_fold"]

SOUNDS_LIKE = frozenset({"zh"})
"""Languages whose phrases are looked for by sound, too."""

WORTH_ANYWHERE = 4
WORTH_ALONE = 3
"""Syllables from which a phrase found by its sound is no accident: anywhere, or alone."""


def sound_fold(fold: Mapping[int, str]) -> dict[int, str]:
    """A fold that reads every character as the one that stands for its sound."""
    pairs = [(sound, others) for sound, others in homophone_fold().items()]
    sounds = str.maketrans({other: sound for sound, others in pairs for other in others})
    return {**sounds, **{old: new.translate(sounds) for old, new in fold.items()}}
