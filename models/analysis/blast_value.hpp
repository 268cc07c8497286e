#pragma once

#include <string>
#include <vector>

#include "models/analysis/blast_story.hpp"
#include "models/scenario/journey_value.hpp"

namespace models {

/// What the fault cost in one journey's successes (BLAST_RADIUS.md B10), of all groups together.
struct ValueStory {
    JourneyValue value;
    MeasureEstimate gross;    ///< successes that the twin had more of, in windows of 10 s
    MeasureEstimate rebound;  ///< that the run had more of in others
    MeasureEstimate net;      ///< gross - rebound
    MeasureEstimate money;    ///< net times `worth`
};

/// One for each journey with a `value`, in the order of the file.
std::vector<ValueStory> value_stories(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                                      const std::vector<JourneyValue>& values, double confidence);

/// The money of all journeys together, by currency, in the order of the file.
struct MoneyStory {
    std::string currency;
    MeasureEstimate net;
};
std::vector<MoneyStory> money_stories(const StudyFrame& frame, const std::vector<BlastRun>& runs,
                                      const std::vector<JourneyValue>& values, double confidence);

/// "4 900 ±100 orders (319 000 ±6 000 EUR)": of the journeys that lost something.
std::string value_text(const std::vector<ValueStory>& stories,
                       const std::vector<MoneyStory>& money);

}  // namespace models
