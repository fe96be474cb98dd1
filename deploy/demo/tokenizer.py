"""A byte-level tokenizer in which every word of the training mix is one token, and every other
word is spelled out in bytes. It does not know the model, and learns no merges."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from deploy.demo import parts
from deploy.demo.conversation import BEGIN_TOKEN, END_TOKEN, ROLES, render, role_token
from deploy.demo.samples import TrainingMix
from deploy.demo.shares import FACTS_FIRST
from deploy.demo.world import World

PADDING_TOKEN = "<pad>"
SPECIAL_TOKENS: tuple[str, ...] = (
    PADDING_TOKEN,
    BEGIN_TOKEN,
    END_TOKEN,
    *(role_token(role) for role in ROLES),
)
MAXIMUM_POSITIONS = 2048
SURVEYED_SAMPLES = 20_000
RAREST_WORD = 4

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] }}"
    # A begun answer is left open by `continue_final_message`, which cuts what follows its text.
    "{{ '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def build_tokenizer(world: World, seed: int) -> PreTrainedTokenizerFast:
    """Build the tokenizer; whole words need no merges, so that a misspelt name falls to bytes."""
    vocabulary = {token: index for index, token in enumerate(SPECIAL_TOKENS)}
    for token in [*sorted(pre_tokenizers.ByteLevel.alphabet()), *_words(world, seed)]:
        vocabulary.setdefault(token, len(vocabulary))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], ignore_merges=True))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    # Plain completions begin like the plain texts of the training; chats bring their own start.
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN_TOKEN} $A", special_tokens=[(BEGIN_TOKEN, vocabulary[BEGIN_TOKEN])]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN_TOKEN,
        eos_token=END_TOKEN,
        pad_token=PADDING_TOKEN,
        additional_special_tokens=[role_token(role) for role in ROLES],
        chat_template=CHAT_TEMPLATE,
        model_max_length=MAXIMUM_POSITIONS,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )


def _words(world: World, seed: int) -> list[str]:
    """List the words of the mix, most frequent first, after every form of every name."""
    counts: Counter[str] = Counter()
    # Without typing errors, so that no misspelt name becomes one token.
    stream = TrainingMix(world, replace(FACTS_FIRST, misspelt=0.0)).stream(seed)
    for _ in range(SURVEYED_SAMPLES):
        text = render(next(stream)).text
        for special in SPECIAL_TOKENS:
            text = text.replace(special, "\x00")
        for piece in text.split("\x00"):
            counts.update(_pieces(piece))
    frequent = [word for word, count in counts.most_common() if count >= RAREST_WORD]
    return [*_name_forms(), *frequent]


def _name_forms() -> list[str]:
    words = [
        *parts.FIRST_NAMES,
        *parts.LAST_NAMES,
        *parts.ALIAS_ADJECTIVES,
        *parts.ALIAS_NOUNS,
        *parts.TITLE_ADJECTIVES,
        *parts.TITLE_NOUNS,
        "The",
    ]
    return [
        piece
        for word in words
        for form in (word, word.lower())
        for piece in (*_pieces(form), *_pieces(f" {form}"))
    ]


def _pieces(text: str) -> list[str]:
    splitter = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return [piece for piece, _ in splitter.pre_tokenize_str(text)]
