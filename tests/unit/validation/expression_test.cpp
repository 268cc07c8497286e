#include "models/validation/expression.hpp"

#include "tests/catch.hpp"

using models::Expression;

namespace {

const auto kData = nlohmann::ordered_json::parse(R"({
  "journeys": [{"group": "people", "journey": "buy", "success": {"value": 0.9, "low": 0.8},
                "outcomes": {"ok": {"value": 90}}, "latency": {"p99": {"value": null}}}],
  "services": [{"name": "shop", "slots": 4, "working": {"value": 0.5}},
               {"name": "stock", "slots": 2, "working": {"value": 0.25}}]})");

std::optional<double> value_of(const std::string& text) {
    std::string error;
    const auto expression = Expression::parse(text, error);
    INFO(error);
    REQUIRE(expression);
    return expression->evaluate(kData);
}

std::string error_of(const std::string& text) {
    std::string error;
    CHECK_FALSE(Expression::parse(text, error));
    return error;
}

}  // namespace

TEST_CASE("operators bind as usual, from the left") {
    CHECK(value_of("2 + 3 * 4") == 14);
    CHECK(value_of("(2 + 3) * 4") == 20);
    CHECK(value_of("8 - 3 - 2") == 3);
    CHECK(value_of("8 / 4 / 2") == 1);
    CHECK(value_of(" 1.5e-3*2 ") == 0.003);
    CHECK(value_of("2 * sqrt(1 + 8) - 1") == 5);
    CHECK_FALSE(value_of("sqrt(0 - 1)"));
}

TEST_CASE("a path leads through keys, positions and names") {
    CHECK(value_of("journeys.0.success") == 0.9);
    CHECK(value_of("journeys.buy.success.low") == 0.8);
    CHECK(value_of("journeys.people.success") == 0.9);
    CHECK(value_of("services.stock.slots * services.1.working") == 0.5);
    CHECK(value_of("1 - journeys.0.success") == Approx(0.1));
}

TEST_CASE("an outcome that never happened is 0, another missing key is nothing") {
    CHECK(value_of("journeys.0.outcomes.timeout") == 0);
    CHECK(value_of("journeys.0.outcomes.ok") == 90);
    CHECK_FALSE(value_of("journeys.0.goodput"));
    CHECK_FALSE(value_of("journeys.7.success"));
    CHECK_FALSE(value_of("services.payment.slots"));
}

TEST_CASE("null and division by 0 give nothing") {
    CHECK_FALSE(value_of("journeys.0.latency.p99"));
    CHECK_FALSE(value_of("1 + journeys.0.latency.p99"));
    CHECK_FALSE(value_of("1 / (services.shop.slots - 4)"));
}

TEST_CASE("what is no expression says where") {
    CHECK(error_of("") == "expected a number, a path or `(` at column 1");
    CHECK(error_of("1 +") == "expected a number, a path or `(` at column 4");
    CHECK(error_of("(1 + 2") == "expected `)` at column 7");
    CHECK(error_of("1 2") == "expected an operator at column 3");
    CHECK(error_of(std::string(60, '(')) == "expected fewer parentheses at column 52");
}
