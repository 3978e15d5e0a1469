"""A limit to the time that a learner's code may take."""

import contextlib
import ctypes
import signal
import threading


class OutOfTime(BaseException):
    """Not an Exception, so that a learner's `except Exception` cannot swallow it."""


@contextlib.contextmanager
def time_limit(seconds: float | None):
    """Raise OutOfTime in the running thread after `seconds`, and again, should it be swallowed.

    None is no limit: for oracles, which import PyTorch and must not be stopped while they do.
    """
    if seconds is None:
        yield
        return
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():

        def ring(*_):
            raise OutOfTime

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        return
    # Windows has no such timer: another thread asks the interpreter to raise in this one.
    done, me = threading.Event(), threading.get_ident()

    def watch():
        wait = seconds
        while not done.wait(wait):
            wait = 0.2
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(me), ctypes.py_object(OutOfTime)
            )

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()
