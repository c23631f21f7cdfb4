import pytest

from cxtext.engines.question import Owners, choose_outcome, read_owners
from cxtext.errors import ColumnError, ConfigError, InputTypeError

NPS = {"nps": (0, 10)}


@pytest.mark.parametrize(
    ("named", "scales", "closed", "expected"),
    [
        ("nps", NPS, True, "nps"),
        (None, NPS, True, "nps"),
        (None, {**NPS, "csat": (1, 5)}, True, None),
        (None, {}, True, None),
        ("mood", {}, False, "mood"),
    ],
)
def test_the_outcome_is_the_named_score_or_the_only_one(named, scales, closed, expected):
    assert choose_outcome(named, scales, closed=closed) == expected


def test_an_unknown_outcome_is_named_with_the_nearest_scores():
    with pytest.raises(ColumnError, match=r"'npss'.*did you mean 'nps'.*--score"):
        choose_outcome("npss", NPS, closed=True)
    with pytest.raises(ColumnError, match="no score is read"):
        choose_outcome("nps", {}, closed=True)
    with pytest.raises(InputTypeError, match="list"):
        choose_outcome(["nps"], NPS, closed=True)


def test_owners_come_from_a_mapping_or_a_file(tmp_path):
    path = tmp_path / "owners.toml"
    path.write_text('[owners]\n"Lieferung" = "Logistik"\n', encoding="utf-8")
    assert read_owners(path) == read_owners(str(path)) == read_owners({"Lieferung": "Logistik"})
    assert read_owners(None) == Owners()


def test_an_owners_file_may_say_by_when_to_answer(tmp_path):
    path = tmp_path / "owners.toml"
    path.write_text("[deadlines.email]\nhigh = 6\n", encoding="utf-8")
    assert read_owners(path) == Owners(deadlines={"email": {"high": 6.0}})


@pytest.mark.parametrize("content", ["[deadlines]\nemail = 4", "[deadlines.email]\nhigh = -1"])
def test_wrong_hours_name_the_file(tmp_path, content):
    path = tmp_path / "owners.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"owners.toml: deadlines"):
        read_owners(path)


@pytest.mark.parametrize("content", ["", "owners = 3", "[owner]\na = 'b'", "[owners]\na = 'b'\n[more]\n"])
def test_a_wrong_owners_file_says_what_it_needs(tmp_path, content):
    path = tmp_path / "owners.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"owners.toml.*\[owners\]"):
        read_owners(path)


@pytest.mark.parametrize("owners", [["a"], {"a": 3}, 7])
def test_wrong_owners_are_refused(owners):
    with pytest.raises(InputTypeError, match="owners"):
        read_owners(owners)
