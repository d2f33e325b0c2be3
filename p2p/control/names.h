#pragma once

#include <string_view>

#include "p2p/node/snapshot.h"

/// Names of the facade's enums that have none of their own, as the control socket and `status --json` say them. One that is
/// forgotten here does not compile.
namespace mutoscope::control
{

using namespace std::string_view_literals;

constexpr std::string_view nameOf(node::TrackerState state)
{
    switch (state) {
    case node::TrackerState::Connecting:
        return "connecting"sv;
    case node::TrackerState::Online:
        return "online"sv;
    case node::TrackerState::Offline:
        return "offline"sv;
    }
    return {};
}

constexpr std::string_view nameOf(node::KeyState state)
{
    switch (state) {
    case node::KeyState::Looking:
        return "looking"sv;
    case node::KeyState::None:
        return "none"sv;
    case node::KeyState::Locked:
        return "locked"sv;
    case node::KeyState::Unavailable:
        return "unavailable"sv;
    case node::KeyState::Open:
        return "open"sv;
    }
    return {};
}

constexpr std::string_view nameOf(node::Stage stage)
{
    switch (stage) {
    case node::Stage::Idle:
        return "idle"sv;
    case node::Stage::FindingSeeder:
        return "finding-seeder"sv;
    case node::Stage::Approval:
        return "approval"sv;
    case node::Stage::OpeningContract:
        return "opening-contract"sv;
    case node::Stage::FirstSegment:
        return "first-segment"sv;
    case node::Stage::Playing:
        return "playing"sv;
    case node::Stage::Finished:
        return "finished"sv;
    case node::Stage::Failed:
        return "failed"sv;
    }
    return {};
}

constexpr std::string_view nameOf(node::WayOut way)
{
    switch (way) {
    case node::WayOut::Retry:
        return "retry"sv;
    case node::WayOut::OtherSeeder:
        return "other-seeder"sv;
    case node::WayOut::RaiseCap:
        return "raise-cap"sv;
    case node::WayOut::TopUp:
        return "top-up"sv;
    }
    return {};
}

constexpr std::string_view nameOf(node::SourceState state)
{
    switch (state) {
    case node::SourceState::Off:
        return "off"sv;
    case node::SourceState::Ready:
        return "ready"sv;
    case node::SourceState::Looking:
        return "looking"sv;
    case node::SourceState::Found:
        return "found"sv;
    case node::SourceState::Cannot:
        return "cannot"sv;
    }
    return {};
}

inline std::string_view nameOf(base::ErrorCode code)
{
    const std::string_view name = base::name(code);
    return name == "unknown"sv ? std::string_view() : name;
}

} // namespace mutoscope::control
