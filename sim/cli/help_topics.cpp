#include "sim/cli/help_topics.hpp"

#include <array>

namespace sim::cli {

namespace {

constexpr std::array<Topic, 10> kTopics = {{
    {"scenario", "the sections of a scenario file",
     R"(A scenario is one YAML file. `version: 1` is required; numbers carry their units
(250ms, 99.9%, 1200/s, 5x); a value written with ~ is a guess: used as given, reported as one.

  regions      names of regions, each with its zones
  network      one-way delays: sameZone, crossZone, crossRegion, between
  defaults     settings of every service that does not say otherwise
  services     replicas, concurrency, queue, latency, errors, endpoints and their calls
  workload     groups of customers: from, rate or users, mix of journeys, patience
  policy       timeout, perTryTimeout, retries, retryOn, backoff, retryBudget of calls
  policyFor    the same for one callee, or for caller->callee
  strategies   named sets of settings, laid over policy: what is compared
  faults       what breaks: at and for (or every, mtbf, cron, monkey), a target and an effect
  actions      what operators do: at a time, or when a metric crosses a line
  slos         what must hold: checkout.success >= 99.5% before eu-1-outage
  experiment   duration, warmup, baseline, seed, replications, confidence, decideBy
  sweep        values by path, for firedrill sweep: firedrill help sweeps

firedrill init writes one to start from; firedrill help schema has every key.
)"},
    {"slos", "how an SLO is written and judged",
     R"(  NAME: SUBJECT.METRIC OP VALUE [before|during|after FAULT [+ DURATION]]

The subject is a journey, group/journey, service.NAME, or nothing for all journeys of a group.
The worst group decides. success counts ok and degraded requests over all that were offered;
pNN is over all requests, a failure counting as infinitely late, so `p99 <= 1200ms` means that
99 % of all requests succeed within 1200 ms. recovery counts from the end of the fault, against
the same run without the fault.

met       the whole interval lies on the good side, and 90 % of the runs meet it
missed    the whole interval lies on the bad side, or too few runs meet it for sure
?         neither: more runs may tell (--runs)
)"},
    {"strategies", "how strategies are compared",
     R"(Every strategy meets the same customers with the same luck: each random draw has a key of its
own, so what a strategy does not touch is exactly the same. Differences are paired, replication
by replication, with Holm's correction over all pairs. experiment.decideBy lists the rules: first
SLOs met, then the worst group's value of the first SLO. A difference below the difference that
matters (0.1 point, 5 %, 10 s) is a tie, however sure it is.
)"},
    {"sweeps", "values, conditions and samples of a sweep",
     R"(In the file `sweep: {PATH: VALUES}`, on the command line --sweep 'PATH=VALUES'. A path is any that
--set takes. All combinations of the values are run, the last path changing fastest.

  [10, 20, 40]           a list; on the command line also 10,20,40
  100ms..1s step 100ms   from one end to the other in steps
  1..9 points 5          so many values with equal distances
  10ms..1s log 5         so many values with equal ratios: 10ms, 31.6ms, 100ms, 316ms, 1s
  10ms..1s               drawn; also `10ms..1s log`. `samples: 100` (--samples 100) says how many,
                         `method: sobol` (--method sobol) how, instead of a Latin hypercube

Paths that move together stand in one key: `policy.timeout, policy.perTryTimeout: [[1s, 300ms],
[2s, 600ms]]`. A single value instead of a row is that of all of them.

`where` (--where) leaves points out: comparisons of paths and values with units, + - * /, brackets,
and, or, not. `-` and `/` stand between spaces. A path that is not swept has the file's value.

  policy.perTryTimeout * (policy.retries + 1) <= policy.timeout
  workload.users.rate * policy.timeout < services.web.concurrency or policy.retries == 0

--dry-run shows the points and what they take; some of them it tries out for two seconds in all
(--no-trial: none). --limit points=N raises the limit of 100 000.

Past one machine: --shard 3/16 runs a part into a file beside -o study.db, --shards 16 the part of
an array job's task (Slurm, Kubernetes, AWS Batch, Grid Engine, PBS, LSF, mpirun); `firedrill merge
study.db` puts them together, the same bytes as in one piece, or says which are missing. --slurm
submits all of that.
)"},
    {"maps", "the stability map: healthy, metastable, overloaded",
     R"(firedrill map FILE --x 'PATH=VALUES' --y 'PATH=VALUES' asks of every cell of a grid what becomes
of the system after its last fault that ends (faults that come again and again have no end). Each
cell has a few runs with the faults (--runs, 3) and their twins without, on the same luck.

overloaded   not well without the fault. By demand: the traffic equations give some service that
             does not scale more work than it has slots, before any retry. By backlog: what waits
             and is worked on grows through the second half of the window, by five standard errors
             and by half of its mean. By goodput: less than 90 % of what comes in the second half
             succeeds.
healthy      well without the fault, and recovered after it, as an SLO `recovery` is judged. The
             time is the median over the runs, with the shortest and the longest.
metastable   well without the fault, not recovered after it, and not on its way: in the second
             half of the time after the fault neither the backlog nor the share of failures, both
             beyond the twin's, falls by three standard errors fast enough to be gone in the
             longest window.
undecided    still on its way, or well for too short a time to be called recovered. Then the run
             is repeated in a window twice as long, on the same draws, so that its beginning is
             the same; up to --extend (8) times the length, and then it stays undecided.
mixed        the runs of the cell disagree: near a boundary luck decides, so the share counts.

A path may have `*` for every name: workload.*.rate is the rate of every group that has one.
Where a strategy says a value itself, vary it there: strategies.naive.retries, not policy.retries.
-o map.svg, map.html, map.md, map.json, map.csv; -o map.db keeps what is done, and the same command
goes on there.
)"},
    {"searches", "how the highest load and other boundaries are found",
     R"(firedrill search max-load FILE looks for the highest factor on the rates of all groups at which
every SLO that counts (--slo, all) is met. It begins with today's load, doubles or halves until it
has one that is met and one that is missed, and halves the ratio between them down to --tolerance
(1%). firedrill search boundary FILE --x PATH=FROM..TO (or FROM..TO log) does so between the two
ends, in whichever direction the verdict flips.

Each place gets 3, 10, 20, 40, 80, 160, 200 runs (at most --runs), until its verdict is certain: met
from 10 runs on, when every SLO is, and missed when any is, as firedrill run says it. The chance that
anything that is called certain is wrong is shared by all places that may be asked, and by the
looks at each: so the answer, from the place that is certainly met to that which is certainly
missed, holds the threshold with the scenario's confidence, where there is one threshold. A place
that stays inconclusive is narrowed from both sides.

What an SLO asks of single runs (`in: 90%`) counts at every place as it does in `run`: where the
runs are short and the value is near its limit it binds before the value does. The confidence is
that of values; of a collapse that one run in twenty has, ten runs know little.

-o study.db keeps all runs; the same command goes on there, and a sweep finds them.
)"},
    {"method", "how every number of a report is computed",
     R"(Runs. Each strategy is simulated in `replications` independent runs, each with its own luck, and
each run with faults has a twin without them. What happens during the warm-up is not counted; a
request belongs to the second in which it arrived, and the drain lets it end. A run of more than two
hours is recorded in longer windows than seconds (`experiment.windows`), which the report then says:
recovery and other times of faults are known to a window.

Warm-up. `warmup: auto` looks for its end in 5 runs of every strategy of their own luck, without
faults and with nothing cut: by MSER-5, once, on the average over the runs of each journey's latency
and of the requests at each service; the longest cut counts that moves a mean by more than a fifth
of the difference that matters. Without a steady state 1m is used.

Values. Times are measured from the intended arrival of a request, queues included. Percentiles
are over all requests, a failure counting as infinitely late; they are read from a histogram with
bins of 0.8 %. Below 10 / (1 - p) requests a percentile is not estimable, and says so.

Intervals. Means, ratios and percentiles have Student's t over the runs, never over requests,
which are not independent; shares of runs have Clopper and Pearson's exact interval; durations
that may not end within the run have the median with its order-statistic interval. One run has
no interval. Two worlds (some runs collapse, others do not) are reported as such.

Warnings. A queue is called unstable when it grows in the second half of the runs without faults,
and not settled when the first tenth differs from it: both at 1e-3 over the runs. A tail is called
heavy when Hill's estimate is below 2 for the slowest 1 %, 0.5 % and 0.25 %. What never happened in
n requests has the exact upper bound 1 - 0.05^(1/n).

Verdicts. An SLO is met when the whole interval lies on the good side and 90 % of the runs meet
it. Strategies are compared run by run on the same luck, with Holm's correction over all pairs;
a difference below the one that matters is a tie.

Why. Under the baseline what strikes is run again in parts, on the same draws and against the same
twins, in the first 3 runs (--no-why: not): each fault of several; of an outage each database whose
primary it strikes, the lost capacity (known at once to everybody) and the time until checks notice
(interval x failAfter + timeout); else each effect, service, direction or group. A part suffices
when by itself it loses 80 % of what the whole loses and misses every SLO that the whole misses. The
smallest of them strikes the fewest replicas, then for the shortest time. What would have helped is
the strategy with the fewest differing settings that meets what the baseline misses.

Checks. Every run checks that no request is lost (arrived = ended + in flight), Little's law and
the utilisation law at every station, that no more slots are busy than there are, and that
conditions are nominal when no fault is active. A violation is a bug: exit code 4.
firedrill validate runs systems whose exact numbers are known; tests/fidelity/RESULTS.md keeps
the page of this version.
)"},
    {"exit-codes", "what the exit code says",
     R"(  0    all SLOs are met, or there is nothing to judge
  1    the baseline misses an SLO, or what --require names; check: a finding; validate: a case
       that fails
  2    wrong usage or an invalid scenario
  3    inconclusive: more runs are needed, or a limit ended a run
  4    a bug of firedrill; the message has the command that repeats it
  5    an output cannot be written
  130  interrupted: what was known is printed, with the command that finishes it
)"},
    {"output", "formats and files",
     R"(Results go to standard output, progress and hints to standard error. --format json (or --json)
prints every number with its interval; -o result.json also writes it to a file, whole or not at
all. JSON holds no clock, host or number of jobs: the same input gives the same bytes.
An estimate is {"value", "low", "high"}; times are in seconds, ratios from 0 to 1; null means
that it is not estimable, or infinite when "infinite" says so.
)"},
    {"random", "seeds, runs, and what repeats",
     R"(Every draw is keyed by (seed, replication, name of the entity, purpose, request, attempt). The
same scenario, seed and engine version give the same bytes with any --jobs. --seed changes all
luck at once; --runs adds replications and keeps the ones before.
)"},
}};

}  // namespace

std::span<const Topic> topics() { return kTopics; }

}  // namespace sim::cli
