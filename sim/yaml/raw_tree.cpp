#include "sim/yaml/raw_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "sim/yaml/syntax_error.hpp"
#include "sim/yaml/text_scan.hpp"

namespace sim {
namespace {

/// Leaves yaml-cpp from inside a callback; what is wrong has been reported.
struct StopParsing {};

/// Turns yaml-cpp's events into a RawTree. Only events carry the place of an alias: yaml-cpp's own
/// node tree has forgotten it (and holds cycles).
class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(const SourceMap& sources, std::uint32_t file, std::size_t max_depth,
                Diagnostics& diagnostics)
        : sources_(sources),
          text_(sources.text(file)),
          file_(file),
          max_depth_(max_depth),
          diagnostics_(diagnostics) {}

    [[nodiscard]] RawTree& tree() { return tree_; }

    /// What the parser had understood when it failed.
    [[nodiscard]] SyntaxContext context() const {
        SyntaxContext context{last_end_, {}, anchor_names_};
        for (const auto index : open_) {
            if (tree_.nodes[index].flow) context.open_bracket = tree_.nodes[index].offset;
        }
        return context;
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ == 1) return;
        const std::size_t at = offset_of(mark);
        if (text_.substr(at, 3) == "---") {
            stop(at, 3, "a second document starts here", "one file holds one document");
        }
        stop(at, 1, "this does not belong to the lines above",
             "entries of one list or map start in the same column");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        RawNode node;
        node.kind = RawNode::Kind::null;
        node.closed = true;
        place_null(node, offset_of(mark));
        add(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        RawNode node;
        node.kind = RawNode::Kind::alias;
        node.closed = true;
        node.offset = offset_of(mark);
        node.length = alias_length(text_, node.offset);
        node.target = anchored_.at(anchor - 1);
        if (!tree_.nodes[node.target].closed) {
            const auto name = text_.substr(node.offset, node.length);
            error(node.offset, node.length,
                  fmt::format("{} refers to the value that contains it", quote(name)));
            node.kind = RawNode::Kind::null;
        }
        last_end_ = node.offset + node.length;
        add(std::move(node), 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        RawNode node;
        node.kind = RawNode::Kind::scalar;
        node.closed = true;
        node.quoted = tag != "?";
        node.text = value;
        node.offset = skip_properties(text_, offset_of(mark));
        node.length = scalar_length(text_, node.offset, value);
        if (quote_is_open(text_, node.offset)) {
            stop(node.offset, 1, "this quote is never closed", "");
        }
        if (!node.quoted && !next_is_key() && value.size() > 1 && value[0] == '~') {
            node.guess = true;
            node.text.erase(0, std::min(value.find_first_not_of(' ', 1), value.size()));
        }
        last_end_ = node.offset + node.length;
        refuse_tag(tag, mark, node);
        add(std::move(node), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(RawNode::Kind::list, '[', mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }

    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(RawNode::Kind::map, '{', mark, tag, anchor);
    }
    void OnMapEnd() override {
        RawNode& map = tree_.nodes[open_.back()];
        if (!map.flow && !map.children.empty()) {  // a block map is shown at its first key
            map.offset = tree_.nodes[map.children.front()].offset;
            map.length = tree_.nodes[map.children.front()].length;
        }
        close();
    }

    void OnAnchor(const YAML::Mark&, const std::string& name) override {
        anchor_names_.push_back(name);
    }

  private:
    [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
        return mark.pos < 0 ? text_.size()
                            : std::min(static_cast<std::size_t>(mark.pos), text_.size());
    }

    void error(std::size_t offset, std::size_t length, std::string message, std::string hint = {}) {
        diagnostics_.error(sources_.range(file_, offset, length), std::move(message),
                           std::move(hint));
    }
    [[noreturn]] void stop(std::size_t offset, std::size_t length, std::string message,
                           std::string hint) {
        error(offset, length, std::move(message), std::move(hint));
        throw StopParsing{};
    }

    [[nodiscard]] bool in_map() const {
        return !open_.empty() && tree_.nodes[open_.back()].kind == RawNode::Kind::map;
    }
    [[nodiscard]] bool next_is_key() const {
        return in_map() && tree_.nodes[open_.back()].children.size() % 2 == 0;
    }

    /// A null that is written has a place; an absent one is shown at its key or at its dash.
    void place_null(RawNode& node, std::size_t mark) {
        const std::size_t at = skip_properties(text_, mark);
        if (null_written_at(text_, at, next_is_key())) {
            node.offset = at;
            node.length = text_[at] == '~' ? 1 : 4;
        } else if (in_map() && !next_is_key()) {
            const RawNode& key = tree_.nodes[tree_.nodes[open_.back()].children.back()];
            node.offset = key.offset;
            node.length = key.length;
            return;
        } else {
            node.offset = absent_item(text_, last_end_, mark);
        }
        last_end_ = node.offset + node.length;
    }

    void refuse_tag(const std::string& tag, const YAML::Mark& mark, const RawNode& node) {
        if (tag.empty() || tag == "?" || tag == "!") return;
        const std::size_t at = std::min(text_.find('!', offset_of(mark)), node.offset);
        const std::size_t length = at < node.offset ? alias_length(text_, at) : node.length;
        error(at, length, fmt::format("the tag {} means nothing here", quote(tag)), "remove it");
    }

    std::uint32_t add(RawNode node, YAML::anchor_t anchor) {
        const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
        if (!open_.empty()) tree_.nodes[open_.back()].children.push_back(index);
        tree_.nodes.push_back(std::move(node));
        if (anchor != 0) {
            if (anchored_.size() < anchor) anchored_.resize(anchor);
            anchored_[anchor - 1] = index;
        }
        return index;
    }

    void open(RawNode::Kind kind, char bracket, const YAML::Mark& mark, const std::string& tag,
              YAML::anchor_t anchor) {
        RawNode node;
        node.kind = kind;
        node.offset = skip_properties(text_, offset_of(mark));
        node.flow = node.offset < text_.size() && text_[node.offset] == bracket;
        if (node.flow) node.length = bracket_length(text_, node.offset);
        last_end_ = node.offset;
        refuse_tag(tag, mark, node);
        if (open_.size() >= max_depth_) {
            stop(node.offset, 1,
                 fmt::format("lists and maps are nested more than {} deep, the limit", max_depth_),
                 fmt::format("raise it with `--limit depth={}`", 2 * max_depth_));
        }
        open_.push_back(add(std::move(node), anchor));
    }
    void close() {
        tree_.nodes[open_.back()].closed = true;
        open_.pop_back();
    }

    const SourceMap& sources_;
    std::string_view text_;
    std::uint32_t file_;
    std::size_t max_depth_;
    Diagnostics& diagnostics_;
    RawTree tree_;
    std::vector<std::uint32_t> open_;      ///< from the root to the innermost open collection
    std::vector<std::uint32_t> anchored_;  ///< node of anchor number i + 1
    std::vector<std::string> anchor_names_;
    std::size_t last_end_ = 0;  ///< byte after what was read last
    int documents_ = 0;
};

}  // namespace

std::optional<RawTree> parse_raw(const SourceMap& sources, std::uint32_t file,
                                 std::size_t max_depth, Diagnostics& diagnostics) {
    TreeBuilder builder(sources, file, max_depth, diagnostics);
    std::istringstream stream(sources.text(file));
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const StopParsing&) {
        return std::nullopt;
    } catch (const YAML::Exception& failure) {
        const auto offset = failure.mark.pos < 0 ? sources.text(file).size()
                                                 : static_cast<std::size_t>(failure.mark.pos);
        report_syntax_error(sources, file, failure.msg, offset, builder.context(), diagnostics);
        return std::nullopt;
    }
    return std::move(builder.tree());
}

}  // namespace sim
