"""Verbs by which an article lets somebody speak, as alternatives of a regular expression."""

from __future__ import annotations

SAYS_ZH = (
    "表示|认为|指出|强调|坦言|直言|透露|介绍|告诉|称|说|说道|谈到|提到|提及|解释|回忆|补充|建议|发现|意识到|看来|觉得|"
    "相信|预计|预测|总结|得出结论|感叹|呼吁|回应|回答"
)
SAYS_EN = (
    r"said|says|told|tells|argues?d?|believes?d?|thinks?|thought|added|adds|explain(?:s|ed)|noted|stress(?:es|ed)|"
    r"claim(?:s|ed)|point(?:s|ed) out|hopes?d?|expects?|expected|[Aa]ccording to|recall(?:s|ed)|warn(?:s|ed)|suggest(?:s|ed)|"
    r"declin(?:es|ed)|admit(?:s|ted)|insist(?:s|ed)"
)
