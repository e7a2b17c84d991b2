"""Worker processes on this machine: a pool that survives dead, stuck and swollen workers.

The deadline is on progress, not on an item's total time: each running item has a seat on a small shared board where
its worker counts rows and bytes; an item whose seat has not moved for ``stall_seconds`` costs its worker. Workers end
with their parent, ignore Ctrl-C (the parent decides) and print nothing.
"""

import contextlib
import ctypes
import itertools
import multiprocessing
import os
import resource
import signal
import struct
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from mmap import mmap
from multiprocessing import forkserver
from multiprocessing.context import BaseContext, ForkServerProcess, SpawnProcess
from pathlib import Path
from typing import Any, TypeVar

import psutil

from auditor.engine import Beat, Lost

T = TypeVar("T")
R = TypeVar("R")

_SEAT = struct.Struct("qqqq")  # pid, rows, bytes, beats
_POLL = 0.1
_RETRIES = 1  # a worker that dies is tried once more: it may have been killed from outside


class Board:
    """A shared file of seats: who works on an item and how far it is."""

    def __init__(self, path: str, seats: int = 0) -> None:
        self.path = path
        if seats:
            Path(path).write_bytes(bytes(_SEAT.size * seats))
        with Path(path).open("r+b") as file:
            self._map = mmap(file.fileno(), 0)

    def read(self, seat: int) -> tuple[int, int, int, int]:
        """Process id, rows, bytes and beats of a seat."""
        return _SEAT.unpack_from(self._map, seat * _SEAT.size)

    def write(self, seat: int, pid: int, rows: int, size: int, beats: int) -> None:
        """Set a seat."""
        _SEAT.pack_into(self._map, seat * _SEAT.size, pid, rows, size, beats)


@dataclass
class _Task:
    item: Any
    seat: int
    tries: int = 0
    moved: float = field(default_factory=time.monotonic)
    seen: tuple[int, int, int, int] = (0, 0, 0, 0)
    killed: str = ""


@dataclass
class Local:
    """Pool of worker processes.

    ``memory_mb`` bounds the resident set of each worker, ``stall_seconds`` the time without progress; ``preload`` and
    ``tells`` are those of :func:`warm`. ``progress`` is called about ten times a second with the rows and bytes of the
    running items.
    """

    stall_seconds: float = 120.0
    memory_mb: int = 2048
    preload: tuple[str, ...] = ()
    tells: str = ""
    progress: Callable[[int, int], None] = lambda _rows, _bytes: None

    def map(self, function: Callable[[T, Beat], R], items: Iterable[T], slots: int) -> Iterator[tuple[T, R | Lost]]:
        """Yield ``(item, result or Lost)`` as they finish; closing the iterator stops the workers."""
        from pebble import ProcessPool

        with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
            board = Board(str(Path(folder) / "board"), seats=slots)
            pool: Any = ProcessPool(
                max_workers=slots,
                initializer=_enter_worker,
                initargs=(os.getpid(), self.memory_mb),
                context=_context(self.preload, self.tells),
            )
            try:
                yield from _Round(self, pool, board, function).run(iter(items), slots)
                pool.close()
            except BaseException:
                pool.stop()
                raise
            finally:
                pool.join()


class _Round:
    """One call of ``map``: keeps every slot busy and watches those at work."""

    def __init__(self, engine: Local, pool: Any, board: Board, function: Callable[..., Any]) -> None:
        self.engine, self.pool, self.board, self.function = engine, pool, board, function
        self.running: dict[Any, _Task] = {}

    def run(self, items: Iterator[Any], slots: int) -> Iterator[tuple[Any, Any]]:
        free = list(range(slots))
        while True:
            while free and (item := next(items, _END)) is not _END:
                self.start(_Task(item, free.pop()))
            if not self.running:
                return
            for future in wait(self.running, timeout=_POLL, return_when=FIRST_COMPLETED).done:
                task = self.running.pop(future)
                outcome = _outcome(future, task)
                if isinstance(outcome, Lost) and outcome.reason == "decoder_crash" and task.tries < _RETRIES:
                    self.start(_Task(task.item, task.seat, task.tries + 1))
                    continue
                free.append(task.seat)
                yield task.item, outcome
            self.watch()

    def start(self, task: _Task) -> None:
        self.board.write(task.seat, 0, 0, 0, 0)
        future = self.pool.schedule(_work, args=(self.function, task.item, self.board.path, task.seat))
        self.running[future] = task

    def watch(self) -> None:
        now, rows, size = time.monotonic(), 0, 0
        for future, task in self.running.items():
            seen = self.board.read(task.seat)
            rows, size = rows + seen[1], size + seen[2]
            if seen != task.seen:
                task.seen, task.moved = seen, now
            if not task.killed and (fault := self.fault(task, now)):
                task.killed = fault
                future.cancel()
        self.engine.progress(rows, size)

    def fault(self, task: _Task, now: float) -> str:
        if now - task.moved > self.engine.stall_seconds:
            return "deadline"
        try:
            resident = psutil.Process(task.seen[0]).memory_info().rss if task.seen[0] else 0
        except psutil.Error:
            return ""
        return "memory_cap" if resident > self.engine.memory_mb << 20 else ""


_END = object()


def _outcome(future: Any, task: _Task) -> Any:
    from pebble import ProcessExpired

    if task.killed:
        return Lost(task.killed)
    try:
        return future.result(timeout=0)
    except ProcessExpired:
        return Lost("decoder_crash")
    except MemoryError:
        return Lost("memory_cap")
    except Exception as error:  # noqa: BLE001 -- a fault of the function is an outcome, its text may hold data
        return Lost("internal_error", _where(error))


def _where(error: BaseException) -> str:
    """Type of an exception and the place it came from; never its message, which may quote the data."""
    remote = getattr(error, "traceback", None)
    places = [line.strip() for line in str(remote or "").splitlines() if line.strip().startswith("File ")]
    frames = traceback.extract_tb(error.__traceback__)
    place = places[-1] if places else f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"


_TOLD = "AUDITOR_TOLD"
_MOST_TOLD = 100_000  # the system bounds what can be told to a process that starts


def warm(preload: tuple[str, ...], tells: str = "") -> None:
    """Start the server that forks workers, unless it is there; it imports ``preload`` beside what the caller does next.

    The modules can ask what the caller ``tells``, with :func:`told`.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        multiprocessing.get_context("forkserver").set_forkserver_preload(["pebble", __name__, *preload])
        with _quiet(), _telling(tells):
            forkserver.ensure_running()


def told() -> str:
    """In the server: what the caller tells; empty where that is nothing or too much to be told."""
    return os.environ.get(_TOLD, "")


@contextlib.contextmanager
def _telling(tells: str) -> Iterator[None]:
    """A process that starts meanwhile is told so."""
    if len(os.fsencode(tells)) <= _MOST_TOLD and "\0" not in tells:
        os.environ[_TOLD] = tells
    try:
        yield
    finally:
        os.environ.pop(_TOLD, None)


def _context(preload: tuple[str, ...], tells: str) -> BaseContext:
    """Fork server where there is one; workers never import the caller's main module."""
    warm(preload, tells)
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return _Mainless(multiprocessing.get_context(method))  # type: ignore[return-value]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Start the server of workers without standard streams: a worker that starts while its pool ends would complain."""
    kept, null = [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    try:
        for stream in (1, 2):
            os.dup2(null, stream)
        yield
    finally:
        for stream, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, stream)
        for descriptor in (*kept, null):
            os.close(descriptor)


class _Mainless:
    """A multiprocessing context whose children leave the caller's main module alone.

    A script that calls ``auditor.audit()`` at its top level would otherwise be run again in every worker.
    """

    def __init__(self, context: BaseContext) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def Process(self, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        kind: Any = _Forked if self._context.get_start_method() == "forkserver" else _Spawned
        return kind(*args, **kwargs)


class _Forked(ForkServerProcess):
    def start(self) -> None:
        with _hidden_main():
            super().start()


class _Spawned(SpawnProcess):
    def start(self) -> None:
        with _hidden_main():
            super().start()


_main_lock = threading.Lock()


class _hidden_main:  # noqa: N801 -- reads as a statement
    """Hide where the main module came from while a child is being started."""

    def __enter__(self) -> None:
        _main_lock.acquire()
        main = sys.modules["__main__"]
        self.kept = {name: getattr(main, name, None) for name in ("__spec__", "__file__")}
        for name in self.kept:
            setattr(main, name, None)

    def __exit__(self, *_: object) -> None:
        main = sys.modules["__main__"]
        for name, value in self.kept.items():
            if value is None and name == "__file__":
                delattr(main, name)
            else:
                setattr(main, name, value)
        _main_lock.release()


def _enter_worker(parent: int, memory_mb: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.umask(0o077)
    _silence()
    _die_with(parent)
    _bound_memory(memory_mb)


def _silence() -> None:
    """Decoders write to the standard streams what they like, data included."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)


def _die_with(parent: int) -> None:
    """End this process when the audit is gone: by the kernel where it can, by looking once a second anywhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

    def look() -> None:
        while psutil.pid_exists(parent):
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


def _bound_memory(memory_mb: int) -> None:
    """Bound the address space as well, so that one huge allocation fails instead of filling the machine."""
    if sys.platform != "linux":
        return
    base = psutil.Process().memory_info().vms
    bound = base + (memory_mb << 20) + (1 << 30)
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))


_boards: dict[str, Board] = {}


def _work(function: Callable[[Any, Beat], Any], item: Any, board: str, seat: int) -> Any:
    if board not in _boards:
        _boards.clear()
        _boards[board] = Board(board)
    pid, beats = os.getpid(), itertools.count(1)

    def beat(rows: int, size: int) -> None:
        _boards[board].write(seat, pid, rows, size, next(beats))

    beat(0, 0)
    return function(item, beat)
