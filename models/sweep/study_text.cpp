#include <nlohmann/json.hpp>

#include "models/sweep/rows.hpp"

namespace models {

using Json = nlohmann::ordered_json;

std::string sweep_text(const SweepStudy& study) {
    return Json{{"name", study.name},           {"file", study.file},
                {"question", study.question},   {"resolved", study.resolved},
                {"inputs", study.inputs},       {"strategies", study.strategies},
                {"seed", study.seed},           {"runs", study.runs},
                {"automatic", study.automatic}, {"confidence", study.confidence},
                {"command", study.command},     {"engine", study.engine},
                {"points", study.points}}
        .dump();
}

std::optional<SweepStudy> read_sweep_text(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        SweepStudy study;
        json.at("name").get_to(study.name);
        json.at("file").get_to(study.file);
        json.at("question").get_to(study.question);
        json.at("resolved").get_to(study.resolved);
        json.at("inputs").get_to(study.inputs);
        json.at("strategies").get_to(study.strategies);
        json.at("seed").get_to(study.seed);
        json.at("runs").get_to(study.runs);
        json.at("automatic").get_to(study.automatic);
        json.at("confidence").get_to(study.confidence);
        json.at("command").get_to(study.command);
        json.at("engine").get_to(study.engine);
        json.at("points").get_to(study.points);
        for (const auto& point : study.points) {
            if (point.size() != study.inputs.size()) return std::nullopt;
        }
        return study;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace models
