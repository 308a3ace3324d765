from cs_qa.phrases.scripts import main_scripts, scripts_in


def test_scripts() -> None:
    assert scripts_in("ok 好的") == {"latin", "han"}
    assert scripts_in("123 ?") == frozenset()
    assert main_scripts(["我", "你", "他", "她", "ok", "它"]) == {"han"}
