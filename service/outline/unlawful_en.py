"""English questions about the candidate's own protected traits, by reason code.

The patterns want a second person ("you", "your") or the form such questions take: the same words
about patients, customers or data are part of many jobs and pass.
"""

from __future__ import annotations

_REST = r"[^.?!]{0,60}"
_NEAR = r"[^.?!]{0,25}"
_A = r"(?:a |an |any |the )?"
_WORD = r"(?:\w+ )?"
_OWN = r"your (?:own |real |actual |current |exact |present |future |family )?"
_KIDS = r"(?:children|kids|child|baby|babies|toddlers?|sons?|daughters?|family)"
_PARTNER = (
    r"(?:husband|wife|spouse|fianc\w+|boyfriend|girlfriend|significant other|ex-husband|ex-wife)"
)
_DECADE = r"(?:\d\d|twenty|thirty|forty|fifty|sixty)"
_ILL = (
    r"(?:disabilit\w+|disabled|illness\w*|chronic|medical (?:condition|problem|issue)s?|"
    r"health (?:condition|problem|issue)s?|medication|medicines?|drugs|impairment|allerg\w+|hiv|"
    r"aids\b|hepatitis|cancer|diabetes|epilepsy|therapist|psychiatr\w+|psychologist|depress\w+|"
    r"anxiety|burn.?out|mental|hospitali[sz]ed|surgery|addict\w+|rehab|injur\w+|heart attack|"
    r"vaccinated|sick leave)"
)

UNLAWFUL_EN: dict[str, tuple[str, ...]] = {
    "age": (
        r"\bhow old (?:are|r) (?:you|u)\b",
        _OWN + r"(?:age|date of birth|birth ?date|birthday|birth year|year of birth|generation)\b"
        r"(?![- ](?:group|verif|gate|strat|check))",
        r"(?:what|which) year were you born|when were you born|when is your birthday",
        r"(?:when|what year|which year|how long ago) (?:did )?you (?:graduated?|finish(?:ed)?"
        r"|leave|left)"
        r"(?: from)? (?:\w+ )?(?:school|college|university)",
        r"\b(?:before|until|till) (?:you )?retire|\byou" + _NEAR + r" (?:to )?retire\b"
        r"|your (?:retirement|plans for retirement)",
        rf"\bare you (?:already |now )?(?:over|under|above|below|past|older than|younger than|"
        rf"in your) (?:the age of )?{_DECADE}",
        r"\b(?:someone|people|colleagues|boss|manager|team)\b"
        + _NEAR
        + r"\b(?:younger|older) than "
        r"(?:you|yourself)|\byou\b" + _REST + r"\b(?:much|far|years) (?:younger|older)\b",
        r"\btoo (?:old|young)\b"
        + _REST
        + r"\b(?:you|your)\b|\byou\b"
        + _REST
        + r"too (?:old|young)",
        r"\bteam is (?:very |so |all |quite |rather )?young\b",
        r"\bas an? (?:older|young|younger|mature) (?:person|worker|candidate|employee)",
    ),
    "marriage": (
        r"\bare you " + _WORD + r"(?:married|single|divorced|engaged|widowed|unmarried|dating|"
        r"in a relationship|seeing (?:someone|anyone))\b(?! (?:in|with|by|on) (?:the|our|a) )",
        rf"\byour {_WORD}{_PARTNER}|your (?:marital status|maiden name|love life|"
        r"relationship status)|your (?:marriage|wedding)\b(?! (?:of|plan|event|busi|prac))",
        r"\byou\b" + _REST + r"\b(?:get|getting|got|be|been) (?:\w+ )?married\b",
        rf"\b(?:do|have) you (?:have|got|live with) {_A}{_WORD}(?:{_PARTNER}|partner)\b",
        r"\bmaiden name\b|\b(?:mrs|miss)\b" + _NEAR + r"\b(?:mrs|miss|ms|address you)\b",
        r"\byour partner (?:do\b|mind|object|work|support|move|agree|think)|will your partner",
    ),
    "pregnancy": (
        r"\bare you " + _WORD + r"(?:pregnant|expecting (?:a|any)|trying for)\b",
        r"\byou\b" + _REST + r"\b(?:get|getting|become|becoming|fall|were|are) pregnant\b",
        r"\byour (?:\w+ )?(?:pregnanc\w+|maternity|due date for)|\bbreast.?feed\w* (?:your|now)",
        r"\byou\b" + _NEAR + r"\b(?:take|taking|go on|going on|need|want|expect|use|on) "
        r"(?:\w+ )?(?:maternity|paternity|parental) leave",
        rf"\byou\b{_NEAR}\b(?:to have|of having|have|having|want|start|starting|raise|raising) "
        rf"(?:any |more |{_A}|another |your )?{_KIDS} (?:soon|one day|some ?day|in (?:the|a few)|"
        r"next|later|at some)",
        r"\byou\b" + _NEAR + r"\b(?:plan|planning|intend|intending|want|wanting|hope|hoping|wish|"
        rf"going|thinking|trying)\b{_NEAR}\b(?:have|having|start|starting|raise) "
        rf"(?:any |more |{_A}|another )?{_KIDS}\b(?! of)",
        r"\bhow many (?:kids|children|babies) (?:do|would|will|have|are) you"
        r"(?: \w+)? (?:have|want|got|like|plan)",
        r"\byou\b" + _NEAR + r"\b(?:birth control|contracepti\w+|ivf treatment)\b",
    ),
    "family": (
        r"\b(?:do|have) you (?:have|got) (?:any |young |small |little |school.age |a )*"
        r"(?:children|kids|child|baby|sons?|daughters?|dependents?|dependants?|toddlers?)\b"
        r"(?! (?:in (?:your|the) (?:class|group)|as (?:customers|users)))",
        r"\byour (?:own )?(?:kids?|children|child|son|daughter|baby|toddler|dependents|dependants|"
        r"in-laws|siblings|home life)\b(?!'s (?:book|program|ward))",
        r"\byour (?:\w+ )?(?:parents|mother|father)\b(?! tongue| language| compan)",
        r"\byour family\b(?! of|'s (?:firm|compan))",
        r"\b(?:childcare|child care|day ?care|babysit\w*)\b" + _NEAR + r"\b(?:arrange\w*|have you|"
        r"do you|will you|you have)|\byour (?:childcare|babysitter|nanny)",
        r"\bwho\b"
        + _NEAR
        + r"\b(?:looks?|takes?|cares?|watch\w*|minds?)\b"
        + _NEAR
        + r"\b(?:kids|children|them while you|your|parents|family)",
        r"\bhow (?:will|would|do|can|could) you (?:manage|cope|combine|juggle|balance"
        r"|arrange)\b"
        + _REST
        + r"\b(?:kids|children|baby|babies|family|school (?:run|holidays)|motherhood|parenthood)\b",
        r"\bare you (?:a |the )?(?:single |working |new )?(?:mother|father|parent|mum|mom|dad|"
        r"carer|breadwinner)\b",
        r"\bdo you (?:care|look) (?:for|after) (?:an?|your|any) (?:elderly|sick|disabled|relative)",
    ),
    "religion": (
        r"\byour (?:\w+ )?(?:religio\w+|faith|church|mosque|temple|synagogue|beliefs|prayers?|"
        r"denomination|hijab|headscarf)\b(?! in (?:the|our|a))",
        r"\b(?:what|which) (?:religio\w+|church|faith|mosque|temple|synagogue|denomination)\b"
        + _NEAR
        + r"\byou\b",
        r"\bare you " + _A + _WORD + r"(?:religious|christian|muslim|jewish|jew|hindu|buddhist|"
        r"catholic|protestant|atheist|sikh|mormon|a believer)\b",
        r"\b(?:do|will|would|did) you\b" + _NEAR + r"\b(?:pray|worship|observe (?:religious|any|the"
        r" sabbath|ramadan|lent)|celebrate (?:christmas|easter|ramadan|eid|hanukkah|diwali)|go to "
        r"(?:church|mosque|mass|temple|synagogue)|attend (?:church|mass)|believe in god|keep "
        r"(?:kosher|halal|the sabbath)|fast during)",
        r"\bdo you wear (?:a |the )?(?:hijab|headscarf|turban|veil|cross|kippah)",
        r"\byou\b" + _REST + r"\breligious (?:holiday|reason|obligation|belief|duties|service)",
        r"\b(?:what|which) (?:religious )?holidays do you",
    ),
    "health": (
        r"\byour (?:\w+ )?(?:medical (?:history|condition|problems?|file)|disabilit\w+|illness\w*|"
        r"medication|therapist|diagnosis|blood type|hiv status|vaccination status|sick (?:leave|"
        r"days)|handicap|impairment|mental health|health (?:status|condition|problems?|issues?))",
        r"\b(?:is|how is|how's|about) your health\b(?! (?:data|record|system|app|care|insur|team))",
        rf"\b(?:do|did) you (?:\w+ )?(?:have|suffer|take|use|see|need){_NEAR}\b{_ILL}\b(?! (?:data|"
        r"patients|records|products|devices|cases|clients))",
        rf"\bhave you (?:ever |recently )?(?:had|been|suffered|undergone|taken|received)"
        rf"{_NEAR}\b(?:{_ILL}|treated for|therapy)\b",
        r"\bworkers?'? comp\w*\b",
        r"\bhow (?:many|often|much)\b" + _NEAR + r"\b(?:sick (?:days?|leave)|days off sick|"
        r"(?:were|are|have) you (?:been )?(?:ill|sick))",
        r"\bare you (?:currently |really |perfectly |fully )?(?:disabled|healthy|ill|sick|in good "
        r"health|hiv|vaccinated|handicapped|deaf|blind|an alcoholic|addicted|physically fit|"
        r"able-bodied|autistic|dyslexic|depressed|on (?:any )?medication|taking (?:any )?medic)",
        r"\b(?:what|which) (?:\w+ )?(?:medication|medicines?|drugs|illnesses|disabilities|diseases|"
        r"health problems)\b" + _NEAR + r"\b(?:are|do|have) you\b",
        r"\byour\b" + _NEAR + r"\b(?:hereditary|genetic|inherited)\b|family medical history",
        r"\bdo you (?:smoke|drink (?:alcohol|a lot))\b",
    ),
    "ethnicity": (
        r"\byour (?:\w+ )?(?:race\b(?! condition)|ethnic\w*|skin colou?r|caste|tribe|ancestry)",
        r"\b(?:what|which) (?:is your )?(?:race|ethnic\w*|skin colou?r|tribe|caste|minority)\b"
        + _NEAR
        + r"\b(?:are you|do you|you)\b",
        r"\bare you (?:an? )?(?:of )?(?:\w+ )?(?:black|white|asian|hispanic|latin[oax]|arab|"
        r"african|native american|indigenous|roma|mixed race|minority|person of colou?r|uyghur|"
        r"tibetan)\b(?! box)",
    ),
    "origin": (
        r"\bwhere (?:were|are) (?:you|your (?:\w+ )?(?:parents|family|ancestors)) (?:\w+ )?(?:born|"
        r"from|originally)",
        r"\bwhere (?:do|did) (?:you|your (?:parents|family)) (?:really |originally )?(?:come from|"
        r"grow up)",
        _OWN + r"(?:nationality|citizenship|birthplace|place of birth|country of (?:origin|birth)|"
        r"native (?:language|tongue|country)|mother tongue|first language|accent|hometown|"
        r"home country|immigration status|national origin|green card|roots)\b",
        r"\bare you (?:an? |a |from )?(?:u\.?s\.?a?|us|american|british|eu|german|french|"
        r"chinese|canadian|native|naturali[sz]ed|foreign|local)\b\.?"
        + _NEAR
        + r"\b(?:citizen|national|foreigner|resident|native|speaker|born)",
        r"\bare you (?:an? )?(?:immigrant|foreigner|refugee|native (?:speaker|english)|citizen)\b",
        r"\b(?:what|which) (?:country|nation|city|province)\b"
        + _NEAR
        + r"\b(?:you|your)\b"
        + _NEAR
        + r"\b(?:from|born|citizen)",
        r"\b(?:your|you)\b" + _NEAR + r"\b(?:native|first|mother) (?:language|tongue)\b",
        r"\bhow long ha(?:ve|s) you(?:r family)? (?:lived|been) in (?:this country|the (?:us|uk))",
        r"\b(?:what kind of|where is that|is that an?) " + _WORD + r"(?:name|accent)\b",
    ),
    "sex": (
        r"\bas an? (?:\w+ )?(?:woman|girl|guy|female|male|lady|mother|father|man)\b"
        r"(?! in the middle)",
        r"\bare you (?:an? )?(?:male|female|man|woman|transgender|trans|non.?binary|intersex)\b",
        _OWN + r"(?:gender|sex|pronouns)\b",
        r"\b(?:women|men|girls|ladies) (?:usually|often|normally|tend|find it|can't|cannot|"
        r"struggle|are (?:too|not|better))",
        r"\b(?:you|your)\b" + _REST + r"\b(?:all.male|all.female|only woman|only man|female boss|"
        r"woman as (?:a |your )?boss|male.dominated|female.dominated)",
    ),
    "orientation": (
        r"\bare you " + _WORD + r"(?:gay|lesbian|bi|bisexual|straight|queer|homosexual|"
        r"heterosexual|lgbt\w*|asexual|attracted to)\b(?!-)",
        r"\byour (?:sexual \w+|sexuality|sex life|orientation)\b",
        r"\b(?:do|have) you\b" + _NEAR + r"\bsame.sex (?:partner|relationship|marriage|spouse)",
        r"\bdo you (?:date|prefer|like|sleep with) (?:men|women)\b",
    ),
    "politics": (
        r"\bwho(?:m)? (?:did|do|will|would) you (?:\w+ )?vote|\bdid you vote|how (?:did"
        r"|do) you vote",
        r"\b(?:which|what) (?:political )?party\b" + _NEAR + r"\byou\b(?! (?:plan|organi))",
        r"\byour (?:political|politics|vote\b|party membership|party affiliation)",
        r"\bare you (?:an? )?(?:\w+ )?(?:democrat|republican|communist|socialist|party member|"
        r"politically active|conservative|liberal)\b",
        r"\byou\b" + _NEAR + r"\bmember of " + _A + r"(?:\w+ )?(?:political|communist|party)",
        r"\b(?:do|did|would) you support (?:the )?(?:president|government|ruling party|opposition)",
    ),
    "union": (
        r"\b(?:are|were) you\b" + _REST + r"\b(?:trade|labou?r|workers'?|a|any|the) union\b(?! of)",
        r"\bhave you (?:ever )?(?:been|joined|organi[sz]ed|belonged|taken part|participated|gone|"
        r"voted|supported|signed)" + _NEAR + r"\b(?:union|strike|walkout)\b(?! of)",
        r"\b(?:would|will|do) you (?:\w+ )?(?:join|support|belong to|favou?r)"
        + _NEAR
        + r"\bunions?\b(?! of)|\byour union\b",
        r"\b(?:you|your) (?:feel about|think of|view of|opinion (?:of|on)|attitude to\w*) "
        + _WORD
        + r"unions\b",
    ),
    "salary_history": (
        r"\b(?:you|your)\b" + _NEAR + r"\b(?:current|last|present|previous|prior|past|former|most "
        r"recent)\b[^.?!]{0,15}\b(?:salary|pay|wages?|compensation|income|package|earnings|"
        r"remuneration)\b(?! (?:survey|system|review|band|project))",
        r"\b(?:what|tell us|state|disclose)\b" + _NEAR + r"\b(?:current|last|present|previous) "
        r"(?:\w+ )?(?:salary|pay|wage|compensation|income)\b",
        r"\b(?:what|how much) (?:do|did|does) (?:they|your (?:\w+ )?(?:employer|company|boss))"
        r" pay(?:ing)? you"
        r"|\bhow much (?:do|did|are|were|have) you (?:\w+ )?(?:earn\w*|make|made|paid|get paid|"
        r"being paid|getting)",
        r"\bwhat (?:do|did|are|were) you (?:currently |now )?(?:earn\w*|paid|being paid|getting "
        r"paid)",
        r"\byour (?:salary|pay|compensation) history|\byour (?:pay ?slips?|pay stubs?)",
    ),
    "criminal_record": (
        r"\b(?:have|were|are) you (?:ever )?(?:been |had )?(?:arrested|convicted|charged with"
        r"|jailed|"
        r"imprisoned|sentenced|detained|in (?:jail|prison|trouble with)|on (?:probation|parole)|"
        r"committed a|a criminal)",
        r"\bdo you have (?:a |any )?(?:\w+ )?(?:criminal|police|felony|arrest|conviction)\w*",
        r"\byour (?:criminal|arrest|police|conviction)\w*|\bhave you (?:ever )?(?:spent time in"
        r"|gone "
        r"to) (?:jail|prison)",
    ),
    "appearance": (
        r"\bhow (?:much|tall|heavy) (?:do you weigh|are you)\b|\bdo you weigh\b",
        r"\byour (?:\w+ )?(?:weight|height|looks|figure|bmi|dress size|tattoos?|piercings?|"
        r"body|physical appearance)\b(?! (?:calc|limit|of|sensor|data|camera|text|copy))",
        r"\bare you (?:\w+ )?(?:attractive|good.looking|pretty|handsome|overweight|slim|photogenic|"
        r"tattooed)\b",
        r"\bdo you have (?:any )?(?:visible )?(?:tattoos?|piercings?)",
        r"\byourself as\b" + _NEAR + r"\b(?:looking|attractive|pretty|handsome|slim)\b",
    ),
    "finances": (
        r"\b(?:have|are|were|did) you\b" + _NEAR + r"\bbankrupt(?:cy)?\b(?! (?:law|case|client))",
        r"\byour (?:own |personal )?(?:debts?|credit (?:score|rating|history)|mortgage|finances|"
        r"financial (?:situation|status)|bank balance|wages? garnish\w*)\b(?! model)",
        r"\bdo you have (?:any |a )?(?:student )?(?:debts?|loans|mortgage)\b|\bdo you own"
        r" (?:your|a) (?:home"
        r"|house)",
    ),
    "military": (
        r"\bdischarge\b" + _NEAR + r"\b(?:army|military|navy|service)\b" + r"|\b(?:type|kind) of "
        r"discharge did you",
        r"\byour (?:military (?:status|record|obligations?)|reserve duty|veteran status)",
        r"\bare you (?:an? )?(?:\w+ )?(?:veteran|reservist)\b|\bwill you be (?:deployed|called up)",
    ),
}
