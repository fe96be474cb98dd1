"""A target as a request describes it, checked against what this release can do.

It knows fields and what they demand of each other; it does not know what is registered.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.admin.fields import (
    MAX_ALIASES,
    MAX_DESCRIPTION,
    MAX_DOCUMENTS,
    MAX_EXAMPLES,
    MAX_RATE,
    MAX_REASON,
    MAX_SECRETS,
    Document,
    Example,
    Id,
    Name,
    PlainText,
    SecretItem,
    nothing_yet,
    only,
)
from gateway.admin.problems import first_problem
from gateway.errors import RequestError
from gateway.offered import CONTEXTS, DISCLOSURES, GUARDS, KINDS, NAMED_KINDS, SCOPES
from gateway.target import (
    Context,
    Disclosure,
    GuardName,
    Kind,
    Policy,
    Scope,
    State,
    TargetContent,
)

KindToday = Annotated[
    Literal[Kind.PERSON, Kind.ENTITY, Kind.TOPIC, Kind.DOCUMENT, Kind.RECORD], only(KINDS)
]
GuardToday = Annotated[
    Literal[GuardName.REFUSE, GuardName.IN_CONTEXT, GuardName.MONITOR], only(GUARDS)
]
DisclosureToday = Annotated[Literal[Disclosure.EXPLICIT, Disclosure.GENERIC], only(DISCLOSURES)]
ScopeToday = Annotated[Literal[Scope.ALL, Scope.FACTS], only(SCOPES)]
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
        "instruction in front; `monitor` only records.",
    )
    disclosure: DisclosureToday = Field(
        default=Disclosure.GENERIC,
        description="Whether a refusal says that something was withheld (`explicit`), which "
        "tells the asker that it is registered, or not (`generic`).",
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
    context: Annotated[Literal[Context.FORGET], only(CONTEXTS)] = Field(
        Context.FORGET, description="`forget`: neither are texts that the client supplies."
    )
    policy: PolicyForm = Field(PolicyForm(), description="How matched traffic is treated.")
    audiences: Annotated[list[str], nothing_yet("Audiences")] = Field(
        [], max_length=0, description="Reserved: roles of client keys that are exempt."
    )
    expires_at: Annotated[None, nothing_yet("Expiry dates")] = Field(
        None, description="Reserved: when the target ends."
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
            RequestError: nothing in it could ever be found in a text.
        """
        if self.kind is Kind.TOPIC and not (self.description.strip() or self.examples):
            raise _missing(
                "examples", "A topic is found by meaning: give a description or examples."
            )
        if self.kind is Kind.RECORD:
            self._check_record()
        self._check_documents()
        if self.scope is Scope.FACTS:
            self._check_facts()
        chosen = {each.value: each.alone for each in self.secrets if each.alone is not None}
        return TargetContent(
            kind=self.kind,
            name=self.name,
            aliases=tuple(self.aliases),
            description=self.description,
            examples=tuple(self.examples),
            secrets=tuple(secret.value for secret in self.secrets),
            documents=tuple(self.documents),
            scope=self.scope,
            policy=Policy(self.policy.guard, self.policy.disclosure),
            reason=self.reason,
            state=self.state,
            secrets_alone=tuple(sorted(chosen.items())),
            false_positive_rate=self.false_positive_rate,
        )

    def _check_documents(self) -> None:
        """Raise unless a document, and nothing else, has texts."""
        if self.kind is not Kind.DOCUMENT:
            if self.documents:
                raise RequestError(
                    "`documents`: register the texts as a target of their own, with the kind "
                    "`document`.",
                    param="documents",
                )
            return
        if not self.documents:
            raise _missing("documents", "A document is found by its words: give at least one text.")
        if self.false_positive_rate is not None:
            raise RequestError(
                "`false_positive_rate`: a document is found by its words, and not by meaning.",
                param="false_positive_rate",
            )

    def _check_record(self) -> None:
        """Raise unless there is a value that the record is found by."""
        if all(secret.alone is False for secret in self.secrets):
            raise _missing(
                "secrets",
                "A record is found by its values: give at least one secret that counts alone.",
            )
        if self.false_positive_rate is not None:
            raise RequestError(
                "`false_positive_rate`: a record is found by its values, and not by meaning.",
                param="false_positive_rate",
            )

    def _check_facts(self) -> None:
        """Raise unless there is a fact, and a name that it is a fact about."""
        if self.kind not in NAMED_KINDS:
            raise RequestError(
                "`scope`: only of a person or an entity can `facts` be forgotten: the others have "
                "no name that may be spoken of.",
                param="scope",
            )
        if not self.examples:
            raise _missing(
                "examples",
                "With the scope `facts` the facts are listed: give at least one as an example, "
                "such as a question that asks for it.",
            )


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
        "policy": {
            "guard": content.policy.guard.value,
            "disclosure": content.policy.disclosure.value,
        },
        "reason": content.reason,
        "state": content.state.value,
    }


def _missing(param: str, message: str) -> RequestError:
    return RequestError(message, param=param, code="missing_field")
