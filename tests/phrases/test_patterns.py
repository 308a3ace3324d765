import pytest

from cs_qa.phrases.patterns import AnyOf, Pattern
from cs_qa.text.normalise import normalise


def found(phrase: str, text: str) -> list[str]:
    """What the phrase covers in the normalised text, by way of its anchors as a lexicon does."""
    plain = normalise(text).text
    covered: set[tuple[int, int]] = set()
    for branch in Pattern.parse(phrase, {}).branches:
        tried = 0
        places = sorted(
            {i for a in branch.anchors for i in range(len(plain)) if plain.startswith(a, i)}
        )
        for place in places:
            if branch.begins_with_anchor:
                covered |= {span for span in [branch.span_at(plain, place)] if span}
            elif branch.may_stand(plain, place):
                covered |= set(branch.spans(plain, place, tried))
                tried = place + 1
    return [plain[start:end] for start, end in sorted(covered)]


@pytest.mark.parametrize(
    ("phrase", "text", "covered"),
    [
        ("not my job", "That is NOT  my job, dear", ["not my job"]),
        ("not my job", "not my jobs", []),
        ("not my job", "knot my job", []),
        # alternatives, one of them empty
        ("i (already |)told you", "I told you", ["i told you"]),
        ("i (already |)told you", "I already told you", ["i already told you"]),
        ("das (doch|) gesagt", "das gesagt", ["das gesagt"]),
        ("(doch|) gesagt", "gesagt!", ["gesagt"]),
        ("(doch|) gesagt", "nun gesagt", ["gesagt"]),
        ("gesagt (worden|)", "gesagt.", ["gesagt"]),
        ("(well|oh)", "farewell", []),
        # gaps
        ("why didn't you * read", "Why didn’t you even bother to read it", None),
        ("why didn't you * read", "Why didn't you? I read it", []),
        ("sie * nicht", "sie nicht", ["sie nicht"]),
        ("sie * nicht", "sieben nicht", []),
        ("sie * nicht", "sie, mit 2.5 kg, nicht", ["sie, mit 2.5 kg, nicht"]),
        ("a * z", "a" + " b" * 30 + " z", []),
        ("informier*", "wir informieren", ["informier"]),
        ("*gehört", "zugehört", ["gehört"]),
        ("gehört", "zugehört", []),
        # ? and ! ask for the sign, with or without a space, mixed or not
        ("which?", "Which one", []),
        ("which?", "Which ?!", ["which ?"]),
        ("which?", "Which!?", ["which!?"]),
        ("stop!", "stop it", []),
        ("stop!", "Stop!!", ["stop!"]),
        ("why? you", "why? You", ["why? you"]),
        ("what(?| now?)", "what now?", ["what now?"]),
        # scripts
        ("不知道", "我真的不知道呢", ["不知道"]),
        ("sb", "你sb吧", ["sb"]),
        ("sb", "usb线", []),
        ("몰라", "저는 몰라요", ["몰라"]),
        ("몰라", "나몰라", []),
        ("не знаю", "Я не знаю", ["не знаю"]),
        ("не знаю", "она не знающая", []),
        ("مشكلتنا", "ومشكلتنا", ["مشكلتنا"]),
        ("مشكلتنا", "بالمشكلتنا", ["مشكلتنا"]),
        ("مشكلتنا", "غيرمشكلتنا", []),
        ("ไม่ท", "ไม่ทำ", []),
        ("ไม่ทราบ", "ไม่ทราบค่ะ", ["ไม่ทราบ"]),
    ],
)
def test_phrases_are_found_as_written(phrase: str, text: str, covered: list[str] | None) -> None:
    if covered is None:
        assert found(phrase, text)
    else:
        assert found(phrase, text) == covered


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("(a|b", "stray"),
        ("a|b", "stray"),
        ("(a|(b|c))", "without nesting"),
        ("*", "can be empty"),
        ("(a|)", "can be empty"),
        ("a * b * c * d * e", "more than 3 gaps"),
        ("(a*|b*)" * 12, "4096 variants"),
    ],
)
def test_a_broken_phrase_is_refused(phrase: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Pattern.parse(phrase, {})


def test_an_earlier_anchor_is_not_tried_again() -> None:
    branch = Pattern.parse("* told you", {}).branches[0]
    text = "told you, told you"
    assert list(branch.spans(text, 10, 9)) == [(10, 18)]


def test_a_fold_is_applied_to_the_phrase() -> None:
    branch = Pattern.parse("甚麼", str.maketrans({"甚": "什", "麼": "么"})).branches[0]
    assert branch.anchors == ("什么",)


def test_any_of_none_is_never_found() -> None:
    assert not AnyOf(()).stands_in("anything", 0, 8)
    assert AnyOf((Pattern.parse("thing", {}),)).stands_in("some thing", 0, 10)
    assert not AnyOf((Pattern.parse("thing", {}),)).stands_in("some thing", 0, 9)
