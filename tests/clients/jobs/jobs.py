"""JOBS jobs at once, each HOLD seconds long; then "done", and the pool stays until standard input ends."""
import asyncio
import os
import sys
import threading

JOBS, HOLD = int(os.environ.get("JOBS", 0)), float(os.environ.get("HOLD", 0))

before_failing = []  # functions


def fail(error):
    for function in before_failing:
        function()
    print("failed:", " ".join(f"{type(error).__name__}: {error}".split()), flush=True)
    os._exit(1)


def threads(job):
    """job(seconds), in a thread each."""
    def run():
        try:
            job(HOLD)
        except Exception as error:  # whatever the client raises
            fail(error)
    running = [threading.Thread(target=run) for _ in range(JOBS)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    print("done", flush=True)
    sys.stdin.read()


def tasks(make_job):
    """make_job() is awaited, and returns job(seconds), a coroutine; all in one event loop."""
    async def run():
        job = await make_job()
        await asyncio.gather(*(job(HOLD) for _ in range(JOBS)))
        print("done", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        os._exit(0)
    try:
        asyncio.run(run())
    except Exception as error:  # whatever the client raises
        fail(error)
