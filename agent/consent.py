"""Does a message say plainly yes or no? By code, because a model must not decide that a customer agreed (law 1).

A message counts only if it consists of nothing but yes-phrases and courtesies, or nothing but no-phrases and
courtesies. Anything else is `UNCLEAR`, and the customer is asked again: a missed yes costs a click, a false one an
order. Mere acknowledgements ("ok", "vale", "d'accord") are courtesies: they can mean "I see".
"""

import re
import unicodedata
from enum import StrEnum


class Consent(StrEnum):
    """What a reply to an open proposal says."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_YES = """
yes | yep | yeah | that's right | that is right | that's correct | that is correct | yes i do | yes i am | yes do it | sure | of course | absolutely | definitely | certainly | go ahead | do it
| please do | please do it | please do so | i confirm | confirm | confirmed | i agree | agreed | yes i confirm | i do confirm
| ja | jawohl | ja gerne | ja gern | klar | na klar | natürlich | selbstverständlich | sicher | auf jeden fall | einverstanden
| ich bestätige | bestätigt | ich bin einverstanden | ja ich bestätige | mach das | machen sie das | unbedingt
| oui | ouais | bien sûr | certainement | absolument | je confirme | confirmé | oui je confirme | allez-y | volontiers
| sí | claro | claro que sí | por supuesto | desde luego | confirmo | lo confirmo | sí lo confirmo | adelante | sí quiero
| sì | certo | certamente | confermo | sì confermo | lo confermo | confermato | assolutamente sì | sì grazie | procedi | proceda
| sim | com certeza | claro que sim | sim confirmo | confirmado | pode fazer | sim pode fazer | pode avançar
| jazeker | zeker | zeker weten | natuurlijk | ik bevestig | bevestigd | ja ik bevestig | akkoord | ik ga akkoord | ja hoor | doe maar
| tak | oczywiście | potwierdzam | tak potwierdzam | zgadzam się | zgoda | pewnie | jasne | tak poproszę | jak najbardziej
"""
_NO = """
no | nope | nah | no way | don't | do not | please don't | please do not | don't do it | do not do it | i don't | i do not
| i don't want that | i do not want that | stop | never | definitely not | absolutely not | of course not | i decline | not at all
| i disagree | leave it | leave it as it is | leave it be | keep it | keep it as it is
| nein | nee | nö | auf keinen fall | lieber nicht | bitte nicht | nicht | ich lehne ab | stopp | niemals | nein nicht machen
| non | surtout pas | pas du tout | certainement pas | je refuse | jamais | absolument pas | ne faites pas ça
| nunca | de ninguna manera | para nada | claro que no | no quiero | mejor no | no lo haga | no lo hagas | por supuesto que no
| assolutamente no | certo che no | non voglio | meglio di no | non farlo | mai
| não | nunca | de jeito nenhum | claro que não | não quero | melhor não | não faça
| neen | zeker niet | absoluut niet | liever niet | niet doen | doe maar niet | helemaal niet | nooit
| nie | nie chcę | absolutnie nie | w żadnym razie | lepiej nie | nie rób tego | nigdy | nie zgadzam się
"""
_COURTESY = """
please | thanks | thank you | thanks a lot | thank you very much | many thanks | ok | okay | great | perfect | oh | cheers | that's fine
| bitte | danke | danke schön | vielen dank | gut | gern | gerne | super | perfekt
| s'il vous plaît | s'il te plaît | svp | merci | merci beaucoup | d'accord | parfait
| por favor | gracias | muchas gracias | vale | perfecto | de acuerdo
| per favore | per piacere | grazie | grazie mille | va bene | perfetto | d'accordo
| se faz favor | obrigado | obrigada | muito obrigado | muito obrigada | está bem | perfeito
| alsjeblieft | alstublieft | dank je | dank u | dankjewel | dank je wel | bedankt | graag | prima | oké | goed
| proszę | poproszę | dziękuję | dzięki | bardzo dziękuję | dobrze | super
"""


def _plain(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("ł", "l"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _phrases(table: str) -> dict[str, None]:
    return dict.fromkeys(_plain(phrase) for phrase in table.split("|"))


_MEANING = (
    dict.fromkeys(_phrases(_COURTESY))
    | dict.fromkeys(_phrases(_YES), Consent.YES)
    | dict.fromkeys(_phrases(_NO), Consent.NO)
)
# The longest phrase first, so that "claro que no" is not read as "claro".
_PHRASE = re.compile("|".join(re.escape(p) for p in sorted(_MEANING, key=len, reverse=True)))
_GAP = re.compile(r"[ ,]+|[!.] ?(?=.)")
# A full stop or exclamation marks may end a plain answer; a question mark or an ellipsis makes it doubtful.
_END = re.compile(r"(?<!\.)\.$|!+$")
_LONGEST = 60  # characters; a plain answer is short


def read_consent(text: str) -> Consent:
    """YES or NO if the whole text plainly says so in en, de, fr, es, it, pt, nl or pl; else UNCLEAR."""
    rest = _END.sub("", _plain(text)).rstrip()
    if not rest or len(rest) > _LONGEST:
        return Consent.UNCLEAR
    meanings: set[Consent] = set()
    while True:
        match = _PHRASE.match(rest)
        if match is None:
            return Consent.UNCLEAR
        meaning = _MEANING[match.group()]
        if meaning is not None:
            meanings.add(meaning)
        rest = rest[match.end() :]
        if not rest:
            return meanings.pop() if len(meanings) == 1 else Consent.UNCLEAR
        gap = _GAP.match(rest)
        if gap is None:
            return Consent.UNCLEAR
        rest = rest[gap.end() :]
