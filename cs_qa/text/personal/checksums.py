"""Check digits of national identity numbers: from a value without separators, whether it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

__all__ = ["CHECKS", "Check"]

Check = Callable[[str], bool]


def _weighed(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        return 1880 <= date(year, month, day).year <= 2100
    except ValueError:
        return False


def _short_date(digits: str) -> bool:
    """Six digits, year first, of either century."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return any(_is_date(century + year, month, day) for century in (1900, 2000))


def cn_resident(value: str) -> bool:
    """Chinese resident identity number, 18 places (GB 11643, ISO 7064 mod 11-2)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    born = int(value[6:10]), int(value[10:12]), int(value[12:14])
    return _is_date(*born) and "10X98765432"[_weighed(value, weights) % 11] == value[17]


def br_cpf(value: str) -> bool:
    """Brazilian CPF, 11 digits with two check digits."""
    return len(set(value)) > 1 and all(
        int(value[size]) == _weighed(value, range(size + 1, 1, -1)) * 10 % 11 % 10
        for size in (9, 10)
    )


def br_cnpj(value: str) -> bool:
    """Brazilian CNPJ, 14 digits with two check digits."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    sums = (_weighed(value, weights[13 - size :]) % 11 for size in (12, 13))
    return all(
        int(value[size]) == (0 if rest < 2 else 11 - rest)
        for size, rest in zip((12, 13), sums, strict=True)
    )


def es_dni(value: str) -> bool:
    """Spanish DNI or NIE: the letter is the number modulo 23."""
    number = value[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == value[-1]


def fr_nir(value: str) -> bool:
    """French NIR, 13 places and a key modulo 97; Corsica has letters."""
    number = value[:13].replace("2A", "19").replace("2B", "18")
    month = int(value[3:5])
    return (1 <= month <= 12 or month >= 20) and 97 - int(number) % 97 == int(value[13:])


def it_fiscal_code(value: str) -> bool:
    """Italian codice fiscale, 16 places with a check letter."""
    digits = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    letters = dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25,
             24, 23),
            strict=True,
        )
    )  # fmt: skip
    total = 0
    for place, each in enumerate(value[:15]):
        if place % 2 == 0:
            total += digits[each] if each.isdigit() else letters[each]
        else:
            total += int(each) if each.isdigit() else ord(each) - ord("A")
    return chr(ord("A") + total % 26) == value[15]


def de_tax_id(value: str) -> bool:
    """German Steuer-ID, 11 digits (ISO 7064 mod 11-10), one digit of the ten repeated."""
    if value[0] == "0" or not 8 <= len(set(value[:10])) <= 9:
        return False
    product = 10
    for digit in value[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(value[10])


def nl_bsn(value: str) -> bool:
    """Dutch BSN, 9 digits: the elevenfold test."""
    return int(value) > 0 and (_weighed(value, range(9, 1, -1)) - int(value[8])) % 11 == 0


def pl_pesel(value: str) -> bool:
    """Polish PESEL, 11 digits that begin with a date of birth."""
    month = int(value[2:4]) % 20
    check = -_weighed(value, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10
    return 1 <= month <= 12 and 1 <= int(value[4:6]) <= 31 and check == int(value[10])


def ru_inn(value: str) -> bool:
    """Russian INN of a person, 12 digits with two check digits."""
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    first = _weighed(value, weights[1:]) % 11 % 10
    return first == int(value[10]) and _weighed(value, weights) % 11 % 10 == int(value[11])


def ru_snils(value: str) -> bool:
    """Russian SNILS, 11 digits with a check number of two."""
    return _weighed(value, range(9, 0, -1)) % 101 % 100 == int(value[9:])


def tr_identity(value: str) -> bool:
    """Turkish identity number, 11 digits with two check digits."""
    places = list(map(int, value))
    tenth = (sum(places[0:9:2]) * 7 - sum(places[1:8:2])) % 10
    return places[0] > 0 and tenth == places[9] and sum(places[:10]) % 10 == places[10]


def th_citizen(value: str) -> bool:
    """Thai citizen number, 13 digits."""
    return value[0] != "0" and (11 - _weighed(value, range(13, 1, -1)) % 11) % 10 == int(value[12])


def vn_citizen(value: str) -> bool:
    """Vietnamese CCCD, 12 digits: province, century and sex, year of birth; no check digit."""
    return 1 <= int(value[:3]) <= 96 and value[3] in "0123"


def id_nik(value: str) -> bool:
    """Indonesian NIK, 16 digits: region, date of birth (women's days + 40), number."""
    day, month = int(value[6:8]) % 40, int(value[8:10])
    return 11 <= int(value[:2]) <= 96 and 1 <= day <= 31 and 1 <= month <= 12


def kr_resident(value: str) -> bool:
    """Korean RRN, 13 digits: date of birth and sex; numbers since 2020 have no check digit."""
    return _short_date(value) and value[6] in "12345678"


def jp_my_number(value: str) -> bool:
    """Japanese My Number, 12 digits."""
    rest = _weighed(value, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(value[11]) == (0 if rest <= 1 else 11 - rest)


def us_ssn(value: str) -> bool:
    """American SSN, 9 digits: areas, groups and serials that are given out."""
    return value[:3] not in ("000", "666") and value[3:5] != "00" and value[5:] != "0000"


def uk_nino(value: str) -> bool:
    """British national insurance number: prefixes that are given out."""
    return value[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def mx_curp(value: str) -> bool:
    """Mexican CURP, 18 places with a date of birth and a check digit."""
    places = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    total = sum(places.index(each) * (18 - place) for place, each in enumerate(value[:17]))
    return _short_date(value[4:10]) and str(-total % 10) == value[17]


def mx_rfc(value: str) -> bool:
    """Mexican RFC of a person, 13 places with a date of birth."""
    return _short_date(value[4:10])


def sa_identity(value: str) -> bool:
    """Saudi identity or residence number, 10 digits from 1 or 2 (Luhn from the left)."""
    total = sum(
        sum(map(int, str(int(digit) * 2))) if place % 2 == 0 else int(digit)
        for place, digit in enumerate(value)
    )
    return total % 10 == 0


def ae_identity(value: str) -> bool:
    """Emirates ID, 15 digits from 784 and the year of birth."""
    return _is_date(int(value[3:7]), 1, 1)


_CHECKS: tuple[tuple[re.Pattern[str], Check, bool], ...] = tuple(
    (re.compile(shape), check, is_telling)
    for shape, check, is_telling in (
        (r"[1-9]\d{16}[\dX]", cn_resident, True),
        (r"\d{11}", br_cpf, False),
        (r"\d{14}", br_cnpj, False),
        (r"(?:\d{8}|[XYZ]\d{7})[A-Z]", es_dni, True),
        (r"[12]\d{4}(?:\d{2}|2A|2B)\d{8}", fr_nir, True),
        (r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]",
         it_fiscal_code, True),
        (r"\d{11}", de_tax_id, False),
        (r"\d{9}", nl_bsn, False),
        (r"\d{11}", pl_pesel, False),
        (r"\d{12}", ru_inn, False),
        (r"\d{11}", ru_snils, False),
        (r"[1-9]\d{10}", tr_identity, False),
        (r"\d{13}", th_citizen, False),
        (r"0\d{11}", vn_citizen, False),
        (r"\d{16}", id_nik, False),
        (r"\d{13}", kr_resident, False),
        (r"\d{12}", jp_my_number, False),
        (r"\d{9}", us_ssn, False),
        (r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]", uk_nino, True),
        (r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", mx_curp, True),
        (r"[A-ZÑ&]{4}\d{6}[A-Z\d]{3}", mx_rfc, True),
        (r"[12]\d{9}", sa_identity, False),
        (r"784\d{12}", ae_identity, True),
    )
)  # fmt: skip

_LENGTHS = (18, 11, 14, 9, 15, 16, 11, 9, 11, 12, 11, 11, 13, 12, 16, 13, 12, 9, 9, 18, 13, 10, 15)

CHECKS: dict[int, list[tuple[re.Pattern[str], Check, bool]]] = {
    length: [row for row, own in zip(_CHECKS, _LENGTHS, strict=True) if own == length]
    for length in sorted(set(_LENGTHS))
}
"""By length: shape, check, and whether these alone tell an identity number from any other."""
