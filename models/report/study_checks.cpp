#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "models/report/strategies_section.hpp"
#include "models/report/study_page.hpp"

namespace models {

namespace {

/// A line or a column of a file that anybody may have edited; 0 when it is none.
std::uint32_t place_number(const Part& place, std::string_view key) {
    const double value = place.number(key);
    if (!(value >= 1 && value <= std::numeric_limits<std::int32_t>::max())) return 0;
    return static_cast<std::uint32_t>(value);
}

std::optional<sim::CheckPlace> place_of(const Part& slo) {
    const auto place = slo["place"];
    const auto file = place.text("file");
    if (file.empty() || file.front() == '/') return std::nullopt;
    return sim::CheckPlace{file, place_number(place, "line"), place_number(place, "column"),
                           place_number(place, "length")};
}

sim::CheckResult result_of(const std::string& verdict) {
    if (verdict == "met") return sim::CheckResult::pass;
    return verdict == "missed" ? sim::CheckResult::fail : sim::CheckResult::unsure;
}

/// "is missed for eu-shoppers under naive: 97.2 ±0.1 %, limit ≥ 99 %; met in 0 of 20 runs".
std::string message_of(const Part& slo, const std::string& runs) {
    const auto verdict = slo.text("verdict");
    std::string what = fmt::format("cannot be decided with {} runs", runs);
    if (verdict == "met" || verdict == "missed") what = "is " + verdict;
    if (verdict == "none") what = "has nothing to judge";
    auto text = fmt::format("`{}` {} for {} under {}", slo.text("name"), what, slo_subject(slo),
                            slo.text("strategy"));
    if (verdict == "none") return text;
    text += fmt::format(": {}, limit {}", slo_value(slo).text, slo_limit(slo));
    if (slo["runsMet"].is_number()) {
        text += fmt::format("; met in {} of {} runs", slo["runsMet"].digits(),
                            slo["runs"].is_number() ? slo["runs"].digits() : runs);
    }
    return text;
}

}  // namespace

std::vector<sim::Check> study_checks(const Json& result) {
    std::vector<sim::Check> checks;
    const Part all(result);
    const auto provenance = all["provenance"];
    for (const auto& slo : all["slos"].items()) {
        if (!slo.flag("judges")) continue;
        sim::Check check;
        check.rule = "slo/" + slo.text("name");
        check.title = slo["text"].is_text() ? slo.text("text") : slo.text("name");
        check.group = slo.text("strategy");
        check.name = slo.text("name");
        if (!slo_subject(slo).empty()) check.name += " (" + slo_subject(slo) + ")";
        check.result = result_of(slo.text("verdict"));
        check.level = check.group == provenance.text("baseline") ? sim::Severity::error
                                                                 : sim::Severity::warning;
        check.message = message_of(slo, provenance["runs"].digits());
        check.place = place_of(slo);
        checks.push_back(std::move(check));
    }
    return checks;
}

}  // namespace models
