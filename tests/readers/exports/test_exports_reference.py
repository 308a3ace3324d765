"""The table of exports in the reference is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cs_qa.errors import RowError
from cs_qa.readers import READERS, read

FIXTURES = Path(__file__).parent / "fixtures"
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "exports.md"
ROWS = re.findall(
    r"^\| `(\w+)` \| [^|]+ \| `([\w.]+)` \| (\d+) \| (\d+) \| \[", PAGE.read_text(), re.MULTILINE
)


@pytest.mark.parametrize(("name", "file", "transcripts", "turns"), ROWS)
def test_figures(name: str, file: str, transcripts: str, turns: str) -> None:
    found = list(read(FIXTURES / file))
    assert found == list(read(FIXTURES / file, format=name))
    assert len(found) == int(transcripts)
    assert sum(len(each.turns) for each in found) == int(turns)


def test_every_fixture_and_format_is_in_the_table() -> None:
    formats = {name for name, *_ in ROWS}
    assert formats == {"zendesk", "intercom", "chatwoot", "contact_lens", "json"}
    assert formats <= set(READERS)
    fixtures = {path.name for name in formats for path in FIXTURES.glob(f"{name}_*.json*")}
    assert fixtures - {file for _, file, *_ in ROWS} == {"contact_lens_failed.json"}
    with pytest.raises(RowError, match="there is no transcript"):
        list(read(FIXTURES / "contact_lens_failed.json"))
