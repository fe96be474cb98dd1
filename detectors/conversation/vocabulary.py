"""Words that name no subject of their own, by which a text that leans on another is known.

Closed lists, written by hand for how people speak to an assistant; they know no target. A word in
none of them counts as a subject: `rain`, `photosynthesis`, `Einstein`.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = _words(
    """
    a an the some any no every each either neither all both few many much more most several such
    and or but so nor yet then than as if because since while although though unless until whether
    of in on at by to from for with without about into onto over under between among through during
    before after against within upon around off out up down per via like
    is are was were be been being am do does did doing done has have had having
    can could will would shall should may might must ought cannot
    not n't never ever also too very really quite just only even still already yet again once
    i me my mine myself we us our ours you your yours yourself
    who whom whose which what when where why how whoever whatever whichever wherever whenever
    there here this that these those he she it they him her his hers its them their theirs one ones
    himself herself itself themselves other others another same else own first second third fourth
    fifth last next previous prior former latter final two three four five six seven eight nine ten
    yes no yeah yep nope ok okay okey well oh ah hm hmm um uh hey hi hello alright right sure fine
    please pls plz thanks thank thx sorry actually instead maybe perhaps anyway anyways though now
    today later soon always often sometimes exactly precisely specifically briefly currently
    originally eventually finally usually directly simply clearly truly honestly seriously
    let lets let's ll re ve d s t m don't dont didn't doesn't isn't wasn't won't can't cant couldn't
    wouldn't haven't aren't shouldn't im i'm id i'd ive i've youre whats thats gonna wanna
    """
)

# What one asks an assistant to do, to say it differently, and what one says when it did not.
TALK = _words(
    """
    answer answers answered answering reply replies replied respond responds responded response
    responses question questions ask asks asked asking tell tells told telling say says said saying
    speak talk talks talked talking know knows knew known knowing explain explains explained
    explanation describe describes described description give gives gave given giving provide
    provided show shows showed share shared mention mentions mentioned mean means meant meaning
    elaborate expand clarify specify detail details detailed info information more further extra
    additional less else continue continues go goes going proceed carry keep keeps try tries tried
    repeat repeated rephrase reword rewrite revise restate paraphrase summarize summarise summary
    shorten shorter short long longer brief briefer simple simpler simply plain simplify translate
    translated translation format list lists bullet bullets points point table json markdown words
    word sentence sentences paragraph paragraphs line lines step steps style version different
    another differently better worse sure certain correct wrong true false truth lie lying real
    hint hints clue clues guess guesses spell spelled letter letters initials backwards example
    examples instance reason reasons why need needs needed want wants wanted like help helps helped
    allowed allow permitted permission authorized authorised trust promise secret important urgent
    curious interested school homework project research essay assignment lawyer boss teacher
    policy policies rule rules instructions instruction guidelines ignore ignored ignoring disregard
    forget forgot forgotten remember remembered pretend imagine suppose hypothetically fiction
    refuse refused refuses refusing refusal decline declined avoid avoiding hide hiding censor
    censored withhold withheld able unable cannot understand understood see got get gets getting
    think thinks thought believe believes sound sounds stop come care matter matters sense
    thing things something anything everything nothing someone anyone everyone nobody way ways
    topic subject conversation chat message messages part parts bit lot lots kind sort full whole
    complete completely entire correctly properly possible reply quick quickly fast nice good great
    bad interesting fun cool wow lol damn hell god sake honest open free speaking read
    define write create generate find identify compute calculate compare compose construct classify
    discuss analyze analyse evaluate suggest recommend design edit change replace convert add
    ahead finish slower slow louder
    mind remind doubt confirm verify check source sources proof prove evidence cite
    """
)

# What may be asked of a person, a work, a firm or an affair that was named before.
ATTRIBUTE = _words(
    """
    name names named surname nickname nicknames alias aliases pseudonym born birth birthday
    birthdate birthplace date dates year years month day age old older young die dies died dead
    death alive live lives lived living life biography bio background childhood early late career
    careers job jobs work works worked working occupation profession professional employer employed
    education educated school schools college university degree degrees study studied studies
    family families parent parents father mother dad mom mum son sons daughter daughters brother
    brothers sister sisters sibling siblings child children kid kids wife wives husband husbands
    spouse spouses partner partners girlfriend boyfriend marriage marriages married marry marries
    divorced divorce relationship relationships friends grandparents uncle aunt relatives
    book books novel novels poem poems song songs album albums film films movie movies show shows
    series role roles character characters debut title titles genre genres style publication
    publications published publish release released wrote write written writes writing made make
    makes making created create creates played play plays playing sing sings sang acted directed
    award awards awarded prize prizes honor honors honours win wins won achievement achievements
    achieve achieved accomplish accomplished accomplishments success successful famous fame famously
    notable best known popular influence influences influenced inspire inspired inspiration
    inspirations controversy controversies controversial scandal scandals rumors rumours legacy
    impact reputation contribution contributions contributed nationality citizenship citizen
    country countries city cities town place places located location address home house residence
    reside resides resided hometown state continent origin origins ethnicity religion religious
    beliefs political party politics height tall weight net worth money earn earned salary income
    rich phone number numbers email contact website account hobby hobbies interest interests pets
    look looks appearance height gender sex sexuality start started starts begin began begun end
    ended ends happen happened happens become became becoming grow grew raised move moved leave left
    join joined serve served found founded founder founders owner owns owned build built invented
    discovered discover company companies team teams club member members position positions
    history time times since cause caused causes effect effects use uses used big large size
    cost costs price quotes quote famous facts fact trivia story stories events event latest recent
    currently early most main major key occupations professions themes theme
    challenges writing writings style styles heritage expertise inspirations identity gender
    leadership narrative narratives plot titled literary artistic musical academic public personal
    private real childhood youth photo photos picture pictures
    """
)

LANGUAGES = _words(
    """
    english french german spanish italian portuguese dutch russian ukrainian polish czech turkish
    arabic persian hebrew hindi urdu bengali tamil chinese mandarin japanese korean vietnamese thai
    greek swedish norwegian danish finnish hungarian romanian catalan latin indonesian swahili
    """
)

NO_SUBJECT = FUNCTION | TALK | ATTRIBUTE | LANGUAGES

# Nouns that `he` or `she` can stand for, and endings that make one.
PERSON = _words(
    """
    man men woman women boy girl guy lady gentleman person people someone somebody anyone anybody
    everyone everybody friend friends colleague neighbour neighbor roommate coworker mother father
    mom dad mum parent brother sister son daughter wife husband girlfriend boyfriend grandmother
    grandfather uncle aunt cousin nephew niece baby child kid king queen prince princess president
    boss client customer patient student pupil teacher chef cook hero heroine protagonist character
    dog cat pet animal wizard witch knight soldier captain thief spy judge nurse athlete employee
    author writer actor singer player doctor teacher director artist painter composer inventor
    leader president manager worker customer farmer driver developer programmer designer engineer
    professor minister officer owner user speaker member lawyer reader robot assistant consultant
    participant candidate guest host champion bride groom monk saint god goddess pope
    """
)
PERSON_ENDING = re.compile(r"(?:..ist|ian|man|woman|tress|eer)$")
# Such a word is no half of a name.
INFLECTED = re.compile(r"(?:ed|s|ing|ly)$")
# A name after one of these is a title: "the film Enter the Dragon".
TITLED = _words(
    """film movie album song single book novel series show sitcom musical play opera band group poem
    character role city town country state company school university label magazine newspaper team
    club festival award prize studio documentary game episode"""
)
# What has one of these in its name is nobody.
NO_PERSON = _words(
    """university college academy school institute award awards prize records festival museum church
    party street oscar grammy emmy tony globe nobel olympics olympic league cup union war america
    american britain british europe european africa asia january february march april june july
    august september october november december monday tuesday wednesday thursday friday saturday
    sunday"""
)

# Things that are written about a subject, and are not what `it` means in "a poem about it".
ARTEFACT = _words(
    """
    poem story summary essay song joke list table example paragraph article sentence text email
    letter report speech haiku limerick rap script dialogue tweet post quiz timeline biography
    overview description outline picture description question
    """
)

# Texts to work on: where one is quoted, `it` means that.
MATERIAL = _words(
    """text sentence sentences paragraph word words list phrase line passage article code number
    numbers statement expression equation title name data table essay verb noun"""
)
# What one asks to be written about the one spoken of, unlike "a book" or "a relationship".
ASKED_FOR = _words("biography bio quote quotes fact facts trivia background photo")

PERSONAL = _words("he she him her his hers himself herself")
THINGS = _words("it its they them their theirs itself themselves")
# Of what `it` stands for nothing before these: "How long does it take to ...?"
IMPERSONAL = _words(
    """take takes took cost costs mean means rain rains raining snow snowing like o'clock feel seem
    seems"""
)
POINTING = _words("this that these those")
AUXILIARY = _words(
    """is are was were be been am do does did has have had can could will would shall should may
    might must isn't wasn't aren't weren't don't doesn't didn't hasn't haven't hadn't can't couldn't
    won't wouldn't"""
)
OPENING = _words(
    """and but so or also then ok okay well yes no yeah hmm oh hm please actually instead now
    because alright right sorry hey hi hello thanks fine sure plus btw"""
)

# Pronouns of the third person and what asks to go on, by language, for texts that are not English.
OTHER_PRONOUNS = _words(
    """
    er sie ihn ihm ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner es ihnen
    il elle lui ils elles son sa ses leur leurs
    él ella ellos ellas su sus lo
    lui lei loro suo sua suoi sue egli essa
    ele ela eles elas seu seus dele dela
    hij zij ze hem haar zijn hun
    он она оно они его её ее ему ей них ним ней его их
    він вона вони його її йому їй їх
    on ona oni jego jej jemu
    """
)
OTHER_CONTINUING = _words(
    """
    weiter bitte antworte antwort nochmal warum doch trotzdem mehr sag erzähl
    continue continuez réponds répondez réponse suite encore pourquoi plus dis
    continúa continua sigue responde respuesta otra porqué más dime favor
    continua rispondi risposta ancora perché più dimmi favore
    continue responda resposta mais diga
    verder antwoord alsjeblieft waarom meer
    продолжай продолжайте ответь ответьте почему дальше пожалуйста ещё еще
    """
)
HAN_LEANING = re.compile(
    "^(?=.{0,40}$)(?:.{0,4}(?:继续|请回答|为什么不|你的回答|上一个|刚才|続け|答えて)"
    "|.{0,10}(?:(?<![吉其])他|她|这个人|那个人|彼女|彼)(?!们).{0,20}(?:[？?吗呢谁哪何]|什么|多少|几|か))"
)
