"""Goal: an answer in parts is the answer that it was before it was parted.

Method: answers are cut at every place and joined in every order of arrival.
"""
import itertools
import unittest

from yixian.parts import Joiner
from yixian_proto import wire_pb2


def board_part(part, parts, codes, seq=7):
    answer = wire_pb2.Answer(seq=seq, part=part, parts=parts)
    answer.board.CopyFrom(wire_pb2.BoardAnswer(account="A", group="G", scheme="S", ranked=3, not_ranked=0,
                                               provisional=True, offset=0, now_ms=5))
    for code in codes:
        answer.board.rows.add(subject=code, standing=wire_pb2.RANKED, total=-1, error=2, observations=1, inspectors=1,
                              ratings=1)
    return answer


def explain_part(part, parts, lines):
    """`lines`: (dimension, seq) in order."""
    answer = wire_pb2.Answer(seq=7, part=part, parts=parts)
    row = board_part(0, 1, ["C"]).board.rows[0]
    answer.explain.CopyFrom(wire_pb2.ExplainAnswer(account="A", group="G", scheme="S", provisional=True, row=row, ledger=0))
    for dimension, group in itertools.groupby(lines, key=lambda line: line[0]):
        into = answer.explain.dimensions.add(dimension=dimension, name="D", weight=1, mu=1, kappa=1, w=1, score=1, ratings=1,
                                             inspectors=1)
        for _, seq in group:
            into.lines.add(seq=seq, observation="O", observed_ms=1, channel=1, value=1, channel_offset=0, offset=0,
                           adjusted=0, weight=1, m=1, g=1, contribution=1)
    return answer


def joined(parts):
    joiner = Joiner()
    answers = [joiner.take(part) for part in parts]
    assert answers[:-1] == [None] * (len(answers) - 1)
    return answers[-1]


class Parts(unittest.TestCase):
    def test_one_part__taken__whole(self):
        self.assertEqual(joined([board_part(0, 1, ["A"])]), board_part(0, 1, ["A"]))

    def test_three_parts__any_order__rows_in_order(self):
        parts = [board_part(0, 3, ["A", "B"]), board_part(1, 3, ["C"]), board_part(2, 3, ["D"])]
        for order in itertools.permutations(parts):
            self.assertEqual(joined(order), board_part(0, 1, ["A", "B", "C", "D"]))

    def test_parts__of_another_state__begin_anew(self):
        joiner = Joiner()
        self.assertIsNone(joiner.take(board_part(0, 2, ["A"], seq=7)))
        self.assertIsNone(joiner.take(board_part(0, 2, ["B"], seq=8)))
        self.assertEqual(joiner.take(board_part(1, 2, ["C"], seq=8)), board_part(0, 1, ["B", "C"], seq=8))

    def test_part__twice__counts_once(self):
        joiner = Joiner()
        self.assertIsNone(joiner.take(board_part(0, 2, ["A"])))
        self.assertIsNone(joiner.take(board_part(0, 2, ["A"])))
        self.assertEqual(len(joiner.take(board_part(1, 2, ["B"])).board.rows), 2)

    def test_explanation__cut_at_every_line__dimensions_whole_again(self):
        lines = [(1, 10), (1, 11), (1, 12), (2, 20), (2, 21), (3, 30)]
        for first, second in itertools.combinations(range(len(lines) + 1), 2):
            parts = [explain_part(0, 3, lines[:first]), explain_part(1, 3, lines[first:second]),
                     explain_part(2, 3, lines[second:])]
            self.assertEqual(joined(parts), explain_part(0, 1, lines), f"cut at {first} and {second}")


if __name__ == "__main__":
    unittest.main()
