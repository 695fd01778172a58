"""What plain words say, without a model: a wish for a person, and the gravest stakes.

Patterns of high precision in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish over
folded text. They speak beside the model, and alone where it does not (other languages, missing weights).
All languages are tried on every message: a short one often has no certain language.
"""

import re
import unicodedata
from enum import StrEnum

LONGEST = 20_000  # characters examined; of a longer text the first and the last


class Stake(StrEnum):
    """What could go wrong for the customer or the shop."""

    self_harm = "self_harm"
    threat = "threat"
    legal = "legal"
    regulator_press = "regulator_press"
    fraud = "fraud"
    chargeback = "chargeback"
    bereavement = "bereavement"
    hardship = "hardship"
    product_safety = "product_safety"
    discrimination = "discrimination"
    minor = "minor"
    data_request = "data_request"


_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"'}
)


def clean(text: str) -> str:
    """Readable text: NFKC, no invisible or broken characters, plain quotes, at most `LONGEST` characters.

    Case, accents and line breaks stay. Zero-width and bidirectional controls go, so that "hu\u200bman" is "human".
    """
    # Cut before, so that a huge text costs little, and after, because NFKC can lengthen it.
    text = _cut(unicodedata.normalize("NFKC", _cut(text))).translate(_APOSTROPHES)
    return "".join(
        c if c == "\n" else " " if c in "\t\r\v\f" else c
        for c in text
        if c in "\n\t\r\v\f" or unicodedata.category(c) not in _INVISIBLE
    ).strip()


def _cut(text: str) -> str:
    """The first three quarters and the last quarter of a text longer than `LONGEST`."""
    if len(text) <= LONGEST:
        return text
    tail = LONGEST // 4
    return f"{text[: LONGEST - tail - 1]}\n{text[-tail:]}"


def _fold(text: str) -> str:
    """`clean`, lower case, without accents, repeats ("humannn") and doubled spaces."""
    folded = unicodedata.normalize("NFD", clean(text).casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c)).replace("ł", "l").replace("ø", "o")
    return re.sub(r"\s+", " ", _REPEATED.sub(r"\1", folded)).strip()


def asks_for_person(text: str) -> bool:
    """Whether the words ask for a human being ("can I talk to a real person", "ich will einen Menschen").

    A wish denied in the same clause does not count ("I don't need to speak to a person").
    """
    return _says(_fold(text), _PERSON, _NO_WISH)


def asks_whether_ai(text: str) -> bool:
    """Whether the words ask what they are talking with, a machine or a human being ("are you a bot?")."""
    return any(pattern.search(_fold(text)) for pattern in _WHAT_ARE_YOU)


def explicit_stakes(text: str) -> set[Stake]:
    """The grave stakes that the words name outright; an empty set says nothing about subtler ones.

    "I won't sue you" does not count; "I don't want to sue you, but ..." does: it is how threats are made.
    """
    folded = _fold(text)
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


_CLAUSE_END = re.compile(r"[.,;!?:]|\b(?:but|aber|mais|pero|ma|mas|maar|ale)\b")
_WILL_NOT = re.compile(r"\b(?:not going to|won'?t|will not|would not|wouldn'?t|would never|not gonna)\s*$")
_NO_WISH = re.compile(
    r"\b(?:am i|are we|i was|i'm|i am|been|i like|j'ai|nous avons|on a)\s*$|\bi (?:really |just |honestly )?(?:do not|don'?t|would not|wouldn'?t|did not|didn'?t|no longer|never|am not|'m not)"
    r"(?: (?:really|even|actually))?(?: (?:want|need|wish|like|have|ask|care|mean|plan|intend|going|asking|trying))?(?: (?:to|for|a))*\s*$"
    r"|\bi'm not(?: (?:asking|going|trying|planning|looking|here))?(?: (?:to|for|a))*\s*$"
    r"|\b(?:no need|not need|no intention|not going|won'?t|will not|without|instead of|rather than|rather not|prefer not|wouldn'?t want)"
    r"(?: (?:of|to|for|a|having|me|you))*\s*$"
    r"|\b(?:kein|keine|keinen|nicht|ohne|statt)(?: \w+)?\s*$"
    r"|\b(?:ne|n')\s?(?:veux|souhaite|ai besoin|voudrais)\w* (?:pas|plus|jamais)(?: \w+)?\s*$|\bpas besoin de\s*$|\bsans\s*$"
    r"|\bno (?:quiero|necesito|hace falta|deseo)\s*$|\bsin\s*$|\bnon (?:voglio|ho bisogno di|serve|desidero)\s*$|\bsenza\s*$"
    r"|\bnao (?:quero|preciso(?: de)?|desejo)\s*$|\bsem\s*$|\b(?:geen|niet|zonder)(?: \w+)?\s*$|\bnie (?:chce|potrzebuje|musze)\s*$|\bbez\s*$"
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

_PERSON_EN = (
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
_PERSON_DE = (
    r"\b(?:mit|zu) (?:(?:einem|einer|eurem|eurer|ihrem|ihrer|dem|der|nem|ner|jemand(?:em)?)\s)?(?:\w+en )?(?:menschen?|person|mitarbeiter(?:in)?|kundenberater(?:in)?|berater(?:in)?|kundendienst|kundenservice|vorgesetzten?|chef|jemand(?:em)?(?: (?:echte[mns]|richtige[mns]|reale[mns]))?)\b.{0,25}\b(?:sprech|red|chat|telefonier|verbind|verbund|weiterleit|durchstell|schreiben)",
    r"\b(?:sprech|red|verbind|verbund)\w* (?:\w+ ){0,2}(?:mit|zu) (?:(?:einem|einer|eurem|ihrem|dem) )?(?:\w+en )?(?:menschen?|person|mitarbeiter(?:in)?|berater(?:in)?|kundendienst|kundenservice|vorgesetzten?|jemandem)\b",
    r"\b(?:will|mochte|moechte|brauche|hatte gern|gebt mir|geben sie mir) (?:bitte )?(?:jetzt )?(?:mit )?(?:einen|eine|einem|einer) (?:echten? |richtigen? |menschlichen? )?(?:menschen?|mitarbeiter(?:in)?|ansprechpartner(?:in)?|kundenberater(?:in)?|echte person|richtige person)\b",
    r"^(?:bitte )?(?:ein(?:en)? )?(?:mensch(?:en)?|mitarbeiter|kundenberater|kundenservice|echter mensch|echte person)(?: bitte| sprechen)*\W*$",
)
_PERSON_FR = (
    r"\b(?:parler|parle|discuter|echanger|communiquer|joindre|contacter)(?: directement)? (?:a |avec |au )?(?:(?:un|une|quelqu'un|votre|le|la|vrai|vraie|une vraie|de)\s?){0,3}(?:humaine?|etre humain|personne|conseillere?|agente?|operateur|operatrice|responsable|service client|quelqu'un|employee?|superieur|manager)\b",
    r"\b(?:veux|voudrais|souhaite|besoin d'|exige|passez[- ]moi|mettez[- ]moi en (?:contact|relation) avec|transferez[- ]moi (?:a|vers))\s?(?:un|une)? ?(?:vraie? )?(?:humain|etre humain|conseillere?|personne (?:reelle|humaine)|vraie personne|agent humain|agent|operateur|responsable)\b",
    r"^(?:un |une )?(?:vraie? )?(?:humain|conseiller|agent|operateur|personne|etre humain)(?: s'il (?:vous|te) plait| svp| stp)?\W*$",
)
_PERSON_ES = (
    r"\b(?:hablar|hable|chatear|comunicarme|contactar|atienda|paseme|pasame|ponme|transferirme|transfierame)(?: directamente)? (?:con|a) (?:(?:un|una|algun|alguna|el|la|su|al)\s)?(?:(?:verdadera?|real|otra) )?(?:persona|humano|ser humano|agente|operador|operadora|asesor|asesora|representante|encargado|encargada|supervisor|supervisora|alguien|atencion al cliente|responsable)\b",
    r"\b(?:quiero|necesito|prefiero|exijo|deseo|dame|deme) (?:a )?(?:un|una) (?:(?:verdadera?) )?(?:persona (?:real|de verdad|humana)|humano|ser humano|agente|operador|operadora|asesor|representante|supervisor)\b",
    r"^(?:un |una )?(?:agente|humano|persona(?: real)?|operador|asesor|representante)(?: humano)?(?: por favor)?\W*$",
)
_PERSON_IT = (
    r"\b(?:parlare|parlo|chattare|comunicare|passatemi|mi passi|mettermi in contatto|collegatemi)(?: direttamente)? (?:con |a )?(?:(?:un|una|un'|il|la|qualche|vostro|una vera)\s?)?(?:(?:vera|vero|reale) )?(?:persona|umano|essere umano|operatore|operatrice|addetto|addetta|responsabile|consulente|qualcuno|servizio clienti|assistente umano)\b",
    r"\b(?:voglio|vorrei|ho bisogno di|preferisco|esigo) (?:un|una|un') ?(?:(?:vera|vero) )?(?:persona (?:reale|vera|umana)|persona|umano|essere umano|operatore|operatrice|responsabile)\b(?! (?:che|di))",
    r"^(?:un |una )?(?:operatore|umano|persona(?: reale)?|essere umano)(?: umano)?(?: per favore)?\W*$",
)
_PERSON_PT = (
    r"\b(?:falar|conversar|comunicar|passe-me|me passa|me passe|transferir|transfira)(?: diretamente| directamente)? (?:com|para|a) (?:(?:um|uma|o|a|algum|alguma|seu|vosso)\s)?(?:(?:verdadeir[oa]|real) )?(?:pessoa|humano|ser humano|atendente|operador|operadora|assistente humano|agente|representante|responsavel|gerente|supervisor|alguem|funcionario|colaborador)\b",
    r"\b(?:quero|preciso de|prefiro|exijo|desejo) (?:um|uma) (?:(?:verdadeir[oa]) )?(?:pessoa (?:real|de verdade|humana)|humano|ser humano|atendente|operador|agente)\b",
    r"^(?:um |uma )?(?:atendente|humano|pessoa(?: real)?|operador)(?: humano)?(?: por favor)?\W*$",
)
_PERSON_NL = (
    r"\b(?:met|naar) (?:(?:een|de|jullie|uw|je|iemand)\s)?(?:(?:echte?|levend|menselijke) )?(?:mens|persoon|medewerker|collega|klantenservice|klantendienst|manager|leidinggevende|iemand)\b.{0,25}\b(?:spreken|praten|chatten|bellen|verbind|doorverbind|verbonden|contact)",
    r"\b(?:spreken|praten|spreek|praat|chatten|verbind|doorverbinden)\w* (?:\w+ ){0,2}met (?:een |de |jullie )?(?:(?:echte?|levend) )?(?:mens|persoon|medewerker|collega|klantenservice|iemand|manager)\b",
    r"\b(?:wil|heb|geef mij|geef me|graag) (?:graag )?(?:een|iemand) (?:(?:echte?|levend) )?(?:mens|persoon|medewerker)\b(?! (?:die|dat))(?:.{0,10}\b(?:spreken|nodig|aan de lijn)|\W*$)",
    r"^(?:een )?(?:(?:echt|echte) )?(?:mens|medewerker|persoon)(?: alstublieft| aub| graag)?\W*$",
)
_PERSON_PL = (
    r"\b(?:rozmawiac|porozmawiac|pogadac|mowic|polaczyc|polaczcie|polacz|przelacz|przelaczcie|skontaktowac|kontakt)(?: sie| mnie)? (?:bezposrednio )?(?:z|do) (?:(?:prawdziwym|zywym|jakims|waszym|innym) )?(?:czlowiekiem|osoba|konsultantem|konsultantka|pracownikiem|kims|kierownikiem|konsultanta|czlowieka|obsluga klienta)",
    r"\b(?:chce|potrzebuje|prosze o|poprosze) (?:(?:prawdziwego|zywego) )?(?:czlowieka|konsultanta|rozmowe z czlowiekiem|rozmowe z konsultantem|kontakt z czlowiekiem|kontakt z konsultantem)",
    r"^(?:prosze )?(?:konsultant|czlowiek|z czlowiekiem|z konsultantem)(?: prosze)?\W*$",
)


def _compiled(*groups: tuple[str, ...]) -> _Patterns:
    return tuple(re.compile(pattern) for group in groups for pattern in group)


_PERSON = _compiled(
    _PERSON_EN, _PERSON_DE, _PERSON_FR, _PERSON_ES, _PERSON_IT, _PERSON_PT, _PERSON_NL, _PERSON_PL
)

_WHAT_ARE_YOU = _compiled(
    (
        r"\bare you (?:really |actually |just |even |only )?(?:an? )?(?:real |actual |live |human )?(?:human|person|people|bot|chat ?bot|robot|ai|machine|computer|being)\b",
        r"\b(?:am i|are we) (?:really |actually |just )?(?:talking|speaking|chatting|writing) (?:to|with) (?:an? )?(?:real |actual |live )?(?:human|person|bot|chat ?bot|robot|ai|machine|computer)\b",
        r"\bis (?:this|that|it) (?:an? )?(?:real |actual )?(?:bot|chat ?bot|robot|ai|machine|computer)\b",
        r"\b(?:bist du|sind sie|spreche ich mit|rede ich mit) (?:wirklich |nur )?(?:ein(?:e|em|er)? )?(?:echter? |echten )?(?:mensch(?:en)?|bot|chatbot|roboter|ki|maschine)\b",
        r"\b(?:es-tu|etes-vous|tu es|vous etes|je parle (?:a|avec)) (?:vraiment )?(?:une? )?(?:vraie? )?(?:humain|personne|robot|bot|ia|machine)\b",
        r"\b(?:eres|es usted|hablo con|estoy hablando con) (?:un(?:a)? )?(?:humano|persona|robot|bot|ia|maquina)\b",
        r"\b(?:sei|e lei|parlo con|sto parlando con) (?:un[ao']? ?)?(?:umano|persona|robot|bot|ia|macchina)\b",
        r"\b(?:voce e|es|estou a falar com|estou falando com) (?:uma? )?(?:humano|pessoa|robo|robot|bot|ia|maquina)\b",
        r"\b(?:ben je|bent u|praat ik met|spreek ik met) (?:een )?(?:echt(?:e)? )?(?:mens|persoon|robot|bot|ai|machine)\b",
        r"\b(?:czy )?(?:jestes|rozmawiam z) (?:prawdziw\w+ )?(?:czlowiekiem|osoba|robotem|botem|maszyna|ai)\b",
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
    r"\b(?:mich|mir) (?:umbring|umzubring|das leben nehm|toten|was antun|etwas antun|selbst verletz)|\bnicht mehr leben\b|\b(?:mein leben|allem ein ende|es) (?:beenden|zu beenden|setzen)(?=.{0,5}$)|\bich will sterben\b|\bselbstmordgedanken\b",
    r"\b(?:me suicider|me tuer|me faire du mal|mettre fin a mes jours|en finir avec la vie|plus envie de vivre|ne veux plus vivre|veux mourir|pensees suicidaires)\b",
    r"\b(?:suicidarme|matarme|quitarme la vida|hacerme dano|acabar con mi vida|no quiero (?:seguir )?(?:vivir|viviendo)|me quiero morir|quiero morir(?:me)?)\b(?! de)",
    r"\b(?:suicidarmi|uccidermi|ammazzarmi|togliermi la vita|farmi del male|farla finita|non voglio piu vivere|voglio morire)\b(?! d)",
    r"\b(?:me suicidar|suicidar-me|me matar|matar-me|tirar a minha vida|acabar com a minha vida|nao quero mais viver|quero morrer)\b(?! de)",
    r"\b(?:mezelf (?:iets aandoen|van kant maken|doden|pijn doen)|zelfmoord plegen|een eind(?:e)? aan mijn leven|niet meer leven|wil niet meer leven|ik wil dood)\b",
    r"\b(?:zabic sie|sie zabic|sie zabije|zabije sie|odebrac sobie zycie|skonczyc ze soba|nie chce (?:juz )?zyc|chce umrzec|zrobic sobie krzywde|mysli samobojcze)\b",
)
_VICTIM = r"(?:you(?! (?:a|an|over|the|to|with|in|as|up)\b)|your (?:family|kids|children|driver|staff|team|people|workers|employees|face|boss|manager)|him\b|her\b|them\b|someone|somebody|every(?:one|body)|(?:the|that|this|your) (?:driver|courier|agent|manager|delivery (?:man|guy|driver)|postman|idiot who)|all of you|one of you)"
_THREAT = (
    rf"\bi(?:'ll| will| shall|'m going to| am going to|'m gonna| am gonna| want to| swear i(?:'ll| will))(?: \w+ly| just)? (?:kill|murder|hurt|stab|shoot|attack|strangle|beat(?: up| the (?:shit|hell) out of)?|punch|smash|break the (?:legs|neck) of|come (?:after|for)|hunt(?: down)?|harm|slap) {_VICTIM}",
    r"\bi(?:'ll| will|'m going to| am going to|'m gonna)(?: \w+ly)? (?:burn|blow|bomb|torch|set fire to|shoot)(?: down| up)? (?:your|the|this|that) (?:shop|store|office|warehouse|building|house|place|depot)",
    r"\b(?:there is|there's|i(?:'ve| have)? (?:put|planted|left)) (?:is )?a bomb\b|\bi know where you (?:all |people )?live\b|\b(?:coming|come|turn(?:ing)? up|show(?:ing)? up)\b.{0,40}\bwith (?:a|my) (?:gun|knife|bat|machete|axe)\b",
    r"\byou(?:'ll| will| are going to| deserve to|'re going to) (?:all )?(?:die|be dead|pay with your li(?:fe|ves)|bleed)\b(?! of)|\bwatch your back\b",
    r"\bich (?:werde |will )?(?:bringe? (?:dich|euch|sie|ihn) um|(?:dich|euch|sie|ihn) (?:umbringen|toten|abstechen|verprugeln|fertig ?machen))|\b(?:bringe? ich|werde ich) (?:dich|euch|sie) um|\bich weiss,? wo (?:du|ihr|sie) wohn",
    r"\bje vais (?:vous|te|le|la|les) (?:tuer|buter|frapper|casser la gueule|retrouver et)|\bje sais ou (?:vous|tu) (?:habite)|\b(?:os|te|los|le|la) voy a (?:matar|pegar|romper la cara|quemar)|\bse donde (?:vives|viven|vivis)",
    r"\b(?:vi|ti|lo|la) (?:ammazzo|uccido|uccidero|ammazzero|spacco la faccia|vengo a cercare)|\bso dove (?:abiti|abitate|vivi)|\bvou (?:te |vos |lhe |o |a )?(?:matar|bater em|partir a cara)(?:-te|-vos|-lhe| voce| voces)?\b(?! (?:a fome|saudade|o tempo|tempo))|\bsei onde (?:voce |tu )?(?:mora|moras|vive)",
    r"\bik (?:ga|zal) (?:je|jullie|hem|haar|jou) (?:vermoorden|doden|neersteken|in elkaar slaan|afmaken)|\bik (?:maak|steek|sla) (?:je|jullie|hem) (?:af|dood|neer|in elkaar)|\bik weet waar (?:je|jullie) won|\b(?:zabije|zatluke|pobije|znajde i) (?:cie|was|go|ciebie)\b|\bwiem,? gdzie (?:mieszkasz|mieszkacie)",
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
    r"\b(?:mein(?:en|em)? (?:rechts)?anwalt|(?:rechts)?anwalt (?:ein)?schalten|rechtliche schritte|verklag\w*|vor gericht|anzeige (?:gegen|erstatten)|rechtsweg|klage (?:einreichen|erheben))\b",
    r"\b(?:mon avocat|mes avocats|porter plainte|vous poursuivre|poursuites judiciaires|action en justice|en justice|au tribunal|saisir le tribunal|mise en demeure)\b",
    r"\b(?:mi abogad[oa]|mis abogados|demandar(?:los|les|os|lo|te)?|demanda judicial|acciones legales|tribunales|llevar(?:los|os|les|te)? a juicio|ir a juicio|poner(?:les|os)? una denuncia|voy a denunciar)\b",
    r"\b(?:il mio avvocato|i miei avvocati|mio legale|vie legali|azioni? legal[ei]|vi (?:denuncio|faccio causa|porto in tribunale)|in tribunale|fare causa|sporgere denuncia|querela)\b",
    r"\b(?:(?:o )?meu advogado|minha advogada|processar (?:voces|voce|vos|a empresa|a loja)|processa-los|acao judicial|medidas legais|acoes legais|no tribunal|em tribunal|na justica|apresentar queixa)\b",
    r"\b(?:mijn advocaat|advocaat (?:in(?:schakel|ge)\w*)|juridische stappen|(?:voor|naar) de rechter|rechtszaak|sleep \w+ voor|aangifte (?:doen|tegen))\b",
    r"\b(?:moj(?:ego|emu|im)? (?:adwokat|prawnik)\w*|pozwe|pozew|(?:do|w) sadu?\b|droge sadowa|kroki prawne|sprawe do sadu|na policje)",
)
_ACCOUNT = r"(?:account|card|credit card|bank card|debit card|email|e-mail|identity|paypal|profile|login|gift card|password)"
_FRAUD = (
    rf"\b(?:someone|somebody|a stranger|hackers?|a thief|thieves|scammers?|a fraudster|they)(?: else)? (?:has |have |is |are |had |must have )?(?:hacked|hacking|stole|stolen|used|using|accessed|got into|broke(?:n)? into|logged (?:in ?to|on to)|taken over|took over|changed|cloned|ordered (?:\w+ ){{0,3}}(?:with|on|using)|bought (?:\w+ ){{0,3}}(?:with|on|using)) (?:my|our) (?:\w+ )?{_ACCOUNT}\b(?! (?:by mistake, it))",
    rf"\bmy (?:\w+ )?{_ACCOUNT} (?:has been|was|is|got|has just been|seems to be|might be|may have been|'s been)(?: just)? (?:hacked|compromised|hijacked|taken over|broken into|cloned|used without|used by (?:someone|somebody|a stranger)|used fraudulently)",
    r"\b(?:i )?(?:did not|didn'?t|never|haven'?t|have not) (?:make|made|place|placed|authori[sz]ed?|approved?|recogni[sz]ed?|do) (?:this|that|these|those|any|the|an|a|such)(?: \w+){0,2} (?:orders?|purchases?|payments?|transactions?|charges?|logins?)\b(?! (?:yet|number|page))",
    r"\bi (?:do not|don'?t) recogni[sz]e (?:this|that|these|the|an?)(?: \w+){0,2} (?:orders?|purchases?|payments?|transactions?|charges?|logins?|device)\b|\bunauthori[sz]ed (?:\w+ )?(?:charges?|transactions?|payments?|purchases?|orders?|access|logins?|use)\b",
    r"\b(?:identity theft|stole my identity|fraudulent (?:\w+ )?(?:charges?|orders?|payments?|transactions?|activity|purchases?)|victim of (?:a )?(?:fraud|scam|phishing)|(?:report|reporting) (?:a )?(?:fraud|scam|phishing)|account takeover|(?:been|was|got) scammed)\b",
    r"\b(?:konto|account|karte|kreditkarte|paypal) (?:wurde |ist |worden )?(?:gehackt|gestohlen|missbraucht|geknackt)|\b(?:nicht (?:von mir )?(?:bestellt|autorisiert|genehmigt)|unbefugte? (?:abbuchung|bestellung|zahlung)|kreditkartenbetrug|identitatsdiebstahl)\b",
    r"\b(?:compte|carte)(?: \w+){0,2} (?:a ete |ete )?(?:pirate|piratee|hacke|hackee|vole|volee|usurpe)|\b(?:usurpation d'identite|paiement (?:frauduleux|non autorise)|commande frauduleuse|pas (?:passe|fait|autorise) cette (?:commande|transaction)|pas autorise ce paiement)\b",
    r"\b(?:hackeado|hackearon|pirateado|robado|robaron|clonado|clonaron|usado|usaron) (?:mi|la|el) (?:cuenta|tarjeta|identidad)|\b(?:cuenta|tarjeta)(?: \w+){0,2} (?:ha sido |fue )?(?:hackeada|robada|pirateada|clonada)|\b(?:cargo|compra|pago|pedido) (?:no autorizad[oa]|fraudulent[oa])|\bno (?:hice|he hecho|autorice|reconozco) (?:este|esta|ese|esa) (?:pedido|compra|cargo|pago)",
    r"\b(?:account|carta|conto)(?: \w+){0,2} (?:e stat[oa] )?(?:hackerat[oa]|violat[oa]|rubat[oa]|clonat[oa]|compromess[oa])|\b(?:addebito|pagamento|ordine) (?:non autorizzato|fraudolento)|\bfurto d'identita|\bnon ho (?:fatto|autorizzato) (?:questo|quest'|io questo) ?(?:ordine|acquisto|pagamento|addebito)",
    r"\b(?:conta|cartao)(?: \w+){0,2} (?:foi )?(?:hackead[oa]|clonad[oa]|roubad[oa]|invadid[oa]|pirateada)|\b(?:cobranca|compra|pagamento|pedido|encomenda) (?:nao autorizad[oa]|fraudulent[oa])|\bnao (?:fiz|autorizei|reconheco) (?:est[ea]|ess[ea]) (?:compra|pedido|encomenda|pagamento|cobranca)",
    r"\b(?:account|rekening|kaart|pas)(?: \w+){0,2} (?:is |werd )?(?:gehackt|gestolen|misbruikt|overgenomen)|\b(?:identiteitsfraude|niet (?:door mij )?(?:geplaatst|besteld|goedgekeurd)|frauduleuze (?:bestelling|betaling))\b",
    r"\b(?:konto|karta|karte)(?: \w+){0,2} (?:zostalo |zostala )?(?:zhakowan[oae]|wlamano|skradzion[oae]|przejet[oae])|\b(?:wlamal\w* sie na (?:moje )?konto|ukradl\w* (?:moja )?karte|nieautoryzowan\w+ (?:platnosc|transakcja)|nie (?:skladalem|skladalam|zlozylem|zlozylam|autoryzowal\w+) tego zamowienia)\b",
)
_CHARGEBACK = (
    r"\bcharge ?-?backs?\b|\b(?:dispute|disputing|disputed|reverse|reversing|contest) (?:this|the|that|it|my)(?: \w+)? ?(?:charge|payment|transaction)?s? (?:with|via|through|at) (?:my|the) (?:bank|card|paypal|credit)|\bpaypal (?:dispute|case|claim)\b",
    r"\b(?:ask|tell|get|have|instruct) my (?:bank|card (?:company|issuer|provider)|credit card company) (?:to )?(?:take|claw|get|reverse|pull|claim)\b",
    r"\b(?:ruckbuchung|zuruckbuchen|ruckbelastung|kaufer ?schutz|retrofacturation|contracargo|storno dell'addebito|riaddebito|estorno no cartao|contestar (?:a cobranca|o pagamento) (?:no|com o) (?:banco|cartao)|terugboek\w*|storneren via|obciazenie zwrotne)\b",
)
_REGULATOR = (
    r"\b(?:ombudsman|trading standards|ccpc|consumer (?:protection|association|rights (?:agency|body|authority)|council)|better business bureau|advertising standards|data protection (?:commission|authority)|financial conduct authority|(?:go|going|turn|turning|talk|talking|speak|speaking|take this|taking this|writing|write) to (?:a |the )?(?:press|newspapers?|papers|media|news|journalists?|irish times|bbc|rte))\b",
    r"\b(?:verbraucherzentrale|verbraucherschutz|schlichtungsstelle|bundesnetzagentur|dgccrf|ufc[- ]que choisir|60 millions de consommateurs|signal ?conso|mediateur|ocu|oficina del consumidor|consumo\b(?= (?:y|si|denunci))|altroconsumo|codacons|agcm|deco proteste|livro de reclamacoes|procon|reclame aqui|consumentenbond|geschillencommissie|\bacm\b|uokik|rzecznik\w* (?:konsument\w*|praw)|federacja konsumentow)\b",
)
_SAFETY = (
    r"\b(?:caught|catch(?:es|ing)?|burst into|went up in) (?:on )?(?:fire|flames)\b|\bexploded\b|\bblew up in (?:my|his|her)|\b(?:electric shock|got (?:a shock|shocked|electrocuted)|electrocuted|carbon monoxide)\b",
    r"\b(?<!i )(?:burn(?:ed|t)|injured|scalded) (?:my|his|her|our) (?:\w+ )?(?:hands?|face|arms?|legs?|fingers?|skin|head|child|son|daughter|baby|back|feet|foot|eyes?|kid)\b|\b(?:ended up|had to go|went|taken|rushed) (?:in|to|into) (?:the )?(?:a&e|hospital|emergency|er)\b|\ballergic reaction\b|\bchoked on\b",
    r"\b(?:feuer gefangen|in flammen|explodiert|stromschlag|verletzt hat|mich verbrannt|pris feu|a explose|m'a brule\w*|electrocut\w*|choc electrique|se incendio|exploto|explotado|me quemo|descarga electrica|preso fuoco|e esplos[oa]|mi sono (?:bruciat|ustionat)[oa]|scossa elettrica|pegou fogo|incendiou|explodiu|queimou-me|me queimou|choque eletrico|vlam gevat|in brand|ontploft|elektrische schok|zapalil[ao]? sie|wybuchl[ao]?|porazil\w* mnie prad|poparzyl\w*)\b",
)
_DATA = (
    r"\b(?:gdpr|dsgvo|rgpd|avg-verzoek|rodo)\b(?=.{0,60}\b(?:request|data|access|right|delet|eras|anfrage|auskunft|daten|demande|donnees|acces|solicitud|datos|richiesta|dati|pedido|dados|verzoek|gegevens|wniosek|danych))|\b(?:subject access request|right to be forgotten|right to erasure|data subject)\b",
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
