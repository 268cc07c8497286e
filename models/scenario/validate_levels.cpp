#include <fmt/format.h>

#include <algorithm>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

/// Reports what is wrong with the levels of one service.
class LevelCheck {
  public:
    LevelCheck(const SystemSpec& system, const NameIndex& index, sim::Diagnostics& diagnostics)
        : system_(system), index_(index), diagnostics_(diagnostics) {}

    void check(const ServiceSpec& service, LevelSpec& level) {
        check_metric(service, level.level.when, level.when_place);
        check_metric(service, level.level.until, level.until_place);
        check_writes(service, level);
        for (LeftOutSpec& call : level.without) resolve(service, call);
    }

  private:
    void check_metric(const ServiceSpec& service, const std::optional<LevelCondition>& condition,
                      const sim::SourceRange& place) {
        if (!condition || condition->metric != SelfMetric::utilisation) return;
        if (service.concurrency != kUnlimited || service.server.cores > 0) return;
        report_with(diagnostics_, {"utilisation", place},
                    fmt::format("`{}` has no slots to be busy", service.name.text),
                    "write `concurrency` or `cores` for it, or measure `p99` or `errors`",
                    service.name, "the service");
    }

    void check_writes(const ServiceSpec& service, const LevelSpec& level) {
        if (!level.level.read_only) return;
        const bool writes = std::any_of(service.endpoints.begin(), service.endpoints.end(),
                                        [](const EndpointSpec& one) { return one.write; });
        if (writes) return;
        report_with(
            diagnostics_, level.name,
            fmt::format("`{}` has no writes that `readOnly` could refuse", service.name.text),
            "mark its endpoints that write: `checkout: {kind: write}`", service.name,
            "the service");
    }

    void resolve(const ServiceSpec& service, LeftOutSpec& call) {
        const auto target = find_target(call.target.text, index_);
        if (!target) return report_unknown(diagnostics_, call.target, "service", index_.services());
        const ServiceSpec& callee = system_.services[target->service];
        call.service = callee.name.text;
        call.endpoint = target->endpoint;
        if (call.endpoint && !find_endpoint(callee, *call.endpoint)) {
            return report_unknown(diagnostics_, {*call.endpoint, call.target.range}, "endpoint",
                                  endpoint_names(callee));
        }
        if (makes(service, call)) return;
        report_with(diagnostics_, call.target,
                    fmt::format("`{}` never calls `{}`", service.name.text, call.target.text),
                    "the level would leave nothing out", service.name, "the service");
    }

    static bool makes(const ServiceSpec& service, const LeftOutSpec& left_out) {
        for (const EndpointSpec& endpoint : service.endpoints) {
            for (const auto& step : endpoint.steps) {
                for (const CallEntry& call : step) {
                    if (call.service.text != left_out.service) continue;
                    if (!left_out.endpoint) return true;
                    if (call.endpoint && call.endpoint->text == *left_out.endpoint) return true;
                }
            }
        }
        return false;
    }

    const SystemSpec& system_;
    const NameIndex& index_;
    sim::Diagnostics& diagnostics_;
};

}  // namespace

void resolve_levels(SystemSpec& system, sim::Diagnostics& diagnostics) {
    const NameIndex index(system);
    LevelCheck check(system, index, diagnostics);
    for (ServiceSpec& service : system.services) {
        for (LevelSpec& level : service.levels) check.check(service, level);
    }
}

std::vector<std::string_view> level_names(const ServiceSpec& service) {
    std::vector<std::string_view> names = {kFullService};
    for (const LevelSpec& level : service.levels) names.push_back(level.name.text);
    return names;
}

}  // namespace models
