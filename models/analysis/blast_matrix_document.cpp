#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/analysis/blast_matrix.hpp"
#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"
#include "sim/report/render.hpp"

namespace models {

namespace {

constexpr std::size_t kRowsShown = 12;
constexpr std::size_t kSurprisesShown = 6;

/// A group's worst journey under a fault.
const SliceStory* worst_slice(const StudyFrame& frame, const BlastStory& story,
                              std::uint32_t group) {
    const SliceStory* worst = nullptr;
    for (const auto& flow : frame.flows) {
        if (flow.group_index != group) continue;
        const auto* slice = find_slice(story, group, flow.journey);
        const auto better = [&] {
            if (worst == nullptr) return true;
            return slice->share.estimate->value > worst->share.estimate->value;
        };
        if (slice != nullptr && better()) worst = slice;
    }
    return worst;
}

std::string bar_of(double share) {
    constexpr int kSteps = 5;
    const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kSteps));
    std::string bar;
    for (int i = 0; i < std::max(full, share > kBlastTheta ? 1 : 0); ++i) bar += "■";
    return bar;
}

/// `100 % ■■■■■`: the worst 10 s of the group's worst journey.
sim::Cell group_cell(const StudyFrame& frame, const BlastStory& story, std::uint32_t group,
                     bool bars) {
    const auto* slice = worst_slice(frame, story, group);
    if (slice == nullptr) return {"-"};
    if (slice->hit == SliceHit::too_few) return {"too few", sim::Tone::quiet};
    const double peak = slice->peak.estimate->value;
    if (slice->hit == SliceHit::no) return {"-", sim::Tone::quiet, sim::Mark::none, 0.0};
    auto text = percent_text(peak, 0);
    if (bars) text += " " + bar_of(peak);
    return {std::move(text), sim::Tone::plain, sim::Mark::none, std::clamp(peak, 0.0, 1.0)};
}

/// "0 s" after the end of the fault, or "> 2 min".
std::string back_text(const BlastStory& story) {
    const auto& time = story.times[static_cast<std::size_t>(BlastInstant::recovered)];
    if (!time.at || std::isinf(time.at->value)) {
        return "> " + seconds_text(std::round(story.seen_s - story.fault_s));
    }
    return seconds_text(std::max(0.0, std::round(time.at->value - story.fault_s)));
}

bool harms(const MatrixRow& row) {
    return std::any_of(row.story.slices.begin(), row.story.slices.end(),
                       [](const SliceStory& one) { return one.hit == SliceHit::yes; });
}

/// The longest time that any slice is hit.
double lasts_s(const BlastStory& story) {
    double longest = 0;
    for (const auto& one : story.slices) {
        if (one.hit == SliceHit::yes) longest = std::max(longest, one.lasts_s);
    }
    return longest;
}

/// How a table of faults is shown.
struct TableLook {
    std::size_t most = 0;  ///< rows
    bool valued = false;   ///< the scenario says what successes are worth
    bool bars = true;      ///< where there are no colours
};

sim::Table matrix_table(const BlastMatrix& matrix, const std::vector<MatrixRow>& rows,
                        const TableLook& look) {
    sim::Table table;
    table.columns = {{"fault"}};
    for (const auto& group : matrix.frame.groups) table.columns.push_back({group});
    table.columns.push_back({"lasts", sim::Align::right});
    table.columns.push_back({"back after", sim::Align::right});
    table.columns.push_back({"requests lost", sim::Align::right});
    if (look.valued) table.columns.push_back({"that is", sim::Align::right, true});
    table.columns.push_back({"ends as", sim::Align::left, true});
    for (const auto& row : rows) {
        if (table.rows.size() == look.most) break;
        std::vector<sim::Cell> cells = {{row.title}};
        for (std::uint32_t g = 0; g < matrix.frame.groups.size(); ++g) {
            cells.push_back(group_cell(matrix.frame, row.story, g, look.bars));
        }
        cells.push_back({seconds_text(lasts_s(row.story))});
        cells.push_back({back_text(row.story)});
        cells.push_back({count_text(*row.story.slices.front().lost.estimate)});
        if (look.valued) cells.push_back({value_text(row.values, row.money)});
        cells.push_back({std::string(to_string(row.story.verdict))});
        table.rows.push_back(std::move(cells));
    }
    return table;
}

sim::Paragraph line(std::string text, sim::Tone tone = sim::Tone::plain) {
    return {std::move(text), tone, 0, 2};
}

void add_pairs(const MatrixInput& input, sim::Document& document) {
    const auto& matrix = input.matrix;
    if (matrix.pairs_tried == 0) return;
    document.blocks.emplace_back(sim::BlankLine{});
    if (matrix.pairs.empty()) {
        document.blocks.emplace_back(line(fmt::format(
            "Of {} pairs none loses more than its two faults do apart.", matrix.pairs_tried)));
        return;
    }
    document.blocks.emplace_back(line(
        fmt::format("Of {} pairs {} lose more than their two faults do apart:", matrix.pairs_tried,
                    matrix.pairs.size())));
    const std::size_t most = input.verbose ? matrix.pairs.size() : kRowsShown;
    document.blocks.emplace_back(
        matrix_table(matrix, matrix.pairs, {most, !input.scenario.values.empty(), !input.page}));
}

std::string title_of(const MatrixInput& input) {
    return fmt::format("{}   every fault by itself under {}   {} faults x {} {}",
                       input.scenario.name, input.strategy, input.matrix.rows.size(),
                       input.matrix.runs, input.matrix.runs == 1 ? "run" : "runs");
}

void add_rest(const MatrixInput& input, std::size_t harmful, std::size_t shown,
              sim::Document& document) {
    const auto all = input.matrix.rows.size();
    std::string text;
    if (shown < harmful) text = fmt::format("… {} more that harm somebody; ", harmful - shown);
    text += fmt::format("{} harm nobody.", all - harmful);
    if (!input.verbose) text += " -v lists all of them.";
    document.blocks.emplace_back(line(std::move(text), sim::Tone::quiet));
}

void add_surprises(const MatrixInput& input, sim::Document& document) {
    const auto& matrix = input.matrix;
    if (!matrix.surprises.empty()) document.blocks.emplace_back(sim::BlankLine{});
    const auto told = input.verbose ? matrix.surprises.size()
                                    : std::min(kSurprisesShown, matrix.surprises.size());
    for (std::size_t i = 0; i < told; ++i) {
        document.blocks.emplace_back(line("Surprise: " + matrix.surprises[i]));
    }
    if (told < matrix.surprises.size()) {
        document.blocks.emplace_back(
            line(fmt::format("… {} more surprises: -v", matrix.surprises.size() - told),
                 sim::Tone::quiet));
    }
}

void add_text(const MatrixInput& input, sim::Document& document) {
    const auto& matrix = input.matrix;
    document.blocks.emplace_back(line(
        fmt::format("Each fault comes at {} and lasts {}; the run looks for {} more. Of each group "
                    "the journey that is hit hardest: share of its requests lost in the worst "
                    "{}, run minus twin.",
                    seconds_text(input.at.seconds()), seconds_text(input.length.seconds()),
                    seconds_text(input.after.seconds()), seconds_text(10)),
        sim::Tone::quiet));
    document.blocks.emplace_back(sim::BlankLine{});
    if (input.page) add_surprises(input, document);
    const auto harmful =
        static_cast<std::size_t>(std::count_if(matrix.rows.begin(), matrix.rows.end(), harms));
    const std::size_t shown = input.verbose ? matrix.rows.size() : std::min(kRowsShown, harmful);
    document.blocks.emplace_back(
        matrix_table(matrix, matrix.rows, {shown, !input.scenario.values.empty(), !input.page}));
    add_rest(input, harmful, shown, document);
    if (!input.page) add_surprises(input, document);
    add_pairs(input, document);
    document.blocks.emplace_back(sim::BlankLine{});
    if (!matrix.rows.empty()) {
        document.blocks.emplace_back(
            line("To look closer at the first, put this under `faults:` and run the file:"));
        document.blocks.emplace_back(
            sim::Paragraph{matrix.rows.front().yaml, sim::Tone::plain, 2, 0, false});
    }
    document.blocks.emplace_back(
        line("how this was computed: " + std::string(kMethodCommand), sim::Tone::quiet));
    document.blocks.emplace_back(
        sim::Paragraph{"repeat: " + input.repeat_command, sim::Tone::plain, 0, 0, false});
}

Json slice_summary(const StudyFrame& frame, const SliceStory& one) {
    return {{"name", slice_name(frame, one.slice)},
            {"hit", to_string(one.hit)},
            {"lost", estimate_json(one.lost)},
            {"share", estimate_json(one.share)},
            {"peak", estimate_json(one.peak)},
            {"lasts", one.lasts_s},
            {"userMinutesLost", estimate_json(one.user_minutes)}};
}

Json row_json(const StudyFrame& frame, const MatrixRow& row) {
    Json json = {{"fault", row.title}, {"yaml", row.yaml}};
    json["verdict"] = to_string(row.story.verdict);
    json["lost"] = estimate_json(row.story.slices.front().lost);
    json["moreThanApart"] = row.faults.size() > 1 ? Json(row.more_than_sum) : Json();
    json["lasts"] = lasts_s(row.story);
    json["times"] = Json::object();
    for (std::size_t i = 0; i < kBlastInstants; ++i) {
        json["times"][std::string(to_string(static_cast<BlastInstant>(i)))] =
            estimate_json(row.story.times[i].at);
    }
    json["faultEnd"] = row.story.fault_s;
    json["values"] = Json::array();
    for (const auto& one : row.values) {
        json["values"].push_back({{"journey", one.value.journey},
                                  {"is", one.value.noun},
                                  {"lost", estimate_json(one.net)},
                                  {"money", estimate_json(one.money)}});
    }
    json["groups"] = Json::array();
    for (std::uint32_t g = 0; g < frame.groups.size(); ++g) {
        const auto* worst = worst_slice(frame, row.story, g);
        Json one = {{"group", frame.groups[g]}};
        if (worst != nullptr) one.update(slice_summary(frame, *worst));
        json["groups"].push_back(std::move(one));
    }
    json["cells"] = Json::array();
    for (const auto& one : row.story.slices) json["cells"].push_back(slice_summary(frame, one));
    return json;
}

}  // namespace

Json matrix_json(const MatrixInput& input) {
    const auto& matrix = input.matrix;
    Json json;
    json["formatVersion"] = "1.0";
    json["command"] = "blast";
    json["computedBy"] = {{"method", kMethodCommand}, {"validation", kValidationCommand}};
    json["scenario"] = {{"name", input.scenario.name},
                        {"question", input.scenario.question},
                        {"sha256", input.scenario.sha256}};
    json["provenance"] = {{"engine", input.engine_version},
                          {"seed", input.scenario.experiment.seed},
                          {"runs", matrix.runs},
                          {"confidence", input.scenario.experiment.confidence}};
    json["repeat"] = input.repeat_command;
    json["strategy"] = input.strategy;
    json["at"] = input.at.seconds();
    json["for"] = input.length.seconds();
    json["after"] = input.after.seconds();
    json["surprises"] = matrix.surprises;
    json["faults"] = Json::array();
    for (const auto& row : matrix.rows) json["faults"].push_back(row_json(matrix.frame, row));
    json["pairsTried"] = matrix.pairs_tried;
    json["pairs"] = Json::array();
    for (const auto& row : matrix.pairs) json["pairs"].push_back(row_json(matrix.frame, row));
    return json;
}

sim::Document matrix_document(const MatrixInput& input) {
    sim::Document document;
    document.title = title_of(input);
    add_text(input, document);
    document.data = matrix_json(input);
    // A page has room for all of it.
    auto all = input;
    all.verbose = true;
    all.page = true;
    sim::Document page;
    page.title = document.title;
    add_text(all, page);
    document.data["report"] = sim::blocks_json(document, 0, 0);
    document.data["pageReport"] = sim::blocks_json(page, 0, 0);
    document.page = std::move(page.blocks);
    return document;
}

}  // namespace models
