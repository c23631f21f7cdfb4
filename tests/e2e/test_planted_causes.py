"""From comments with planted causes to the table of causes, with the shipped encoder."""

import pytest

import cxtext
from cxtext.testing.synth import texts


@pytest.mark.slow
def test_planted_causes_are_found_and_one_in_both_languages():
    comments = texts(400, causes=0.5, seed=3)
    stated = cxtext.analyze([c.document for c in comments]).causes.query("source == 'stated'")
    # "seit dem letzten Update" tells when, not why.
    planted = {c.document.text[slice(*g.cause)] for c in comments for g in c.gold if g.cause}
    planted -= {"dem letzten Update", "the last update"}
    said = [{row["cause"], *row["forms"]} for row in stated.to_dict("records")]
    assert sum(any(cause in forms for forms in said) for cause in planted) >= 0.9 * len(planted)
    together = [
        {"der Fahrer die Adresse nicht fand", "the driver got lost"},
        {"alle Leitungen belegt sind", "all lines are busy"},
        {"der Karton zu dünn war", "the box was too thin"},
        {"er schon wieder erhöht wurde", "it went up again"},
    ]
    assert sum(any(pair <= forms for forms in said) for pair in together) >= 3
