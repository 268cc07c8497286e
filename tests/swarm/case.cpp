#include "tests/swarm/case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "tests/program.hpp"

namespace swarm {
namespace {

using tests::Json;
using tests::ProgramRun;

constexpr const char* kFile = "scenario.yaml";

ProgramRun firedrill(const std::string& text, std::vector<std::string> args) {
    args.insert(args.begin() + 1, kFile);
    return tests::run_program(args, [&](const std::string& path, std::size_t) {
        if (path != kFile) return sim::FileContent{{}, "no such file"};
        return sim::FileContent{text, ""};
    });
}

ProgramRun run(const std::string& text, std::vector<std::string> options) {
    std::vector<std::string> args{"run",    "--quiet",         "--max-events",
                                  "400000", "--max-in-flight", "100000"};
    args.insert(args.end(), options.begin(), options.end());
    return firedrill(text, std::move(args));
}

/// A message without what changes from case to case.
std::string essence(const std::string& message) {
    std::string kept;
    bool in_quotes = false;
    for (const char c : message.substr(0, message.find('\n'))) {
        if (c == '`') in_quotes = !in_quotes;
        const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
        if (!in_quotes && !digit) kept += c;
    }
    return kept;
}

Failure failure_of(const std::string& command, const ProgramRun& run) {
    const auto bug = run.err.find("internal error");
    const auto message = bug == std::string::npos ? run.err : run.err.substr(bug);
    return {fmt::format("{}: exit code {}: {}", command, run.code, essence(message)),
            run.err.substr(0, 4000)};
}

/// 0, 1 and 3 are verdicts.
bool is_verdict(int code) { return code == 0 || code == 1 || code == 3; }

/// Numbers of the lines with errors.
std::vector<std::size_t> lines_blamed(const std::string& text) {
    std::vector<std::size_t> lines;
    const std::string prefix = std::string(kFile) + ":";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
        const auto end = text.find('\n', at);
        const auto line = text.substr(at, end - at);
        const bool blamed = line.find(": error: ") != std::string::npos ||
                            line.find(": note: used here") != std::string::npos;
        if (!blamed) continue;
        lines.push_back(std::stoul(line.substr(prefix.size())));
    }
    return lines;
}

Json without_source(const std::string& json) {
    auto parsed = Json::parse(json);
    parsed["scenario"] = nullptr;
    parsed["provenance"].erase("notes");
    parsed.erase("reproduce");
    // The resolved scenario writes more settings, which are what they were.
    for (auto& strategy : parsed["strategies"]) strategy.erase("settings");
    for (auto& slo : parsed["slos"]) {
        slo.erase("text");
        slo.erase("place");
    }
    return parsed;
}

void compare(const char* what, const ProgramRun& one, const ProgramRun& other, Report& report) {
    if (report.failure || (one.code == other.code && one.out == other.out)) return;
    if (other.code == 4) {
        report.failure = failure_of(what, other);
        return;
    }
    const auto [a, b] =
        std::mismatch(one.out.begin(), one.out.end(), other.out.begin(), other.out.end());
    const auto from = static_cast<std::size_t>(a - one.out.begin());
    const auto begin = from > 300 ? from - 300 : 0;
    report.failure =
        Failure{fmt::format("{}: other bytes", what),
                fmt::format("exit codes {} and {}\n--- one\n{}\n--- other\n{}\n", one.code,
                            other.code, one.out.substr(begin, 600), other.out.substr(begin, 600))};
}

/// What the result says that was run, run again.
void check_resolved(const ProgramRun& first, Report& report) {
    if (first.code == 3 && first.out.empty()) return;
    const auto parsed = Json::parse(first.out);
    const auto resolved = parsed["provenance"]["resolved"].get<std::string>();
    const auto again = run(resolved, {"--json"});
    if (!is_verdict(again.code)) {
        report.failure = failure_of("run of the resolved scenario", again);
        report.failure->details += "\n--- resolved\n" + resolved;
        return;
    }
    const auto a = without_source(first.out);
    const auto b = without_source(again.out);
    for (const char* key : {"strategies", "slos", "verdict"}) {
        if (a[key] == b[key]) continue;
        report.failure = Failure{fmt::format("the resolved scenario gives other {}", key),
                                 "--- resolved\n" + resolved};
    }
}

/// A copy of a strategy is that strategy.
void check_twin(const Scenario& scenario, Report& report) {
    auto copy = scenario.draft;
    Draft::Place one = Draft::kTop;
    for (Draft::Place i = 0; i < copy.size(); ++i) {
        if (copy.stands(i) && copy.text_of(i) == "plan-0:") one = i;
    }
    if (one == Draft::kTop) return;
    const auto twin = copy.add(copy.parent_of(one), "plan-0-again:", Draft::Role::fixed);
    const auto size = copy.size();
    for (Draft::Place i = 0; i < size; ++i) {
        if (copy.parent_of(i) == one && copy.stands(i)) {
            copy.add(twin, copy.text_of(i), Draft::Role::fixed);
        }
    }
    const auto result = run(copy.text(), {"--json"});
    if (!is_verdict(result.code)) {
        report.failure = failure_of("run with a copied strategy", result);
        return;
    }
    if (result.out.empty()) return;
    Json first;
    for (const auto& strategy : Json::parse(result.out)["strategies"]) {
        if (strategy["name"] == "plan-0") first = strategy;
        if (strategy["name"] != "plan-0-again") continue;
        for (const char* key : {"journeys", "services", "edges", "recovery"}) {
            if (first[key] == strategy[key]) continue;
            report.failure =
                Failure{fmt::format("a copy of a strategy has other {}", key), copy.text()};
        }
    }
}

/// Draws that range over everything there is see an unrelated service, too.
bool ranges_over_all(const Draft& draft) {
    for (const char* word : {"pick:", "per:", "onkey", "haos", "group: all", "actions:"}) {
        if (draft.mentions(word)) return true;
    }
    return false;
}

/// Numbers of the customers that the scenario had before.
Json journeys_of_shoppers(const ProgramRun& result) {
    Json found = Json::array();
    if (result.out.empty()) return found;
    for (const auto& strategy : Json::parse(result.out)["strategies"]) {
        for (const auto& journey : strategy["journeys"]) {
            if (journey["group"] == "shoppers") found.push_back(journey);
        }
    }
    return found;
}

/// A service that nobody but its own customers calls changes nothing for the others.
void check_unrelated(const Scenario& scenario, const ProgramRun& first, Report& report) {
    if (first.code == 3 || ranges_over_all(scenario.draft)) return;
    auto more = scenario.draft;
    for (Draft::Place i = 0, size = more.size(); i < size; ++i) {
        if (more.text_of(i) == "services:") {
            more.add(i, "lonely: {concurrency: 3, latency: 5ms, endpoints: {visit: []}}",
                     Draft::Role::fixed);
        }
        if (more.text_of(i) == "workload:") {
            more.add(i, "hermits: {entry: lonely, from: eu, rate: 5/s, mix: {visit: 100%}}",
                     Draft::Role::fixed);
        }
    }
    const auto result = run(more.text(), {"--json"});
    if (result.code == 2) return;  // e.g. a default that does not fit it
    report.unrelated = true;
    if (!is_verdict(result.code)) {
        report.failure = failure_of("run with an unrelated service", result);
    } else if (result.code != 3 && journeys_of_shoppers(first) != journeys_of_shoppers(result)) {
        report.failure =
            Failure{"an unrelated service changes the numbers of the others", more.text()};
    }
}

}  // namespace

Report repair(Scenario& scenario) {
    Report report;
    constexpr std::size_t kMostRounds = 60;
    for (; report.rounds < kMostRounds; ++report.rounds) {
        const auto result = firedrill(scenario.draft.text(), {"check"});
        if (result.code == 0 || result.code == 1) return report;
        if (result.code != 2) {
            report.failure = failure_of("check", result);
            return report;
        }
        auto lines = lines_blamed(result.err + result.out);
        std::sort(lines.begin(), lines.end());
        lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
        const auto before = report.refused;
        for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
            // From below, so that the numbers of the lines above stay.
            if (scenario.draft.drop_line(*line)) ++report.refused;
        }
        if (report.refused != before) continue;
        report.failure = Failure{"the generator writes what the reader refuses: " +
                                     essence(result.err.substr(result.err.find("error"))),
                                 result.err};
        return report;
    }
    report.failure = Failure{"the reader is never content", {}};
    return report;
}

void check(const Scenario& scenario, std::uint64_t seed, Report& report) {
    const auto text = scenario.draft.text();
    const auto plan = firedrill(text, {"plan"});
    if (plan.code != 0) {
        report.failure = failure_of("plan", plan);
        return;
    }
    const auto first = run(text, {"--json", "--jobs", "1"});
    if (!is_verdict(first.code)) {
        report.failure = failure_of("run", first);
        return;
    }
    report.stopped = first.out.empty();
    if (!report.stopped) {
        report.events = Json::parse(first.out)["provenance"]["events"].get<std::uint64_t>();
    }
    switch (seed % 6) {
        case 0:
            return compare("run again", first, run(text, {"--json", "--jobs", "1"}), report);
        case 1:
            return compare("run on two threads", first, run(text, {"--json", "--jobs", "2"}),
                           report);
        case 2: {
            const auto told = run(text, {"-v"});
            if (told.code != first.code) report.failure = failure_of("run -v", told);
            return;
        }
        case 3:
            return check_resolved(first, report);
        case 4:
            return check_twin(scenario, report);
        default:
            return check_unrelated(scenario, first, report);
    }
}

void shrink(Scenario& scenario, std::uint64_t seed, const Failure& failure, std::size_t tries) {
    const auto still_fails = [&] {
        auto copy = scenario;
        auto report = repair(copy);
        if (report.refused > 0) return false;  // something else is missing now
        if (!report.failure) check(copy, seed, report);
        return report.failure && report.failure->kind == failure.kind;
    };
    bool smaller = true;
    while (smaller && tries > 0) {
        smaller = false;
        for (Draft::Place i = 0; i < scenario.draft.size() && tries > 0; ++i) {
            if (!scenario.draft.is_spare(i)) continue;
            --tries;
            scenario.draft.drop(i);
            if (still_fails()) {
                smaller = true;
            } else {
                scenario.draft.restore(i);
            }
        }
    }
}

}  // namespace swarm
