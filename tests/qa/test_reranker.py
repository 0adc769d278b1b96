from collections.abc import Callable

import pytest

from index import Hit
from index.errors import ModelUnavailable
from qa import reranker

Save = Callable[..., str]
PASSAGES = ["The harvest fell.", "He left", "Seventeen thousand were deported in 2008.", "He left"]


def hit(text: str, score: float) -> Hit:
    return Hit(
        cable_id="09ASTANA1",
        paragraph="1",
        score=score,
        text=text,
        subject="WHEAT",
        date=None,
        origin="Embassy Astana",
        classification="UNCLASSIFIED",
    )


def test_scores_are_those_of_the_library_in_the_order_of_the_passages(save_bert: Save) -> None:
    from sentence_transformers import CrossEncoder

    folder = save_bert("cross", "BertForSequenceClassification", labels=1)
    scores = reranker.load(folder, device="cpu").scores("How many?", PASSAGES)
    expected = CrossEncoder(folder, device="cpu").predict([("How many?", passage) for passage in PASSAGES])
    assert scores == pytest.approx(expected.tolist(), abs=1e-5)
    assert scores[1] == pytest.approx(scores[3], abs=1e-6)
    assert len({round(score, 5) for score in scores}) == 3
    assert all(0 < score < 1 for score in scores)


def test_a_saved_cross_encoder_is_loaded_too(save_bert: Save) -> None:
    from sentence_transformers import CrossEncoder

    folder = save_bert("cross", "BertForSequenceClassification", labels=1)
    CrossEncoder(folder, device="cpu").save_pretrained(folder + "-saved")
    of_either = [reranker.load(f, device="cpu").scores("Who?", PASSAGES) for f in (folder, folder + "-saved")]
    assert of_either[0] == of_either[1]


def test_a_long_passage_counts_by_its_best_part(save_bert: Save) -> None:
    found = reranker.load(save_bert("cross", "BertForSequenceClassification", labels=1), device="cpu")
    long = " ".join(["The harvest fell."] * 9 + PASSAGES)
    parts = found._parts("How many?", long)
    assert len(parts) > 2
    assert "2008." in parts[-1]
    assert found.scores("How many?", [long]) == pytest.approx(
        [max(found.scores("How many?", parts))], abs=1e-6
    )


def test_the_first_20_are_put_in_order_and_carry_the_new_score(save_bert: Save) -> None:
    found = reranker.load(save_bert("cross", "BertForSequenceClassification", labels=1), device="cpu")
    hits = [hit(f"Passage {number}", score=1.0) for number in range(25)]
    ranked = reranker.reranked(found, "How many?", hits)
    by_hand = found.scores("How many?", [f"WHEAT\n{each.text}" for each in hits[:20]])
    assert [one.score for one in ranked] == pytest.approx(sorted(by_hand, reverse=True))
    assert {one.text for one in ranked} == {each.text for each in hits[:20]}
    assert reranker.reranked(found, "How many?", []) == []


@pytest.mark.parametrize(
    ("kind", "labels", "reason"),
    [
        ("BertModel", 1, "it is BertModel, which does not score pairs of texts"),
        ("BertForQuestionAnswering", 1, "it is BertForQuestionAnswering, which does not score pairs"),
        ("BertForSequenceClassification", 3, "it gives 3 labels and not one score"),
    ],
)
def test_a_model_of_another_kind_is_refused_with_the_remedy(
    save_bert: Save, kind: str, labels: int, reason: str
) -> None:
    folder = save_bert("other", kind, labels=labels)
    with pytest.raises(ModelUnavailable, match=f"{reason}.* --reranker NAME"):
        reranker.load(folder, device="cpu")


def test_an_embedding_model_is_no_reranker(save_bert: Save) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    bert = save_bert("bert", "BertModel")
    SentenceTransformer(modules=[Transformer(bert), Pooling(32)], device="cpu").save(bert + "-sentences")
    with pytest.raises(ModelUnavailable, match="does not score pairs of texts"):
        reranker.load(bert + "-sentences", device="cpu")


def test_a_model_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(ModelUnavailable, match=r"The model no/such cannot be loaded: .* --reranker NAME"):
        reranker.load("no/such", device="cpu")
