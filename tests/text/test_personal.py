"""Personal data of every type in many languages, with what only looks like it."""
# ruff: noqa: E501 - wide characters count twice

from __future__ import annotations

import pytest

from cs_qa.text import find_entities, redact_conversation
from cs_qa.text.personal import RECOGNIZERS, Message
from cs_qa.text.personal.checksums import CHECKS
from cs_qa.text.personal.scan import Scan
from cs_qa.text.personal.word_finder import WordFinder


def found(text: str, kind: str) -> list[str]:
    return [text[e.start : e.end] for e in find_entities(text) if e.type == kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my email is jane dot doe at gmail dot com", "jane dot doe at gmail dot com"),
        ("jane_doe (at) example (dot) org", "jane_doe (at) example (dot) org"),
        ("write to tim at gmail.com", "tim at gmail.com"),
        ("correo: lucia punto diaz arroba gmail punto com", "lucia punto diaz arroba gmail punto com"),
        ("mon mail: eloi point marchand arobase orange point fr", "eloi point marchand arobase orange point fr"),
        ("anna minus k punkt wolff ät gmx punkt de", "anna minus k punkt wolff ät gmx punkt de"),
        ("la mail è giulia chiocciola libero punto it", "giulia chiocciola libero punto it"),
        ("adres: ola małpa wp kropka pl", "ola małpa wp kropka pl"),
        ("почта ivan точка petrov собака mail точка ru", "ivan точка petrov собака mail точка ru"),
        ("邮箱zhaomin艾特outlook点com", "zhaomin艾特outlook点com"),
        ("hana アットマーク docomo ドット ne ドット jp です", "hana アットマーク docomo ドット ne ドット jp"),
        ("somchai แอท hotmail จุด com", "somchai แอท hotmail จุด com"),
        ("ann @ example . com", "ann @ example . com"),
        ("look at example dot com", None),
        ("meet me at 5, dot the i", None),
        ("we met at the shop.", None),
    ],
)  # fmt: skip
def test_email(text: str, value: str | None) -> None:
    assert found(text, "EMAIL") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("to FR1420041010050500013M02606 please", "FR1420041010050500013M02606"),
        ("nl91abna0417164300", "nl91abna0417164300"),
        (
            "ＧＢ８２ ＷＥＳＴ １２３４ ５６９８ ７６５４ ３２",
            "ＧＢ８２ ＷＥＳＴ １２３４ ５６９８ ７６５４ ３２",
        ),
        ("my iban: DE00 3704 0044 0532 0130 00", "DE00 3704 0044 0532 0130 00"),
        ("code DE00 3704 0044 0532 0130 00", None),  # check digits
        ("model AB12 3456 7890", None),
        ("DE89 3704 0044 0532 0130 000", None),
    ],
)
def test_iban(text: str, value: str | None) -> None:
    assert found(text, "IBAN") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("my ip is 203.0.113.7", "203.0.113.7"),
        ("server 192.168.1.1", "192.168.1.1"),
        ("2001:db8::1 is blocked", "2001:db8::1"),
        ("2001:0db8:0000:0000:0000:ff00:0042:8329", "2001:0db8:0000:0000:0000:ff00:0042:8329"),
        ("ip 10.0.0.5 ni", "10.0.0.5"),
        ("firmware version 14.2.0.1", None),
        ("升级到 12.0.0.45 之后", None),
        ("v12.1.1.1", None),
        ("300.1.1.1", None),
        ("open 10:30:12", None),
        ("1.2.3", None),
        ("::", None),
    ],
)
def test_ip(text: str, value: str | None) -> None:
    assert found(text, "IP") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("身份证号11010519491231002X", "11010519491231002X"),
        ("11010519491231002X", "11010519491231002X"),
        ("110105194912310021", None),  # check digit
        ("CPF 529.982.247-25", "529.982.247-25"),
        ("529.982.247-25", "529.982.247-25"),
        ("CNPJ 11.222.333/0001-81", "11.222.333/0001-81"),
        ("mi DNI es 12345678Z", "12345678Z"),
        ("ref 12345678A", None),
        ("NIE X-1234567-L", "X-1234567-L"),
        ("NIR 1 85 05 78 006 084 91", "1 85 05 78 006 084 91"),
        ("codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("RSSMRA85T10A562X", None),
        ("Steuer-ID: 86 095 742 719", "86 095 742 719"),
        ("bsn 111222333", "111222333"),
        ("PESEL 44051401359", "44051401359"),
        ("ИНН 500100732259", "500100732259"),
        ("паспорт 4510 123456", "4510 123456"),
        ("СНИЛС 112-233-445 95", "112-233-445 95"),
        ("TC kimlik no 10000000146", "10000000146"),
        ("เลขบัตรประชาชน 1-1037-02071-81-1", "1-1037-02071-81-1"),
        ("cccd 001099012345", "001099012345"),
        ("NIK 3273012501900001", "3273012501900001"),
        ("주민번호 850101-1234567", "850101-1234567"),
        ("マイナンバーは１２３４５６７８９０１８です", "１２３４５６７８９０１８"),
        ("my ssn is 078-05-1120", "078-05-1120"),
        ("NI number AB 12 34 56 C", "AB 12 34 56 C"),
        ("mi CURP es GOML800101MDFMRC09", "GOML800101MDFMRC09"),
        ("رقم هويتي ١٠١٢٣٤٥٦٧٨", "١٠١٢٣٤٥٦٧٨"),
        ("passport X1234567", "X1234567"),
        ("a number 111222333", None),
        ("my passport photo is 500000 bytes", None),
        ("2024-05-01", None),
    ],
)
def test_identity_number(text: str, value: str | None) -> None:
    assert found(text, "ID_NUMBER") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("br_cpf", "52998224725", "52998224726"),
        ("br_cnpj", "11222333000181", "11222333000182"),
        ("fr_nir", "185057800608491", "185057800608492"),
        ("de_tax_id", "86095742719", "86095742718"),
        ("nl_bsn", "111222333", "111222334"),
        ("pl_pesel", "44051401359", "44051401358"),
        ("ru_inn", "500100732259", "500100732258"),
        ("ru_snils", "11223344595", "11223344596"),
        ("tr_identity", "10000000146", "10000000147"),
        ("th_citizen", "1103702071811", "1103702071812"),
        ("jp_my_number", "123456789018", "123456789019"),
        ("uk_nino", "AB123456C", "GB123456C"),
        ("us_ssn", "078051120", "000051120"),
        ("kr_resident", "8501011234567", "8513011234567"),
        ("id_nik", "3273012501900001", "0073012501900001"),
        ("vn_citizen", "001099012345", "000099012345"),
        ("mx_rfc", "GODE561231GR8", "GODE561331GR8"),
        ("sa_identity", "1058529940", "1058529941"),
        ("ae_identity", "784198012345678", "784000012345678"),
    ],
)
def test_checks(check: str, right: str, wrong: str) -> None:
    (holds,) = (each for _, each, _ in CHECKS[len(right)] if each.__name__ == check)
    assert holds(right)
    assert not holds(wrong)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("add me on whatsapp +44 7700 900123", "+44 7700 900123"),
        ("telegram: @jane_doe", "@jane_doe"),
        ("my line id is jane.doe_9", "jane.doe_9"),
        ("微信号: xiaoming_88", "xiaoming_88"),
        ("加我微信xiaoming88", "xiaoming88"),
        ("LINEのID mika_0814 です", "mika_0814"),
        ("카톡 아이디 minsu_85 입니다", "minsu_85"),
        ("мой телеграм @vova_66", "@vova_66"),
        ("واتساب 00971 50 884 1726", "00971 50 884 1726"),
        ("zalo của em 0912 345 678", None),  # a telephone number too; see below
        ("I paid with wechat payment", None),
        ("whatsapp doesn't work", None),
        ("the line is too long", None),
        ("wechat pay 300 yuan", None),
    ],
)
def test_messenger(text: str, value: str | None) -> None:
    assert [v for v in found(text, "WECHAT") if value or not v[0].isdigit()] == (
        [] if value is None else [value]
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I live at 221B Baker Street, London NW1 6XE", "221B Baker Street, London NW1 6XE"),
        ("ship to 45 Elm Road, Springfield, IL 62704 please", "45 Elm Road, Springfield, IL 62704"),
        ("PO Box 2207, Reno, NV 89505", "PO Box 2207, Reno, NV 89505"),
        ("ich wohne in der Hauptstraße 12, 10115 Berlin", "Hauptstraße 12, 10115 Berlin"),
        ("vivo en Calle Mayor 15, 28013 Madrid", "Calle Mayor 15, 28013 Madrid"),
        ("j'habite au 12 bis rue de la République, 69002 Lyon", "12 bis rue de la République, 69002 Lyon"),
        ("abito in Via Garibaldi 22, 20121 Milano", "Via Garibaldi 22, 20121 Milano"),
        ("moro na Rua das Flores, 123, apto 45, São Paulo - SP", "Rua das Flores, 123, apto 45, São Paulo - SP"),
        ("Dorpsstraat 45, 1234 AB Utrecht", "Dorpsstraat 45, 1234 AB Utrecht"),
        ("ul. Marszałkowska 10/5, 00-590 Warszawa", "ul. Marszałkowska 10/5, 00-590 Warszawa"),
        ("живу: Москва, ул. Ленина, д. 5, кв. 12", "Москва, ул. Ленина, д. 5, кв. 12"),
        ("adresim Atatürk Mah. Gül Cad. No:12 Daire 4", "Atatürk Mah. Gül Cad. No:12 Daire 4"),
        ("شارع الملك فهد، حي العليا، الرياض 12211", "شارع الملك فهد، حي العليا، الرياض 12211"),
        ("住在广东省深圳市南山区科技园路88号3栋502室", "广东省深圳市南山区科技园路88号3栋502室"),
        ("住所は東京都新宿区西新宿2丁目8番1号です", "東京都新宿区西新宿2丁目8番1号"),
        ("주소는 서울특별시 강남구 테헤란로 152, 301호입니다", "서울특별시 강남구 테헤란로 152, 301호"),
        ("ที่อยู่ 12/3 หมู่ 4 ถนนสุขุมวิท แขวงคลองตัน เขตคลองเตย กรุงเทพฯ 10110",
         "12/3 หมู่ 4 ถนนสุขุมวิท แขวงคลองตัน เขตคลองเตย กรุงเทพฯ 10110"),
        ("địa chỉ 123 đường Lê Lợi, phường Bến Nghé, quận 1, TP.HCM", "123 đường Lê Lợi, phường Bến Nghé, quận 1, TP.HCM"),
        ("alamat Jl. Merdeka No. 10 RT 02 RW 05, Bandung 40111", "Jl. Merdeka No. 10 RT 02 RW 05, Bandung 40111"),
        ("delivery to Berlin, Hamburg and Köln in 2-4 days", None),
        ("5 stars, 24 hour service 365 days a year", None),
        ("2 items are on the way", None),
        ("Ordering 12 boxes", None),
        ("Jurassic Park 3", None),
        ("es el setor de trocas, protocolo 33019", None),
        ("zip 48104", None),
        ("发货地在杭州市，3-5天到", None),
        ("서울 1~2일, 제주 3~4일", None),
        ("ส่งกรุงเทพ 1-3 วัน", None),
        ("التوصيل إلى الرياض خلال 3 أيام", None),
    ],
)  # fmt: skip
def test_address(text: str, value: str | None) -> None:
    assert found(text, "ADDRESS") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("My name is Priscilla Oyelaran", "Priscilla Oyelaran"),
        ("this is Tom from support", "Tom"),
        ("Hi Maria, how are you", "Maria"),
        ("Dear Mrs. O'Connor, your refund is done", "O'Connor"),
        ("Kind regards,\nHarold J. Pemberton", "Harold J. Pemberton"),
        ("recipient: Ana Lopez", "Ana Lopez"),
        ("hey its tyler again", "tyler"),
        ("Guten Tag Frau Müller", "Müller"),
        ("Viele Grüße, Jens Vogel", "Jens Vogel"),
        ("me llamo Lucía Fernández y", "Lucía Fernández"),
        ("Hola, le atiende Joaquín del equipo", "Joaquín"),
        ("Je m'appelle Éloïse Marchand", "Éloïse Marchand"),
        ("Gentile Sig.ra Bellandi, la spedizione", "Bellandi"),
        ("t.n.v. Joost Hoekstra", "Joost Hoekstra"),
        ("Dzień dobry Pani Katarzyno, przesyłka", "Katarzyno"),
        ("Meu nome é João da Silva", "João da Silva"),
        ("Меня зовут Иван Петров", "Иван Петров"),
        ("Уважаемый г-н Тер-Петросян, заявка", "Тер-Петросян"),
        ("Adım Ayşe Yılmaz", "Ayşe Yılmaz"),
        ("Sayın Gülşen Hanım, kargonuz", "Gülşen"),
        ("اسمي فاطمة العتيبي", "فاطمة العتيبي"),
        ("أهلاً أستاذة نورة، شحنتك", "نورة"),
        ("我叫王小明，你好", "王小明"),
        ("张先生您好", "张"),
        ("王小明先生您好", "王小明"),
        ("私は山田太郎と申します", "山田太郎"),
        ("田中様、お世話になります", "田中"),
        ("제 이름은 김민수이고", "김민수"),
        ("박종민 고객님 안녕하세요", "박종민"),
        ("สวัสดีค่ะคุณสมชาย พัสดุ", "สมชาย"),
        ("Tên tôi là Nguyễn Văn An", "Nguyễn Văn An"),
        ("chào chị Lan, đơn", "Lan"),
        ("Bapak Budi Santoso", "Budi Santoso"),
        ("Maria Lopez has it", "Maria Lopez"),
        ("Dear customer, thank you", None),
        ("Dear Sir or Madam", None),
        ("Hi Team, please help", None),
        ("I'm waiting. I am Happy with it", None),
        ("The Emma mattress and Dr. Martens boots", None),
        ("Hello Kitty bag", None),
        ("my name is wrong on the order", None),
        ("Thanks, Monday works", None),
        ("Sehr geehrte Damen und Herren", None),
        ("Soy cliente desde 2015", None),
        ("Estimado cliente", None),
        ("Уважаемый покупатель", None),
        ("尊敬的客户，您好", None),
        ("我是老客户了，高兴不起来", None),
        ("好的 谢谢老师", None),
        ("お客様各位、担当者様", None),
        ("고객님 안녕하세요 상담원입니다", None),
        ("คุณลูกค้ารอสินค้า", None),
        ("anh ơi cho em hỏi đơn hàng", None),
        ("Baik Bu. Tinggi anaknya berapa", None),
        ("فستان ليلى مقاس 38", None),
    ],
)
def test_name(text: str, value: str | None) -> None:
    assert found(text, "NAME") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("creditcard 4699 2438 9465 7134 2 keer", "CARD", "4699 2438 9465 7134"),
        ("code 4699 2438 9465 7134", "CARD", None),
        ("tracking 9637 0151 2848 says", "TRACKING_NO", "9637 0151 2848"),
        ("order INV/20240918/MPL/4482719330", "ORDER_NO", "INV/20240918/MPL/4482719330"),
        ("order 1299.90", "ORDER_NO", None),
        ("mi tlf es 612 34 78 09", "PHONE", "612 34 78 09"),
        ("chiamatemi al 347 882 1906", "PHONE", "347 882 1906"),
    ],
)
def test_numbers(text: str, kind: str, value: str | None) -> None:
    assert found(text, kind) == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("texts", "masked"),
    [
        (
            ["This is Maria Lopez.", "Hello Maria, your name is Maria Lopez?"],
            ["This is <NAME_1>.", "Hello <NAME_2>, your name is <NAME_1>?"],
        ),
        (["Your full name please?", "Jovana Petrovic"], ["Your full name please?", "<NAME_1>"]),
        (["请提供您的姓名？", "王小明"], ["请提供您的姓名？", "<NAME_1>"]),
        (["What size?", "Jovana Petrovic"], ["What size?", "Jovana Petrovic"]),
        (["[NAME_1] and <PHONE_2>", "my name is Ann Lee"], ["[NAME_1] and <PHONE_2>", "my name is <NAME_2>"]),
    ],
)  # fmt: skip
def test_conversation(texts: list[str], masked: list[str]) -> None:
    assert redact_conversation(texts) == masked
    assert redact_conversation(masked) == masked


def test_only_the_recognizers_whose_signs_are_there_are_asked() -> None:
    scan = Scan.of([recognizer.needs for recognizer in RECOGNIZERS])
    assert scan.worth_asking(Message.of("where is it?")) == ()
    asked = {type(RECOGNIZERS[n]).__name__ for n in scan.worth_asking(Message.of("a@b.example"))}
    assert asked == {"Email"}


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example", "IBAN DE89 3704 0044 0532 0130 00", "192.168.1.1", "2001:db8::1", "HL-605081",
        "RR123456785CN", "1Z999AA10123456784", "111-1234567-1234567", "#NL-620554",
        "4111 1111 1111 1111", "+44 20 7946 0958", "(11) 90000-2841", "GOML800101MDFMRC09",
        "11010519491231002X", "529.982.247-25", "Am Markt 5, 10115 Berlin", "12 Oak Street",
        "UPS 1234567890123", "order 4821", "tel 555 0142 33", "PO Box 2207", "my name is Ann Lee",
        "住在深圳市南山区科技园路88号3栋", "田中様", "telegram: @jane_doe",
    ],
)  # fmt: skip
def test_a_recognizer_that_is_not_asked_would_find_nothing(text: str) -> None:
    scan = Scan.of([recognizer.needs for recognizer in RECOGNIZERS])
    message = Message.of(text)
    asked = scan.worth_asking(message)
    assert asked
    for place, recognize in enumerate(RECOGNIZERS):
        assert place in asked or list(recognize(message)) == []


@pytest.mark.parametrize(
    ("lower", "behind", "words"),
    [
        ("hi maria, hello", "", ["hi", "hello"]),
        ("high hill oh,hi", "", ["hi", "hill", "hi"]),
        ("oh-hi ohi e\u0301hi", "", ["hi"]),
        ("hi there", "", ["hi there"]),
        ("hi there", r"\Z", ["hi there"]),
        ("hi therefore", r"[\W_]|\Z", ["hi"]),
        ("hi hi hi", r"[\W_]|\Z", ["hi", "hi"]),  # one space parts no two finds
        ("见您好吗", "", ["您好"]),
        ("", "", []),
    ],
)
def test_the_words_of_a_list(lower: str, behind: str, words: list[str]) -> None:
    finder = WordFinder(["hi", "hi there", "hello", "您好", "hill"], behind)
    assert [lower[word.start : word.end] for word in finder.find(lower)] == words
    assert finder.is_in(lower) == bool(words)


def test_words_in_a_part_of_a_text_begin_in_the_whole() -> None:
    finder = WordFinder(["port"])
    assert not finder.is_in("passport", 4)
    assert finder.is_in("pass port", 4, 9)
    assert not finder.is_in("pass port", 0, 8)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12 gg per il rimborso, 3 passati", "ADDRESS", None),
        ("12 GG PER UN RIMBORSO 3", "ADDRESS", None),
        ("Gg. Mawar 12, Bandung", "ADDRESS", "Gg. Mawar 12, Bandung"),
        ("15, calle Mayor", "ADDRESS", "15, calle Mayor"),
        ("12, rue des lilas", "ADDRESS", "12, rue des lilas"),
        ("viale dei tigli 12", "ADDRESS", "viale dei tigli 12"),
        ("calle 12", "ADDRESS", "calle 12"),
        ("3 Stars Street", "ADDRESS", None),
        ("my address: !!, 12345", "ADDRESS", None),
        ("my address: 5 Linden, Apt 4, 90210 Elm", "ADDRESS", "5 Linden, Apt 4, 90210 Elm"),
        ("王小明，13800138000，地址", "NAME", "王小明"),
        ("山田 太郎、", "NAME", "山田 太郎"),
        ("Nguyễn Thị Hoa nhận", "NAME", "Nguyễn Thị Hoa"),
        ("เรื่องนี้ถึงทนายแน่นอนครับ", "NAME", None),
        ("12:34:56:78:9:1:2:99999", "IP", None),
        ("1:2:3:4:5:6:7:8", "IP", "1:2:3:4:5:6:7:8"),
        ("fe80::1ff:fe23:4567:890a", "IP", "fe80::1ff:fe23:4567:890a"),
    ],
)
def test_further_shapes(text: str, kind: str, value: str | None) -> None:
    assert found(text, kind) == ([] if value is None else [value])
