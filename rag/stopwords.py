"""Words that frame a question and say nothing of what it is about."""

from __future__ import annotations

STOP_HAN = frozenset(
    """
    什么 怎么 怎样 怎么样 如何 为什么 为何 为啥 哪些 哪个 哪里 哪儿 哪位 哪种 哪家 哪年 多少 几个 几年 谁 是否 是不是 有没有 能不能 可不可以 会不会 吗 呢 吧 啊 呀 请问 请 告诉 知道 想
    想问 问 问题 一下 一些 有些 某些 这个 那个 这些 那些 这样 那样 这里 那里 其中 里面 当中 方面 关于 对于 至于 根据 按照 通过 以及 和 与 跟 同 及 或 或者 还是 的 地 得 了 着 过 是
    在 有 也 都 还 就 又 再 很 更 最 太 非常 比较 到底 究竟 具体 主要 一般 大概 大约 左右 目前 现在 如今 当时 时候 时 之后 之前 以后 以前 后来 然后 他 她 它 他们 她们 它们 我 我们
    你 你们 您 自己 大家 别人 人 人们 个 位 种 家 次 件 篇 段 句 为 以 于 从 向 对 把 被 让 使 给 由 到 将 会 能 可以 可能 应该 必须 需要 要 做 做到 进行 成为 作为 文章 文中
    采访 访谈 报道 提到 提及 谈到 说到 讲到 说过 讲过 谈 说 讲 指出 表示 介绍 解释 描述 总结 概括 简单 简要 详细 话 内容 情况 东西 事情 事 意思 样 点 第 其 该 本 此 各 每 某 不 没
    没有 并 而 但 但是 却 所以 因此 因为 如果 虽然 那么 只 仅 才 已 已经 曾 曾经 正在 一直 之 所 来 去 上 下 中 里 内 外 前 后 叫 叫做 称 称为 属于 包括 包含 分别 一个 两个 帮
    帮我 麻烦 总体 来说 来看 看来 角度 怎 啥 咋 嘛 哦 呗 哪 几 多 底 用 回答 答案 请教 一句话 原话 创始人们
    那 这 啦 么 呐 另外 还有
    说人话 人话 大白话 通俗 玩法 咋样 咋回事 科普 聊聊 说说 讲讲 唠唠 想知道 想了解 了解 求问 谢谢 感谢 你好 您好 哈哈
    """.split()
)
STOP_LATIN = frozenset(
    """
    a an the this that these those it its he she they them him her his their theirs we us our you your i me my
    mine what which who whom whose when where why how is are was were be been being am do does did done doing
    has have had having can could will would shall should may might must ought of in on at to from for with by
    about as into onto over under between among through during per via than then so and or but nor not no yes if
    whether because while there here also too very much many more most less least few some any each every all
    both either neither one other another same such own just only even still yet already now according tell
    explain describe give please know say says said ask asked mention mentioned mentions talk talks talked speak
    speaks spoke article articles interview interviews text s t re ve ll d m exactly really actually roughly
    approximately kind sort thing things way ways make makes made get gets got go goes went want wants let lets
    put like mean means meant up out off down again once ever never else quite rather instead regarding
    concerning isn't don't doesn't didn't what's who's anyone anybody someone somebody something anything
    everything nothing quick sentence sentences nutshell plain summary summarize summarise briefly short answer question coming come comes use
    used uses using need needs needed people part parts total long type types view views likes level help helps
    helped around he's she's it's that's there's i'm they're founders founder's hi hello hey thanks thank please pls plz ok
    okay curious wonder wondering
    """.split()
)
# Concepts that say how something is told, not what: they may help a little to rank, never to refuse.
FRAME_CONCEPTS = frozenset(
    {
        "answer",
        "ask",
        "call",
        "china",
        "company",
        "describe",
        "explain",
        "main",
        "mention",
        "question",
        "say",
        "similar",
        "talk",
        "tell",
        "think",
        "want",
        "willing",
    }
)
