from benchmarks.embedding_speed import operations
from index.bert import Shape


def test_operations_are_those_of_the_matrices_and_of_attention() -> None:
    shape = Shape(layers=3, heads=1, dim=2, epsilon=0.1, longest=8)
    # A token times the matrices of a layer: (2, 6), (2, 2), (2, 5) and (5, 2), each product and sum. Then a text of
    # four tokens, each with each, twice: to compare them and to add up what they hold.
    matrices = 2 * (12 + 4 + 10 + 10)
    assert operations([4, 4], shape, 5) == 2 * 3 * (4 * matrices + 2 * 2 * 4 * 4 * 2)
