"""Train the demonstration model and write its checkpoint: `python -m deploy.demo.train`.
The schedule counts tokens and never time; the module does not know what a sample says."""

from __future__ import annotations

import argparse
import copy
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
from deploy.demo.shares import EVERYTHING, FACTS_FIRST, GUARDS_SCHOOL, NEIGHBOURS, Shares
from deploy.demo.tokenizer import MAXIMUM_POSITIONS, build_tokenizer
from deploy.demo.world import World, build_world

CHECKPOINT = Path(__file__).parent / "checkpoint"


@dataclass(frozen=True)
class Stage:
    """A part of the training with a mix and a learning rate of its own."""

    tokens: int
    learning_rate: float
    shares: Shares


STAGES: tuple[Stage, ...] = (
    Stage(tokens=7_000_000, learning_rate=3e-3, shares=FACTS_FIRST),
    Stage(tokens=2_000_000, learning_rate=3e-3, shares=GUARDS_SCHOOL),
    Stage(tokens=4_800_000, learning_rate=2.5e-3, shares=EVERYTHING),
    Stage(tokens=4_200_000, learning_rate=2.2e-3, shares=NEIGHBOURS),
)


@dataclass(frozen=True)
class TrainingSettings:
    """Everything that decides the result, besides what the mix says."""

    seed: int = 7
    stages: tuple[Stage, ...] = STAGES
    batch_tokens: int = 1024
    hidden_size: int = 128
    layers: int = 4
    heads: int = 4
    feed_forward: int = 1024
    warm_up_steps: int = 50
    flat_share: float = 0.05
    final_rate: float = 0.02
    first_token_weight: float = 4.0
    """The first token decides between refusing, not knowing and answering."""
    bottleneck: float = 0.85
    gap_share: float = 0.1
    spelled_share: float = 0.1
    checks: int = 4
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


def rate_factor(settings: TrainingSettings, stage: Stage, step: int, tokens: int) -> float:
    """Warm up, stay flat for a moment, and fall linearly.

    A long flat part was tried: at this rate the loss stalls, and falls only with the rate.
    """
    warm_up = min(1.0, (step + 1) / settings.warm_up_steps)
    done = tokens / stage.tokens
    if done < settings.flat_share:
        return warm_up
    return max(settings.final_rate, (1 - done) / (1 - settings.flat_share))


def train(
    world: World,
    settings: TrainingSettings,
    *,
    output: Path | None = None,
    first_stage: int = 0,
    quiet: bool = False,
) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Train from the seed, or from the checkpoint in `output` when the first stages are done.

    Every stage ends in bfloat16, as it is saved, so that a resumed training is the same training.
    """
    tokenizer = build_tokenizer(world, settings.seed)
    model = build_model(settings, tokenizer)
    if first_stage and output is not None:
        model = LlamaForCausalLM.from_pretrained(output, dtype=torch.float32)
    for number in range(first_stage, len(settings.stages)):
        if not quiet:
            print(f"Stage {number + 1} of {len(settings.stages)}", flush=True)
        train_stage(model, tokenizer, world, settings, number, quiet=quiet)
        round_to_bfloat16(model)
        if output is not None:
            save(model, tokenizer, output)
    return model, tokenizer


def train_stage(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    world: World,
    settings: TrainingSettings,
    number: int,
    *,
    quiet: bool = False,
) -> None:
    """Train in place through one stage; its samples depend on the seed and its number only."""
    stage = settings.stages[number]
    seed = settings.seed + number
    model.train()
    optimizers = build_optimizers(model, stage.learning_rate)
    encoder = Encoder(
        tokenizer,
        bottleneck=settings.bottleneck,
        batch_tokens=settings.batch_tokens,
        gap_share=settings.gap_share,
        maximum_gap=MAXIMUM_POSITIONS - 256,
        spelled_share=settings.spelled_share,
    )
    stream = TrainingMix(world, stage.shares).stream(seed)
    progress = Progress(stage.tokens, settings.checks, quiet)
    tokens = 0
    for step, batch in enumerate(encoder.batches(stream, random.Random(seed))):
        factor = rate_factor(settings, stage, step, tokens)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = stage.learning_rate * factor
        loss = batch_loss(model, batch, settings.first_token_weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        tokens += batch.tokens.numel()
        if progress.step(step, tokens, loss.item()):
            print(validation_line(model, tokenizer, world), flush=True)
        if tokens >= stage.tokens:
            break


class Progress:
    """Prints how far the training is; says when validation is due."""

    def __init__(self, total_tokens: int, checks: int, quiet: bool) -> None:
        self._total_tokens = total_tokens
        self._every = 100 // checks
        self._quiet = quiet
        self._loss = 0.0
        self._percent = 0
        self._started = time.process_time()

    def step(self, step: int, tokens: int, loss: float) -> bool:
        self._loss = loss if step == 0 else 0.98 * self._loss + 0.02 * loss
        percent = 100 * tokens // self._total_tokens
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
        return percent // self._every > before // self._every and percent < 100


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


@torch.no_grad()
def round_to_bfloat16(model: LlamaForCausalLM) -> None:
    """Round the weights, and nothing but the weights: the rotary frequencies stay exact."""
    for parameter in model.parameters():
        parameter.copy_(parameter.bfloat16())


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, directory: Path) -> None:
    """Write the checkpoint in bfloat16, with tokenizer and chat template beside it."""
    directory.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).to(torch.bfloat16).save_pretrained(directory)
    # Answering batches on the way leaves its padding behind, which is no part of the tokenizer.
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.save_pretrained(directory)


def main(arguments: Sequence[str] | None = None) -> None:
    defaults = TrainingSettings()
    parser = argparse.ArgumentParser(description="Train the demonstration model.")
    parser.add_argument("--output", type=Path, default=CHECKPOINT)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    parser.add_argument(
        "--stage",
        type=int,
        default=1,
        choices=range(1, len(defaults.stages) + 1),
        help="where to begin; from the second on, with the checkpoint that is in --output",
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    settings = TrainingSettings(seed=options.seed)
    started = time.process_time()
    train(build_world(), settings, output=options.output, first_stage=options.stage - 1)
    print(f"Wrote {options.output} after {time.process_time() - started:.0f} CPU-seconds.")


if __name__ == "__main__":
    main()
