#include "models/analysis/action_digest.hpp"

#include <algorithm>
#include <numeric>

#include "models/analysis/recovery.hpp"

namespace models {

namespace {

/// Four windows of 10 s: in less nobody can tell.
constexpr double kShortestLook = 40;

/// All customers together.
Subject everybody(const StudyFrame& frame) {
    Subject all;
    all.flows.resize(frame.flows.size());
    std::iota(all.flows.begin(), all.flows.end(), 0U);
    return all;
}

/// The next fault after it, or the end of the run.
double calm_until_s(const StudyFrame& frame, double from_s) {
    double until = frame.duration.seconds();
    for (const auto& fault : frame.faults) {
        if (fault.at.seconds() >= from_s) until = std::min(until, fault.at.seconds());
    }
    return until;
}

}  // namespace

ActionDigest digest_action(const StudyFrame& frame, const ActionResult& action,
                           const RunResult& run, const RunResult* twin) {
    ActionDigest digest;
    digest.did = action;
    if (!action.first_s || twin == nullptr) return digest;
    const auto subject = everybody(frame);
    const auto windows = pool_windows(run, subject);
    const auto others = pool_windows(*twin, subject);
    const auto grid = frame.windows();
    digest.found_down = !was_as_good(windows, others, *action.first_s, grid);
    if (!*digest.found_down) return digest;
    // Who is turned away on purpose is turned away in the twin, too: what counts is what comes
    // then.
    const bool turns_away = action.did(ActionDeed::turned_away) > 0;
    const double from = turns_away ? action.over_s.value_or(*action.first_s) : *action.first_s;
    const double until = calm_until_s(frame, *action.first_s);
    if (until - from < kShortestLook) return digest;
    digest.looked = true;
    const auto recovery = recovery_seconds(windows, others, from, until, grid);
    if (recovery) digest.out_after_s = *recovery + from - *action.first_s;
    return digest;
}

}  // namespace models
