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
    "chat": ("对话", "Chat"),
    "history": ("历史", "History"),
    "no_history": ("还没有对话。", "No conversations yet."),
    "forget": ("删除", "Delete"),
    "export_md": ("导出 Markdown", "Export Markdown"),
    "export_json": ("导出 JSON", "Export JSON"),
    "light_dark": ("浅色/深色", "Light or dark"),
    "other_language": ("English", "中文"),
    "answer_in": ("回答语言", "Answer in"),
    "auto": ("自动", "Auto"),
    "model": ("模型", "Model"),
    "quoting": ("离线:只用原话", "offline: quotes only"),
    "menu": ("菜单", "Menu"),
    "keys": (
        "回车发送 · Shift+回车换行 · Esc 停止或关闭 · / 到输入框 · Alt+N 新对话 · Alt+1…9 打开出处",
        "Enter sends · Shift+Enter breaks the line · Esc stops or closes · / to the box · Alt+N new chat · Alt+1…9 opens a source",
    ),
    "try_these": ("可以这样问", "You could ask"),
    "go_on": ("接着问", "Ask next"),
    "instead": ("文章里有的", "What they do tell"),
    "why_bad": ("哪里不好?(可不填)", "What was wrong? (optional)"),
    "reason_wrong": ("答错了", "wrong"),
    "reason_source": ("出处不对", "wrong source"),
    "reason_missing": ("不完整", "incomplete"),
    "reason_refused": ("不该拒答", "should have answered"),
    "send_reason": ("提交", "Send"),
    "cut": ("服务器在回答完之前停了。", "The server stopped before the answer was complete."),
    "lost": ("与服务器的连接断了,正在重连…", "The connection to the server was lost; trying again…"),
    # compare
    "compare": ("对比", "Compare"),
    "compare_ask": ("同一个问题,各位创始人怎么说…", "One question, every founder's own words…"),
    "compare_help": (
        "一个问题,每位创始人一栏:他们各自的原话,或“没有谈到”。",
        "One question, a column for each founder: their own quotes, or “not discussed”.",
    ),
    "compare_go": ("对比", "Compare"),
    "not_discussed": ("没有谈到", "not discussed"),
    # library
    "library": ("资料库", "Library"),
    "library_help": (
        "回答只来自这些文章。可以加入自己的 .txt .md .html .pdf .docx 或 .jsonl 文件。",
        "Answers come from these articles only. You can add .txt, .md, .html, .pdf, .docx or .jsonl files of your own.",
    ),
    "add": ("添加文件", "Add files"),
    "drop_here": ("或把文件拖到这里", "or drop them here"),
    "remove": ("移除", "Remove"),
    "removed": ("已移除", "removed"),
    "really": ("确定移除?", "Really remove?"),
    "uploading": ("上传中", "uploading"),
    "reading": ("正在阅读…", "reading…"),
    "added": ("已加入", "added"),
    "changed": ("已更新", "updated"),
    "unchanged": ("没有变化", "unchanged"),
    "too_large": ("文件超过 {n} MB", "the file is larger than {n} MB"),
    "yours": ("您的文件", "your document"),
    "builtin": ("自带文章", "built in"),
    "counts": ("{sentences} 句 · {characters} 字", "{sentences} sentences · {characters} characters"),
    "report": ("清洗报告", "Cleaning report"),
    "clean": ("清洗时没有改动。", "Cleaning changed nothing."),
    "repaired": ("修复", "repaired"),
    "damaged": ("损坏,无法修复", "damaged beyond repair"),
    "boilerplate": ("移除的页面杂讯", "page noise removed"),
    "unanswered": ("采访者问了、没人回答", "asked and never answered"),
    "open": ("打开", "Open"),
    # with an answer: they follow the question's language
    "offline": ("离线模式 · 不用模型", "Offline · no model"),
    "copy": ("复制", "Copy"),
    "copy_done": ("已复制", "Copied"),
    "again": ("重答", "Retry"),
    "again_done": ("再答一次", "Answer once more"),
    "good": ("有用", "Good"),
    "good_done": ("谢谢!", "Thank you!"),
    "bad": ("不好", "Bad"),
    "bad_done": ("谢谢,已记下", "Thank you, noted"),
    "edit": ("修改", "Edit"),
    "pending": ("正在写,还没有核对", "Being written, not checked yet"),
    "took": ("检索 {found},作答 {said}", "found in {found}, answered in {said}"),
    "tokens": ("读入 {read} 个 token,写出 {written} 个", "{read} tokens read, {written} written"),
    "cheaper": ("比基准便宜 {times} 倍", "{times}× cheaper than the baseline"),
    "busy": ("现在提问的人太多,请过半分钟再问。", "Too many questions are waiting; please ask again in half a minute."),
    "too_fast": ("一分钟最多问 {most} 个问题,请稍等。", "At most {most} questions a minute; please wait a little."),
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
    "reading_view": ("整理后", "Cleaned"),
    "raw_view": ("原始文本", "Raw text"),
    "views": ("看哪一种文本", "Which text to show"),
    "left_out": ("此处移除了 {n} 个字符", "{n} characters removed here"),
    "not_indexed": ("没有收入索引", "not indexed"),
    "repaired_to": ("修复为:{text}", "repaired to: {text}"),
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
SIGNS: dict[Verdict, str] = {"verbatim": "”", "supported": "✓", "unsupported": "✗"}
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
