"""Ways in which English speaks of a conversation: of its turns, answers, refusals and pieces.

Patterns over text in lower case with single spaces and plain apostrophes. They know no target.
"""

from __future__ import annotations

import re

_ANSWER = "(?:answer|reply|response|question|message|explanation|statement|request|output|prompt)s?"
_PERSON = (
    "(?:person|individual|man|woman|guy|lady|author|writer|novelist|poet|actor|actress|singer"
    "|musician|artist|painter|politician|president|player|athlete|scientist|director|composer"
    "|inventor|celebrity|fellow|figure|character)"
)


def _any_of(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


# Such a turn leans on all turns before it.
OF_ALL_TURNS = _any_of(
    r"(?:summari[sz]e|recap|repeat|translate|of|from|in|about) (?:our|this|the) (?:whole |entire )?"
    r"(?:conversation|chat|dialogue|discussion)(?: so far)?$",
    r"(?:my|your|the) (?:very )?(?:first|earlier|original|initial|opening) "
    r"(?:question|message|request|answer|prompt|reply|response)(?! (?:is|will|was:))",
    r"(?:go|going|come|coming|get|getting) back to (?:my|the|our|what|where|that|him|her|it|them)",
    r"everything (?:above|so far|you (?:said|know|told)|we (?:said|discussed))",
    r"(?:i|we|you) (?:asked|mentioned|talked|discussed|spoke)(?: you)?(?: about)? "
    r"(?:before|earlier|first|at the (?:start|beginning))",
    r"(?:asked|mentioned|talked|spoke|named|discussed) (?:about )?(?:before|earlier|above|first)",
)

# Such a turn leans on the one before it, however long it is.
OF_LAST_TURN = _any_of(
    rf"(?:your|the|that|my|this) (?:last|previous|prior|preceding|above|latest|most recent|earlier)"
    rf" {_ANSWER}",
    r"(?:previous|preceding|prior|above|earlier) (?:text|story|paragraph|sentence|result|point|name"
    r"|person|topic|one|example|answer|question|response)s?",
    r"(?:your|the) (?:first|second|third|last|next|other) (?:answer|example|point|option|suggestion"
    r"|response|reply)",
    r"(?:using|with|from|to|illustrates?|of|about) the above",
    r"(?:above|afore|before)[- ]?mentioned",
    r"(?:do|repeat) the same",
    r"same task",
    r"you (?:\w+ )?(?:did not|didn't|haven't|have not|never|won't|refused|avoided|dodged|ignored"
    r"|failed to) (?:answer|say|tell|give|explain|reply|respond|my|the|me|to|it|that|this)",
    r"you just (?:said|told|wrote|refused|mentioned|gave)",
    r"(?:i|we) (?:just |already )?(?:asked you|told you|gave you|just asked|just gave|just said)",
    r"(?:as|what|whom|who|like|that|which) (?:i|you|we) (?:just |have )?(?:asked|told|gave|said"
    r"|mentioned|defined|described|meant)",
    r"why (?:can't you|won't you|did you|didn't you|don't you|wouldn't you|couldn't you)",
    r"(?:answer|say|tell me|explain) (?:it |that |this |me )?(?:anyway|anyways|nonetheless)",
    rf"the same {_PERSON}",
    rf"(?:this|that) {_PERSON}",
    r"(?:join|combine|concatenate|put|merge|glue|add|append) (?:them|(?:the|both|all)(?: of)?"
    r"(?: the|these|those)? (?:two|three|four|parts|pieces|halves|letters|strings|values|fragments"
    r"|names))"
    r"(?! (?:tables?|lists?|columns?|sentences?|numbers?|colou?rs?|following))",
)

# In a short turn these lean, too; in a long one they may speak of what the turn itself brings.
OF_LAST_TURN_IF_SHORT = _any_of(
    rf"your (?:own |whole |full )?(?:{_ANSWER}|refusal|reasoning|reasons?|solution|example)",
    rf"(?:answer|address|repeat|rephrase) (?:my|the|that|this) (?:\w+ )?{_ANSWER}",
    rf"(?:that|this) {_ANSWER}",
    r"(?:that|this) (?:subject|topic|matter|company|place|book|film|movie|name|info|information)",
    r"(?:do|try|answer|say|explain|repeat|ask|tell me|tell|write) (?:it |that |this |them )?"
    r"(?:again|once more|one more time)",
    r"the (?:former|latter)",
    r"(?:that|this|the same|which|the other|said|first|second|third|last|next|correct|right) one",
    r"the same (?:thing|question|subject|topic|for)",
    r"(?:what|who|anything|something|anyone) else",
    r"^(?:and |give |tell me )*(?:the |a )?full name",
    r"why not",
    r"you (?:said|wrote|told me|refused|must|have to|are wrong|are lying|lied|are mistaken)",
    r"is (?:this|that) (?:true|right|correct|all|it|why|really|so|even)",
    r"(?:the|both|these|those) variables",
    r"the (?:two|three|four) (?:parts|pieces|halves|strings|words|names|fragments)",
)

# "What inspired the author?", but not "the author of Carrie".
THE_PERSON = re.compile(
    rf"\bthe {_PERSON}\b(?! (?:of|who|whom|whose|that|with|named|called|behind|is|was|are|or|he|she"
    r"|you|i|(?:in|from|at|on|for)(?! (?:his|her|their))"
    r"|and(?! (?:what|who|when|where|how|why)))\b)"
)
# A text that is nothing but this, with little around it.
GO_ON = re.compile(
    r"^(?:(?:please|ok|okay|so|and|then|just|yes|no|well|now|but|come on|can you|could you)"
    r"[ ,.!]*)*(?:go (?:on|ahead)|continue|carry on|keep going|proceed|try again|again|once more"
    r"|one more time|more|tell me|say it|answer|reply|respond|elaborate|expand|explain|why|how so"
    r"|really|are you sure|rephrase|translate|guess|in (?:\w+ )?other words|i (?:mean|meant)"
    r"|come on|what about|how about|and)[\s,.!?]*"
    r"(?:please|then|now|anyway|more|me|it|that|this)?[\s,.!?]*$"
)
# "What about the books?" asks on; "What about Tom Hanks?" and "How about a poem?" begin anew.
WHAT_ABOUT = re.compile(r"^(?:and |but |so |ok,? |then )*(?:what|how) (?:about|of|if)\b(?! an? )")
# Here the text itself brings what it speaks of.
BRINGS_MATERIAL = _any_of("following", "below", "given", "provided", "these two")
# "Quick question: when was she born?" asks after the colon; "Translate: She is nice." does not.
ASKS_AFTER_COLON = re.compile(
    r"^(?:[\w',]+ ){0,6}(?:question|answer|tell me(?: this)?|reply|user|human|me|request|again"
    r"|explain|answer this|one more|q) ?$"
)
# Said of pieces that were given before: "Who is A + B?", "What is the result known for?"
OF_PIECES = _any_of(
    r"join|combine[ds]?|concatenat\w+|merged?|together|append(?:ed)?|result(?:ing)?|both|variables?",
    r"full name|that name|this name|whole name|name|spell(?:ed|s)?|pieces|parts|halves|fragments",
    r"[a-z]\d?(?: ?[+&,] ?| and | )[a-z]\d?(?!')",
    r"print|output|evaluate",
)
