// Fallbacks that call something: what they call, and whether that can help.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario/names.hpp"
#include "models/scenario/reading.hpp"
#include "models/scenario/validate.hpp"

namespace models {

namespace {

class FallbackChecker {
  public:
    FallbackChecker(const SystemSpec& system, sim::Diagnostics& diagnostics)
        : system_(system), index_(system), diagnostics_(diagnostics) {}

    void check(const std::vector<FallbackUse>& uses) {
        for (const FallbackUse& use : uses) {
            if (const auto target = resolve(use)) known_.emplace_back(&use, *target);
        }
        for (const auto& [use, target] : known_) {
            if (use->caller) edges_.emplace_back(*use->caller, target);
        }
        for (const auto& [use, target] : known_) {
            if (!check_help(*use, target)) check_circle(*use, target);
        }
    }

  private:
    [[nodiscard]] const ServiceSpec& service(const EndpointRef& ref) const {
        return system_.services[ref.service];
    }
    [[nodiscard]] std::string name_of(const EndpointRef& ref) const {
        return service(ref).name.text + "." + service(ref).endpoints[ref.endpoint].name.text;
    }

    /// One message per written fallback, however many calls it serves.
    bool is_new(const FallbackUse& use) {
        return reported_
            .emplace(use.target.place.file, use.target.place.line, use.target.place.column)
            .second;
    }

    std::optional<EndpointRef> resolve(const FallbackUse& use) {
        if (use.target.text.empty()) return std::nullopt;  // has been reported
        const Name name{use.target.text, use.target.place};
        const auto found = find_target(name.text, index_);
        if (!found) {
            if (is_new(use)) report_unknown(diagnostics_, name, "service", index_.services());
            return std::nullopt;
        }
        const auto ref = resolve_target(name.text, system_, index_);
        if (!ref) {
            const ServiceSpec& callee = system_.services[found->service];
            if (is_new(use)) {
                report_missing(
                    diagnostics_, name,
                    fmt::format("`{}` is no endpoint of service `{}`", name.text, callee.name.text),
                    endpoint_names(callee));
            }
            return std::nullopt;
        }
        if (use.queue && service(*ref).kind != ServiceKind::queue) {
            if (is_new(use)) {
                diagnostics_.error(name.range, fmt::format("`{}` is no queue", name.text),
                                   "a fallback of `kind: queue` needs a service of `kind: queue`; "
                                   "`kind: call` calls any other");
            }
            return std::nullopt;
        }
        return ref;
    }

    /// A fallback that needs what has just failed.
    bool check_help(const FallbackUse& use, const EndpointRef& target) {
        const bool itself = target.service == use.callee.service;
        if (!itself && !reaches(target, use.callee, false)) return false;
        if (is_new(use)) {
            diagnostics_.error(
                use.target.place,
                itself ? fmt::format("the fallback of calls to `{0}` calls `{0}` itself",
                                     service(use.callee).name.text)
                       : fmt::format("the fallback of calls to `{}` depends on them: `{}` calls it",
                                     name_of(use.callee), name_of(target)),
                "it would fail for the same reason; let something else answer");
        }
        return true;
    }

    void check_circle(const FallbackUse& use, const EndpointRef& target) {
        if (!use.caller || !reaches(target, *use.caller, true)) return;
        if (!is_new(use)) return;
        diagnostics_.error(use.target.place,
                           fmt::format("the calls go in a circle: the fallback of `{}` calls `{}`, "
                                       "which calls it again",
                                       name_of(*use.caller), name_of(target)),
                           "a request would never end; let something else answer");
    }

    /// Whether `from` calls `to`, over however many others. Unless `every`, only calls that must be
    /// answered for `from` to answer: a cache may know, and a queue answers first.
    bool reaches(const EndpointRef& from, const EndpointRef& to, bool every) {
        std::set<std::pair<std::size_t, std::size_t>> seen;
        std::vector<EndpointRef> open{from};
        while (!open.empty()) {
            const EndpointRef at = open.back();
            open.pop_back();
            if (at.service == to.service && at.endpoint == to.endpoint) return true;
            if (!seen.emplace(at.service, at.endpoint).second) continue;
            if (!every && (service(at).cache || service(at).delivery)) continue;
            for (const auto& step : service(at).endpoints[at.endpoint].steps) {
                for (const CallEntry& call : step) add(call, every, open);
            }
            for (const auto& [caller, callee] : edges_) {
                const bool here = caller.service == at.service && caller.endpoint == at.endpoint;
                if (every && here) open.push_back(callee);
            }
        }
        return false;
    }

    void add(const CallEntry& call, bool every, std::vector<EndpointRef>& open) const {
        if (call.optional && !every) return;
        const auto callee = index_.service(call.service.text);
        if (!callee || !call.endpoint) return;
        const auto endpoint = find_endpoint(system_.services[*callee], call.endpoint->text);
        if (endpoint) open.push_back({*callee, *endpoint});
    }

    const SystemSpec& system_;
    NameIndex index_;
    sim::Diagnostics& diagnostics_;
    std::vector<std::pair<const FallbackUse*, EndpointRef>> known_;
    std::vector<std::pair<EndpointRef, EndpointRef>> edges_;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> reported_;
};

}  // namespace

void validate_fallbacks(const SystemSpec& system, const std::vector<FallbackUse>& uses,
                        sim::Diagnostics& diagnostics) {
    if (!uses.empty()) FallbackChecker(system, diagnostics).check(uses);
}

}  // namespace models
