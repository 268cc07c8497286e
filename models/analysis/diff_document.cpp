#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/diff.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"

namespace models {

namespace {

constexpr std::size_t kMostChanges = 12;

const char* word_of(DiffStatus status) {
    static constexpr const char* kWords[] = {"identical", "same", "better", "worse",
                                             "unclear",   "gone", "new"};
    return kWords[static_cast<std::size_t>(status)];
}

sim::Cell verdict_cell(const DiffCell& cell) {
    if (cell.verdict == "met") return {cell.shown, sim::Tone::plain, sim::Mark::good};
    if (cell.verdict == "missed") return {cell.shown, sim::Tone::plain, sim::Mark::bad};
    if (cell.verdict == "inconclusive") return {cell.shown, sim::Tone::plain, sim::Mark::unsure};
    return {cell.shown.empty() ? "–" : cell.shown};
}

std::string signed_text(double value, const std::string& unit) {
    return fmt::format("{}{}{}", value < 0 ? "−" : "+", number_text(std::abs(value)), unit);
}

/// "−5.1 points (−5.6 … −4.6)"; of durations "+1.2 s".
std::string change_text(const DiffRow& row) {
    const auto& difference = row.difference;
    if (std::isinf(difference.value)) return difference.value > 0 ? "no end seen" : "an end seen";
    const bool points = row.after.unit == MetricUnit::ratio;
    const int decimals = std::abs(100 * difference.value) < 1 ? 2 : 1;
    const auto text = [&](double value) {
        if (points) {
            return fmt::format("{}{:.{}f}", value < 0 ? "−" : "+", std::abs(100 * value), decimals);
        }
        if (row.after.unit != MetricUnit::duration) return signed_text(value, "");
        return (value < 0 ? "−" : "+") + seconds_text(std::abs(value));
    };
    auto change = text(difference.value) + (points ? " points" : "");
    if (difference.has_bounds() && std::isfinite(*difference.low) &&
        std::isfinite(*difference.high)) {
        change += fmt::format(" ({} … {})", text(*difference.low), text(*difference.high));
    }
    return change;
}

/// "worse, now missed"; "better, still missed".
std::string judged_text(const DiffRow& row) {
    std::string text = word_of(row.status);
    if (row.before.verdict == row.after.verdict) return text + ", still " + row.after.verdict;
    return text + ", now " + row.after.verdict;
}

sim::Table rows_table(const DiffSide& before, const DiffSide& after, const DiffResult& result) {
    sim::Table table;
    table.columns = {{"strategy"}, {"SLO"}, {before.name}, {after.name}, {"change"}, {"which is"}};
    for (const auto& row : result.rows) {
        const bool worse = row.status == DiffStatus::worse;
        if (!worse && row.status != DiffStatus::better) continue;
        table.rows.push_back(
            {{row.after.strategy},
             {fmt::format("{}{}", row.after.slo,
                          row.after.subject.empty() ? "" : " (" + row.after.subject + ")")},
             verdict_cell(row.before),
             verdict_cell(row.after),
             {change_text(row)},
             {judged_text(row), worse ? sim::Tone::bad : sim::Tone::good}});
    }
    return table;
}

/// "3 of 24 SLOs are worse beyond noise, 1 better; 12 identical, 8 not different beyond noise."
std::string counts_sentence(const DiffResult& result) {
    const auto all = result.rows.size();
    if (all == 0) return "There are no SLOs to compare.";
    const auto count = [&](DiffStatus status) { return result.count(status); };
    if (count(DiffStatus::identical) == all) {
        return fmt::format("All {} are identical, in every run to the last bit.", all);
    }
    std::vector<std::string> parts;
    const auto add = [&](DiffStatus status, const char* words) {
        if (count(status) > 0) parts.push_back(fmt::format("{} {}", count(status), words));
    };
    add(DiffStatus::worse, "worse");
    add(DiffStatus::better, "better");
    add(DiffStatus::same, "not different beyond noise");
    add(DiffStatus::identical, "identical");
    add(DiffStatus::unclear, "not estimable in some run");
    add(DiffStatus::fresh, "new");
    add(DiffStatus::gone, "gone");
    return fmt::format("Of {} SLOs (each strategy and group): {}.", all, listed(parts));
}

std::string change_words(const DiffChange& change) {
    const auto& place = change.place_after.empty() ? change.place_before : change.place_after;
    const auto value = [](const std::string& text) {
        return text.empty() ? std::string("not there") : text;
    };
    return fmt::format("`{}` {} → {}{}", change.path, value(change.before), value(change.after),
                       place.empty() ? "" : " (" + place + ")");
}

/// What the only change has done.
const char* effect_words(const DiffResult& result) {
    const auto known = result.count(DiffStatus::identical) + result.count(DiffStatus::same);
    if (result.count(DiffStatus::identical) == result.rows.size()) {
        return "Changed, without any effect";
    }
    return known == result.rows.size() ? "Changed, without an effect beyond noise" : "Cause";
}

void add_causes(const DiffResult& result, sim::Document& document) {
    const auto& changes = result.changes;
    if (changes.empty()) return;
    const auto words = [&](std::size_t i) { return change_words(changes[i]); };
    if (changes.size() == 1) {
        document.blocks.emplace_back(sim::Paragraph{
            fmt::format("{}: {}.", effect_words(result), words(0)), sim::Tone::strong, 0, 2});
        return;
    }
    document.blocks.emplace_back(sim::Paragraph{
        fmt::format("{} settings differ; which of them did it only runs with one at a time can "
                    "tell:",
                    changes.size())});
    for (std::size_t i = 0; i < std::min(kMostChanges, changes.size()); ++i) {
        document.blocks.emplace_back(sim::Paragraph{words(i), sim::Tone::plain, 2, 2});
    }
    if (changes.size() > kMostChanges) {
        document.blocks.emplace_back(sim::Paragraph{
            fmt::format("… and {} more", changes.size() - kMostChanges), sim::Tone::quiet, 2, 2});
    }
}

Json row_json(const DiffRow& row) {
    const auto& known = row.status == DiffStatus::gone ? row.before : row.after;
    Json json{{"strategy", known.strategy},
              {"slo", known.slo},
              {"subject", known.subject.empty() ? Json() : Json(known.subject)},
              {"status", word_of(row.status)}};
    const auto side = [](const DiffCell& cell) {
        return Json{{"verdict", cell.verdict}, {"shown", cell.shown}};
    };
    json["before"] = row.status == DiffStatus::fresh ? Json() : side(row.before);
    json["after"] = row.status == DiffStatus::gone ? Json() : side(row.after);
    json["difference"] = Json();
    if (row.difference.n > 0) json["difference"] = estimate_json(std::optional(row.difference));
    json["newlyMissed"] = row.newly_missed();
    return json;
}

Json side_json(const DiffSide& side) {
    return {{"name", side.name},
            {"scenario", side.scenario},
            {"seed", side.seed},
            {"engine", side.engine},
            {"fingerprint", side.fingerprint}};
}

Json diff_json(const DiffSide& before, const DiffSide& after, const DiffResult& result) {
    Json json{{"formatVersion", "1.0"}, {"command", "diff"}};
    json["computedBy"] = {{"method", kMethodCommand}, {"validation", kValidationCommand}};
    json["before"] = side_json(before);
    json["after"] = side_json(after);
    json["runs"] = result.runs;
    json["confidence"] = after.confidence;
    json["sentence"] = counts_sentence(result);
    json["changes"] = Json::array();
    for (const auto& one : result.changes) {
        json["changes"].push_back(
            {{"path", one.path},
             {"before", one.before.empty() ? Json() : Json(one.before)},
             {"after", one.after.empty() ? Json() : Json(one.after)},
             {"placeBefore", one.place_before.empty() ? Json() : Json(one.place_before)},
             {"placeAfter", one.place_after.empty() ? Json() : Json(one.place_after)}});
    }
    json["slos"] = Json::array();
    for (const auto& row : result.rows) json["slos"].push_back(row_json(row));
    return json;
}

/// Everything that is no difference, by name: folded.
void add_rest(const DiffResult& result, sim::Document& document) {
    for (const auto status : {DiffStatus::same, DiffStatus::unclear, DiffStatus::fresh,
                              DiffStatus::gone, DiffStatus::identical}) {
        std::vector<std::string> names;
        for (const auto& row : result.rows) {
            if (row.status != status) continue;
            const auto& cell = status == DiffStatus::gone ? row.before : row.after;
            names.push_back(fmt::format("{} {}{}", cell.strategy, cell.slo,
                                        cell.subject.empty() ? "" : " (" + cell.subject + ")"));
        }
        if (names.empty()) continue;
        constexpr std::size_t kMost = 8;
        const auto more = names.size() > kMost ? names.size() - kMost : 0;
        names.resize(names.size() - more);
        const auto* what =
            status == DiffStatus::same ? "not different beyond noise" : word_of(status);
        auto text = fmt::format("{}: {}", what, fmt::join(names, ", "));
        if (more > 0) text += fmt::format(" and {} more", more);
        document.blocks.emplace_back(sim::Paragraph{text + ".", sim::Tone::quiet, 0, 2});
    }
}

}  // namespace

sim::Document diff_document(const DiffSide& before, const DiffSide& after, const DiffResult& result,
                            DiffRule rule) {
    sim::Document document;
    document.title = fmt::format("{}   {} → {}   {} paired run{} of each strategy", after.scenario,
                                 before.name, after.name, result.runs, result.runs == 1 ? "" : "s");
    document.blocks.emplace_back(sim::Paragraph{counts_sentence(result), sim::Tone::strong, 0, 2});
    auto table = rows_table(before, after, result);
    if (!table.rows.empty()) {
        document.blocks.emplace_back(sim::BlankLine{});
        document.blocks.emplace_back(std::move(table));
        document.blocks.emplace_back(sim::BlankLine{});
    }
    add_causes(result, document);
    add_rest(result, document);
    if (before.engine != after.engine) {
        document.blocks.emplace_back(
            sim::Paragraph{fmt::format("The engines differ ({} and {}): so may the numbers.",
                                       before.engine, after.engine),
                           sim::Tone::unsure, 0, 2});
    }
    document.blocks.emplace_back(sim::Paragraph{
        fmt::format("Changes are after minus before over paired runs, with {} intervals; better "
                    "and worse allow for the number of comparisons (Holm).",
                    percent_text(after.confidence, 1)),
        sim::Tone::quiet});
    const bool bad = fails(result, rule);
    document.blocks.emplace_back(
        sim::Banner{{fmt::format("seed {}", after.seed)},
                    {bad ? "WORSE" : "OK", bad ? sim::Tone::bad : sim::Tone::good},
                    {bad ? "exit 1" : "exit 0"}});
    document.data = diff_json(before, after, result);
    return document;
}

}  // namespace models
