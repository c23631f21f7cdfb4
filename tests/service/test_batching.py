"""Micro-batching: who gets what back, in which order work is taken, and what is refused."""

import asyncio
import threading

import pytest

from cxtext.service.batching import BATCH, BATCH_COST, SHARE, Batcher, Failed, FullError


class Gate:
    """Work that waits until it may go on, and remembers its batches."""

    def __init__(self):
        self.batches, self.may_go, self.began = [], threading.Event(), threading.Semaphore(0)

    def __call__(self, items):
        self.batches.append(list(items))
        self.began.release()
        self.may_go.wait()
        return [f"<{i}>" for i in items]


def together(scenario, *, work=None, capacity=10_000, workers=1):
    """Run a scenario with a batcher whose only worker is held up by a first item."""
    gate = Gate()

    async def main():
        batcher = Batcher(work or {"a": gate, "b": gate}, capacity=capacity, workers=workers)
        batcher.start()
        try:
            if work is None:
                first = batcher.submit("a", ["first"], [1])
                await asyncio.to_thread(gate.began.acquire)
                result = await scenario(batcher, gate)
                assert await first == ["<first>"]
            else:
                result = await scenario(batcher)
            return result
        finally:
            gate.may_go.set()
            await asyncio.to_thread(batcher.close)

    return asyncio.run(main()), gate.batches[1:]


async def released(gate, futures):
    gate.may_go.set()
    return await asyncio.gather(*futures)


def test_requests_share_a_batch_and_each_gets_its_own_back():
    async def scenario(batcher, gate):
        futures = [batcher.submit("a", [f"{n}a", f"{n}b"], [1, 1]) for n in range(3)]
        return await released(gate, futures)

    found, batches = together(scenario)
    assert found == [["<0a>", "<0b>"], ["<1a>", "<1b>"], ["<2a>", "<2b>"]]
    assert batches == [["0a", "0b", "1a", "1b", "2a", "2b"]]


def test_a_large_request_does_not_hold_up_a_small_one():
    async def scenario(batcher, gate):
        large = batcher.submit("a", list(range(100)), [1] * 100)
        small = batcher.submit("a", ["small"], [1])
        return await released(gate, [large, small])

    (large, small), batches = together(scenario)
    assert small == ["<small>"]
    assert large == [f"<{n}>" for n in range(100)]
    assert batches[0][: SHARE + 1] == [*range(SHARE), "small"]
    assert [len(b) for b in batches] == [BATCH, BATCH, BATCH, 101 - 3 * BATCH]


def test_a_batch_has_one_kind_of_work_and_the_other_is_next():
    async def scenario(batcher, gate):
        futures = [batcher.submit(kind, [f"{kind}{n}"], [1]) for n in range(2) for kind in ("b", "a")]
        return await released(gate, futures)

    _, batches = together(scenario)
    assert batches == [["b0", "b1"], ["a0", "a1"]]


def test_long_texts_make_short_batches():
    async def scenario(batcher, gate):
        return await released(gate, [batcher.submit("a", [n], [BATCH_COST // 2]) for n in range(4)])

    _, batches = together(scenario, capacity=10 * BATCH_COST)
    assert batches == [[0, 1], [2, 3]]


def test_what_does_not_fit_the_queue_is_refused_and_what_was_accepted_is_answered():
    async def scenario(batcher, gate):
        accepted = [batcher.submit("a", [n], [10]) for n in range(3)]
        assert batcher.waiting == 30
        assert batcher.full
        with pytest.raises(FullError):
            batcher.submit("a", ["excess"], [1])
        found = await released(gate, accepted)
        assert (batcher.waiting, batcher.full) == (0, False)
        return found

    found, _ = together(scenario, capacity=30)
    assert found == [["<0>"], ["<1>"], ["<2>"]]


def test_a_request_larger_than_the_queue_is_accepted_when_nothing_waits():
    async def scenario(batcher, gate):
        return await released(gate, [batcher.submit("a", ["large"], [31])])

    assert together(scenario, capacity=30)[0] == [["<large>"]]


def test_who_can_wait_leaves_half_of_the_queue():
    async def scenario(batcher, gate):
        accepted = batcher.submit("a", ["half"], [16])
        patient = asyncio.ensure_future(batcher.submit_in_turn("a", ["patient"], [1]))
        await asyncio.sleep(0)
        assert not patient.done()
        hurried = batcher.submit("a", ["hurried"], [1])
        gate.may_go.set()
        return [await accepted, await hurried, await (await patient)]

    assert together(scenario, capacity=30)[0] == [["<half>"], ["<hurried>"], ["<patient>"]]


def test_what_nobody_waits_for_any_more_is_not_worked_on():
    async def scenario(batcher, gate):
        gone = batcher.submit("a", ["gone"], [7])
        patient = asyncio.ensure_future(batcher.submit_in_turn("a", ["patient"], [1]))
        gone.cancel()
        gate.may_go.set()
        found = await (await patient)
        return found, batcher.waiting

    (found, waiting), batches = together(scenario, capacity=10)
    assert (found, waiting, batches) == (["<patient>"], 0, [["patient"]])


def test_an_item_on_which_the_work_fails_harms_nobody_else():
    def picky(items):
        if "bad" in items:
            raise ValueError
        return [i.upper() for i in items]

    async def scenario(batcher):
        return await asyncio.gather(batcher.submit("a", ["x", "bad"], [1, 1]), batcher.submit("a", ["y"], [1]))

    ((first, failed), second), _ = together(scenario, work={"a": picky})
    assert (first, second) == ("X", ["Y"])
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ValueError)


def test_closing_finishes_what_was_accepted_and_takes_no_more():
    done = []

    async def main():
        batcher = Batcher({"a": lambda items: done.extend(items) or items}, capacity=10_000, workers=2)
        with pytest.raises(FullError):
            batcher.submit("a", ["too early"], [1])
        batcher.start()
        futures = [batcher.submit("a", [n], [1]) for n in range(200)]
        await asyncio.to_thread(batcher.close)
        with pytest.raises(FullError):
            batcher.submit("a", ["too late"], [1])
        return await asyncio.gather(*futures)

    assert asyncio.run(main()) == [[n] for n in range(200)]
    assert sorted(done) == list(range(200))


@pytest.mark.parametrize("workers", [1, 3])
def test_many_requests_at_once_all_get_their_own(workers):
    async def scenario(batcher):
        futures = [batcher.submit("a", [(n, i) for i in range(n % 5)], [1] * (n % 5)) for n in range(300)]
        return await asyncio.gather(*futures)

    found, _ = together(scenario, work={"a": lambda items: items}, workers=workers)
    assert found == [[(n, i) for i in range(n % 5)] for n in range(300)]


def test_workers_share_what_is_there_so_that_none_waits_for_another():
    async def main():
        gate = Gate()
        batcher = Batcher({"a": gate}, capacity=10_000, workers=2)
        future = batcher.start() or batcher.submit("a", list(range(20)), [1] * 20)
        for _ in range(2):
            await asyncio.to_thread(gate.began.acquire)
        gate.may_go.set()
        found = await future
        await asyncio.to_thread(batcher.close)
        return found, [len(b) for b in gate.batches]

    found, sizes = asyncio.run(main())
    assert found == [f"<{n}>" for n in range(20)]
    assert sizes == [10, 10]
