#include "models/report/part.hpp"

#include <cmath>

#include "tests/catch.hpp"

using models::Json;
using models::Part;

namespace {

const Json kResult = Json::parse(R"({
    "name": "tiny", "nothing": null, "yes": true, "no": false, "one": 1, "exact": 0.1,
    "big": 18446744073709551615, "small": 1e-09,
    "list": [1, null, "x", 2.5, [7]],
    "map": {"b": 1, "a": {"c": "deep"}},
    "a/b": {"c~d": "escaped"}, "": "nameless"
})");

}  // namespace

TEST_CASE("a part is what is there, and knows where that is") {
    const Part result(kResult);
    CHECK(result.source().empty());
    CHECK(result.text("name") == "tiny");
    CHECK(result.number("one") == 1);
    CHECK(result["map"]["a"].text("c") == "deep");
    CHECK(result["map"]["a"]["c"].source() == "/map/a/c");
    CHECK(result["list"].at(3).number() == 2.5);
    CHECK(result["list"].at(3).source() == "/list/3");
    CHECK(result["a/b"]["c~d"].source() == "/a~1b/c~0d");
    CHECK(result[""].source() == "/");
}

TEST_CASE("every source is a pointer to the value") {
    const auto check = [](const auto& self, const Part& part, const Json& value) -> void {
        CHECK(&kResult.at(Json::json_pointer(part.source())) == &value);
        for (const auto& [key, member] : part.members()) self(self, member, value[key]);
        const auto items = part.items();
        for (std::size_t i = 0; i < items.size(); ++i) self(self, items[i], value[i]);
    };
    check(check, Part(kResult), kResult);
}

TEST_CASE("what is missing or of another kind is nothing, and so is all of it") {
    const Part result(kResult);
    for (const auto& nothing :
         {Part(), result["absent"], result["absent"]["more"].at(3), result["name"]["x"],
          result["name"].at(0), result["list"]["0"], result["list"].at(5), result["map"].at(0)}) {
        CHECK_FALSE(nothing.exists());
        CHECK_FALSE((nothing.is_object() || nothing.is_array() || nothing.is_number() ||
                     nothing.is_text()));
        CHECK(nothing.size() == 0);
        CHECK(nothing.items().empty());
        CHECK(nothing.members().empty());
        CHECK(nothing.numbers().empty());
        CHECK(nothing.text().empty());
        CHECK(nothing.digits().empty());
        CHECK(std::isnan(nothing.number()));
        CHECK_FALSE(nothing.flag("x"));
        CHECK(nothing.source().empty());
    }
    CHECK_FALSE(result["nothing"].exists());
    CHECK(result["nothing"].source() == "/nothing");
    CHECK(result["one"].text().empty());
    CHECK(std::isnan(result["name"].number()));
    CHECK(result["name"].size() == 0);
}

TEST_CASE("lists and maps are walked in their order") {
    const Part result(kResult);
    CHECK(result["list"].size() == 5);
    const auto numbers = result["list"].numbers();
    REQUIRE(numbers.size() == 5);
    CHECK(numbers[0] == 1);
    for (const std::size_t other : {1U, 2U, 4U}) CHECK(std::isnan(numbers[other]));
    CHECK(numbers[3] == 2.5);
    const auto members = result["map"].members();
    REQUIRE(members.size() == 2);
    CHECK(members[0].first == "b");
    CHECK(members[1].first == "a");
    CHECK(result["map"].size() == 2);
    CHECK(result["map"].items().empty());
    CHECK(result["list"].members().empty());
}

TEST_CASE("flags are true or false, and digits those of the file") {
    const Part result(kResult);
    CHECK(result.flag("yes"));
    CHECK_FALSE(result.flag("no"));
    CHECK_FALSE(result.flag("one"));
    CHECK_FALSE(result.flag("name"));
    CHECK(result["exact"].digits() == "0.1");
    CHECK(result["big"].digits() == "18446744073709551615");
    CHECK(result["small"].digits() == "1e-09");
    CHECK(result["name"].digits().empty());
}
