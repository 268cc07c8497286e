#pragma once

#include <string>
#include <string_view>

namespace models {

/// What help says of a key beyond its type and meaning.
struct KeyNote {
    std::string_view section;  ///< as in SchemaField
    std::string_view key;
    std::string_view rule;     ///< how exactly it works; may be empty
    std::string_view source;   ///< keys of POLICIES, or a section of SEMANTICS; may be empty
    std::string_view example;  ///< to paste at the top level of a scenario
};
/// Null when there is nothing more to say.
const KeyNote* find_key_note(std::string_view section, std::string_view key);

/// What holds where the key is not written: from its declaration, or from completing a scenario
/// that says nothing. Empty: it has to be written, or nothing stands for it.
std::string default_text(std::string_view section, std::string_view key);

}  // namespace models
