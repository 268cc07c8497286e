#include <ostream>
#include <sstream>

#include "sim/report/render.hpp"

namespace sim {

std::string render_json(const Document& document, const TextStyle&) {
    std::ostringstream text;
    write_json(document, text);
    return std::move(text).str();
}

/// `dump` makes one string of it, whose growing takes three times its size, and `<<` refuses what
/// is no UTF-8.
void write_json(const Document& document, std::ostream& out) {
    using Json = decltype(document.data);
    nlohmann::detail::serializer<Json> serializer(nlohmann::detail::output_adapter<char>(out), ' ',
                                                  nlohmann::json::error_handler_t::replace);
    serializer.dump(document.data, true, false, 2);
    out << "\n";
}

}  // namespace sim
