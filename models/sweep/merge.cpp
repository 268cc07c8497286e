#include "models/sweep/merge.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace models {

namespace {

/// Runs in one transaction: a number of its own, so that the same runs make the same file.
constexpr std::size_t kRunsAtOnce = 2000;
constexpr std::uint64_t kPointsAtOnce = 256;

/// Points of one store, a block of them at a time.
class PointWindow {
  public:
    PointWindow(sim::Store& store, const std::string& plan_text) : store_(store) {
        const auto newest = store.newest_plan();
        if (newest && store.plan(*newest) == plan_text) plan_ = *newest;
    }

    void load(std::uint64_t first, std::uint64_t last) {
        points_.clear();
        if (!plan_) return;
        for (auto& point : store_.points(*plan_, first, last)) {
            points_.emplace(std::pair(point.number, point.strategy), std::move(point));
        }
    }

    [[nodiscard]] const sim::StoredPoint* find(std::uint64_t number, std::uint32_t strategy) const {
        const auto found = points_.find({number, strategy});
        return found == points_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] sim::Store& store() const { return store_; }
    [[nodiscard]] std::optional<std::int64_t> plan() const { return plan_; }

  private:
    sim::Store& store_;
    std::optional<std::int64_t> plan_;
    std::map<std::pair<std::uint64_t, std::uint32_t>, sim::StoredPoint> points_;
};

/// Of two accounts of one point the one that says more: a failure, then a decision.
bool says_more(const sim::StoredPoint& a, const sim::StoredPoint& b) {
    if (!a.failure.empty() || !b.failure.empty()) return fails_before(a, b);
    return b.verdicts == kOpenRound && a.verdicts != kOpenRound;
}

class Merge {
  public:
    Merge(sim::Store& into, const std::vector<MergeSource>& sources, const SweepStudy& study)
        : into_(into), sources_(sources), study_(study) {
        const auto text = sweep_text(study);
        windows_.emplace_back(into, text);
        for (const auto& source : sources) windows_.emplace_back(source.store, text);
        plan_ = windows_.front().plan() ? *windows_.front().plan() : into.keep_plan(text);
        count_.found.resize(sources.size());
    }

    MergeCount run(const std::function<void(std::size_t)>& on_point) {
        for (std::uint64_t first = 1; first <= study_.points.size(); first += kPointsAtOnce) {
            for (auto& window : windows_) window.load(first, first + kPointsAtOnce - 1);
            const auto end =
                std::min<std::uint64_t>(first + kPointsAtOnce, study_.points.size() + 1);
            for (auto number = first; number < end; ++number) {
                for (std::uint32_t s = 0; s < study_.strategies.size(); ++s) merge(number, s);
                on_point(number);
            }
        }
        into_.flush();
        return count_;
    }

  private:
    void merge(std::uint64_t number, std::uint32_t strategy) {
        const sim::StoredPoint* best = nullptr;
        std::size_t from = 0;
        for (std::size_t w = 0; w < windows_.size(); ++w) {
            const auto* point = windows_[w].find(number, strategy);
            if (point == nullptr) continue;
            if (best != nullptr && best->scenario != point->scenario && best->failure.empty() &&
                point->failure.empty()) {
                throw MergeMismatch(
                    fmt::format("point {} is another scenario in '{}'", number, name_of(w)));
            }
            if (best == nullptr || says_more(*point, *best)) {
                best = point;
                from = w;
            }
        }
        if (best == nullptr) {
            count_.missing += study_.automatic ? 1 : study_.runs;
            return;
        }
        take(*best, from);
    }

    void take(const sim::StoredPoint& point, std::size_t from) {
        const bool fails = !point.failure.empty();
        const bool open = point.verdicts == kOpenRound;
        const auto wanted = fails ? std::max(point.replications, 1U) - 1 : point.replications;
        const auto there = take_runs(point, wanted);
        count_.runs += there;
        if (open) {
            ++count_.open_points;
            return;
        }
        if (there < wanted) {
            count_.missing += wanted - there;
            return;
        }
        count_.failed += fails ? 1 : 0;
        if (from == 0) return;  // it is where it belongs
        auto written = point;
        if (!fails) written.layout = layout_in(from, point.layout);
        into_.keep_point(plan_, std::move(written));
    }

    /// The runs of a point below `wanted` from everywhere; returns how many there are.
    std::uint64_t take_runs(const sim::StoredPoint& point, std::uint32_t wanted) {
        struct Found {
            std::string payload;
            std::size_t window = 0;
        };
        std::map<std::uint32_t, Found> all;
        for (std::size_t w = 0; w < windows_.size(); ++w) {
            for (auto& run : windows_[w].store().runs(point.scenario, point.seed, wanted)) {
                if (w > 0) ++count_.found[w - 1];
                const auto found = all.find(run.key.replication);
                if (found == all.end()) {
                    all[run.key.replication] = {std::move(run.payload), w};
                } else if (found->second.payload != run.payload) {
                    throw MergeContradiction(fmt::format(
                        "'{}' and '{}' have other numbers for run {} of point {} with {}",
                        name_of(found->second.window), name_of(w), run.key.replication + 1,
                        point.number, study_.strategies[point.strategy]));
                }
            }
        }
        for (auto& [replication, found] : all) {
            if (found.window == 0) continue;
            into_.keep({{point.scenario, point.seed, replication}, std::move(found.payload)});
            if (++pending_ % kRunsAtOnce == 0) into_.flush();
        }
        return all.size();
    }

    std::int64_t layout_in(std::size_t window, std::int64_t layout) {
        auto text = windows_[window].store().text(layout);
        const auto [found, is_new] = layouts_.try_emplace(std::move(text), 0);
        if (is_new) found->second = into_.keep_text(found->first);
        return found->second;
    }

    [[nodiscard]] std::string name_of(std::size_t window) const {
        return window == 0 ? "the study" : sources_[window - 1].name;
    }

    sim::Store& into_;
    const std::vector<MergeSource>& sources_;
    const SweepStudy& study_;
    std::vector<PointWindow> windows_;  ///< of the merged store first, then of the sources
    std::int64_t plan_ = 0;
    std::map<std::string, std::int64_t> layouts_;  ///< by their text
    std::uint64_t pending_ = 0;
    MergeCount count_;
};

/// What is different, for a message: the first thing that a user can tell.
std::string difference(const SweepStudy& a, const SweepStudy& b) {
    if (a.engine != b.engine) return "another version of firedrill computed it";
    if (a.name != b.name) return fmt::format("it is of '{}', not of '{}'", b.name, a.name);
    if (a.seed != b.seed) return fmt::format("its seed is {}, not {}", b.seed, a.seed);
    if (a.resolved != b.resolved) return "its scenario says something else";
    if (a.inputs != b.inputs || a.points != b.points) return "it varies other values";
    if (a.strategies != b.strategies) return "it has other strategies";
    if (a.runs != b.runs || a.automatic != b.automatic) return "it has another number of runs";
    return fmt::format("its command is `{}`, not `{}`", b.command, a.command);
}

}  // namespace

SweepStudy study_in(sim::Store& store) {
    const SweepReader reader(store);
    return reader.study();
}

MergeCount merge_shards(sim::Store& into, const std::vector<MergeSource>& sources,
                        const std::function<void(std::size_t)>& on_point) {
    const auto study = study_in(sources.front().store);
    for (const auto& source : sources) {
        const auto other = study_in(source.store);
        if (other == study) continue;
        throw MergeMismatch(fmt::format("'{}' does not belong to '{}': {}", source.name,
                                        sources.front().name, difference(study, other)));
    }
    return Merge(into, sources, study).run(on_point);
}

}  // namespace models
