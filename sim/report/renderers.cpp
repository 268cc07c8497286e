#include <array>

#include "sim/report/render.hpp"

namespace sim {

namespace {

constexpr std::array<Renderer, 8> kRenderers = {{
    {"text", ".txt", "the report for people", render_text},
    {"json", ".json", "every number, for programs", render_json, Shows::data, write_json},
    {"markdown", ".md", "the report with tables, for repositories and wikis", render_markdown},
    {"html", ".html", "the report as one page that opens offline", render_html, Shows::page},
    {"csv", ".csv", "one row per strategy and measure, for spreadsheets", render_csv, Shows::sheet},
    {"jsonl", ".jsonl", "the rows of csv as one JSON object a line", render_jsonl, Shows::sheet},
    {"junit", ".xml", "checks as test cases, for CI systems", render_junit, Shows::checks},
    {"sarif", ".sarif", "checks as findings in files, for code scanning", render_sarif,
     Shows::checks},
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
