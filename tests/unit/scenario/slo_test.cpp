// The grammar of objectives.
#include "models/scenario/slo.hpp"

#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using namespace scenario_test;
using models::SliceKind;
using models::Slo;
using models::SloMetric;
using models::SloOp;

namespace {

std::string shop_with(const std::string& objective) {
    return replaced(kShop, "checkout.success >= 99% before outage", objective);
}

Slo slo_of(const std::string& objective) {
    const auto loaded = load(shop_with(objective));
    INFO(loaded->messages());
    REQUIRE(loaded->scenario);
    REQUIRE(loaded->scenario->slos.size() == 1);
    return loaded->scenario->slos[0];
}

std::vector<std::string> complaints(const std::string& objective) {
    const auto loaded = load(shop_with(objective));
    CHECK_FALSE(loaded->scenario);
    return loaded->brief();
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("an objective has a subject, a metric, a limit and perhaps a phase") {
    const auto slo = slo_of("checkout.success >= 99.5% before outage");
    CHECK(slo.journey == "checkout");
    CHECK_FALSE(slo.group);
    CHECK(slo.metric == SloMetric::success);
    CHECK(slo.op == SloOp::at_least);
    CHECK(slo.limit == Approx(0.995));
    CHECK(slo.slice == SliceKind::before);
    CHECK(slo.slice_index == 1);
    CHECK(slo.text == "checkout.success >= 99.5% before outage");
    CHECK(slo.in_share == 0.9);
}

TEST_CASE("subjects are journeys, journeys of a group, services or everything") {
    const auto grouped = slo_of("shoppers/checkout.p99<1.2s during outage");
    CHECK(grouped.group == "shoppers");
    CHECK(grouped.journey == "checkout");
    CHECK(grouped.op == SloOp::below);
    CHECK(grouped.limit == Approx(1.2));
    CHECK(grouped.slice == SliceKind::during);
    const auto service = slo_of("service.payment.utilisation <= 80%");
    CHECK(service.service == "payment");
    CHECK_FALSE(service.journey);
    CHECK(service.limit == Approx(0.8));
    const auto everything = slo_of("success > 99%");
    CHECK_FALSE(everything.journey);
    CHECK(everything.op == SloOp::above);
    CHECK(everything.slice == SliceKind::all);
}

TEST_CASE("every metric has its unit") {
    CHECK(slo_of("goodput >= 10/s").limit == Approx(10));
    CHECK(slo_of("tries <= 1.5").limit == Approx(1.5));
    CHECK(slo_of("tries <= 1.5x").limit == Approx(1.5));
    CHECK(slo_of("duplicates <= 3").limit == Approx(3));
    CHECK(slo_of("service.payment.amplification <= 2x").limit == Approx(2));
    CHECK(slo_of("mean <= 80ms").limit == Approx(0.08));
}

TEST_CASE("recovery is of a fault, not in a phase") {
    CHECK(slo_of("recovery <= 30s").fault.empty());
    const auto named = slo_of("recovery <= 30s after outage");
    CHECK(named.slice == SliceKind::all);
    CHECK(named.fault == "outage");
    CHECK(complaints("recovery <= 30s during outage") ==
          Lines{"28:10: error: recovery is counted from the end of a fault",
                "hint: write `recovery <= 30s after outage`"});
}

TEST_CASE("after may skip the start") {
    const auto slo = slo_of("checkout.success >= 99% after outage + 60s");
    CHECK(slo.delay == sim::whole_seconds(60));
    CHECK(slo.slice_index == 5);
    CHECK(complaints("checkout.success >= 99% after outage + 4m") ==
          Lines{"28:10: error: no time is left 4m after `outage`",
                "hint: the fault ends at 2m; the next one, or the end of the run, is at 5m"});
    CHECK(
        complaints("checkout.success >= 99% before outage + 4m") ==
        Lines{"28:48: error: unexpected `+`", "hint: only `after` may go on: `after NAME + 60s`"});
}

TEST_CASE("the share of runs is written beside the objective") {
    const auto slo = slo_of("{objective: success >= 99%, in: 75%}");
    CHECK(slo.in_share == 0.75);
    CHECK(slo.text == "success >= 99%");
}

TEST_CASE("objectives are explained at the word that is wrong") {
    CHECK(complaints("checkout.success = 99%") ==
          Lines{"28:27: error: expected `>=`, `<=`, `>` or `<`, found `=`",
                "hint: write `checkout.success >= 99.5%`, and perhaps `before`, `during` or "
                "`after` and a fault"});
    CHECK(complaints("checkout.success >= 99% while outage") ==
          Lines{"28:34: error: expected `before`, `during` or `after`, found `while`",
                "hint: write `checkout.success >= 99.5%`, and perhaps `before`, `during` or "
                "`after` and a fault"});
    CHECK(complaints("bots/checkout.success >= 99%") ==
          Lines{"28:15: error: `bots` never ask for `checkout`",
                "hint: judge a journey of their mix"});
    CHECK(complaints("robots/checkout.success >= 99%") ==
          Lines{"28:10: error: unknown customer group `robots`", "hint: did you mean `bots`?"});
    CHECK(complaints("service.payments.wasted <= 9%") ==
          Lines{"28:18: error: unknown service `payments`", "hint: did you mean `payment`?"});
    CHECK(complaints("service.payment.success >= 9%") ==
          Lines{"28:10: error: `success` is measured of customers, not of a service",
                "hint: of a service: utilisation, amplification, wasted, mean, p50, p90, p95, p99, "
                "p999"});
    CHECK(complaints("service.payment.p99 <= 90ms during outage") ==
          Lines{"28:10: error: `p99` of a service is measured over the whole run",
                "hint: remove `during outage`, or judge a journey"});
    CHECK(complaints("refund.success >= 9%") ==
          Lines{"28:10: error: unknown journey `refund`", "hint: known: browse, checkout"});
}
