"""The admin API as one application: its resources, its errors and its page.

It knows which resources there are; it does not know where it is mounted.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, Field
from starlette.middleware import Middleware

from gateway.admin import decisions, detect, events, imports, keys, targets
from gateway.admin.access import bearer
from gateway.admin.edge import AdminEdge
from gateway.admin.inspector import Inspector
from gateway.admin.problems import add_problem_handlers
from gateway.admin.services import Services
from gateway.registry import Registry

DESCRIPTION = """
What a served model is to forget: register it, try it, audit it, withdraw it.

**Keys.** Every request needs an admin key as `Authorization: Bearer KEY`. `officer` keys change
targets, `operator` keys change keys and see ids only, `auditor` keys read. A reference in
`X-Lethe-Case` is kept in the log with the change.

**In force at once.** When a change has answered, no later request to this host is served without
it. **Versions.** Answers carry an `ETag`; send it as `If-Match`, and a change that somebody else
was faster with is a 412. **Errors** are `{"error": {"message", "type", "param", "code"}}`.

**True words.** A target is *guarded*: requests and answers are, while the model still knows.
"""
TAGS = [
    {"name": "targets", "description": "What must be forgotten."},
    {"name": "detect", "description": "What would happen to a text."},
    {"name": "decisions", "description": "What was done to a request."},
    {"name": "events", "description": "Who changed what, when and for which case."},
    {"name": "keys", "description": "Who may ask, and who may administer."},
]


class ErrorObject(BaseModel):
    """The error object of the OpenAI API."""

    message: str = Field(description="What is wrong, and what to do about it.")
    type: str = Field(description="The family of the error.", examples=["invalid_request_error"])
    param: str | None = Field(description="The field or header at fault.", examples=["name"])
    code: str = Field(description="The error, for programs.", examples=["already_exists"])


class ErrorBody(BaseModel):
    """Every error has this body."""

    error: ErrorObject


ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorBody, "description": "The request cannot be fulfilled as it is."},
    "5XX": {"model": ErrorBody, "description": "The gateway cannot fulfil it just now."},
}


def build_admin_app(registry: Registry, inspector: Inspector) -> FastAPI:
    """Return the admin API over a registry and the judgement of this worker."""
    # As FastAPI itself, but its page loads its viewer from here and not from a public CDN: this is
    # where an officer pastes the admin key.
    app = FastAPIOffline(
        title="Lethe",
        summary="Make a served model forget.",
        description=DESCRIPTION,
        version=version("lethe-gateway"),
        openapi_tags=TAGS,
        redoc_url=None,
        redirect_slashes=False,
        responses=ERRORS,
        dependencies=[Depends(bearer)],
        middleware=[Middleware(AdminEdge, registry=registry)],
    )
    app.state.services = Services(registry, inspector)
    add_problem_handlers(app)
    # The import stands first: `import` would be an id otherwise.
    for resource in (imports, targets, detect, decisions, events, keys):
        app.include_router(resource.router)
    return app
