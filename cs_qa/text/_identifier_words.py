"""Words that announce an order number, a tracking number or a telephone number.

Casefolded stems in the languages of `cs_qa.text.LANGUAGES`; an ending of a few letters may follow
(the Russian, Polish and Turkish cases). Longer words need no separator before the number in
scripts without spaces.
"""

__all__ = ["CARRIERS", "FILLERS", "NOT_ORDERS", "NUMBER", "ORDER", "PHONE", "TRACKING"]

ORDER = """
    order | 订单 | 訂單 | 單號 | 订单号 | 注文 | 受注 | 주문 | bestell | auftrag | commande
    | cde | pedido | orden | ord | compra | encomenda | ordin | acquisto | bestelling
    | zamówieni | zamowieni | zam | заказ | sipariş | siparis | طلب | طلبي | طلبية | الطلب
    | أوردر | اوردر | คำสั่งซื้อ | ออเดอร์ | ออร์เดอร์ | หมายเลขคำสั่งซื้อ | đơn hàng | đơn
    | mã đơn | pesanan | order id | purchase
"""

TRACKING = """
    tracking | track | awb | waybill | consignment | shipment | parcel | 运单 | 運單
    | 快递单 | 快遞單 | 快递 | 物流单 | 物流号 | 物流 | 追跡 | お問い合わせ番号 | 送り状
    | 伝票 | 송장 | 운송장 | 등기 | sendungs | sendung | paket | trackingnr | suivi | colis
    | seguimiento | guía | guia | rastreo | envío | envio | rastreio | rastreamento | objeto
    | tracciamento | spedizione | track and trace | track & trace | trackcode | zending
    | zendings | barcode | przesyłk | śledzeni | list przewozowy | nadani | трек
    | отслеживани | отправлени | накладн | takip | kargo | gönderi | gonderi | تتبع | الشحنة
    | شحنة | بوليصة | พัสดุ | เลขพัสดุ | แทรค | แทร็ค | เลขติดตาม | vận đơn | mã vận | resi
    | no resi | nomor resi
"""

PHONE = """
    tel | telephone | phone | mobile | cell | cellphone | call | ring | reach me | whatsapp
    | sms | 电话 | 電話 | 手机 | 手機 | 联系方式 | 联系 | 致电 | 携帯 | 連絡先 | 전화
    | 전화번호 | 휴대폰 | 핸드폰 | 연락처 | 번호는 | telefon | handy | mobil | mobilnummer
    | rufnummer | anrufen | erreichbar | téléphone | portable | joindre | teléfono
    | telefono | móvil | movil | celular | fono | cel | telefone | telemóvel | telemovel
    | fone | zap | cellulare | recapito | telefoon | mobiel | gsm | komórk | zadzwoń
    | телефон | тел | моб | звон | номер для связи | cep | telefonum | هاتف | الهاتف | تلفون
    | تليفون | جوال | الجوال | موبايل | موبايلي | رقمي | โทร | โทรศัพท์ | เบอร์ | มือถือ
    | điện thoại | đt | sđt | sdt | số điện | gọi | hotline | telepon | telp | hp | no hp
    | nomor hp | wa | nohp
"""

FILLERS = """
    numeri | number | nummer | numero | número | numéro | numer | num | numara | numarası
    | numarasi | numaram | nomor | номер | no | nr | nº | n | code | código | codigo
    | codice | kod | kode | код | id | ref | reference | referencia | référence | is | was
    | it | est | es | è | é | ist | lautet | is het | to | это | adalah | yaitu | là | số
    | mã | คือ | เลขที่ | หมายเลข | เลข | my | me | at | on | under | al | au | unter | de
    | del | do | da | la | le | der | die | das | van | от | by | via | for | номером | под
    | nya | saya | mi | meu | minha | mon | ma | mein | mijn | mój | ini | 编号 | 編號
    | 号码 | 號碼 | 单号 | 番号 | 号 | 號 | 번호 | 是 | 为 | 為 | は | が | の | 는 | 은
    | 가 | 이 | رقم | رقمه | هو | رقمها | with | the | con | com | avec | mit | met | z | с
"""

NUMBER = """
    number | no. | nr | nummer | numero | número | numéro | numer | номер | numara | nomor
    | no | nº | id | 号 | 號 | 番号 | 번호 | رقم | หมายเลข | เลข | mã | số | code | código
    | kod | codice
"""

NOT_ORDERS = """
    ticket | case | incident | 工单 | tiket | caso | dossier | talep | обращени | zgłoszeni
    | 티켓 | チケット | colour | color | farbe | couleur | hex | rank | top
"""

CARRIERS = """
    ups | usps | fedex | dhl | gls | dpd | hermes | evri | royal mail | an post | la poste
    | colissimo | chronopost | correos | seur | ctt | correios | poste italiane | brt
    | bartolini | postnl | poczta | inpost | почт | сдэк | cdek | aras | yurtiçi | yurtici
    | mng | ptt | aramex | smsa | naqel | jne | j&t | sicepat | anteraja | ninja | flash
    | kerry | ghn | ghtk | viettel | 顺丰 | 順豐 | 中通 | 圆通 | 申通 | 韵达 | 极兔 | 京东
    | 邮政 | 菜鸟 | ヤマト | 佐川 | ゆうパック | 日本郵便 | cj대한통운 | 대한통운 | 한진
    | 우체국 | 로젠 | canada post | auspost | yanwen | 4px | cainiao | amazon logistics
"""
