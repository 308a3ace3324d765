"""Which of several guesses at an encoding wins, and when none does."""

from __future__ import annotations

import pytest

from cs_qa.readers.encodings.encoding_guess import Guess, best_guess, guesses

TEXT = "ąęó łż śź ćń"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        ([Guess("cp1250", TEXT, 1.25, 0.4)], "cp1250"),
        ([Guess("cp1250", TEXT, 1.0, 0.9)], None),
        ([Guess("cp1250", TEXT, 1.25, 0.02)], None),
        ([Guess("cp1250", TEXT, 1.25, 0.4), Guess("cp1252", "¹êó ³¿", 1.2, 0.1)], "cp1250"),
        ([Guess("cp1250", TEXT, 1.25, 0.4), Guess("cp1252", "¹êó ³¿", 1.2, 0.4)], None),
        ([Guess("cp1250", TEXT, 1.25, 0.4), Guess("iso8859-2", TEXT, 1.25, 0.4)], "cp1250"),
        # Neighbours that differ in one letter: the better fit decides, and nothing does on a par.
        (
            [Guess("cp1250", TEXT, 1.25, 0.4), Guess("iso8859-2", f"š{TEXT[1:]}", 1.2, 0.4)],
            "cp1250",
        ),
        ([Guess("cp1250", TEXT, 1.25, 0.4), Guess("iso8859-2", f"š{TEXT[1:]}", 1.25, 0.4)], None),
        ([Guess("cp1250", TEXT, 1.25, 0.4), Guess("gb18030", f"š{TEXT[2:]}", 1.2, 0.4)], None),
    ],
)
def test_the_best_guess(found: list[Guess], expected: str | None) -> None:
    assert best_guess(found) == expected


def test_guesses_come_in_order_with_their_text() -> None:
    line = "您的快递已经发出，请您耐心等待。\n"
    found = guesses([line.encode("gbk")] * 20)
    assert (found[0].encoding, found[0].text) == ("gb18030", line * 20)
    assert [guess.score for guess in found] == sorted((g.score for g in found), reverse=True)
    assert found[0].score == pytest.approx(found[0].confidence * found[0].fit ** 2)


def test_a_few_lines_cut_within_a_character_are_left_out_of_the_guess() -> None:
    line = "您的快递已经发出，请您耐心等待。".encode("gbk")
    found = guesses([line + b"\n"] * 20 + [line[:-1] + b"\n"])
    assert found[0].encoding == "gb18030"
    assert found[0].text.count("\n") == 20
