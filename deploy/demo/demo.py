"""The main job, shown: a real vLLM, the gateway, and a person forgotten while others are not.

It exits with 0 only if the person was forgotten and everything else came back unchanged. How the
servers start, what is asked and what counts as forgotten is decided elsewhere.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.admin import Admin
from deploy.demo.cases import Case, Story, choose_story
from deploy.demo.client import TIMED_RUNS, Answer, Chat, added_milliseconds
from deploy.demo.judge import Observation, faults
from deploy.demo.running import Servers, running
from deploy.demo.table import Column, render
from deploy.demo.world import build_world
from deploy.server_process import ServerError

COLUMNS = (
    Column("asked", 9),
    Column("question", 24),
    Column("answer before", 21),
    Column("answer after", 21),
    Column("guard, and why", 23),
    Column("added ms (streamed)", 12),
)


@dataclass(frozen=True)
class Scene:
    """The story, and the connections that it is told with."""

    story: Story
    admin: Admin
    through: Chat
    direct: Chat

    def observe(self, case: Case, before: Answer, target: str) -> Observation:
        """Ask a question again, and how the gateway treated it."""
        after = self.through.ask(case.question)
        decision = self.admin.decision(after.request_id) or {"guard": "", "matches": []}
        reasons = [str(each["reason"]) for each in decision["matches"] if "reason" in each]
        return Observation(
            case=case,
            before=before,
            after=after,
            verdict_names_target=target in self.admin.detected(case.question),
            guard=str(decision["guard"]),
            why=reasons[0] if reasons else "The model's answer was withheld.",
            added=added_milliseconds(self.direct, self.through, case.question),
        )


def main() -> int:
    """Run the demo; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="lethe-demo-") as state:
            with running(Path(state), say=say) as servers:
                found = _tell(servers, choose_story(build_world()))
    except ServerError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; both servers are stopped", file=sys.stderr)
        return 130
    say(f"Both servers are stopped; all of it took {time.monotonic() - started:.0f} s.\n")
    return _conclude(found)


def say(line: str) -> None:
    """Print a line of progress at once."""
    print(line, flush=True)


def _tell(servers: Servers, story: Story) -> list[str]:
    """Ask, register, ask again, refuse, withdraw; return what was not as it must be."""
    with (
        Admin(servers.gateway_url, servers.admin_key) as admin,
        Chat(servers.gateway_url) as through,
        Chat(servers.vllm_url) as direct,
    ):
        scene = Scene(story, admin, through, direct)
        say(f"Asking {len(story.cases)} questions, whole and streamed ...")
        before = [scene.through.ask(case.question) for case in story.cases]
        say(f"Registering {story.person.name}, with the guard in_context, as a target ...")
        target = admin.register(story.target("in_context"))
        say(f"Asking again; timing each question {TIMED_RUNS} times, by turns with vLLM itself ...")
        seen = [
            scene.observe(case, answer, target)
            for case, answer in zip(story.cases, before, strict=True)
        ]
        say(f"\n{_table(seen)}\n")
        say("The same target with the guard refuse, which asks the model nothing:")
        admin.change(target, {"policy": {"guard": "refuse"}})
        refused = scene.observe(story.cases[0], before[0], target)
        say(f"\n{_table([refused])}\n")
        found = [fault for each in (*seen, refused) for fault in faults(each, story.secrets)]
        return found + _withdraw(scene, before[0], target)


def _withdraw(scene: Scene, before: Answer, target: str) -> list[str]:
    """Withdraw the target; the model's first answer has to be back."""
    question = scene.story.cases[0].question
    say(f"Withdrawing the target, and asking once more: {question}")
    scene.admin.change(target, {"state": "withdrawn"})
    again = scene.through.ask(question)
    say(f"  {again.text}")
    is_back = (again.text, again.streamed) == (before.text, before.streamed)
    return [] if is_back else ["after the withdrawal the first answer is not back"]


def _table(observations: list[Observation]) -> str:
    return render(COLUMNS, [_row(each) for each in observations])


def _row(seen: Observation) -> list[str]:
    return [
        seen.case.label,
        seen.case.question,
        _both_ways(seen.before),
        _both_ways(seen.after),
        f"{seen.guard}: {seen.why}" if seen.guard else "none: nothing matched",
        f"{seen.added.whole:+.1f} ({seen.added.streamed:+.1f})",
    ]


def _both_ways(answer: Answer) -> str:
    same = answer.text == answer.streamed
    return answer.text if same else f"{answer.text}\nstreamed: {answer.streamed}"


def _conclude(found: list[str]) -> int:
    if found:
        print("Not as it must be:", *found, sep="\n  ")
        return 1
    print(
        "The person is guarded: no answer says what the model knows of them, whole or streamed,\n"
        "and the verdict names them misspelt and in base64 too, which this model cannot read.\n"
        "The neighbour's and the unrelated answer are the same, byte for byte. The model still\n"
        "knows: withdrawn, it answers again.\n"
        "\n"
        "Added ms: the median through the gateway less that of vLLM alone, whole and (streamed).\n"
        "Where a guard answers in other words, or without the model, its time differs with that."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
