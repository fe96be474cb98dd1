"""Names and words that surrogates are made of: ordinary ones, invented ones, and none of anybody's.

It knows which words pass for a name in which script; it does not know which of them a model knows.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from detectors.calibration.reading import sections

LATIN = "LATIN"

_GIVEN = (
    "Anna John Maria Peter Laura Thomas Julia David Emma Robert Clara Simon Helen Martin Sofia "
    "Daniel Nina Oscar Alice Victor Ruth Hugo Irene Felix Carla Leon Paula Ivan Rosa Jonas Karen "
    "Frank Sarah Steven Linda Mark Susan Kevin Lisa Brian Nancy Gary Betty Eric Sandra Adam Ashley "
    "Paul Emily Scott Donna Ryan Carol Jason Rachel Henry Janet Dennis Diane Walter Joyce Arthur "
    "Evelyn Albert Judith Ralph Martha Roy Teresa Louis Gloria Philip Doris Bruce Sara Wayne "
    "Louise Elena Marco Lucia Pablo Diego Carmen Jorge Luis Miguel Isabel Teresa Antonio Franz "
    "Otto Karl Ingrid Erik Lars Nils Olga Boris Dmitri Natasha Igor Vera Tomas Eva Milan Jana "
    "Ahmed Omar Fatima Ali Hassan Leila Yusuf Ravi Priya Anil Sanjay Mei Kenji Yuki Hana Kofi"
)
_FAMILY = (
    "Smith Miller Brown Garcia Jensen Novak Rossi Fischer Dubois Kovacs Wilson Meyer Santos Larsen "
    "Moreau Walker Berger Romano Hughes Keller Petrov Lopez Hansen Bailey Weber Costa Morgan "
    "Schmidt Turner Lambert Parker Cooper Evans Collins Stewart Morris Rogers Reed Cook Bell "
    "Murphy Ward Gray Watson Brooks Price Bennett Wood Barnes Ross Henderson Coleman Jenkins Perry "
    "Powell Long Patterson Foster Butler Simmons Bryant Russell Griffin Hayes Myers Ford Hamilton "
    "Graham Sullivan Wallace West Cole Owens Reynolds Fisher Ellis Harrison Gibson Cruz Marshall "
    "Gomez Murray Freeman Wells Webb Simpson Stevens Tucker Porter Hunter Hicks Crawford Boyd "
    "Mason Morales Kennedy Warren Dixon Ramos Burns Gordon Shaw Holmes Rice Robertson Hunt Black "
    "Daniels Palmer Mills Nichols Grant Knight Ferguson Rose Stone Dunn Perkins Hudson Spencer "
    "Gardner Payne Pierce Berry Matthews Arnold Wagner Willis Ray Watkins Olson Carroll Duncan "
    "Snyder Hart Cunningham Bradley Lane Andrews Ruiz Harper Fox Riley Armstrong Carpenter Weaver "
    "Greene Lawrence Elliott Chavez Sims Austin Peters Kelley Franklin Lawson Fields Gutierrez "
    "Ryan Carr Vasquez Castillo Wheeler Chapman Oliver Montgomery Richards Williamson Johnston "
    "Banks Meyer Bishop Howell Nielsen Andersen Berg Lund Holm Nowak Horvat Popov Ivanov Sokolov "
    "Bianchi Ferrari Ricci Marino Greco Conti Martin Bernard Petit Durand Leroy Roux Vincent "
    "Schneider Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Neumann Schwarz "
    "Braun Hofmann Hartmann Lange Krause Werner Lehmann Khan Ahmed Patel Singh Sharma Kumar Gupta "
    "Tanaka Suzuki Sato Watanabe Ito Kim Park Choi Chen Wang Liu Yang Huang Zhao Nguyen Tran Okafor"
)
_WORDS = (
    "Amber Anchor Arrow Autumn Badger Barley Basket Beacon Birch Bramble Bridge Bronze Candle "
    "Canyon Castle Cedar Cherry Clever Clover Cobalt Compass Copper Coral Cottage Crane Crimson "
    "Crooked Crown Crystal Distant Dragon Eagle Emerald Falcon Feather Fern Flint Forest Fountain "
    "Fox Frost Garden Gentle Glacier Golden Granite Harbor Harp Hazel Heron Hidden Hollow Honey "
    "Indigo Iron Island Ivory Jade Jasper Kestrel Ladder Lantern Lark Laughing Linen Little Lonely "
    "Lynx Maple Marble Meadow Mirror Nettle Northern Oak Oar Olive Onyx Orchard Otter Owl Painted "
    "Paper Patient Pearl Pepper Pigeon Pillar Pine Plum Prairie Quarry Quiet Quill Raven Ribbon "
    "River Robin Ruby Saffron Sage Scarlet Shadow Shield Silent Silver Sparrow Spruce Stag Star "
    "Station Stone Storm Summit Swift Thistle Thunder Tiger Timber Torch Tower Tulip Valley Velvet "
    "Violet Walnut Wandering Wheel Willow Window Winter Wolf Wren"
)
# (given names, family names) of other scripts, as their own words.
_OTHERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "CYRILLIC": (
            "Анна Борис Вера Глеб Дарья Егор Жанна Захар Инна Кирилл Лариса Матвей Нина Олег "
            "Полина Роман Света Тимур Ульяна Фёдор",
            "Орлов Белов Громов Дроздов Ершов Жуков Зуев Ильин Котов Лапин Мишин Носов Панин "
            "Рыбин Седов Титов Уваров Фомин Чижов Шубин",
        ),
        "GREEK": (
            "Άννα Νίκος Ελένη Πέτρος Σοφία Μάριος Δήμητρα Θωμάς Ζωή Λευτέρης",
            "Παππάς Δήμου Ρήγας Κόκκινος Μακρής Βλάχος Σαρρής Τσάκος Λάμπρου Ζέρβας",
        ),
        "CJK": (
            "伟 芳 娜 敏 静 丽 强 磊 军 洋 晓东 建国 秀英 志明 雪梅",
            "王 李 张 刘 陈 杨 赵 黄 周 吴",
        ),
        "HANGUL": (
            "민준 서연 지훈 하은 도윤 수아 예준 지민 현우 유진",
            "김 이 박 최 정 강 조 윤 장 임",
        ),
        "HIRAGANA": ("さくら ひなた あおい みどり かえで", "やまだ たなか すずき さとう いとう"),
        "KATAKANA": (
            "アンナ ペーター マリア ヨハン クララ",
            "ミュラー ベルガー ロッシ ハンセン コスタ",
        ),
        "ARABIC": (
            "سارة خالد ليلى عمر هدى سامي نادية رامي منى طارق",
            "النجار الحداد الخطيب السيد القاسم المصري الشامي الزين البدر الفارس",
        ),
        "HEBREW": ("נועה אורי תמר גיל מיה רון יעל דן", "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן"),
        "DEVANAGARI": (
            "अनिल मीना रवि सीता मोहन राधा विजय गीता",
            "शर्मा वर्मा गुप्ता मिश्रा जोशी पटेल यादव नायर",
        ),
    }
)
_STARTS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh sl st t th tr v w y z zh".split()
_MIDDLES = "a e i o u ai ei ou ia".split()
_CLOSES = "l n r s th nd rk lm st v z nn ck sk".split()


class Part(Enum):
    """What a word is in a name."""

    GIVEN = "given"
    FAMILY = "family"
    WORD = "word"


def script_of(word: str) -> str:
    """Return the script that most letters of a word belong to, as Unicode names it."""
    scripts = [unicodedata.name(letter, LATIN).split()[0] for letter in word if letter.isalpha()]
    return max(dict.fromkeys(scripts), key=scripts.count) if scripts else LATIN


@lru_cache(maxsize=32)
def candidates(script: str, part: Part) -> tuple[str, ...]:
    """Return the words that may stand for one of that kind, in small letters."""
    if script != LATIN:
        given, family = _OTHERS.get(script, ("", ""))
        listed = (family if part is Part.FAMILY else given).split()
    elif part is Part.WORD:
        listed = _WORDS.split()
    else:
        listed = [*(_FAMILY if part is Part.FAMILY else _GIVEN).split(), *_of_cultures(part)]
    return tuple(dict.fromkeys(word.lower() for word in listed))


def invented(chance: random.Random, length: int, beginning: str = "") -> str:
    """Return a word of about so many letters that sounds like a name, behind a `beginning`."""
    word = beginning
    while len(word) < length:
        after_vowel = word[-1:] in tuple("aeiou")
        word += chance.choice(_CLOSES if after_vowel and chance.random() < 0.5 else _STARTS)
        if len(word) < length:
            word += chance.choice(_MIDDLES)
    return word[: max(length, len(beginning) + 2)]


def _of_cultures(part: Part) -> Iterator[str]:
    """Yield the names from which the detectors' calibration puts its invented people together."""
    for lines in sections("names.txt").values():
        of = {line[0]: line[2:].split() for line in lines}
        if part is Part.GIVEN:
            listed = [*of["m"], *of["f"]]
        else:
            ends = ["" if end == "-" else end for end in dict.fromkeys(of["e"])]
            listed = [beginning + end for beginning in of["b"] for end in ends]
        yield from (name for name in listed if name.isalpha())
