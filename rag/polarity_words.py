"""Words that turn a statement into its contrary, in Chinese and English: negations, opposites and modality.

Regular expressions over folded text. They are general words of the two languages; which were missing was seen on the
mutants of the five built-in articles (`sayso eval verifier`).
"""

from __future__ import annotations

import re

# What denies. A word of the first kind must have its counterpart; one of the second may be the counterpart.
DENIES = re.compile(
    r"(?:(?<!离)|(?!不开))不(?!断|同|仅|止|只|但|论|管|少|限|错|停|妨|久|过(?!是)|得不|单|光|可或缺|禁|了)"
    r"|没(?!落)|(?<!前所)(?<!过)未(?![来知])|(?:并|绝|而|既|决|远)非|无(?:法|需|须|人(?![机驾])|从|意)|毫无|否认|拒绝"
    r"|\b(?:not(?! only| just| merely| simply)|never|cannot|nor|neither|none|nobody|nothing|without|denie[sd]|refuse[sd]?)\b|\bno\b(?! matter)|n't\b|\bno longer\b"
)
SOFTENS = re.compile(
    r"没有?关系|没什么|难以|很难|艰难|缺|少(?!数|年)|弱|乏|失败|避免|反而|例外|而非|单靠|不足|不好|尚|别(?!人|的)|宁愿|宁可|更愿意|与其|永无|无止境|无尽|短板|离开|忽略|看低|分开"
    r"|\b(?:lacks?|lacking|few(?:er)?|hard(?:er|est|ly)?|fail\w*|avoid\w*|rather than|instead|unable|impossible|un(?!i|der|til)\w{4,}|"
    r"in(?:sufficient|adequate|capable)\w*|difficult\w*|short(?:age|fall)?|out of reach|less|far from|free of|weak\w*|poor\w*|beyond|rather|prefer\w*|end(?:less|lessly))\b"
)
# Words that hold a negation and deny nothing.
IDIOMS = re.compile(
    r"遥不可及|密不可分|必不可少|不可或缺|源源不断|(?<=.)不可求|不可思议|势不可挡|无所不|离不开|少不了|无缝|无限|未必不"
)
NO_MATTER = re.compile(r"没有?关系|没什么|\b(?:do|does|did) not matter\b")
DISAGREES = re.compile(
    r"不(?:认为|觉得|相信|同意|认同|赞成|看好)|\b(?:not|never|n't) (?:believe|think|agree|say|see|expect)\b|\bden(?:y|ies|ied)\b|\bdisagree"
)
AUXILIARY = frozenset(
    "是 会 能 能够 可 可以 太 很 再 要 用 应 应该 该 得 敢 想 需 需要 一定 完全 真正 怎么 那么 这么 到 有 就 算 多 太多 什么".split()
)
# What can't both be: (one side, its opposite), Chinese and English.
OPPOSITES: tuple[tuple[str, str, str], ...] = (
    (
        "a rise",
        r"开源(?!社区|模型|生态|节流)|开源(?=[,，、]?节流)|昂贵|[更较]高|上升|上涨|增长|增加|增多|(?<!抬)提高|提升|变贵|变高|更高|涨|升级|改善|成长|扩大|加快|加速|进步|飙升|攀升|大于|\b(?:rises?|rising|risen|rose|increas\w+|grow\w*|grew|higher|rais\w+|improv\w*|upgrad\w*|expand\w*|accelerat\w*|faster|dearer|costlier|more expensive)\b",
        r"便宜|[更较]低|下降|下落|下跌|下滑|降低|减少|降了|降\d|降本|降至|降到|变便宜|缩小|萎缩|减慢|放慢|变慢|恶化|退步|降级|压缩|节流|\b(?:falls?|falling|fell|fallen|cheap|decreas\w+|reduc\w+|lower\w*|cheaper|drop\w*|cuts?|cutting|declin\w+|shrink\w*|shrank|downgrad\w*|worsen\w*|slow\w*|down)\b",
    ),
    (
        "more",
        r"(?<=[\d年月天十百千万亿倍])[多余几]|超过|超出|高于|多于|以上|大于|不止|突破|\b(?:more than|over|exceed\w*|above|beyond|at least|surpass\w*)\b",
        r"低于|少于|不到|不足|以下|至多|小于|未达|\b(?:less than|below|at most|fewer|falls? short)\b",
    ),
    ("more", r"更(?!多|少|低|差)|\bmore\b", r"更少|更低|\bless\b(?! than)"),
    (
        "cheap",
        r"便宜|低价|廉价|实惠|免费|\b(?:cheap\w*|inexpensive|affordable|free)\b",
        r"昂贵|高价|(?<!宝)贵(?!州|阳|公司|司)|\b(?:expensive|costly|dear|dearer)\b",
    ),
    (
        "an advantage",
        r"优势|优点|长处|强项|好处|\b(?:advantag\w*|strengths?|benefit\w*|merits?)\b",
        r"劣势|缺点|短板|弱点|坏处|弊端|\b(?:disadvantag\w*|drawbacks?|weakness\w*|shortcoming\w*)\b",
    ),
    (
        "help",
        r"推动|促进|推进|带动|助力|帮助|支持|赋能|催生|牵引|驱动|鼓励|反哺|拉动|\b(?:promot\w*|driv\w*|drove|help\w*|support\w*|boost\w*|empower\w*|spur\w*|encourag\w*|advanc\w*|push\w*)\b",
        r"阻碍|抑制|妨碍|限制|制约|拖累|阻止|反对|打击|\b(?:hinder\w*|hamper\w*|imped\w*|block\w*|constrain\w*|restrict\w*|obstruct\w*|oppos\w*|hold\w* back)\b",
    ),
    (
        "success",
        r"成功|胜利|达成|\b(?:succe\w+|win|wins|won)\b",
        r"失败|落败|\b(?:fail\w*|defeat\w*|lost)\b",
    ),
    (
        "will",
        r"愿意|自愿|主动|自主|\b(?:willing\w*|voluntar\w*)\b",
        r"被迫|不得不|被动|勉强|\b(?:forced|unwilling\w*|reluctant\w*)\b",
    ),
    (
        "what is domestic",
        r"国产|国内|本土|自主|\b(?:domestic\w*|local\w*|home-?grown)\b",
        r"进口|国外|海外|境外|\b(?:import(?:s|ed)|foreign|overseas|abroad)\b",
    ),
    ("the present", r"如今|现在|目前|眼下|\b(?:now|currently|today)\b", r"未来|将来|今后|日后|\b(?:future|someday)\b"),
    (
        "better",
        r"更好|改善|提升|优化|\b(?:better|improv\w*|enhanc\w*)\b",
        r"更差|恶化|变差|\b(?:worse\w*|deteriorat\w*)\b",
    ),
    ("speed", r"更快|加快|加速|快速|\b(?:fast\w*|quick\w*|accelerat\w*)\b", r"更慢|放慢|减速|缓慢|\b(?:slow\w*)\b"),
    ("profit", r"盈利|赚到?钱|利润|\b(?:profit\w*|earn\w*)\b", r"亏损|亏本|亏钱|\b(?:loss|losses|loses money)\b"),
)
# (told, what the claim says, what allows it; and what speaks against it unless this stricter word stands beside it)
MODES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "a result where what is cited states none",
        r"已经?(?!有)|早已|业已|做到了|达成了|\b(?:already|completed|managed to|has begun|feat|achievement)\b|(?<!科技)(?<!科研)成果",
        r"已|了|过|完成|达到|实现|曾|成为|做到|现在|目前|当前|如今|正|刚|来|就是|成果|结果|早|\b(?:has|have|had|already|was|were|did|now|current\w*|achiev\w*|complet\w*|result\w*)\b",
        r"希望|目标|计划|打算|争取|冲刺|将(?!近)|有望|正在|\b(?:hop\w+|goal\w*|plan\w*|aim\w*|will|intend\w*)\b",
        r"已|了|曾|过去|完成了|首次|率先|刚|成果|\b(?:has|have|had|already|was|were)\b",
    ),
    (
        "certainty that is not in what is cited",
        r"必然|必定|肯定|一定会|毫无疑问|注定|势必|\b(?:certainly|definitely|undoubtedly|inevitabl[ye]|surely|guarantee[sd]?|bound to)\b",
        r"必|肯定|一定|绝对|当然|毫无|注定|确定|确保|保证|自然|只会|终将|永|绝|\b(?:certain\w*|definite\w*|inevitabl\w*|must|sure\w*|always|guarantee\w*|of course|bound to)\b",
        "",
        "",
    ),
    (
        "a doubt that is not in what is cited",
        r"也许|或许|可能(?!性)|说不定|\b(?:perhaps|maybe|might|possibly|probably|likely)\b|(?<!\d )(?<!\bin )(?<!late )(?<!of )\bmay\b(?! \d)",
        r"可能|也许|或许|大概|有望|未必|估计|应该|不确定|如果|假如|或者?|会|能|可以|几乎|往往|潜|\b(?:may|might|could|perhaps|possib\w*|probabl\w*|likely|if|can|would|should)\b",
        "",
        "",
    ),
    (
        "a plan that is not in what is cited",
        r"计划|打算|希望(?!的)|拟|有望|\b(?:plan(?:s|ned|ning)?|hop(?:e|es|ed|ing)|intend\w*|aim(?:s|ed|ing)? to|one day)\b",
        r"计划|打算|希望|准备|拟|将|要|会|未来|有望|争取|冲刺|目标|想|愿|力争|致力|旨在|目的|朝|向|期待|展望|规划|寄托|本意|等待|接下来|下一|为|寻求|聚焦|可以|能|\b(?:plan\w*|hop\w*|intend\w*|aim\w*|want\w*|will|goal\w*|target\w*|wish\w*|seek\w*|to|would)\b",
        r"已|(?<!为)了|\b(?:has|have|already|was|were)\b",
        r"计划|打算|希望|准备|拟|将(?!近)|有望|争取|目标|想|愿|未来|力争|致力|旨在|目的|期待|会(?!主)|要(?!求)|\b(?:plan\w*|hop\w*|intend\w*|aim\w*|will|goal\w*|want\w*)\b",
    ),
    (
        "a duty that is not in what is cited",
        r"必须|务必|非得|不得不|\b(?:must|oblig\w+)\b",
        r"首先|必|一定|需(?!求)|(?<![只主重首])要(?![求是么不点素])|(?<![相对反适供响效])应(?!用)|(?<![觉值获使取懂显变])得(?!到|了|更|很|住|出)|不可|只能|务|\b(?:must|need\w*|should|ha(?:s|ve) to|oblig\w*|necessary|require\w*)\b",
        r"可以|能够|可能|可(?=[\u4e00-\u9fff])|会|能|\b(?:can|could|may|might|would|will)\b",
        r"必|一定|需|应(?!用)|务|只能|只有|要(?![是么])|\b(?:must|need\w*|should|ha(?:s|ve) to|necessary|only)\b",
    ),
    (
        "the past where what is cited speaks of none",
        r"\bin the past\b|从前|以前(?!沿)",
        r"过去|以前|从前|曾|前|原来|历史|往|\b(?:past|before|ago|used to|was|were|former\w*)\b",
        "",
        "",
    ),
)
