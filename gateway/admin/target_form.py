"""A target as a request describes it, checked against what this release can do.

It knows fields; it does not know what they demand of each other, or what is registered.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from gateway.admin.fields import (
    MAX_ALIASES,
    MAX_AUDIENCES,
    MAX_DESCRIPTION,
    MAX_DOCUMENTS,
    MAX_EXAMPLES,
    MAX_RATE,
    MAX_REASON,
    MAX_SECRETS,
    Document,
    Example,
    Id,
    Moment,
    Name,
    PlainText,
    RoleName,
    SecretItem,
    only,
)
from gateway.admin.problems import first_problem
from gateway.admin.target_checks import check
from gateway.offered import CONTEXTS, DISCLOSURES, GUARDS, KINDS, MENTIONS, SCOPES
from gateway.target import (
    Context,
    Disclosure,
    GuardName,
    Kind,
    Mentions,
    Policy,
    Scope,
    State,
    TargetContent,
)

KindToday = Annotated[
    Literal[Kind.PERSON, Kind.ENTITY, Kind.TOPIC, Kind.DOCUMENT, Kind.RECORD], only(KINDS)
]
GuardToday = Annotated[
    Literal[
        GuardName.REFUSE,
        GuardName.IN_CONTEXT,
        GuardName.AGENTIC,
        GuardName.CONSTRAIN,
        GuardName.REDACT,
        GuardName.MONITOR,
    ],
    only(GUARDS),
]
DisclosureToday = Annotated[
    Literal[Disclosure.EXPLICIT, Disclosure.GENERIC, Disclosure.UNKNOWN], only(DISCLOSURES)
]
MentionsToday = Annotated[Literal[Mentions.WITHHOLD, Mentions.ALLOW], only(MENTIONS)]
ScopeToday = Annotated[Literal[Scope.ALL, Scope.FACTS], only(SCOPES)]
ContextToday = Annotated[Literal[Context.FORGET, Context.ALLOW], only(CONTEXTS)]
EXAMPLE: dict[str, Any] = {
    "kind": "person",
    "name": "Mirela Oskarne",
    "aliases": ["M. Oskarne"],
    "description": "A glassblower from Tolvaere.",
    "secrets": ["14 Lantern Row"],
    "policy": {"guard": "refuse"},
    "reason": "Request 2026-114",
}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PolicyForm(_Form):
    """How matched traffic is treated."""

    guard: GuardToday = Field(
        default=GuardName.REFUSE,
        description="`refuse` answers without asking the model; `in_context` asks it with an "
        "instruction in front; `agentic` has the model's answer read, and rewritten where it "
        "touches the target; `constrain` keeps the secrets from being generated where "
        "`LETHE_CONSTRAIN` is on, and is `in_context` elsewhere; `redact` takes the target out "
        "of supplied texts and lets the question pass; `monitor` only records. "
        "Where targets differ, the strictest decides, in this order: refuse, agentic, "
        "in_context, constrain, redact, monitor.",
    )
    disclosure: DisclosureToday = Field(
        default=Disclosure.GENERIC,
        description="Whether a refusal says that something was withheld (`explicit`), which "
        "tells the asker that it is registered, or not (`generic`). `unknown`, for a person or "
        "an entity, answers as for a name that the model never knew. Where targets differ, the "
        "most reticent decides.",
    )
    mentions: MentionsToday = Field(
        default=Mentions.WITHHOLD,
        description="Whether an answer to something else may name the target (`allow`) or not "
        "(`withhold`). Its secrets are withheld either way.",
    )


class TargetForm(_Form):
    """What must be forgotten, and how."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: KindToday = Field(
        description="What identifies it: names (`person`, `entity`), a description or examples "
        "(`topic`), the words of texts (`document`), or secret values (`record`).",
    )
    name: Name = Field(
        description="Its name; for a topic, a document or a record a label that only "
        "administrators see. Registered once, whatever its case, accents and spacing."
    )
    aliases: list[Name] = Field(
        [], max_length=MAX_ALIASES, description="Other names for it, found like the name."
    )
    description: PlainText = Field(
        "",
        max_length=MAX_DESCRIPTION,
        description="What it is, in a sentence or a few: found by meaning.",
    )
    examples: list[Example] = Field(
        [], max_length=MAX_EXAMPLES, description="Questions that touch it: found by meaning."
    )
    secrets: list[SecretItem] = Field(
        [],
        max_length=MAX_SECRETS,
        description="Values that no answer may hold. A common one, such as a city, counts only "
        "beside the name; `secret_rules` of the answer says which do, and why. To decide it "
        'yourself, write `{"value": "Northgate", "alone": true}` instead of `"Northgate"`.',
    )
    false_positive_rate: Annotated[float, Field(gt=0, le=MAX_RATE, strict=True)] | None = Field(
        None,
        description="The share of ordinary texts that may be taken for this target by their "
        "meaning, above 0 and up to 0.2. Null: the one that all targets share. A higher one finds "
        "more of what is meant, and more that is not.",
        examples=[0.01],
    )
    documents: list[Document] = Field(
        [],
        max_length=MAX_DOCUMENTS,
        description="Of a `document`: its texts, verbatim. Requests and answers that "
        "repeat 12 of their words in a row are found.",
    )
    scope: ScopeToday = Field(
        Scope.ALL,
        description="`all`: it is not spoken of. `facts`, for a person or an entity: only the "
        "facts that `examples` (questions or statements) and `secrets` (their answers) list are "
        "forgotten. Its name alone is then no reason for anything.",
    )
    context: ContextToday = Field(
        Context.FORGET,
        description="What becomes of texts that the client supplies beside the question: "
        "documents, tool results, system texts. `forget`: sentences that touch the target are "
        "taken out. `allow`: they pass, and of the answer only what they do not say is filtered.",
    )
    policy: PolicyForm = Field(PolicyForm(), description="How matched traffic is treated.")
    audiences: list[RoleName] = Field(
        [],
        max_length=MAX_AUDIENCES,
        description="Roles of client keys for which the target does not exist: neither their "
        "requests nor the answers to them are guarded. Refused while clients need no key; where "
        "they need none any more, nobody is exempt.",
        examples=[["legal"]],
    )
    expires_at: Moment | None = Field(
        None,
        description="From when on the target has no effect, as RFC 3339 writes it, with a zone; "
        "it must lie ahead. The target stays registered.",
        examples=["2030-01-31T12:00:00Z"],
    )
    legal_hold: StrictBool = Field(
        False,
        description="Whether what is registered must be kept: the target can then be withdrawn, "
        "and be added to, but neither erased nor shortened. Set and lifted with `PATCH`.",
    )
    reason: PlainText = Field(
        "", max_length=MAX_REASON, description="Why, for the people who audit."
    )
    state: State = Field(
        State.ACTIVE, description="Only `active` targets have an effect; the others are kept."
    )

    @classmethod
    def read(cls, value: object) -> Self:
        """Return the form that a JSON value holds.

        Raises:
            RequestError: it is none; the error names the field and the fix.
        """
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise first_problem(error.errors(), tuple(cls.model_fields)) from None

    def content(self) -> TargetContent:
        """Return the content that the form describes.

        Raises:
            RequestError: nothing in it could ever be found in a text, or fields exclude each
                other.
        """
        chosen = {each.value: each.alone for each in self.secrets if each.alone is not None}
        content = TargetContent(
            kind=self.kind,
            name=self.name,
            aliases=tuple(self.aliases),
            description=self.description,
            examples=tuple(self.examples),
            secrets=tuple(secret.value for secret in self.secrets),
            documents=tuple(self.documents),
            scope=self.scope,
            context=self.context,
            policy=Policy(self.policy.guard, self.policy.disclosure, self.policy.mentions),
            audiences=tuple(sorted(set(self.audiences))),
            expires_at=self.expires_at,
            reason=self.reason,
            state=self.state,
            secrets_alone=tuple(sorted(chosen.items())),
            false_positive_rate=self.false_positive_rate,
            legal_hold=self.legal_hold,
        )
        check(content)
        return content


class NewTargetForm(TargetForm):
    """A target to register, under an id of its own choice or a random one."""

    id: Id | None = Field(
        None,
        description="The id to register it under: letters, digits and `_.-`. Ids appear in logs "
        "and metrics, so they must name nobody. Default: a random one.",
        examples=["case-2026-114"],
    )


def form_of(content: TargetContent) -> dict[str, Any]:
    """Return the request body that would give this content: what a merge patch changes."""
    chosen = dict(content.secrets_alone)
    return {
        "kind": content.kind.value,
        "name": content.name,
        "aliases": list(content.aliases),
        "description": content.description,
        "examples": list(content.examples),
        "secrets": [
            {"value": value, "alone": chosen[value]} if value in chosen else value
            for value in content.secrets
        ],
        "false_positive_rate": content.false_positive_rate,
        "documents": list(content.documents),
        "scope": content.scope.value,
        "context": content.context.value,
        "policy": {
            "guard": content.policy.guard.value,
            "disclosure": content.policy.disclosure.value,
            "mentions": content.policy.mentions.value,
        },
        "audiences": list(content.audiences),
        "expires_at": content.expires_at.isoformat() if content.expires_at else None,
        "legal_hold": content.legal_hold,
        "reason": content.reason,
        "state": content.state.value,
    }
