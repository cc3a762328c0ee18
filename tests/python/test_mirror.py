"""Goal: a mirror equals the view that the broker cut its updates from, or says that it has a hole.

Method: named cases, then a seeded walk: a model changes rows at random, deltas are made
from any version held, in any number of parts, some lost on the way.
"""
import os
import random
import unittest

from yixian.mirror import Mirror, Taken
from yixian_proto import wire_pb2

SEED = int(os.environ.get("YIXIAN_SEED", "20250106"))
STEPS = 2000


def row(code, rank=None, total=0):
    return wire_pb2.BoardRow(subject=code, standing=wire_pb2.RANKED if rank else wire_pb2.NOT_RANKED, rank=rank, total=total,
                             error=1, observations=1, inspectors=1, ratings=1)


def deltas(base, version, rows, gone=(), parts=1, ranked=0):
    """One update in `parts` parts."""
    out = []
    for part in range(parts):
        head = wire_pb2.BoardAnswer(account="A", group="G", scheme="S", ranked=ranked, not_ranked=0, provisional=True, offset=0)
        head.rows.extend(rows[part::parts])
        out.append(wire_pb2.Delta(base_version=base, version=version, part=part, parts=parts, board=head,
                                  gone=list(gone)[part::parts]))
    return out


def codes(mirror):
    return [each.subject for each in mirror.board().rows]


class MirrorTest(unittest.TestCase):
    def take(self, mirror, parts):
        for delta in parts[:-1]:
            self.assertIs(mirror.take(delta), Taken.PARTLY)
        return mirror.take(parts[-1])

    def test_whole_view__ordered_by_rank_then_code(self):
        mirror = Mirror()
        rows = [row("b", 1), row("a10", 2), row("a", 1), row("a-", 2), row("B", 1)]
        self.assertIs(self.take(mirror, deltas(0, 5, rows, parts=2)), Taken.CHANGED)
        self.assertEqual(codes(mirror), ["B", "a", "b", "a-", "a10"])
        self.assertEqual(mirror.version, 5)

    def test_empty_view__taken__is_a_view(self):
        mirror = Mirror()
        self.assertIs(self.take(mirror, deltas(0, 5, [])), Taken.CHANGED)
        self.assertEqual((mirror.version, codes(mirror)), (5, []))

    def test_difference__replaces_adds_removes(self):
        mirror = Mirror()
        self.take(mirror, deltas(0, 5, [row("a", 1), row("b", 2), row("c", 3)]))
        self.take(mirror, deltas(5, 9, [row("c", 1, 7), row("d", 2)], gone=["a"], ranked=4))
        self.assertEqual([(r.subject, r.rank) for r in mirror.board().rows], [("c", 1), ("b", 2), ("d", 2)])
        self.assertEqual(mirror.board().ranked, 4)

    def test_difference__of_a_version_not_held__hole_and_unchanged(self):
        mirror = Mirror()
        self.assertIs(mirror.take(deltas(3, 9, [row("c")])[0]), Taken.HOLE)
        self.take(mirror, deltas(0, 5, [row("a")]))
        self.assertIs(mirror.take(deltas(6, 9, [row("c")])[0]), Taken.HOLE)
        self.assertEqual((mirror.version, codes(mirror)), (5, ["a"]))

    def test_part__lost__hole_and_unchanged(self):
        for lost in range(2):
            mirror = Mirror()
            self.take(mirror, deltas(0, 5, [row("a")]))
            parts = deltas(5, 9, [row("b"), row("c"), row("d")], parts=3)
            taken = [mirror.take(delta) for i, delta in enumerate(parts) if i != lost]
            self.assertIn(Taken.HOLE, taken)
            self.assertNotIn(Taken.CHANGED, taken)
            self.assertEqual((mirror.version, codes(mirror)), (5, ["a"]))

    def test_parts__not_all_there__nothing_visible(self):
        mirror = Mirror()
        self.take(mirror, deltas(0, 5, [row("a")]))
        mirror.take(deltas(5, 9, [row("b"), row("c")], parts=2)[0])
        self.assertEqual((mirror.version, codes(mirror)), (5, ["a"]))

    def test_board__given_out__is_a_copy(self):
        mirror = Mirror()
        self.take(mirror, deltas(0, 5, [row("a", 1)]))
        mirror.board().rows[0].rank = 9
        self.assertEqual(mirror.board().rows[0].rank, 1)

    def test_walk__with_losses__equals_the_model_or_tells_a_hole(self):
        print("seed", SEED)
        chance = random.Random(SEED)
        history, model, mirror, holes = {0: {}}, {}, Mirror(), 0
        for version in range(1, STEPS):
            for code in chance.sample([f"C{n}" for n in range(30)], 3):
                if chance.random() < 0.3:
                    model.pop(code, None)
                else:
                    model[code] = row(code, chance.choice([None, 1, 2, 3]), version)
            history[version] = dict(model)
            if chance.random() < 0.4:
                continue
            whole = mirror.version == 0 or chance.random() < 0.05
            base = 0 if whole else mirror.version if chance.random() < 0.9 else chance.randrange(1, version)
            old = history[base]
            parts = deltas(base, version, [r for c, r in model.items() if old.get(c) != r],
                           [c for c in old if c not in model], chance.randrange(1, 4))
            held = mirror.version
            lost = chance.randrange(len(parts)) if chance.random() < 0.05 else None
            taken = [mirror.take(delta) for i, delta in enumerate(parts) if i != lost]
            if Taken.HOLE in taken or lost is not None:
                holes += 1
                self.assertTrue(lost is not None or base not in (0, held))
                mirror.clear()
                continue
            self.assertIs(taken[-1], Taken.CHANGED)
            expected = sorted(model.values(), key=lambda r: (not r.rank, r.rank, r.subject.encode()))
            self.assertEqual(list(mirror.board().rows), expected)
        self.assertGreater(holes, 10)


if __name__ == "__main__":
    unittest.main()
