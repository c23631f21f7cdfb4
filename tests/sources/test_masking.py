"""What sources give can be masked: spans stay in order, and speakers' names go."""

from pathlib import Path

import pytest

from cxtext.sources import read
from cxtext.text.redaction import redact
from cxtext.text.segmentation import segment

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = sorted(path.name for path in FIXTURES.iterdir() if path.is_file())


@pytest.mark.parametrize("name", NAMES)
def test_documents_of_every_fixture_can_be_masked(name):
    for document in read(FIXTURES / name):
        masked, _ = redact(document)

        assert [t.role for t in masked.turns] == [t.role for t in document.turns]
        ends = [0, *(t.end for t in masked.turns)]
        assert all(end <= t.start <= t.end <= len(masked.text) for end, t in zip(ends, masked.turns, strict=False))
        assert [s.kind for s in segment(masked) if s.kind == "agent"] or not any(
            t.role == "agent" for t in masked.turns
        )


@pytest.mark.parametrize("name", ["zendesk.json", "intercom.json", "teams.vtt"])
def test_names_of_speakers_do_not_outlive_masking(name):
    for document in read(FIXTURES / name):
        masked, _ = redact(document)

        assert not {"Erika", "Muster", "Sam Sample", "Alex", "Beispiel"} & set(
            str(masked.turns).replace("'", " ").split()
        )
