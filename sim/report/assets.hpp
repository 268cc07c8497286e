#pragma once

#include <string_view>

// Files that the build puts into the program, for pages that open without a network. The
// libraries' licences are in the page.
namespace sim {

std::string_view page_style();
std::string_view page_script();
std::string_view uplot_script();  ///< uPlot 1.6.32, MIT
std::string_view uplot_style();   ///< of the same
std::string_view uplot_licence();
std::string_view dagre_script();  ///< dagre 3.1.3, MIT
std::string_view dagre_licence();

}  // namespace sim
