"""What the form of words offers to choose from: languages, statements on rights, how viewers shall behave."""

from manifests.models import Collection, Manifest

#: What is said most; any other language tag can be typed.
LANGUAGES = {
    "ar": "العربية",
    "cs": "čeština",
    "da": "dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "español",
    "fa": "فارسی",
    "fi": "suomi",
    "fr": "français",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "magyar",
    "it": "italiano",
    "ja": "日本語",
    "ko": "한국어",
    "la": "Latina",
    "nl": "Nederlands",
    "no": "norsk",
    "pl": "polski",
    "pt": "português",
    "ro": "română",
    "ru": "русский",
    "sv": "svenska",
    "tr": "Türkçe",
    "uk": "українська",
    "zh": "中文",
}
_CC = "http://creativecommons.org"
_RS = "http://rightsstatements.org/vocab"
#: Groups of statements: address and what people call it.
RIGHTS = {
    "Public domain": {
        f"{_CC}/publicdomain/mark/1.0/": "Public Domain Mark",
        f"{_CC}/publicdomain/zero/1.0/": "CC0",
    },
    "Creative Commons": {
        f"{_CC}/licenses/{code}/4.0/": f"CC {code.upper()} 4.0"
        for code in ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
    },
    "RightsStatements.org": {
        f"{_RS}/{code}/1.0/": sentence
        for code, sentence in {
            "InC": "In copyright",
            "InC-OW-EU": "In copyright, EU orphan work",
            "InC-EDU": "In copyright, educational use permitted",
            "InC-NC": "In copyright, non-commercial use permitted",
            "InC-RUU": "In copyright, rights-holder unlocatable",
            "NoC-CR": "No copyright, contractual restrictions",
            "NoC-NC": "No copyright, non-commercial use only",
            "NoC-OKLR": "No copyright, other legal restrictions",
            "NoC-US": "No copyright, United States",
            "CNE": "Copyright not evaluated",
            "UND": "Copyright undetermined",
            "NKC": "No known copyright",
        }.items()
    },
}
#: Presentation 3.0 §3.2: behaviors that mean something on the whole of a work, and on a collection.
_COMMON = {
    "paged": "pages of a book, two at a time",
    "individuals": "each by itself",
    "continuous": "one long strip, as a scroll",
    "unordered": "in no particular order",
    "auto-advance": "go on by itself",
    "no-auto-advance": "stop after each",
    "repeat": "begin again at the end",
    "no-repeat": "end at the end",
}
BEHAVIORS = {
    Manifest: _COMMON,
    Collection: {"multi-part": "parts of one thing", "together": "shown together", **_COMMON},
}


def rights_name(uri: str) -> str:
    """What people call the statement, empty for one that is not offered."""
    return next((named[uri] for named in RIGHTS.values() if uri in named), "")
