"""Both models on SimPy 2, which Debian 12 has: a Process per customer (and per try). A customer
sleeps until the timeout and is interrupted by the reply, the cheapest way that it offers."""

from SimPy.Simulation import Process, Resource, Simulation, hold, release, request


class Source(Process):
    def run(self, model):
        customer = Insistent if model.retries else Waiting
        for _ in range(model.requests):
            yield hold, self, model.draws.expovariate(model.rate)
            one = customer(sim=model.simulation)
            model.simulation.activate(one, one.run(model))


class Waiting(Process):
    def run(self, model):
        since = self.sim.now()
        yield request, self, model.slots
        model.wait_sum += self.sim.now() - since
        yield hold, self, model.draws.expovariate(1.0)
        yield release, self, model.slots
        model.tries += 1
        model.ok += 1


class Try(Process):
    def run(self, model, customer, number):
        yield request, self, model.slots
        yield hold, self, model.draws.expovariate(1.0)
        yield release, self, model.slots
        if customer.waits_for == number:
            self.interrupt(customer)


class Insistent(Process):
    waits_for = None

    def run(self, model):
        since = self.sim.now()
        for number in range(3):
            model.tries += 1
            self.waits_for = number
            attempt = Try(sim=model.simulation)
            model.simulation.activate(attempt, attempt.run(model, self, number))
            yield hold, self, 5.0
            self.waits_for = None
            if self.interrupted():
                self.interruptReset()
                model.ok += 1
                model.latency_sum += self.sim.now() - since
                return
            if number < 2:
                yield hold, self, model.draws.uniform(0, 2**number)
        model.failed += 1


class Model:
    def __init__(self, draws, load, requests, retries):
        self.draws, self.requests, self.retries = draws, requests, retries
        self.rate = 8 * load
        self.simulation = Simulation()
        self.simulation.initialize()
        self.slots = Resource(capacity=8, sim=self.simulation)
        self.wait_sum = self.latency_sum = 0.0
        self.tries = self.ok = self.failed = 0

    def run(self):
        source = Source(sim=self.simulation)
        self.simulation.activate(source, source.run(self))
        self.simulation.simulate(until=1e30)
