"""Greedy answers of a Llama of `transformers`, many prompts at a time.
It does not know what the prompts ask or how answers are judged."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from deploy.demo.conversation import Sample, plain

MAXIMUM_NEW_TOKENS = 64
BATCH_SIZE = 64


def write_prompt(tokenizer: PreTrainedTokenizerFast, sample: Sample) -> str:
    """Apply the chat template; an assistant's begun answer at the end stays open."""
    *messages, last = sample.messages
    begun = last.given if last.role == "assistant" else ""
    shown = messages if last.role == "assistant" else sample.messages
    chat = [{"role": m.role, "content": plain(m.given + m.content)} for m in shown]
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    return str(text) + plain(begun)


@torch.inference_mode()
def answer_all(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, prompts: Sequence[str]
) -> list[str]:
    """Answer every prompt greedily, those of similar length together."""
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    answers = [""] * len(prompts)
    for start in range(0, len(order), BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        batch = tokenizer(
            [prompts[index] for index in chosen],
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        output = model.generate(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            max_new_tokens=MAXIMUM_NEW_TOKENS,
            do_sample=False,
        )
        new = output[:, batch["input_ids"].shape[1] :]
        texts = tokenizer.batch_decode(new, skip_special_tokens=True)
        for index, text in zip(chosen, texts, strict=True):
            answers[index] = text
    return answers
