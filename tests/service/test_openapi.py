"""The service's description of itself: it is OpenAPI, its examples work, and what is drawn from it breaks nothing."""

import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from serving import serving

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture
def described(service):
    return service.client.get("/openapi.json").json()


def test_every_route_is_described_with_its_errors(described):
    operations = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert operations == {
        ("/v1/annotate", "post"), ("/v1/annotate/stream", "post"), ("/v1/encode", "post"), ("/v1/schema", "get"),
        ("/healthz", "get"), ("/readyz", "get"), ("/metrics", "get"),
    }  # fmt: skip
    assert described["openapi"].startswith("3.1")
    annotate = described["paths"]["/v1/annotate"]["post"]
    assert annotate["responses"].keys() == {"200", "401", "408", "413", "415", "422", "500", "503", "504"}


def test_the_examples_are_answered_as_described(described, service):
    content = described["paths"]["/v1/annotate"]["post"]["requestBody"]["content"]["application/json"]
    languages = set()
    for example in content["examples"].values():
        answer = service.client.post("/v1/annotate", json=example["value"])
        assert answer.status_code == 200
        name = "Annotations" if "documents" in example["value"] else "Annotation"
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema.validate(answer.json(), schema, jsonschema.Draft202012Validator)
        found = answer.json()
        languages |= {a["language"]["code"] for a in found.get("annotations", [found])}
    assert languages == {"de", "en"}


def test_the_limits_of_a_service_stand_in_its_description(described):
    assert described["components"]["schemas"]["ManyDocuments"]["properties"]["documents"]["maxItems"] == 20


@pytest.mark.parametrize(
    ("examples", "phases"),
    [("3", "examples,fuzzing"), pytest.param("500", "examples,coverage,fuzzing", marks=pytest.mark.slow)],
)
@pytest.mark.timeout(3_600)
def test_whatever_is_drawn_from_its_description_it_answers_as_described(tmp_path, examples, phases):
    # Left out are the checks that take every refusal for a mistake: not all that is asked of a document can be said in
    # JSON Schema, and too much is 413.
    command = [
        SCHEMATHESIS, "run", "--max-examples", examples, "--phases", phases, "--seed", "1", "--no-color",
        "--generation-database", "none", "--exclude-checks", "positive_data_acceptance,negative_data_rejection",
    ]  # fmt: skip
    with serving(tmp_path, "--max-characters", "2000") as server:
        done = subprocess.run(
            [*command, f"{server.url}/openapi.json"],
            cwd=tmp_path,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "ndjson", "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        statuses = {line["status"] for line in server.lines() if line["event"] == "request"}
    assert 200 in statuses
    assert not {s for s in statuses if s >= 500}
