from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelUnavailable
from qa import models, reader
from qa.reader import Span

Save = Callable[..., str]
PASSAGES = ["The harvest fell.", "He left", "  Seventeen thousand were deported in 2008.", "", "  \n "]


def test_spans_are_the_likeliest_of_all_pairs_of_tokens(save_bert: Save) -> None:
    found = reader.load(save_bert("squad2", "BertForQuestionAnswering"), device="cpu")
    spans = found.spans("How many?", PASSAGES)
    assert spans[3:] == [None, None]
    for passage, span in zip(PASSAGES[:3], spans, strict=False):
        best, silence = by_hand(found, "How many?", passage)
        assert span is not None
        assert span.score == pytest.approx(max(best.values()), abs=1e-4)
        assert best[passage[span.start : span.end]] == pytest.approx(span.score, abs=1e-4)
        assert span.no_answer_score == pytest.approx(silence, abs=1e-4)
        assert span.margin == pytest.approx(span.score - silence, abs=1e-4)


def by_hand(found: reader.Reader, question: str, passage: str) -> tuple[dict[str, float], float]:
    """The score of every answer of up to 30 tokens, the highest where it stands twice; and that of silence."""
    import torch

    encoded = found._tokenizer(question, passage, return_offsets_mapping=True, return_tensors="pt")
    places, owners = encoded.pop("offset_mapping")[0].tolist(), encoded.sequence_ids(0)
    with torch.inference_mode():
        out = found._model(**encoded)
    starts, ends = out.start_logits[0].tolist(), out.end_logits[0].tolist()
    scores: dict[str, float] = {}
    for first in range(len(places)):
        for last in range(first, min(first + 30, len(places))):
            if owners[first] == owners[last] == 1:
                text = passage[places[first][0] : places[last][1]]
                scores[text] = max(scores.get(text, -np.inf), starts[first] + ends[last])
    return scores, starts[0] + ends[0]


def test_a_long_passage_is_read_to_its_end(save_bert: Save) -> None:
    found = reader.load(save_bert("squad2", "BertForQuestionAnswering"), device="cpu")
    long = " ".join(f"In 19{year} they left." for year in range(10, 40))
    found_in = found._read("When?", [long])
    assert len(found_in) > 5
    assert max(span.end for _, span in found_in) > len(long) - 60
    (whole,) = found.spans("When?", [long])
    silences = [span.no_answer_score for _, span in found_in if span.no_answer_score is not None]
    assert whole is not None
    assert (whole.score, whole.no_answer_score) == (max(s.score for _, s in found_in), min(silences))
    assert all(0 <= span.start < span.end <= len(long) for _, span in found_in)


def test_the_company_of_other_passages_changes_nothing_nor_does_a_long_question(save_bert: Save) -> None:
    found = reader.load(save_bert("squad2", "BertForQuestionAnswering"), device="cpu")
    many = [*PASSAGES, *(f"Passage {number}, {'x' * number}" for number in range(20))]
    question = "How many " + "very " * 40 + "many?"
    alone = [found.spans(question, [passage])[0] for passage in many]
    for one, other in zip(found.spans(question, many), alone, strict=True):
        assert (one is None) == (other is None)
        if one and other:
            assert (one.start, one.end) == (other.start, other.end)
            assert one.score == pytest.approx(other.score, abs=1e-3)


def test_only_a_model_that_learnt_silence_speaks_of_it(save_bert: Save) -> None:
    folder = save_bert("plain", "BertForQuestionAnswering")
    (span,) = reader.load(folder, device="cpu").spans("Who?", ["He left"])
    assert span is not None
    assert span.no_answer_score is None
    assert span.margin == span.score
    (Path(folder) / "README.md").write_text("---\ndatasets:\n- squad_v2\n---\n", encoding="utf-8")
    assert reader.load(folder, device="cpu").knows_silence


def test_the_sentence_of_a_span_is_the_one_that_holds_most_of_it() -> None:
    sentences = [(0, 10), (11, 30), (31, 40)]
    assert [reader.holder(at(*span), sentences) for span in ((0, 4), (8, 20), (5, 16), (35, 38))] == [
        0,
        1,
        0,
        2,
    ]


def at(start: int, end: int) -> Span:
    return Span(start=start, end=end, score=1.0, no_answer_score=None)


@pytest.mark.parametrize("kind", ["BertModel", "BertForSequenceClassification"])
def test_a_model_of_another_kind_is_refused_with_the_remedy(save_bert: Save, kind: str) -> None:
    folder = save_bert("other", kind)
    with pytest.raises(ModelUnavailable, match=f"it is {kind}, which does not mark answers .* --reader NAME"):
        reader.load(folder, device="cpu")


def test_a_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    for name in ("no/such", str(tmp_path)):
        with pytest.raises(ModelUnavailable, match=r"cannot be loaded: .* --reader NAME"):
            reader.load(name, device="cpu")


def test_none_but_the_models_that_were_named_are_loaded(save_bert: Save) -> None:
    assert models.load() == models.Models()
    found = models.load(reader=save_bert("plain", "BertForQuestionAnswering"), device="cpu")
    assert found.reranker is None
    assert found.reader is not None
