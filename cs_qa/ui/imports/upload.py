"""What a person uploads: a safe name, and a look at the content before anything is done with it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

from cs_qa.errors import InputError
from cs_qa.readers import READERS, Source
from cs_qa.readers.head import read_head, unreadable
from cs_qa.readers.tables.workbook_check import check_workbook
from cs_qa.ui.i18n import _

MAX_UPLOAD_MB = 200
MAX_INFLATED_MB = 1_000
MAX_NAME_LENGTH = 60

_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"


def clean_name(name: str) -> str:
    """Make a file name that is one of no folder, with no control or shell characters.

    >>> clean_name("../../etc/week 47.CSV"), clean_name("聊天.xlsx"), clean_name("..")
    ('week 47.csv', '聊天.xlsx', 'upload')
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    plain = unicodedata.normalize("NFC", last)
    kept = "".join(c if _is_letter(c) or c in "._- " else "_" for c in plain)
    path = PurePosixPath(kept.strip(" ._-") or "upload")
    suffix = path.suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,10}", path.suffix) else ""
    stem = path.name.removesuffix(path.suffix) if suffix else path.name
    return stem[: MAX_NAME_LENGTH - len(suffix)].strip(" ._-") + suffix


def _is_letter(character: str) -> bool:
    """Whether it is a letter, a digit, or a mark on a letter."""
    return unicodedata.category(character)[0] in "LMN"


def check_upload(path: Path, *, format: str | None = None) -> str:
    """Tell the format of a file by its content, or take the one that is named.

    Raises InputError where it is too large, is packed more than 100-fold as zip bombs are, or no
    reader knows it.
    """
    check_size(path.stat().st_size, path.name)
    source = Source(path, title=path.name)
    head = read_head(source)
    if head.startswith(_ZIP):
        check_workbook(path, name=path.name)
    if head.startswith(_PARQUET):
        _check_parquet(path)
    if format is not None:
        return format
    for name, reader in READERS.items():
        if reader.recognises(head, path.suffix.lower()):
            return name
    raise unreadable(path.name, head, known=READERS)


def check_size(size: int, name: str) -> None:
    """Raise InputError where a file of this size, in bytes, is too large to upload."""
    if size > MAX_UPLOAD_MB * 2**20:
        raise InputError(
            _(
                "{name} is larger than {limit} MB. Divide it, or inspect it on the server: "
                "cs-qa inspect FILE --db URL"
            ).format(name=name, limit=MAX_UPLOAD_MB)
        )


def _check_parquet(path: Path) -> None:
    """Look at the sizes that the footer declares; what is damaged is the reader's to say."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.read_metadata(path)
    except pa.ArrowException:
        return
    groups = (footer.row_group(index) for index in range(footer.num_row_groups))
    if sum(group.total_byte_size for group in groups) > MAX_INFLATED_MB * 2**20:
        raise InputError(
            _("{name} inflates to more than {limit} MB. Divide it.").format(
                name=path.name, limit=MAX_INFLATED_MB
            )
        )
