"""Presidio's pattern recognisers for German and English, for ``peers.py``.

Its default registry with all German recognisers switched on, and that of credit cards for German too; blank spaCy
pipelines, for trained ones cannot be had from a package index. So it finds no names and places, which it leaves to a
trained pipeline. Every score counts, as by default.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cxtext.text.recognisers import Hit

LANGUAGES = ("de", "en")
# The name of an entity -> the type that it is labelled as here.
TYPES = {
    "CREDIT_CARD": "card", "DATE_TIME": "birth_date", "DE_HEALTH_INSURANCE": "tax_id", "DE_KFZ": "licence_plate",
    "DE_PLZ": "address", "DE_SOCIAL_SECURITY": "tax_id", "DE_TAX_ID": "tax_id", "DE_TAX_NUMBER": "tax_id",
    "EMAIL_ADDRESS": "email", "IBAN_CODE": "iban", "IP_ADDRESS": "ip_address", "PHONE_NUMBER": "phone", "URL": "url",
    "US_DRIVER_LICENSE": "reference", "US_ITIN": "tax_id", "US_SSN": "tax_id",
}  # fmt: skip


def recognisers() -> list[dict[str, Any]]:
    """Give the shipped list of recognisers, with the German ones switched on."""
    import presidio_analyzer
    import yaml

    shipped = Path(presidio_analyzer.__file__).parent / "conf" / "default_recognizers.yaml"
    listed: list[dict[str, Any]] = yaml.safe_load(shipped.read_text(encoding="utf-8"))["recognizers"]
    for one in listed:
        if one.get("country_code") == "de":
            one["enabled"] = True
        if one["name"] == "CreditCardRecognizer":
            one["supported_languages"].append({"language": "de"})
    return listed


def finder() -> Callable[[str, str], list[Hit]]:
    """Give what finds personal data in a text of a language."""
    import spacy
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    # The list of top-level domains inside the package, instead of asking the network for a newer one.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        paths = {lang: Path(folder) / lang for lang in LANGUAGES}
        for lang, path in paths.items():
            spacy.blank(lang).to_disk(path)
        engine = SpacyNlpEngine(models=[{"lang_code": lang, "model_name": str(p)} for lang, p in paths.items()])
        engine.load()
    registry = RecognizerRegistryProvider(
        registry_configuration={"supported_languages": list(LANGUAGES), "recognizers": recognisers()}
    ).create_recognizer_registry()
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=list(LANGUAGES))

    def find(text: str, lang: str) -> list[Hit]:
        return [
            Hit(TYPES.get(r.entity_type, r.entity_type.lower()), r.start, r.end, r.score, "presidio")
            for r in analyzer.analyze(text, lang)
        ]

    return find
