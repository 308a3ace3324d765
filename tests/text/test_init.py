import cs_qa.text


def test_all_names_exist_and_are_sorted_as_ruff_sorts_them() -> None:
    names = cs_qa.text.__all__
    assert all(hasattr(cs_qa.text, name) for name in names)
    assert names == sorted(names, key=lambda name: (not name.isupper(), name.islower(), name))
