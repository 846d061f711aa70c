"""Direct questions that touch a protected subject, whatever words they choose.

A question that asks for conduct ("tell us how you treated a pregnant patient") may name such a
subject: it is somebody else's. A question that asks for none ("do babies feature in your plans?")
names the candidate's own, unless it speaks of work with them ("have you worked with children?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CONDUCT = re.compile(
    r"\b(?:describe|give (?:us |me )?an? example|walk (?:us|me)|talk (?:us|me) through|explain"
    r"|imagine|"
    r"recall|outline)\b(?! your(?:self)?\b)|\btell (?:us|me) (?:about (?!your\b|you\b)|how you)"
    r"|\bhow (?:did|have|would|will|do) you (?!feel\b|cope\b|like\b)|\bwhat (?:\w+ )?(?:did|would) "
    r"you (?:do|try|change|say|learn)"
    "|(?:讲|描述|举|分享|说明|说说|回顾)[^。？！]{0,40}(?:一次|一件|经历|如何|怎么|怎样|例|过程|做法"
    "|做了什么|具体)"
    "|(?:如何|怎么|怎样)(?:处理|设计|帮助|安排|向|把|用|为|给|与|和|做|解决|测试|保证|保护|照顾"
    "|判断|管理|应对)"
    "|做了什么|采取过|哪些步骤"
)
_WORK = re.compile(
    r"\b(?:experience (?:with|in|of)|experienced|(?:worked|working|work) (?:with|on|in"
    r"|for) (?!us|you|this|our|a |the (?:week|only)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|night|holiday)|patients?|"
    r"clients?|customers?|users?|guests?|residents?|pupils|students?|data\w*|systems?|projects?"
    r"|software|"
    r"campaigns?|products?|industry|market\w*|certificat\w+|licen[cs]es?|law|laws|polic(?:y|ies)|"
    r"regulations?|records?|codes?|models?|tools?|surveys?|equipment|right to work|authori[sz]ed"
    r"|sponsor\w*|"
    r"accommodation|expect(?:ations?)?|salary range|first aid|health and safety|healthcare"
    r"|interviewees?)\b"
    "|客户|用户|患者|病人|来访者|产品|数据|系统|项目经验|从事|行业|业务|教学|学生|学员|护理|法规|"
    "合规|软件|证书|资格|期望|合理便利|安全生产|合法工作|驾|市场|调查|设备|办公软件|模型"
)
_SUBJECTS: dict[str, str] = {
    "age": r"\b(?:born|birth\w*|how old|your age|your age\w*|older|younger|too young|too old"
    r"|retire\w*|"
    r"generation|millennials?|boomer|gen z|mature|youthful|middle.aged"
    r"|how many (?:more )?years (?:do|will|would|are)|years left|your pension|gr[ea]y hair"
    r"|school.leav\w+|class of|senior in years|time of life|your stage of life|at your age|"
    r"(?:what|which) year did you|your (?:twenties|thirties|"
    r"forties|fifties|sixties)|decade were)\b"
    "|出生|[五六七八九零]几年的?人|[5-9][0-9]年的人|年龄|年纪|岁|[5-9０0][05]后|生日|生肖|属相|星座"
    "|退休|年轻人|上了年纪|岁数|年长|哪年毕业|多大了"
    "|几年级|贵庚",
    "marriage": r"\b(?:marri\w*|marry|wedding|husband|wife|spouse|boyfriend|girlfriend|fianc\w+"
    r"|divorc\w+|"
    r"a bachelor\b(?!'s|s| of| degree|.s )|mr\.? right|love life|settled? down|dating|tie the knot"
    r"|widow\w*|"
    r"special someone|your partner|(?:a|any) partner|other half|engaged|single)\b"
    "|结婚|婚姻|未婚|已婚|离婚|离异|喜酒|喜糖|恋爱|找对象|另一半|老公|老婆|丈夫|妻子|爱人|男朋友"
    "|女朋友|单身|相亲|对象也|有对象|有没有对象|你对象|伴侣|家属|婆家"
    "|成家|脱单|个人问题|终身大事",
    "pregnancy": r"\b(?:pregnan\w*|bab(?:y|ies)|maternity|paternity|parental leave|motherhood"
    r"|fatherhood|"
    r"conceiv\w*|family planning|start a family|biological clock|expecting|next child"
    r"|another child|for a baby|time off for a|stork|fertility)\b"
    "|怀孕|孕|生娃|生孩|生小孩|怀上|当妈|当爸|宝宝|二胎|三胎|二胎政策|二孩|三孩|生育|产假|添丁"
    "|要孩子",
    "family": r"\b(?:kids?|child|children|childcare|nanny|son|daughter|relatives?|parents?"
    r"|grandparents?|"
    r"mother|father|mum|mom|dad|siblings|your family|family (?:life|duties|commitments|situation)|"
    r"live (?:alone|with|at home)|household|breadwinner|school run|at home (?:who|depend"
    r"|need)\w*|depends? on your care|single.handed at home|dependants?|dependents?)\b"
    "|孩子|小孩|娃|子女|儿子|女儿|父母|爸妈|家人|家里|老人|家庭|公婆|独居|独生|接送",
    "religion": r"\b(?:pray\w*|church\w*|mosque|temple|synagogue|religio\w*|faith\w*|god|bible"
    r"|koran|quran|"
    r"sabbath|ramadan|lent|easter|christmas|hijab|headscarf|turban|kosher|halal|muslim|christian"
    r"|jew\w*|"
    r"hindu|buddhis\w+|catholic|atheis\w+|worship\w*|believer|spiritual\w*|baptis\w+|mass on)\b"
    "|宗教|信仰|信教|信佛|寺|教堂|佛|基督|穆斯林|清真|礼拜|祷告|上帝|教徒|烧香|斋|拜神|祈祷"
    "|十字架|庙|道教|伊斯兰",
    "health": r"\b(?:health\w*|sick\w*|ill|illness\w*|disab\w*|diseases?|medic(?:al|ation|ations"
    r"|ine|ines)|"
    r"hospital\w*|surgery|therap\w+|psych\w+|depress\w*|anxiety|mental\w*|diagnos\w+|wheelchair"
    r"|allerg\w+|"
    r"your (?:back|heart|knees?|eyes?|eyesight|hearing|lungs)|injur\w+|vaccin\w+|drugs"
    r"|alcohol\w*|smok\w+|"
    r"addict\w*|hiv|chronic|physical (?:limitations?|problems?)|fit enough|blood pressure"
    r"|burn.?out|"
    r"an accident|accidents? at work|see a doctor|doctors?|clinic|pills|insomnia|glasses"
    r"|asthma\w*|diabet\w+|migraines?|autis\w+|adhd|epilep\w+|"
    r"(?:a|any|your|have) (?:\w+ )?condition|(?:need|under|in|getting|having) (?:\w+ )?treatment"
    r"|counsell?ing|"
    r"(?:had|have|having|need|undergo\w*) (?:\w+ ){0,2}operations?|hearing aid|wear (?:a "
    r"|an )?(?:aid|brace)|"
    r"physically|stamina|pains?|genetic\w*|blood (?:type|test)|impair\w+|handicap\w*|deaf|blind"
    r"|eyesight)\b"
    "|身体|健康|疾病|生病|大病|病史|病假|毛病|残疾|残障|住院|住过院|开过刀|手术|吃药|服药"
    "|心理医生|心理问题|抑郁|失眠|体检|疫苗|"
    "受过伤|工伤|抽烟|酗酒|看病|看医生|疼|睡眠|抑郁|体力|吃不吃得消|受得了病|例假|月经|视力|近视"
    "|腰|听力|慢性|过敏",
    "ethnicity": r"\b(?:your race|racial\w*|ethnic\w*|skin|asian|hispanic|latin[oax]|mixed(?:"
    r" race|:)?|"
    r"tribe|caste|minority|heritage|indigenous|person of colou?r|black|white|"
    r"arab\w*|african|caucasian|european descent|gypsy|roma)\b"
    "|什么族|哪个族|民族|少数民族|种族|肤色|血统|混血",
    "origin": r"\b(?:born|native|accent|nationalit\w+|citizen\w*|immigra\w+|foreigner|which"
    r" country|"
    r"what country|passports?|visa status|green card|hometown|abroad originally|from here"
    r"|local to|gr[eo]w(?:ing)? up|mother tongue|speak\w* \w+ at home|"
    r"originally|where (?:are|is) (?:you|that|your name|your family)|your (?:last |first "
    r"|sur)?name|homeland|"
    r"ancestors)\b"
    "|籍贯|户口|户籍|老家|家乡|祖籍|国籍|哪里人|哪儿人|本地人|外地人|土生土长|身份证|口音|哪个省"
    "|哪个县|"
    "哪国|农村来|(?:北京|上海|广东|东北|河南)人",
    "sex": r"\b(?:wom[ae]n|m[ae]n|females?|males?|girls?|ladies|lady|gender\w*|feminine|masculine|"
    r"guys|sexes|boys? club)\b"
    "|女生|男生|女性|男性|女孩|男孩|女人|男人|性别|女的|男的|女士优先|男士|妇女|姑娘|小伙",
    "orientation": r"\b(?:gay|lesbian|bisexual|queer|homosexual\w*|heterosexual\w*|lgbt\w*"
    r"|same.sex|"
    r"sexual\w*|attracted to)\b|同性|性取向|双性恋|男生还是女生",
    "politics": r"\b(?:president|vot(?:e|ed|ing)|elections?|political\w*|politics|democrats?|"
    r"republicans?|left.wing|right.wing|brexit|communis\w+|which party|prime minister|protests?"
    r"|rally|rallies|demonstrat(?:ions?|ors?)|activis\w+|ideolog\w+|abortion|gun control)\b"
    "|党员|入党|游行|党组织|时政|选举|政治|党派|投票|入团|团员|领导人|政府的?(?:看法|态度)|政见",
    "union": r"\b(?:unions?|unioni[sz]\w+|strikes?|striking|works council|picket\w*|shop"
    r" steward)\b(?! of)"
    "|工会|罢工|维权|劳动仲裁|举报",
    "salary_history": r"\b(?:salary|salaries|(?:base|last|previous|current|gross|net|monthly"
    r"|annual|hourly|your|present) pay|earn(?:ed|ing|ings|s)?|wages?|income|paid|paycheck|pay"
    r" ?slips?|"
    r"compensation|take.home|on a year|you on (?:before|now|at)|much were you on"
    r"|commission (?:did|do) you|pay cut|bonus)\b"
    "|工资|薪水|薪资|月薪|年薪|到手|收入|年终奖|底薪|挣多少|赚多少|拿多少|开多少钱|给你多少"
    "|给您多少|发多少",
    "criminal_record": r"\b(?:police\w*|arrest\w*|convict\w*|criminal\w*|crimes?|jail|prison"
    r"|felony|"
    r"trouble with the law|lawsuits?|sued|in court|probation|parole|offen[cs]es?|behind bars|dui"
    r"|court|guilty|fined|custody|criminal|warrant|illegal\w*|sentenc\w+)\b"
    "|派出所|警察|公安|犯罪|前科|处分|罚过|案底|坐牢|拘留|判刑|犯法|犯过事|官司|监狱|蹲过|进去过"
    "|进过局子|被抓|打架|吸毒",
    "appearance": r"\b(?:weigh|(?:your|some|lose|gain|put on) weight|overweight|diet|beard|look"
    r" your best|cosmetic\w*|height|how tall|attractive\w*|pretty (?:girl|woman|enough|"
    r"face)|handsome|good.?looking|in (?:good )?shape|(?:what|which|dress|clothing) size|tattoos?|"
    r"pierc\w+|slim|your (?:looks|figure|body|hair|skin)|photogenic|make.?up)\b"
    "|颜值|长相|相貌|身高|体重|身材|纹身|漂亮|长得|外貌|好看|穿几码|上镜|胖|化妆|减肥|发型|打扮"
    "|形象|整容|多高|多重|[一二]米[0-9一二三四五六七八九]"
    "|[0-9]{3} ?(?:cm|公分|厘米)",
    "finances": r"\b(?:loans?|debts?|in debt|mortgage|bankrupt\w*|credit (?:score|card|rating"
    r"|history)|"
    r"savings|financial(?:ly)? (?:trouble|difficult\w+|stable|stability|problems?)|home ?owner|"
    r"own (?:or rent|your (?:own )?(?:home|house|flat))|paying rent|rent or own)\b"
    "|房贷|车贷|贷款|贷|欠债|欠钱|信用卡|月供|债|存款|买房|租房|有房|经济压力|家境",
    "military": r"\b(?:army|navy|air force|veteran|military|reserves|reservist|conscript\w*"
    r"|draft)\b"
    "|当兵|退伍|兵役",
}
_RULES = tuple((code, re.compile(words)) for code, words in _SUBJECTS.items())
_SENTENCES = re.compile(r"[^.?!。？！]+[.?!。？！]?")


def findings(flat: str) -> Iterator[str]:
    """Codes of subjects that normalised `flat` asks about without asking for conduct."""
    if _CONDUCT.search(flat):
        return
    asked = " ".join(s for s in _SENTENCES.findall(flat) if not _WORK.search(s))
    for code, rule in _RULES:
        if asked and rule.search(asked):
            yield code
