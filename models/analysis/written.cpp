#include "models/analysis/written.hpp"

#include <utility>

namespace models {

WrittenSettings written_settings(const SettingLookup& lookup,
                                 const std::vector<std::string>& strategies,
                                 const std::vector<std::string>& faults) {
    WrittenSettings written;
    for (const auto& strategy : strategies) {
        auto& own = written.strategies.emplace_back();
        for (const auto& key : lookup.own_keys(strategy)) {
            auto text = lookup.at("strategies." + strategy + "." + key);
            if (!text || text->value.empty()) continue;
            text->path = key;
            own.push_back(std::move(*text));
        }
    }
    for (const auto& fault : faults) {
        const auto text = lookup.at("faults." + fault);
        written.faults.push_back(text ? text->value : "");
    }
    return written;
}

}  // namespace models
