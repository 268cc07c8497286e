#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "models/analysis/study.hpp"
#include "sim/core/rng.hpp"
#include "sim/experiment/looks.hpp"
#include "sim/stats/distributions.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"

// Studies with known truth: replications are normal draws around a mean that is a little above or
// below the limit, so that a wrong verdict can be seen.

namespace {

constexpr double kLimit = 1.0;
constexpr double kDeviation = 0.02;

/// An SLO `mean <= limit` of a strategy whose true mean is `truth`.
struct Truth {
    double mean = 0;
    [[nodiscard]] sim::Verdict verdict() const {
        return mean <= kLimit ? sim::Verdict::met : sim::Verdict::missed;
    }
};

models::StudySettings settings_for(std::size_t slos) {
    models::StudySettings settings;
    settings.experiment.replications_auto = true;
    settings.experiment.difference.relative = 1e-4;
    for (std::size_t i = 0; i < slos; ++i) {
        models::Slo slo;
        slo.name = "slo-" + std::to_string(i);
        slo.metric = models::SloMetric::mean;
        slo.op = models::SloOp::at_most;
        slo.limit = kLimit;
        slo.in_share = 0.001;  // here the value alone judges
        settings.slos.push_back(slo);
    }
    return settings;
}

models::StrategyRuns strategy_for(const models::StudySettings& settings) {
    models::StrategyRuns runs;
    runs.name = "only";
    for (std::uint32_t i = 0; i < settings.slos.size(); ++i) {
        models::SloCell cell;
        cell.slo = i;
        cell.rule = settings.slos[i];
        runs.cells.push_back(cell);
    }
    return runs;
}

/// One study: replications come as `auto` asks for them.
class Study {
  public:
    Study(std::uint64_t seed, const std::vector<Truth>& truths)
        : truths_(truths),
          settings_(settings_for(truths.size())),
          rng_({seed, 0, "study", "values"}, 0, 0) {
        strategies_.push_back(strategy_for(settings_));
    }

    void run_to(std::size_t replications) {
        auto& runs = strategies_.front().runs;
        while (runs.size() < replications) {
            models::RunDigest digest;
            for (const auto& truth : truths_) {
                const double uniform = (static_cast<double>(rng_() >> 11) + 0.5) * 0x1p-53;
                const double z = sim::normal_quantile(uniform);
                digest.slos.push_back({truth.mean + kDeviation * z, {}});
            }
            runs.push_back(std::move(digest));
        }
    }

    void run_auto() {
        for (std::size_t look = 0; look < sim::kLooks.size(); ++look) {
            run_to(sim::kLooks[look]);
            models::look_at_verdicts(settings_, look, strategies_);
            if (state().end != models::AutoEnd::running) return;
        }
    }

    [[nodiscard]] const models::AutoState& state() const { return *strategies_.front().automatic; }
    [[nodiscard]] std::size_t replications() const { return strategies_.front().runs.size(); }
    [[nodiscard]] const models::StudySettings& settings() const { return settings_; }
    [[nodiscard]] const std::vector<models::StrategyRuns>& strategies() const {
        return strategies_;
    }

    /// Whether any verdict is the opposite of the truth.
    [[nodiscard]] bool is_wrong() const {
        for (std::size_t i = 0; i < truths_.size(); ++i) {
            const auto& cell = state().cells[i];
            const bool certain = cell.state == models::CellCertainty::State::certain;
            if (certain && cell.verdict != truths_[i].verdict()) return true;
        }
        return false;
    }

    /// What looking after every replication without any care would have said.
    [[nodiscard]] bool peeking_is_wrong() {
        for (std::size_t n = 10; n <= 80; ++n) {
            run_to(n);
            for (std::size_t i = 0; i < truths_.size(); ++i) {
                const auto verdict = models::judge_at(settings_, strategies_.front(), i, 0.95);
                if (verdict.verdict == sim::Verdict::inconclusive) continue;
                if (verdict.verdict != truths_[i].verdict()) return true;
            }
        }
        return false;
    }

  private:
    std::vector<Truth> truths_;
    models::StudySettings settings_;
    sim::KeyedRng rng_;
    std::vector<models::StrategyRuns> strategies_;
};

/// A tenth of a standard deviation and less beyond the limit: hard to tell.
std::vector<Truth> close_calls() {
    return {{kLimit + 0.0004}, {kLimit - 0.0004}, {kLimit + 0.001},
            {kLimit - 0.001},  {kLimit + 0.002},  {kLimit - 0.002}};
}

double share_of(std::uint64_t wrong, std::uint64_t studies) {
    return static_cast<double>(wrong) / static_cast<double>(studies);
}

}  // namespace

TEST_CASE("the chance that auto says anything wrong is at most what it states") {
    const std::uint64_t studies = tests::kSanitized ? 20 : 400;
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < studies; ++i) {
        Study study(1000 + i, close_calls());
        study.run_auto();
        wrong += study.is_wrong() ? 1 : 0;
    }
    // 5 % and three standard errors.
    CHECK(share_of(wrong, studies) <=
          0.05 + 3 * std::sqrt(0.05 * 0.95 / static_cast<double>(studies)));
}

TEST_CASE("looking after every replication is wrong far more often") {
    const std::uint64_t studies = tests::kSanitized ? 10 : 100;
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < studies; ++i) {
        wrong += Study(1000 + i, close_calls()).peeking_is_wrong() ? 1 : 0;
    }
    CHECK(share_of(wrong, studies) > 0.15);
}

TEST_CASE("what is clear ends early, what is a tie ends inconclusive") {
    Study clear(7, {{kLimit + 0.1}, {kLimit - 0.1}});
    clear.run_auto();
    CHECK(clear.replications() == 20);
    CHECK(clear.state().end == models::AutoEnd::certain);
    CHECK(clear.state().cells[0].verdict == sim::Verdict::missed);
    CHECK(clear.state().cells[1].verdict == sim::Verdict::met);

    Study tie(7, {{kLimit}});
    tie.run_auto();
    CHECK(tie.state().cells[0].state != models::CellCertainty::State::certain);
    const auto result = models::judge_strategy(tie.settings(), tie.strategies().front());
    CHECK(result.verdict == sim::Verdict::inconclusive);
}

TEST_CASE("within the difference that matters nobody waits after 40 replications") {
    Study study(7, {{kLimit}, {kLimit - 0.1}});
    auto settings = study.settings();
    settings.experiment.difference.relative = 0.05;
    auto strategies = study.strategies();
    for (std::size_t look = 0; look < 3; ++look) {
        study.run_to(sim::kLooks[look]);
        auto state = strategies.front().automatic;
        strategies = study.strategies();
        strategies.front().automatic = state;
        models::look_at_verdicts(settings, look, strategies);
        const auto end = strategies.front().automatic->end;
        CHECK((end == models::AutoEnd::running) == (look < 2));
    }
    const auto& cell = strategies.front().automatic->cells[0];
    CHECK(cell.state == models::CellCertainty::State::too_close);
    CHECK(cell.after == 40);
    CHECK(models::automatic_text(settings, strategies) ==
          "auto, all verdicts together 95 % sure: certain only after 40; 1 too close to call.");
}
