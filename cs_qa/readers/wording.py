"""Words of foreign files, compared whatever their case, width, blanks, marks and Chinese script."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["folded"]

# The characters of our tables of words that the two Chinese scripts write differently, in pairs.
_PAIRS = (
    "會会 話话 編编 號号 對对 單单 發发 時时 間间 內内 訊讯 買买 顧顾 賣卖 戶户 滿满 "
    "評评 聲声 國国 類类 組组 語语 錄录 諮咨 詢询 標标 題题 問问 訴诉 額额 幣币 種种 "
    "換换 決决 機机 動动 復复 統统 暱昵 稱称 賬账 帳账 員员 終终 較较 處处 線线 訪访 "
    "協协 議议 歡欢 樂乐 點点 輪轮 責责 閱阅 讀读 創创 為为 務务 團团 隊队 區区 資资 "
    "關关 閉闭 轉转 運运 檔档 傳传 遞递 總总 價价 達达 結结 識识 覆复 說说 説说 來来 "
    "級级 場场 別别 緊紧 狀状 態态 況况 費费 鋪铺 虛虚 擬拟 備备 註注 貨货 專专 東东 "
    "擔担 當当 訂订 數数 儲储 鐘钟 "
)
_SIMPLIFIED = str.maketrans(_PAIRS[0::3], _PAIRS[1::3])


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The letters and digits of a short text, in one case and one width, Chinese simplified.

    >>> folded(" Agent_ID: "), folded("發送時間")
    ('agentid', '发送时间')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLIFIED)
    return "".join(char for char in plain if char.isalnum() or unicodedata.combining(char))
