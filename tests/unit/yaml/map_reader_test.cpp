#include "sim/yaml/map_reader.hpp"

#include <variant>

#include "sim/yaml/read_variant.hpp"
#include "sim/yaml/scalars.hpp"
#include "tests/unit/yaml/yaml_fixture.hpp"

using namespace sim;
using namespace sim::test;

TEST_CASE("unread keys are errors with suggestions") {
    Loaded f("policy: {max_retries: 3, timeuot: 1s, hedge: {}, zzz: 1, retryOn: [x]}\n");
    MapReader reader(f.at("policy"), f.diagnostics, "policy");
    CHECK(reader.take("timeout") == nullptr);
    CHECK(reader.take("retries") == nullptr);
    CHECK(reader.take("retryOn") != nullptr);
    reader.finish({{"max_retries", "retries", "It counts additional tries."},
                   {"hedge", "", "planned for a later version"}});
    CHECK(f.said() ==
          "f.yaml:1:10: error: unknown key `max_retries` in policy\n"
          "    1 | policy: {max_retries: 3, timeuot: 1s, hedge: {}, zzz: 1, retryOn: [x]}\n"
          "      |          ^^^^^^^^^^^\n"
          "   hint: did you mean `retries`? It counts additional tries.\n"
          "f.yaml:1:26: error: unknown key `timeuot` in policy\n"
          "    1 | policy: {max_retries: 3, timeuot: 1s, hedge: {}, zzz: 1, retryOn: [x]}\n"
          "      |                          ^^^^^^^\n"
          "   hint: did you mean `timeout`?\n"
          "f.yaml:1:39: error: unknown key `hedge` in policy\n"
          "    1 | policy: {max_retries: 3, timeuot: 1s, hedge: {}, zzz: 1, retryOn: [x]}\n"
          "      |                                       ^^^^^\n"
          "   hint: planned for a later version\n"
          "f.yaml:1:50: error: unknown key `zzz` in policy\n"
          "    1 | policy: {max_retries: 3, timeuot: 1s, hedge: {}, zzz: 1, retryOn: [x]}\n"
          "      |                                                  ^^^\n"
          "   hint: known: timeout, retries, retryOn\n");
}

TEST_CASE("an unknown key that an alias brought names the alias, too") {
    Loaded f("b: &b {zzz: 1}\np: {<<: *b}\n");
    MapReader reader(f.at("p"), f.diagnostics, "policy");
    reader.finish();
    const auto all = f.diagnostics.sorted();
    REQUIRE(all.size() == 1);
    CHECK(where(all[0].range) == "1:8+3");
    CHECK(where(all[0].other_range) == "2:9+2");
    CHECK(all[0].other_label == "used here");
}

TEST_CASE("a required key is missed at the map, a wrong shape is said once") {
    Loaded f("a: {}\nb: [1]\nc:\n");
    MapReader a(f.at("a"), f.diagnostics, "region `eu`");
    CHECK(a.require("zones") == nullptr);
    a.finish();
    MapReader b(f.at("b"), f.diagnostics, "policy");
    CHECK_FALSE(b.valid());
    CHECK(b.require("timeout") == nullptr);
    b.finish();
    MapReader c(f.at("c"), f.diagnostics, "service `auth`");
    CHECK(c.valid());
    CHECK(c.take("latency") == nullptr);
    c.finish();
    CHECK(f.said() ==
          "f.yaml:1:4: error: region `eu` needs `zones`\n"
          "    1 | a: {}\n"
          "      |    ^^\n"
          "f.yaml:2:4: error: policy: expected a map, found a list\n"
          "    2 | b: [1]\n"
          "      |    ^^^\n");
}

TEST_CASE("lists and maps of names") {
    Loaded f("list: [a, b]\nword: a\nmap: {x: 1}\nnone:\n");
    CHECK(read_list(f.at("list"), f.diagnostics, "zones").size() == 2);
    CHECK(read_list(f.at("none"), f.diagnostics, "zones").empty());
    CHECK(read_list_or_one(f.at("list")).size() == 2);
    CHECK(read_list_or_one(f.at("word")).size() == 1);
    CHECK(read_list_or_one(f.at("none")).empty());
    CHECK(read_entries(f.at("map"), f.diagnostics, "services").size() == 1);
    CHECK(read_entries(f.at("none"), f.diagnostics, "services").empty());
    REQUIRE(f.said().empty());
    CHECK(read_list(f.at("word"), f.diagnostics, "zones").empty());
    CHECK(read_entries(f.at("list"), f.diagnostics, "services").empty());
    const auto all = f.diagnostics.sorted();
    REQUIRE(all.size() == 2);
    CHECK(all[0].message == "expected a map of services, found a list");
    CHECK(all[1].message == "expected a list of zones, found `a`");
    CHECK(all[1].hint == "write it as a list: `[…]`");
}

namespace {

struct NoBackoff {
    static constexpr std::string_view name = "none";
    static std::optional<NoBackoff> read(MapReader&) { return NoBackoff{}; }
};
struct ConstantBackoff {
    static constexpr std::string_view name = "constant";
    Duration base{0};
    static std::optional<ConstantBackoff> read(MapReader& reader) {
        const Node* base = reader.require("base");
        if (base == nullptr) return std::nullopt;
        const auto duration = read_duration(*base, reader.diagnostics());
        if (!duration) return std::nullopt;
        return ConstantBackoff{*duration};
    }
};
using Backoff = std::variant<NoBackoff, ConstantBackoff>;

constexpr KeyHint kEnvoy{"envoy", "", "presets are planned for a later version"};

struct Read {
    std::optional<Backoff> value;
    std::string said;
};
Read read_backoff(const std::string& text, std::string_view default_kind = {}) {
    Loaded f("v: " + text + "\n");
    VariantOptions options;
    options.default_kind = default_kind;
    options.kind_hints = std::span(&kEnvoy, 1);
    auto value = read_variant<Backoff>(f.at("v"), f.diagnostics, "backoff", options);
    std::string said;
    for (const Diagnostic& one : f.diagnostics.sorted()) {
        said += where(one.range) + " " + one.message + (one.hint.empty() ? "" : " | ") + one.hint +
                "\n";
    }
    return {value, said};
}

}  // namespace

TEST_CASE("a variant is read by its kind") {
    CHECK(std::holds_alternative<NoBackoff>(*read_backoff("none").value));
    CHECK(std::holds_alternative<NoBackoff>(*read_backoff("{kind: none}").value));
    const Read constant = read_backoff("{kind: constant, base: 20ms}");
    CHECK(constant.said.empty());
    CHECK(std::get<ConstantBackoff>(*constant.value).base == milliseconds(20));
    const Read by_default = read_backoff("{base: 30ms}", "constant");
    CHECK(std::get<ConstantBackoff>(*by_default.value).base == milliseconds(30));
}

TEST_CASE("mistakes in a variant are explained at their place") {
    CHECK(read_backoff("{kind: constnat, base: 20ms}").said ==
          "1:11+8 unknown backoff `constnat` | did you mean `constant`?\n");
    CHECK(read_backoff("random").said ==
          "1:4+6 unknown backoff `random` | known: none, constant\n");
    CHECK(read_backoff("envoy").said ==
          "1:4+5 unknown backoff `envoy` | presets are planned for a later version\n");
    CHECK(read_backoff("{base: 20ms}").said ==
          "1:4+12 backoff needs `kind` | known: none, constant\n");
    CHECK(read_backoff("").said == "1:1+1 backoff needs `kind` | known: none, constant\n");
    CHECK(read_backoff("[none]").said == "1:4+6 backoff: expected a map, found a list\n");
    CHECK(read_backoff("{kind: [a]}").said ==
          "1:11+3 expected the kind of the backoff, found a list\n");
    CHECK(read_backoff("constant").said == "1:4+8 backoff needs `base`\n");
    CHECK(read_backoff("{kind: constant, bas: 20ms}").said ==
          "1:4+27 backoff needs `base`\n"
          "1:21+3 unknown key `bas` in backoff | did you mean `base`?\n");
    CHECK(read_backoff("{kind: none, base: 20ms}").said ==
          "1:17+4 unknown key `base` in backoff\n");
}
