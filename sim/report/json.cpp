#include "sim/report/render.hpp"

namespace sim {

std::string render_json(const Document& document, const TextStyle&) {
    return document.data.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace sim
