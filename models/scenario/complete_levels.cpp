#include <string_view>
#include <utility>

#include "models/scenario/complete.hpp"
#include "models/scenario/merge.hpp"
#include "models/scenario/scenario.hpp"
#include "sim/yaml/parameters.hpp"

namespace models {

using sim::MapEntry;
using sim::Node;

void complete_condition(Node& owner, std::string_view key, std::string_view over) {
    Node* condition = find_value(owner, key);
    if (condition == nullptr || (condition->is_scalar() && condition->text == "none")) return;
    if (condition->is_scalar()) {
        Node map = map_node();
        map.range = condition->range;
        put(map, "condition", *condition);
        *condition = std::move(map);
    }
    if (!condition->is_map()) return;
    put_default(*condition, "over", over);
    put_default(*condition, "for", "0s");
}

void complete_levels(Node& service) {
    Node* levels = find_value(service, "levels");
    if (levels == nullptr || !levels->is_map()) return;
    for (MapEntry& entry : levels->entries) {
        Node& level = entry.value;
        if (!level.is_map()) continue;
        complete_condition(level, "when", "5s");
        complete_condition(level, "until", "5s");
        put_default(level, "without", list_node({}));
        for (const sim::ParameterDoc& doc : sim::list_parameters<ServiceLevel>()) {
            put_default(level, doc.key, scalar_node(doc.otherwise));
        }
    }
}

}  // namespace models
