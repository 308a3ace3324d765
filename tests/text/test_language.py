from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import get_args
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text import LANGUAGES, UNDETERMINED, conversation_languages, detect_language
from cs_qa.text._engines import Engine, load
from cs_qa.text._letters import LATIN

ENGINES: tuple[Engine, ...] = get_args(Engine)

SENTENCES = {
    "ar": "مرحبا، أين طلبي من فضلك؟",
    "de": "Guten Tag, wo bleibt denn mein Paket?",
    "en": "Hello, where is my parcel please?",
    "es": "Buenas tardes, ¿dónde está mi pedido?",
    "fr": "Bonjour, où est ma commande s'il vous plaît ?",
    "id": "Halo kak, pesanan saya belum sampai ya?",
    "it": "Buongiorno, dov'è il mio ordine per favore?",
    "ja": "商品がまだ届いていません。",
    "ko": "주문한 상품이 아직 안 왔어요",
    "nl": "Goedemiddag, waar blijft mijn bestelling?",
    "pl": "Dzień dobry, gdzie jest moja paczka?",
    "pt": "Boa tarde, onde está a minha encomenda?",
    "ru": "Здравствуйте, где моя посылка?",
    "th": "สวัสดีค่ะ ของยังไม่มาเลย",
    "tr": "Merhaba, siparişim nerede acaba?",
    "vi": "Shop ơi đơn hàng của mình đâu rồi?",
    "zh": "请问我的快递到哪里了？",
}
SHORT = [
    ("hola", "es"), ("gracias", "es"), ("sí", "es"), ("merci", "fr"), ("oui", "fr"),
    ("danke", "de"), ("nein", "de"), ("thanks", "en"), ("yes", "en"), ("hi", "en"),
    ("sim", "pt"), ("obrigado", "pt"), ("oi", "pt"), ("tak", "pl"), ("dziękuję", "pl"),
    ("evet", "tr"), ("tamam", "tr"), ("grazie", "it"), ("ciao", "it"), ("bedankt", "nl"),
    ("dank je", "nl"), ("makasih kak", "id"), ("terima kasih", "id"), ("cảm ơn", "vi"),
    ("да", "ru"), ("네", "ko"), ("ㅇㅇ", "ko"), ("はい", "ja"), ("嗯嗯", "zh"),
    ("ค่ะ", "th"), ("شكرا", "ar"),
]  # fmt: skip
NO_TEXT = [
    "", " ", "12345", "+1 555", "👍👍", "!!!", "???", "…", "https://shop.example/a?c=hello",
    "www.hello.example", "ann@hello.example", "<PHONE_1>", "[PHONE_1]", "[订单x]", "<EMAIL>",
    "#ORDER_ID#",
    "{{customer_name}}", "HL-605081", "S8", "2XL", "\x00", "\ud800", "x", "नमस्ते", "Γεια σας",
]  # fmt: skip


FOREIGN = [
    "Hej, jag har inte fått min beställning än.", "Hej, hvor bliver min pakke af?",
    "Hei, hvor er pakken min? Den skulle kommet i går.", "Hei, missä tilaukseni on?",
    "Bună ziua, unde este comanda mea, vă rog?", "Dobrý den, kde je moje objednávka?",
    "Jó napot, hol van a csomagom?", "Gdje je moja narudžba? Čekam već dva tjedna.",
    "Sveiki, kur mano siuntinys? Laukiu jau dvi savaites.", "Привіт, де моє замовлення?",
    "Здравейте, къде е поръчката ми?", "سلام، سفارش من هنوز نرسیده، چرا؟",
    "میرا آرڈر ابھی تک نہیں پہنچا",
    "Γεια σας, πού είναι η παραγγελία μου;", "שלום, איפה ההזמנה שלי?", "मेरा ऑर्डर कहाँ है?",
    "HEJ, JAG HAR INTE FÅTT MIN BESTÄLLNING ÄN.",
]  # fmt: skip


@pytest.mark.parametrize("prior", [None, "de", "ru", "ar", "zh"])
@pytest.mark.parametrize("text", FOREIGN)
def test_a_language_outside_ours_is_taken_for_none_of_them(text: str, prior: str | None) -> None:
    assert detect_language(text, prior=prior) == UNDETERMINED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wo ist mein packet??", "de"),
        ("dziekuje, czekam na odpowiedz", "pl"),
        ("siparisim ne zaman gelir acaba", "tr"),
        ("don hang cua toi chua den", "vi"),
        ("udah sampe mana ya paketnya", "id"),
        ("Ну пришлите.", "ru"),
        ("Да, в наличии", "ru"),
        ("متشكر جدا", "ar"),
        ("yep", "en"),
        (normalize("NFD", "Đơn hàng của tôi đâu"), "vi"),
        ("Merci 🙏 ça marche", "fr"),
        ("Anything from Levi's in W32?", "en"),
    ],
)
def test_careless_and_short_messages_stay_in_our_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_the_sentences_cover_all_languages() -> None:
    assert tuple(SENTENCES) == LANGUAGES == tuple(sorted(LANGUAGES))
    assert set(LATIN) < set(LANGUAGES)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
def test_sentences(language: str, text: str, engine: Engine) -> None:
    assert detect_language(text, engine=engine) == language
    assert detect_language(text.upper(), engine=engine) == language


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("text", "language"), SHORT)
def test_short_words(text: str, language: str, engine: Engine) -> None:
    assert detect_language(text, engine=engine) == language


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("text", NO_TEXT)
def test_what_is_no_text_has_no_language(text: str, engine: Engine) -> None:
    assert detect_language(text, engine=engine) == UNDETERMINED


@pytest.mark.parametrize(
    "text", ["", "12345", "👍", "<PHONE_1>", "[PHONE_1]", "https://shop.example/hola"]
)
def test_a_prior_gives_no_language_to_what_is_no_text(text: str) -> None:
    assert detect_language(text, prior="es") == UNDETERMINED


@pytest.mark.parametrize(
    ("text", "prior", "language"),
    [
        ("ok", None, "und"),
        ("ok", "zh", "zh"),
        ("ok", "pt-BR", "pt"),
        ("ok", "zh_TW", "zh"),
        ("ok", "xx", "und"),
        ("no", "it", "it"),
        ("si", "es", "es"),
        ("RX-7 plus", "ko", "ko"),
        ("iPhone 15 Pro Max", "ja", "ja"),
        ("iPhone 15 Pro Max 多少钱", "en", "zh"),
        ("了解", "ja", "ja"),
        ("了解", None, "zh"),
        ("返品対応希望", None, "ja"),
        ("大の很好", None, "zh"),
        ("这个可以退吗", "ja", "zh"),
        ("thanks a lot", "ko", "en"),
        ("Su pedido llega mañana.", "pt", "es"),
        ("O seu pedido chega amanhã.", "es", "pt"),
        ("Please wait a moment.", "de", "en"),
        ("hola", "pt", "es"),
        ("Bitte warten Sie einen Moment.", "nl", "de"),
        ("https://a.example/b see this please", None, "en"),
        ("Wo ist HL-605081 <ORDER_NO_1>?", None, "de"),
    ],
)
def test_priors_decide_only_what_is_open(text: str, prior: str | None, language: str) -> None:
    assert detect_language(text, prior=prior) == language


@pytest.mark.parametrize(
    ("texts", "speakers", "declared", "expected"),
    [
        (
            ["주문 확인 부탁드려요", "Dear customer, thank you for contacting us.", "ok", "12345"],
            ["customer", "agent", "customer", "customer"],
            None,
            ["ko", "en", "ko", "und"],
        ),
        (
            ["Olá, o meu pedido não chegou", "Hola, lo reviso ahora.", "ok", "ok", "obrigada"],
            ["customer", "agent", "customer", "agent", "customer"],
            "pt",
            ["pt", "es", "pt", "es", "pt"],
        ),
        (["ok", "ok danke"], None, "de", ["de", "de"]),
        (["Wo ist mein Paket?", "no", "Moment bitte"], None, "en", ["de", "de", "de"]),
        (["👍", "12345"], None, None, ["und", "und"]),
        (
            [
                "Hej, jag har inte fått min beställning än",
                "Hello, I am sorry to hear that.",
                "Tack så mycket",
                "ok",
                "ok",
            ],
            ["customer", "agent", "customer", "customer", "agent"],
            None,
            ["und", "en", "und", "und", "en"],
        ),
        (
            ["Hola, I need help with my pedido", "no llega mi paquete desde el lunes", "ok", "sí"],
            None,
            None,
            ["en", "es", "es", "es"],
        ),
        ([], None, "de", []),
    ],
)  # fmt: skip
def test_conversations(
    texts: list[str], speakers: list[str] | None, declared: str | None, expected: list[str]
) -> None:
    assert conversation_languages(texts, declared=declared, speakers=speakers) == expected


def test_speakers_must_match_the_turns() -> None:
    with pytest.raises(ValueError, match="2 speakers for 1 texts"):
        conversation_languages(["hi"], speakers=["agent", "customer"])


@given(st.text(), st.sampled_from([None, "de", "ja"]))
def test_any_text_has_an_answer(text: str, prior: str | None) -> None:
    assert detect_language(text, prior=prior) in (*LANGUAGES, UNDETERMINED)


def test_a_megabyte_is_read_only_at_its_beginning() -> None:
    assert detect_language("Wo ist mein Paket? " * 50_000) == "de"
    assert detect_language("a1" * 500_000) == UNDETERMINED


@pytest.mark.parametrize("engine", ENGINES)
def test_answers_never_vary(engine: Engine) -> None:
    """Without the cache: plain langdetect gives this text different languages on each call."""
    probabilities = load(engine)
    words = ["no", "problem", "super"]
    answers = {tuple(sorted(probabilities(words, "latin").items())) for _ in range(100)}
    assert len(answers) == 1


def test_langdetect_without_features_gives_nothing() -> None:
    assert load("langdetect")(["12345"], "latin") == {}


def test_langdetect_leaves_other_scripts_to_their_letters() -> None:
    assert detect_language("Где моя посылка?", engine="langdetect") == "ru"


@pytest.mark.parametrize("engine", ENGINES)
def test_eight_threads_may_come_first_at_once(engine: Engine) -> None:
    """Plain langdetect raises in seven of them."""
    program = f"""
        import sys
        from concurrent.futures import ThreadPoolExecutor
        from threading import Barrier
        from cs_qa.text import detect_language

        barrier = Barrier(8)

        def detect(letter):
            barrier.wait()
            return detect_language("Lieferverzögerung Anschrift " + letter, engine="{engine}")

        with ThreadPoolExecutor(8) as pool:
            print(*pool.map(detect, "abcdefgh"))
        print("langdetect" in sys.modules, "numpy" in sys.modules)
    """
    expected = ["de"] * 8 + [str(engine == "langdetect"), str(engine == "fast")]
    assert _run(program).split() == expected


def _run(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
    ).stdout


def test_the_engines_are_loaded_only_when_needed() -> None:
    program = """
        import sys
        from cs_qa.text import detect_language
        detect_language("こんにちは"), detect_language("12345"), detect_language("ok", prior="nl")
        heavy = ("langdetect", "phonenumbers", "numpy")
        print([name for name in heavy if name in sys.modules])
    """
    assert _run(program).strip() == "[]"
