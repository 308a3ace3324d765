"""What exports call our columns: English, Chinese, and what is plain in some other languages.

For each of our names the best name first; where a table has two of them, the better one is meant.
`cs_qa.readers.wording.folded` says how they are compared.
"""

from __future__ import annotations

from cs_qa.readers.wording import folded

__all__ = ["DATES", "HEADERS", "TIMES_OF_DAY", "rank_of"]

HEADERS: dict[str, tuple[str, ...]] = {
    "id": (
        "conversation id", "chat id", "session id", "transcript id", "dialogue id", "dialog id",
        "ticket id", "case id", "thread id", "interaction id", "contact id", "conversation",
        "conversation number", "chat number", "session number", "ticket number", "case number",
        "ticket", "case", "session", "chat", "dialogue", "thread", "conv id",
        "会话id", "会话编号", "会话号", "会话标识", "对话id", "对话编号", "聊天id", "聊天编号",
        "咨询单号", "咨询id", "咨询编号", "工单号", "工单编号", "工单id", "服务单号", "接待id",
        "会话", "对话", "gesprächs id", "gespräch", "ticketnummer", "fallnummer",
        "id de conversation", "identifiant de conversation", "id conversation", "numéro de ticket",
        "id de conversación", "id conversación", "id de la conversación", "número de ticket",
        "id da conversa", "id conversa", "número do ticket", "会話番号", "チャットid",
        "チケット番号", "대화 id", "대화번호", "상담 id", "상담번호", "채팅 id", "티켓번호",
    ),
    "at": (
        "timestamp", "sent at", "created at", "message time", "sent time", "send time",
        "message timestamp", "time sent", "date sent", "sent on", "created on", "created time",
        "creation time", "date time", "date and time", "message date", "sent date",
        "event time", "posted at", "received at", "time", "date", "ts",
        "发送时间", "消息时间", "聊天时间", "发送日期时间", "发言时间", "留言时间", "回复时间",
        "消息发送时间", "传送时间", "创建时间", "会话时间", "日期时间", "时间戳", "时间", "日期",
        "zeitstempel", "gesendet am", "uhrzeit", "zeit", "datum", "horodatage", "envoyé le",
        "date d'envoi", "date et heure", "heure", "fecha y hora", "fecha de envío", "enviado el",
        "fecha", "hora", "data e hora", "data de envio", "enviado em", "送信日時",
        "送信時刻", "日時", "時刻", "발송시간", "전송시간", "보낸시간", "일시", "시간",
    ),
    "role": (
        "sender type", "sender role", "author type", "author role", "participant role",
        "participant type", "user type", "from type", "speaker role", "direction",
        "speaker", "sender", "author", "from", "sent by", "who", "participant", "sender name",
        "author name", "from name", "message type",
        "发送者类型", "发送方类型", "发送人类型", "消息方向", "角色", "身份", "发送者角色",
        "发送方角色", "发送方", "发送者", "发送人", "寄件人", "寄件者", "发言人", "发言方",
        "说话人", "消息来源", "来源方", "消息类型",
        "absendertyp", "rolle", "absender", "type d'expéditeur", "rôle", "expéditeur", "auteur",
        "tipo de remitente", "rol", "remitente", "autor",
        "tipo de remetente", "papel", "remetente", "送信者種別", "役割", "送信者", "発言者",
        "발신자 유형", "역할", "발신자", "보낸사람",
    ),
    "text": (
        "message text", "message body", "message content", "message", "body", "content", "msg",
        "plain body", "chat message", "chat text", "utterance", "comment",
        "消息内容", "聊天内容", "发送内容", "消息正文", "对话内容", "会话内容", "发言内容",
        "讯息内容", "讯息", "内容", "消息", "正文", "文本", "nachrichtentext", "nachricht",
        "inhalt", "texte du message", "message texte", "contenu", "texte", "texto del mensaje",
        "mensaje", "contenido", "texto da mensagem", "mensagem", "conteúdo", "texto",
        "メッセージ内容",
        "メッセージ", "本文", "내용", "메시지 내용", "메시지",
    ),
    "agent_id": (
        "agent account", "agent email", "agent name", "agent", "operator id", "operator name",
        "operator", "assignee id", "assignee", "assigned to", "assigned agent", "advisor",
        "representative", "handled by", "staff id", "staff name", "staff",
        "客服id", "客服工号", "客服账号", "客服昵称", "客服姓名", "客服名称", "接待客服",
        "客服人员", "坐席id", "坐席工号", "坐席账号", "坐席姓名", "坐席", "接待人", "接待人员",
        "子账号", "客服", "mitarbeiter", "bearbeiter", "agente", "担当者", "オペレーター",
        "상담원", "상담사",
    ),
    "customer_id": (
        "customer number", "customer email", "customer name", "customer", "buyer id", "buyer",
        "buyer name", "buyer nickname", "client id", "client name", "client", "contact name",
        "visitor id", "visitor name", "visitor", "end user id", "requester id", "requester",
        "客户id", "客户编号", "客户账号", "客户昵称", "客户名称", "客户姓名", "买家id",
        "买家账号", "买家昵称", "买家名称", "买家旺旺", "买家", "顾客id", "顾客昵称", "顾客",
        "用户id", "用户昵称", "访客id", "访客昵称", "访客", "客户", "kundennummer", "kunde",
        "numéro client", "cliente", "顧客番号", "고객번호", "고객 id", "고객",
    ),
    "csat": (
        "csat score", "csat rating", "satisfaction score", "satisfaction rating",
        "customer satisfaction", "satisfaction", "rating", "stars",
        "满意度", "满意度评分", "满意度评价", "客户满意度", "评价分数", "评价星级", "服务评分",
        "评分", "星级", "评价", "zufriedenheit", "bewertung", "note de satisfaction",
        "satisfacción", "valoración", "satisfação", "avaliação", "満足度", "만족도",
    ),
    "channel": (
        "channel type", "channel name", "source channel", "渠道", "渠道类型", "来源渠道",
        "咨询渠道", "接入渠道", "kanal", "canal", "チャネル", "채널",
    ),
    "market": (
        "country code", "country", "marketplace", "site", "region", "国家", "国家站点", "站点",
        "市场", "国家地区", "land", "pays", "país", "国", "국가",
    ),
    "team": (
        "team name", "agent team", "agent group", "skill group", "group", "queue", "department",
        "客服组", "客服团队", "技能组", "团队", "组别", "小组", "客服分组", "équipe", "equipo",
        "equipe", "チーム", "팀",
    ),
    "language": (
        "language code", "lang", "locale", "语言", "语种", "sprache", "langue", "idioma", "言語",
        "언어",
    ),
    "urgency": ("紧急程度", "紧急度"),
    "timezone": ("time zone", "tz", "时区", "zeitzone", "fuseau horaire", "zona horaria"),
    "resolved": (
        "is resolved", "issue resolved", "problem solved", "solved", "是否解决", "是否已解决",
        "问题是否解决", "解决状态", "解决情况", "gelöst", "résolu", "resuelto", "resolvido",
        "解決済み", "해결여부",
    ),
    "complaint": (
        "is complaint", "has complaint", "complained", "是否投诉", "是否有投诉", "投诉",
        "beschwerde", "réclamation", "reclamación", "reclamação",
    ),
    "contact_reason": (
        "reason for contact", "inquiry type", "enquiry type", "issue type", "contact type",
        "case reason", "issue category", "咨询原因", "咨询类型", "问题类型", "问题分类",
        "会话原因", "来访原因", "kontaktgrund", "motif de contact", "motivo de contacto",
        "motivo de contato",
    ),
    "order_value": (
        "order amount", "order total", "order price", "订单金额", "订单总额", "成交金额",
        "bestellwert", "montant de la commande", "importe del pedido", "valor do pedido",
    ),
    "currency": (
        "currency code", "币种", "货币", "订单币种", "währung", "devise", "moneda", "moeda",
        "通貨", "통화",
    ),
    "converted": (
        "is converted", "conversion", "ordered", "purchased", "是否下单", "是否成交", "是否转化",
    ),
    "attitude_rating": ("态度评价", "服务态度评价"),
    "turn": (
        "turn number", "turn index", "turn no", "message number", "message index", "message no",
        "turn id", "消息序号", "轮次", "对话轮次", "句序",
    ),
}  # fmt: skip

DATES = frozenset(map(folded, (
    "date", "message date", "sent date", "date sent", "日期", "发送日期", "消息日期", "聊天日期",
    "datum", "fecha", "日付", "날짜",
)))  # fmt: skip
"""Columns that hold the day where one of `TIMES_OF_DAY` holds the time of day."""

TIMES_OF_DAY = frozenset(map(folded, (
    "time", "message time", "sent time", "time sent", "hour", "时间", "发送时间", "消息时间",
    "聊天时间", "uhrzeit", "zeit", "heure", "hora", "時刻", "시간",
)))  # fmt: skip

_RANKS = {
    folded(theirs): (ours, rank)
    for ours, names in HEADERS.items()
    for rank, theirs in enumerate(names)
}


def rank_of(header: str) -> tuple[str, int] | None:
    """Which of our columns a header means, and how good a name it is (0 is best).

    What stands in brackets at the end does not matter: "发送时间（北京时间）".
    """
    found = _RANKS.get(folded(header))
    if found is None:
        found = _RANKS.get(folded(header.replace("（", "(").partition("(")[0]))
    return found
