import pytest

from cs_qa.phrases.lexicon import Lexicon, find_hits
from cs_qa.phrases.sound import sound_fold

FILE = """
language = "zh"
version = "1"
[fold]
"你" = "您"
[guards]
particles = ["亲", "啊"]
[[phrase]]
label = "deflecting"
strength = "strong"
phrases = ["不知道", "关我什么事", "你自己看着办", "看？"]
[[phrase]]
label = "hostile"
strength = "strong"
scope = "turn"
phrases = ["有完没完啊"]
[[phrase]]
label = "deflecting"
strength = "weak"
phrases = ["随便你怎样"]
[[except]]
phrases = ["关我什么事业"]
"""


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("sound") / "zh.toml"
    path.write_text(FILE, encoding="utf-8")
    return Lexicon.load(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # pinyin, with and without tones and spaces
        ("guan wo shen me shi", ["guan wo shen me shi"]),
        ("亲，guānwǒshénmeshì！", ["guānwǒshénmeshì"]),
        # characters that sound alike
        ("你字己看着办吧", ["你字己看着办"]),
        ("您字己看着办吧", ["您字己看着办"]),
        # three syllables must stand alone, two are no evidence
        ("亲布知道啊。", ["布知道"]),
        ("这布知道路。", []),
        ("坎？", []),
        # scopes, weak phrases and exceptions
        ("有玩没玩啊", ["有玩没玩啊"]),
        ("您有玩没玩啊", []),
        ("随边你怎样", []),
        ("管我什么事业", []),
        # as it is written it is no disguise
        ("您自己看着办", []),
    ],
)
def test_chinese_is_heard(lexicon: Lexicon, text: str, expected: list[str]) -> None:
    hits = find_hits(text, language="zh", conversation_language="zh", lexicons={"zh": lexicon})
    heard = [hit for hit in hits if hit.suspected and hit.guard is None]
    assert [text[hit.start : hit.end] for hit in heard] == expected


def test_a_fold_is_applied_before_the_sound() -> None:
    fold = sound_fold(str.maketrans({"您": "你", "A": "a"}))
    assert fold[ord("您")] == "你".translate(fold)
    assert fold[ord("A")] == "a"
