// Who learns what of a name, and when, to the nanosecond.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::DnsEffect;
using models::NameAnswer;
using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// One customer asks `front` 100 ms after the start and after each answer; front asks `back`, which
/// it has to look up: 3 ms, ttl 1 s, negative ttl 400 ms. Nothing else takes any time.
struct Named {
    TestSystem system{1, {}};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8);
    models::EndpointId back = system.add_service("back", milliseconds(0), 8);
    std::uint32_t edge = 0;

    explicit Named(std::uint32_t users = 1) {
        const auto spec = system.call(front, back);
        edge = spec.edge;
        system.add_step(front, {spec});
        system.model.services[1].dns = models::DnsPolicy{whole_seconds(1), milliseconds(400),
                                                         milliseconds(3), milliseconds(100), 3};
        system.add_users("people", front, users, milliseconds(100));
        system.model.duration = whole_seconds(5);
        system.model.drain = whole_seconds(2);
    }
    models::DnsPolicy& dns() { return *system.model.services[1].dns; }
    models::CallPolicy& policy() {
        return system.model.policies[system.model.endpoints[0].steps[0].calls[0].policy];
    }
    void strike(const DnsEffect& effect, sim::Duration at, sim::Duration length) {
        models::FaultTarget target;
        target.traffic = {models::traffic_between(system.model.topology, models::ServiceId{0},
                                                  models::ServiceId{1})};
        system.add_fault(effect, target, at, length);
    }
    /// When front's first answer is too old.
    static sim::Duration first_age() {
        const sim::RngStream stream(42, 0, "front/z0/0", "names");
        sim::KeyedRng rng(stream, 0, sim::hash_text("back"));
        return sim::from_seconds(rng.unit());
    }
    /// The first of the customer's instants 0.1, 0.2 ... at which front has to ask.
    static std::int64_t first_asked_ms() {
        const auto age = first_age().ns;
        const auto turns = (age + 99'999'999) / 100'000'000;
        return std::max<std::int64_t>(turns, 1) * 100;
    }
    /// How long front waited in all.
    static double waited(const models::RunResult& result) { return result.services[0].busy_s; }
};

DnsEffect answering(NameAnswer answer) {
    DnsEffect effect;
    effect.answer = answer;
    return effect;
}

}  // namespace

TEST_CASE("a name that resolves costs one lookup for each ttl") {
    Named named;
    const auto result = named.system.run();
    // Asked at first_asked and 1 s after each answer: the requests are then 3 ms later.
    const auto first = Named::first_asked_ms();
    std::int64_t lookups = 0;
    for (std::int64_t at = first; at < 5'000; at += 1'103) ++lookups;
    CHECK(Named::waited(result) == Approx(0.003 * static_cast<double>(lookups)).margin(1e-9));
    CHECK(tries_ended(result, named.edge, Outcome::dns) == 0);
    CHECK(count(result, Outcome::ok) > 40);
}

TEST_CASE("an answer lasts; then the failure is known after the lookup, and kept") {
    for (const auto answer : {NameAnswer::nxdomain, NameAnswer::servfail}) {
        Named named;
        named.strike(answering(answer), {}, whole_seconds(10));
        const auto result = named.system.run();
        const auto first = Named::first_asked_ms();
        CHECK(count(result, Outcome::ok) == static_cast<std::uint64_t>(first / 100 - 1));
        // A lookup fails at +3; at +103, +203 and +303 the failure is still known, at +403 not.
        std::uint64_t lookups = 0;
        std::uint64_t failures = 0;
        for (std::int64_t at = first; at < 5'000; at += 403) {
            ++lookups;
            ++failures;
            for (std::int64_t later = 103; later < 403; later += 100) {
                failures += at + later < 5'000 ? 1 : 0;
            }
        }
        CHECK(count(result, Outcome::error) == failures);
        CHECK(Named::waited(result) == Approx(0.003 * static_cast<double>(lookups)).margin(1e-9));
        CHECK(result.services[1].work_done_s == 0);
    }
}

TEST_CASE("a resolver that does not answer is asked again, each question under its own faults") {
    // From the first lookup on nobody answers for 150 ms: the second question is lost, too.
    Named named;
    const auto first = Named::first_asked_ms();
    named.strike(answering(NameAnswer::timeout), milliseconds(first), milliseconds(150));
    named.system.model.duration = milliseconds(first + 350);
    const auto result = named.system.run();
    CHECK(tries_ended(result, named.edge, Outcome::dns) == 0);
    // 100 + 100 + 3 ms; asked again 100 ms later, which costs nothing.
    CHECK(Named::waited(result) == Approx(0.203).margin(1e-9));
}

TEST_CASE("three questions without an answer: it ends dns after three timeouts, or at its time") {
    for (const bool hurried : {false, true}) {
        Named named;
        const auto first = Named::first_asked_ms();
        named.strike(answering(NameAnswer::timeout), {}, whole_seconds(10));
        if (hurried) named.policy().timeout = milliseconds(150);
        named.system.model.duration = milliseconds(first + 320);
        named.system.model.drain = {};
        const auto result = named.system.run();
        // Unhurried it fails at +300; hurried at +150, and again from +250 on: the questions of the
        // first lookup go on until +300, when the second call learns of their failure.
        CHECK(tries_ended(result, named.edge, Outcome::dns) == (hurried ? 2 : 1));
        CHECK(tries_ended(result, named.edge, Outcome::timeout) == 0);
        CHECK(Named::waited(result) == Approx(hurried ? 0.2 : 0.3).margin(1e-9));
    }
}

TEST_CASE("all calls of a replica wait for the same answer") {
    Named named(5);
    const auto first = Named::first_asked_ms();
    named.system.model.duration = milliseconds(first + 50);
    named.system.model.drain = {};
    const auto result = named.system.run();
    CHECK(Named::waited(result) == Approx(5 * 0.003).margin(1e-9));
    CHECK(tries_ended(result, named.edge, Outcome::dns) == 0);
}

TEST_CASE("an open connection needs no name; a new one does") {
    for (const bool recycled : {false, true}) {
        Named named;
        models::ConnectionPool pool;
        pool.connections = 1;
        if (recycled) pool.max_lifetime = milliseconds(2'050);
        named.policy().pool = pool;
        named.strike(answering(NameAnswer::servfail), milliseconds(1'950), whole_seconds(10));
        const auto result = named.system.run();
        const auto failed = tries_ended(result, named.edge, Outcome::dns);
        CHECK((failed > 0) == recycled);
        if (recycled)
            CHECK(count(result, Outcome::ok) == 21);  // opened at 0.1, closed from 2.15 on
    }
}

TEST_CASE("whoever shares a connection that is being opened waits for its name, too") {
    for (const bool resolves : {false, true}) {
        Named named(5);
        models::ConnectionPool pool;
        pool.connections = 1;
        pool.streams = 100;
        named.policy().pool = pool;
        auto effect = answering(resolves ? NameAnswer::right : NameAnswer::servfail);
        effect.delay = milliseconds(1);
        named.dns().ttl = {};  // the connection's own lookup is the only one
        named.strike(effect, {}, whole_seconds(10));
        named.system.model.duration = milliseconds(190);
        const auto result = named.system.run();
        CHECK(tries_ended(result, named.edge, Outcome::dns) == (resolves ? 0 : 5));
        CHECK(Named::waited(result) == Approx(5 * 0.004).margin(1e-9));
    }
}

TEST_CASE("an answer that leads to a stranger is kept beyond the fault, like any other") {
    Named named;
    const auto first = Named::first_asked_ms();
    named.strike(answering(NameAnswer::stranger), milliseconds(first), milliseconds(50));
    named.system.model.duration = milliseconds(first + 1'200);
    const auto result = named.system.run();
    // Led astray from first to first + 1003; asked every 100 ms, 3 ms late.
    CHECK(tries_ended(result, named.edge, Outcome::refused) == 10);
    CHECK(tries_ended(result, named.edge, Outcome::dns) == 0);
}

TEST_CASE("an answer that leads to nobody: only the timer tells") {
    Named named;
    const auto first = Named::first_asked_ms();
    named.policy().timeout = milliseconds(700);
    named.strike(answering(NameAnswer::nowhere), milliseconds(first), milliseconds(50));
    named.system.model.duration = milliseconds(first + 750);
    const auto result = named.system.run();
    CHECK(tries_ended(result, named.edge, Outcome::blackholed) == 1);
    CHECK(Named::waited(result) == Approx(0.7).margin(1e-9));  // the lookup is part of it
    CHECK(result.services[1].work_done_s == 0);
}

TEST_CASE("slow lookups add their delay to whoever has to ask") {
    Named named;
    auto slow = answering(NameAnswer::right);
    slow.delay = milliseconds(40);
    const auto first = Named::first_asked_ms();
    named.strike(slow, {}, whole_seconds(10));
    named.system.model.duration = milliseconds(first + 100);
    CHECK(Named::waited(named.system.run()) == Approx(0.043).margin(1e-9));
    // Longer than the resolver's timeout it is no answer.
    Named late;
    slow.delay = milliseconds(98);
    late.strike(slow, {}, whole_seconds(10));
    late.system.model.duration = milliseconds(first + 350);
    const auto result = late.system.run();
    CHECK(tries_ended(result, late.edge, Outcome::dns) == 1);
}

TEST_CASE("who ignores the ttl, or may serve stale answers, notices nothing") {
    const auto failures = [](double ignores, sim::Duration stale, NameAnswer answer) {
        Named named;
        named.dns().ignore_ttl = ignores;
        named.dns().serve_stale = stale;
        named.strike(answering(answer), {}, whole_seconds(10));
        return tries_ended(named.system.run(), named.edge, Outcome::dns);
    };
    CHECK(failures(0, {}, NameAnswer::servfail) > 10);
    CHECK(failures(1, {}, NameAnswer::servfail) == 0);
    CHECK(failures(0, whole_seconds(60), NameAnswer::servfail) == 0);
    CHECK(failures(0, whole_seconds(60), NameAnswer::timeout) == 0);
    CHECK(failures(0, whole_seconds(60), NameAnswer::nxdomain) > 10);  // it is certain
    CHECK(failures(0, whole_seconds(1), NameAnswer::servfail) > 10);   // only for a second
    CHECK(failures(0, {}, NameAnswer::stale) == 0);
}

TEST_CASE("a process that starts knows nothing, even if it ignores the ttl") {
    Named named;
    named.dns().ignore_ttl = 1;
    named.strike(answering(NameAnswer::servfail), milliseconds(2'000), whole_seconds(10));
    models::FaultTarget front;
    front.instances = {models::InstanceId{0}};
    named.system.model.services[0].restart = milliseconds(100);
    named.system.add_fault(models::CrashEffect{}, front, milliseconds(3'000), milliseconds(1));
    const auto result = named.system.run();
    CHECK(tries_ended(result, named.edge, Outcome::dns) > 10);
    CHECK(count(result, Outcome::ok) == 29);
}

namespace {

/// The primary in zone 0 is lost for good at 1 s and replaced at once; front is in zone 1.
struct Renamed {
    TestSystem system{2, {}};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8, {1});
    models::EndpointId orders = system.add_service("orders", milliseconds(0), 8, {0, 1});
    std::uint32_t edge = 0;

    Renamed(double ignores, sim::Duration dns) {
        auto policy = TestSystem::no_retries();
        policy.timeout = milliseconds(50);
        const auto spec = system.call(front, orders, policy);
        edge = spec.edge;
        system.add_step(front, {spec});
        system.model.services[1].database = models::FailoverConfig{
            models::ZoneId{0}, models::TimedFailover{sim::Duration{}, {}, {}, dns}};
        system.model.services[1].dns = models::DnsPolicy{whole_seconds(1), {}, {}};
        system.model.services[1].dns->ignore_ttl = ignores;
        system.model.endpoints[orders.value].write = true;
        models::FaultTarget primary;
        primary.instances = {models::InstanceId{1}};
        system.add_fault(models::DownEffect{}, primary, whole_seconds(1), whole_seconds(100));
        system.add_users("people", front, 1, milliseconds(50));
        system.model.duration = whole_seconds(10);
    }
};

}  // namespace

TEST_CASE("callers learn of a new primary when their answer is too old; some never do") {
    const auto lost = [](double ignores, sim::Duration dns) {
        Renamed renamed(ignores, dns);
        return tries_ended(renamed.system.run(), renamed.edge, Outcome::blackholed);
    };
    // Every 100 ms while it is dark; published at 1 s, learned within the second after it.
    CHECK(lost(0, {}) >= 1);
    CHECK(lost(0, {}) <= 10);
    CHECK(lost(0, whole_seconds(3)) >= lost(0, {}) + 29);
    CHECK(lost(0, whole_seconds(3)) <= lost(0, {}) + 31);
    CHECK(lost(1, {}) == 90);
}

TEST_CASE("customers' resolvers notice one after the other, as their answers age") {
    TestSystem system(1, {});
    const auto shop = system.add_service("shop", milliseconds(0), 100);
    system.model.services[0].dns = models::DnsPolicy{whole_seconds(10), whole_seconds(100)};
    system.model.services[0].dns->resolvers = 200;
    system.add_users("people", shop, 0, {});
    system.model.groups[0].users = 0;
    system.model.groups[0].rate_per_s = 5'000;
    models::FaultTarget everybody;
    everybody.traffic = models::traffic_at(system.model.topology, 2, {models::InstanceId{0}});
    system.add_fault(answering(NameAnswer::servfail), everybody, {}, whole_seconds(100));
    system.model.duration = whole_seconds(12);
    const auto result = system.run();
    for (std::size_t second = 0; second < 10; ++second) {
        const auto& window = result.flows[0].windows[second];
        const auto bad =
            1 - static_cast<double>(window.success) / static_cast<double>(window.offered);
        INFO(second);
        CHECK(bad == Approx((static_cast<double>(second) + 0.5) / 10).margin(0.08));
    }
    CHECK(result.flows[0].windows[11].success == 0);
}

TEST_CASE("names do not resolve where they are asked from, or for whom they are asked") {
    const auto where = [](models::NameSide side, bool of_place, std::uint32_t struck) {
        Named named;
        auto effect = answering(NameAnswer::servfail);
        effect.side = side;
        models::FaultTarget target;
        target.traffic =
            models::traffic_at(named.system.model.topology, 3, {models::InstanceId{struck}});
        target.of_place = of_place;
        named.system.add_fault(effect, target, {}, whole_seconds(10));
        return tries_ended(named.system.run(), named.edge, Outcome::dns) > 0;
    };
    using models::NameSide;
    CHECK(where(NameSide::automatic, false, 1));        // back's name
    CHECK_FALSE(where(NameSide::automatic, false, 0));  // front's name
    CHECK(where(NameSide::automatic, true, 0));         // asked in front's zone
    CHECK_FALSE(where(NameSide::automatic, true, 1));
    CHECK(where(NameSide::resolver, false, 0));
    CHECK(where(NameSide::name, true, 1));
}
