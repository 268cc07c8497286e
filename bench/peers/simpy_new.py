"""Both models on SimPy 3 or 4, as its documentation shows: a process per customer (and per try)."""

import simpy


class Model:
    def __init__(self, draws, load, requests, retries):
        self.draws, self.requests, self.retries = draws, requests, retries
        self.rate = 8 * load
        self.environment = simpy.Environment()
        self.slots = simpy.Resource(self.environment, capacity=8)
        self.wait_sum = self.latency_sum = 0.0
        self.tries = self.ok = self.failed = 0

    def run(self):
        self.environment.process(self.source())
        self.environment.run()

    def source(self):
        customer = self.insist if self.retries else self.wait
        for _ in range(self.requests):
            yield self.environment.timeout(self.draws.expovariate(self.rate))
            self.environment.process(customer())

    def wait(self):
        since = self.environment.now
        with self.slots.request() as slot:
            yield slot
            self.wait_sum += self.environment.now - since
            yield self.environment.timeout(self.draws.expovariate(1.0))
        self.tries += 1
        self.ok += 1

    def work(self, reply):
        with self.slots.request() as slot:
            yield slot
            yield self.environment.timeout(self.draws.expovariate(1.0))
        reply.succeed()

    def insist(self):
        since = self.environment.now
        for number in range(3):
            self.tries += 1
            reply = self.environment.event()
            self.environment.process(self.work(reply))
            yield reply | self.environment.timeout(5.0)
            if reply.triggered:
                self.ok += 1
                self.latency_sum += self.environment.now - since
                return
            if number < 2:
                yield self.environment.timeout(self.draws.uniform(0, 2**number))
        self.failed += 1
