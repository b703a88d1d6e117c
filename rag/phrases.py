"""Every sentence that Sayso itself says in an answer, in both languages."""

from __future__ import annotations

from rag.types import Language, RefusalReason

REFUSALS: dict[RefusalReason, dict[Language, str]] = {
    "not_in_corpus": {
        "zh": "这些采访里没有能回答这个问题的内容,因此不作回答。",
        "en": "The interviews say nothing that answers this question, so there is no answer.",
    },
    "not_said_by_speaker": {
        "zh": "{speakers}在这些采访里没有谈到这一点,因此不作回答。",
        "en": "{speakers} did not speak of this in the interviews, so there is no answer.",
    },
    "no_evidence_left": {
        "zh": "没有一句话能得到原文支持,因此不作回答。",
        "en": "No statement was left that the sources support, so there is no answer.",
    },
    "bad_question": {
        "zh": "请用中文或英文提一个不超过2000字的问题。",
        "en": "Please ask a question in Chinese or English of at most 2,000 characters.",
    },
}
OTHER_SPOKE: dict[Language, str] = {"zh": "谈到它的是{speaker}。", "en": " It was {speaker} who spoke of it."}
IN_VAIN: dict[Language, str] = {
    "zh": "采访者问过这个问题(“{question}”),但没有得到回答。",
    "en": "The interviewer asked this (“{question}”) and got no answer.",
}
OTHERWISE: dict[Language, str] = {
    "zh": "注意:提问里的数字与引文中的不一致。",
    "en": "Note: the figure in the question differs from the one quoted.",
}
LEFT_OPEN: dict[Language, str] = {"zh": "文章没有讲到{gap}。", "en": "The articles don't tell {gap}."}
NOT_FOUND_OF: dict[Language, str] = {
    "zh": "没有找到{speakers}对此的说法。",
    "en": "Nothing was found that {speakers} said of this.",
}
NEAR: dict[Language, str] = {"zh": "最接近的内容见:{titles}。", "en": "The nearest passages are in: {titles}."}
TITLE: dict[Language, str] = {"zh": "《{title}》", "en": "“{title}”"}
QUOTED: dict[Language, str] = {"zh": "{speaker}:“{text}”", "en": "{speaker}: “{text}”"}
UNPROVED: dict[Language, str] = {"zh": "(未能核实)", "en": " (not verified)"}
MODEL_FAILED: dict[Language, str] = {
    "zh": "模型服务没有给出可用的回答({reason}),以下是离线回答。",
    "en": "The model server gave no usable answer ({reason}); this is the offline answer.",
}
WORDS_ALONE: dict[Language, str] = {
    "zh": "语义检索暂不可用,本回答只按词语检索。",
    "en": "Search by meaning is not available now; this answer was found by words alone.",
}
AND: dict[Language, str] = {"zh": "、", "en": ", "}
