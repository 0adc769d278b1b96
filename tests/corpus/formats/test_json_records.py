import io
import json
from datetime import UTC, datetime

from corpus.cable import Cable, Rejected
from corpus.formats import json_records
from corpus.formats.record import Record

CABLE = {
    "id": "98TUNIS1",
    "date": "1998-01-24T19:34Z",
    "origin": "Embassy Tunis",
    "classification": "UNCLASSIFIED",
    "references": ["97TUNIS3"],
    "header": "P 241934Z JAN 98\nFM AMEMBASSY TUNIS",
    "body": "UNCLAS TUNIS 1\n\n\ufffd1. Text.",
}


def read(data: str | bytes) -> list[Record | Rejected]:
    return list(
        json_records.texts(io.BytesIO(data.encode() if isinstance(data, str) else data), "cables.jsonl")
    )


def reason(item: Record | Rejected) -> str:
    return item.reason if isinstance(item, Rejected) else f"no refusal: {item.name}"


def test_it_is_known_by_a_bracket_with_json_behind_it() -> None:
    assert json_records.fits(b'\n {"id": "98TUNIS1"}')
    assert json_records.fits(b'[\n  {"id"')
    assert not json_records.fits(b"[PGOV](#) [KZ](#)")
    assert not json_records.fits(b"{brackets} in a text")


def test_a_line_is_a_record_with_its_offset() -> None:
    line = json.dumps(CABLE)
    first, second = read(f"{line}\n\n{line}\n")
    assert first == Record(
        text="P 241934Z JAN 98\nFM AMEMBASSY TUNIS\nUNCLAS TUNIS 1\n\n\ufffd1. Text.",
        name="98TUNIS1",
        offset=0,
        fallback=Cable(
            id="98TUNIS1",
            date=datetime(1998, 1, 24, 19, 34, tzinfo=UTC),
            origin="Embassy Tunis",
            post="TUNIS",
            classification="UNCLASSIFIED",
            references=("97TUNIS3",),
        ),
    )
    assert isinstance(second, Record)
    assert second.offset == len(line) + 2


def test_a_list_and_an_object_by_id_are_many_records() -> None:
    one, other = {**CABLE}, {**CABLE, "id": "98TUNIS2"}
    without_id = {key: value for key, value in CABLE.items() if key != "id"}
    for whole in ([one, other], {"98TUNIS1": without_id, "98TUNIS2": without_id}):
        for indent in (None, 2):
            items = read(json.dumps(whole, indent=indent))
            assert [item.name for item in items if isinstance(item, Record)] == ["98TUNIS1", "98TUNIS2"]


def test_one_record_may_take_many_lines() -> None:
    (record,) = read(json.dumps(CABLE, indent=2))
    assert isinstance(record, Record)
    assert record.name == "98TUNIS1"


def test_a_broken_line_is_refused_and_the_next_is_read() -> None:
    line = json.dumps(CABLE)
    items = read(f'{line}\n{{"id": 1 "b": 2}}\n{line[:100]}\n{line}\n')
    assert [reason(item) for item in items] == [
        "no refusal: 98TUNIS1",
        "Line 2: not JSON (expecting ',' delimiter at character 10).",
        "Line 3: not JSON (unexpected end).",
        "no refusal: 98TUNIS1",
    ]


def test_a_first_line_that_was_cut_off_does_not_take_the_others_with_it() -> None:
    line = json.dumps(CABLE)
    first, second = read(f"{line[:50]}\n{line}\n")
    assert reason(first) == "Line 1: not JSON (unexpected end)."
    assert reason(second) == "no refusal: 98TUNIS1"


def test_records_without_text_are_refused_each() -> None:
    manifest = '{"format": "jsonl", "cables": 300}\n{"row": 3, "cable": "98CHISINAU3", "noise": ["ocr"]}\n'
    assert [reason(item) for item in read(manifest)] == [
        "Line 1: no text, only metadata.",
        "Line 2: no text, only metadata.",
    ]
    metadata = {"98TUNIS1": {"date": {"year": 1998, "month": 1}, "tags": ["PGOV"], "subject": "X"}}
    assert [reason(item) for item in read(json.dumps(metadata))] == ["Record 1: no text, only metadata."]
    assert (
        reason(read(json.dumps({**CABLE, "body": ""}))[0]) == "Only a header: no text follows the addressees."
    )


def test_half_characters_and_endless_nesting_do_no_harm() -> None:
    (record,) = read('{"id": "98TUNIS1", "body": "a\\ud83d b"}')
    assert isinstance(record, Record)
    assert record.text == "a\ufffd b"
    assert reason(read("[" * 100_000)[0]) == "Not JSON (nested too deep)."
    assert reason(read('{"a": 1}\n' + '{"a":' * 100_000)[1]) == "Line 2: not JSON (nested too deep)."


def test_lines_in_another_encoding_are_read() -> None:
    line = json.dumps({**CABLE, "body": "Café ¶"}, ensure_ascii=False)
    texts = [
        item.text for item in read(line.encode() + b"\n" + line.encode("cp1252")) if isinstance(item, Record)
    ]
    assert [text[-6:] for text in texts] == ["Café ¶"] * 2
