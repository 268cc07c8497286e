#include "models/lint/places.hpp"

#include <algorithm>

#include "models/lint/context.hpp"
#include "models/scenario/preset_catalog.hpp"
#include "sim/yaml/write_yaml.hpp"

namespace models {

using sim::Node;

const Node* first_written(const Node& node) {
    if (node.is_scalar() && node.range.has_place()) return &node;
    for (const Node& item : node.items) {
        if (const Node* found = first_written(item)) return found;
    }
    for (const sim::MapEntry& entry : node.entries) {
        if (const Node* found = first_written(entry.value)) return found;
    }
    return node.range.has_place() ? &node : nullptr;
}

bool LintContext::is_of_preset(const sim::SourceRange& range) const {
    return std::any_of(scenario_.presets.begin(), scenario_.presets.end(),
                       [&](const PresetText& preset) { return preset.file == range.file; });
}

/// Where the user sees it: of a preset's value where the preset is named.
std::optional<sim::SourceRange> LintContext::visible_place(const Node& node) const {
    const Node* written = first_written(node);
    if (written == nullptr) return std::nullopt;
    return is_of_preset(written->range) ? written->alias : written->range;
}

/// The value of `set: {services.web.queue: 20}`, or of one that contains or is within it.
const Node* LintContext::set_value(std::string_view service, std::string_view key) const {
    const std::string path = "services." + std::string(service) + "." + std::string(key);
    for (const sim::MapEntry& entry : strategy_.set.entries) {
        const bool is_it = entry.key == path || entry.key.starts_with(path + ".") ||
                           path.starts_with(entry.key + ".");
        if (is_it) return &entry.value;
    }
    return nullptr;
}

const Node* LintContext::written_value(ServiceId id, std::string_view key) const {
    if (const Node* set = set_value(name(id), key)) return first_written(*set);
    const Node* services = scenario_.resolved.find("services");
    const Node* service = services == nullptr ? nullptr : services->find(name(id));
    const Node* value = service == nullptr ? nullptr : find_path(*service, key);
    return value == nullptr ? nullptr : first_written(*value);
}

sim::SourceRange LintContext::place_of(ServiceId id, std::string_view key) const {
    const Node* value = written_value(id, key);
    if (value == nullptr) return service(id).name.range;
    return visible_place(*value).value_or(service(id).name.range);
}

bool LintContext::is_written(ServiceId id, std::string_view key) const {
    return written_value(id, key) != nullptr;
}

sim::SourceRange LintContext::place_of(const LintCall& call, std::string_view key) const {
    const Node* value = call.settings.find(key);
    if (value == nullptr) return call.place;
    return visible_place(*value).value_or(call.place);
}

bool LintContext::is_written(const LintCall& call, std::string_view key) const {
    const Node* value = call.settings.find(key);
    return value != nullptr && first_written(*value) != nullptr;
}

std::string LintContext::preset_of(const LintCall& call, std::string_view key) const {
    const Node* value = call.settings.find(key);
    const Node* written = value == nullptr ? nullptr : first_written(*value);
    if (written == nullptr) return {};
    for (const PresetText& preset : scenario_.presets) {
        if (preset.file == written->range.file) return preset.name;
    }
    return {};
}

std::string LintContext::text_of(const LintCall& call, std::string_view key) const {
    const Node* value = call.settings.find(key);
    if (value == nullptr) return "none";
    return value->is_scalar() ? value->text : write_flow(*value);
}

}  // namespace models
