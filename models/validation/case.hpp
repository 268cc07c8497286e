#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/validation/expression.hpp"

namespace models {

/// How close is close enough (METHOD.md 12). The standard error is over independent replications.
enum class Judge : std::uint8_t {
    mean,      ///< within 3 standard errors or 0.1 %; the standard error at most 1 % of the value
    quantile,  ///< the same, at most 3 %, and half a bin of the histogram it is read from
    rare,      ///< the same, at most 3 %: rare probabilities
    exact,     ///< no randomness: equal to nine digits
};

/// One number to agree with.
struct Figure {
    std::string metric;
    double exact = 0;
    std::string unit;
    std::string formula;              ///< where the exact value comes from
    std::optional<Expression> value;  ///< of the JSON result; nothing: the driver's next number
    std::string strategy;             ///< whose result; empty: the first
    Judge judge = Judge::mean;
    double allowance = 0;             ///< share that a finite system differs from a limit law
    std::optional<double> tolerance;  ///< published figures: a share, instead of 0.1 %
    bool gate = true;                 ///< false: shown, and never the reason of a failure
    std::string published;            ///< as the source prints it
    std::string note;
};

/// What is changed to make a case wrong on purpose.
struct WrongModel {
    std::string why;
    std::vector<std::string> set;                            ///< overrides of the scenario
    std::vector<std::pair<std::string, double>> parameters;  ///< of the driver
};

/// A system whose numbers are known, and how to measure them: a scenario file, or a driver when it
/// is no service architecture.
struct Case {
    std::string name;
    std::string kind;      ///< cases of one kind would be wrong together
    std::string model;     ///< in the words of the field: "M/M/c"
    std::string source;    ///< of published figures
    std::string scenario;  ///< file name beside the index; empty: a driver
    std::string driver;
    std::vector<std::string> set;                            ///< overrides of the scenario
    std::vector<std::pair<std::string, double>> parameters;  ///< of the driver
    std::uint32_t runs = 0;  ///< replications; 0: what the scenario says (a driver needs a number)
    bool twin = false;       ///< also run without the faults (recovery and losses need it)
    bool quick = false;      ///< cheap enough for every build
    std::optional<WrongModel> wrong;
    std::vector<Figure> figures;
};

/// The driver's parameter of that name; the case must have it.
double parameter(const Case& one, const std::string& name);

}  // namespace models
