#pragma once
// The one place that knows which Catch2 Debian has: v2 is one header, v3 is several.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
