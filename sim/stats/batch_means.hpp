#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/stats/estimate.hpp"

// What one long run says about a mean. Its observations are correlated (each waiting time resembles
// the one before), so that their own variance says next to nothing about the error of their mean.
namespace sim {

/// Means of `count` batches of equal length, in order; what is left at the end is not looked at.
/// 1 <= count <= series.size().
std::vector<double> batch_averages(std::span<const double> series, std::size_t count);

/// One-sided p of "the values are not positively correlated", by von Neumann's ratio: the sum of
/// squared steps over that of squared deviations, which is 2 without correlation (Fishman 1978,
/// Management Science 24). Values that are all equal: 1. Three values at least.
double von_neumann_p(std::span<const double> values);

/// The variance of the mean of a long run times its length (sigma^2), from batch means: as many of
/// 400, 200, 100, 50, 25 batches as leave each ten autocorrelation times long, else 25.
struct AsymptoticVariance {
    double value = 0;
    /// value / variance of an observation: how many observations are worth one independent one.
    double autocorrelation_time = 0;
    std::size_t batches = 0;
    /// False: even 25 batches are shorter than ten autocorrelation times, and `value` is too small.
    bool long_enough = false;
};
/// At least 50 observations. Equal values have variance 0 and an autocorrelation time of 1.
AsymptoticVariance asymptotic_variance(std::span<const double> series);

/// Mean of one long run with its interval from batch means (Law, section 9.5.3).
struct BatchMeans {
    /// No bounds unless `settled`.
    Estimate estimate;
    std::size_t batches = 0;
    std::size_t batch_length = 0;
    /// Batches are ten autocorrelation times long, and von Neumann's test at 5 % finds no
    /// correlation between them.
    bool settled = false;
};
/// Begins with 30 batches and doubles their length while they are correlated, down to 10 batches;
/// then the run is too short for an interval. Student's t with batches - 1 degrees of freedom.
BatchMeans batch_means_interval(std::span<const double> series, double confidence);

/// Observations for a half width of `precision` x |mean| at `confidence`: z^2 sigma^2 / (precision
/// mean)^2 (Whitt 1989). +infinity for a mean of 0. `precision` > 0.
struct RunLengthQuestion {
    double asymptotic_variance = 0;
    double mean = 0;
    double precision = 0.01;
    double confidence = 0.95;
};
double planned_observations(const RunLengthQuestion& question);

}  // namespace sim
