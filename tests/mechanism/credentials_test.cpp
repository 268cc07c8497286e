// Certificates and tokens that have ended: who fails, and from when on.
#include <algorithm>
#include <string_view>

#include "tests/catch.hpp"
#include "tests/mechanism/system.hpp"

using models::Outcome;
using sim::milliseconds;
using sim::whole_seconds;

namespace {

/// One customer asks `front` 100 ms after the start and after each answer; front asks `back`, 5 ms
/// away. Nothing else takes any time.
struct Shown {
    TestSystem system{1, milliseconds(5)};
    models::EndpointId front = system.add_service("front", milliseconds(0), 8);
    models::EndpointId back = system.add_service("back", milliseconds(0), 8);
    std::uint32_t edge = 0;

    explicit Shown(const models::FaultEffect& effect, sim::Duration at = {},
                   sim::Duration length = whole_seconds(100)) {
        const auto spec = system.call(front, back);
        edge = spec.edge;
        system.add_step(front, {spec});
        models::FaultTarget target;
        target.traffic = {models::traffic_between(system.model.topology, models::ServiceId{0},
                                                  models::ServiceId{1})};
        system.add_fault(effect, target, at, length);
        system.add_users("people", front, 1, milliseconds(100));
        system.model.duration = whole_seconds(10);
    }
    models::CallPolicy& policy() {
        return system.model.policies[system.model.endpoints[0].steps[0].calls[0].policy];
    }
    /// Of what lasts `lifetime`, how long it goes on: as the fault draws it.
    static double left(std::string_view whom) {
        const sim::RngStream stream(42, 0, "fault-0", "fault");
        const auto pair = sim::hash_combine(sim::hash_text("front/z0/0"), sim::hash_text(whom));
        sim::KeyedRng rng(stream, 0, pair ^ 0x9E6C63D0876A9A47ULL);
        return rng.unit();
    }
};

models::CertEffect cert(sim::Duration lifetime) { return {lifetime}; }

}  // namespace

TEST_CASE("an ended certificate: a caller's connection goes on until its own end, then refused") {
    Shown shown(cert(whole_seconds(10)));
    const auto result = shown.system.run();
    const auto left = 10 * Shown::left("back/z0/0");
    const auto refused = tries_ended(result, shown.edge, Outcome::refused);
    // While it works every 110 ms (plus 10 to front and back), then every 130 ms: two round trips.
    const double good = static_cast<double>(result.edges[shown.edge].tries - refused);
    CHECK(good == Approx(left / 0.12).margin(1.5));
    CHECK(static_cast<double>(refused) == Approx((10 - left) / 0.13).margin(1.5));
    CHECK(result.services[0].busy_s == Approx(good * 0.01 + static_cast<double>(refused) * 0.02));
}

TEST_CASE("a pool's connection lives on until it is recycled") {
    for (const auto life : {sim::kForever, whole_seconds(3)}) {
        Shown shown(cert(milliseconds(1)), whole_seconds(1), whole_seconds(4));
        models::ConnectionPool pool;
        pool.connections = 1;
        pool.max_lifetime = life;
        shown.policy().pool = pool;
        const auto result = shown.system.run();
        const auto refused = tries_ended(result, shown.edge, Outcome::refused);
        if (life == sim::kForever) {
            CHECK(refused == 0);
        } else {
            // Opened at 0.105, so recycled at 3.105, or within 3 s of the fault's start, as drawn;
            // refused from then on until the fault ends at 5.
            const sim::RngStream stream(42, 0, "fault-0", "fault");
            const auto pair =
                sim::hash_combine(sim::hash_text("front/z0/0"), sim::hash_text("back"));
            sim::KeyedRng rng(stream, 0, pair ^ 0x6C62272E07BB0142ULL);
            const auto from = std::min(3.105, 1 + 3 * rng.unit());
            CHECK(static_cast<double>(refused) == Approx((5 - from) / 0.13).margin(1.5));
        }
        CHECK(result.flows[0].windows[8].success > 6);  // the certificate is good again
    }
}

TEST_CASE("a token that is not renewed ends for good, until the fault does: an error, no work") {
    Shown shown(models::TokenEffect{whole_seconds(4)}, {}, whole_seconds(6));
    const auto result = shown.system.run();
    const auto left = 4 * Shown::left("back");
    const auto failed = tries_ended(result, shown.edge, Outcome::error);
    CHECK(static_cast<double>(failed) == Approx((6 - left) / 0.12).margin(1.5));
    CHECK(result.flows[0].windows[7].success >= 8);
    // Refused or not, front waits for one round trip.
    CHECK(result.services[0].busy_s ==
          Approx(static_cast<double>(result.edges[shown.edge].tries) * 0.01));
}

TEST_CASE("a clock that is ahead refuses the end of every token") {
    Shown shown(models::TokenEffect{whole_seconds(2), milliseconds(500)});
    const auto result = shown.system.run();
    const auto tries = static_cast<double>(result.edges[shown.edge].tries);
    const auto failed = static_cast<double>(tries_ended(result, shown.edge, Outcome::error));
    CHECK(failed / tries == Approx(0.25).margin(0.04));
    Shown always(models::TokenEffect{whole_seconds(2), whole_seconds(2)});
    CHECK(count(always.system.run(), Outcome::ok) == 0);
}

TEST_CASE("customers' connections end one after the other") {
    TestSystem system(1, {});
    const auto shop = system.add_service("shop", milliseconds(0), 100);
    system.add_users("people", shop, 0, {});
    auto& group = system.model.groups[0];
    group.users = 0;
    group.rate_per_s = 3'000;
    group.customers = 100'000;
    models::FaultTarget everybody;
    everybody.traffic = models::traffic_at(system.model.topology, 2, {models::InstanceId{0}});
    system.add_fault(cert(whole_seconds(5)), everybody, whole_seconds(1), whole_seconds(100));
    system.model.duration = whole_seconds(7);
    const auto result = system.run();
    for (std::size_t second = 1; second < 6; ++second) {
        const auto& window = result.flows[0].windows[second];
        const auto bad =
            1 - static_cast<double>(window.success) / static_cast<double>(window.offered);
        INFO(second);
        CHECK(bad == Approx((static_cast<double>(second) - 0.5) / 5).margin(0.04));
    }
    CHECK(result.flows[0].windows[6].success == 0);
}
