#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/analysis/capacity.hpp"
#include "models/engine/model.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

// What the rules of the lint know of one strategy. Times are in seconds, rates per second; what
// nothing bounds is infinite.
namespace models {

class PolicyLayers;

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();

/// What the lint needs of one strategy. The references must outlive the lint.
struct LintSystem {
    const SystemModel& model;
    CapacityInput capacity;
};

/// One entry of a call list, or the calls of a group of customers for one journey.
struct LintCall {
    bool of_customers = false;
    std::size_t group = 0;     ///< of customers
    ServiceId caller_service;  ///< of others
    EndpointId from;           ///< ... the endpoint that makes the call
    std::uint32_t step = 0;    ///< ... in which of its steps
    ServiceId callee;
    EndpointId to;
    bool optional = false;
    double times = 1;  ///< one after the other
    double probability = 1;
    double journey_share = 1;  ///< of the group's requests
    std::uint32_t stand_in = kNoStandIn;
    const CallPolicy* policy = nullptr;
    sim::Node settings;       ///< all layers together, with the places where they are written
    sim::SourceRange place;   ///< of the call itself
    double per_s = 0;         ///< calls at the busiest time of day, without retries
    std::string caller_name;  ///< of a service or group
    std::string callee_name;

    [[nodiscard]] std::string text() const { return caller_name + " -> " + callee_name; }
};

/// One strategy as the rules see it.
class LintContext {
  public:
    LintContext(const Scenario& scenario, std::size_t strategy, const LintSystem& system);
    LintContext(const LintContext&) = delete;  // it points into itself
    LintContext& operator=(const LintContext&) = delete;

    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const SystemSpec& spec() const { return spec_; }
    [[nodiscard]] const SystemModel& model() const { return model_; }
    [[nodiscard]] const std::vector<LintCall>& calls() const { return calls_; }
    [[nodiscard]] const ServiceSpec& service(ServiceId id) const {
        return spec_.services[id.value];
    }
    [[nodiscard]] const std::string& name(ServiceId id) const { return service(id).name.text; }
    [[nodiscard]] const Endpoint& endpoint(EndpointId id) const {
        return model_.endpoints[id.value];
    }
    [[nodiscard]] const EndpointSpec& endpoint_spec(EndpointId id) const;
    /// Offered load and the loss of a zone, as `plan` computes them.
    [[nodiscard]] const ServiceLoad& load(ServiceId id) const { return loads_[id.value]; }
    [[nodiscard]] const CapacityInput& capacity() const { return capacity_; }
    [[nodiscard]] std::vector<ServiceId> services() const;

    /// `stock`, or `stock.read` where the service offers more.
    [[nodiscard]] std::string endpoint_name(EndpointId id) const;
    /// Requests at the busiest time of day, without retries.
    [[nodiscard]] double per_s(EndpointId id) const { return endpoint_rates_[id.value]; }
    [[nodiscard]] double per_s(ServiceId id) const;
    /// Slots (or cores) of all its replicas; in one region, in the zones of one.
    [[nodiscard]] double slots(ServiceId id) const;
    [[nodiscard]] std::uint32_t replicas(ServiceId id) const;
    /// Zones that have replicas of it.
    [[nodiscard]] std::size_t zones_of(ServiceId id) const;
    /// Mean time that a request holds a slot on an idle system.
    [[nodiscard]] double hold(EndpointId id) const;
    /// Share of its slots that these requests hold, all places together.
    [[nodiscard]] double busy(ServiceId id) const { return busy_[id.value]; }
    /// `busy` of every service when so many times as many customers of each group come.
    [[nodiscard]] std::vector<double> busy_with(const std::vector<double>& group_factors) const;
    /// Mean time of a reply on an idle system, the network within a zone included.
    [[nodiscard]] double response(EndpointId id) const { return responses_[id.value]; }
    /// 99th percentile of its own work alone.
    [[nodiscard]] double own_quantile(EndpointId id, double p) const;
    /// At most so is the 99th percentile of its reply on an idle system: those of all its parts,
    /// added.
    [[nodiscard]] double reply_p99(EndpointId id) const { return reply_p99_[id.value]; }
    /// The longest round trip between a service and those that it calls.
    [[nodiscard]] double round_trip(const LintCall& call) const;

    /// Where a service's setting is written, `set` of the strategy included; else its name.
    [[nodiscard]] sim::SourceRange place_of(ServiceId id, std::string_view key) const;
    /// Whether somebody wrote it: no default.
    [[nodiscard]] bool is_written(ServiceId id, std::string_view key) const;
    /// The same of a call's setting; else the place of the call.
    [[nodiscard]] sim::SourceRange place_of(const LintCall& call, std::string_view key) const;
    [[nodiscard]] bool is_written(const LintCall& call, std::string_view key) const;
    /// The preset that a call's setting is from; empty: from none.
    [[nodiscard]] std::string preset_of(const LintCall& call, std::string_view key) const;
    /// `none`, `500ms`.
    [[nodiscard]] std::string text_of(const LintCall& call, std::string_view key) const;

    /// Calls that reach an endpoint.
    [[nodiscard]] const std::vector<const LintCall*>& calls_to(EndpointId id) const {
        return calls_to_[id.value];
    }
    [[nodiscard]] std::vector<const LintCall*> calls_to(ServiceId id) const;
    /// Calls that an endpoint makes.
    [[nodiscard]] const std::vector<const LintCall*>& calls_from(EndpointId id) const {
        return calls_from_[id.value];
    }
    /// How long a caller waits for one try, and for the whole call with all its tries.
    [[nodiscard]] double try_limit(const LintCall& call) const;
    [[nodiscard]] double call_limit(const LintCall& call) const;
    /// Services without which the endpoint fails, its own included.
    [[nodiscard]] const std::vector<ServiceId>& needs(EndpointId id) const;
    /// A second execution does harm: the file says that it is not idempotent, or it leads to a
    /// write that nothing makes repeatable.
    [[nodiscard]] bool harmed_by_repetition(EndpointId id) const;
    /// Chance that a request succeeds on a normal day, retries included.
    [[nodiscard]] double success(EndpointId id) const { return success_[id.value]; }
    /// Whether the file describes places at all: more than one zone.
    [[nodiscard]] bool has_zones() const { return model_.topology.zones.size() > 1; }
    /// Whether a fault deploys a version of the service, or somebody wrote how it is rolled out.
    [[nodiscard]] bool is_rolled_out(ServiceId id) const;

  private:
    void collect_calls();
    void add_calls(EndpointId from, const PolicyLayers& layers);
    void add_journeys(const PolicyLayers& layers);
    void compute_times();
    void compute_rates();
    [[nodiscard]] double group_rate(const Group& group) const;
    /// By endpoint, when so many times as many customers of each group come.
    [[nodiscard]] std::vector<double> rates_with(const std::vector<double>& group_factors) const;
    /// By service, at these rates of its endpoints.
    [[nodiscard]] std::vector<double> busy_at(const std::vector<double>& rates) const;
    /// Of its executions that make its calls: those of a cache only on a miss.
    [[nodiscard]] double calls_share(EndpointId id) const;
    [[nodiscard]] double calls_per_request(const LintCall& call) const;
    [[nodiscard]] std::vector<std::uint32_t> callers_first() const;
    [[nodiscard]] const sim::Node* set_value(std::string_view service, std::string_view key) const;
    [[nodiscard]] const sim::Node* written_value(ServiceId id, std::string_view key) const;
    [[nodiscard]] bool is_of_preset(const sim::SourceRange& range) const;
    [[nodiscard]] std::optional<sim::SourceRange> visible_place(const sim::Node& node) const;
    void compute_success(EndpointId id);
    [[nodiscard]] double call_success(const LintCall& call) const;

    const Scenario& scenario_;
    const StrategySpec& strategy_;
    const SystemSpec& spec_;
    const SystemModel& model_;
    const CapacityInput& capacity_;
    std::vector<ServiceLoad> loads_;
    std::vector<LintCall> calls_;
    std::vector<std::uint32_t> first_endpoint_;
    std::vector<std::vector<const LintCall*>> calls_to_;    ///< by endpoint
    std::vector<std::vector<const LintCall*>> calls_from_;  ///< by endpoint
    mutable std::vector<std::vector<ServiceId>> needs_;     ///< by endpoint; empty: not asked yet
    std::vector<std::uint32_t> callers_first_;
    std::vector<double> endpoint_rates_;
    std::vector<double> busy_;
    std::vector<double> responses_;
    std::vector<double> reply_p99_;
    std::vector<double> success_;
};

/// The longest time that a call spends in backoffs, with these many retries.
double longest_backoffs(const Backoff& backoff, int retries);
/// In seconds; infinite for kForever.
double bounded_seconds(sim::Duration duration);
/// Share of its calls that a budget lets a caller repeat; nothing: no budget ties the two.
std::optional<double> budgeted_share(const CallPolicy& policy);

/// Whether it asks for a share of the customers' requests to succeed, faults included.
bool promises_success(const Slo& slo);
/// How much of its time such an objective lets everything fail, in seconds.
double tolerated_outage(const LintContext& context, const Slo& slo);

}  // namespace models
