"""One target over HTTP: every method, every header, and every refusal with its words.

Imports in bulk are tested in test_admin_import.py, what roles may do in test_admin_access.py.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.distinctive import standalone
from gateway.errors import PreconditionError, UnavailableError
from gateway.registry import Actor, Registry
from gateway.target import Kind, TargetContent
from tests.gateway.admin.scripted import ScriptedInspector

PERSON: dict[str, Any] = {"kind": "person", "name": "Mirela Oskarne"}
FULL: dict[str, Any] = {
    "kind": "record",
    "name": "Ünïcode 王",
    "aliases": ["a", "b"],
    "description": "line\nline",
    "examples": ["Who?"],
    "secrets": ["s1"],
    "documents": [],
    "scope": "all",
    "context": "allow",
    "policy": {"guard": "in_context", "disclosure": "explicit", "mentions": "allow"},
    "audiences": [],
    "expires_at": "2130-01-31T12:00:00Z",
    "legal_hold": False,
    "reason": "asked for",
    "state": "draft",
}


async def created(admin: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    response = await admin.post("/v1/targets", json={**PERSON, **fields})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def error_of(response: httpx.Response) -> tuple[int, str | None, str]:
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return response.status_code, error["param"], error["code"]


async def test_a_target_is_created_with_defaults(
    admin: httpx.AsyncClient, registry: Registry, inspector: ScriptedInspector
) -> None:
    response = await admin.post("/v1/targets", json=PERSON)
    body = response.json()
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"] == f"/v1/targets/{body['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert body["policy"] == {"guard": "refuse", "disclosure": "generic", "mentions": "withhold"}
    assert (body["version"], body["state"], body["protection"]) == (1, "active", "guarded")
    assert inspector.settled == [registry.version.read()]


async def test_a_view_that_lags_does_not_deny_the_change(
    admin: httpx.AsyncClient, inspector: ScriptedInspector
) -> None:
    inspector.lag = UnavailableError("The registry moved on and cannot be read.")
    assert (await created(admin, id="t1"))["id"] == "t1"


async def test_every_field_is_shown_as_it_was_sent(admin: httpx.AsyncClient) -> None:
    body = await created(admin, **FULL)
    assert {name: body[name] for name in FULL} == FULL
    assert (await admin.get(f"/v1/targets/{body['id']}")).json() == body


@pytest.mark.parametrize(
    ("fields", "protection", "semantic"),
    [
        ({}, "guarded", "pending"),
        ({"policy": {"guard": "in_context"}}, "guarded", "pending"),
        ({"policy": {"guard": "monitor"}}, "monitored", "pending"),
        ({"state": "draft"}, "none", "off"),
        ({"state": "withdrawn"}, "none", "off"),
    ],
)
async def test_a_target_says_what_is_done(
    admin: httpx.AsyncClient,
    inspector: ScriptedInspector,
    fields: dict[str, Any],
    protection: str,
    semantic: str,
) -> None:
    inspector.state = "pending"
    body = await created(admin, **fields)
    assert (body["protection"], body["semantic"]) == (protection, semantic)


async def test_an_id_of_ones_own(admin: httpx.AsyncClient) -> None:
    assert (await created(admin, id="case-7"))["id"] == "case-7"
    assert (await created(admin, id=None, name="Other"))["id"].startswith("t_")


async def test_the_log_knows_who_and_for_which_case(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    await admin.post("/v1/targets", json=PERSON, headers={"X-Lethe-Case": "DSR-2026/114"})
    event = (await registry.events.page(0))[-1]
    assert (event.actor, event.case) == ("environment-admin", "DSR-2026/114")


@pytest.mark.parametrize("case", ["Mirela Oskarne", "x" * 65, "a,b"])
async def test_a_case_that_could_name_somebody_is_refused(
    admin: httpx.AsyncClient, case: str
) -> None:
    response = await admin.post("/v1/targets", json=PERSON, headers={"X-Lethe-Case": case})
    assert error_of(response) == (400, "X-Lethe-Case", "invalid_request")


UNKNOWN = {"policy": {"disclosure": "unknown"}}
UNKNOWN_WITHOUT = ("policy.disclosure", "invalid_request", "choose `generic`")
RECORD_WITHOUT = ("secrets", "missing_field", "counts alone")
REFUSED: list[tuple[dict[str, Any], str | None, str, str]] = [
    ({"name": None}, "name", "invalid_request", "string"),
    ({"name": ""}, "name", "invalid_request", "at least 1"),
    ({"name": " \u200b"}, "name", "invalid_request", "letter or digit"),
    ({"name": "x" * 257}, "name", "invalid_request", "256"),
    ({"name": "a\0b"}, "name", "invalid_request", "NUL"),
    ({"name": 3}, "name", "invalid_request", "string"),
    ({"nmae": "x"}, "nmae", "unknown_field", "did you mean `name`"),
    ({"version": 3}, "version", "unknown_field", "set by the registry"),
    ({"semantic": "ready"}, "semantic", "unknown_field", "set by the registry"),
    ({"aliases": "x"}, "aliases", "invalid_request", "list"),
    ({"aliases": ["ok", "--"]}, "aliases.1", "invalid_request", "letter or digit"),
    ({"aliases": ["x"] * 65}, "aliases", "invalid_request", "64"),
    ({"description": "x" * 8001}, "description", "invalid_request", "8000"),
    ({"description": "\0"}, "description", "invalid_request", "NUL"),
    ({"examples": ["x"] * 513}, "examples", "invalid_request", "512"),
    ({"secrets": ["x"] * 1001}, "secrets", "invalid_request", "1000"),
    ({"secrets": [""]}, "secrets.0.value", "invalid_request", "at least 1"),
    ({"reason": "x" * 2001}, "reason", "invalid_request", "2000"),
    ({"kind": "place"}, "kind", "invalid_request", "person, entity, topic, document, record"),
    ({"kind": "document"}, "documents", "missing_field", "give at least one text"),
    ({"documents": ["x " * 12]}, "documents", "invalid_request", "the kind `document`"),
    ({"kind": "document", "documents": ["x " * 11]}, "documents.0", "invalid_request", "12 words"),
    ({"kind": "document", "documents": ["x " * 250_001]}, "documents.0", "invalid_request", "500"),
    ({"kind": "document", "documents": ["x " * 12] * 101}, "documents", "invalid_request", "100"),
    ({"scope": "some"}, "scope", "invalid_request", "all, facts"),
    ({"scope": "facts"}, "examples", "missing_field", "give at least one as an example"),
    ({"scope": "facts", "secrets": ["Bern"]}, "examples", "missing_field", "facts are listed"),
    ({"scope": "facts", "kind": "topic", "examples": ["x"]}, "scope", "invalid_request", "entity"),
    (
        {"scope": "facts", "kind": "record", "secrets": ["x"]},
        "scope",
        "invalid_request",
        "only of a person or an entity",
    ),
    ({"context": "permit"}, "context", "invalid_request", "forget, allow"),
    ({"policy": {"guard": "adapter"}}, "policy.guard", "not_supported", "comes with edits; what"),
    ({"policy": {"guard": "agent"}}, "policy.guard", "invalid_request", "refuse, in_context"),
    ({"policy": {"mentions": "some"}}, "policy.mentions", "invalid_request", "withhold, allow"),
    ({"kind": "topic", "examples": ["x"], **UNKNOWN}, *UNKNOWN_WITHOUT),
    ({"kind": "record", "secrets": ["x"], **UNKNOWN}, *UNKNOWN_WITHOUT),
    ({"scope": "facts", "examples": ["x"], **UNKNOWN}, *UNKNOWN_WITHOUT),
    ({"policy": {"gaurd": "refuse"}}, "policy.gaurd", "unknown_field", "not known"),
    ({"policy": "refuse"}, "policy", "invalid_request", "policy"),
    ({"audiences": ["legal"]}, "audiences", "clients_need_no_key", "make a client key"),
    ({"audiences": ["le gal"]}, "audiences.0", "invalid_request", "pattern"),
    ({"audiences": ["x"] * 33}, "audiences", "invalid_request", "32"),
    ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "invalid_request", "has passed"),
    ({"expires_at": "2130-01-01T00:00:00"}, "expires_at", "invalid_request", "with its zone"),
    ({"expires_at": "2130-13-01T00:00:00Z"}, "expires_at", "invalid_request", "no such moment"),
    ({"expires_at": "9999-12-31T23:59:59-12:00"}, "expires_at", "invalid_request", "no such"),
    ({"expires_at": "2130-01-01"}, "expires_at", "invalid_request", "2030-01-31T12:00:00Z"),
    ({"expires_at": 5_000_000_000}, "expires_at", "invalid_request", "with its zone"),
    ({"legal_hold": "yes"}, "legal_hold", "invalid_request", "boolean"),
    ({"state": "deleted"}, "state", "invalid_request", "withdrawn"),
    ({"kind": "topic"}, "examples", "missing_field", "description or examples"),
    ({"kind": "topic", "description": " "}, "examples", "missing_field", "examples"),
    ({"kind": "record"}, "secrets", "missing_field", "at least one secret"),
    ({"kind": "record", "secrets": [{"value": "x", "alone": False}]}, *RECORD_WITHOUT),
    ({"secrets": [{"value": "x", "alone": 3}]}, "secrets.0.alone", "invalid_request", "boolean"),
    ({"secrets": [{"alone": True}]}, "secrets.0.value", "missing_field", "required"),
    ({"secrets": [{"value": "x", "y": 1}]}, "secrets.0.y", "unknown_field", "not known"),
    ({"secrets": [7]}, "secrets.0", "invalid_request", "dictionary"),
    ({"secret_rules": []}, "secret_rules", "unknown_field", "set by the registry"),
    ({"false_positive_rate": 0}, "false_positive_rate", "invalid_request", "greater than 0"),
    ({"false_positive_rate": 0.3}, "false_positive_rate", "invalid_request", "0.2"),
    ({"false_positive_rate": "0.1"}, "false_positive_rate", "invalid_request", "number"),
    (
        {"false_positive_rate": 0.1, "kind": "record", "secrets": ["x"]},
        "false_positive_rate",
        "invalid_request",
        "not by meaning",
    ),
    ({"id": ".."}, "id", "invalid_request", "dots"),
    ({"id": "a/b"}, "id", "invalid_request", "pattern"),
    ({"id": "x" * 65}, "id", "invalid_request", "pattern"),
]


async def test_what_cannot_be_registered_is_told_why(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    head = await registry.events.head()
    for fields, param, code, words in REFUSED:
        response = await admin.post("/v1/targets", json={**PERSON, **fields})
        assert error_of(response) == (400, param, code)
        assert words in response.json()["error"]["message"]
    assert await registry.events.head() == head


async def test_a_target_of_which_only_facts_are_forgotten_stays_one(
    admin: httpx.AsyncClient,
) -> None:
    target = await created(admin, scope="facts", examples=["Where does she live?"])
    assert target["scope"] == "facts"
    changed = await admin.patch(f"/v1/targets/{target['id']}", json={"secrets": ["Bern"]})
    assert changed.json()["scope"] == "facts"
    changed = await admin.patch(f"/v1/targets/{target['id']}", json={"scope": None})
    assert changed.json()["scope"] == "all"


async def test_how_secrets_count_is_shown_and_open_to_override(
    admin: httpx.AsyncClient, registry: Registry
) -> None:
    secrets = ["14 Lantern Row", "Bern", {"value": "Dovrin", "alone": True}]
    target = await created(admin, secrets=secrets)
    assert target["secrets"] == ["14 Lantern Row", "Bern", "Dovrin"]
    rules = [(each["alone"], each["chosen"]) for each in target["secret_rules"]]
    assert rules == [(True, False), (False, False), (True, True)]
    assert all(each["because"] for each in target["secret_rules"])
    head = await registry.events.head()
    path = f"/v1/targets/{target['id']}"
    changed = await admin.patch(path, json={"secrets": [{"value": "Bern", "alone": True}]})
    assert [each["alone"] for each in changed.json()["secret_rules"]] == [True]
    assert await registry.events.head() != head
    # A change of something else keeps the decision.
    kept = await admin.patch(path, json={"reason": "x"})
    assert kept.json()["secret_rules"][0]["chosen"]
    stored = (await registry.targets.get(target["id"])).content
    assert standalone(stored) == ("Bern",)


async def test_a_document_keeps_its_texts(admin: httpx.AsyncClient) -> None:
    texts = ["The quick brown fox jumps over the lazy dog and runs into the wood."]
    target = await created(admin, kind="document", documents=texts)
    assert target["documents"] == texts and target["semantic"] in ("off", "ready")
    changed = await admin.patch(f"/v1/targets/{target['id']}", json={"reason": "x"})
    assert changed.json()["documents"] == texts


async def test_a_false_positive_rate_is_kept_and_shown(admin: httpx.AsyncClient) -> None:
    target = await created(admin, false_positive_rate=0.01)
    assert target["false_positive_rate"] == 0.01
    path = f"/v1/targets/{target['id']}"
    assert (await admin.patch(path, json={"reason": "x"})).json()["false_positive_rate"] == 0.01
    assert (await admin.get(path)).json()["false_positive_rate"] == 0.01
    changed = await admin.patch(path, json={"false_positive_rate": None})
    assert changed.json()["false_positive_rate"] is None


async def test_errors_repeat_no_text_of_the_target(admin: httpx.AsyncClient) -> None:
    response = await admin.post(
        "/v1/targets", json={**PERSON, "secrets": ["hush-hush" * 300], "aliases": [{"hush": 1}]}
    )
    assert "hush" not in response.text and "Mirela" not in response.text


AMBIGUOUS = (
    (b"", "JSON object"),
    (b"[]", "JSON object"),
    (b"null", "JSON object"),
    (b'"text"', "JSON object"),
    (b"{", "not valid JSON"),
    (b'{"kind": "person", "kind": "topic", "name": "x"}', "twice"),
    (b'\xef\xbb\xbf{"kind": "person", "name": "x"}', "byte order mark"),
    (b'{"kind": "person", "name": "\xff"}', "not UTF-8"),
    (b'{"kind": "person", "name": "\\ud800"}', "lone surrogate"),
    (b'{"kind": "person", "name": NaN}', "NaN"),
    (b"[" * 100_000, "JSON"),
)


async def test_a_body_that_parsers_could_read_differently_is_refused(
    admin: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "application/json"}
    for content, words in AMBIGUOUS:
        response = await admin.post("/v1/targets", content=content, headers=headers)
        assert response.status_code == 400
        assert words in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_a_body_of_another_kind_is_refused(
    admin: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await admin.post("/v1/targets", content=b"{}", headers=headers)
    assert error_of(response) == (415, None, "unsupported_media_type")


async def test_a_body_beyond_the_limit_is_refused(admin: httpx.AsyncClient) -> None:
    content = b'{"name": "' + b"x" * (4 * 1024 * 1024) + b'"}'
    headers = {"Content-Type": "application/json"}
    response = await admin.post("/v1/targets", content=content, headers=headers)
    assert error_of(response) == (413, None, "body_too_large")


async def test_a_name_or_id_is_taken_once(admin: httpx.AsyncClient) -> None:
    await created(admin, id="first")
    again = await admin.post("/v1/targets", json={**PERSON, "name": "MIRELA  oskarne"})
    assert error_of(again) == (409, "name", "already_exists")
    assert "first" in again.json()["error"]["message"]
    same_id = await admin.post("/v1/targets", json={**PERSON, "name": "Other", "id": "first"})
    assert error_of(same_id) == (409, "id", "already_exists")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
async def test_an_unknown_target_is_not_found(admin: httpx.AsyncClient, method: str) -> None:
    body = {"json": PERSON} if method in ("PUT", "PATCH") else {}
    response = await admin.request(method, "/v1/targets/nobody", **body)
    assert error_of(response) == (404, "id", "target_not_found")


async def test_replacing_returns_what_is_left_out_to_its_default(
    admin: httpx.AsyncClient, inspector: ScriptedInspector, registry: Registry
) -> None:
    target = await created(admin, **FULL)
    response = await admin.put(f"/v1/targets/{target['id']}", json=PERSON)
    body = response.json()
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert (body["name"], body["secrets"], body["state"]) == ("Mirela Oskarne", [], "active")
    assert body["created_at"] == target["created_at"]
    assert inspector.settled[-1] == registry.version.read()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_version_that_is_current_may_change(admin: httpx.AsyncClient, method: str) -> None:
    for if_match in ('"1"', "*", 'W/"1"', '"9", "1"', '"abc", "1"', ' "1" '):
        name = f"Somebody with {if_match}"
        target = await created(admin, name=name)
        body = {} if method == "DELETE" else {"json": {"kind": "entity", "name": name}}
        response = await admin.request(
            method, f"/v1/targets/{target['id']}", headers={"If-Match": if_match}, **body
        )
        assert response.is_success
        await admin.delete(f"/v1/targets/{target['id']}")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_a_stale_version_changes_nothing(admin: httpx.AsyncClient, method: str) -> None:
    target = await created(admin)
    body = {} if method == "DELETE" else {"json": {**PERSON, "secrets": ["x"]}}
    for if_match in ('"2"', 'W/"2"', '"abc"', '"2", "3"', '""', '"01"'):
        response = await admin.request(
            method, f"/v1/targets/{target['id']}", headers={"If-Match": if_match}, **body
        )
        assert error_of(response) == (412, "If-Match", "version_mismatch")
    assert (await admin.get(f"/v1/targets/{target['id']}")).json() == target


async def test_what_is_no_tag_is_refused(admin: httpx.AsyncClient) -> None:
    path = f"/v1/targets/{(await created(admin))['id']}"
    for if_match in ("1", "", '"1', "W/1", '"1" "2"'):
        response = await admin.put(path, json=PERSON, headers={"If-Match": if_match})
        assert error_of(response) == (400, "If-Match", "invalid_request")


async def test_a_patch_changes_what_it_names(admin: httpx.AsyncClient) -> None:
    target = await created(admin, **FULL)
    changes = {"name": "New", "policy": {"guard": "monitor"}, "secrets": ["only"]}
    response = await admin.patch(f"/v1/targets/{target['id']}", json=changes)
    body = response.json()
    assert body["policy"] == {**FULL["policy"], "guard": "monitor"}
    expected = {**target, **changes, "policy": body["policy"], "version": 2}
    expected["secret_rules"] = body["secret_rules"]
    assert body == {**expected, "updated_at": body["updated_at"]}


async def test_null_returns_a_field_to_its_default(admin: httpx.AsyncClient) -> None:
    target = await created(admin, **FULL, id="t1")
    changes = {"aliases": None, "description": None, "policy": {"guard": None}, "state": None}
    body = (await admin.patch("/v1/targets/t1", json=changes)).json()
    assert (body["aliases"], body["description"], body["state"]) == ([], "", "active")
    assert body["policy"] == {**FULL["policy"], "guard": "refuse"}
    whole = (await admin.patch("/v1/targets/t1", json={"policy": None})).json()
    assert whole["policy"] == {
        "guard": "refuse",
        "disclosure": "generic",
        "mentions": "withhold",
    }
    assert whole["secrets"] == target["secrets"]


async def test_a_merge_patch_media_type_is_taken(admin: httpx.AsyncClient) -> None:
    target = await created(admin)
    response = await admin.patch(
        f"/v1/targets/{target['id']}",
        content=b'{"state": "draft"}',
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert response.json()["state"] == "draft"


async def test_a_patch_that_changes_nothing_is_no_new_version(admin: httpx.AsyncClient) -> None:
    target = await created(admin, **FULL)
    for changes in ({}, {"name": FULL["name"]}):
        response = await admin.patch(f"/v1/targets/{target['id']}", json=changes)
        assert response.json() == target


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"name": None}, "name", "missing_field"),
        ({"kind": None}, "kind", "missing_field"),
        ({"kind": "topic"}, "examples", "missing_field"),
        ({"scope": "facts"}, "examples", "missing_field"),
        ({"id": "other"}, "id", "unknown_field"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"policy": {"guard": "adapter"}}, "policy.guard", "not_supported"),
        ({"audiences": ["legal"]}, "audiences", "clients_need_no_key"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at", "invalid_request"),
        ({"aliases": ["x", None]}, "aliases.1", "invalid_request"),
    ],
)
async def test_a_patch_must_leave_a_valid_target(
    admin: httpx.AsyncClient, changes: dict[str, Any], param: str, code: str
) -> None:
    target = await created(admin)
    response = await admin.patch(f"/v1/targets/{target['id']}", json=changes)
    assert error_of(response) == (400, param, code)
    assert (await admin.get(f"/v1/targets/{target['id']}")).json() == target


async def test_withdrawing_keeps_the_content_and_reactivating_brings_it_back(
    admin: httpx.AsyncClient,
) -> None:
    target = await created(admin, secrets=["s"])
    path = f"/v1/targets/{target['id']}"
    withdrawn = (await admin.patch(path, json={"state": "withdrawn"})).json()
    assert (withdrawn["protection"], withdrawn["secrets"]) == ("none", ["s"])
    back = (await admin.patch(path, json={"state": "active"})).json()
    assert (back["protection"], back["secrets"], back["version"]) == ("guarded", ["s"], 3)


async def test_a_patch_without_if_match_survives_a_faster_change(
    admin: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await created(admin)
    replace = registry.targets.replace
    faster = TargetContent(Kind.PERSON, "Mirela Oskarne", reason="faster")

    async def overtaken(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(registry.targets, "replace", replace)
        await replace(target["id"], faster, Actor("somebody"))
        return await replace(*arguments, **options)

    monkeypatch.setattr(registry.targets, "replace", overtaken)
    body = (await admin.patch(f"/v1/targets/{target['id']}", json={"secrets": ["x"]})).json()
    assert (body["reason"], body["secrets"], body["version"]) == ("faster", ["x"], 3)


async def test_a_patch_that_is_always_overtaken_gives_up(
    admin: httpx.AsyncClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await created(admin)

    async def overtaken(*_: Any, **__: Any) -> None:
        raise PreconditionError("Overtaken.", param="If-Match")

    monkeypatch.setattr(registry.targets, "replace", overtaken)
    response = await admin.patch(f"/v1/targets/{target['id']}", json={"secrets": ["x"]})
    assert error_of(response) == (412, "If-Match", "version_mismatch")


async def test_an_erased_target_is_gone(
    admin: httpx.AsyncClient, inspector: ScriptedInspector, registry: Registry
) -> None:
    target = await created(admin, id="t1")
    response = await admin.delete("/v1/targets/t1")
    assert (response.status_code, response.content) == (204, b"")
    assert inspector.settled[-1] == registry.version.read()
    assert (await admin.get("/v1/targets/t1")).status_code == 404
    assert (await admin.delete("/v1/targets/t1")).status_code == 404
    again = await created(admin, id="t1")
    assert again["version"] > target["version"]


async def test_lists_go_page_by_page(admin: httpx.AsyncClient) -> None:
    for number in range(5):
        state = "draft" if number % 2 else "active"
        await created(admin, name=f"P{number}", id=f"t{number}", state=state)
    first = (await admin.get("/v1/targets", params={"limit": 3})).json()
    rest = (
        await admin.get("/v1/targets", params={"limit": 3, "cursor": first["next_cursor"]})
    ).json()
    ids = [each["id"] for page in (first, rest) for each in page["data"]]
    assert (ids, rest["next_cursor"]) == (["t0", "t1", "t2", "t3", "t4"], None)
    drafts = (await admin.get("/v1/targets", params={"state": "draft"})).json()
    assert [each["id"] for each in drafts["data"]] == ["t1", "t3"]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("state=erased", "state"),
        ("stat=draft", "stat"),
    ],
)
async def test_a_list_asked_for_wrongly_is_refused(
    admin: httpx.AsyncClient, query: str, param: str
) -> None:
    response = await admin.get(f"/v1/targets?{query}")
    assert error_of(response)[:2] == (400, param)
