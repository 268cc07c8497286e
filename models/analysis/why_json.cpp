#include <fmt/format.h>

#include "models/analysis/format.hpp"
#include "models/analysis/json_parts.hpp"
#include "models/analysis/study_report.hpp"
#include "models/analysis/why.hpp"

namespace models {

namespace {

Json slo_names(const std::vector<std::size_t>& slos, const StudySettings& settings) {
    Json names = Json::array();
    for (const auto slo : slos) names.push_back(settings.slos[slo].name);
    return names;
}

/// What is not written anywhere has no place.
Json place_json(const std::string& place) { return place.empty() ? Json() : Json(place); }

Json part_json(const PartFinding& part, const StudySettings& settings) {
    return {{"name", part.part.name},
            {"replicas", part.part.replicas},
            {"lasts", finite(part.part.length.seconds())},
            {"lost", estimate_json(part.lost)},
            {"lostWhereHit", estimate_json(part.lost_where_hit)},
            {"share", finite(part.share)},
            {"slosMissed", slo_names(part.missed, settings)},
            {"suffices", part.suffices}};
}

}  // namespace

std::string limit_sentence(const BoundLimit& limit) {
    const auto place = limit.place.empty() ? std::string("a default") : limit.place;
    return fmt::format("{}: {} {} ({}), {}", limit.where, limit.setting, limit.value, place,
                       limit.what);
}

std::string amplifier_sentence(const Amplifier& one) {
    return fmt::format("{} → {}: {} tries per call, at most {}{} (retries, {})", one.caller,
                       one.callee, one.tries ? number_text(*one.tries) : "no", one.most,
                       one.budgeted ? " and within a budget" : "",
                       one.place.empty() ? std::string("a default") : one.place);
}

nlohmann::ordered_json why_json(const Why& why, const StudySettings& settings) {
    Json json;
    json["strategy"] = why.strategy;
    json["runs"] = why.replications;
    json["lost"] = estimate_json(why.lost);
    json["lostWhereHit"] = estimate_json(why.lost_where_hit);
    json["slosMissed"] = slo_names(why.missed, settings);
    json["parts"] = Json::array();
    for (const auto& part : why.parts) json["parts"].push_back(part_json(part, settings));
    json["smallest"] = why.smallest ? Json(why.parts[*why.smallest].part.name) : Json();
    const auto sentence = parts_sentence(why);
    json["sentence"] = sentence.empty() ? Json() : Json(sentence);
    json["limits"] = Json::array();
    for (const auto& limit : why.limits) {
        json["limits"].push_back({{"where", limit.where},
                                  {"setting", limit.setting},
                                  {"value", limit.value},
                                  {"place", place_json(limit.place)},
                                  {"sentence", limit_sentence(limit)}});
    }
    json["amplifiers"] = Json::array();
    for (const auto& one : why.amplifiers) {
        json["amplifiers"].push_back({{"caller", one.caller},
                                      {"callee", one.callee},
                                      {"endpoint", one.endpoint},
                                      {"tries", finite(one.tries)},
                                      {"most", one.most},
                                      {"budgeted", one.budgeted},
                                      {"place", place_json(one.place)},
                                      {"sentence", amplifier_sentence(one)}});
    }
    return json;
}

}  // namespace models
