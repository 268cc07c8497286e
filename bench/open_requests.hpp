#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

/// Records of the requests that wait for an answer, each in the place of one long answered: a
/// request takes at most 18 mean service times, so at any load that is simulated here some hundreds
/// are open. Tries that a server still works on do not count: they ask with their number.
template <class Extra>
class OpenRequests {
  public:
    struct Record {
        std::uint32_t request = 0;
        std::uint8_t current = kNone;  ///< number of the try that it waits for
        double started = 0.0;
        Extra extra{};
    };
    static constexpr std::uint8_t kNone = 0;  ///< answered, or between two tries

    void open(std::uint32_t request, double started) {
        Record& record = records_[request % kPlaces];
        record.request = request;
        record.started = started;
    }
    Record& operator[](std::uint32_t request) { return records_[request % kPlaces]; }
    [[nodiscard]] bool waits_for(std::uint32_t request, std::uint8_t number) const {
        const Record& record = records_[request % kPlaces];
        return record.request == request && record.current == number;
    }

  private:
    static constexpr std::size_t kPlaces = 4096;
    std::vector<Record> records_ = std::vector<Record>(kPlaces);
};

struct NothingElse {};

}  // namespace bench
