#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/model.hpp"
#include "models/engine/wait_line.hpp"
#include "models/fault/conditions.hpp"
#include "sim/core/simulator.hpp"
#include "sim/core/time.hpp"

namespace models {

/// What one caller (a replica, or a resolver of customers) knows of where one service is.
struct KnownName {
    const DnsPolicy* policy = nullptr;
    std::uint32_t caller = 0;  ///< CallerId
    ServiceId service;
    std::uint64_t key = 0;  ///< of its draws: by name
    bool ignores_ttl = false;
    bool answered = false;                   ///< it has an answer, perhaps an old one
    bool failed = false;                     ///< the last lookup has, with no answer to stand in
    NameAnswer answer = NameAnswer::right;   ///< right, stranger or nowhere
    NameAnswer pending = NameAnswer::right;  ///< what the question under way will bring
    std::uint32_t attempt = 0;               ///< of the lookup under way; 0: there is none
    std::uint64_t lookups = 0;
    sim::SimTime until{};  ///< it is not asked again before
    sim::SimTime ended{};  ///< when the answer was too old, or will be
    sim::SimTime began{};  ///< the lookup under way
    InstanceId address;    ///< of a database: where writes go
    RegionId region;       ///< of customers who are sent to one
    WaitLine line;         ///< calls that wait for the answer
    sim::EventHandle next;
};

/// All names that somebody has to ask for: of a service for each of its replicas, of a group of
/// customers for each of their resolvers.
class Names {
  public:
    static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

    explicit Names(const SystemModel& model) : services_(model.topology.services.size()) {
        steered_.reserve(model.groups.size());
        const auto add = [&](std::size_t owner, ServiceId callee) {
            const auto* policy = policy_of(model, owner, callee);
            if (policy == nullptr) return;
            if (first_.empty()) {
                first_.resize((services_ + model.groups.size()) * services_, kNone);
            }
            auto& first = first_[owner * services_ + callee.value];
            if (first != kNone) return;
            first = static_cast<std::uint32_t>(known_.size());
            add_members(model, owner, callee, *policy);
        };
        for (const auto& edge : model.edges) {
            const auto callee = model.endpoints[edge.endpoint.value].service;
            if (edge.caller_service.valid()) {
                add(edge.caller_service.value, callee);
                continue;
            }
            for (std::size_t i = 0; i < model.groups.size(); ++i) {
                if (model.groups[i].name == edge.caller) add(services_ + i, callee);
            }
        }
    }

    /// Policies of the groups' own are among what is copied.
    Names(const Names& other)
        : services_(other.services_),
          first_(other.first_),
          known_(other.known_),
          steered_(other.steered_) {
        for (auto& name : known_) {
            for (std::size_t i = 0; i < steered_.size(); ++i) {
                if (name.policy == &other.steered_[i]) name.policy = &steered_[i];
            }
        }
    }
    Names& operator=(const Names&) = delete;
    ~Names() = default;

    [[nodiscard]] bool any() const { return !known_.empty(); }
    [[nodiscard]] std::size_t size() const { return known_.size(); }
    KnownName& operator[](std::uint32_t index) { return known_[index]; }
    const KnownName& operator[](std::uint32_t index) const { return known_[index]; }

    /// The first name of the owner's (services, then groups), those of its members follow; kNone:
    /// nobody has to ask.
    [[nodiscard]] std::uint32_t first_of(std::size_t owner, ServiceId callee) const {
        return first_[owner * services_ + callee.value];
    }

  private:
    /// Those who are sent to a region have to ask for their entry in any case.
    const DnsPolicy* policy_of(const SystemModel& model, std::size_t owner, ServiceId callee) {
        const auto& own = model.services[callee.value].dns;
        const auto* group = owner < services_ ? nullptr : &model.groups[owner - services_];
        if (group == nullptr || !group->steering || !(group->entry == callee)) {
            return own ? &*own : nullptr;
        }
        const auto index = first_.empty() ? kNone : first_of(owner, callee);
        if (index != kNone) return known_[index].policy;
        DnsPolicy policy = own.value_or(DnsPolicy{});
        policy.ttl = group->steering->ttl;
        policy.ignore_ttl = group->steering->ignore_ttl;
        policy.resolvers = group->steering->resolvers;
        return &steered_.emplace_back(policy);
    }

    void add_members(const SystemModel& model, std::size_t owner, ServiceId callee,
                     const DnsPolicy& policy) {
        const auto instances = static_cast<std::uint32_t>(model.topology.instances.size());
        KnownName name;
        name.policy = &policy;
        name.service = callee;
        if (owner < services_) {
            for (const InstanceId id : model.topology.services[owner].instances) {
                name.caller = id.value;
                known_.push_back(name);
            }
            return;
        }
        name.caller = instances + static_cast<std::uint32_t>(owner - services_);
        known_.insert(known_.end(), policy.resolvers, name);
    }

    std::size_t services_;
    std::vector<std::uint32_t> first_;
    std::vector<KnownName> known_;
    std::vector<DnsPolicy> steered_;  ///< of groups; never grows beyond its first room
};

}  // namespace models
