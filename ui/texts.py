"""Everything the interface itself says, in Chinese and English: a language and a key in, the words out."""

from __future__ import annotations

from rag.types import Language, RefusalReason, Role, Verdict

MAX_QUESTION = 2000

_TEXTS: dict[str, tuple[str, str]] = {
    # labels and buttons: they follow the browser's language
    "ask": ("问问这些创始人怎么说…", "Ask what the founders said…"),
    "question": ("问题", "Question"),
    "new_chat": ("新对话", "New chat"),
    "filter": ("只看", "Only"),
    "filter_help": ("只用这些人的话来回答", "Answer only from these people's words"),
    "send": ("发送", "Send"),
    "stop": ("停止", "Stop"),
    "conversation": ("对话", "Conversation"),
    "sources": ("出处", "Sources"),
    "back": ("返回出处", "All sources"),
    "close": ("关闭", "Close"),
    "loading": ("正在打开原文…", "Opening the article…"),
    "unreachable": ("原文打不开：服务没有回应。", "The article can't be opened: the server does not answer."),
    "tagline": ("每一句都有出处的访谈问答", "Interviews, answered sentence by sentence with sources"),
    "welcome": (
        "问 AI 算力创始人说过什么。每句回答都标出原文和说话人；点编号就能看到原文。",
        "Ask what AI-compute founders have said. Every sentence names its source and speaker; click a number to read it.",
    ),
    "empty_panel": (
        "回答引用的原文会列在这里。点回答里的编号，打开文章并看到那一段。",
        "What an answer cites is listed here. Click a number in the answer to open the article at that passage.",
    ),
    # with an answer: they follow the question's language
    "offline": ("离线模式 · 不用模型", "Offline · no model"),
    "copy": ("复制", "Copy"),
    "copied": ("已复制", "Copied"),
    "cited": ("{n} 处出处", "{n} sources"),
    "cited_one": ("1 处出处", "1 source"),
    "nearby": ("资料中相近的内容", "What the corpus does say nearby"),
    "refused": ("资料里没有答案", "Not in the interviews"),
    "uncited": ("这个回答没有引用任何原文。", "This answer cites nothing."),
    "also_searched": ("也检索了", "Also searched"),
    "free": ("费用 $0", "cost $0"),
    "cost": ("费用 ${cost}", "cost ${cost}"),
    "unpriced": ("费用未知", "cost unknown"),
    "working": ("正在查找…", "Searching the interviews…"),
    "stopped": ("已停止。", "Stopped."),
    "too_long": (
        "这个问题有 {n} 个字符，最多可以写 {most} 个。请缩短后再问一次。",
        "This question has {n} characters; {most} are the most. Please shorten it and ask again.",
    ),
    "empty": ("请写下一个问题。", "Please write a question."),
    "failed": ("没能回答：{reason}", "No answer this time: {reason}"),
    "incident": (
        "内部出错，编号 {reason}。详情在服务器日志里。",
        "something broke inside; incident {reason}. The server's log has the details.",
    ),
    # the article
    "cited_passage": ("引用的段落", "Cited passage"),
    "undated": ("没有日期", "undated"),
    "misprinted": ("原文有误，可能是：", "Misprinted in the source; probably: "),
    "no_article": ("索引里已经没有这篇文章。", "This article is no longer in the index."),
}

ROLES: dict[Role, tuple[str, str]] = {
    "speaker": ("本人原话", "own words"),
    "reported": ("文章转述", "reported"),
    "interviewer": ("采访者", "interviewer"),
    "narrator": ("文章叙述", "the article"),
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "verbatim": ("原话", "verbatim"),
    "supported": ("有据", "supported"),
    "unsupported": ("未能核实", "unsupported"),
}
VERDICT_HELP: dict[Verdict, tuple[str, str]] = {
    "verbatim": ("与原文逐字一致", "The source's own words"),
    "supported": (
        "数字、方向、语气、人名都与出处核对过",
        "Numbers, direction, modality and names were checked against the source",
    ),
    "unsupported": (
        "没有通过与出处的核对，请勿当作原话",
        "Did not pass the checks against the sources; don't rely on it",
    ),
}
REFUSALS: dict[RefusalReason, tuple[str, str]] = {
    "not_in_corpus": ("资料里没有谈到这个", "The interviews don't cover this"),
    "not_said_by_speaker": ("这个人没有谈到这个", "This person doesn't speak about it"),
    "no_evidence_left": ("找到的内容不足以支持回答", "What was found doesn't support an answer"),
    "bad_question": ("这个问题没法查", "This can't be looked up"),
}
# The M×N middle layer, the 10,000× goal and AIDC economics, once in each language.
EXAMPLES: tuple[tuple[Language, str], ...] = (
    ("zh", "戴国浩说的“M×N中间层”是什么？"),
    ("zh", "为什么说算力成本能下降1万倍？"),
    ("zh", "张亚林怎么看智算中心（AIDC）的投入和回报？"),
    ("en", "What is the “M×N” middle layer and why does it matter?"),
    ("en", "How does Dai Guohao want to make compute 10,000× cheaper?"),
    ("en", "What do the founders say about the economics of AI data centres (AIDC)?"),
)


def text(language: Language, key: str, **values: object) -> str:
    """`text("en", "cited", n=3)` gives `'3 sources'`."""
    return worded(language, _TEXTS[key]).format(**values)


def worded(language: Language, pair: tuple[str, str]) -> str:
    """The half of a Chinese-English pair that a language wants."""
    return pair[0] if language == "zh" else pair[1]


def translations() -> dict[str, dict[str, str]]:
    """Locale to key to words, as `gr.I18n` wants it."""
    chinese = {key: pair[0] for key, pair in _TEXTS.items()}
    return {"en": {key: pair[1] for key, pair in _TEXTS.items()}, "zh": chinese, "zh-CN": chinese, "zh-TW": chinese}


def language_of(question: str) -> Language:
    """For words about a question that no engine has seen: Chinese where it holds a Chinese character."""
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in question) else "en"
