"""Who wrote a turn, in the words that tables use for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from cs_qa.readers.wording import folded
from cs_qa.types import ROLES, Role

if TYPE_CHECKING:
    from cs_qa.readers.options import ReadOptions

__all__ = ["ROLE_WORDS", "RoleWords", "own_role"]

ROLE_WORDS: dict[Role, tuple[str, ...]] = {
    "customer": (
        "customer", "client", "user", "buyer", "visitor", "contact", "consumer", "shopper",
        "end user", "guest", "requester", "lead", "inbound", "incoming", "in", "received",
        "客户", "买家", "顾客", "用户", "访客", "消费者", "接收", "收到",
        "客人", "会员", "买方", "咨询者", "客户消息", "用户消息", "买家消息",
        "访客消息", "kunde", "kundin", "client final", "cliente", "comprador", "compradora",
        "お客様", "고객", "고객님",
    ),
    "agent": (
        "agent", "support", "support agent", "human agent", "live agent", "operator", "staff",
        "representative", "rep", "csr", "advisor", "adviser", "employee", "assignee", "admin",
        "teammate", "seller", "merchant", "shop", "outbound", "outgoing", "out", "sent",
        "customer service", "customer support", "service agent",
        "客服", "人工客服", "人工", "坐席", "座席", "坐席人员", "客服人员", "人工坐席", "商家",
        "卖家", "商户", "店铺", "卖方", "客服消息", "商家消息", "坐席消息", "接待人员",
        "真人客服", "专员", "发送", "发出",
        "mitarbeiter", "berater", "agente", "conseiller", "conseillère", "vendeur", "vendedor",
        "vendedora", "担当者", "オペレーター", "상담원", "상담사", "판매자",
    ),
    "bot": (
        "bot", "chatbot", "virtual assistant", "virtual agent", "agent bot",
        "ai assistant", "ai agent", "auto reply", "automated", "automatic reply",
        "机器人", "智能客服", "智能机器人", "机器人客服", "自动回复", "智能助手", "ai客服",
        "虚拟客服", "ボット", "챗봇",
    ),
    "system": (
        "system", "system message", "system event", "event", "note", "internal note",
        "private note", "notification", "activity", "info",
        "系统", "系统消息", "系统提示", "系统通知", "提示", "备注", "内部备注", "通知", "事件",
        "système", "sistema", "システム", "시스템",
    ),
}  # fmt: skip

_ROLES: dict[str, Role] = {
    folded(word): role for role, words in ROLE_WORDS.items() for word in words
}


def own_role(value: object, roles: Mapping[str, Role]) -> object:
    """Our role where a user said what this word stands for, else the value itself."""
    if not roles or not isinstance(value, str):
        return value
    return {folded(word): role for word, role in roles.items()}.get(folded(value), value)


class RoleWords:
    """The words of a table: the user's own first, then those that exports use, then names."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options

    @cached_property
    def _words(self) -> dict[str, Role]:
        ours: dict[str, Role] = {role: role for role in ROLES}
        theirs = {folded(word): role for word, role in self._options.roles.items()}
        return _ROLES | ours | theirs

    @cached_property
    def _agents(self) -> frozenset[str]:
        return frozenset(name.strip() for name in self._options.agents)

    def role(self, cells: Mapping[str, object]) -> object:
        """The role of a row; its cell as it is where that is neither a word nor a name we know.

        A name is known where it is the row's `agent_id` or `customer_id`, or was told with the
        options.
        """
        value = cells.get("role")
        if not isinstance(value, str) or not (name := value.strip()):
            return value
        known = self._words.get(folded(name))
        if known is not None:
            return known
        if name in self._agents or name == _name(cells.get("agent_id")):
            return "agent"
        return "customer" if name == _name(cells.get("customer_id")) else value


def _name(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None
