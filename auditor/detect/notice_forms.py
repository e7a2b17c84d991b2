"""Forms that copyright statements are made of: signs, leads, years, marks that end them, as regular expressions.

All but names are matched in small letters. A form never begins with an unbounded repeat.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.rules.notices import flat, spaced


def form(expression: str) -> Any:
    """A compiled expression; its matches are taken for granted where it matches the empty text."""
    return re.compile(expression)


BEFORE, AFTER = 140, 480
"""How far a statement and what decides on it reach, in code points, before its lead and behind the start of it."""
LINES, LISTED = 4, 10
"""Most lines of a statement, and of one that is a list of years with their holders."""
SIGN = (
    r"(?:\(c\)|â?©|&(?:amp;)?copy;?|&#0{0,4}169;?|&#x0{0,4}a9;?|\\u\{?00a9\}?|\\xa9|\\251|\\\(co|ⓒ|\[c\]|<c>"
    r"|@copyright\{\}|\(©\)|\{c\}|<a9>)"
)
WORD = r"(?:copyrighted|copyrights?|copr\.|opyright)"
TAG = r"(?:spdx-(?:file|snippet)copyrighttext:)"
PHONOGRAM = r"(?:℗|&#8471;|&#x2117;|\\u2117|(?<![\w)])\(p\))"
YEAR = r"(?<![\d.,_/#-])(?:19[3-9]\d|20[0-3]\d)(?![\d_]|\.\d)"
LITERALS = {
    "": ("opyright", "(c)"),
    "pr.": ("copr.",),
    "&": ("&copy", "&amp;copy", "&#"),
    "(p": ("(p)",),
    "\\": ("\\u00a9", "\\u{00a9}", "\\xa9", "\\251", "\\(co", "\\u2117"),
    "older": ("holder is", "holders are"),
}
"""What every lead holds, by what a text must hold to hold one of them."""
WIDE_LITERALS = ("©", "ⓒ", "℗")
LEADS = (
    "opyright", r"copr\.", r"holders? (?:is|are)", "&(?:amp;)?copy", "&#0{0,4}169", "&#x0{0,4}a9",
    r"\\u\{?00a9", r"\\xa9",
    r"\\251", r"\\\(co", r"\xc2\xa9", r"\xe2\x93\x92", r"\xe2\x92\xb8", r"\xe2\x84\x97", "&#8471", "&#x2117",
    r"\\u2117", r"\(p\)",
    r"(?:^|[^0-9a-z_$\])])\(c\)[ \t:,.\-]{0,8}[^\x00-\x20!#$%)*+,\-./:;=>?@\]^_`{|}~]",
)  # fmt: skip
"""Hyperscan for every lead, over bytes."""
INLINE = r"</?(?:s|b|i|u|em|strong|span|small|font|a|tt|code|dc:\w+|rights)(?=[\s>/])[^<>\n]{0,120}>"
GAP = rf"(?:[ \t:;,.*\-\ufffd]|&nbsp;|[\"']?[ \t]*[:=][ \t]*[ru]?[\"']|{INLINE}){{0,10}}+"
LEAD = form(
    rf"(?P<tag>{TAG})|(?P<word>(?<![^\W_])(?<![$.&_-])(?:{WORD}|@copyright)(?![\w$]|[-.]\w|\(\w\w|\()"
    rf"|{WORD}(?=\(c\)|[12]\d{{3}}))"
    rf"|(?P<sign>(?<![\w$\])])\(c\)(?=[ \t:,.\-]{{0,8}}[^\x00-\x20!#$%)*+,\-./:;=>?@\]^_`{{|}}~])"
    rf"|(?!\(c\)){SIGN})|(?P<holder>(?:copyright )?holders? (?:is|are):? (?=\w))"
    rf"|(?P<phonogram>{PHONOGRAM}(?=[ \t]?{YEAR}|[ \t]?(?:&|&amp;|and|\+|/)[ \t]?{SIGN}))"
)
RUN = form(
    rf"(?:{GAP}(?:{SIGN}|{PHONOGRAM}|{WORD}(?![\w-])|notices?:|statements?:|text:|(?:is |are |be )?(?:held|owned) by"
    rf"|belongs to|assigned to|in part|(?:&amp;|&|\+|/|and)[ \t]?(?={SIGN}|℗)|(?:crown"
    rf"|parliamentary)[ \t]+(?=copyright)"
    rf"|and database rights?))*"
)
BY = form(rf"(?:{GAP})(?:\(?by\)?|of|is|to|\(the\))(?=[\s:]|&nbsp;)")
BY_ONLY = form(rf"(?:{GAP})\(?by\)?(?=[\s:]|&nbsp;)")
PREFIX = form(
    r"(?:[ \t\f\v]+|\*+/?|/\*+|#+|//+|--+|;+|%+|!|\||\"(?=[ \t])|>|dnl\b|rem\b|\.\\\"|c(?= )|\\\\|&nbsp;"
    r"|<s>|<p>|<br */?>){0,24}"
)
LINE_END = form(r"[ \t]*(?:\*+/|\*+|#+|//|\||-->|%|;)?[ \t\r]*(?:\n|\Z)")
CLOSED = r"</(?:p|div|td|li|h\d|footer|body|title|dd|dt|tr|table|html|center|small|blockquote)\b"
MARKUP = (
    rf"<(?:br|p|div|td|li|hr|tr|h\d|!--|\?|script|img|ul|table)\b|<!--|{CLOSED}|</?(?!(?:s|b|i|u|em|strong"
    rf"|span|small|font|a|tt|code|https?|www|ftp|mailto|year|y+|name|owner|author|holder|your|copyright"
    rf"|company|insert)\b)[a-z][\w:]{{0,20}}\b[^<>@\n]{{0,120}}>"
    r"|&lt;/?(?:br|p|div|b|a)\b|&(?:middot|bull|[rl]aquo|#183|#8226);"
)
MARKS = (
    rf"{MARKUP}|\*/|-->|\*\)|\\[nr](?![a-z]{{3}})|\\0|\"(?=\s*(?:[,;)+\]}}\\>:]|\\n|/>|\Z))"
    rf"|'(?=\s*(?:[,;)+\]}}]|\\n|/>|\Z))|`(?=\s*(?:[,;)+\]}}]|\Z))"
    r"|(?<!&nbsp)(?<!&copy)(?<!&amp)(?<!&gt)(?<!&lt)(?<!\d);(?=\s|\Z)|\s[|•·»›→]\s"
    r"|\s[-–—]{1,2}\s(?=[a-z]+\s+[a-z]+\s+[a-z]+)|\((?:the|each|hereinafter|collectively|this)\s|\t\t"
    r"|[ \t]{6,}(?=[^\d\s<(*])|[{}]"
)
ABBREVIATIONS = (
    "inc",
    "ltd",
    "co",
    "corp",
    "jr",
    "sr",
    "dr",
    "st",
    "l.p",
    "et al",
    "univ",
    "dept",
    "sp",
    "bros",
    "mr",
    "mrs",
)
SENTENCE = r"\.(?=\s+[a-z(\"'<\[*#/])(?<!\b[a-z]\.)" + "".join(rf"(?<!\b{re.escape(one)}\.)" for one in ABBREVIATIONS)
ANY_YEAR = form(YEAR)
YEARS_ONLY = form(
    rf"(?:{YEAR}|&nbsp;|&[nm]dash;|[\s,;:&/\-–—()\[\].~*#+]|-\d\d\b|\bto\b|\band\b|\bet\b|\bthru\b"
    rf"|\bthrough\b|\bpresent\b|\bnow\b|\bcurrent\b|年|\\\(en|--|{SIGN}|\bby\b|{INLINE}|\ufffd|[\"'=u])*"
)
MAIL = form(
    r"[\w.+-]{1,40}(?:@| ?[\[(<{] ?at ?[\])>}] ?| at )[\w-]{1,40}(?:\.| ?[\[({] ?dot ?[\])}] ?"
    r"| dot )\w{2,}|@[\w-]+\.\w{2}"
)
NAMED_MAIL = form(r"(?:[^\W\d_][\w'’.-]*[ \t]+){1,4}[<(][\w.+-]+@")
NAME = form(r"[^\W\d_][\w'’.&+-]*")
CAPITAL = form(r"[^\W\d_a-zß-öø-ÿ]")
NOISE = form(r"[\x00-\x08\x0e-\x1f]|[^\w\s.,;:&'’\"()<>/@+*#|!?\[\]{}=~–—-]{2}|[\u0080-\u00bf]{3}|\ufffd\w?\ufffd")
UNFILLED = form(
    r"year|name|owner|holder|author|copyright|yyyy|company|organi[sz]ation|your|insert|date|then|current"
    r"|project|^the$"
)
GAPS = form(r"[\s\"',;]*")
QUOTED = form(r"[\"'`](?!\s?[:=]\s?[ru]?[\"'])(?!\s?\{)")
BLANK = form(r"[\s\"']*")
NAMES = form(r"(?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*[ \t]+){1,4}[^\W\d_a-zß-öø-ÿ][\w.'’-]*[ \t]*(?:\n|\Z)")
CLOSING = form(r"\*/|-->|\*\)|#\}|\"\s*\Z")
ASIDE = form(r"\([^\W\d_a-zß-öø-ÿ][^()\n]{3,100}\)")
AUTHOR = form(r"author(?:\(s\))?:?[ \t]+(?=\S)")
PORTIONS = form(r"\b(?:portions?|parts?|crown|parliamentary)(?: created by the initial developer are)?[\s(:,]*\Z")
LEFT = form(
    r"[^\W\d_a-zß-öø-ÿ][\w.&'’+-]*(?:,?[ \t]+(?:[^\W\d_a-zß-öø-ÿ][\w.&'’+-]*|of|the|and|&|for|de|von"
    r"|van)){0,6},?[ \t]*\Z"
)
AUTHORED = form(r"(?:\A[^\w\n]*|\bby )((?:[^\W\d_a-zß-öø-ÿ][\w.'’-]*[ \t]+){1,3}[^\W\d_a-zß-öø-ÿ][\w.'’-]*,?[ \t]*)\Z")
ARTICLE = form(
    r"\b(?:the|a|an|of|for|by|under|any|no|such|your|his|their|its|and|or|own|all|in|to|on|with"
    r"|international|section|point|points|paragraph)\s+\Z"
)
LINE_START = form(
    r"(?:\A|\n)(?:[ \t\f\v]|\*+/?|/\*+|#+|//+|--+|;+|%+|!|\||>|dnl\b|rem\b|\.\\\"|c(?= )|\\\\|&nbsp;"
    r"|<[a-z]\w{0,9}(?: [^>\n]{0,60})?>|@\w+|\"|'|-|\(|\[|\+|[^\W\d_]{3,12}:)*+\Z"
)
QUOTE = form(r"[\"'`][^\"'`\n]{0,80}\Z")
MAY_LEAD = form(r"opyright|copr\.|holder|\(c\)|\(p\)|&|\\|©|ⓒ|℗|[<\[{@]")
MAY_BE_BLANK = form(r"[<\[({$%_]|year|name|your|yy|xx|0x|1x|2x|_")
KEY = form(rf"[:=][ \t]*[ru]?[\"'](?={SIGN}|copyright|{YEAR})")
COLON = form(r"[ \t]*:")
ANY_SIGN = form(rf"{SIGN}|{PHONOGRAM}")
SIGNS = "©ⓒ℗"
TAG_BACK = (len("spdx-filec"), len("spdx-snippetc"))
WORDS = form(
    r"(?!www\.)([^\W\d_][\w'’.&+-]*+)(?!@|://| ?[\[(<]at[\])>] )|[\w.+-]{1,40}@[\w.-]+|(?:\w{3,6}://"
    r"|www\.)[^\s<>\"')]+"
    rf"|[^\W_]\w* ?[\[(<]at[\])>] [\w \[\]().-]{{1,40}}|</?[A-Za-z][^<>]{{0,120}}>|&\w{{2,6}};|(?i:{SIGN})"
)
BEFORE_NAME = form(rf"(?:{INLINE}|&nbsp;|the\s|by\s|[\W_])*")
ABBREVIATED = form(rf"(?:\b(?:{'|'.join(map(re.escape, ABBREVIATIONS))})|\b[^\W\d_]|\.\w)\.\Z")
TAIL = form(rf"(?:{INLINE}|</?[a-z]\w{{0,9}}(?: [^<>\n]{{0,120}})?|&nbsp|\(c|\s(?:and/or|and|or)|\[, ?\.{3}\])\Z")


def has_mail(low: str, start: int, end: int) -> bool:
    """Whether there is a mail address, spelt out or not."""
    may = low.find("@", start, end) >= 0 or low.find("at", start, end) >= 0
    return may and MAIL.search(low, start, end) is not None


def words_in(text: str, start: int, end: int) -> Iterator[str]:
    """Words that are no part of a mail address, a URL, a sign or a tag."""
    return (match[1] for match in WORDS.finditer(text, start, end) if match[1])


def whole(form: str) -> str:
    """A form that begins no word in the middle, in scripts that part words."""
    return (r"(?<![^\W_])" if form[0] < "\u2e80" else "") + "(?:" + spaced(form) + ")"


def words_of(names: Sequence[str]) -> str:
    """Alternatives for names in small letters, the longest first."""
    return "|".join(re.escape(name.lower()) for name in sorted(names, key=len, reverse=True))


def either(expressions: Sequence[str]) -> str:
    """Alternatives, those that begin with one letter together: ``re`` then skips all of them by it."""
    first: dict[str, list[str]] = {}
    for one in (one for each in expressions for one in flat(spaced(each))):
        key = one[0] if one[0].isalpha() and one[1:2] not in {"?", "*", "+", "{"} else ""
        first.setdefault(key, []).append(one[len(key) :])
    return "|".join(f"{key}(?:{'|'.join(rest)})" if key else "|".join(rest) for key, rest in first.items())


def after(pattern: Any, low: str, at: int, high: int) -> int:
    """Where a match that begins at a place ends; that place where there is none."""
    found = pattern.match(low, at, high)
    return at if found is None else int(found.end())


def name_start(low: str, at: int, end: int) -> int:
    """The first letter from a place on, behind years, marks and articles."""
    at = YEARS_ONLY.match(low, at, end).end()
    found = BEFORE_NAME.match(low, at, end)
    return int(found.end()) if found else at


def trimmed(low: str, start: int, end: int) -> int:
    """Where a statement ends without the marks of comments and the punctuation behind it."""
    part = low[start:end]
    kept = part.rstrip(" \t\r\n\f\v*#|/\\=~_%!-,;:&+<([{\"'`–—•·")
    while tag := TAIL.search(kept):
        kept = kept[: tag.start()].rstrip(" \t\r\n,;:-*#/(")
    if kept.endswith(".") and not ABBREVIATED.search(kept):
        kept = kept[:-1].rstrip(" \t\r\n,;:-*#/(")
    return start + len(kept)
