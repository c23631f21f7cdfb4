"""Topics of one run under the ids of an earlier one."""

import json

import pandas as pd
import pytest

from cxtext.engines.batch import Batch, Settings
from cxtext.engines.collection import analyze
from cxtext.errors import ArtefactError, ConfigError, InputValueError
from cxtext.run import read_settings

pytestmark = pytest.mark.usefixtures("without_model")

THINGS = {
    "Lieferung": "Die Lieferung war leider wieder langsam",
    "Beratung": "Die Beratung in der Filiale war freundlich",
    "Preis": "Der Preis ist mir ehrlich gesagt zu teuer",
    "advice": "The advice was quick and really helpful",
}
DAYTIMES = [
    f"{day} {time}" for day in ("heute", "gestern", "neulich") for time in ("früh", "mittags", "abends", "nachts")
]


def comments(*things, repeat=1):
    return [f"{THINGS[thing]} {time}{'.' * n}" for n in range(1, repeat + 1) for thing in things for time in DAYTIMES]


def survey(path, *things, **options):
    pd.DataFrame({"Kommentar": comments(*things, **options)}).to_csv(path, index=False)
    return path


def ids(topics):
    return {row["label"]: row["id"] for row in topics.to_dict("records")}


def test_a_later_analysis_takes_ids_and_names_from_the_registry_of_an_earlier_one(tmp_path):
    march = analyze(comments("Lieferung", "Beratung", "Preis", repeat=2))
    march.save(tmp_path)
    june = analyze(
        comments("Preis", "Lieferung") + comments("advice", "Beratung", repeat=3),
        registry=tmp_path / "topic_registry.json",
    )
    known = ids(march.topics)
    assert known.items() <= ids(june.topics).items()
    drift = {row["id"]: row["state"] for row in june.topic_registry["drift"]}
    assert {drift[i] for i in known.values()} <= {"kept", "split"}
    assert set(june.drivers["topic"]) <= set(june.topics["id"])


def test_a_batch_run_reads_and_writes_the_registry(tmp_path):
    first = survey(tmp_path / "march.csv", "Lieferung", "Beratung", "Preis")
    Batch([first], Settings()).run(tmp_path / "march")
    written = json.loads((tmp_path / "march" / "topic_registry.json").read_text(encoding="utf-8"))
    assert written["schema"] == "cxtext.topic_registry/1"
    assert {row["state"] for row in written["drift"]} == {"new"}
    manifest = json.loads((tmp_path / "march" / "manifest.json").read_text(encoding="utf-8"))
    assert "topic_registry.json" in manifest["outputs"]
    config = tmp_path / "june.toml"
    config.write_text(f"registry = {json.dumps(str(tmp_path / 'march' / 'topic_registry.json'))}\n", encoding="utf-8")
    second = survey(tmp_path / "june.csv", "Preis", "Lieferung", "Beratung", repeat=2)
    for out in ("june", "again"):
        Batch([second], read_settings(config, {})).run(tmp_path / out)
    topics = [json.loads((tmp_path / out / "topics.json").read_text(encoding="utf-8")) for out in ("march", "june")]
    march, june = ({row["label"]: row["id"] for row in rows} for rows in topics)
    assert march.items() <= june.items()
    again = (tmp_path / out / "topic_registry.json" for out in ("june", "again"))
    assert len({path.read_bytes() for path in again}) == 1


def test_corrections_hold_in_a_run(tmp_path):
    texts = comments("Lieferung", "Beratung", "Preis")
    plain = analyze(texts)
    file = tmp_path / "corrections.toml"
    one, other = plain.topics["id"].tolist()[:2]
    file.write_text(
        f'schema = "cxtext.topic_corrections/1"\n[[merge]]\nids = [{one}, {other}]\n'
        f'[[rename]]\nid = {one}\nlabel_de = "Bestellung"\n',
        encoding="utf-8",
    )
    found = analyze(texts, corrections=file)
    assert len(found.topics) == len(plain.topics) - 1
    assert found.topics.set_index("id").loc[one, "label_de"] == "Bestellung"
    found.save(tmp_path / "out")
    later = analyze(texts, registry=tmp_path / "out" / "topic_registry.json")
    assert later.topics.set_index("id").loc[one, "label_de"] == "Bestellung"
    assert len(later.topics) == len(found.topics)


def test_wrong_files_are_told_before_anything_is_read(tmp_path):
    path = survey(tmp_path / "a.csv", "Lieferung")
    with pytest.raises(ArtefactError, match="registry"):
        Batch([path], Settings(registry=str(tmp_path / "none.json")))
    with pytest.raises(ConfigError, match="no configuration file"):
        Batch([path], Settings(corrections=str(tmp_path / "none.toml")))
    with pytest.raises(InputValueError, match="taxonomy"):
        Batch([path], Settings(corrections=str(corrections(tmp_path)), taxonomy="cx"))
    with pytest.raises(InputValueError, match="no topic 99"):
        analyze(comments("Lieferung", "Beratung"), corrections=corrections(tmp_path))


def corrections(folder):
    file = folder / "corrections.toml"
    file.write_text('schema = "cxtext.topic_corrections/1"\n[[pin]]\nid = 99\n', encoding="utf-8")
    return file


def test_the_registry_holds_no_comments(tmp_path):
    texts = comments("Lieferung", "Beratung", "Preis")
    analyze(texts).save(tmp_path)
    content = (tmp_path / "topic_registry.json").read_text(encoding="utf-8")
    assert not [text for text in texts if text.rstrip(".") in content]
