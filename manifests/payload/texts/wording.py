"""Characters of words and lines, and the languages that OCR names."""

import re
import unicodedata
from collections.abc import Iterable

#: Scripts that are written without spaces: ideographs, kana and their punctuation.
_UNSPACED = r"[\u2e80-\u303f\u3040-\u30ff\u31f0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff]"
_GAP = re.compile(rf"(?<={_UNSPACED}) (?={_UNSPACED})")
_TAG = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z]{2,8})*)")
#: What says that there is no language, or none in particular.
_NONE = {"und", "mul", "mis", "zxx"}
#: Names that engines made up.
_ENGINES = {"chi_sim": "zh-Hans", "chi_tra": "zh-Hant", "frk": "de"}
#: ISO 639-2 to ISO 639-1: BCP 47 takes the shortest code.
_PAIRS = """
aar aa abk ab afr af aka ak alb sq amh am ara ar arg an arm hy asm as ava av ave ae aym ay aze az bak ba bam bm baq eu
bel be ben bn bis bi bod bo bos bs bre br bul bg bur my cat ca ces cs cha ch che ce chi zh chu cu chv cv cor kw cos co
cre cr cym cy cze cs dan da deu de div dv dut nl dzo dz ell el eng en epo eo est et eus eu ewe ee fao fo fas fa fij fj
fin fi fra fr fre fr fry fy ful ff geo ka ger de gla gd gle ga glg gl glv gv gre el grn gn guj gu hat ht hau ha heb he
her hz hin hi hmo ho hrv hr hun hu hye hy ibo ig ice is ido io iii ii iku iu ile ie ina ia ind id ipk ik isl is ita it
jav jv jpn ja kal kl kan kn kas ks kat ka kau kr kaz kk khm km kik ki kin rw kir ky kom kv kon kg kor ko kua kj kur ku
lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg mac mk mah mh mal ml mao mi mar mr may ms mkd mk mlg mg
mlt mt mon mn mri mi msa ms mya my nau na nav nv nbl nr nde nd ndo ng nep ne nld nl nno nn nob nb nor no nya ny oci oc
oji oj ori or orm om oss os pan pa per fa pli pi pol pl por pt pus ps que qu roh rm ron ro rum ro run rn rus ru sag sg
san sa sin si slk sk slo sk slv sl sme se smo sm sna sn snd sd som so sot st spa es sqi sq srd sc srp sr ssw ss sun su
swa sw swe sv tah ty tam ta tat tt tel te tgk tg tgl tl tha th tib bo tir ti ton to tsn tn tso ts tuk tk tur tr twi tw
uig ug ukr uk urd ur uzb uz ven ve vie vi vol vo wel cy wln wa wol wo xho xh yid yi yor yo zha za zho zh zul zu
"""
_SHORT = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))


def clean(text: str) -> str:
    """One line of composed Unicode, without control characters, single spaces between what others divide."""
    if not text.isprintable():
        spaced = (" " if c.isspace() else c for c in text)
        text = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def joined(words: Iterable[str]) -> str:
    """The words as a line; what is written without spaces has none."""
    text = " ".join(words)
    return text if text.isascii() else _GAP.sub("", text)


def language(said: str | None) -> str | None:
    """The BCP 47 tag of letters and hyphens for what a file calls a language; None where it names none.

    Of several (`deu+lat`) it is the first; codes of three letters become those of two where there are such.
    """
    if not said or len(said) > 100:
        return None
    if engine := next((tag for name, tag in _ENGINES.items() if said.startswith(name)), None):
        return engine
    found = _TAG.match(re.split(r"[+,; ]", said.strip())[0])
    if found is None or re.match(r"[A-Za-z]", said.strip()[found.end() :]):
        return None
    first = found[1].lower()
    return None if first in _NONE else _SHORT.get(first, first) + found[2]
