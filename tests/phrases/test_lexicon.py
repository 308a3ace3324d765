from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import LexiconError
from cs_qa.phrases.hits import Exempt, Hit, strongest
from cs_qa.phrases.lexicon import Lexicon, exemptions, find_hits, load_built_in
from cs_qa.text.normalise import Normalised, normalise

HEAD = """
language = "en"
version = "3"
[fold]
"e" = "é"
[guards]
next_step = ["i'll (check|ask)"]
quote = ["you wrote"]
negation = ["not", "isn't"]
particles = ["dear", "sorry", "sorrys"]
"""
GROUPS = """
[[phrase]]
label = "accusatory"
strength = "strong"
phrases = ["didn't i (just |)tell you", "your own fault", "read the * first"]
unless = ["my mistake"]
matches = ["Didn't I just tell you?"]
clean = ["Tell me."]
[[phrase]]
label = "accusatory"
strength = "weak"
phrases = ["tell you now"]
matches = ["I tell you now!"]
clean = ["Tell me."]
[[phrase]]
label = "deflecting"
strength = "strong"
phrases = ["no idea"]
matches = ["No idea."]
clean = ["No idea yet, I'll check."]
[[phrase]]
label = "rhetorical"
strength = "strong"
scope = "sentence"
phrases = ["so what"]
matches = ["Sorry dear, so what?"]
clean = ["So what happens now?"]
[[phrase]]
label = "rhetorical"
strength = "strong"
scope = "turn"
phrases = ["which?"]
matches = ["Which?"]
clean = ["Hi. Which?"]
"""


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("lexicon") / "en.toml"
    path.write_text(HEAD + GROUPS, encoding="utf-8")
    return Lexicon.load(path)


def labels(hits: list[Hit]) -> list[tuple[str, str | None]]:
    return [(hit.label, hit.guard) for hit in hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Didn't I just tell you?", [("accusatory", None)]),
        ("DIDN’T  I téll you?", [("accusatory", None)]),
        ("It is your own fault.", [("accusatory", None)]),
        # quotations
        ("He said “didn't I tell you” to me.", [("accusatory", "quote")]),
        ("You wrote didn't I tell you.", [("accusatory", "quote")]),
        ("You wrote. Didn't I tell you?", [("accusatory", None)]),
        ("“Didn't I tell you”", [("accusatory", None)]),
        ("Didn't I tell you to read “final sale”?", [("accusatory", None)]),
        *(
            (f"Sie sagten {quoted}.", [("accusatory", "quote")])
            for quoted in (
                "„didn't I tell you“",
                "”didn't I tell you”",
                "‚didn't I tell you‘",
                "«didn't I tell you»",
                "« didn't I tell you »",
                "»didn't I tell you«",
                "‹didn't I tell you›",
                "›didn't I tell you‹",
                "「didn't I tell you」",
                "『didn't I tell you』",
                "｢didn't I tell you｣",
                "《didn't I tell you》",
                "〈didn't I tell you〉",
                "〝didn't I tell you〞",
            )
        ),
        # negations
        ("It's not your own fault.", [("accusatory", "negation")]),
        ("This isn't really your own fault.", [("accusatory", "negation")]),
        ("It's not ready, your own fault.", [("accusatory", None)]),
        ("Not at all clear: your own fault", [("accusatory", None)]),
        # excuses in the same sentence
        ("My mistake, didn't I tell you?", [("accusatory", "unless")]),
        ("My mistake. Didn't I tell you?", [("accusatory", None)]),
        # a next step anywhere in the turn voids deflecting only
        ("No idea. I'll ask the depot.", [("deflecting", "next_step")]),
        ("No idea. Not that I'll ask.", [("deflecting", None)]),
        ("Not that. No idea, ask them.", [("deflecting", None)]),
        ("Didn't I tell you? I'll check.", [("accusatory", None)]),
        # scopes
        ("Hello. So what? Bye", [("rhetorical", None)]),
        ("So what, dear 😀?", [("rhetorical", None)]),
        ("So what else", []),
        ("Which??", [("rhetorical", None)]),
        ("Hello. Which?", []),
        # gaps end with the line
        ("Read the manual first", [("accusatory", None)]),
        ("Read the manual\nfirst", []),
    ],
)
def test_hits_and_their_guards(
    lexicon: Lexicon, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert labels(lexicon.hits(text)) == expected


def test_a_hit_says_where_and_what(lexicon: Lexicon) -> None:
    text = "  Well:\u200b DIDN’T I\u00a0tell you?"
    (hit,) = lexicon.hits(text)
    assert text[hit.start : hit.end] == "DIDN’T I\u00a0tell you"
    assert (hit.phrase, hit.strength, hit.language) == ("didn't i (just |)tell you", "strong", "en")
    assert lexicon.refs == ("en@3",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Didn't I tell you now?", [("strong", None)]),
        ("Didn't I tell you? I tell you now!", [("strong", None), ("weak", None)]),
        ("Didn't I tell you now, my mistake?", [("weak", None)]),
    ],
)
def test_of_overlapping_hits_the_one_that_counts_stays(
    lexicon: Lexicon, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert [(hit.strength, hit.guard) for hit in lexicon.hits(text)] == expected


def test_a_choice_is_no_negation(tmp_path: Path) -> None:
    path = tmp_path / "zh.toml"
    path.write_text(
        'language = "zh"\nversion = "1"\n[guards]\nnegation = ["不是"]\n[[phrase]]\n'
        'label = "hostile"\nstrength = "strong"\nphrases = ["傻瓜"]\n'
        'matches = ["你是不是傻瓜？"]\nclean = ["您不是傻瓜"]\n',
        encoding="utf-8",
    )
    hits = Lexicon.load(path).hits("你是不是傻瓜？您不是傻瓜")
    assert [hit.guard for hit in hits] == [None, "negation"]


def test_particles_do_not_backtrack(lexicon: Lexicon) -> None:
    assert lexicon.hits("sorry sorrys " * 400 + "x so what") == []


@pytest.mark.parametrize(
    ("text", "language", "conversation", "expected"),
    [
        ("不知道。", "zh", "zh", {"zh"}),
        ("不知道。", "zh-TW", None, {"zh"}),
        ("Not my problem.", "en", "zh", {"en"}),
        ("Not my problem.", "zh", "en", {"en"}),
        ("Not my problem.", "und", "zh", {"en"}),
        ("Not my problem.", None, None, {"en"}),
        ("Not my problem.", "sv", "da", set()),
        ("不知道。", "en", "en", set()),
    ],
)
def test_turns_are_matched_by_the_lexicons_that_apply(
    text: str, language: str | None, conversation: str | None, expected: set[str]
) -> None:
    hits = find_hits(text, language=language, conversation_language=conversation)
    assert {hit.language for hit in hits if hit.guard is None} == expected


def test_lexicons_can_be_given(lexicon: Lexicon) -> None:
    given_ = {"en": lexicon}
    assert find_hits("So what?", language="en", conversation_language=None, lexicons=given_)
    assert not find_hits("不知道", language="zh", conversation_language=None, lexicons=given_)


def test_built_in_lexicons_are_read_once() -> None:
    assert load_built_in() is load_built_in()
    assert {"en", "zh"} <= set(load_built_in())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("你想怎样？", "zh", {"rhetorical"}),
        ("您想要哪个颜色？", "zh", set()),
        ("哪个？", "zh", {"rhetorical"}),
        ("請問您要哪一個呢？", "zh", set()),
        ("這關我什麼事？", "zh", {"rhetorical", "deflecting"}),
        ("不是告诉你了么？", "zh", {"accusatory"}),
        ("不知道。", "zh", {"deflecting"}),
        ("这个我不知道，我去问一下仓库，下午回复您", "zh", set()),
        ("您先别急，我帮您催一下快递", "zh", set()),
        ("What do you expect me to do?", "en", {"rhetorical"}),
        ("I already told you.", "en", {"accusatory"}),
        ("Why didn't you read the description?", "en", {"accusatory"}),
        ("Why don't you send me a photo and I'll have a look?", "en", set()),
        ("That's not our problem, ask the courier.", "en", {"deflecting"}),
        ("I don't know yet, but I'll find out by noon.", "en", set()),
        ("Which colour would you like, navy or black?", "en", set()),
    ],
)
def test_built_in_lexicons_know_their_language(
    text: str, language: str, expected: set[str]
) -> None:
    hits = find_hits(text, language=language, conversation_language=language)
    strong = {hit.label for hit in hits if hit.guard is None and hit.strength == "strong"}
    assert strong == expected


@given(st.text(), st.sampled_from(["en", "zh", "und", None]))
def test_any_text_is_read_and_spans_stand_in_it(text: str, language: str | None) -> None:
    for hit in find_hits(text, language=language, conversation_language="zh"):
        assert 0 <= hit.start < hit.end <= len(text)


@given(
    st.sampled_from(["didn't i tell you", "ＤＩＤＮ’Ｔ I tell you", "didn't\u200b i tell  you"]),
    st.text(alphabet="xyzÉ。！?\u200b\n …ﷺ"),
    st.text(alphabet="xyzÉ。！?\u200b\n …ﷺ"),
)
def test_spans_cover_the_words_as_they_were_written(said: str, before: str, after: str) -> None:
    text = f"{before} {said} {after}"
    hits = find_hits(text, language="en", conversation_language="en")
    covered = [normalise(text[hit.start : hit.end]).text.strip() for hit in hits]
    assert any("didn't i tell" in words for words in covered)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_broken_phrase_is_listed(tmp_path: Path) -> None:
    broken = GROUPS.replace('"no idea"', '"(no idea", "*"')
    path = write(tmp_path, HEAD + broken)
    with pytest.raises(LexiconError) as caught:
        Lexicon.load(path)
    assert "[[phrase]] 3 phrases: '(no idea' has a stray" in str(caught.value)
    assert "'*' can be empty" in str(caught.value)


# ------------------------------------------------------------------ Patterns and exceptions

SHOP = """
language = "en"
version = "1"
[fold]
"e" = "é"
[guards]
negation = ["not"]
[[phrase]]
label = "deflecting"
strength = "strong"
phrases = ["no idea"]
patterns = ["(open|raise) [a-z]+ ticket yoursel(f|ves)", "gar[cç]on|Käse*é"]
unless = ["my mistake"]
[[phrase]]
label = "accusatory"
strength = "strong"
phrases = ["no idea", "get * line"]
[[except]]
phrases = ["no idea festival", "get x * line"]
[[except]]
patterns = ["raise one ticket yourselves"]
labels = ["deflecting"]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon.load(write(tmp_path_factory.mktemp("shop"), SHOP))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please RAISE a ticket yourself.", [("deflecting", None)]),
        ("Please raise  a Ｔｉｃｋｅｔ yourself.", [("deflecting", None)]),
        ("You can raise a ticket.", []),
        ("Do not raise a ticket yourself.", [("deflecting", "negation")]),
        ("My mistake, raise a ticket yourself.", [("deflecting", "unless")]),
        ("He said “raise a ticket yourself”.", [("deflecting", "quote")]),
        ("Raise one ticket yourselves", [("deflecting", "except")]),
        # a pattern's letters are folded as the text's are
        ("Garçon!", [("deflecting", None)]),
        ("Garcon!", [("deflecting", None)]),
        ("KÄSEÉ", [("deflecting", None)]),
        # an exception holds for the labels that it names, by default for all
        ("No idea.", [("accusatory", None), ("deflecting", None)]),
        ("No idea festival tickets.", [("accusatory", "except"), ("deflecting", "except")]),
        ("Get in line", [("accusatory", None)]),
        ("Get x in line", [("accusatory", "except")]),
        ("Get x\nin line", []),
    ],
)
def test_patterns_and_exceptions(
    shop: Lexicon, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert labels(shop.hits(text)) == expected


def test_exempt_text_is_found_where_it_was_written(shop: Lexicon) -> None:
    known = {"en": shop}
    text = "So: NO  idea Festival. raise one ticket yourselves"
    found = exemptions(text, language="en", conversation_language="en", lexicons=known)
    assert [text[each.start : each.end] for each in found] == [
        "NO  idea Festival",
        "raise one ticket yourselves",
    ]
    assert found[1].labels == {"deflecting"}
    broken = "get x\nin line"
    assert not exemptions(broken, language="en", conversation_language=None, lexicons=known)
    assert not exemptions("No idea.", language="en", conversation_language="en")


def test_a_lexicon_of_every_language_stands_in_where_there_is_none(shop: Lexicon) -> None:
    for language, other in (("sv", "sv"), (None, "sv"), ("sv", None)):
        known = {"*": shop}
        assert find_hits("No idea", language=language, conversation_language=other, lexicons=known)
    assert not find_hits("No idea", language="sv", conversation_language="sv")


# --------------------------------------------------------------------------------- Disguises


def disguised(text: str, normalised: Normalised) -> list[Normalised]:
    """Stand for `cs_qa.text.disguise.readings`: "0" is an o, where there is one."""
    plain = normalised.text.replace("0", "o")
    return [Normalised(plain, normalised.offsets)] if "0" in normalised.text else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N0 idea!", [("deflecting", None, True)]),
        ("Nothing here: 0", []),
        # found as it is written, or voided as it is written
        ("No idea, 0", [("deflecting", None, False)]),
        ("Not your own fault, 0", [("accusatory", "negation", False)]),
        # a weak phrase is not looked for in a disguise, a strong one beside it is
        ("Tell y0u n0w", []),
        ("I tell you now. S0 what?", [("accusatory", None, False), ("rhetorical", None, True)]),
        # guards hold in a disguise too
        ("“N0 idea”, you said.", [("deflecting", "quote", True)]),
        ("N0 idea. I'll check.", [("deflecting", "next_step", True)]),
    ],
)
def test_a_disguised_phrase_is_only_suspected(
    lexicon: Lexicon,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    expected: list[tuple[str, str | None, bool]],
) -> None:
    monkeypatch.setattr("cs_qa.phrases.lexicon.readings", disguised)
    found = find_hits(text, language="en", conversation_language="en", lexicons={"en": lexicon})
    assert [(hit.label, hit.guard, hit.suspected) for hit in found] == expected


def test_exempt_text_is_not_suspected(shop: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cs_qa.phrases.lexicon.readings", disguised)
    hits = find_hits(
        "N0 idea festival", language="en", conversation_language="en", lexicons={"en": shop}
    )
    assert {(hit.guard, hit.suspected) for hit in hits} == {("except", True)}


def test_a_suspected_hit_displaces_no_plain_one() -> None:
    plain = Hit("hostile", 0, 4, "idiot", "weak", "en", None)
    suspected = Hit("hostile", 0, 9, "idiot", "strong", "en", None, suspected=True)
    shorter = Hit("hostile", 2, 6, "idiot", "strong", "en", None, suspected=True)
    assert strongest([shorter, suspected, plain]) == [plain, suspected]
    assert (plain.stands, suspected.stands) == (True, False)


def test_exempt_text_voids_what_holds_some_of_it() -> None:
    exempt = Exempt(frozenset({"hostile"}), 2, 6)
    assert exempt.voids("hostile", 2, 6)
    assert exempt.voids("hostile", 5, 9)
    assert not exempt.voids("hostile", 6, 9)
    assert not exempt.voids("deflecting", 2, 6)
