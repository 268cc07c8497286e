#include "models/action/action_name.hpp"

#include "sim/yaml/parameters.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

void name_parameter(sim::Parameters& p, std::string_view key, ActionName& name,
                    std::string_view summary) {
    p.other(key, "name", "", summary,
            [&name](const sim::Node& node, sim::Diagnostics& diagnostics, bool /*partial*/) {
                const auto text = sim::read_string(node, diagnostics, "a name");
                if (text) name = {*text, node.range};
                return text.has_value();
            });
}

}  // namespace models
