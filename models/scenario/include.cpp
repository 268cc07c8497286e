#include "models/scenario/include.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "models/scenario/merge.hpp"
#include "sim/yaml/map_reader.hpp"
#include "sim/yaml/scalars.hpp"

namespace models {

using sim::Node;

namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxFiles = 200;

class IncludeLoader {
  public:
    IncludeLoader(const LoadRequest& request, sim::SourceMap& sources,
                  sim::Diagnostics& diagnostics)
        : request_(request), sources_(sources), diagnostics_(diagnostics) {}

    /// `wanted_at` is null for the file that the user named.
    std::optional<Node> load(const std::string& path, const Node* wanted_at) {
        if (wanted_at != nullptr && !may_open(path, *wanted_at)) return std::nullopt;
        ++files_;
        open_.push_back(path);
        auto root = sim::load_file(sources_, diagnostics_, path, request_.loader, request_.limits,
                                   wanted_at != nullptr ? wanted_at->range : sim::SourceRange{});
        if (root && !root->is_map()) {
            sim::report(diagnostics_, *root,
                        fmt::format("expected a scenario, found {}", sim::describe(*root)),
                        "a scenario is a map of sections: `version: 1`, `services:`, `workload:`");
            root.reset();
        }
        if (root) merge_includes(*root, path);
        open_.pop_back();
        return root;
    }

  private:
    bool may_open(const std::string& path, const Node& at) {
        if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
            sim::report(diagnostics_, at, fmt::format("{} includes itself", sim::quote(path)),
                        fmt::format("the chain is {} -> {}", fmt::join(open_, " -> "), path));
            return false;
        }
        if (open_.size() >= kMaxDepth) {
            sim::report(diagnostics_, at,
                        fmt::format("files include each other more than {} levels deep", kMaxDepth),
                        "include the files from one place");
            return false;
        }
        if (files_ >= kMaxFiles) {
            sim::report(diagnostics_, at, fmt::format("more than {} files are included", kMaxFiles),
                        "include each file once");
            return false;
        }
        return true;
    }

    void merge_includes(Node& root, const std::string& path) {
        const Node* includes = root.find("include");
        if (includes == nullptr) return;
        Node below = map_node();
        for (const Node& item : sim::read_list_or_one(*includes)) {
            const auto name = sim::read_string(item, diagnostics_, "a file to include");
            if (!name) continue;
            if (const auto tree = load(sim::sibling_path(path, *name), &item)) {
                below = merge_nodes(below, *tree);
            }
        }
        remove_key(root, "include");
        root = merge_nodes(below, root);
    }

    const LoadRequest& request_;
    sim::SourceMap& sources_;
    sim::Diagnostics& diagnostics_;
    std::vector<std::string> open_;
    std::size_t files_ = 0;
};

}  // namespace

std::optional<IncludedTree> load_with_includes(const LoadRequest& request, sim::SourceMap& sources,
                                               sim::Diagnostics& diagnostics) {
    const bool from_stdin = request.path == "-";
    IncludedTree tree;
    LoadRequest spied = request;
    spied.loader = [&](const std::string& path, std::size_t limit) {
        const bool first = tree.bytes.empty();
        auto content = request.loader(path == "<stdin>" ? "/dev/stdin" : path, limit);
        if (first) tree.bytes = content.text;
        return content;
    };
    tree.name = from_stdin ? "<stdin>" : request.path;
    IncludeLoader loader(spied, sources, diagnostics);
    auto root = loader.load(tree.name, nullptr);
    if (!root) return std::nullopt;
    tree.root = std::move(*root);
    return tree;
}

}  // namespace models
