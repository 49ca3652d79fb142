"""The worker that follows a source: a thread that lands when it is woken, and at an interval."""

import gc
import threading
from collections.abc import Callable

import structlog

from etl import runlog
from etl.runner import LANDING_ERRORS, Runner

log = structlog.get_logger("etl")
LONGEST_PAUSE = 60.0


class Worker:
    """Follows one source. `interval`: seconds between runs when nothing wakes it; `on_landed` is called after each
    landing."""

    def __init__(self, runner: Runner, interval: float, on_landed: Callable[[], None] = lambda: None) -> None:
        self._runner = runner
        self._interval = interval
        self._on_landed = on_landed
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start following; a second start while running does nothing."""
        if self._thread is None or not self._thread.is_alive():
            self._stopping.clear()
            self.settle()
            self._thread = threading.Thread(target=self._follow, name="etl-worker", daemon=True)
            self._thread.start()

    @staticmethod
    def settle() -> None:
        """Take what is imported by now out of garbage collection: it stays anyway, and a full collection over it costs
        a fifth of a landing."""
        gc.collect()
        gc.freeze()

    def wake(self) -> None:
        """Land now: something was written."""
        self._woken.set()

    def stop(self) -> None:
        """Finish the landing under way and end the thread."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _follow(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                report = self._runner.run()
                if report.jobs:
                    self._on_landed()
                else:
                    self._runner.warehouse.fold_log()
            except LANDING_ERRORS as error:
                failures += 1
                pause = min(self._interval * 2 ** min(failures, 10), LONGEST_PAUSE)
                log.error("landing failed", error=runlog.said(error), failures=failures, retry_seconds=pause)
                self._stopping.wait(pause)
                continue
            failures = 0
            if report.jobs:
                log.info("landed", mode=report.mode, rows=report.landed, quarantined=report.quarantined)
            self._woken.wait(self._interval)
            self._woken.clear()
