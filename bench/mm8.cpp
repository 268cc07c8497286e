// M/M/8 by hand: the limit. With one FIFO queue a request takes the slot that is free first, so no
// events are needed at all (Kiefer, Wolfowitz 1955): eight times, of which vector instructions find
// the smallest, and draws in batches.
//
//   mm8 [--smoke] [--load 0.8] [--requests 2000000] [--seed 1]

#include "bench/batch_draws.hpp"
#include "bench/models.hpp"
#include "bench/slots.hpp"

namespace {

bench::Result simulate(const bench::Options& options) {
    bench::BatchDraws gaps(2 * options.seed);
    bench::BatchDraws services(2 * options.seed + 1);
    bench::Slots free_at;
    double now = 1.0;  // not 0, beside which a slot's number would be a denormal, which is lost
    for (std::size_t slot = 0; slot < bench::kSlots; ++slot) free_at.set(slot, now);
    bench::Result result;
    for (std::uint32_t i = 0; i < options.requests; ++i) {
        now += options.gap() * gaps.exponential();
        const double earliest = free_at.earliest();
        const double start = earliest > now ? earliest : now;
        result.wait_sum += start - now;
        free_at.set(bench::Slots::slot_of(earliest), start + services.exponential());
    }
    result.requests = result.tries = result.ok = options.requests;
    result.events = 2 * result.requests;
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    return bench::run_program("limit", bench::read_options(argc, argv), simulate);
}
