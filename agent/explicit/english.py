"""English: regular expressions, with what takes a phrase back looked for in the clause before it.

English has the reading model beside it, so these patterns aim at precision.
"""

import re

from agent.explicit.stake import Stake


def asks_for_person(folded: str) -> bool:
    """Whether the words ask for a human being; "I don't need to speak to a person" does not."""
    return _says(folded, _PERSON, _NO_WISH)


def asks_whether_ai(folded: str) -> bool:
    """Whether the words ask "are you a bot?"."""
    return any(pattern.search(folded) for pattern in _WHAT_ARE_YOU)


def stakes(folded: str) -> set[Stake]:
    """The stakes named outright.

    "I won't sue you" does not count; "I don't want to sue you, but ..." does: it is how threats are made.
    """
    return {stake for stake, patterns in _STAKES.items() if _says(folded, patterns, _WILL_NOT)}


_Patterns = tuple[re.Pattern[str], ...]


def _says(folded: str, patterns: _Patterns, denial: re.Pattern[str]) -> bool:
    return any(
        not _denied(folded, match.start(), denial)
        for pattern in patterns
        for match in pattern.finditer(folded)
    )


def _denied(folded: str, start: int, denial: re.Pattern[str]) -> bool:
    """Whether the clause before `start` takes it back."""
    clause = _CLAUSE_END.split(folded[max(0, start - 60) : start])[-1]
    return denial.search(clause) is not None


_CLAUSE_END = re.compile(r"[.,;!?:]|\bbut\b")
_WILL_NOT = re.compile(r"\b(?:not going to|won'?t|will not|would not|wouldn'?t|would never|not gonna)\s*$")
_NO_WISH = re.compile(
    r"\b(?:am i|are we|i was|i'm|i am|been|i like)\s*$|\bi (?:really |just |honestly )?(?:do not|don'?t|would not|wouldn'?t|did not|didn'?t|no longer|never|am not|'m not)"
    r"(?: (?:really|even|actually))?(?: (?:want|need|wish|like|have|ask|care|mean|plan|intend|going|asking|trying))?(?: (?:to|for|a))*\s*$"
    r"|\bi'm not(?: (?:asking|going|trying|planning|looking|here))?(?: (?:to|for|a))*\s*$"
    r"|\b(?:no need|not need|no intention|not going|won'?t|will not|without|instead of|rather than|rather not|prefer not|wouldn'?t want)"
    r"(?: (?:of|to|for|a|having|me|you))*\s*$"
)

# --- a person -----------------------------------------------------------------------------------------
# A "human" that is an adjective of something else is none.
_HUMAN = r"human(?! (?:error|resources?|rights?|hair|made|size|nature|touch|body|readable|factor|mistake|voice over))(?: being)?s?"
_REAL = r"(?:(?:real|actual|live|human|proper|living|genuine|physical|senior|different|customer (?:service|support|care)|support|sales|help ?desk|fucking|bloody|damn) ){0,3}"
_STAFF = (
    rf"(?:{_HUMAN}|person\b(?! (?:who|that) (?:deliver|brought|signed|packed|drove))|people|agents?|representatives?|reps?\b|operators?"
    r"|advis[oe]rs?|supervisors?|managers?|manger|employees?|assistants?\b|member of (?:staff|your team)|staff(?: member)?|team member"
    r"|customer (?:service|support|care|services)(?! (?:email|number|hours|page|address))|someone|somebody|anyone|anybody"
    r"|(?:one of )?your (?:team|staff|colleagues|people|boss|manager|supervisor))"
)
_DET = r"(?:(?:a|an|the|your|some|any|another|one of your|one of the|one)\s)?"

_PERSON_PATTERNS = (
    rf"\b(?:speak|talk|chat|speaking|talking|chatting|spk|tlk)(?: directly)? (?:to|with|2) {_DET}{_REAL}{_STAFF}",
    (
        rf"\b(?:want|need|get me|give me|gimme|like|prefer|demand|require|requesting|request|find me|bring me|looking for) {_DET}"
        rf"(?:(?:real|actual|live|human|proper|living) ){{1,3}}(?:person|people|agent|human|being|representative|rep|operator|advis[oe]r|assistant|someone)\b"
    ),
    (
        rf"\b(?:want|need|get me|give me|gimme|prefer|demand|require|request|find me|bring me|like) {_DET}"
        rf"(?:{_HUMAN}|representative|operator|supervisor|(?:customer service |support )?agent|manager)(?= (?:to|who|now|right now|please|pls|here|not|asap|instead|on|for (?:this|my|it))\b|\W*$|[.,;!?])"
    ),
    r"\b(?:want|need|get me|give me|prefer) (?:a|some) (?:person|body|one)(?= (?:to (?:help|talk|speak|call)|who can|now|please|here|not|instead)\b|\W*$|[.,;!?])",
    rf"\b(?:transfer|connect|put|pass|hand|forward|escalate|switch|refer|direct)(?: me| this| my \w+| it| us)? ?(?:through|over|on|along)? ?(?:to|with|2) {_DET}{_REAL}{_STAFF}",
    rf"\b(?:is|are) there (?:{_DET}|no ){_REAL}(?:human|person|people|agent|someone|somebody|anyone|anybody)(?: \w+){{0,2}} (?:i|we) (?:can|could|may) (?:speak|talk|chat)",
    r"\b(?:is|are) there (?:a|an|any|some) (?:(?:real|actual|live|human) ){1,2}(?:person|people|human|agent|someone)s?\b(?: (?:there|here|available|around|who|that|to|i)|\W*$)",
    (
        r"\b(?:can|could|will|would|have|get|let|ask|tell) (?:a|an|some|your|the)? ?(?:real |human |actual |live )?(?:someone|somebody|person|human|manager|supervisor|agent|team)"
        r"(?: from \w+(?: \w+)?)? (?:please )?(?:to )?(?:call|phone|ring|contact|speak to|talk to|speak with|talk with) (?:me|us)\b(?! when| once| if)"
    ),
    r"(?:^|\b(?:please|pls|just|can you|could you|you to) )(?:call|phone|ring) me(?: back)?(?: please| asap| now| today|\W*$)|\bcall me back\b|\bsome(?:one|body) (?:please |pls )?(?:call|phone|ring) me\b",
    r"\b(?:i want to|please|pls|need to|must|can you|could you|you should) escalate\b",
    (
        r"^(?:(?:a|an|the|please|pls|just) )?(?:(?:real|live|actual|human) )*(?:human|agent|representative|operator|person|supervisor|manager|advis[oe]r|customer (?:service|support|care)|human being|someone real)"
        r"(?:\W+(?:please|pls|now|asap|plz|help|support))*\W*$"
    ),
    r"\b(?:human|person|agent|operator|representative) (?:please|pls|plz|now)\W*$",
    r"\b(?:do not|don'?t) (?:want|wish) to (?:talk|chat|speak|deal|write) (?:to|with) (?:a|an|this|your|the) (?:\w+ )?(?:(?:chat)?bot|robot|machine|computer|ai)\b",
    r"\bstop talking to (?:a|an|this|your) (?:(?:chat)?bot|robot|machine|computer|ai)\b|\bis there no human\b|\bget me someone\b",
    r"\b(?:get me|can you get|get|fetch|bring me|want|need) your (?:boss|manager|supervisor|superior)\b",
    rf"\b(?!contact person)(?:contact|contacting|reach|reaching|get hold of) {_DET}{_REAL}(?:agent|human|person|operator|assistant|representative|someone|somebody|supervisor|manager)\b",
    r"(?:^|[,;.!?] )(?:an? )?(?:(?:real|live|actual) )?human(?: being)?\W*$",
    r"\bno (?:more )?(?:ro)?bots?\b.{0,40}\b(?:human|person|someone)\b|\b(?:human|person|someone)\b.{0,20}\bnot (?:a |an |another |this |some )?(?:\w+ )?(?:ro)?(?:chat)?(?:bot|robot|machine|ai|computer)\b(?! error)",
)


def _compiled(*groups: tuple[str, ...]) -> _Patterns:
    return tuple(re.compile(pattern) for group in groups for pattern in group)


_PERSON = _compiled(_PERSON_PATTERNS)

_WHAT_ARE_YOU = _compiled(
    (
        r"\bare you (?:really |actually |just |even |only )?(?:an? )?(?:real |actual |live |human )?(?:human|person|people|bot|chat ?bot|robot|ai|machine|computer|being)\b",
        r"\b(?:am i|are we) (?:really |actually |just )?(?:talking|speaking|chatting|writing) (?:to|with) (?:an? )?(?:real |actual |live )?(?:human|person|bot|chat ?bot|robot|ai|machine|computer)\b",
        r"\bis (?:this|that|it) (?:an? )?(?:real |actual )?(?:bot|chat ?bot|robot|ai|machine|computer)\b",
    )
)

# --- stakes -------------------------------------------------------------------------------------------
_IDIOM = r"(?! (?:of|from) (?:laugh|embarrass|shame|hunger|thirst|bored|curios|cute|happi)| laughing| for (?:a|this|that|these) )"
_SELF_HARM = (
    rf"\b(?:want|wanna|going|gonna|ready|plan|planning|thinking (?:of|about)|thought (?:of|about)|feel like|rather|about|might|could|will|'ll|try|tried|trying|decided)(?: to| just)? (?:kill|killing|hurt|hurting|harm|harming|hang|hanging|cut|cutting|shoot|shooting|drown|drowning|starve) my ?self\b{_IDIOM}",
    r"\b(?:(?:end|ending|take|taking|finish) my (?:own )?life|(?:end|ending) it all)\b",
    rf"\bi (?:just |really |honestly |only )?(?:want to|wanna) (?:die|be dead|disappear forever|not wake up){_IDIOM}\b",
    r"\b(?:i(?:'m| am)|i feel|i(?:'ve| have) been|feeling) (?:so |very |really )?suicidal\b|\bi (?:have|keep having|get) suicidal (?:thoughts|ideation)",
    r"\bi (?:do not|don'?t|no longer) (?:really |even )?feel like (?:living|being alive|going on)\b",
    r"\b(?:do not|don'?t|no longer|can'?t|cannot) (?:want to |wanna |wish to )?(?:live|be alive|go on living|be here|go on|carry on|keep living)(?: like this)? (?:any ?more|any longer|with myself)\b",
    r"\bi (?:do not|don'?t|no longer) (?:want to|wanna) (?:live|be alive|exist|wake up)\b(?! (?:in|with|near|on))",
    r"\b(?:no|any) (?:reason|point) (?:to|in|of) (?:live|living|be alive|being alive|going on)\b|\bbetter off (?:dead|without me)\b|\bwish i (?:was|were) (?:dead|never born)\b|\bnothing (?:left )?to live for\b",
    r"\b(?:life is|life isn'?t) (?:not |no longer )?worth living\b|\b(?:i(?:'ll| will)|i want to|wanna|i'm going to|am going to|i might|thinking (?:of|about)|thought (?:of|about)) commit(?:ting)? suicide\b",
    r"\b(?:took|taken|taking|swallowed) (?:all my pills|a whole (?:box|bottle|pack) of|too many pills|an overdose)|\bgoing to (?:overdose|jump off|jump in front)",
)
_VICTIM = r"(?:you(?! (?:a|an|over|the|to|with|in|as|up)\b)|your (?:family|kids|children|driver|staff|team|people|workers|employees|face|boss|manager)|him\b|her\b|them\b|someone|somebody|every(?:one|body)|(?:the|that|this|your) (?:driver|courier|agent|manager|delivery (?:man|guy|driver)|postman|idiot who)|all of you|one of you)"
_THREAT = (
    rf"\bi(?:'ll| will| shall|'m going to| am going to|'m gonna| am gonna| want to| swear i(?:'ll| will))(?: \w+ly| just)? (?:kill|murder|hurt|stab|shoot|attack|strangle|beat(?: up| the (?:shit|hell) out of)?|punch|smash|break the (?:legs|neck) of|come (?:after|for)|hunt(?: down)?|harm|slap) {_VICTIM}",
    r"\bi(?:'ll| will|'m going to| am going to|'m gonna)(?: \w+ly)? (?:burn|blow|bomb|torch|set fire to|shoot)(?: down| up)? (?:your|the|this|that) (?:shop|store|office|warehouse|building|house|place|depot)",
    r"\b(?:there is|there's|i(?:'ve| have)? (?:put|planted|left)) (?:is )?a bomb\b|\bi know where you (?:all |people )?live\b|\b(?:coming|come|turn(?:ing)? up|show(?:ing)? up)\b.{0,40}\bwith (?:a|my) (?:gun|knife|bat|machete|axe)\b",
    r"\byou(?:'ll| will| are going to| deserve to|'re going to) (?:all )?(?:die|be dead|pay with your li(?:fe|ves)|bleed)\b(?! of)|\bwatch your back\b",
)
_LAWYER = (
    r"(?:lawyers?|solicitors?|attorneys?|barrister|legal (?:team|counsel|adviser|advisor|representative))"
)
_LEGAL = (
    r"\b(?:take|taking|drag|see|seeing|bring|haul) (?:you|u|yous|your \w+|them|this|it|the (?:shop|company))(?: all| people| guys| lot)? (?:to|in|before) (?:a |the )?(?:small claims )?court\b(?! shoe)",
    r"\b(?:sue|suing) (?:you|u|your|the (?:company|shop|store|courier)|this (?:company|shop)|tarn|for|them)\b|\b(?:i(?:'ll| will|'m going to| am going to)) sue\b",
    r"\b(?:taking|take|start|starting|begin|pursue|pursuing|initiate|consider|considering|threaten\w*|file|commence) (?:\w+ )?legal (?:action|proceedings|steps)\b|\blegal action (?:will|against you|if|unless)|\b(?:i|we) will (?:act|respond|proceed) legally\b",
    rf"\b(?:hear|hearing) from (?:my|our) {_LAWYER}|\b(?:contact|contacting|contacted|call|calling|consult|consulting|consulted|instruct|instructing|instructed|hire|hiring|hired|involve|involving|engaged?|get|speak to|speaking to|spoken to|spoke to|talk to|talking to|pass\w* this (?:on )?to|hand\w* this (?:over )?to) (?:my|our|a) {_LAWYER}\b(?! (?:friend|about my (?:divorce|will|house)))",
    rf"\b(?:my|our) {_LAWYER} (?:will|is going to|has (?:advised|told|drafted|sent|written)|advised|advises|says (?:you|that you|i)|is (?:drafting|preparing|writing|reviewing))\b(?! (?:love|like|wear|be (?:wearing|delighted)))",
    r"\b(?:small claims court|file (?:a )?(?:lawsuit|suit|claim in court)|filing (?:a )?(?:lawsuit|suit)|lawsuit against (?!another|other)|letter before action|press(?:ing)? charges|court (?:summons|claim|order) against)\b",
)
_ACCOUNT = r"(?:account|card|credit card|bank card|debit card|email|e-mail|identity|paypal|profile|login|gift card|password)"
_FRAUD = (
    rf"\b(?:someone|somebody|a stranger|hackers?|a thief|thieves|scammers?|a fraudster|they)(?: else)? (?:has |have |is |are |had |must have )?(?:hacked|hacking|stole|stolen|used|using|accessed|got into|broke(?:n)? into|logged (?:in ?to|on to)|taken over|took over|changed|cloned|ordered (?:\w+ ){{0,3}}(?:with|on|using)|bought (?:\w+ ){{0,3}}(?:with|on|using)) (?:my|our) (?:\w+ )?{_ACCOUNT}\b(?! (?:by mistake, it))",
    rf"\bmy (?:\w+ )?{_ACCOUNT} (?:has been|was|is|got|has just been|seems to be|might be|may have been|'s been)(?: just)? (?:hacked|compromised|hijacked|taken over|broken into|cloned|used without|used by (?:someone|somebody|a stranger)|used fraudulently)",
    r"\b(?:i )?(?:did not|didn'?t|never|haven'?t|have not) (?:make|made|place|placed|authori[sz]ed?|approved?|recogni[sz]ed?|do) (?:this|that|these|those|any|the|an|a|such)(?: \w+){0,2} (?:orders?|purchases?|payments?|transactions?|charges?|logins?)\b(?! (?:yet|number|page))",
    r"\bi (?:do not|don'?t) recogni[sz]e (?:this|that|these|the|an?)(?: \w+){0,2} (?:orders?|purchases?|payments?|transactions?|charges?|logins?|device)\b|\bunauthori[sz]ed (?:\w+ )?(?:charges?|transactions?|payments?|purchases?|orders?|access|logins?|use)\b",
    r"\b(?:identity theft|stole my identity|fraudulent (?:\w+ )?(?:charges?|orders?|payments?|transactions?|activity|purchases?)|victim of (?:a )?(?:fraud|scam|phishing)|(?:report|reporting) (?:a )?(?:fraud|scam|phishing)|account takeover|(?:been|was|got) scammed)\b",
)
_CHARGEBACK = (
    r"\bcharge ?-?backs?\b|\b(?:dispute|disputing|disputed|reverse|reversing|contest) (?:this|the|that|it|my)(?: \w+)? ?(?:charge|payment|transaction)?s? (?:with|via|through|at) (?:my|the) (?:bank|card|paypal|credit)|\bpaypal (?:dispute|case|claim)\b",
    r"\b(?:ask|tell|get|have|instruct) my (?:bank|card (?:company|issuer|provider)|credit card company) (?:to )?(?:take|claw|get|reverse|pull|claim)\b",
)
_REGULATOR = (
    r"\b(?:ombudsman|trading standards|ccpc|consumer (?:protection|association|rights (?:agency|body|authority)|council)|better business bureau|advertising standards|data protection (?:commission|authority)|financial conduct authority|(?:go|going|turn|turning|talk|talking|speak|speaking|take this|taking this|writing|write) to (?:a |the )?(?:press|newspapers?|papers|media|news|journalists?|irish times|bbc|rte))\b",
)
_SAFETY = (
    r"\b(?:caught|catch(?:es|ing)?|burst into|went up in) (?:on )?(?:fire|flames)\b|\bexploded\b|\bblew up in (?:my|his|her)|\b(?:electric shock|got (?:a shock|shocked|electrocuted)|electrocuted|carbon monoxide)\b",
    r"\b(?<!i )(?:burn(?:ed|t)|injured|scalded) (?:my|his|her|our) (?:\w+ )?(?:hands?|face|arms?|legs?|fingers?|skin|head|child|son|daughter|baby|back|feet|foot|eyes?|kid)\b|\b(?:ended up|had to go|went|taken|rushed) (?:in|to|into) (?:the )?(?:a&e|hospital|emergency|er)\b|\ballergic reaction\b|\bchoked on\b",
)
_DATA = (
    r"\bgdpr\b(?=.{0,60}\b(?:request|data|access|right|delet|eras))|\b(?:subject access request|right to be forgotten|right to erasure|data subject)\b",
    r"\b(?:delete|erase|remove|copy of|what|which|all) (?:\w+ ){0,3}(?:my )?personal (?:data|information)(?= (?:you|about me|please|from|held|that you)|\W*$)|\b(?:delete|erase|send me|give me) (?:all )?(?:of )?my data\b|\bdata (?:deletion|access|erasure) request\b|\bwhat data (?:do you|you) (?:hold|have|store|keep)",
)

_STAKES = {
    Stake.self_harm: _compiled(_SELF_HARM),
    Stake.threat: _compiled(_THREAT),
    Stake.legal: _compiled(_LEGAL),
    Stake.fraud: _compiled(_FRAUD),
    Stake.chargeback: _compiled(_CHARGEBACK),
    Stake.regulator_press: _compiled(_REGULATOR),
    Stake.product_safety: _compiled(_SAFETY),
    Stake.data_request: _compiled(_DATA),
}
