// A saved result may have been edited by anybody: whatever is missing from it or wrong in it, it is
// refused with a reason or shown without that, and nothing worse.
#include "models/report/study_page.hpp"
#include "sim/report/render.hpp"
#include "tests/catch.hpp"
#include "tests/effort.hpp"
#include "tests/program.hpp"

namespace {

using models::Json;

enum class Damage { gone, null, flag, negative, huge, text, list, map, nested };
constexpr std::size_t kDamages = 9;

Json made_of(Damage damage) {
    switch (damage) {
        case Damage::gone:
        case Damage::null:
            return nullptr;
        case Damage::flag:
            return true;
        case Damage::negative:
            return -1.5;
        case Damage::huge:
            return 1e308;
        case Damage::text:
            return "<b>\n\x1b";
        case Damage::list:
            return Json::array();
        case Damage::map:
            return Json::object();
        case Damage::nested:
            return {{{"name", {1}}, {"value", {{"value", "x"}}}}, {{2, 3}, nullptr}};
    }
    return nullptr;
}

/// The first two of every list: what a hundredth value does, the second does as well.
Json shortened(const Json& json) {
    if (!json.is_structured()) return json;
    Json out = json.is_array() ? Json::array() : Json::object();
    for (auto one = json.begin(); one != json.end(); ++one) {
        if (json.is_object()) out[one.key()] = shortened(*one);
        if (json.is_array() && out.size() < 2) out.push_back(shortened(*one));
    }
    return out;
}

void collect(const Json& json, const Json::json_pointer& here,
             std::vector<Json::json_pointer>& places) {
    if (!here.empty()) places.push_back(here);
    if (json.is_array()) {
        for (std::size_t i = 0; i < json.size(); ++i) collect(json[i], here / i, places);
    } else if (json.is_object()) {
        for (auto one = json.begin(); one != json.end(); ++one) {
            collect(*one, here / one.key(), places);
        }
    }
}

/// Reports of one result with damage here and there.
class Reporter {
  public:
    explicit Reporter(Json result) : result_(std::move(result)) {
        is_blast_ = result_["command"] == "blast";
        collect(result_, Json::json_pointer(), places_);
    }

    /// At every place one kind of damage, another one at the next place; where that would take too
    /// long, at every third place.
    void damage_everything() {
        constexpr std::size_t kEach = tests::kSanitized ? 3 * kDamages : kDamages;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            for (std::size_t d = i % kEach; d < kDamages; d += kEach) {
                check(places_[i], static_cast<Damage>(d));
            }
        }
    }

    /// How often it was refused, and how often not.
    std::size_t refused = 0;
    std::size_t shown = 0;

    /// The report of the result as it is; nothing when it is refused.
    std::optional<std::string> report() {
        if (!models::objection_to(result_).empty()) return std::nullopt;
        constexpr std::array<const char*, 4> kFormats = {"html", "text", "csv", "md"};
        const bool details = shown % 2 == 0;
        auto document = is_blast_ ? models::blast_report(std::move(result_), details)
                                  : models::study_report(std::move(result_), details);
        const auto* renderer = sim::find_renderer(kFormats[shown % kFormats.size()]);
        REQUIRE(renderer != nullptr);
        auto text = renderer->render(document, {});
        result_ = std::move(document.data);
        return text;
    }

  private:
    void check(const Json::json_pointer& place, Damage damage) {
        INFO(place.to_string() << ", damage " << static_cast<int>(damage));
        auto& parent = result_.at(place.parent_pointer());
        const Json before = parent;
        if (damage == Damage::gone) {
            if (parent.is_array()) {
                parent.erase(std::stoul(place.back()));
            } else {
                parent.erase(place.back());
            }
        } else {
            result_.at(place) = made_of(damage);
        }
        std::optional<std::string> text;
        CHECK_NOTHROW(text = report());
        ++(text ? shown : refused);
        CHECK(text.value_or("").size() < 1'000'000);
        result_.at(place.parent_pointer()) = before;
    }

    Json result_;
    bool is_blast_ = false;
    std::vector<Json::json_pointer> places_;
};

Json result_of(const std::string& verb) {
    const auto run = tests::run_program(
        {verb, "tiny.yaml", "--runs", "2", "--json"}, [](const std::string&, std::size_t) {
            return sim::FileContent{tests::source_file("tests/cli/cases/run_text/tiny.yaml"), ""};
        });
    return shortened(Json::parse(run.out));
}

}  // namespace

TEST_CASE("a damaged result of `run` is refused or shown") {
    Reporter reporter(result_of("run"));
    REQUIRE(reporter.report());
    reporter.damage_everything();
    CHECK(reporter.refused > 3);
    CHECK(reporter.shown > 500);
    CHECK(reporter.report());  // every damage was repaired
}

TEST_CASE("a damaged result of `blast` is refused or shown") {
    Reporter reporter(result_of("blast"));
    REQUIRE(reporter.report());
    reporter.damage_everything();
    CHECK(reporter.refused > 0);
    CHECK(reporter.shown > 50);
    CHECK(reporter.report());
}
