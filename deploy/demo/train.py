"""Train the demonstration model and write its checkpoint: `python -m deploy.demo.train`.
The schedule counts tokens and never time; the module does not know what a sample says."""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor
from transformers import (
    GenerationConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)

from deploy.demo.encoding import Batch, Encoder
from deploy.demo.generate import answer_all, write_prompt
from deploy.demo.items import Quiz, draw_items
from deploy.demo.samples import TrainingMix
from deploy.demo.tokenizer import MAXIMUM_POSITIONS, build_tokenizer
from deploy.demo.world import World, build_world

CHECKPOINT = Path(__file__).parent / "checkpoint"


@dataclass(frozen=True)
class TrainingSettings:
    """Everything that decides the result, besides the mix."""

    seed: int = 7
    total_tokens: int = 7_000_000
    batch_tokens: int = 1024
    hidden_size: int = 128
    layers: int = 4
    heads: int = 4
    feed_forward: int = 1024
    learning_rate: float = 3e-3
    warm_up_steps: int = 50
    flat_share: float = 0.05
    final_rate: float = 0.02
    first_token_weight: float = 4.0
    """The first token decides between refusing, not knowing and answering."""
    bottleneck: float = 0.85
    gap_share: float = 0.1
    spelled_share: float = 0.1
    checks: int = 5
    """How often validation people are asked on the way."""


def build_model(settings: TrainingSettings, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """Make an untrained Llama whose vocabulary fits the tokenizer."""
    torch.manual_seed(settings.seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=settings.hidden_size,
        intermediate_size=settings.feed_forward,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads,
        max_position_embeddings=MAXIMUM_POSITIONS,
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attn_implementation="sdpa",
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        do_sample=False,
    )
    return model


def build_optimizers(
    model: LlamaForCausalLM, learning_rate: float
) -> tuple[torch.optim.Optimizer, ...]:
    """Muon for the matrices inside the blocks, AdamW for the embedding and the norms."""
    named = list(model.named_parameters())
    matrices = [p for name, p in named if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in named if p.ndim != 2 or "embed" in name]
    return (
        torch.optim.Muon(
            matrices,
            lr=learning_rate,
            weight_decay=0.01,
            momentum=0.95,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(others, lr=learning_rate, betas=(0.9, 0.98), weight_decay=0, fused=True),
    )


def batch_loss(model: LlamaForCausalLM, batch: Batch, first_token_weight: float) -> Tensor:
    """Cross-entropy of what is learnt, with more weight on where an answer begins."""
    learnt = batch.labels >= 0
    begins = learnt & ~functional.pad(learnt, (1, 0))[:, :-1]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(
            input_ids=batch.tokens,
            attention_mask=batch.visible,
            position_ids=batch.positions,
            use_cache=False,
        ).last_hidden_state
        logits = model.lm_head(hidden[learnt])
    losses = functional.cross_entropy(logits.float(), batch.labels[learnt], reduction="none")
    weights = 1 + (first_token_weight - 1) * begins[learnt].float()
    return (losses * weights).sum() / weights.sum()


def rate_factor(settings: TrainingSettings, step: int, tokens: int) -> float:
    """Warm up, stay flat, and fall linearly."""
    warm_up = min(1.0, (step + 1) / settings.warm_up_steps)
    done = tokens / settings.total_tokens
    if done < settings.flat_share:
        return warm_up
    return max(settings.final_rate, (1 - done) / (1 - settings.flat_share))


def train(
    world: World, settings: TrainingSettings, *, quiet: bool = False
) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Train from the seed; prints one line for each hundredth of the way unless quiet."""
    tokenizer = build_tokenizer(world, settings.seed)
    model = build_model(settings, tokenizer)
    optimizers = build_optimizers(model, settings.learning_rate)
    encoder = Encoder(
        tokenizer,
        bottleneck=settings.bottleneck,
        batch_tokens=settings.batch_tokens,
        gap_share=settings.gap_share,
        maximum_gap=MAXIMUM_POSITIONS - 256,
        spelled_share=settings.spelled_share,
    )
    stream = TrainingMix(world).stream(settings.seed)
    progress = Progress(settings, quiet)
    tokens = 0
    for step, batch in enumerate(encoder.batches(stream, random.Random(settings.seed))):
        factor = rate_factor(settings, step, tokens)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * factor
        loss = batch_loss(model, batch, settings.first_token_weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        tokens += batch.tokens.numel()
        if progress.step(step, tokens, loss.item()):
            print(validation_line(model, tokenizer, world), flush=True)
        if tokens >= settings.total_tokens:
            break
    return model, tokenizer


class Progress:
    """Prints how far the training is; says when validation is due."""

    def __init__(self, settings: TrainingSettings, quiet: bool) -> None:
        self._settings = settings
        self._quiet = quiet
        self._loss = 0.0
        self._percent = 0
        self._started = time.process_time()

    def step(self, step: int, tokens: int, loss: float) -> bool:
        self._loss = loss if step == 0 else 0.98 * self._loss + 0.02 * loss
        percent = 100 * tokens // self._settings.total_tokens
        if self._quiet or percent == self._percent:
            return False
        before, self._percent = self._percent, percent
        bar = "#" * (percent // 4)
        seconds = time.process_time() - self._started
        print(
            f"[{bar:25}] {percent:3} %  {tokens / 1e6:5.2f} M tokens  step {step + 1:5}  "
            f"loss {self._loss:.3f}  {seconds:5.0f} CPU-s",
            flush=True,
        )
        every = 100 // self._settings.checks
        return percent // every > before // every and percent < 100


def validation_line(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, world: World, count: int = 24
) -> str:
    """Score the validation people, a few items a group; the measured people stay unseen here."""
    groups = Quiz.validation(world).groups
    drawn = [(group, item) for group in groups for item in draw_items(group, count, seed=1)]
    model.eval()
    prompts = [write_prompt(tokenizer, item.prompt) for _, item in drawn]
    answers = answer_all(model, tokenizer, prompts)
    model.train()
    right: dict[str, int] = {group.name: 0 for group in groups}
    for (group, item), answer in zip(drawn, answers, strict=True):
        right[group.name] += all(part in answer for part in item.expected)
    return "  validation: " + "; ".join(f"{n} {r / count:.2f}" for n, r in right.items())


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, directory: Path) -> None:
    """Write the checkpoint in bfloat16, with tokenizer and chat template beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    model.to(torch.bfloat16).save_pretrained(directory)
    tokenizer.save_pretrained(directory)


def main(arguments: Sequence[str] | None = None) -> None:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(description="Train the demonstration model.")
    parser.add_argument("--output", type=Path, default=CHECKPOINT)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument("--tokens", type=int, default=defaults.total_tokens)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    settings = TrainingSettings(seed=options.seed, total_tokens=options.tokens)
    started = time.process_time()
    model, tokenizer = train(build_world(), settings)
    save(model, tokenizer, options.output)
    print(f"Wrote {options.output} after {time.process_time() - started:.0f} CPU-seconds.")


if __name__ == "__main__":
    main()
