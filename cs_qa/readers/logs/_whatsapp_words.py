"""What WhatsApp itself writes into an exported chat, in the languages of the phones."""

from __future__ import annotations

import re

__all__ = ["DAY_HALF", "DELETED", "EDITED", "ENCRYPTED", "FILE_NAMES", "JOINTS", "OMITTED"]

# Words for the half of the day, before or after the clock: en/es, vi, tr, ar, ko, zh, ja, th.
DAY_HALF = (
    r"[AaPp] ?\. ?[Mm] ?\.?|[AaPp] ?[Mm]\b|SA\b|CH\b|Ö[ÖS]\b|[صم](?!\w)|오전|오후|上午|下午|凌晨"
    r"|早上|清晨|中午|傍晚|晚上|半夜|午前|午後|ก่อนเที่ยง|หลังเที่ยง"
)
# Words between date and clock.
JOINTS = r"a las|alle|alle ore|às|as|at|à|kl\.?|klo|lúc|om|ore|pukul|saat|um|в"

# Between the name of the app and that of the other party, or the other way round.
FILE_NAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r".{0,24}?(?:whatsapp|واتساب)[- _]?\w{0,12}[ _]"
        r"(?:with|mit|con|com|avec|met|z użytkownikiem|z|с контактом|с|مع|กับ|với|dengan|[-–:])[ _]"
        r"(?P<name>.+)",
        r"(?P<name>.+?)(?:[ _]ile[ _]| ?님과의[ _]?| ?との[ _]?)whatsapp.*",
        r"[与與和][ _]?(?P<name>.+?)[ _]?的[ _]?whatsapp.*",
    )
)

ENCRYPTED = re.compile(
    r"end[- ]to[- ]end|Ende[- ]zu[- ]Ende|(?:de )?extremo a extremo|de ponta a ponta|bout en bout"
    r"|crittografat\w+ end|eind[- ]tot[- ]eind|szyfrowan\w+ (?:end|metodą|od końca)|сквозн\w+ шифр"
    r"|uçtan uca|التشفير التام|مشفر[ةه] تمام|エンドツーエンド|종단[- ]?간|端[到對对]端"
    r"|ต้นทางถึงปลายทาง|mã hóa đầu cuối",
    re.IGNORECASE,
)

# A media message in an export without media, as iPhones write it ("image omitted").
OMITTED = re.compile(
    r"omitted|weggelassen|ausgeschlossen|ausgelassen|omitid[ao]|ocultad[ao]|oculta\b|não revelad"
    r"|omis(?:es?)?\b|absente?\b|omess[aoie]|eliminat[aoi]$|weggelaten|pominięt|отсутствует|пропущен"
    r"|без медиа|dahil edilmedi|atlanmış|استبعاد|غير مدرج|حذف الصورة|含まれていません|省略|なし$"
    r"|생략|제외|略去|忽略|ไม่รวม|ถูกลบ$|bỏ qua|tidak disertakan",
    re.IGNORECASE,
)

EDITED = re.compile(
    r"edited|bearbeitet|edit[oó]|editad|modifi|modificat|bewerkt|edytowan|измен|düzenlen|تعديل|編集"
    r"|수정|편집|编辑|編輯|แก้ไข|chỉnh sửa|diedit",
    re.IGNORECASE,
)

# Whole messages in place of one that was taken back, compared without case and closing stop.
DELETED = frozenset(
    {
        "this message was deleted",
        "you deleted this message",
        "diese nachricht wurde gelöscht",
        "du hast diese nachricht gelöscht",
        "se eliminó este mensaje",
        "este mensaje fue eliminado",
        "eliminaste este mensaje",
        "mensagem apagada",
        "esta mensagem foi apagada",
        "essa mensagem foi apagada",
        "você apagou esta mensagem",
        "apagou esta mensagem",
        "ce message a été supprimé",
        "vous avez supprimé ce message",
        "questo messaggio è stato eliminato",
        "hai eliminato questo messaggio",
        "dit bericht is verwijderd",
        "je hebt dit bericht verwijderd",
        "u hebt dit bericht verwijderd",
        "ta wiadomość została usunięta",
        "wiadomość została usunięta",
        "usunięto tę wiadomość",
        "данное сообщение удалено",
        "сообщение удалено",
        "вы удалили данное сообщение",
        "вы удалили это сообщение",
        "bu mesaj silindi",
        "bu mesajı sildiniz",
        "تم حذف هذه الرسالة",
        "لقد حذفت هذه الرسالة",
        "حذفت هذه الرسالة",
        "このメッセージは削除されました",
        "このメッセージを削除しました",
        "メッセージを削除しました",
        "삭제된 메시지입니다",
        "이 메시지는 삭제되었습니다",
        "이 메시지를 삭제했습니다",
        "ข้อความนี้ถูกลบแล้ว",
        "คุณลบข้อความนี้แล้ว",
        "tin nhắn này đã bị xóa",
        "bạn đã xóa tin nhắn này",
        "pesan ini telah dihapus",
        "pesan ini dihapus",
        "anda menghapus pesan ini",
        "anda telah menghapus pesan ini",
        "此消息已被删除",
        "此消息已删除",
        "您删除了此消息",
        "你删除了这条消息",
        "這則訊息已刪除",
        "此訊息已刪除",
        "你已刪除這則訊息",
    }
)
