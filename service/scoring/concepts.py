"""Words of the workplace grouped by what they speak of, in English and Chinese.

People answer "tell me about a conflict" with "we disagreed": no shared letters, one concept. The
groups also let a question in one language meet keywords in the other. Written for this project.
English entries are stems (`text.stem`), Chinese ones are substrings.
"""

from __future__ import annotations

from service.scoring.text import stem, words

_GROUPS: dict[str, tuple[str, str]] = {
    "teamwork": (
        "team teammate colleague coworker together collaborate collaboration cooperate group "
        "peer joint shared partner everyone helped support",
        "团队 同事 合作 协作 配合 组员 队友 大家 一起 小组 伙伴 协同",
    ),
    "conflict": (
        "conflict disagree disagreement argue argument dispute tension clash opposed objection "
        "compromise misunderstanding resolve mediate pushback",
        "冲突 分歧 矛盾 争执 争论 意见不同 意见不合 不同意 反对 误会 妥协 调解 摩擦",
    ),
    "leadership": (
        "lead led leader leadership manage manager mentor coach delegate direct motivate "
        "supervise guide assigned ownership",
        "领导 带领 管理 负责人 主管 指导 分配 分工 激励 牵头 组长 带队",
    ),
    "communication": (
        "communicate communication explain explained present presentation listen discuss talk "
        "told conversation feedback clarify meeting report email",
        "沟通 交流 解释 说明 汇报 演示 倾听 讨论 会议 开会 反馈 讲解 表达 谈",
    ),
    "problem": (
        "problem issue bug error failure fail broke incident outage root cause solve solution fix "
        "debug diagnose investigate challenge difficult difficulty obstacle troubleshoot",
        "问题 故障 错误 失败 困难 难题 挑战 解决 排查 修复 原因 定位 分析 障碍 出错",
    ),
    "learning": (
        "learn lesson study taught course training read practice skill improve grow mistake "
        "curious understand tutorial",
        "学习 学到 学会 课程 培训 教训 练习 提升自己 成长 自学 请教 经验 掌握",
    ),
    "planning": (
        "plan schedule deadline priority prioritize milestone roadmap organize timeline estimate "
        "calendar urgent delay late track backlog",
        "计划 规划 安排 截止 优先级 进度 里程碑 日程 时间表 排期 延期 紧急 统筹 期限",
    ),
    "customer": (
        "customer client user complaint complain service satisfaction refund buyer guest support "
        "account request",
        "客户 用户 顾客 投诉 抱怨 满意 服务 退款 需求 甲方 售后",
    ),
    "quality": (
        "test review quality check verify standard defect accuracy document regression audit "
        "coverage careful",
        "测试 质量 检查 验证 标准 缺陷 准确 文档 审核 评审 复核 核对",
    ),
    "data": (
        "data analysis analyze metric measure statistics dashboard query report model experiment "
        "evidence number figures spreadsheet survey",
        "数据 分析 指标 统计 报表 实验 模型 调研 问卷 图表 依据",
    ),
    "engineering": (
        "code software system database server deploy deployment api architecture design program "
        "algorithm backend frontend release migration cache latency performance service",
        "代码 系统 软件 数据库 服务器 部署 接口 架构 程序 算法 上线 开发 后端 前端 缓存 性能 迁移",
    ),
    "change": (
        "change adapt adjust flexible new switch transition uncertain unexpected pivot shift "
        "reorganize cancel cancelled alternative replace instead",
        "变化 适应 调整 灵活 转变 突发 突然 不确定 新的 改变 临时 转型 取消 备选 换了 改成",
    ),
    "pressure": (
        "pressure stress stressful overtime overload workload calm tight crisis emergency night",
        "压力 紧张 加班 高强度 冷静 危机 应急 熬夜 工作量 焦虑",
    ),
    "initiative": (
        "initiative propose proposal volunteer start suggest idea innovate create automate "
        "improve improvement proactive launch nobody unasked tried noticed",
        "主动 提出 建议 创新 想法 改进 自动化 推动 发起 优化 尝试 没有人要求 没人要求 自发 试了",
    ),
    "result": (
        "result outcome increase reduce reduced improve achieve deliver saved grew growth success "
        "percent revenue impact win finish complete",
        "结果 成果 提高 提升 降低 减少 增长 达成 完成 节省 成功 效果 收入 百分之",
    ),
    "decision": (
        "decide decision choose choice option tradeoff risk weigh judge judgment consider "
        "alternative compare evaluate",
        "决定 决策 选择 权衡 风险 判断 考虑 方案 比较 评估 取舍",
    ),
    "ethics": (
        "honest integrity ethic trust confidential admit responsible responsibility accountable "
        "fair privacy compliance rule blame",
        "诚实 诚信 道德 信任 保密 承认 责任 公平 隐私 合规 规定 承担",
    ),
    "motivation": (
        "motivation interest passion career goal role company join reason future mission value "
        "industry position apply",
        "动机 兴趣 热爱 职业 目标 岗位 公司 加入 原因 未来 使命 价值 行业 应聘",
    ),
    "sales": (
        "sale sell negotiate negotiation contract price market campaign budget supplier vendor "
        "cost purchase deal",
        "销售 谈判 合同 价格 市场 营销 预算 供应商 成本 采购 推广 签约",
    ),
}

_STEMS: dict[str, tuple[str, ...]] = {}
for _name, (_english, _) in _GROUPS.items():
    for _word in words(_english):
        _STEMS[stem(_word)] = (*_STEMS.get(stem(_word), ()), _name)
_CHINESE = tuple((name, tuple(chinese.split())) for name, (_, chinese) in _GROUPS.items())


def concepts(clean: str) -> dict[str, int]:
    """Each concept that cleaned text touches, with the number of distinct words that do."""
    found: dict[str, int] = {}
    clean = clean.replace("as a result", " ")  # joins sentences, names no result
    for word in dict.fromkeys(stem(word) for word in words(clean)):
        for name in _STEMS.get(word, ()):
            found[name] = found.get(name, 0) + 1
    for name, terms in _CHINESE:
        count = sum(term in clean for term in terms)
        if count:
            found[name] = found.get(name, 0) + count
    return found
