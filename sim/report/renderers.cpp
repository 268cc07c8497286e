#include <array>

#include "sim/report/render.hpp"

namespace sim {

namespace {

constexpr std::array<Renderer, 8> kRenderers = {{
    {"text", ".txt", "the report for people", render_text},
    {"json", ".json", "every number, for programs", render_json, false, write_json},
    {"markdown", ".md", "the report with tables, for repositories and wikis", render_markdown},
    {"html", ".html", "the report as one page that opens offline", render_html},
    {"csv", ".csv", "one row per strategy and measure, for spreadsheets", render_csv},
    {"jsonl", ".jsonl", "the rows of csv as one JSON object a line", render_jsonl},
    {"junit", ".xml", "checks as test cases, for CI systems", render_junit, true},
    {"sarif", ".sarif", "checks as findings in files, for code scanning", render_sarif, true},
}};

}  // namespace

std::span<const Renderer> renderers() { return kRenderers; }

const Renderer* find_renderer(std::string_view name) {
    for (const auto& renderer : kRenderers) {
        if (renderer.name == name || renderer.suffix.substr(1) == name) return &renderer;
    }
    return nullptr;
}

const Renderer* renderer_for_file(std::string_view path) {
    for (const auto& renderer : kRenderers) {
        if (path.size() > renderer.suffix.size() && path.ends_with(renderer.suffix)) {
            return &renderer;
        }
    }
    return nullptr;
}

}  // namespace sim
