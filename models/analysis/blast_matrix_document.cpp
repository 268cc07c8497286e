#include <algorithm>
#include <cmath>
#include <optional>

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

/// Seconds after the end of the fault; nothing when the run did not see it.
std::optional<double> back_s(const BlastStory& story) {
    const auto& time = story.times[static_cast<std::size_t>(BlastInstant::recovered)];
    if (!time.at || std::isinf(time.at->value)) return std::nullopt;
    return std::max(0.0, std::round(time.at->value - story.fault_s));
}

/// "0 s" after the end of the fault, or "> 2 min".
std::string back_text(const BlastStory& story) {
    if (const auto back = back_s(story)) return seconds_text(*back);
    return "> " + seconds_text(std::round(story.seen_s - story.fault_s));
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
    std::size_t first = 0;        ///< row
    std::size_t most = 0;         ///< rows
    bool valued = false;          ///< the scenario says what successes are worth
    bool page = false;            ///< with colours instead of bars, and where each number is
    std::string list = "faults";  ///< of the result: the rows are there
};

std::vector<sim::Column> matrix_columns(const StudyFrame& frame, const TableLook& look) {
    const auto right = sim::Align::right;
    std::vector<sim::Column> columns = {{"fault"}};
    for (const auto& group : frame.groups) {
        columns.push_back({group, sim::Align::left, false, "worst 10 s"});
    }
    columns.push_back({"lasts", right});
    columns.push_back({"back after", right, false, "the fault's end"});
    columns.push_back({"requests lost", right, false, "run minus twin"});
    if (look.valued) columns.push_back({look.page ? "worth" : "that is", right, true});
    columns.push_back({"ends as", sim::Align::left, true});
    return columns;
}

std::vector<sim::Cell> matrix_row(const StudyFrame& frame, const MatrixRow& row,
                                  const TableLook& look, std::size_t index) {
    const auto place = fmt::format("/{}/{}", look.list, index);
    const auto from = [&](std::string text, const std::string& path) {
        sim::Cell cell{std::move(text)};
        if (look.page) cell.source = place + path;
        return cell;
    };
    std::vector<sim::Cell> cells = {{row.title}};
    for (std::uint32_t g = 0; g < frame.groups.size(); ++g) {
        cells.push_back(group_cell(frame, row.story, g, !look.page));
        const bool number = cells.back().text.find('%') != std::string::npos;
        if (look.page && number) {
            cells.back().source = place + fmt::format("/groups/{}/peak/value", g);
        }
    }
    cells.push_back(from(seconds_text(lasts_s(row.story)), "/lasts"));
    cells.push_back(back_s(row.story) ? from(back_text(row.story), "/backAfter")
                                      : sim::Cell{back_text(row.story)});
    cells.push_back(from(count_text(*row.story.slices.front().lost.estimate), "/lost/value"));
    if (look.valued) {
        const auto worth = value_text(row.values, row.money);
        const bool number = worth.find_first_of("0123456789") != std::string::npos;
        cells.push_back(number ? from(worth, "/values/0/lost/value") : sim::Cell{worth});
    }
    cells.push_back({std::string(to_string(row.story.verdict))});
    return cells;
}

sim::Table matrix_table(const BlastMatrix& matrix, const std::vector<MatrixRow>& rows,
                        const TableLook& look) {
    sim::Table table;
    table.columns = matrix_columns(matrix.frame, look);
    const auto last = std::min(rows.size(), look.first + look.most);
    for (std::size_t i = look.first; i < last; ++i) {
        table.rows.push_back(matrix_row(matrix.frame, rows[i], look, i));
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
    document.blocks.emplace_back(matrix_table(
        matrix, matrix.pairs, {0, most, !input.scenario.values.empty(), input.page, "pairs"}));
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

std::string what_is_shown(const MatrixInput& input) {
    return fmt::format(
        "Each fault comes at {} and lasts {}; the run looks for {} more. Of each group the journey "
        "that is hit hardest: share of its requests lost in the worst {}, run minus twin.",
        seconds_text(input.at.seconds()), seconds_text(input.length.seconds()),
        seconds_text(input.after.seconds()), seconds_text(10));
}

std::size_t harmful_rows(const BlastMatrix& matrix) {
    return static_cast<std::size_t>(std::count_if(matrix.rows.begin(), matrix.rows.end(), harms));
}

void add_closer_look(const MatrixInput& input, sim::Document& document) {
    if (input.matrix.rows.empty()) return;
    document.blocks.emplace_back(
        line("To look closer at the first, put this under `faults:` and run the file:"));
    document.blocks.emplace_back(
        sim::Paragraph{input.matrix.rows.front().yaml, sim::Tone::plain, 2, 0, false});
}

void add_text(const MatrixInput& input, sim::Document& document) {
    const auto& matrix = input.matrix;
    document.blocks.emplace_back(line(what_is_shown(input), sim::Tone::quiet));
    document.blocks.emplace_back(sim::BlankLine{});
    const auto harmful = harmful_rows(matrix);
    const std::size_t shown = input.verbose ? matrix.rows.size() : std::min(kRowsShown, harmful);
    document.blocks.emplace_back(
        matrix_table(matrix, matrix.rows, {0, shown, !input.scenario.values.empty()}));
    add_rest(input, harmful, shown, document);
    add_surprises(input, document);
    add_pairs(input, document);
    document.blocks.emplace_back(sim::BlankLine{});
    add_closer_look(input, document);
    document.blocks.emplace_back(
        line("how this was computed: " + std::string(kMethodCommand), sim::Tone::quiet));
    document.blocks.emplace_back(
        sim::Paragraph{"repeat: " + input.repeat_command, sim::Tone::plain, 0, 0, false});
}

/// The faults that harm somebody, and folded those that harm nobody.
void add_page_matrix(const MatrixInput& input, sim::Document& page) {
    const auto& matrix = input.matrix;
    // Sorted by harm to all customers, not to any: the last one that harms somebody counts.
    std::size_t harmful = 0;
    for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
        if (harms(matrix.rows[i])) harmful = i + 1;
    }
    const bool valued = !input.scenario.values.empty();
    page.blocks.emplace_back(sim::Heading{"Every fault by itself"});
    page.blocks.emplace_back(line(
        what_is_shown(input) +
            " The redder, the larger that share; -: too small to tell from chance or to matter. "
            "PASS: no customer notices; DEVIATED_TRANSIENT: they notice, and are then served as "
            "before; RECOVERED_WITH_RESIDUE: they are, but the system is not as before; DEVIATED "
            "and NO_RECOVERY: they are not, as far as the run looks.",
        sim::Tone::quiet));
    page.blocks.emplace_back(matrix_table(matrix, matrix.rows, {0, harmful, valued, true}));
    const auto rest = matrix.rows.size() - harmful;
    if (rest == 0) return;
    page.blocks.emplace_back(sim::FoldStart{fmt::format("{} that harm nobody", rest)});
    page.blocks.emplace_back(matrix_table(matrix, matrix.rows, {harmful, rest, valued, true}));
    page.blocks.emplace_back(sim::FoldEnd{});
}

/// A page has room for all of it.
void add_page(const MatrixInput& input, sim::Document& page) {
    const auto& matrix = input.matrix;
    if (!matrix.surprises.empty()) {
        page.blocks.emplace_back(sim::Heading{"Surprises"});
        for (const auto& one : matrix.surprises) page.blocks.emplace_back(line(one));
    }
    add_page_matrix(input, page);
    if (matrix.pairs_tried > 0) page.blocks.emplace_back(sim::Heading{"Two faults at once"});
    add_pairs(input, page);
    page.blocks.emplace_back(sim::Heading{"To look closer, and to repeat this"});
    add_closer_look(input, page);
    page.blocks.emplace_back(line("The same again:"));
    page.blocks.emplace_back(sim::Paragraph{input.repeat_command, sim::Tone::plain, 2, 0, false});
    page.blocks.emplace_back(
        line(fmt::format("`{}` says how each number is made, `{}` compares the program with exact "
                         "theory and published figures.",
                         kMethodCommand, kValidationCommand)));
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
    json["backAfter"] = finite(back_s(row.story));
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
    auto all = input;
    all.verbose = true;
    all.page = true;
    sim::Document page;
    page.title = document.title;
    add_page(all, page);
    document.data["report"] = sim::blocks_json(document, 0, 0);
    document.data["pageReport"] = sim::blocks_json(page, 0, 0);
    document.page = std::move(page.blocks);
    return document;
}

}  // namespace models
