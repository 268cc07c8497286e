"""Both models on the SimPy that is installed: one JSON line, as the C++ programs print it.

    simpy_program.py [--model mm8|retry] [--load 0.8] [--requests 100000] [--seed 1]
"""

import argparse
import hashlib
import json
import random
import time


def model_class():
    """Of SimPy 3 or later where it is installed, else of SimPy 2; and its version."""
    try:
        import simpy
        from simpy_new import Model
        return Model, simpy.__version__
    except ImportError:
        import SimPy
        from simpy_classic import Model
        return Model, SimPy.__version__


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="mm8", choices=["mm8", "retry"])
    parser.add_argument("--variant", default="")
    parser.add_argument("--load", type=float)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    load = told.load or (0.8 if told.model == "mm8" else 0.5)
    Model, version = model_class()
    start = time.process_time()
    model = Model(random.Random(told.seed), load, told.requests, told.model == "retry")
    model.run()
    seconds = time.process_time() - start
    sums = (told.requests, model.tries, model.ok, model.failed,
            (model.wait_sum + model.latency_sum).hex())
    mean = ({"mean_wait": model.wait_sum / told.requests} if told.model == "mm8" else
            {"mean_latency_ok": model.latency_sum / model.ok})
    print(json.dumps({
        "program": "simpy", "version": version, "model": told.model, "load": load,
        "requests": told.requests, "seed": told.seed, "loop_cpu_s": seconds, "events": 0, **mean,
        "tries_per_request": model.tries / told.requests, "failed": model.failed,
        "hash": hashlib.sha256(repr(sums).encode()).hexdigest()[:16]}), flush=True)


if __name__ == "__main__":
    main()
