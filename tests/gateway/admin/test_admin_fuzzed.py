"""Requests that nobody thought of, made from the API's own schema.

Every answer must be one that the schema describes, and none may be a failure of the gateway.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.gateway.admin.process import admin_process
from tests.gateway.registry.stored import ADMIN_KEY

# What a schema cannot say (which cursors exist, what one field demands of another) is a 400.
UNSAYABLE = [positive_data_acceptance]
# Any text has lines, so that a wrong one is told in its result and not in the status.
UNSAYABLE_OF_LINES = [*UNSAYABLE, negative_data_rejection]
HEADERS = {"Authorization": f"Bearer {ADMIN_KEY}"}


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    directory = tmp_path_factory.mktemp("fuzzed") / "registry"
    with admin_process(directory) as (_, port):
        schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")
        found = [result.ok() for result in schema.get_all_operations()]
        yield {operation.label: operation for operation in found}


OPERATIONS = (
    "POST /v1/targets",
    "GET /v1/targets",
    "GET /v1/targets/{id}",
    "PUT /v1/targets/{id}",
    "PATCH /v1/targets/{id}",
    "DELETE /v1/targets/{id}",
    "POST /v1/targets/import",
    "POST /v1/detect",
    "GET /v1/decisions/{id}",
    "GET /v1/events",
    "POST /v1/keys",
    "GET /v1/keys",
    "DELETE /v1/keys/{id}",
)


def test_every_operation_is_tried(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_finds_a_failure(
    operations: dict[str, Any], label: str, mode: GenerationMode
) -> None:
    unsayable = UNSAYABLE_OF_LINES if label.endswith("import") else UNSAYABLE

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operations[label].as_strategy(generation_mode=mode))
    def try_one(case: Any) -> None:
        case.call_and_validate(headers=HEADERS, excluded_checks=unsayable)

    try_one()
