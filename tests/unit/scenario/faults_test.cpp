// The catalogue of faults: every name, what it stands for, and every example through the reader
// that a scenario uses.
#include "models/scenario/fault_catalog.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "models/scenario/read_effect.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/support.hpp"

using models::NamedFault;
using namespace scenario_test;

namespace {

/// The shop with a cache, a database and a queue, for examples to strike.
std::string shop_with(const std::string& fault) {
    auto text = replaced(kShop, "outage: {at: 1m, for: 1m, zone: eu-1, effect: down}", fault);
    text = replaced(
        text, "  payment:\n",
        "  store: {kind: cache, cache: {hitRatio: 90%}, endpoints: {get: [catalog]}}\n"
        "  orders: {kind: database, primary: eu-1, concurrency: 4, latency: 1ms, dns: {ttl: 9s}}\n"
        "  mail: {kind: queue, delivery: {consumers: 2}, endpoints: {send: [catalog]}}\n"
        "  payment:\n    dns: {ttl: 60s}\n    autoscale: {kind: hpa, min: 4, max: 12}\n"
        "    levels: {'off': {'off': true}}\n");
    text = replaced(text, "payment.charge]]", "payment.charge, orders]]");
    text = replaced(text, "policy: {timeout: 2s}", "policy: {timeout: 2s, pool: {connections: 9}}");
    return replaced(text, "before outage", "before example");
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : " + ") + text;
    return all;
}

std::map<std::string, std::string> table() {
    std::istringstream text(read_repository_file("tests/unit/scenario/faults.tsv"));
    std::map<std::string, std::string> rows;
    for (std::string row; std::getline(text, row);) {
        if (row.empty() || row[0] == '#') continue;
        const auto tab = row.find('\t');
        CHECK(rows.emplace(row.substr(0, tab), row.substr(tab + 1)).second);
    }
    return rows;
}

/// About the fault: the shop itself gets a note.
std::vector<std::string> messages_of(const std::string& effect) {
    const auto text = replaced(kShop, "outage: {at: 1m, for: 1m, zone: eu-1, effect: down}",
                               "outage: {at: 1m, for: 1m, " + effect + "}");
    return load(text)->brief();
}

}  // namespace

TEST_CASE("every name stands for what the table says") {
    auto rows = table();
    for (const NamedFault& fault : models::named_faults()) {
        CAPTURE(fault.name);
        const auto row = rows.find(fault.name);
        if (row == rows.end()) {
            FAIL_CHECK(fault.name << " is not in faults.tsv");
            continue;
        }
        const auto other = fault.instead.empty() ? "planned: " + fault.needs : "instead";
        CHECK(row->second ==
              (fault.effects.empty() ? other : joined(models::fault_effects(fault))));
        rows.erase(row);
    }
    CHECK(rows.empty());
}

TEST_CASE("every name says what it is, and its example is a valid fault") {
    std::set<std::string> names;
    std::set<std::string_view> families;
    for (const auto& family : models::fault_families()) families.insert(family.name);
    for (const NamedFault& fault : models::named_faults()) {
        CAPTURE(fault.name);
        CHECK(names.insert(fault.name).second);
        CHECK(families.contains(fault.family));
        CHECK_FALSE(fault.summary.empty());
        for (const auto& one : fault.parameters) CHECK_FALSE(one.summary.empty());
        if (!fault.usable()) continue;
        const auto loaded = load(shop_with(models::fault_example(fault)));
        CAPTURE(models::fault_example(fault));
        CHECK(loaded->messages().find("error") == std::string::npos);
        REQUIRE(loaded->scenario);
        const auto& spec = loaded->scenario->faults.at(0);
        CHECK(spec.effects.size() == models::fault_effects(fault).size());
        const auto model = models::build_model(*loaded->scenario, 0);
        REQUIRE(model.faults.size() == 1);
        CHECK(model.faults[0].also.size() + 1 == spec.effects.size());
        std::vector<bool> active(model.faults.size(), true);
        const auto struck = models::conditions_under(model.topology, model.faults, active);
        CHECK_FALSE(struck == models::Conditions::nominal(model.topology));
    }
}

// When a kind of effect comes, the names that wait for it are there, too.
TEST_CASE("no name waits for an effect that is there") {
    for (const NamedFault& fault : models::named_faults()) {
        CAPTURE(fault.name);
        for (const auto& form : models::effect_forms()) CHECK(fault.needs != form.kind);
    }
}

TEST_CASE("parameters go where they belong, in the units of the tool") {
    const auto fault_of = [](const std::string& text) {
        const auto loaded = load(shop_with("example: {at: 1m, for: 1m, " + text + "}"));
        INFO(loaded->messages());
        REQUIRE(loaded->scenario);
        return models::build_model(*loaded->scenario, 0).faults.at(0);
    };
    const auto toxic = fault_of(
        "call: {from: web, to: payment}, effect: {preset: toxiproxy.latency, latency: 100, "
        "jitter: 20ms, stream: upstream, toxicity: 0.3}");
    const auto& delay = std::get<models::DelayEffect>(toxic.effect);
    CHECK(delay.delay == sim::milliseconds(100));
    CHECK(delay.jitter == sim::milliseconds(20));
    CHECK(delay.direction == models::MessageDirection::request);
    CHECK(toxic.target.share == Approx(0.3));
    CHECK(toxic.target.sticky);
    const auto own = fault_of(
        "call: {from: web, to: payment}, share: 50%, effect: {preset: toxiproxy.latency, "
        "latency: 100, toxicity: 0.3}");
    CHECK(own.target.share == Approx(0.5));
    const auto loss = std::get<models::LossEffect>(
        fault_of("link: {from: eu-1, to: eu-2}, effect: {preset: netem.loss, percent: 7, "
                 "correlation: 25%}")
            .effect);
    CHECK(loss.probability == Approx(0.07));
    CHECK(loss.correlation == Approx(0.25));
    const auto bursts = std::get<models::LossEffect>(
        fault_of("link: {from: eu-1, to: eu-2}, effect: {preset: netem.gemodel, p: 1, r: 30}")
            .effect);
    CHECK(bursts.probability == Approx(0.01 / 0.31));
    CHECK(bursts.burst == Approx(1 / 0.3).epsilon(1e-4));
    const auto more = std::get<models::LossEffect>(
        fault_of("link: {from: eu-1, to: eu-2}, effect: {preset: link.corrupt, burst: 2}").effect);
    CHECK(more.burst == 2);
    CHECK(std::get<models::SlowEffect>(
              fault_of("service: payment, effect: {preset: instance.cpuBurn, load: 50%}").effect)
              .factor == Approx(2));
}

TEST_CASE("a zone that is isolated keeps what is inside it") {
    const auto loaded =
        load(shop_with("example: {at: 1m, for: 1m, zone: eu-1, effect: zone.isolated}"));
    REQUIRE(loaded->scenario);
    const auto model = models::build_model(*loaded->scenario, 0);
    const auto& traffic = model.faults.at(0).target.traffic;
    const auto& topology = model.topology;
    const auto lost = [&](std::uint32_t caller, models::InstanceId replica) {
        return std::any_of(traffic.begin(), traffic.end(), [&](const models::Traffic& one) {
            return one.has(caller, replica, models::EndpointId{0});
        });
    };
    const auto zone_of = [&](std::uint32_t i) {
        return topology[topology[models::InstanceId{i}].zone].name;
    };
    const auto count = static_cast<std::uint32_t>(topology.instances.size());
    for (std::uint32_t a = 0; a < count; ++a) {
        for (std::uint32_t b = 0; b < count; ++b) {
            const bool crosses = (zone_of(a) == "eu-1") != (zone_of(b) == "eu-1");
            CHECK(lost(a, models::InstanceId{b}) == crosses);
        }
        CHECK(lost(count, models::InstanceId{a}) == (zone_of(a) == "eu-1"));  // customers
    }
}

TEST_CASE("names, parameters and values are checked where they stand") {
    using Lines = std::vector<std::string>;
    const auto call = [](const std::string& effect) {
        return messages_of("call: {from: web, to: payment}, effect: " + effect);
    };
    const auto first = [](const Lines& lines) { return lines.empty() ? std::string() : lines[0]; };
    const auto hint = [](const Lines& lines) { return lines.size() < 2 ? "" : lines[1]; };
    CHECK(first(call("toxiproxy.latncy")).find("unknown fault `toxiproxy.latncy`") !=
          std::string::npos);
    CHECK(hint(call("toxiproxy.latncy")) == "hint: did you mean `toxiproxy.latency`?");
    CHECK(first(messages_of("service: payment, effect: retry.storm"))
              .find("`retry.storm` is no fault here") != std::string::npos);
    CHECK(first(messages_of("service: payment, effect: dns.down"))
              .find("callers of `payment` never have to ask for it") != std::string::npos);
    CHECK(first(call("toxiproxy.latency")).find("`toxiproxy.latency` needs `latency`") !=
          std::string::npos);
    CHECK(hint(call("{preset: toxiproxy.latency, latency: 5, jiter: 2}")).find("`jitter`") !=
          std::string::npos);
    CHECK(first(call("{preset: toxiproxy.timeout, stream: sideways}")).find("sideways") !=
          std::string::npos);
    CHECK(first(call("{preset: istio.delay, fixedDelay: 5, percentage: 10}")).find("5") !=
          std::string::npos);
    CHECK(first(call("{preset: nonsense}")).find("unknown fault `nonsense`") != std::string::npos);
    CHECK_FALSE(messages_of("group: shoppers, effect: instance.crash").empty());
    CHECK_FALSE(messages_of("service: payment, effect: load.surge").empty());
    CHECK_FALSE(messages_of("group: bots, effect: load.surge").empty());
    CHECK(messages_of("group: all, effect: load.surge").empty());
    CHECK_FALSE(messages_of("group: shoppers, effect: {mix: {refund: 100%}}").empty());
    CHECK_FALSE(messages_of("group: shopers, effect: load.surge").empty());
}
