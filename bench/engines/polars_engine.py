"""Polars behind the benchmarks' protocol: a request per line on stdin, a reply per line on stdout."""

import datetime
import decimal
import json
import resource
import sys
import time


def reset_peak():
    """Linux forgets its high-water mark on request; elsewhere it is the process's for ever."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def peak_bytes(is_own):
    if is_own:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cell(value):
    """Dates and the rest become text, as the other engines' cells do."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, datetime.datetime):
        text = value.isoformat(sep=" ")
        return text.removesuffix(" 00:00:00")
    if isinstance(value, list):
        return json.dumps([cell(item) for item in value])
    return str(value)


class Engine:
    def __init__(self):
        import polars

        self.polars = polars
        self.context = polars.SQLContext()

    def answer(self, request):
        kind = request["kind"]
        if kind == "open":
            return [], f"Polars {self.polars.__version__}"
        if kind == "load":
            self.load(request)
        elif kind == "run":
            frame = self.context.execute(request["sql"].strip().rstrip(";"), eager=True)
            return frame.rows(), ""
        return [], ""

    def load(self, request):
        file = request["file"]
        is_csv = file.endswith(".csv")
        if request["storage"] == "memory":
            frame = (self.polars.read_csv if is_csv else self.polars.read_parquet)(file)
        else:
            frame = (self.polars.scan_csv if is_csv else self.polars.scan_parquet)(file)
        self.context.register(request["table"], frame)


def main():
    engine = None
    for line in sys.stdin:
        request = json.loads(line)
        is_own = reset_peak()
        cpu_before, started_at = time.process_time(), time.perf_counter()
        rows, text, error = [], "", None
        try:
            engine = engine or Engine()
            rows, text = engine.answer(request)
        except BaseException as failure:  # Polars' panics are no Exceptions
            error = f"{type(failure).__name__}: {failure}"
        reply = {
            "wallMs": (time.perf_counter() - started_at) * 1000,
            "cpuMs": (time.process_time() - cpu_before) * 1000,
            "foreignMs": 0,
            "peakBytes": peak_bytes(is_own),
            "peakIsOwn": is_own,
            "rows": [[cell(value) for value in row] for row in rows],
            "text": text,
        }
        if error is not None:
            reply["error"] = error
        print(json.dumps(reply), flush=True)
        if request["kind"] == "close":
            return


main()
