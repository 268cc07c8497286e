// SARIF 2.1.0 (OASIS standard of 27 March 2020); section numbers are those of its text.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/core/assert.hpp"
#include "sim/core/hash.hpp"
#include "sim/core/version.hpp"
#include "sim/report/render.hpp"

namespace sim {

namespace {

using Json = nlohmann::ordered_json;

/// A relative reference of RFC 3986: all but unreserved characters and `/` are written as their
/// bytes. (A colon in the first part would make a scheme of it.)
std::string uri_of(std::string_view path) {
    while (path.starts_with("./")) path.remove_prefix(2);
    std::string uri;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return uri;
}

Json location_of(const CheckPlace& place) {
    Json physical = {
        {"artifactLocation", {{"uri", uri_of(place.file)}, {"uriBaseId", "%SRCROOT%"}}}};
    if (place.line > 0) {
        Json region = {{"startLine", place.line}};
        if (place.column > 0) region["startColumn"] = place.column;
        if (place.column > 0 && place.length > 0) {
            region["endColumn"] = place.column + place.length;  // the one after it (3.30.8)
        }
        physical["region"] = std::move(region);
    }
    return {{"physicalLocation", std::move(physical)}};
}

/// The rules of all checks, in the order in which they first appear.
class Rules {
  public:
    explicit Rules(const std::vector<Check>& checks) {
        for (const auto& check : checks) {
            if (std::find(ids_.begin(), ids_.end(), check.rule) == ids_.end()) add(check);
        }
    }
    [[nodiscard]] std::size_t index_of(const std::string& id) const {
        const auto found = std::find(ids_.begin(), ids_.end(), id);
        SIM_ASSERT(found != ids_.end());
        return static_cast<std::size_t>(found - ids_.begin());
    }
    [[nodiscard]] const Json& json() const { return json_; }

  private:
    void add(const Check& check) {
        ids_.push_back(check.rule);
        Json rule = {{"id", check.rule}};
        if (!check.title.empty()) rule["shortDescription"] = {{"text", check.title}};
        if (!check.help.empty()) rule["help"] = {{"text", check.help}};
        rule["defaultConfiguration"] = {{"level", name_of(check.level)}};
        json_.push_back(std::move(rule));
    }

    std::vector<std::string> ids_;
    Json json_ = Json::array();
};

/// The same finding in another version of the file, wherever its line went (3.27.17); `before` are
/// the results that it must be told from.
std::string fingerprint_of(const Check& check, const Json& before) {
    auto hash = hash_text(check.rule);
    for (const auto& part : {check.group, check.name}) hash = hash_combine(hash, hash_text(part));
    const auto text = fmt::format("{:016x}", hash);
    const auto same = std::count_if(before.begin(), before.end(), [&](const Json& one) {
        return one["partialFingerprints"]["check/v1"].get<std::string>().starts_with(text);
    });
    return same == 0 ? text : fmt::format("{}:{}", text, same + 1);
}

/// Of a result that the file itself says is there on purpose (3.35).
Json suppressions_of(const Check& check) {
    if (!check.suppression) return Json::array();
    Json one = {{"kind", "inSource"}, {"status", "accepted"}};
    if (!check.suppression->justification.empty()) {
        one["justification"] = check.suppression->justification;
    }
    if (check.suppression->place) one["location"] = location_of(*check.suppression->place);
    return Json::array({std::move(one)});
}

/// What cannot be decided is open (3.27.9), and then has no level (3.27.10).
Json result_of(const Check& check, const Rules& rules, const Json& before) {
    const bool open = check.result == CheckResult::unsure;
    Json result = {{"ruleId", check.rule},
                   {"ruleIndex", rules.index_of(check.rule)},
                   {"kind", open ? "open" : "fail"},
                   {"level", open ? std::string_view("none") : name_of(check.level)},
                   {"message", {{"text", check.message.empty() ? check.name : check.message}}}};
    if (check.place) result["locations"] = Json::array({location_of(*check.place)});
    result["partialFingerprints"] = {{"check/v1", fingerprint_of(check, before)}};
    return result;
}

}  // namespace

std::string render_sarif(const Document& document, const TextStyle& style) {
    const Rules rules(document.checks);
    Json results = Json::array();
    // Either every result says whether it is suppressed or none does (3.27.23).
    const bool suppresses =
        std::any_of(document.checks.begin(), document.checks.end(),
                    [](const Check& check) { return check.suppression.has_value(); });
    for (const auto& check : document.checks) {
        if (check.result == CheckResult::pass) continue;
        auto result = result_of(check, rules, results);
        if (suppresses) result["suppressions"] = suppressions_of(check);
        results.push_back(std::move(result));
    }
    const Json run = {{"tool",
                       {{"driver",
                         {{"name", "firedrill"},
                          {"version", kVersion},
                          {"semanticVersion", kVersion},
                          {"rules", rules.json()}}}}},
                      {"columnKind", "unicodeCodePoints"},
                      {"results", std::move(results)}};
    const Json log = {
        {"$schema",
         "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"},
        {"version", "2.1.0"},
        {"runs", Json::array({run})}};
    return log.dump(2, ' ', style.ascii, Json::error_handler_t::replace) + "\n";
}

}  // namespace sim
