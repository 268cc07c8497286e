#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/lint/context.hpp"
#include "models/lint/rules.hpp"

namespace models {

namespace {

/// So many deliveries of one message are as good as no limit.
constexpr std::uint32_t kMostReceives = 1000;

void check_consumer(const LintContext& c, const LintCall& call, const DeliveryPolicy& delivery,
                    LintHits& hits) {
    if (c.harmed_by_repetition(call.to)) {
        hits.add({call.place,
                  fmt::format("{} delivers a message up to {} times, {} after one that was not "
                              "acknowledged, and {} is not idempotent",
                              call.caller_name, delivery.max_receive,
                              seconds_text(delivery.visibility.seconds()), call.callee_name),
                  call.text(), 2, "idempotent " + call.callee_name});
    }
    const double work = std::min(c.reply_p99(call.to), c.call_limit(call));
    if (work < delivery.visibility.seconds()) return;
    hits.add(
        {c.place_of(call.caller_service, "delivery.visibility"),
         fmt::format("{} delivers a message again after {}, while {}, whose p99 is {}, is still "
                     "at work on it",
                     call.caller_name, seconds_text(delivery.visibility.seconds()),
                     call.callee_name, seconds_text(c.reply_p99(call.to))),
         call.text(), 1, "visibility of " + call.caller_name});
}

void check_f51(const LintContext& c, LintHits& hits) {
    for (const ServiceId id : c.services()) {
        const auto& delivery = c.service(id).delivery;
        if (!delivery) continue;
        for (const LintCall& call : c.calls()) {
            if (call.of_customers || call.caller_service != id) continue;
            check_consumer(c, call, *delivery, hits);
        }
        if (delivery->max_receive < kMostReceives) continue;
        hits.add({c.place_of(id, "delivery.maxReceive"),
                  fmt::format("a message of {} that kills its consumer is delivered {} times: no "
                              "`maxReceive` makes it a dead letter",
                              c.name(id), delivery->max_receive),
                  c.name(id), 3, "maxReceive of " + c.name(id)});
    }
}

constexpr auto kMessagesRules = std::to_array<LintRule>({
    {"F51", sim::Severity::warning, LintCategory::misconfiguration, "messages that are done twice",
     "a `delivery` calls an endpoint that leads to a write, or to one with `idempotent: false`, "
     "and "
     "none on the way is idempotent; or its `visibility` is not above the p99 of the consumer's "
     "reply; or its `maxReceive` is at least 1000",
     "a queue delivers at least once: what must not happen twice will, and a message that cannot "
     "be "
     "processed comes back until something stops it",
     "AWS Well-Architected REL05-BP04; Amazon SQS: visibility timeout, dead-letter queues",
     "scenarios/lint/F51-paid-twice.yaml",
     "services:\n"
     "  orders: {kind: queue, delivery: {consumers: 4, visibility: 1s}, endpoints: {put: [pay]}}\n"
     "  pay: {latency: {p50: 400ms, p99: 2s}, endpoints: {charge: {kind: write}}}",
     "services:\n"
     "  orders: {kind: queue, delivery: {consumers: 4, visibility: 30s}, endpoints: {put: [pay]}}\n"
     "  pay: {latency: {p50: 400ms, p99: 2s}, endpoints: {charge: {kind: write, idempotent: "
     "true}}}",
     check_f51},
});

}  // namespace

std::span<const LintRule> message_rules() { return kMessagesRules; }

}  // namespace models
