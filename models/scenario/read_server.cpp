#include "models/scenario/read_server.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "models/policy/policy_families.hpp"
#include "models/scenario/reading.hpp"
#include "sim/core/assert.hpp"
#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::MapEntry;
using sim::MapReader;
using sim::Node;

namespace {

constexpr std::int64_t kMaxConcurrency = 1'000'000;
constexpr std::int64_t kMaxQueue = 1'000'000'000;
constexpr std::int64_t kMaxCores = 100'000;
constexpr sim::Duration kMaxCost = sim::whole_seconds(3'600);

bool is_text(const Node& node, std::string_view text) {
    return node.is_scalar() && node.text == text;
}

std::uint32_t read_concurrency(const Node& node, sim::Diagnostics& diagnostics) {
    if (is_text(node, "unlimited")) return kUnlimited;
    return static_cast<std::uint32_t>(
        sim::read_count(node, diagnostics, {1, kMaxConcurrency}).value_or(1));
}

std::optional<std::uint32_t> read_queue(const Node& node, sim::Diagnostics& diagnostics) {
    if (is_text(node, "unlimited")) return std::nullopt;
    const auto count = sim::read_count(node, diagnostics, {0, kMaxQueue});
    return static_cast<std::uint32_t>(count.value_or(0));
}

constexpr std::array<sim::EnumName<QueueOrder>, 7> kOrders = {
    {{"fifo", QueueOrder::fifo},
     {"lifo", QueueOrder::lifo},
     {"adaptiveLifo", QueueOrder::adaptive_lifo},
     {"priority", QueueOrder::priority},
     {"edf", QueueOrder::edf},
     {"fair", QueueOrder::fair},
     {"codel", QueueOrder::fifo}}};

void read_order_kind(const Node& kind, sim::Diagnostics& diagnostics, ServerConfig& server) {
    server.order = sim::read_enum<QueueOrder>(kind, diagnostics, "queueOrder",
                                              std::span<const sim::EnumName<QueueOrder>>(kOrders))
                       .value_or(QueueOrder::fifo);
    if (is_text(kind, "codel")) server.shedding = CodelShedding{};
}

/// `fifo`, or `{kind: adaptiveLifo, after: 100ms}`.
void read_order(const Node& node, sim::Diagnostics& diagnostics, ServerConfig& server) {
    if (!node.is_map()) return read_order_kind(node, diagnostics, server);
    MapReader reader(node, diagnostics, "queueOrder");
    const Node* kind = reader.require("kind");
    if (kind != nullptr) read_order_kind(*kind, diagnostics, server);
    if (const MapEntry* after = reader.take_entry("after")) {
        server.standing_after =
            sim::read_duration(after->value, diagnostics).value_or(server.standing_after);
        if (kind != nullptr && server.order != QueueOrder::adaptive_lifo) {
            sim::report_key(diagnostics, *after, "`after` belongs to `kind: adaptiveLifo`",
                            "how long a queue stands before the last request goes first");
        }
    }
    reader.finish();
}

/// `contention` and `coherency`, which only shared cores have.
void read_scalability(MapReader& reader, ServerConfig& server) {
    const auto read = [&](std::string_view key, double& value) {
        const MapEntry* entry = reader.take_entry(key);
        if (entry == nullptr) return;
        value = sim::read_percent(entry->value, reader.diagnostics()).value_or(0);
        if (server.cores > 0) return;
        sim::report_key(reader.diagnostics(), *entry,
                        fmt::format("`{}` needs `discipline: processorSharing`", key),
                        "it says how far requests at work that share `cores` are in each other's "
                        "way");
    };
    read("contention", server.scalability.contention);
    read("coherency", server.scalability.coherency);
}

void read_discipline(MapReader& reader, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    const Node* discipline = reader.take("discipline");
    const MapEntry* cores = reader.take_entry("cores");
    const bool shares = discipline != nullptr &&
                        sim::read_enum<bool>(*discipline, diagnostics, "discipline",
                                             {{"slots", false}, {"processorSharing", true}})
                            .value_or(false);
    if (cores != nullptr) {
        const auto count = sim::read_count(cores->value, diagnostics, {1, kMaxCores});
        service.server.cores = static_cast<std::uint32_t>(count.value_or(1));
        if (!shares) {
            service.server.cores = 0;
            sim::report_key(diagnostics, *cores, "`cores` needs `discipline: processorSharing`",
                            "with slots, each of the `concurrency` requests at work has its own");
        }
    } else if (shares) {
        sim::report(diagnostics, *discipline, "`processorSharing` needs `cores`",
                    "the cores of one replica that requests at work share: `cores: 4`");
    }
    read_scalability(reader, service.server);
}

void read_threads(const Node& node, sim::Diagnostics& diagnostics, ServiceSpec& service) {
    if (is_text(node, "none")) return;
    if (node.is_scalar()) {
        sim::report(diagnostics, node, "`threads` says how the pool grows: `{core: 10}`",
                    "the most threads that there may be is `concurrency`");
        return;
    }
    ThreadPool pool;
    MapReader reader(node, diagnostics, "threads");
    const Node* core = reader.require("core");
    if (core != nullptr) {
        const auto count = sim::read_count(*core, diagnostics, {0, kMaxConcurrency});
        pool.core = static_cast<std::uint32_t>(count.value_or(0));
    }
    if (const Node* grow = reader.take("growBeforeQueue")) {
        pool.grow_before_queue = sim::read_bool(*grow, diagnostics).value_or(false);
    }
    if (const Node* idle = reader.take("keepAlive")) {
        pool.keep_alive = is_text(*idle, "forever")
                              ? sim::kForever
                              : sim::read_duration(*idle, diagnostics).value_or(pool.keep_alive);
    }
    reader.finish({{"max", "", "the most threads that there may be is `concurrency`"},
                   {"queue", "", "the queue's bound stands beside it: `queue: 100`"}});
    if (core != nullptr && pool.core > service.concurrency) {
        sim::report(diagnostics, *core,
                    fmt::format("`core` is above `concurrency`, which is {}", service.concurrency),
                    "`concurrency` is the most threads that there may be");
    }
    if (service.server.cores > 0) {
        sim::report(diagnostics, node, "`threads` and shared `cores` cannot both be given",
                    "an event loop has no threads; a thread pool has `discipline: slots`");
    }
    service.server.threads = pool;
}

/// A pool that only grows when its queue is full, and a queue that never is.
void warn_of_a_pool_that_never_grows(const Node& threads, const ServiceSpec& service,
                                     sim::Diagnostics& diagnostics) {
    const auto& pool = service.server.threads;
    if (!pool || pool->grow_before_queue || service.queue || pool->core >= service.concurrency) {
        return;
    }
    diagnostics.warning(threads.range,
                        fmt::format("the pool never has more than its {} core threads: it grows "
                                    "when the queue is full, and this one has no bound",
                                    pool->core),
                        "write `queue: N`, or `growBeforeQueue: true`");
}

void read_queueing(MapReader& reader, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    ServerConfig& server = service.server;
    if (const Node* node = reader.take("queue")) service.queue = read_queue(*node, diagnostics);
    const Node* order = reader.take("queueOrder");
    if (order != nullptr) read_order(*order, diagnostics, server);
    const Node* drop = reader.take("queueDrop");
    if (drop != nullptr) {
        server.drop =
            sim::read_enum<QueueDrop>(*drop, diagnostics, "queueDrop",
                                      {{"tail", QueueDrop::tail}, {"head", QueueDrop::head}})
                .value_or(QueueDrop::tail);
    }
    if (service.queue == 0 && server.order != QueueOrder::fifo) {
        sim::report(diagnostics, *order, "a queue of length 0 has no order",
                    "write `queue: N`, the requests that may wait at one replica");
    }
    if (server.drop == QueueDrop::head && (!service.queue || *service.queue == 0)) {
        sim::report(diagnostics, *drop,
                    service.queue ? "nobody waits in a queue of length 0"
                                  : "a queue without bound drops nobody",
                    "write `queue: N`, the requests that may wait at one replica");
    }
}

/// A rule of callers has a scope; at a server each replica has its own.
template <class Family>
std::optional<Family> read_rule(MapReader& reader, std::string_view key) {
    const PolicyFamily* family = find_service_family(key);
    SIM_ASSERT(family != nullptr);
    const Node* node = reader.take(key);
    if (node == nullptr || is_text(*node, "none")) return std::nullopt;
    if (const MapEntry* scope = node->is_map() ? node->find_entry("scope") : nullptr) {
        sim::report_key(reader.diagnostics(), *scope,
                        fmt::format("`{}` of a service has no scope", key),
                        "each replica has its own; limits of callers are set under `policy`");
    }
    auto rule = sim::read_family<Family>(*node, reader.diagnostics(), key, family->options);
    if (!rule) return std::nullopt;
    if (const auto misfit = sim::misfit_of(*rule)) {
        const MapEntry* at = node->is_map() ? node->find_entry(misfit->key) : nullptr;
        sim::report(reader.diagnostics(), at != nullptr ? at->value : *node, misfit->message,
                    misfit->hint);
    }
    return rule;
}

void read_concurrency_limit(MapReader& reader, ServerConfig& server) {
    server.concurrency_limit = read_rule<ConcurrencyLimit>(reader, "concurrencyLimit");
    if (!server.concurrency_limit) return;
    const Node& node = *reader.node().find("concurrencyLimit");
    const MapEntry* around = node.is_map() ? node.find_entry("around") : nullptr;
    if (around != nullptr && limits_whole_call(*server.concurrency_limit)) {
        sim::report(reader.diagnostics(), around->value,
                    "the `concurrencyLimit` of a service knows no calls, only what arrives",
                    "a caller has its own under `policy`: `bulkhead: {max: 25, around: call}`");
    }
    if (limit_queue(*server.concurrency_limit) == 0) return;
    const MapEntry* queue = node.is_map() ? node.find_entry("queue") : nullptr;
    sim::report(reader.diagnostics(), queue != nullptr ? queue->value : node,
                "the `concurrencyLimit` of a service has no queue of its own",
                "requests wait in the service's `queue`, and count under the limit while they do");
}

void read_shedding(MapReader& reader, ServerConfig& server) {
    const bool codel = server.shedding.has_value();
    const auto rule = read_rule<Shedding>(reader, "shedding");
    if (!rule) return;
    if (codel) {
        sim::report(reader.diagnostics(), *reader.node().find("shedding"),
                    "`queueOrder: codel` is itself a way of shedding",
                    "keep one of them: it is short for `queueOrder: fifo` and `shedding: codel`");
    }
    server.shedding = rule;
}

void read_retry_after(MapReader& reader, ServerConfig& server) {
    const Node* node = reader.take("retryAfter");
    if (node == nullptr || is_text(*node, "none")) return;
    server.retry_after = sim::read_duration(*node, reader.diagnostics());
}

}  // namespace

void read_server(MapReader& reader, const MapEntry& entry, ServiceSpec& service) {
    sim::Diagnostics& diagnostics = reader.diagnostics();
    ServerConfig& server = service.server;
    server.rate_limit = read_rule<RateLimit>(reader, "rateLimit");
    read_retry_after(reader, server);
    if (service.kind == ServiceKind::external) {
        service.concurrency = kUnlimited;
        return;
    }
    if (const Node* node = reader.take("concurrency")) {
        service.concurrency = read_concurrency(*node, diagnostics);
    } else if (reader.valid()) {
        sim::report_key(diagnostics, entry,
                        fmt::format("service `{}` needs `concurrency`", entry.key),
                        "the requests that one replica works on at once: `concurrency: 8`");
    }
    read_queueing(reader, service);
    read_discipline(reader, service);
    if (const Node* threads = reader.take("threads")) {
        read_threads(*threads, diagnostics, service);
        warn_of_a_pool_that_never_grows(*threads, service, diagnostics);
    }
    if (const Node* node = reader.take("holds")) {
        service.holds = sim::read_enum<Holds>(
                            *node, diagnostics, "holds",
                            {{"whileCalling", Holds::while_calling}, {"ownWork", Holds::own_work}})
                            .value_or(Holds::while_calling);
    }
    read_shedding(reader, server);
    read_concurrency_limit(reader, server);
    if (const Node* cost = reader.take("rejectCost")) {
        server.reject_cost = sim::read_duration(*cost, diagnostics, {sim::Duration{}, kMaxCost})
                                 .value_or(sim::Duration{});
    }
}

}  // namespace models
