#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/diagnostics.hpp"
#include "sim/core/source_map.hpp"
#include "sim/yaml/node.hpp"

namespace sim {

/// What a file may ask of the reader before it is refused. The messages name the limit and the
/// option that raises it (`--limit file=8MiB`, `--limit values=1000000`, `--limit depth=100`,
/// `--limit points=1000000`).
struct LoadLimits {
    std::size_t file_bytes = std::size_t{1} << 20;
    std::size_t values = 100'000;  ///< after aliases and merge keys are written out
    std::size_t depth = 64;        ///< lists and maps inside each other; at most 400
    std::size_t points = 100'000;  ///< of a sweep
};

/// The bytes of a file, or in `error` why there are none ("no such file", "is a directory", …).
struct FileContent {
    std::string text;
    std::string error;
};

/// Where files come from: the disk, or a fake of a test. Must not read (much) more than
/// `limit_bytes + 1` bytes.
using FileLoader = std::function<FileContent(const std::string& path, std::size_t limit_bytes)>;

/// The `FileLoader` of the disk: regular files and pipes.
FileContent read_disk_file(const std::string& path, std::size_t limit_bytes);

/// `relative` as seen from the folder of the file `base`; absolute paths are returned as they are.
std::string sibling_path(std::string_view base, std::string_view relative);

/// Reads one YAML document. `name` is what diagnostics call it. Empty result: the text cannot be
/// read at all (syntax, binary, two documents, limits). Otherwise a tree, possibly with errors
/// about single places (duplicate keys, tags), so that the caller can go on collecting errors.
///
/// Anchors and aliases (`&base`, `*base`) and merge keys (`<<: *base`, `<<: [*a, *b]`) work as in
/// YAML 1.1: own keys win over merged ones, and an earlier map of the list over a later one. The
/// merged entries stand where the `<<` was. Every value that came through an alias has its place
/// at the anchor's text in `Node::range` and the place of the (outermost) alias in `Node::alias`.
///
/// Refused with a place: duplicate keys, keys that are not scalars, tags, a second document,
/// control characters, invalid UTF-8, cyclic aliases, and whatever is beyond `limits`. A byte order
/// mark and CRLF are accepted. Top-level keys with `x-` are ordinary entries here.
std::optional<Node> load_text(SourceMap& sources, Diagnostics& diagnostics, std::string name,
                              std::string text, const LoadLimits& limits = {});

/// The same for a file. When it cannot be read, the error is at `wanted_at` (say, the value of an
/// `include:`), or carries just the file's name when there is no such place.
std::optional<Node> load_file(SourceMap& sources, Diagnostics& diagnostics, const std::string& path,
                              const FileLoader& loader = read_disk_file,
                              const LoadLimits& limits = {}, SourceRange wanted_at = {});

}  // namespace sim
