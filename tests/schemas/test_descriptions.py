"""What fields are for: said of each of them, briefly, and in words of our own."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

from minikctl.api.schemas import schema_folder

FOLDER = Path(schema_folder())
TEXTS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / "_descriptions").glob("*.json")}
FILES = [path for path in sorted(FOLDER.rglob("*.json")) if path.parent.name != "_descriptions"]

#: types and fields that nobody has described yet (``PodSpec``, ``PodSpec.containers``): nothing may be added
MISSING: set[str] = set()


def test_every_type_and_field_is_described():
    missing = set()
    for path in FILES:
        schema = json.loads(path.read_text(encoding="utf-8"))
        texts = TEXTS.get(path.parent.name, {}).get(path.stem, TEXTS["custom"]["object"])
        if not (schema.get("description") or texts.get("_")):
            missing.add(path.stem)
        for name, field in schema.get("properties", {}).items():
            if not (field.get("description") or texts.get(name)):
                missing.add(f"{path.stem}.{name}")
    assert missing == MISSING


def every_text():
    for group, types in TEXTS.items():
        for name, texts in types.items():
            for field, text in texts.items():
                yield f"{group}/{name}.{field}", text


def test_texts_are_for_what_there_is():
    for group, types in TEXTS.items():
        for name, texts in types.items():
            if group == "custom":
                continue
            properties = json.loads((FOLDER / group / f"{name}.json").read_text(encoding="utf-8")).get("properties", {})
            assert set(texts) - {"_"} <= set(properties), f"{group}/{name}"


def test_texts_are_sentences_and_short():
    for where, text in every_text():
        assert re.fullmatch(r"[A-Z$0-9a-z*].*\.", text), f"{where}: {text}"
        assert text == " ".join(text.split()), where
        assert len(text) <= 240, f"{where}: {len(text)}"
        assert len(re.findall(r"[.?!](?= [A-Z])", text)) <= 3, where
        assert "{" not in re.sub(r"Object\{\.\.\.\}|JSONPatch\{\.\.\.\}|containers\{web\}", "", text), where


SENTENCE = 6


def sentences(text):
    for sentence in re.split(r"(?<=[.!?;:])\s+|\n", text):
        words = re.findall(r"[a-z0-9']+", sentence.lower())
        if len(words) >= SENTENCE:
            yield " ".join(words)


@pytest.mark.skipif(
    importlib.util.find_spec("kubernetes_validate") is None,
    reason="kubernetes-validate is not installed (pip install --group schemas)",
)
def test_no_sentence_is_upstreams():
    folder = Path(importlib.util.find_spec("kubernetes_validate").origin).parent / "kubernetes-json-schema"
    theirs = set()
    for path in folder.glob("v1.36*-local/_definitions.json"):
        for definition in json.loads(path.read_text(encoding="utf-8"))["$defs"].values():
            for node in (definition, *definition.get("properties", {}).values()):
                theirs.update(sentences(node.get("description", "")))
    assert len(theirs) > 1000
    same = [f"{where}: {sentence}" for where, text in every_text() for sentence in sentences(text) if sentence in theirs]
    assert same == []
